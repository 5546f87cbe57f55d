"""How a study gives out its items: settled before it opens, and dealt anew when it changes."""

import pytest

from accounts.models import AuditEntry
from annotation.models import Qualification, Study
from annotation.services import policies
from annotation.services.policies import change_policy, deal_to_lanes
from annotation.services.qualifying import grant, revoke
from annotation.services.studies import change_study, name_rater, open_study
from core.errors import DomainError, InvalidError
from jobs.models import Job
from tests import factories
from tests.annotation.rating_helpers import NOW, claim, rater_in
from tests.annotation.steering_helpers import work_off

pytestmark = pytest.mark.django_db
JAPANESE = [{"name": "Japanese", "where": "language == ja"}, {"name": "rest"}]


@pytest.fixture
def study(project):
    """A draft with an English, a Japanese and another English item."""
    study = factories.make_study(project, state=Study.State.DRAFT, overlap=2)
    for language in ("en", "ja", "en"):
        factories.make_item(study, factories.make_conversation(project, language=language))
    return study


def change(alice, study, **changes):
    now = {name: getattr(study, name) for name in policies.FIELDS}
    return change_policy(actor=alice, study=study, changes=now | changes)


def lanes(study):
    return list(study.items.order_by("seq").values_list("lane", flat=True))


def test_items_drawn_already_go_into_the_new_lanes(alice, study):
    change(alice, study, lanes=JAPANESE)
    assert lanes(study) == [1, 0, 1]


def test_without_lanes_all_items_are_in_one_again(alice, study):
    study = change(alice, study, lanes=JAPANESE)
    change(alice, study, lanes=[])
    assert lanes(study) == [0, 0, 0]


def test_a_large_study_is_dealt_by_a_job(alice, study, monkeypatch):
    monkeypatch.setattr(policies, "DEALT_AT_ONCE", 1)
    change(alice, study, lanes=JAPANESE)
    assert lanes(study) == [1, 0, 0]
    work_off()
    assert lanes(study) == [1, 0, 1]


def test_dealing_twice_changes_nothing(alice, study):
    study = change(alice, study, lanes=JAPANESE)
    assert deal_to_lanes(study=study, after=0) is None
    assert lanes(study) == [1, 0, 1]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"overlap_max": 2}, "overlap_max"),
        ({"policy": "blocks", "overlap_max": 3}, "overlap_max"),
        ({"policy": "blocks", "open_to": "everyone"}, "open_to"),
        ({"policy": "blocks", "lanes": JAPANESE}, "policy"),
        ({"lanes": [{"name": "first"}, {"name": "rest"}]}, "lanes"),
        ({"lanes": [{"name": "a", "where": "language =="}, {"name": "b"}]}, "lanes"),
        ({"lanes": [{"name": "a", "where": "n_turns > 1"}, {"name": "a"}]}, "lanes"),
        ({"lanes": [{"name": "a", "qualification": "nobody"}]}, "lanes"),
        ({"lanes": [{"name": str(n), "where": "n_turns > 1"} for n in range(13)]}, "lanes"),
    ],
)
def test_what_would_leave_items_to_nobody_is_refused(alice, study, changes, field):
    with pytest.raises(InvalidError) as refused:
        change(alice, study, **changes)
    assert set(refused.value.fields) == {field}
    study.refresh_from_db()
    assert (study.lanes, study.overlap_max, study.policy) == ([], None, "in_order")


def test_a_lane_may_ask_for_a_qualification_of_the_project(alice, study):
    Qualification.objects.create(project=study.project, name="Japanese", slug="japanese")
    change(alice, study, lanes=[{"name": "all", "qualification": "japanese"}])
    study.refresh_from_db()
    assert study.lanes[0]["qualification"] == "japanese"


def test_an_opened_study_keeps_its_way(alice, study):
    factories.make_study_rater(study, factories.make_rater(study.project))
    open_study(actor=alice, study=study, now=NOW)
    with pytest.raises(DomainError, match="has been opened"):
        change(alice, study, overlap_max=4)
    with pytest.raises(DomainError, match="has been opened"):
        change_study(actor=alice, study=study, changes={"lanes": JAPANESE})


def test_saving_the_same_writes_nothing(alice, study):
    change(alice, study)
    assert not AuditEntry.objects.filter(verb="study.changed").exists()


def test_blocks_are_made_when_the_study_opens_and_written_down(alice, study):
    for _rater in range(3):
        factories.make_study_rater(study, factories.make_rater(study.project))
    study = change(alice, study, policy=Study.Policy.BLOCKS)
    open_study(actor=alice, study=study, now=NOW)
    made = AuditEntry.objects.get(verb="study.blocks_made").data
    assert (made["blocks"], made["fewest_meetings"], made["most_meetings"]) == (3, 1, 1)
    assert sorted(lanes(study)) == [0, 1, 2]
    assert set(study.study_raters.values_list("planned", flat=True)) == {2}


def test_blocks_without_enough_raters_do_not_open(alice, study):
    study = change(alice, study, policy=Study.Policy.BLOCKS)
    with pytest.raises(DomainError, match="needs 2 raters, and the study has 0"):
        open_study(actor=alice, study=study, now=NOW)
    study.refresh_from_db()
    assert study.state == Study.State.DRAFT


def test_a_rater_is_told_of_the_items_of_their_lanes_only(alice, study):
    Qualification.objects.create(project=study.project, name="Japanese", slug="japanese")
    first = {"name": "Japanese", "where": "language == ja", "qualification": "japanese"}
    study = change(alice, study, lanes=[first, {"name": "rest"}])
    chair = rater_in(study)
    open_study(actor=alice, study=study, now=NOW)
    chair.refresh_from_db()
    assert chair.planned == 2
    assert claim(chair).item.lane == 1


def test_a_qualification_opens_its_lane_and_its_items_are_counted(alice, study):
    japanese = Qualification.objects.create(project=study.project, name="Japanese", slug="japanese")
    first = {"name": "Japanese", "where": "language == ja", "qualification": "japanese"}
    study = change(alice, study, lanes=[first, {"name": "rest"}])
    chair = rater_in(study)
    open_study(actor=alice, study=study, now=NOW)
    held = grant(
        actor=alice, qualification=japanese, rater=chair.rater, reason="A native.", now=NOW
    )
    chair.refresh_from_db()
    assert (chair.planned, claim(chair).item.lane) == (3, 0)
    revoke(actor=alice, held=held, reason="A mistake.", now=NOW)
    chair.refresh_from_db()
    assert chair.planned == 2


def test_who_joins_balanced_blocks_has_no_lane_yet(alice, study):
    for _rater in range(2):
        factories.make_study_rater(study, factories.make_rater(study.project))
    study = change(alice, study, policy=Study.Policy.BLOCKS)
    open_study(actor=alice, study=study, now=NOW)
    joined = name_rater(actor=alice, study=study, rater=factories.make_rater(study.project))
    joined.refresh_from_db()
    assert joined.planned == 0


def test_the_job_leads_back_to_its_project(alice, study, monkeypatch):
    monkeypatch.setattr(policies, "DEALT_AT_ONCE", 1)
    change(alice, study, lanes=JAPANESE)
    assert Job.objects.get().project_uid == study.project.uid
