import pytest
from django.urls import reverse

from analytics.reports.snapshots import take_snapshot
from annotation.models import Assignment, Item, Layer, Rating, Reveal, Study
from annotation.services.calibration import letters, progress, reveal_study
from annotation.services.chairs import Why
from annotation.services.drafting import skip_item
from annotation.services.raters import rater_for
from annotation.services.rating import Kept
from annotation.services.reveals import How, reveal
from annotation.services.studies import name_rater, open_study
from core.errors import DomainError
from tests import factories
from tests.annotation.rating_helpers import NOW, claim, no_item, study_of, submit


@pytest.fixture
def session(alice, project):
    """Two raters and two items, both open."""
    study = study_of(
        project, items=2, overlap=1, purpose=Study.Purpose.CALIBRATION, state=Study.State.DRAFT
    )
    for name in ("dora", "eve"):
        user = factories.make_user(name)
        factories.make_membership(project.team, user)
        factories.make_study_rater(study, factories.make_rater(project, user))
    return open_study(actor=alice, study=study, now=NOW)


@pytest.fixture
def chairs(session):
    return list(session.study_raters.select_related("rater__user").order_by("pk"))


def rate_all(chairs, *answers: str) -> None:
    for chair, answer in zip(chairs, answers, strict=True):
        for _n in range(2):
            submit(claim(chair), {"helpful": answer}, comment=f"I say {answer}")


def test_every_rater_has_a_place_on_every_item(session):
    assert set(session.items.values_list("slots_total", flat=True)) == {2}


def test_whoever_joins_later_gets_a_place_too(alice, session, chairs, bob):
    rate_all(chairs, "2", "4")
    name_rater(actor=alice, study=session, rater=rater_for(bob, session.project))
    assert set(session.items.values_list("state", "slots_open")) == {(Item.State.OPEN, 1)}


def test_who_is_through_waits_for_the_others(chairs):
    rate_all(chairs[:1], "2")
    assert no_item(chairs[0]).why == Why.OTHERS_FIRST


def test_what_does_not_come_to_a_rater_is_not_waited_for(session, chairs):
    """An item met elsewhere with its answers, or skipped: the session would never be through."""
    dora, eve = chairs
    first = session.items.earliest("seq")
    reveal(dora.rater, [first], How.ITEM, NOW)
    submit(claim(dora), {"helpful": "2"})
    skip_item(actor=eve.rater.user, assignment=claim(eve), reason="Broken", now=NOW)
    submit(claim(eve), {"helpful": "2"})
    assert no_item(dora).why == no_item(eve).why == Why.OTHERS_FIRST
    assert [(one.done, one.total, one.is_through) for one in progress(session)] == [
        (1, 1, True),
        (1, 1, True),
    ]


def test_after_the_reveal_each_rates_each_once_more(alice, session, chairs):
    rate_all(chairs, "2", "4")
    reveal_study(actor=alice, study=session, now=NOW)
    rate_all(chairs, "3", "4")
    layers = Rating.objects.filter(current=True).values_list("layer", flat=True)
    assert sorted(layers) == [Layer.BLIND] * 4 + [Layer.INFORMED] * 4
    assert no_item(chairs[0]).why == Why.DONE


def test_the_second_round_shows_others_by_letter_and_not_by_name(alice, session, chairs, signed_in):
    rate_all(chairs, "2", "4")
    reveal_study(actor=alice, study=session, now=NOW)
    dora, eve = (chair.rater for chair in chairs)
    url = reverse("annotation:rate", args=[session.uid])
    page = signed_in(dora.user).get(url).content.decode()
    assert f"Rater {letters(session)[eve.pk]}" in page
    assert "I say 4" in page
    assert "Eve" not in page


def test_the_second_round_begins_with_ones_own_answers(alice, session, chairs, signed_in):
    rate_all(chairs, "2", "4")
    reveal_study(actor=alice, study=session, now=NOW)
    url = reverse("annotation:rate", args=[session.uid])
    page = signed_in(chairs[0].rater.user).get(url).content.decode()
    checked = page.split(" checked")[0]
    assert checked.rstrip().endswith('value="2" data-shortcut="2"')


def test_nobody_sees_others_before_the_reveal(session, chairs, signed_in):
    rate_all(chairs[1:], "4")
    url = reverse("annotation:rate", args=[session.uid])
    assert b"I say 4" not in signed_in(chairs[0].rater.user).get(url).content


def test_an_item_that_was_not_rated_blind_does_not_come_afterwards(alice, session, chairs):
    submit(claim(chairs[0]), {"helpful": "2"})
    rate_all(chairs[1:], "4")
    reveal_study(actor=alice, study=session, now=NOW)
    submit(claim(chairs[0]), {"helpful": "3"})
    assert no_item(chairs[0]).why == Why.DONE


