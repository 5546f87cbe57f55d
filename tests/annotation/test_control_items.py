import re
from uuid import uuid4

import pytest
from django.db.models import Exists
from django.urls import reverse

from accounts.models import AuditEntry
from annotation.models import (
    Assignment,
    ExpectedAnswer,
    Item,
    Layer,
    Qualified,
    Rating,
    Study,
    StudyRater,
)
from annotation.services.assignment import claim_next
from annotation.services.chairs import Why
from annotation.services.drafting import skip_item
from annotation.services.draws import draw_items
from annotation.services.policies import change_policy
from annotation.services.qualifying import make_qualification
from annotation.services.quality import FIELDS, change_quality
from annotation.services.reveals import How, reveal_to
from annotation.services.same_answers import in_items, keep_from_who_met
from annotation.services.studies import open_study, pause_rater
from annotation.services.watching import accuracies
from core.errors import DomainError
from tests import factories
from tests.annotation.quality_helpers import checked_study, expect, keyed_study
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit

pytestmark = pytest.mark.usefixtures("same_lots")

RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9]{64}|\d+")


def rate_until_paused(chair: StudyRater, point: str) -> int:
    """Rate with one answer to everything; how many items it took to be paused."""
    for n in range(40):
        submit(claim(chair), {"helpful": point})
        chair.refresh_from_db()
        if chair.paused:
            return n + 1
    return 0


def test_control_items_come_at_about_their_rate_and_each_once(project):
    study = checked_study(project, items=30)
    chair = rater_in(study)
    for _n in range(24):
        submit(claim(chair), {"helpful": "4"})
    controls = Assignment.objects.filter(layer=Layer.CONTROL, rater=chair.rater)
    assert 6 <= controls.count() <= 18
    assert controls.values("item").distinct().count() == controls.count()


def test_ratings_of_control_items_fill_no_slot_and_enter_no_verdict(project):
    study = checked_study(project, items=10)
    chair = rater_in(study)
    while not Rating.objects.filter(layer=Layer.CONTROL).exists():
        submit(claim(chair), {"helpful": "4"})
    rating = Rating.objects.filter(layer=Layer.CONTROL).get()
    assert rating.item.study == study.controls
    assert (rating.item.n_submitted, rating.item.verdicts.count()) == (0, 0)


def test_who_gets_control_items_wrong_is_paused_and_the_manager_told(project):
    study = checked_study(project)
    chair = rater_in(study)
    assert rate_until_paused(chair, "1")
    assert (chair.paused_because, no_item(chair).why) == ("accuracy", Why.RATER_PAUSED)
    entry = AuditEntry.objects.get(verb="study.rater_paused")
    assert entry.data["because"] == "accuracy"
    assert entry.data["asked"] >= 3


def test_who_gets_them_right_goes_on(project):
    study = checked_study(project, items=20)
    chair = rater_in(study)
    for _n in range(20):
        submit(claim(chair), {"helpful": "4"})
    chair.refresh_from_db()
    found = accuracies(study)[chair.rater_id]
    assert not chair.paused
    assert found.right == found.asked > 0


def test_without_a_bar_nobody_is_paused(project):
    study = checked_study(project, items=20, bar=None)
    chair = rater_in(study)
    for _n in range(16):
        submit(claim(chair), {"helpful": "1"})
    chair.refresh_from_db()
    assert not chair.paused


def test_the_paused_rater_is_told_nothing_of_controls(project, signed_in, bob):
    study = checked_study(project)
    chair = rater_in(study, bob)
    assert rate_until_paused(chair, "1")
    page = signed_in(bob).get(reverse("annotation:rate", args=[study.uid])).content.decode()
    assert "You are paused in this study." in page
    assert not re.search("control|accuracy|expected", page, re.IGNORECASE)


