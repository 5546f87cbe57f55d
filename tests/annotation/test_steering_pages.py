"""Steering by page: asked once more in numbers, done, and undone where it can be."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from annotation.models import Assignment, Layer, Study
from annotation.services.handing_over import Taken
from annotation.services.studies import open_study
from annotation.steering_words import taken
from core.errors import InvalidError
from jobs.models import Job
from tests import factories
from tests.annotation.rating_helpers import NOW, rater_in, study_of
from tests.annotation.steering_helpers import hold, rate_all, seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(project):
    return study_of(project, items=3, overlap=2)


@pytest.fixture
def dora(study):
    return rater_in(study)


@pytest.fixture
def manager(signed_in, alice):
    return signed_in(alice)


def url(name, chair):
    return reverse(f"annotation:{name}", args=[chair.study.uid, chair.rater.uid])


def text(answer):
    return answer.content.decode()


def test_a_rater_has_a_page(manager, dora):
    rate_all(dora, count=2)
    hold(dora)
    page = text(manager.get(url("study_rater", dora)))
    assert "<b>2</b> ratings" in page
    assert "Item 3" in page


def test_limits_are_changed_and_typed_in_percent(manager, dora):
    manager.post(url("rater_limits", dora), {"cap": 9, "cap_day": 3, "share": 25})
    dora.refresh_from_db()
    assert (dora.cap, dora.cap_day, dora.share) == (9, 3, 0.25)
    assert "6 items at most" not in text(manager.get(url("study_rater", dora)))
    assert "2 items at most in this study." in text(manager.get(url("study_rater", dora)))


def test_a_refused_limit_says_so_in_its_place(manager, dora):
    answer = manager.post(url("rater_limits", dora), {"cap": 0})
    assert answer.status_code == 422
    assert "greater than or equal to 1" in text(answer)


def test_a_pause_is_asked_and_going_on_is_not(manager, dora):
    assert "gets no more items" in text(manager.get(url("rater_pause", dora)))
    for act, paused in [({}, True), ({"do": "resume"}, False)]:
        for _sent_twice in range(2):
            manager.post(url("rater_pause", dora), act)
            dora.refresh_from_db()
            assert dora.paused is paused
    verbs = AuditEntry.objects.filter(verb__in=["study.rater_paused", "study.rater_resumed"])
    assert verbs.count() == 2


def test_one_item_goes_back_to_the_pool(manager, study, dora):
    held = hold(dora)
    manager.post(url("rater_back", dora), {"item": held.item.seq})
    assert seen(study)[0] == (2, 0, "open")


@pytest.mark.parametrize("item", ["", "99", "x", "9" * 30])
def test_an_item_that_is_not_held_is_refused(manager, dora, item):
    hold(dora)
    assert manager.post(url("rater_back", dora), {"item": item}).status_code == 409
    assert Assignment.objects.get().state == "leased"


def test_open_work_goes_to_a_named_rater(manager, study, dora):
    held, emil = hold(dora), rater_in(study)
    assert "holds 1 item since" in text(manager.get(url("rater_work", dora)))
    manager.post(url("rater_work", dora), {"receiver": emil.rater.uid})
    assert hold(emil).item == held.item


def test_the_manager_is_told_who_has_the_open_work_now(manager, study, dora):
    emil = rater_in(study)

    def give() -> str:
        sent = manager.post(url("rater_work", dora), {"receiver": emil.rater.uid}, follow=True)
        return text(sent)

    hold(dora)
    assert f"1 item is kept for {emil.rater} now." in give()
    rate_all(emil)
    hold(dora)
    assert f"{emil.rater} has been at all of it already, so it went to the pool." in give()


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Taken(3, 2), "2 of 3 items are kept for Dora; the others went to the pool."),
        (Taken(3, 3), "3 items are kept for Dora now."),
    ],
)
def test_more_than_one_item_is_told_by_numbers(project, found, words):
    receiver = factories.make_study_rater(
        factories.make_study(project), factories.make_rater(project, display_name="Dora")
    )
    assert taken(found, receiver) == words


def test_work_goes_to_nobody_whom_the_study_does_not_know(manager, study, dora):
    hold(dora)
    answer = manager.post(url("rater_work", dora), {"receiver": "somebody"})
    assert answer.status_code == 422
    assert "Select a valid choice" in text(answer)
    assert Assignment.objects.get().state == "leased"


def test_ratings_are_set_aside_and_count_again(manager, study, dora):
    rate_all(dora)
    assert "3 ratings of" in text(manager.get(url("rater_aside", dora)))
    manager.post(url("rater_aside", dora), {"reason": "Too fast.", "pause": "on"})
    dora.refresh_from_db()
    assert dora.paused
    assert seen(study) == [(2, 0, "open")] * 3
    page = text(manager.get(url("study_rater", dora)))
    assert "They were set aside: Too fast." in page
    assert "3 of 3 ratings" in text(manager.get(url("rater_count", dora)))
    manager.post(url("rater_count", dora))
    assert seen(study) == [(1, 1, "open")] * 3


def test_without_a_reason_nothing_is_set_aside(manager, study, dora):
    rate_all(dora)
    answer = manager.post(url("rater_aside", dora), {"reason": "  "})
    assert answer.status_code == 422
    assert seen(study) == [(1, 1, "open")] * 3


def test_who_sets_ratings_aside_and_pauses_does_both_or_neither(manager, study, dora, monkeypatch):
    def fail(**_given):
        raise InvalidError("Somebody stumbled.")

    rate_all(dora)
    monkeypatch.setattr("annotation.services.setting_aside.pause_rater", fail)
    asked = {"reason": "Too fast.", "pause": "on"}
    assert manager.post(url("rater_aside", dora), asked).status_code == 422
    assert seen(study) == [(1, 1, "open")] * 3


def test_lanes_are_handed_over_by_page(manager, alice, project):
    study = study_of(
        project, items=3, overlap=2, policy=Study.Policy.BLOCKS, state=Study.State.DRAFT
    )
    dora, emil, _finn = (rater_in(study) for _rater in range(3))
    open_study(actor=alice, study=study, now=NOW)
    page = text(manager.get(url("rater_lanes", dora)))
    assert f"{emil.rater} alone could take" in page
    assert manager.post(url("rater_lanes", dora), {"receiver": "somebody"}).status_code == 422
    manager.post(url("rater_lanes", dora), {"receiver": ""})
    dora.refresh_from_db()
    assert dora.lanes == []
    assert "no lane is open" in text(manager.get(study.get_absolute_url()))
    manager.post(url("rater_lanes_reset", dora))
    dora.refresh_from_db()
    assert dora.lanes is None


def test_a_study_without_lanes_has_none_to_hand_over(manager, dora):
    assert manager.get(url("rater_lanes", dora)).status_code == 409


def test_extending_says_what_it_will_do(manager, study):
    for _rater in range(2):
        rate_all(rater_in(study), count=1)
    address = reverse("annotation:study_extend", args=[study.uid])
    page = text(manager.get(address))
    assert "3 items get one more place for each rater you add" in page
    assert "1 of them is settled by consensus" in page
    assert manager.post(address, {"more": 50}).status_code == 422
    manager.post(address, {"more": 1})
    assert [left for left, *_rest in seen(study)] == [1, 3, 3]


def test_pausing_a_study_is_asked_in_numbers(manager, study, dora):
    hold(dora)
    page = text(manager.get(reverse("annotation:study_pause", args=[study.uid])))
    assert "1 rater gets no more items." in page
    assert "The 1 item they hold can still be submitted" in page


def test_skips_and_flags_are_listed_with_their_reasons(manager, study, dora):
    item = study.items.first()
    factories.make_assignment(
        item, dora.rater, state="skipped", layer=Layer.EXTRA, skip_reason="Not my language."
    )
    factories.make_rating(item, dora.rater, flagged=True, comment="It contradicts itself.")
    for name, words in [("skipped", "Not my language."), ("flagged", "It contradicts itself.")]:
        page = text(manager.get(reverse(f"annotation:{name}", args=[study.uid])))
        assert words in page
        assert reverse("annotation:item", args=[item.uid]) in page


def test_a_flag_is_silent_to_a_manager_who_may_still_rate_the_item(manager, alice, study, dora):
    rater_in(study, alice)
    factories.make_rating(study.items.first(), dora.rater, flagged=True, comment="Wrong.")
    page = text(manager.get(reverse("annotation:flagged", args=[study.uid])))
    assert "Wrong." not in page
    assert "you may still rate this item" in page


def test_longer_lists_go_on(manager, study, dora, monkeypatch):
    monkeypatch.setattr("annotation.views.watching.PAGE", 1)
    for item in study.items.all()[:2]:
        factories.make_rating(item, dora.rater, flagged=True, comment=f"Item {item.seq}.")
    address = reverse("annotation:flagged", args=[study.uid])
    first = manager.get(address)
    assert "Item 2." in text(first)
    assert "Item 1." in text(manager.get(address, {"before": first.context["before"]}))


def test_the_live_part_follows_and_ends_with_the_study(manager, study, dora):
    address = reverse("annotation:study_progress", args=[study.uid])
    assert "0 of 6 ratings are in." in text(manager.get(address))
    rate_all(dora, count=1)
    part = text(manager.get(address))
    assert "1 of 6 ratings are in." in part
    assert 'hx-trigger="every 15s' in part
    assert str(dora.rater) in part
    Study.objects.filter(pk=study.pk).update(state=Study.State.CLOSED)
    assert "hx-trigger" not in text(manager.get(address))


def test_the_study_page_says_what_waits_for_nobody(manager, study, dora):
    page = text(manager.get(study.get_absolute_url()))
    assert "Nobody is left to rate some items" in page
    rater_in(study)
    assert "Nobody is left to rate some items" not in text(manager.get(study.get_absolute_url()))


def test_the_live_part_asks_few_questions(manager, study, dora, django_assert_max_num_queries):
    rate_all(dora)
    for _rater in range(4):
        rater_in(study)
    with django_assert_max_num_queries(11):
        manager.get(reverse("annotation:study_progress", args=[study.uid]))


@pytest.mark.parametrize(
    ("name", "fields"), [("rater_aside", {"reason": "Too fast."}), ("rater_count", {})]
)
def test_much_work_leads_to_the_progress_of_its_job(manager, dora, monkeypatch, name, fields):
    rate_all(dora)
    if name == "rater_count":
        manager.post(url("rater_aside", dora), {"reason": "Too fast."})
    monkeypatch.setattr("annotation.services.setting_aside.AT_ONCE", 1)
    answer = manager.post(url(name, dora), fields)
    assert answer.url == reverse("accounts:job", args=[Job.objects.get().uid])


def test_a_large_study_is_extended_with_progress_to_see(manager, study, monkeypatch):
    monkeypatch.setattr("annotation.services.extending.AT_ONCE", 1)
    answer = manager.post(reverse("annotation:study_extend", args=[study.uid]), {"more": 1})
    assert answer.url == reverse("accounts:job", args=[Job.objects.get().uid])
