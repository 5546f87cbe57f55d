"""The agreement page: who sees what, that a visit writes nothing, and what its words say."""

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone, translation

from accounts.access import May, get_place_for
from accounts.models import Role, Team, User
from analytics.models import AgreementSnapshot
from analytics.reports.overview import overview_of
from analytics.reports.page import letters, page_of
from analytics.reports.sentences import Verdict, finding, listed, of_hundred, verdict_of
from analytics.reports.snapshots import take_snapshot
from annotation.models import Study
from jobs.models import Job
from jobs.testing import run_pending_jobs
from tests import factories
from tests.analytics.conftest import Rated
from tests.conftest import member

SignIn = Callable[[User], Client]
MIXED: list[list[int | None]] = [[n % 5, (n * 2) % 5] for n in range(24)]


@pytest.fixture
def study(rated: Rated) -> Study:
    return rated(MIXED)


@pytest.fixture
def computed(study: Study) -> Study:
    take_snapshot(study, now=timezone.now(), replicates=200)
    return study


def url(name: str, study: Study, *more: str) -> str:
    return reverse(f"analytics:{name}", args=[study.uid, *more])


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# A visit, and the work behind it


def test_a_visit_computes_nothing(alice: User, study: Study, signed_in: SignIn) -> None:
    page = text(signed_in(alice), url("agreement", study))
    assert "has not been computed yet" in page
    assert not AgreementSnapshot.objects.exists()
    assert not Job.objects.exists()


def test_a_request_is_one_job_however_often_it_is_made(
    alice: User, study: Study, signed_in: SignIn
) -> None:
    client = signed_in(alice)
    for _time in range(3):
        client.post(url("agreement_compute", study))
    assert Job.objects.count() == 1
    assert "Computing the agreement" in text(client, url("agreement", study))
    (job,) = run_pending_jobs()
    assert (job.state, job.done, job.total) == ("done", 1, 1), job.error
    assert "krippendorff 0.9" in text(client, url("agreement", study))


def test_the_progress_part_reloads_the_page_when_the_work_is_done(
    alice: User, study: Study, signed_in: SignIn
) -> None:
    client = signed_in(alice)
    client.post(url("agreement_compute", study))
    assert "HX-Refresh" not in client.get(url("agreement_progress", study)).headers
    run_pending_jobs()
    assert client.get(url("agreement_progress", study)).headers["HX-Refresh"] == "true"


def test_the_page_says_when_ratings_have_come_in_since(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    client = signed_in(alice)
    assert "no rating since" in text(client, url("agreement", computed))
    factories.make_rating(factories.make_item(computed), None, {"helpful": 1})
    assert "ratings have come in since" in text(client, url("agreement", computed))


def test_a_second_snapshot_takes_the_place_of_the_first(computed: Study) -> None:
    take_snapshot(computed, now=timezone.now(), replicates=200)
    assert AgreementSnapshot.objects.count() == 1


def test_a_visit_asks_the_same_number_of_questions_whatever_the_size(
    alice: User, rated: Rated, signed_in: SignIn
) -> None:
    client, counts = signed_in(alice), []
    for values in (MIXED[:3], MIXED * 3):
        study = rated(values)
        take_snapshot(study, now=timezone.now(), replicates=50)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            text(client, url("agreement", study))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15


# Who sees what


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("agreement", {Role.OWNER, Role.MANAGER, Role.ADJUDICATOR, Role.VIEWER}),
        ("agreement_json", {Role.OWNER, Role.MANAGER, Role.ADJUDICATOR, Role.VIEWER}),
        ("agreement_csv", {Role.OWNER, Role.MANAGER, Role.ADJUDICATOR, Role.VIEWER}),
        ("ratings_csv", {Role.OWNER, Role.MANAGER, Role.ADJUDICATOR}),
        ("ratings_jsonl", {Role.OWNER, Role.MANAGER, Role.ADJUDICATOR}),
    ],
)
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.once
def test_each_role_opens_what_it_may(
    team: Team, computed: Study, signed_in: SignIn, role: Role, name: str, allowed: set[Role]
) -> None:
    answer = signed_in(member(team, "dora", role)).get(url(name, computed))
    assert answer.status_code == (200 if role in allowed else 403)