def test_whoever_is_let_go_on_is_judged_by_later_answers(alice, project):
    study = checked_study(project)
    chair = rater_in(study)
    assert rate_until_paused(chair, "1")
    pause_rater(actor=alice, study_rater=chair, paused=False, now=NOW)
    submit(claim(chair), {"helpful": "1"})
    chair.refresh_from_db()
    assert not chair.paused


def test_a_change_of_mind_on_a_control_item_counts(project):
    study = checked_study(project, items=10)
    chair = rater_in(study)
    while not Rating.objects.filter(layer=Layer.CONTROL).exists():
        submit(claim(chair), {"helpful": "1"})
    rating = Rating.objects.get(layer=Layer.CONTROL)
    submit(rating.assignment, {"helpful": "4"}, revises=rating.uid)
    assert accuracies(study)[chair.rater_id].right == 1


def bodies(client, study: Study) -> dict[str, set[str]]:
    """What the rater page looks like for control items and for others, without what must differ."""
    shapes: dict[str, set[str]] = {"control": set(), "blind": set()}
    for _n in range(16):
        page = client.get(reverse("annotation:rate", args=[study.uid])).content.decode()
        held = Assignment.objects.get(study=study, state="leased")
        shapes[held.layer].add(RANDOM.sub("#", page))
        submit(held, {"helpful": "4"})
    return shapes


def test_a_control_item_looks_like_any_other(project, signed_in, bob):
    study = checked_study(project, items=20)
    rater_in(study, bob)
    client = signed_in(bob)
    client.get(reverse("annotation:rate", args=[study.uid]))
    submit(Assignment.objects.get(state="leased"), {"helpful": "4"})  # the first has no undo
    shapes = bodies(client, study)
    assert shapes["control"] == shapes["blind"]
    assert len(shapes["control"]) == 1


def test_the_answer_to_a_submit_looks_the_same_for_both(project, signed_in, bob):
    study = checked_study(project, items=20)
    rater_in(study, bob)
    client = signed_in(bob)
    client.get(reverse("annotation:rate", args=[study.uid]))
    shapes: dict[str, set[str]] = {"control": set(), "blind": set()}
    for _n in range(16):
        held = Assignment.objects.get(study=study, state="leased")
        answer = client.post(
            reverse("annotation:submit", args=[held.uid]),
            {"client_key": uuid4(), "q.helpful": "4", "comment": "", "seconds": 3},
            headers={"HX-Request": "true"},
        )
        following = Assignment.objects.get(study=study, state="leased")
        shapes[following.layer].add(RANDOM.sub("#", answer.content.decode()))
    assert shapes["control"] == shapes["blind"]
    assert len(shapes["control"]) == 1


def test_ones_own_list_shows_control_items_as_the_others(project, signed_in, bob):
    study = checked_study(project, items=12)
    chair = rater_in(study, bob)
    for _n in range(12):
        submit(claim(chair), {"helpful": "4"})
    page = signed_in(bob).get(reverse("annotation:my_ratings", args=[study.uid])).content.decode()
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(\d+)", page)
    assert rows == [str(n) for n in range(12, 0, -1)]
    assert len({RANDOM.sub("#", row) for row in page.split("<tr>")[2:-1]}) == 1
    chair.refresh_from_db()
    assert 0 < chair.n_checks < 12


def test_the_count_says_nothing(project, signed_in, bob):
    study = checked_study(project, items=12)
    rater_in(study, bob)
    client, seen = signed_in(bob), []
    for _n in range(8):
        page = client.get(reverse("annotation:rate", args=[study.uid])).content.decode()
        seen.append(int(re.search(r"<b>(\d+)</b> of", page).group(1)))
        submit(Assignment.objects.get(state="leased"), {"helpful": "4"})
    assert seen == list(range(1, 9))


