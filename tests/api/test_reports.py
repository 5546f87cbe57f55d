"""Reports of one rater, one criterion and one item."""

import pytest
from django.urls import reverse

from accounts.models import Role
from analytics.reports.snapshots import take_snapshot
from annotation.models import Rating
from tests import factories
from tests.analytics.in_gold import put_into_gold, settle
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"api:{name}", args=args)


@pytest.fixture
def study(project):
    study = factories.make_study(project)
    raters = [factories.make_rater(project) for _number in range(3)]
    for number in range(8):
        item = factories.make_item(study)
        for place, rater in enumerate(raters):
            factories.make_rating(item, rater, {"helpful": (number + place // 2) % 5})
    take_snapshot(study, now=NOON, replicates=20)
    return study


def test_a_managers_key_reads_the_figures_of_a_rater(program, study):
    rater = study.project.raters.first()
    found = program().get(url("rater_report", study.uid, rater.uid)).json()
    assert (found["study"], found["rater"]) == (str(study.uid), str(rater.uid))
    (line,) = found["criteria"]
    assert line["criterion"] == "helpful"
    assert line["low"] < line["severity"] < line["high"]
    assert line["accuracy"]["correct"]["reason"]
    assert found["has_newer_gold"] is False
    put_into_gold(settle(study.items.first(), 1))
    assert program().get(url("agreement", study.uid)).json()["has_newer_gold"] is True


def test_figures_of_a_rater_are_not_for_others(program, study):
    rater = study.project.raters.first()
    answer = program(Role.VIEWER).get(url("rater_report", study.uid, rater.uid))
    assert answer.status_code == 403


def test_a_rater_reads_their_own(client, bob, study):
    rater = study.project.raters.first()
    rater.user = bob
    rater.save()
    factories.make_study_rater(study, rater)
    client.force_login(bob)
    assert client.get(url("my_report", study.uid)).json()["rater"] == str(rater.uid)
    assert client.get(url("rater_report", study.uid, rater.uid)).status_code == 403


def test_a_criterion_is_told_with_its_versions_and_without_raters(program, study):
    found = program(Role.VIEWER).get(url("criterion_report", study.uid, "helpful")).json()
    assert found["report"]["coefficients"]["krippendorff_alpha"]["low"] is not None
    assert not {"raters", "rater_pairs"} & {*found["report"]}
    assert [one["study"] for one in found["versions"]] == [str(study.uid)]
    assert found["has_newer_ratings"] is False


def test_an_unknown_criterion_is_said_so(program, study):
    answer = program().get(url("criterion_report", study.uid, "unheard"))
    assert answer.status_code == 404
    assert "has no criterion “unheard”" in answer.json()["error"]["message"]


def test_an_item_is_told_as_it_stands_now(program, study):
    item = study.items.order_by("seq").first()
    found = program(Role.VIEWER).get(url("item_report", item.uid)).json()
    (criterion,) = found["criteria"]
    assert criterion["units"] == [
        {"turn": -1, "passage": -1, "counts": [2, 1, 0, 0, 0], "unequal": 2 / 3,
         "pattern": "deviant"}
    ]  # fmt: skip
    assert str(Rating.objects.filter(item=item).first().rater.uid) not in str(found)


def test_without_a_computation_only_items_answer(program, project):
    item = factories.make_item(factories.make_study(project))
    client = program()
    assert client.get(url("criterion_report", item.study.uid, "helpful")).status_code == 404
    assert client.get(url("item_report", item.uid)).json()["criteria"][0]["units"] == []


def test_limits_of_another_kind_are_told_where_they_are_asked_for(program, study):
    client, target = program(Role.VIEWER), url("agreement", study.uid)
    usual, asked = (
        client.get(target, query).json()["criteria"][0] for query in ({}, {"interval": "jackknife"})
    )
    alpha, other = (one["coefficients"]["krippendorff_alpha"] for one in (usual, asked))
    assert "jackknife" in other["method"]
    assert other["value"] == alpha["value"]
    assert (other["low"], other["high"]) != (alpha["low"], alpha["high"])


def test_limits_of_an_unknown_kind_are_refused_by_name(program, study):
    answer = program().get(url("agreement", study.uid), {"interval": "guessed"})
    assert answer.status_code == 422
    assert set(answer.json()["error"]["fields"]) == {"interval"}
