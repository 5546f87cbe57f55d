"""Taking back and revising: nothing is overwritten, and a consensus never outlives its ratings."""

from datetime import timedelta

import pytest

from annotation.answers import Answer
from annotation.models import Assignment, AssignmentDraft, Item, Rating, Score, Study, Verdict
from annotation.rating_desk import filled_from_rating
from annotation.services.revising import take_back
from core.errors import DomainError
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit


def undo(assignment: Assignment) -> None:
    rating = Rating.objects.get(assignment=assignment, current=True)
    filled = filled_from_rating(rating, assignment)
    take_back(
        actor=assignment.rater.user,
        assignment=assignment,
        draft={name: said.to_json() for name, said in filled.answers.items()},
        now=NOW + timedelta(seconds=5),
    )


def stands(assignment: Assignment):
    return Rating.objects.get(assignment=assignment, current=True).uid


def revise(assignment: Assignment):
    return submit(assignment, {"helpful": "2"}, revises=stands(assignment)).rating


@pytest.fixture
def submitted(project) -> Assignment:
    study = study_of(project, overlap=1)
    assignment = claim(rater_in(study))
    submit(assignment, {"helpful": "4"}, comment="Clear")
    return assignment


def test_what_is_taken_back_does_not_count(submitted):
    undo(submitted)
    item = Item.objects.get()
    assert (item.n_submitted, item.slots_open, item.state) == (0, 0, Item.State.OPEN)
    assert not Rating.objects.filter(current=True).exists()
    assert not Score.objects.filter(current=True).exists()


def test_a_consensus_on_it_is_withdrawn_and_kept(submitted):
    assert Verdict.objects.get().current
    undo(submitted)
    assert not Verdict.objects.get().current


def test_it_comes_back_with_what_was_answered(submitted):
    undo(submitted)
    draft = AssignmentDraft.objects.get()
    assert draft.answers == {"helpful": {"chosen": "4"}}
    assert draft.comment == "Clear"


def test_it_is_the_raters_next_item_again(project):
    study = study_of(project, items=2)
    rater = rater_in(study)
    first = claim(rater)
    submit(first, {"helpful": "4"})
    claim(rater)
    undo(first)
    assert claim(rater) == first


def test_submitted_again_it_is_a_revision(submitted):
    undo(submitted)
    rating = submit(submitted, {"helpful": "2"}).rating
    old = Rating.objects.get(current=False)
    assert rating.revision_of == old
    assert [score.value for score in Score.objects.order_by("id")] == [3, 1]
    assert Verdict.objects.get(current=True).value == 1


def test_left_alone_its_slot_goes_to_another_rater(project):
    study = study_of(project, overlap=1)
    first = claim(rater_in(study))
    submit(first, {"helpful": "4"})
    undo(first)
    other = claim(rater_in(study), NOW + timedelta(minutes=31))
    assert submit(other, {"helpful": "1"}).rating.layer == "blind"
    assert Rating.objects.filter(current=True, layer="blind").count() == 1


def test_twice_is_refused(submitted):
    undo(submitted)
    with pytest.raises(DomainError, match="already"):
        take_back(actor=submitted.rater.user, assignment=submitted, draft={}, now=NOW)


@pytest.mark.parametrize("act", [undo, lambda one: revise(one)], ids=["take back", "revise"])
def test_after_the_study_closed_a_rating_stays(submitted, act):
    Study.objects.update(state=Study.State.CLOSED)
    with pytest.raises(DomainError, match="closed"):
        act(submitted)


@pytest.mark.parametrize("act", [undo, lambda one: revise(one)], ids=["take back", "revise"])
def test_after_an_adjudicator_decided_a_rating_stays(submitted, act):
    Verdict.objects.update(source=Verdict.Source.ADJUDICATION)
    with pytest.raises(DomainError, match="adjudicator"):
        act(submitted)


@pytest.mark.parametrize("act", [undo, lambda one: revise(one)], ids=["take back", "revise"])
def test_what_cannot_be_settled_keeps_its_ratings(submitted, act):
    Item.objects.update(state=Item.State.UNSETTLEABLE)
    with pytest.raises(DomainError, match="adjudicator"):
        act(submitted)


def test_a_revision_replaces_the_rating_and_settles_anew(submitted):
    rating = revise(submitted)
    assert Rating.objects.get(current=True) == rating
    assert rating.revision_of == Rating.objects.get(current=False)
    assert Verdict.objects.get(current=True).value == 1
    assert Item.objects.get().n_submitted == 1


def test_a_revision_of_what_no_longer_stands_is_refused(submitted):
    first = stands(submitted)
    submit(submitted, {"helpful": "2"}, revises=first)
    with pytest.raises(DomainError, match="already"):
        submit(submitted, {"helpful": "3"}, revises=first)


def test_a_rating_fills_the_page_with_all_that_was_said(project):
    criteria = {
        "helpful": {},
        "labels": {"kind": "multi", "level": "nominal"},
        "length": {"kind": "numeric", "level": "ratio", "points": [], "minimum": 0, "maximum": 10},
        "words": {"kind": "text", "level": "", "points": []},
    }
    study = study_of(project, criteria=criteria)
    assignment = claim(rater_in(study))
    answers = {
        "helpful": Answer(cannot_judge=True, why="not my field"),
        "labels": Answer(("1", "3")),
        "length": Answer("2.5"),
        "words": Answer("Plain."),
    }
    rating = submit(assignment, answers).rating
    assert filled_from_rating(rating, assignment).answers == answers


def test_an_empty_study_after_undo_gives_the_item_not_done(submitted):
    undo(submitted)
    rater = submitted.item.study.study_raters.get()
    assert claim(rater) == submitted
    submit(submitted, {"helpful": "1"})
    assert no_item(rater).why == "done"


def test_what_was_taken_back_is_not_brought_back_by_sending_it_again(submitted):
    first = Rating.objects.get()
    undo(submitted)
    sent = submit(submitted, {"helpful": "4"}, client_key=first.client_key)
    assert sent.rating == first
    assert Rating.objects.filter(current=True).count() == 0
    assert Assignment.objects.get().state == Assignment.State.LEASED