def test_nobody_is_checked_in_a_language_that_their_lanes_leave_out(alice, project):
    study = checked_study(project, items=12)
    japanese = make_qualification(actor=alice, project=project, name="Japanese")
    study.lanes = [
        {"name": "ja", "where": "language == ja", "qualification": japanese.slug},
        {"name": "en", "raters": ["nobody"]},
    ]
    study.save()
    languages = ["ja", "en"] * 10
    for item, language in zip(study.controls.items.order_by("seq"), languages, strict=True):
        item.conversation.language = language
        item.conversation.save()
    chair = rater_in(study)
    Qualified.objects.create(qualification=japanese, rater=chair.rater)
    for _number in range(12):
        submit(claim(StudyRater.objects.get(pk=chair.pk)), {"helpful": "4"})
    checked = Assignment.objects.filter(rater=chair.rater, layer=Layer.CONTROL)
    assert set(checked.values_list("item__conversation__language", flat=True)) == {"ja"}


def test_who_wrote_a_key_is_not_checked_by_it(project):
    study = checked_study(project, items=20)
    chair = rater_in(study)
    study.controls.items.first().expected.model.objects.update(by=chair.rater.user)
    for _n in range(12):
        submit(claim(chair), {"helpful": "4"})
    assert not Assignment.objects.filter(layer=Layer.CONTROL).exists()


def test_who_has_seen_a_key_is_not_checked_by_it(alice, project):
    study = checked_study(project, items=20)
    chair = rater_in(study)
    for item in study.controls.items.all():
        reveal_to(user=chair.rater.user, item=item, how=How.KEY, now=NOW)
    for _n in range(12):
        submit(claim(chair), {"helpful": "4"})
    assert not Assignment.objects.filter(layer=Layer.CONTROL).exists()


def settings(study: Study, **changed) -> dict:
    return {name: getattr(study, name) for name in FIELDS} | changed


@pytest.fixture
def study(project):
    return study_of(project)


def test_a_set_by_another_version_of_the_rubric_is_refused(alice, project, study):
    other = study_of(project)
    controls = keyed_study(other, Study.Purpose.CONTROL)
    with pytest.raises(DomainError, match="same version of the rubric"):
        change_quality(
            actor=alice, study=study, changes=settings(study, controls=controls, control_rate=0.1)
        )


def test_a_training_by_another_version_of_the_rubric_is_refused(alice, project, study):
    training = keyed_study(study_of(project), Study.Purpose.TRAINING)
    qualification = make_qualification(
        actor=alice, project=project, name="T", training=training, needed=1
    )
    with pytest.raises(DomainError, match="same version of the rubric"):
        change_quality(actor=alice, study=study, changes=settings(study, requires=qualification))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"control_rate": 0.1}, "come from a set"),
        ({"accuracy_bar": 0.8}, "known on control items only"),
        ({"retest_rate": 0.6}, "half of a rater"),
    ],
)
def test_checks_that_cannot_work_are_refused(alice, study, changed, words):
    with pytest.raises(DomainError, match=words):
        change_quality(actor=alice, study=study, changes=settings(study, **changed))


def test_a_set_without_expected_answers_is_refused(alice, study):
    empty = keyed_study(study, Study.Purpose.CONTROL, items=0)
    factories.make_item(empty, slots_total=0, slots_open=0)
    with pytest.raises(DomainError, match="expected answer"):
        change_quality(actor=alice, study=study, changes=settings(study, controls=empty))


def test_the_form_takes_percent_and_keeps_shares(signed_in, alice, study):
    controls = keyed_study(study, Study.Purpose.CONTROL)
    url = reverse("annotation:study_quality", args=[study.uid])
    sent = {
        "controls": controls.pk,
        "control_rate": 10,
        "accuracy_bar": 75,
        "retest_rate": 5,
        "retest_after_hours": 12,
    }
    assert signed_in(alice).post(url, sent).status_code == 302
    study.refresh_from_db()
    assert (study.control_rate, study.accuracy_bar, study.retest_rate) == (0.1, 0.75, 0.05)
    page = signed_in(alice).get(url).content.decode()
    assert 'value="10"' in page
    assert 'value="75"' in page