def test_strangers_find_nothing(charlie: User, computed: Study, signed_in: SignIn) -> None:
    client = signed_in(charlie)
    for name in ("agreement", "agreement_json", "agreement_csv", "ratings_csv", "ratings_jsonl"):
        assert client.get(url(name, computed)).status_code == 404
    assert client.get(url("figures", computed, "helpful")).status_code == 404
    assert client.post(url("agreement_compute", computed)).status_code == 404


@pytest.mark.parametrize("role", [Role.RATER, Role.VIEWER])
def test_whoever_may_not_settle_starts_no_computation(
    team: Team, study: Study, signed_in: SignIn, role: Role
) -> None:
    client = signed_in(member(team, "dora", role))
    assert client.post(url("agreement_compute", study)).status_code == 403


def test_a_viewer_sees_letters_for_names_everywhere(
    team: Team, computed: Study, signed_in: SignIn
) -> None:
    client = signed_in(member(team, "vera", Role.VIEWER))
    for address in (
        url("agreement", computed),
        url("agreement_json", computed),
        url("figures", computed, "helpful"),
    ):
        page = text(client, address)
        assert "Rater A" in page
        assert "rater-0" not in page


def test_whoever_settles_sees_names_and_the_way_to_each_hard_item(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    page = text(signed_in(alice), url("agreement", computed))
    hardest = AgreementSnapshot.objects.get().data["criteria"][0]["hardest_items"][0]["item"]
    assert "rater-0" in page
    assert reverse("annotation:item", args=[hardest]) in page


def test_letters_go_on_after_z() -> None:
    assert [letters(n) for n in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


# What the page says


def result(low: float | None, high: float | None, value: float | None = 0.5, n: int = 100) -> Any:
    alpha = {"value": value, "low": low, "high": high}
    return {"coefficients": {"krippendorff_alpha": alpha}, "n_pairable_units": n}


@pytest.mark.parametrize(
    ("criterion", "verdict"),
    [
        (result(0.81, 0.9), Verdict.RELIABLE),
        (result(0.7, 0.9), Verdict.USABLE),
        (result(0.5, 0.7), Verdict.UNDECIDED),
        (result(0.1, 0.6), Verdict.BELOW),
        (result(-0.1, 0.6), Verdict.CHANCE),
        (result(0.05, 0.15), Verdict.CHANCE),
        (result(0.81, 0.9, n=19), Verdict.FEW),
        (result(None, None), Verdict.FEW),
        (result(None, None, value=None), Verdict.NONE),
    ],
)
def test_the_interval_alone_decides_the_verdict(criterion: Any, verdict: Verdict) -> None:
    assert verdict_of(criterion, 0.667) is verdict


def test_a_bar_of_the_study_moves_the_verdict() -> None:
    assert verdict_of(result(0.6, 0.7), 0.55) is Verdict.USABLE
    assert verdict_of(result(0.82, 0.9), 0.9) is Verdict.UNDECIDED


def test_every_criterion_is_in_the_finding_once() -> None:
    named = [("A", Verdict.USABLE), ("B", Verdict.CHANCE), ("C", Verdict.USABLE)]
    assert finding(named, ["", "", ""], 0.667) == (
        "Raters agree on A and C well enough for tentative conclusions. "
        "On B they agree hardly more than by chance."
    )


def test_names_are_listed_as_a_language_does() -> None:
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_a_prevailing_point_is_explained(alice: User, rated: Rated, signed_in: SignIn) -> None:
    study = rated([[4, 4]] * 40 + [[4, 3], [3, 4]])
    take_snapshot(study, now=timezone.now(), replicates=50)
    assert "equal ratings and an alpha of only" in text(signed_in(alice), url("agreement", study))


def test_the_page_speaks_japanese_without_losing_a_number(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    with translation.override("ja"):
        client = signed_in(alice)
        client.cookies["django_language"] = "ja"
        page = text(client, url("agreement", computed))
    assert '<html lang="ja">' in page


# What leaves the house


def test_the_report_leaves_as_json_and_csv(alice: User, computed: Study, signed_in: SignIn) -> None:
    client = signed_in(alice)
    (criterion,) = json.loads(text(client, url("agreement_json", computed)))
    assert criterion["raters"][0]["rater"].startswith("rater-")
    head, alpha, *others = text(client, url("agreement_csv", computed)).splitlines()
    assert head.startswith("criterion,level,coefficient,value,low,high")
    assert alpha.startswith("helpful,ordinal,krippendorff_alpha,")
    assert {line.split(",")[2] for line in others} >= {"percent_agreement", "gwet_ac2", "icc_2_1"}


def test_figures_are_plotlys_json_without_a_template(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    found = json.loads(text(signed_in(alice), url("figures", computed, "helpful")))
    assert [trace["type"] for trace in found["raters"]["data"]] == ["bar"] * 5
    assert found["time"]["data"][0]["type"] == "scatter"
    assert found["pairs"] is None  # two raters are no map


def test_a_criterion_that_is_not_in_the_report_has_no_figures(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    assert signed_in(alice).get(url("figures", computed, "other")).status_code == 404


def test_the_overview_shows_headlines_of_computed_studies_only(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    factories.make_study(computed.project, computed.rubric_version, name="Untouched")
    page = text(signed_in(alice), reverse("analytics:reports", args=[computed.project.uid]))
    assert "Helpful" in page
    assert "Not computed yet." in page


def test_the_overview_reads_no_report_whole(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    with CaptureQueriesContext(connection) as asked:
        text(signed_in(alice), reverse("analytics:reports", args=[computed.project.uid]))
    [of_reports] = [one["sql"] for one in asked if "agreementsnapshot" in one["sql"]]
    assert '"brief"' in of_reports
    assert '"data"' not in of_reports


def test_the_page_of_a_criterion_reads_one_report_whole_however_many_studies_there_are(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    other = factories.make_study(computed.project, computed.rubric_version, name="Other")
    take_snapshot(other, now=timezone.now(), replicates=20)
    with CaptureQueriesContext(connection) as asked:
        page = text(signed_in(alice), url("criterion", computed, "helpful"))
    assert "Other" in page
    reports = [one["sql"] for one in asked if "agreementsnapshot" in one["sql"]]
    assert sum('"data"' in sql for sql in reports) == 1


def test_a_report_computed_before_is_in_the_overview_after_the_migration(computed: Study) -> None:
    [line] = overview_of([computed])
    AgreementSnapshot.objects.update(brief={})
    migration = import_module("analytics.migrations.0006_brief")
    migration.shorten(apps, None)
    assert overview_of([computed]) == [line]


# The exception from the content policy


def test_two_pages_may_write_styles_and_only_they() -> None:
    found = {
        pattern.name
        for resolver in get_resolver().url_patterns
        for pattern in getattr(resolver, "url_patterns", [resolver])
        if getattr(pattern.callback, "plots_allowed", False)
    }
    assert found == {"agreement", "compare_days"}


def test_the_exception_covers_styles_and_never_scripts(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    client = signed_in(alice)
    policy = client.get(url("agreement", computed)).headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self';" in f"{policy};"
    other = reverse("analytics:reports", args=[computed.project.uid])
    assert "unsafe-inline" not in client.get(other).headers["Content-Security-Policy"]


def test_hundred_of_hundred_is_said_only_of_all() -> None:
    assert [of_hundred(share) for share in (0.504, 0.9962, 0.99999, 1.0)] == [50, 99, 99, 100]


# A study that nobody has rated


@pytest.fixture
def unrated(rated: Rated) -> Study:
    study = rated([])
    take_snapshot(study, now=timezone.now(), replicates=200)
    return study


def test_a_report_without_ratings_ends_with_the_way_to_the_study(
    alice: User, unrated: Study, signed_in: SignIn
) -> None:
    page = text(signed_in(alice), url("agreement", unrated))
    assert "There are no ratings yet." in page
    assert f'class="btn" href="{unrated.get_absolute_url()}"' in page
    assert 'id="alpha"' not in page


def test_the_list_of_reports_shows_no_table_of_dashes(
    alice: User, unrated: Study, signed_in: SignIn
) -> None:
    page = text(signed_in(alice), reverse("analytics:reports", args=[unrated.project.uid]))
    assert "There are no ratings yet." in page
    assert "cannot be computed" not in page


def test_the_axis_holds_the_limit_of_an_alpha_that_is_exactly_chance(
    alice: User, computed: Study
) -> None:
    snapshot = AgreementSnapshot.objects.get(study=computed)
    for criterion in snapshot.data["criteria"]:
        criterion["coefficients"]["krippendorff_alpha"] |= {"value": 0.0, "low": -0.3, "high": 0.3}
    place = get_place_for(alice, computed.project.uid, May.READ)
    assert page_of(snapshot, computed, place).axis.low <= -0.3
