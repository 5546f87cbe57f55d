"""Balanced blocks in a study: raters' lanes, and items dealt to them, now and later."""

from collections import Counter

import pytest

from annotation.blocks import BlocksError
from annotation.models import Study
from annotation.services.draws import draw_items
from annotation.services.lane_choice import lay_out_blocks
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(project):
    """Of five raters and no lanes yet, with thirty conversations to draw from."""
    study = factories.make_study(project, overlap=3, policy=Study.Policy.BLOCKS)
    for _rater in range(5):
        factories.make_study_rater(study, factories.make_rater(project))
    for number in range(30):
        factories.make_conversation(project, f"c-{number:02}", imported_at=factories.NOON)
    return study


def take(study, size, seed=1):
    return draw_items(actor=None, study=study, size=size, seed=seed, now=factories.NOON)


def in_lanes(study):
    return sorted(Counter(study.items.values_list("lane", flat=True)).values())


def planned(study):
    return set(study.study_raters.values_list("planned", flat=True))


def test_every_three_raters_have_a_lane_and_their_share_of_the_items(study):
    take(study, 20)
    design = lay_out_blocks(study)
    study.refresh_from_db()
    assert len(study.lanes) == len(design.blocks) == 10
    assert {len(lane["raters"]) for lane in study.lanes} == {3}
    assert in_lanes(study) == [2] * 10
    assert planned(study) == {12}


def test_later_draws_fill_the_blocks_evenly(study):
    take(study, 7)
    lay_out_blocks(study)
    take(study, 13, seed=2)
    assert in_lanes(study) == [2] * 10
    assert planned(study) == {12}


def test_blocks_are_the_same_when_laid_out_again(study):
    take(study, 20)
    assert lay_out_blocks(study) == lay_out_blocks(study)


def test_who_is_excluded_stands_in_no_block(study):
    take(study, 8)
    left = study.study_raters.first()
    left.excluded_at = factories.NOON
    left.save()
    assert str(left.rater.uid) not in lay_out_blocks(study).raters
    left.refresh_from_db()
    assert left.planned == 0


def test_too_few_raters_are_told_how_many_are_needed(study):
    study.study_raters.filter(pk__gt=study.study_raters.order_by("pk")[1].pk).delete()
    with pytest.raises(BlocksError, match="needs 3 raters, and the study has 2"):
        lay_out_blocks(study)