def test_home_names_the_studies_that_control_items_halted(project, signed_in, alice):
    study = checked_study(project)
    assert rate_until_paused(rater_in(study), "1")
    page = signed_in(alice).get(reverse("gold:home", args=[project.uid])).content.decode()
    assert "is paused by control items" in page


def test_a_control_set_is_not_opened(alice, study):
    controls = keyed_study(study, Study.Purpose.CONTROL, state=Study.State.DRAFT)
    with pytest.raises(DomainError, match="not rated by itself"):
        open_study(actor=alice, study=controls, now=NOW)


def test_a_criterion_without_a_key_is_not_marked(project):
    study = study_of(project, criteria={"helpful": {}, "polite": {}})
    controls = keyed_study(study, Study.Purpose.CONTROL, items=0)
    expect(factories.make_item(controls, slots_total=0, slots_open=0))
    study.controls, study.control_rate = controls, 0.5
    study.save()
    for _n in range(8):
        factories.make_item(study)
    chair = rater_in(study)
    while not Rating.objects.filter(layer=Layer.CONTROL).exists():
        submit(claim(chair), {"helpful": "4", "polite": "1"})
    assert accuracies(study)[chair.rater_id].right == 1
    assert Item.objects.filter(study=controls).get().n_submitted == 0


def test_the_form_says_what_does_not_fit(signed_in, alice, project, study):
    other = keyed_study(study_of(project), Study.Purpose.TRAINING)
    qualification = make_qualification(
        actor=alice, project=project, name="T", training=other, needed=1
    )
    answer = signed_in(alice).post(
        reverse("annotation:study_quality", args=[study.uid]),
        {
            "control_rate": 0,
            "retest_rate": 0,
            "retest_after_hours": 24,
            "requires": qualification.pk,
        },
    )
    assert answer.status_code == 422
    assert "same version of the rubric" in answer.content.decode()


def test_a_lane_asks_for_a_training_by_the_same_version_too(alice, project, study):
    other = keyed_study(study_of(project), Study.Purpose.TRAINING)
    made = make_qualification(actor=alice, project=project, name="T", training=other, needed=1)
    study.state = Study.State.DRAFT
    study.save()
    lanes = [{"name": "hard", "where": "n_turns > 4", "qualification": made.slug}, {"name": "rest"}]
    changes = {"open_to": "named", "policy": "in_order", "overlap_max": None, "lanes": lanes}
    with pytest.raises(DomainError, match="same version of the rubric"):
        change_policy(actor=alice, study=study, changes=changes)


def controls_in(project, **fields):
    """A study of two items whose every second place is a control item, and its set."""
    study = checked_study(project, items=2, bar=None, **fields)
    return study, study.controls


def test_what_stands_in_the_study_itself_is_no_control_item_there(project):
    study, controls = controls_in(project)
    twin = controls.items.order_by("seq").first()
    ExpectedAnswer.objects.exclude(item=twin).delete()
    Item.objects.filter(study=study, seq=1).update(conversation=twin.conversation)
    chair = rater_in(study)
    for _n in range(2):
        submit(claim(chair), {"helpful": "4"})
    assert no_item(chair).why == Why.DONE
    met = Assignment.objects.values_list("item__conversation", flat=True)
    assert len(set(met)) == len(met) == 2


def test_a_pair_that_was_met_is_no_control_item_the_other_way_round(project):
    study, controls = controls_in(project)
    one, other = (factories.make_conversation(project) for _n in range(2))
    third = factories.make_conversation(project)
    sides = {"conversation_b": other, "n_answers": 2}
    Item.objects.filter(study=study, seq=1).update(conversation=one, **sides)
    twin, kept, *_rest = controls.items.order_by("seq")
    Item.objects.filter(pk=twin.pk).update(conversation=other, conversation_b=one, n_answers=2)
    Item.objects.filter(pk=kept.pk).update(conversation=third, conversation_b=other, n_answers=2)
    usable = Item.objects.filter(pk__in=[twin.pk, kept.pk]).filter(
        ~Exists(Item.objects.filter(in_items(), study=study))
    )
    assert list(usable) == [kept]


