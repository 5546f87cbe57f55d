"""More raters an item, for a study that is under way."""

import pytest

from annotation.models import Layer, Rating, Study, Verdict
from annotation.services import extending
from annotation.services.extending import extend_study
from annotation.services.studies import close_study
from core.errors import DomainError, InvalidError
from tests.annotation.rating_helpers import NOW, rater_in, study_of
from tests.annotation.steering_helpers import rate_all, seen, work_off

pytestmark = pytest.mark.django_db
RULE = {"helpful": {"min_raters": 1, "aggregate": "median", "max_spread": 0}}


@pytest.fixture
def study(project):
    """One item settled, one rated once, one untouched."""
    study = study_of(project, items=3, overlap=2, settling=RULE)
    rate_all(rater_in(study), count=2)
    rate_all(rater_in(study), count=1)
    return study


def extend(alice, study, more=1):
    job = extend_study(actor=alice, study=study, more=more)
    study.refresh_from_db()
    return job


def test_every_item_has_a_place_more(alice, study):
    assert extend(alice, study) is None
    assert study.overlap == 3
    assert seen(study) == [(1, 2, "open"), (2, 1, "open"), (3, 0, "open")]
    assert not Verdict.objects.filter(current=True).exists()


def test_the_added_ratings_are_blind_and_settle(alice, study):
    extend(alice, study)
    rate_all(rater_in(study), count=1)
    assert seen(study)[0] == (0, 3, "settled")
    assert set(Rating.objects.values_list("layer", flat=True)) == {Layer.BLIND}


def test_what_a_person_decided_stays(alice, study):
    Verdict.objects.filter(current=True).update(source=Verdict.Source.ADJUDICATION)
    extend(alice, study)
    assert seen(study)[0] == (0, 2, "settled")
    assert Verdict.objects.filter(current=True).exists()


def test_the_limit_of_one_rater_more_moves_along(alice, study):
    Study.objects.filter(pk=study.pk).update(overlap_max=3)
    extend(alice, study, 2)
    assert (study.overlap, study.overlap_max) == (4, 5)


def test_a_large_study_is_extended_by_a_job_once_each(alice, study, monkeypatch):
    monkeypatch.setattr(extending, "AT_ONCE", 1)
    assert extend(alice, study).total == 3
    assert [left for left, *_rest in seen(study)] == [1, 1, 2]
    work_off()
    work_off()
    assert [left for left, *_rest in seen(study)] == [1, 2, 3]


@pytest.mark.parametrize("state", [Study.State.DRAFT, Study.State.CLOSED])
def test_only_what_is_under_way_is_extended(alice, study, state):
    Study.objects.filter(pk=study.pk).update(state=state)
    with pytest.raises(DomainError, match="under way"):
        extend(alice, study)


def test_balanced_blocks_have_no_place_for_others(alice, study):
    Study.objects.filter(pk=study.pk).update(policy=Study.Policy.BLOCKS)
    with pytest.raises(DomainError, match="balanced blocks of 2"):
        extend(alice, study)


@pytest.mark.parametrize("more", [0, -1, 29])
def test_there_are_limits(alice, study, more):
    with pytest.raises(InvalidError, match="at most"):
        extend(alice, study, more)


def test_a_job_that_comes_after_the_end_of_the_study_extends_nothing(alice, study, monkeypatch):
    monkeypatch.setattr(extending, "AT_ONCE", 1)
    assert extend(alice, study) is not None
    before = seen(study)
    close_study(actor=alice, study=study, now=NOW)
    work_off()
    assert seen(study) == before