def test_what_was_in_hand_at_the_reveal_is_informed(alice, session, chairs):
    held = claim(chairs[0])
    rate_all(chairs[1:], "4")
    reveal_study(actor=alice, study=session, now=NOW)
    submission = submit(held, {"helpful": "2"})
    assert (submission.kept, submission.rating.layer) == (Kept.INFORMED, Layer.INFORMED)


def test_changing_a_blind_rating_after_the_reveal_keeps_it(alice, session, chairs):
    rate_all(chairs, "2", "4")
    reveal_study(actor=alice, study=session, now=NOW)
    blind = Rating.objects.filter(rater=chairs[0].rater, layer=Layer.BLIND).first()
    submit(blind.assignment, {"helpful": "5"}, revises=blind.uid)
    blind.refresh_from_db()
    assert blind.current
    rate_all(chairs[:1], "3")  # the round goes on, and its answer is the last one
    informed = Rating.objects.filter(
        rater=chairs[0].rater, layer=Layer.INFORMED, item=blind.item, current=True
    )
    assert informed.get().scores.get().value == 2


def test_the_manager_is_told_who_is_not_through(alice, session, chairs, signed_in):
    rate_all(chairs[:1], "2")
    page = signed_in(alice).get(reverse("annotation:reveal", args=[session.uid])).content.decode()
    assert "Eve: 0 of 2 items." in page
    assert [one.is_through for one in progress(session)] == [True, False]


def test_a_reveal_is_once_and_only_of_calibrations(alice, project, session, chairs):
    with pytest.raises(DomainError, match="Nobody has rated"):
        reveal_study(actor=alice, study=session, now=NOW)
    rate_all(chairs, "2", "4")
    reveal_study(actor=alice, study=session, now=NOW)
    with pytest.raises(DomainError, match="already"):
        reveal_study(actor=alice, study=session, now=NOW)
    with pytest.raises(DomainError, match="Only in a calibration"):
        reveal_study(actor=alice, study=study_of(project), now=NOW)


def test_the_question_before_a_reveal_is_put_only_where_there_is_something_to_show(
    alice, session, chairs, signed_in
):
    url, client = reverse("annotation:reveal", args=[session.uid]), signed_in(alice)
    assert "Nobody has rated anything yet" in client.get(url).content.decode()
    rate_all(chairs, "2", "4")
    assert client.get(url).status_code == 200
    reveal_study(actor=alice, study=session, now=NOW)
    answer = client.get(url, follow=True)
    assert "The raters see each other already." in answer.content.decode()
    assert answer.redirect_chain == [(reverse("annotation:study_quality", args=[session.uid]), 302)]
    assert client.post(url).status_code == 409


def test_the_report_tells_before_and_after(alice, session, chairs, signed_in):
    rate_all(chairs, "2", "4")
    reveal_study(actor=alice, study=session, now=NOW)
    submit(claim(chairs[0]), {"helpful": "4"})
    submit(claim(chairs[0]), {"helpful": "2"})
    rate_all(chairs[1:], "4")
    session.refresh_from_db()
    snapshot = take_snapshot(session, now=NOW, replicates=50)
    [part] = snapshot.data["calibration"]
    assert (part["n_ratings"], part["n_changed"]) == (4, 1)
    assert part["percent_agreement"]["before"]["value"] == 0
    assert part["percent_agreement"]["difference"]["value"] == 0.5
    assert [one["after"] for one in part["apart"]] == [[0, 1, 0, 1, 0]]
    page = signed_in(alice).get(reverse("analytics:calibration", args=[session.uid]))
    assert "1 of 4 answers were changed." in page.content.decode()


def test_reveals_are_recorded_for_every_rater_and_item(alice, session, chairs):
    rate_all(chairs, "2", "4")
    reveal_study(actor=alice, study=session, now=NOW)
    assert Reveal.objects.filter(how="calibration").count() == 4
    assert not Assignment.objects.filter(state=Assignment.State.SEEN).exists()


def test_a_judge_beside_the_session_has_no_voice_in_it(alice, session, chairs, signed_in):
    rate_all(chairs, "2", "4")
    judges = [factories.make_rater(session.project, kind="judge") for _n in range(2)]
    for item in session.items.all():
        for judge in judges:
            factories.make_rating(item, judge, comment="I am a judge")
    reveal_study(actor=alice, study=session, now=NOW)
    url = reverse("annotation:rate", args=[session.uid])
    page = signed_in(chairs[0].rater.user).get(url)
    assert page.status_code == 200
    assert "I am a judge" not in page.content.decode()


def test_how_far_everybody_is_takes_no_query_for_each(session, chairs, django_assert_num_queries):
    rate_all(chairs[:1], "2")
    for _n in range(3):
        factories.make_study_rater(session, factories.make_rater(session.project))
    with django_assert_num_queries(4):
        found = progress(session)
    assert sorted(one.done for one in found) == [0, 0, 0, 0, 2]