def test_what_was_met_as_a_control_item_does_not_come_when_it_is_drawn_later(alice, project):
    study = checked_study(project, items=20, bar=None)
    chair = rater_in(study)
    while (held := claim(chair)).layer != Layer.CONTROL:
        submit(held, {"helpful": "4"})
    submit(held, {"helpful": "4"})
    met = held.item.conversation
    draw_items(
        actor=alice, study=study, size=1, seed=1, now=NOW,
        where=f'"group" == "{met.group_key}"',
    )  # fmt: skip
    item = study.items.get(conversation=met)
    seen = Assignment.objects.get(item=item, rater=chair.rater)
    assert seen.state == Assignment.State.SEEN


def test_a_draw_asks_no_question_for_each_control_item_that_was_met(
    project, django_assert_max_num_queries
):
    study = checked_study(project, items=2, bar=None)
    met = list(study.controls.items.all())
    raters = [rater_in(study).rater for _n in range(3)]
    for rater in raters:
        for item in met:
            factories.make_assignment(item, rater, study=study, slot=0, layer=Layer.CONTROL)
    said = [met[0].conversation, factories.make_conversation(project)]
    drawn = [factories.make_item(study, conversation=one) for one in said]
    with django_assert_max_num_queries(2):
        keep_from_who_met(study, drawn)
    seen = Assignment.objects.filter(state=Assignment.State.SEEN)
    assert {(one.item_id, one.rater_id) for one in seen} == {
        (drawn[0].pk, rater.pk) for rater in raters
    }


def test_a_set_whose_items_all_stand_in_the_study_is_refused(alice, project):
    study, controls = controls_in(project)
    twin = controls.items.order_by("seq").first()
    Item.objects.filter(study=study, seq=1).update(conversation=twin.conversation)
    other = keyed_study(study, Study.Purpose.CONTROL, items=1)
    other.items.update(conversation=twin.conversation)
    changes = {name: getattr(study, name) for name in FIELDS} | {"controls": other}
    with pytest.raises(DomainError, match="stand in this study too"):
        change_quality(actor=alice, study=study, changes=changes)


def skip(assignment: Assignment, reason: str = "It is broken or empty") -> None:
    skip_item(actor=assignment.rater.user, assignment=assignment, reason=reason, now=NOW)


def test_who_skips_control_items_gets_them_wrong(project):
    study = checked_study(project, items=2)
    chair = rater_in(study)
    for _n in range(30):
        held = claim_next(study_rater=StudyRater.objects.get(pk=chair.pk), now=NOW)
        if not isinstance(held, Assignment):
            break
        skip(held)
    chair.refresh_from_db()
    assert (chair.paused_because, chair.n_checks) == ("accuracy", 0)
    assert accuracies(study)[chair.rater_id].right == 0


def test_what_an_end_user_erased_was_not_skipped(project):
    study = checked_study(project, items=10)
    chair = rater_in(study)
    while (held := claim(chair)).layer != Layer.CONTROL:
        submit(held, {"helpful": "4"})
    skip(held)
    Assignment.objects.filter(pk=held.pk).update(skip_reason="")
    assert not accuracies(study)


def test_who_read_the_key_of_what_they_hold_is_not_checked_by_it(project):
    study = checked_study(project, items=10)
    chair = rater_in(study)
    while (held := claim(chair)).layer != Layer.CONTROL:
        submit(held, {"helpful": "4"})
    reveal_to(user=chair.rater.user, item=held.item, how=How.KEY, now=NOW)
    submit(held, {"helpful": "4"})
    assert not accuracies(study)
