"""A person settles what the rule could not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import AuditEntry, Role
from annotation.models import Item, Layer, Verdict
from annotation.services.adjudication import decide, reopen
from annotation.standing import standing_of
from core.errors import DomainError, InvalidError, NotAllowedError
from core.scales import Kind, Level
from tests import factories
from tests.annotation.settling_helpers import (
    LATER,
    PER_TURN,
    TWO,
    decision,
    rated_item,
    settle,
    settled,
    study_with,
    turns,
)
from tests.conftest import member

DISPUTE = ({"helpful": 3}, {"helpful": 0}, {"helpful": 3})


@pytest.fixture
def study(project):
    return study_with(project)


@pytest.fixture
def item(study):
    return rated_item(study, *DISPUTE)


def test_a_decision_is_a_verdict_with_all_it_rests_on(alice, item):
    settle(alice, item, {"helpful": "3"}, reason="The answer suits the question.")
    verdict = Verdict.objects.get()
    assert (verdict.value, verdict.source) == (2, Verdict.Source.ADJUDICATION)
    assert (verdict.adjudicator, verdict.reason) == (alice, "The answer suits the question.")
    assert verdict.distribution == {"1": 1, "4": 2}
    assert set(verdict.rating_uids) == {str(rating.uid) for rating in item.ratings.all()}


def test_a_decided_item_is_settled(alice, item):
    item = settle(alice, item, {"helpful": "3"})
    assert (item.state, item.settled_at) == (Item.State.SETTLED, LATER)


def test_a_decision_is_audited_once(alice, item):
    settle(alice, item, {"helpful": "3"})
    entry = AuditEntry.objects.get(verb="item.adjudicated")
    assert (entry.actor, entry.target_uid) == (alice, item.uid)
    assert entry.data == {"answers": ["helpful"], "unsettleable": []}, (
        "words stand in verdicts alone"
    )


def test_what_is_left_out_is_named(alice, project):
    item = rated_item(
        study_with(project, TWO),
        {"helpful": 4, "correct": 0},
        {"helpful": 0, "correct": 4},
        {"helpful": 4, "correct": 4},
    )
    with pytest.raises(InvalidError, match="“Correct” is still open") as refusal:
        settle(alice, item, {"helpful": "3"})
    assert set(refusal.value.fields) == {"correct"}
    assert not Verdict.objects.exists()


def test_consensus_stands_beside_the_decision(alice, project):
    item = rated_item(
        study_with(project, TWO),
        {"helpful": 4, "correct": 3},
        {"helpful": 0, "correct": 3},
        {"helpful": 4, "correct": 3},
    )
    settle(alice, item, {"helpful": "5"})
    sources = dict(Verdict.objects.values_list("criterion__key", "source"))
    assert sources == {"helpful": "adjudication", "correct": "consensus"}


def test_a_settled_criterion_is_not_open_to_decision(alice, project):
    item = rated_item(
        study_with(project, TWO),
        {"helpful": 4, "correct": 3},
        {"helpful": 0, "correct": 3},
        {"helpful": 4, "correct": 3},
    )
    with pytest.raises(InvalidError, match="not open"):
        settle(alice, item, {"helpful": "5", "correct": "1"})


def test_a_point_beyond_the_scale_is_refused(alice, item):
    with pytest.raises(InvalidError, match="not on the scale") as refusal:
        settle(alice, item, {"helpful": "9"})
    assert set(refusal.value.fields) == {"helpful"}


@pytest.mark.parametrize(
    ("reason", "words"), [("  ", "Say why"), ("x" * 4_001, "4001"), ("a\0b", "stored")]
)
def test_a_reason_is_required_and_bounded(alice, item, reason, words):
    with pytest.raises(InvalidError, match=words):
        settle(alice, item, {"helpful": "3"}, reason=reason)


def test_what_cannot_be_settled_stays_out_of_gold(alice, item):
    item = settle(alice, item, unsettleable=frozenset({"helpful"}))
    verdict = Verdict.objects.get()
    assert (verdict.value, verdict.number, verdict.words) == (None, None, "")
    assert (item.state, item.settled_at) == (Item.State.UNSETTLEABLE, None)


def test_every_disputed_turn_is_decided(alice, project):
    study = study_with(project, PER_TURN)
    item = factories.make_item(
        study, factories.make_conversation(project, turns=turns(2)), slots_total=3
    )
    for first, second in ((0, 0), (1, 0), (2, 0)):
        rating = factories.make_rating(item, None, {"breakdown": first}, unit=(1, -1))
        rating.scores.create(
            criterion=study.rubric_version.criteria.get(), item=item, turn=3, value=second,
            rater=rating.rater, kind="person", layer="blind",
        )  # fmt: skip
    settled(item)
    assert [key[1] for key in standing_of(item).open] == [1]
    assert settle(alice, item, {"breakdown.1": "T"}).state == Item.State.SETTLED
    assert set(Verdict.objects.values_list("turn", "value")) == {(1, 1), (3, 0)}


def test_labels_are_decided_as_a_set(alice, project):
    labels = {"kind": Kind.MULTI, "level": Level.NOMINAL, "points": factories.points("a", "b", "c")}
    item = rated_item(study_with(project, {"harm": labels}), {"harm": 1}, {"harm": 6})
    settle(alice, item, {"harm": ("a", "c")})
    assert Verdict.objects.get().value == 5


def test_the_empty_set_of_labels_is_a_decision(alice, project):
    labels = {"kind": Kind.MULTI, "level": Level.NOMINAL, "points": factories.points("a", "b")}
    item = rated_item(study_with(project, {"harm": labels}), {"harm": 1}, {"harm": 2})
    assert settle(alice, item, {"harm": ()}).state == Item.State.SETTLED
    assert Verdict.objects.get().value == 0


def test_a_number_is_decided_within_its_range(alice, project):
    number = {
        "kind": Kind.NUMERIC, "level": Level.RATIO, "points": [], "minimum": 0.0, "maximum": 100.0,
    }  # fmt: skip
    item = rated_item(study_with(project, {"effort": number}), {"effort": 5.0}, {"effort": 90.0})
    settle(alice, item, {"effort": "40.5"})
    assert Verdict.objects.get().number == 40.5


def conditional() -> dict[str, object]:
    return {
        "broken": {
            "kind": Kind.BINARY, "level": Level.NOMINAL, "points": factories.points("no", "yes"),
        },
        "kind": {
            "kind": Kind.NOMINAL, "level": Level.NOMINAL,
            "points": factories.points("form", "content", "both"),
            "show_if": "broken == yes",
        },
    }  # fmt: skip


def conditional_item(project, last=2):
    return rated_item(
        study_with(project, conditional()),
        {"broken": 1, "kind": 0},
        {"broken": 1, "kind": 1},
        {"broken": 0},
        {"broken": 0},
        {"broken": 1, "kind": last},
    )


def test_what_a_decision_hides_needs_no_decision(alice, project):
    item = conditional_item(project)
    assert settle(alice, item, {"broken": "no"}).state == Item.State.SETTLED
    assert dict(Verdict.objects.values_list("criterion__key", "value")) == {"broken": 0}


def test_a_consensus_that_a_decision_hides_is_withdrawn(alice, project):
    item = conditional_item(project, last=1)
    assert settle(alice, item, {"broken": "no"}).state == Item.State.SETTLED
    current = Verdict.objects.filter(current=True).values_list("criterion__key", "value")
    assert dict(current) == {"broken": 0}


def test_what_a_decision_shows_needs_one(alice, project):
    item = conditional_item(project)
    with pytest.raises(InvalidError, match="“Kind” is still open"):
        settle(alice, item, {"broken": "yes"})


def test_a_computed_score_follows_from_its_parts(alice, project):
    criteria = {
        "base": {},
        "wrong": {
            "kind": Kind.BINARY, "level": Level.NOMINAL, "points": factories.points("no", "yes"),
            "effect": {"minus": 2},
        },
        "total": {"derived": {"base": "base", "floor": 1}},
    }  # fmt: skip
    item = rated_item(
        study_with(project, criteria),
        {"base": 4, "wrong": 0, "total": 4},
        {"base": 0, "wrong": 0, "total": 0},
        {"base": 4, "wrong": 1, "total": 2},
    )
    assert settle(alice, item, {"base": "5"}).state == Item.State.SETTLED
    assert dict(Verdict.objects.values_list("criterion__key", "value"))["total"] == 4


def test_nobody_decides_on_an_own_item(team, study):
    carol = member(team, "carol", Role.ADJUDICATOR)
    own = factories.make_rater(study.project, carol)
    item = rated_item(study, *DISPUTE, raters=[own])
    with pytest.raises(NotAllowedError, match="You rated item 1 yourself"):
        settle(carol, item, {"helpful": "3"})


def test_a_study_may_let_raters_decide_on_their_own(team, project):
    study = study_with(project, adjudicate_own=True)
    carol = member(team, "carol", Role.ADJUDICATOR)
    item = rated_item(study, *DISPUTE, raters=[factories.make_rater(project, carol)])
    assert settle(carol, item, {"helpful": "3"}).state == Item.State.SETTLED


def test_an_item_that_still_takes_ratings_is_not_settled(alice, study):
    item = factories.make_item(study)
    factories.make_rating(item, None, {"helpful": 3})
    with pytest.raises(DomainError, match="still takes ratings"):
        settle(alice, item, {"helpful": "3"})


def test_late_ratings_do_not_count(alice, item):
    factories.make_rating(item, None, {"helpful": 1}, layer=Layer.EXTRA)
    settle(alice, item, {"helpful": "3"})
    assert Verdict.objects.get().distribution == {"1": 1, "4": 2}


def test_the_second_of_two_adjudicators_hears_of_the_first(alice, team, item):
    carol = member(team, "carol", Role.ADJUDICATOR)
    seen = decision(item, {"helpful": "2"})
    settle(alice, item, {"helpful": "3"})
    with pytest.raises(DomainError, match=r"Alice decided on this item .*Helpful: 3") as refusal:
        decide(actor=carol, item=item, decision=seen, now=LATER)
    assert refusal.value.code == "decided_meanwhile"
    assert Verdict.objects.get().value == 2


def test_the_same_decision_twice_is_one(alice, item):
    sent = decision(item, {"helpful": "3"})
    decide(actor=alice, item=item, decision=sent, now=LATER)
    decide(actor=alice, item=item, decision=sent, now=LATER)
    assert Verdict.objects.count() == 1


def test_a_rating_that_changed_meanwhile_is_told(alice, item):
    sent = decision(item, {"helpful": "3"})
    factories.make_rating(item, None, {"helpful": 3})
    with pytest.raises(DomainError, match="ratings of this item have changed"):
        decide(actor=alice, item=item, decision=sent, now=LATER)


def test_deciding_anew_supersedes_and_keeps_the_first(alice, item):
    settle(alice, item, {"helpful": "3"}, reason="First thought.")
    settle(alice, item, {"helpful": "4"}, reason="Second thought.")
    kept = Verdict.objects.order_by("pk").values_list("value", "current", "reason")
    assert list(kept) == [(2, False, "First thought."), (3, True, "Second thought.")]


def test_deciding_the_same_anew_is_refused(alice, item):
    settle(alice, item, {"helpful": "3"})
    with pytest.raises(InvalidError, match="nothing has changed"):
        settle(alice, item, {"helpful": "3"})


def test_reopening_puts_the_item_back_and_keeps_the_history(alice, item):
    settle(alice, item, {"helpful": "3"})
    reopened = reopen(actor=alice, item=item, now=LATER + timedelta(minutes=5))
    assert (reopened.state, reopened.settled_at) == (Item.State.DISPUTED, None)
    assert [verdict.current for verdict in Verdict.objects.all()] == [False]


def test_what_nobody_decided_is_not_reopened(alice, item):
    with pytest.raises(DomainError, match="Nobody has decided"):
        reopen(actor=alice, item=item, now=LATER)


def test_an_imported_study_settles_the_same_way(alice, project):
    item = rated_item(study_with(project, imported=True, state="closed", settling={}), *DISPUTE)
    assert settle(alice, item, {"helpful": "3"}).state == Item.State.SETTLED


@pytest.mark.django_db(transaction=True)
def test_of_two_adjudicators_at_once_one_decides_and_one_hears_of_it(alice, team, item):
    carol = member(team, "carol", Role.ADJUDICATOR)
    sent = {alice: decision(item, {"helpful": "3"}), carol: decision(item, {"helpful": "2"})}
    start = Barrier(2)

    def press(person):
        start.wait()
        try:
            decide(actor=person, item=item, decision=sent[person], now=LATER)
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "decided"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(press, sent))
    assert sorted(said) == ["decided", "decided_meanwhile"]
    assert Verdict.objects.count() == 1
