"""A rater's ratings set aside: they stay, count no more, and count again if nobody has come."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from annotation.models import Assignment, Item, Layer, Rating, Score, Study, Verdict
from annotation.services import setting_aside
from annotation.services.reveals import How, reveal_to
from annotation.services.setting_aside import aside_of, set_aside, take_in
from core.errors import DomainError, InvalidError
from tests.annotation.rating_helpers import NOW, no_item, rater_in, study_of
from tests.annotation.steering_helpers import hold, rate_all, seen, work_off

pytestmark = pytest.mark.django_db
ORDINAL = {"helpful": {"min_raters": 2, "aggregate": "median", "max_spread": 0}}


@pytest.fixture
def study(project):
    """Three items that two raters have rated alike."""
    return study_of(project, items=3, overlap=2, settling=ORDINAL)


@pytest.fixture
def dora(study):
    chair = rater_in(study)
    rate_all(chair)
    return chair


@pytest.fixture
def emil(study, dora):
    chair = rater_in(study)
    rate_all(chair)
    return chair


def aside(alice, chair, receiver=None, reason="Too fast."):
    set_aside(actor=alice, study_rater=chair, receiver=receiver, reason=reason, now=NOW)


def layers(model, study):
    return set(
        model.objects.filter(item__study=study, current=True).values_list("layer", flat=True)
    )


def test_nothing_counts_and_nothing_is_deleted(alice, study, dora):
    aside(alice, dora)
    assert seen(study) == [(2, 0, "open")] * 3
    assert layers(Rating, study) == layers(Score, study) == {Layer.EXTRA}
    assert Rating.objects.count() == 3


def test_a_consensus_that_rested_on_it_is_withdrawn(alice, study, dora, emil):
    assert seen(study) == [(0, 2, "settled")] * 3
    aside(alice, dora)
    assert seen(study) == [(1, 1, "open")] * 3
    assert not Verdict.objects.filter(current=True).exists()


def test_others_fill_the_places_and_the_rater_does_not(alice, study, dora, emil):
    aside(alice, dora)
    assert no_item(dora)
    rate_all(rater_in(study))
    assert seen(study) == [(0, 2, "settled")] * 3


def test_what_a_person_decided_stands(alice, study, dora, emil):
    item = study.items.first()
    Verdict.objects.create(
        item=item, criterion=study.rubric_version.criteria.get(), value=3, distribution={},
        source=Verdict.Source.ADJUDICATION, adjudicator=alice, turn=0,
    )  # fmt: skip
    aside(alice, dora)
    assert seen(study) == [(1, 1, "settled"), (1, 1, "open"), (1, 1, "open")]


def test_a_named_rater_gets_the_items(alice, study, dora):
    finn = rater_in(study)
    aside(alice, dora, finn)
    assert Assignment.objects.filter(rater=finn.rater, state="leased").count() == 3
    assert hold(finn).item.seq == 1
    rate_all(finn)
    assert seen(study) == [(1, 1, "open")] * 3


def test_a_reason_is_asked_for_and_kept(alice, dora):
    with pytest.raises(InvalidError, match="Say why"):
        aside(alice, dora, reason=" ")
    aside(alice, dora)
    assert {one.skip_reason for one in aside_of(dora)} == {"Too fast."}
    assert AuditEntry.objects.get(verb="study.ratings_set_aside").data["ratings"] == 3


def test_a_rater_without_ratings_has_nothing_to_set_aside(alice, study):
    with pytest.raises(DomainError, match="no rating here that counts"):
        aside(alice, rater_in(study))


@pytest.mark.parametrize("act", ["aside", "in"])
def test_a_closed_study_stays_as_it_is(alice, study, dora, act):
    if act == "in":
        aside(alice, dora)
    study.state = dora.study.state = Study.State.CLOSED
    study.save()
    with pytest.raises(DomainError, match="is closed"):
        aside(alice, dora) if act == "aside" else take_in(actor=alice, study_rater=dora, now=NOW)


def test_it_counts_again(alice, study, dora, emil):
    aside(alice, dora)
    assert take_in(actor=alice, study_rater=dora, now=NOW) == (3, None)
    assert seen(study) == [(0, 2, "settled")] * 3
    assert layers(Rating, study) == layers(Score, study) == {Layer.BLIND}
    assert not aside_of(dora).exists()


def test_where_somebody_has_come_meanwhile_it_stays_aside(alice, study, dora, emil):
    aside(alice, dora)
    rate_all(rater_in(study), count=1)
    assert take_in(actor=alice, study_rater=dora, now=NOW) == (2, None)
    assert [one.item.seq for one in aside_of(dora)] == [1]
    assert seen(study) == [(0, 2, "settled")] * 3


def test_with_nothing_aside_there_is_nothing_to_undo(alice, dora):
    with pytest.raises(DomainError, match="has been set aside"):
        take_in(actor=alice, study_rater=dora, now=NOW)


def test_late_ratings_are_not_mistaken_for_it(alice, study, dora):
    Assignment.objects.filter(rater=dora.rater).update(layer=Layer.EXTRA)
    assert not aside_of(dora).exists()


def test_many_are_moved_by_a_job_both_ways(alice, study, dora, emil, monkeypatch):
    monkeypatch.setattr(setting_aside, "AT_ONCE", 1)
    aside(alice, dora)
    assert [state for *_rest, state in seen(study)] == ["open", "settled", "settled"]
    work_off()
    assert seen(study) == [(1, 1, "open")] * 3
    take_in(actor=alice, study_rater=dora, now=NOW)
    work_off()
    assert seen(study) == [(0, 2, "settled")] * 3


def test_what_was_rated_after_the_decision_is_not_moved(alice, study, dora, monkeypatch):
    monkeypatch.setattr(setting_aside, "AT_ONCE", 1)
    aside(alice, dora)
    late = Assignment.objects.filter(rater=dora.rater, layer=Layer.BLIND).last()
    late.submitted_at = NOW + timedelta(hours=1)
    late.save()
    work_off()
    assert Item.objects.get(pk=late.item_id).n_submitted == 1


def test_what_was_seen_while_it_stood_aside_counts_again(alice, study, dora):
    aside(alice, dora)
    item = study.items.first()
    reveal_to(user=dora.rater.user, item=item, how=How.ITEM, now=NOW)
    take_in(actor=alice, study_rater=dora, now=NOW)
    assert set(seen(study)) == {(1, 1, "open")}
    assert not Assignment.objects.filter(state=Assignment.State.SEEN).exists()
