"""A criterion sent back for rewording: its verdicts wait, those of others do not."""

import pytest

from accounts.models import AuditEntry, Role
from annotation.models import CriterionHold, Item, Verdict
from annotation.selectors import open_holds
from annotation.services import holds as service
from annotation.services.holds import lift_hold, send_back
from annotation.standing import standing_of
from core.errors import DomainError, InvalidError, NotAllowedError
from jobs.testing import run_pending_jobs
from tests import factories
from tests.annotation.rating_helpers import claim, rater_in
from tests.annotation.settling_helpers import LATER, TWO, rated_item, settle, study_with
from tests.conftest import member

SPLIT = ({"helpful": 3, "correct": 4}, {"helpful": 0, "correct": 0}, {"helpful": 3, "correct": 4})
AGREED = ({"helpful": 3, "correct": 4},) * 3


@pytest.fixture
def study(project):
    return study_with(project, TWO)


@pytest.fixture
def item(study):
    return rated_item(study, *SPLIT)


def send(actor, item, key="helpful", reason="“Helpful” to whom?"):
    criterion = item.study.rubric_version.criteria.get(key=key)
    return send_back(actor=actor, item=item, criterion=criterion, reason=reason, now=LATER)


def test_a_criterion_sent_back_waits_and_names_its_item(alice, item, study):
    send(alice, item)
    held = open_holds(study)
    assert [(one.criterion.key, one.hold.item, one.hold.reason) for one in held] == [
        ("helpful", item, "“Helpful” to whom?")
    ]
    assert AuditEntry.objects.filter(verb="criterion.sent_back", actor=alice).exists()


def test_a_held_criterion_needs_no_decision_and_the_item_stays_open(alice, item):
    send(alice, item)
    item = settle(alice, item, {"correct": "5"})
    assert item.state == Item.State.DISPUTED
    assert standing_of(item).open == []
    assert len(standing_of(item).waiting) == 1


def test_a_held_criterion_waits_on_other_items_too(alice, item, study):
    send(alice, item)
    other = rated_item(study, *AGREED)
    assert other.state == Item.State.DISPUTED
    assert [verdict.criterion.key for verdict in other.verdicts.all()] == ["correct"]


def test_what_was_settled_before_the_hold_stays(alice, item, study):
    other = rated_item(study, *AGREED)
    send(alice, item)
    other.refresh_from_db()
    assert other.state == Item.State.SETTLED


def test_sending_back_is_part_of_a_decision(alice, item):
    item = settle(alice, item, {"correct": "5"}, rewording=frozenset({"helpful"}))
    assert CriterionHold.objects.get().criterion.key == "helpful"
    assert Verdict.objects.get().criterion.key == "correct"


def test_sending_back_alone_leaves_the_others_open(alice, item):
    item = settle(alice, item, rewording=frozenset({"helpful"}))
    assert len(standing_of(item).open) == 1


def test_what_is_settled_cannot_be_sent_back(alice, study):
    item = rated_item(study, *[one | {"correct": 4} for one in SPLIT])
    with pytest.raises(InvalidError, match="Only a criterion that is open"):
        settle(alice, item, rewording=frozenset({"correct"}))


def test_a_reason_is_required(alice, item):
    with pytest.raises(InvalidError, match="Say why"):
        send(alice, item, reason=" ")


def test_the_same_item_is_sent_back_once(alice, item):
    send(alice, item)
    with pytest.raises(DomainError, match="already"):
        send(alice, item)


def test_nobody_sends_back_an_own_item(team, study):
    carol = member(team, "carol", Role.ADJUDICATOR)
    item = rated_item(study, *SPLIT, raters=[factories.make_rater(study.project, carol)])
    with pytest.raises(NotAllowedError, match="yourself"):
        send(carol, item)


def test_lifting_the_hold_settles_what_was_agreed_meanwhile(alice, item, study):
    hold = send(alice, item)
    other = rated_item(study, *AGREED)
    lift_hold(actor=alice, hold=hold, now=LATER)
    other.refresh_from_db()
    item.refresh_from_db()
    assert (other.state, item.state) == (Item.State.SETTLED, Item.State.DISPUTED)
    assert len(standing_of(item).open) == 2


def test_a_lifted_hold_is_not_lifted_again(alice, item):
    hold = send(alice, item)
    lift_hold(actor=alice, hold=hold, now=LATER)
    with pytest.raises(DomainError, match="does not wait"):
        lift_hold(actor=alice, hold=hold, now=LATER)


def test_a_large_study_is_settled_by_a_job(
    alice, item, study, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(service, "RESETTLED_AT_ONCE", 1)
    hold = send(alice, item)
    others = [rated_item(study, *AGREED) for _number in range(3)]
    with django_capture_on_commit_callbacks():
        lift_hold(actor=alice, hold=hold, now=LATER)
    assert Item.objects.filter(state=Item.State.SETTLED).count() == 0
    run_pending_jobs()
    states = Item.objects.filter(pk__in=[one.pk for one in others]).values_list("state", flat=True)
    assert set(states) == {Item.State.SETTLED}


def test_once_lifted_one_rater_more_is_asked_where_the_study_asks_one(alice, item, study):
    hold = send(alice, item)
    other = rated_item(study, *({**said, "correct": 4} for said in SPLIT))
    study.overlap_max = 4
    study.save()
    spare = rater_in(study)
    lift_hold(actor=alice, hold=hold, now=LATER)
    other.refresh_from_db()
    assert (other.state, other.slots_total, other.slots_open) == (Item.State.OPEN, 4, 1)
    assert claim(spare).item in {item, other}
