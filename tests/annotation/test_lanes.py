from datetime import timedelta

import pytest

from annotation.lanes import Lane, lacking, lanes_in, open_lanes, sorter
from annotation.models import Item, Qualification, Qualified, Study
from annotation.services import assignment as service
from annotation.services.chairs import Why
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit

URGENT_FIRST = [{"name": "urgent", "where": '"meta.urgent" == yes'}, {"name": "the rest"}]
BY_LANGUAGE = [
    {"name": "Japanese", "where": "language == ja", "qualification": "japanese"},
    {"name": "English"},
]


def in_lane(study: Study, lane: int, *seqs: int) -> None:
    Item.objects.filter(study=study, seq__in=seqs).update(lane=lane)


@pytest.mark.parametrize(
    ("facts", "lane"),
    [({"language": "ja"}, 0), ({"language": "en"}, 1), ({"language": None}, 1)],
)
def test_an_item_goes_into_the_first_lane_that_fits(facts, lane):
    assert sorter(lanes_in(BY_LANGUAGE))(facts) == lane


def test_the_last_lane_takes_what_fits_nowhere():
    lanes = [Lane("Japanese", where="language == ja"), Lane("English", where="language == en")]
    assert sorter(lanes)({"language": "fr"}) == 1


def test_without_lanes_there_is_one():
    assert sorter([])({"language": "fr"}) == 0


def test_a_lane_opens_by_qualification_and_by_name():
    lanes = [Lane("a", qualification="japanese"), Lane("b", raters=("r1", "r2")), Lane("c")]
    assert open_lanes(lanes, "r1", {"japanese"}) == [0, 1, 2]
    assert open_lanes(lanes, "r3", set()) == [2]


def test_what_is_lacking_is_named_once():
    lanes = [Lane("a", qualification="japanese"), Lane("b", qualification="japanese"), Lane("c")]
    assert lacking(lanes, {0, 1, 2}, set()) == ["japanese"]
    assert lacking(lanes, {0, 1, 2}, {"japanese"}) == []


def test_a_lane_is_stored_without_what_it_does_not_say():
    assert Lane("c").to_json() == {"name": "c"}
    assert Lane.from_json(BY_LANGUAGE[0]).to_json() == BY_LANGUAGE[0]


def test_the_first_lane_comes_before_the_others(project):
    study = study_of(project, items=4, lanes=URGENT_FIRST)
    in_lane(study, 1, 1, 2)
    rater = rater_in(study)
    seqs = []
    for _number in range(4):
        claimed = claim(reread(rater))
        seqs.append(claimed.item.seq)
        submit(claimed, {"helpful": "4"})
    assert seqs == [3, 4, 1, 2]


def reread(rater):
    return type(rater).objects.select_related("study", "rater").get(pk=rater.pk)


def test_what_comes_into_an_urgent_lane_later_is_next(project):
    study = study_of(project, items=3, lanes=URGENT_FIRST)
    in_lane(study, 1, 1, 2, 3)
    rater = rater_in(study)
    submit(claim(rater), {"helpful": "4"})
    in_lane(study, 0, 3)
    assert claim(reread(rater)).item.seq == 3


def test_who_lacks_the_qualification_is_told_so(project):
    study = study_of(project, items=2, lanes=BY_LANGUAGE)
    in_lane(study, 1, 2)
    japanese = Qualification.objects.create(project=project, name="Japanese", slug="japanese")
    rater = rater_in(study)
    submit(claim(rater), {"helpful": "4"})
    nothing = no_item(reread(rater))
    assert (nothing.why, nothing.lacks) == (Why.LACKS, (japanese,))
    Qualified.objects.create(qualification=japanese, rater=rater.rater)
    assert claim(reread(rater)).item.seq == 1


def test_a_study_may_ask_for_a_qualification(project):
    japanese = Qualification.objects.create(project=project, name="Japanese", slug="japanese")
    rater = rater_in(study_of(project, requires=japanese))
    assert no_item(rater).why == Why.UNQUALIFIED
    Qualified.objects.create(qualification=japanese, rater=rater.rater, revoked_at=NOW)
    assert no_item(rater).why == Why.UNQUALIFIED
    Qualified.objects.create(qualification=japanese, rater=rater.rater)
    assert claim(rater).item.seq == 1


def test_lanes_of_blocks_take_turns(project):
    blocks = [{"name": str(n)} for n in range(3)]
    study = study_of(project, items=6, lanes=blocks, policy=Study.Policy.BLOCKS)
    for lane in (1, 2):
        in_lane(study, lane, 2 * lane + 1, 2 * lane + 2)
    rater = rater_in(study, lanes=[0, 2])
    seqs = []
    for _number in range(4):
        claimed = claim(reread(rater))
        seqs.append(claimed.item.seq)
        submit(claimed, {"helpful": "4"})
    assert seqs == [1, 5, 2, 6]
    assert no_item(reread(rater)).why == Why.DONE


def test_more_lanes_than_one_statement_searches(project, monkeypatch):
    monkeypatch.setattr(service, "LANES_AT_ONCE", 2)
    study = study_of(project, items=1, lanes=[{"name": str(n)} for n in range(5)])
    in_lane(study, 4, 1)
    assert claim(rater_in(study)).item.seq == 1


@pytest.mark.parametrize(
    ("limits", "why"),
    [({"cap": 1}, Why.CAP), ({"cap_day": 1}, Why.CAP_DAY), ({"share": 0.25}, Why.CAP)],
)
def test_a_limit_is_reached(project, limits, why):
    rater = rater_in(study_of(project, items=4, overlap=1), **limits)
    submit(claim(rater), {"helpful": "4"})
    assert no_item(reread(rater)).why == why


def test_a_new_day_brings_more(project):
    rater = rater_in(study_of(project, items=4), cap_day=1)
    submit(claim(rater), {"helpful": "4"})
    tomorrow = NOW + timedelta(days=1)
    assert claim(reread(rater), tomorrow).item.seq == 2
