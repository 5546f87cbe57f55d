"""Counting in the database gives what counting unit by unit gives, whole or in shards."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics import counts, frames
from analytics.counts import counted, merged, shards_of
from analytics.models import StudyGroups, groups_in
from analytics.stats.profiles import Blocks, GroupProfiles, Profiles, count_matrix
from annotation.models import Score
from annotation.models.ratings import HUMAN
from tests import factories

pytestmark = pytest.mark.django_db

N_ITEMS, N_RATERS = 24, 5


def study_of_turns(project, *, groups, target="turn", chance=None):
    """Ratings of the two answers of each conversation, some of them missing or not judged."""
    chance = chance or random.Random(7)
    version = factories.make_rubric_version(
        factories.make_rubric(project), criteria={"helpful": {"target": target}}
    )
    study = factories.make_study(project, rubric_version=version, overlap=N_RATERS)
    raters = [factories.make_rater(project, key=f"r{n}") for n in range(N_RATERS)]
    [criterion] = version.criteria.all()
    turns = (1, 3) if target == "turn" else (-1,)
    for n in range(N_ITEMS):
        item = factories.make_item(study, group_key=f"g{n % groups}")
        for rater in raters:
            rating = factories.make_rating(item, rater)
            for turn in turns:
                value = chance.choice([0, 1, 2, 2, 3, 4, 4, None, "absent"])
                if value != "absent":
                    score(rating, criterion, value, turn)
    return study, criterion


def score(rating, criterion, value, turn=-1):
    return Score.objects.create(
        rating=rating, criterion=criterion, item=rating.item, turn=turn, value=value,
        rater=rating.rater, kind=rating.rater.kind, layer=rating.layer, current=rating.current,
    )  # fmt: skip


def blocks_of(found):
    profiles = found.profiles
    return (
        Blocks.of_units(profiles) if isinstance(profiles, Profiles) else Blocks.of_groups(profiles)
    )


def the_same(one, other):
    a, b = blocks_of(one), blocks_of(other)
    return all(
        getattr(a, name).tobytes() == getattr(b, name).tobytes()
        for name in ("profiles", "block", "profile", "units", "multiplicity")
    )


@pytest.mark.parametrize("groups", [N_ITEMS, 5])
@pytest.mark.parametrize("target", ["conversation", "turn"])
def test_the_database_counts_what_numpy_counts(project, target, groups):
    study, criterion = study_of_turns(project, groups=groups, target=target)
    units = frames.unit_frame(criterion, frames.item_frame(study), HUMAN)
    table = count_matrix(units.unit, units.value, units.count, n_units=len(units.item), n_values=5)
    found = counted(criterion, study, HUMAN)
    assert found.n_cannot_judge == units.n_cannot_judge
    if target == "conversation" and groups == N_ITEMS:
        expected = Blocks.of_units(Profiles.from_counts(table))
    else:
        expected = Blocks.of_groups(GroupProfiles.from_counts(units.group, table))
    assert blocks_of(found).profiles.tolist() == expected.profiles.tolist()
    assert blocks_of(found).multiplicity.tolist() == expected.multiplicity.tolist()
    assert blocks_of(found).units.tolist() == expected.units.tolist()


@pytest.mark.parametrize("n", [1, 4, 16])
@pytest.mark.parametrize("groups", [N_ITEMS, 5])
@pytest.mark.parametrize("target", ["conversation", "turn"])
def test_shards_add_up_to_the_same_bits(project, target, groups, n):
    study, criterion = study_of_turns(project, groups=groups, target=target)
    parts = [counted(criterion, study, HUMAN, shard) for shard in shards_of(study, n)]
    whole = counted(criterion, study, HUMAN)
    assert the_same(merged(parts), whole)
    assert merged(parts).n_cannot_judge == whole.n_cannot_judge


def test_only_blind_ratings_that_stand_by_the_kinds_asked_for_are_counted(project):
    study, criterion = study_of_turns(project, groups=N_ITEMS, target="conversation")
    before = counted(criterion, study, HUMAN)
    item = study.items.first()
    for n, how in enumerate([{"layer": "informed"}, {"current": False}]):
        rating = factories.make_rating(item, factories.make_rater(project, key=f"x{n}"), **how)
        score(rating, criterion, 1)
    judge = factories.make_rater(project, key="judge", kind="judge")
    score(factories.make_rating(item, judge), criterion, 1)
    assert the_same(counted(criterion, study, HUMAN), before)
    assert not the_same(counted(criterion, study, ["judge"]), before)


def test_another_study_of_the_same_rubric_is_not_counted(project):
    study, criterion = study_of_turns(project, groups=N_ITEMS, target="conversation")
    before = counted(criterion, study, HUMAN)
    other = factories.make_study(project, rubric_version=study.rubric_version)
    rating = factories.make_rating(
        factories.make_item(other), factories.make_rater(project, key="y")
    )
    score(rating, criterion, 4)
    assert the_same(counted(criterion, study, HUMAN), before)


def test_a_count_that_could_run_over_its_bits_is_not_packed(project, monkeypatch):
    study, criterion = study_of_turns(project, groups=N_ITEMS, target="conversation")
    monkeypatch.setattr(counts, "BITS", 6)  # one bit a value: two ratings could run over
    assert counted(criterion, study, HUMAN) is None
    monkeypatch.setattr(counts, "BITS", 18)  # three bits: up to seven ratings fit
    assert counted(criterion, study, HUMAN) is not None


def test_a_crowd_of_which_few_rate_each_item_is_packed(project, monkeypatch):
    study, criterion = study_of_turns(project, groups=N_ITEMS, target="conversation")
    before = counted(criterion, study, HUMAN)
    for n in range(10):
        factories.make_rater(project, key=f"crowd{n}")
    monkeypatch.setattr(counts, "BITS", 18)  # room for seven, of fifteen raters
    assert the_same(counted(criterion, study, HUMAN), before)


def test_groups_are_counted_again_only_when_items_have_come(project):
    study, _criterion = study_of_turns(project, groups=5, target="conversation")
    assert (groups_in(study).n_items, groups_in(study).n_groups) == (N_ITEMS, 5)
    with CaptureQueriesContext(connection) as queries:
        groups_in(study)
    assert len(queries) == 1
    factories.make_item(study, group_key="new")
    assert (groups_in(study).n_items, groups_in(study).n_groups) == (N_ITEMS + 1, 6)
    assert StudyGroups.objects.count() == 1


def test_a_study_without_ratings_counts_nothing(project):
    study = factories.make_study(project)
    [criterion] = study.rubric_version.criteria.all()
    found = counted(criterion, study, HUMAN)
    assert (len(found.profiles.multiplicity), found.n_cannot_judge) == (0, 0)
