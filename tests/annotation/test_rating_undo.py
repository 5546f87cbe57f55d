"""Only the last submit can be undone, and however often the key is pressed, only that one."""

from datetime import timedelta

import pytest

from annotation.models import Assignment, Rating
from annotation.rating_undo import undo_last
from annotation.services.drafting import skip_item
from core.errors import DomainError
from tests.annotation.rating_helpers import NOW, claim, rater_in, study_of, submit


@pytest.fixture
def desk(project):
    """A rater who has submitted two items and holds a third."""
    desk = rater_in(study_of(project, items=3))
    for seconds in (0, 1):
        submit(claim(desk), {"helpful": "4"}, now=NOW + timedelta(seconds=seconds))
    claim(desk)
    return desk


def undo(desk) -> Assignment:
    return undo_last(actor=desk.rater.user, desk=desk, now=NOW + timedelta(seconds=5))


def test_the_last_one_comes_back_before_the_one_at_hand(desk):
    assert undo(desk).item.seq == 2
    assert claim(desk).item.seq == 2


def test_twice_undoes_one(desk):
    assert undo(desk) == undo(desk)
    assert Rating.objects.filter(current=True).count() == 1


def test_submitted_again_it_can_be_undone_again(desk):
    submit(undo(desk), {"helpful": "2"}, now=NOW + timedelta(seconds=2))
    assert claim(desk).item.seq == 3
    assert undo(desk).item.seq == 2


def test_the_one_before_it_stays(desk):
    skip_item(actor=desk.rater.user, assignment=undo(desk), reason="broken", now=NOW)
    with pytest.raises(DomainError, match="my ratings"):
        undo(desk)


def test_with_nothing_submitted_it_says_so(project):
    with pytest.raises(DomainError, match="not submitted anything"):
        undo(rater_in(study_of(project)))
