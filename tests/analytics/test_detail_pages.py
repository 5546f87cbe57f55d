"""Pages and JSON of one rater, one criterion and one item."""

import csv
import json
import re
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, Team, User
from analytics.models import AgreementSnapshot
from analytics.reports.agreement import agreement_of
from analytics.reports.csv_tables import TABLES
from analytics.reports.rater_page import PRIVATE
from analytics.reports.snapshots import take_snapshot
from annotation.models import Rating, Study
from tests import factories
from tests.analytics.conftest import Rated
from tests.conftest import member

SignIn = Callable[[User], Client]
VALUES: list[list[int | None]] = [[n % 5, (n * 2) % 5, min(4, n % 5 + 1)] for n in range(24)]


@pytest.fixture
def computed(rated: Rated) -> Study:
    study = rated(VALUES)
    take_snapshot(study, now=timezone.now(), replicates=100)
    return study


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_rater_has_figures_with_intervals(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    rater = computed.project.raters.get(key="rater-2")
    args = [computed.uid, rater.uid]
    page = text(signed_in(alice), reverse("analytics:rater", args=args))
    assert "Severity" in page
    found = json.loads(text(signed_in(alice), reverse("analytics:rater_json", args=args)))
    (line,) = found["criteria"]
    assert line["low"] < line["severity"] < line["high"]


def test_severity_in_logits_stands_below_the_name_where_data_allow(
    alice: User, rated: Rated, signed_in: SignIn
) -> None:
    rng = np.random.default_rng(1)
    noisy = (rng.integers(0, 3, (60, 1)) + rng.integers(0, 3, (60, 3))).tolist()
    study = rated(noisy)
    take_snapshot(study, now=timezone.now(), replicates=50)
    args = [study.uid, study.project.raters.get(key="rater-0").uid]
    (line,) = json.loads(text(signed_in(alice), reverse("analytics:rater_json", args=args)))[
        "criteria"
    ]
    assert line["logits"]["low"] < line["logits"]["value"] < line["logits"]["high"]
    assert " logits (" in text(signed_in(alice), reverse("analytics:rater", args=args))


def test_too_little_for_logits_is_said_in_json_and_left_out_of_the_page(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    args = [computed.uid, computed.project.raters.get(key="rater-0").uid]
    (line,) = json.loads(text(signed_in(alice), reverse("analytics:rater_json", args=args)))[
        "criteria"
    ]
    assert "too few for severity in logits" in line["logits"]["reason"]
    assert "logits" not in text(signed_in(alice), reverse("analytics:rater", args=args))


def test_figures_about_raters_do_not_reach_those_who_only_read(
    computed: Study, team: Team, signed_in: SignIn
) -> None:
    viewer = signed_in(member(team, "Vera", Role.VIEWER))
    found = text(viewer, reverse("analytics:agreement_json", args=[computed.uid]))
    (criterion,) = json.loads(found)
    assert not {*criterion["raters"][0]} & {*PRIVATE}
    assert "Severity" not in text(viewer, reverse("analytics:agreement", args=[computed.uid]))


def test_a_rater_sees_their_own_figures(computed: Study, bob: User, signed_in: SignIn) -> None:
    rater = computed.project.raters.get(key="rater-0")
    rater.user = bob
    rater.save()
    factories.make_study_rater(computed, rater)
    page = text(signed_in(bob), reverse("analytics:my_figures", args=[computed.uid]))
    assert "only you and those who manage the study" in page
    elsewhere = reverse("analytics:rater", args=[computed.uid, rater.uid])
    assert signed_in(bob).get(elsewhere).status_code == 403


def test_whoever_rates_elsewhere_in_the_project_has_no_figures_here(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    stranger = factories.make_rater(computed.project)
    factories.make_rating(factories.make_item(), stranger, {})
    client = signed_in(alice)
    address = reverse("analytics:rater", args=[computed.uid, stranger.uid])
    words = "This rater is not on the list of the study and rated nothing in it."
    assert words in client.get(address).content.decode()
    factories.make_rating(factories.make_item(computed), stranger, {})
    answer = client.get(address)  # too late for the figures, but of the study
    assert answer.status_code == 404
    assert words not in answer.content.decode()


def test_wordings_are_compared_with_an_interval(rated: Rated) -> None:
    study = rated([[n % 4, n % 4 + 1, n % 4] for n in range(30)])
    japanese = study.project.raters.get(key="rater-1")
    Rating.objects.filter(item__study=study).update(language="en")
    Rating.objects.filter(item__study=study, rater=japanese).update(language="ja")
    (criterion,) = agreement_of(study, replicates=100).criteria
    assert criterion.wordings is not None
    (pair,) = criterion.wordings.between
    assert (pair.first, pair.second) == ("en", "ja")
    assert pair.difference is not None
    assert pair.difference.value == pytest.approx(-1)
    assert criterion.wordings.within["ja"].reason is not None  # one rater alone


def test_a_criterion_is_followed_over_studies_of_its_rubric(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    later = factories.make_study(computed.project, computed.rubric_version)
    item = factories.make_item(later)
    for rater in computed.project.raters.all():
        factories.make_rating(item, rater, {"helpful": 3})
    take_snapshot(later, now=timezone.now(), replicates=20)
    address = reverse("analytics:criterion", args=[computed.uid, "helpful"])
    assert str(later) in text(signed_in(alice), address)
    address = reverse("analytics:criterion_json", args=[computed.uid, "helpful"])
    found = json.loads(text(signed_in(alice), address))
    assert len(found["versions"]) == 2
    assert "raters" not in found


def test_an_item_tells_how_its_ratings_are_split(
    alice: User, rated: Rated, signed_in: SignIn
) -> None:
    study = rated([[0, 0, 0, 4], [0, 0, 4, 4]])
    for item, pattern in zip(study.items.order_by("seq"), ("deviant", "camps"), strict=True):
        address = reverse("analytics:item_json", args=[item.uid])
        (criterion,) = json.loads(text(signed_in(alice), address))["criteria"]
        assert criterion["units"][0]["pattern"] == pattern
        assert "Pairs that differ" in text(
            signed_in(alice), reverse("analytics:item", args=[item.uid])
        )


@pytest.mark.parametrize("name", TABLES)
def test_every_table_leaves_as_csv(
    alice: User, computed: Study, signed_in: SignIn, name: str
) -> None:
    address = reverse("analytics:agreement_table", args=[computed.uid, name])
    rows = list(csv.reader(text(signed_in(alice), address).splitlines()))
    assert len({len(row) for row in rows}) == 1


def test_the_table_of_raters_keeps_private_what_is(
    computed: Study, team: Team, signed_in: SignIn
) -> None:
    viewer = signed_in(member(team, "Vera", Role.VIEWER))
    address = reverse("analytics:agreement_table", args=[computed.uid, "raters"])
    head = text(viewer, address).splitlines()[0]
    assert head == "criterion,rater,kind,n,agreement,n_pairs"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_report_is_printed_in_the_readers_language(
    alice: User, computed: Study, signed_in: SignIn, language: str
) -> None:
    alice.language = language
    alice.save()
    answer = signed_in(alice).get(reverse("analytics:agreement_pdf", args=[computed.uid]))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert (b"HeiseiMin-W3" in answer.content) == (language == "ja")


@pytest.mark.parametrize("name", ["x" * 9_000, "word " * 2_000, "長い" * 3_000])
def test_a_name_longer_than_a_page_of_the_pdf_goes_on_on_the_next(
    alice: User, computed: Study, signed_in: SignIn, name: str
) -> None:
    snapshot = AgreementSnapshot.objects.get(study=computed)
    for criterion in snapshot.data["criteria"]:
        criterion["name"] = {"en": name}
    snapshot.save()
    answer = signed_in(alice).get(reverse("analytics:agreement_pdf", args=[computed.uid]))
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")


def test_the_report_is_one_file_that_loads_nothing(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    page = text(signed_in(alice), reverse("analytics:agreement_html", args=[computed.uid]))
    assert not re.search("<details[^>]* name=", page), "of those with one name only one is open"
    assert page.startswith("<!doctype html>")
    assert "--accent" in page
    assert not re.search(r"<(script|link|img)|src=|@import|url\(", page)
    assert all(link.startswith(("http", "#")) for link in re.findall(r'href="([^"]*)"', page))


def test_times_and_runs_are_told_where_ratings_have_moments(rated: Rated) -> None:
    study = rated([[n % 3, 2 if n > 20 else (n * 7) % 5, n % 4] for n in range(45)])
    start = timezone.now() - timedelta(weeks=8)
    for n, rating in enumerate(Rating.objects.order_by("pk")):
        rating.submitted_at = start + timedelta(hours=9 * n)
        rating.seconds = 4 if rating.rater.key == "rater-1" else 60
        rating.save()
    (criterion,) = agreement_of(study, replicates=50).criteria
    lines = {line.n_timed and line.seconds: line for line in criterion.raters}
    assert "fast" in lines[4.0].flags
    assert "runs" in lines[4.0].flags
    assert lines[4.0].run is not None
    assert lines[4.0].run["length"] >= 24
    assert len(lines[60.0].weeks) > 3


def test_an_item_rated_as_one_is_one_table(alice: User, computed: Study, signed_in: SignIn) -> None:
    item = computed.items.earliest("seq")
    page = text(signed_in(alice), reverse("analytics:item", args=[item.uid]))
    assert page.count("<table") == 1
    assert "Raters at each point" in page
