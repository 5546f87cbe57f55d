"""Limits of other kinds: where the shown ones do not hold, which do, and the way to them."""

import json
from collections.abc import Callable, Mapping
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from analytics.models import AgreementSnapshot
from analytics.reports.limits import KINDS, checked_kind, kinds_in, off_target, told, with_limits
from analytics.reports.limits_words import kind_words, off_words
from analytics.reports.method_words import method
from analytics.reports.snapshots import take_snapshot
from analytics.stats.intervals import coverage
from analytics.stats.intervals.methods import INTERVALS, OTHERS
from annotation.models import Study
from core.errors import InvalidError
from tests.analytics.conftest import Rated

SignIn = Callable[[User], Client]
MIXED: list[list[int | None]] = [[n % 5, (n * 2) % 5, (n * 3) % 5] for n in range(24)]
HELD = {"percentile": 0.88, "bca": 0.908, "bca-widened": 0.946, "jackknife": 0.92}


def row(**different: Any) -> dict[str, Any]:
    return {
        "part": "items",
        "coefficients": ["krippendorff_alpha"],
        "scale": "5 points",
        "scores": "balanced",
        "groups": 30,
        "raters": 3,
        "missing": 0.0,
        "held": HELD,
        **different,
    }


@pytest.fixture
def tabled(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts rows in the place of the study's."""

    def put(*rows: Mapping[str, Any]) -> None:
        found: dict[str, list[Any]] = {}
        for one in rows:
            for key in one["coefficients"]:
                found.setdefault(key, []).append(one)
        monkeypatch.setattr(coverage, "rows_by_coefficient", lambda: found)

    return put


@pytest.fixture
def computed(rated: Rated) -> Study:
    study = rated(MIXED)
    take_snapshot(study, now=timezone.now(), replicates=200)
    return study


def data_of(study: Study) -> dict[str, Any]:
    found: dict[str, Any] = AgreementSnapshot.objects.get(study=study).data
    return found


def url(name: str, study: Study, *more: str, asked: str = "") -> str:
    return reverse(f"analytics:{name}", args=[study.uid, *more]) + asked


def plain(words: str) -> str:
    """With spaces where a number and its sign are kept on one line."""
    return words.replace("\N{NO-BREAK SPACE}", " ")


def alpha_of(data: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = data["criteria"][0]["coefficients"]["krippendorff_alpha"]
    return found


def test_the_kinds_of_reports_are_kinds_of_statistics() -> None:
    assert set(KINDS) == {"bootstrap", *OTHERS}
    assert set(KINDS) <= set(INTERVALS)
    assert all(kind_words(kind) for kind in KINDS)


def test_a_snapshot_keeps_limits_of_every_kind_and_a_page_switches(computed: Study) -> None:
    stored = data_of(computed)
    assert {"bootstrap", "percentile", "bca", "bca-widened", "jackknife"} <= set(kinds_in(stored))
    for kind in kinds_in(stored):
        shown = with_limits(stored, kind)
        alpha = alpha_of(shown)
        limits = stored["criteria"][0]["intervals"][kind]["krippendorff_alpha"]
        assert (alpha["low"], alpha["high"]) == (limits["low"], limits["high"])
        assert alpha["value"] == alpha_of(stored)["value"]
        assert method(shown["criteria"][0])
    assert alpha_of(with_limits(stored, "bootstrap")) == alpha_of(stored)
    assert "jackknife" in alpha_of(with_limits(stored, "jackknife"))["method"]


def test_kinds_of_the_bootstrap_are_what_is_drawn_by_name(computed: Study) -> None:
    """Read off the same resamples, so equal to the bit."""
    stored = data_of(computed)["criteria"][0]["intervals"]
    out = StringIO()
    name = f"{computed.project.team.slug}/{computed.slug}"
    how = {"replicates": 200, "format": "json", "interval": "bca-widened"}
    call_command("agreement", study=name, stdout=out, **how)
    (told,) = json.loads(out.getvalue())
    alpha = told["coefficients"]["krippendorff_alpha"]
    assert alpha["low"] == stored["bca-widened"]["krippendorff_alpha"]["low"]
    assert "widened" in alpha["method"]


def test_limits_that_fall_short_are_told_with_those_that_hold(
    computed: Study, tabled: Callable[..., None]
) -> None:
    tabled(row(groups=300, held={"bca": 0.95}), row())
    found = off_target(data_of(computed)["criteria"][0])
    assert list(found) == ["krippendorff_alpha"]
    held = found["krippendorff_alpha"]
    assert (held.held, held.instead, held.instead_held) == (0.908, "bca-widened", 0.946)
    assert off_target(with_limits(data_of(computed), "bca-widened")["criteria"][0]) == {}


def test_where_no_kind_holds_the_nearest_is_offered_and_said_to_fall_short(
    computed: Study, tabled: Callable[..., None]
) -> None:
    tabled(row(held={"bca": 0.89, "bca-widened": 0.91}))
    criterion = data_of(computed)["criteria"][0]
    held = off_target(criterion)["krippendorff_alpha"]
    assert (held.instead, held.instead_held) == ("bca-widened", 0.91)
    assert off_words(criterion, held).endswith("rate more items.")


def test_nothing_is_told_of_what_was_not_simulated(
    computed: Study, tabled: Callable[..., None]
) -> None:
    tabled(row(scale="3 labels"), row(part="dialogues"), row(coefficients=["kendall_w"]))
    assert "krippendorff_alpha" not in off_target(data_of(computed)["criteria"][0])


def test_the_page_says_so_and_offers_the_others(
    alice: User, computed: Study, signed_in: SignIn, tabled: Callable[..., None]
) -> None:
    tabled(row())
    client = signed_in(alice)
    page = plain(client.get(url("agreement", computed)).content.decode())
    assert "limits of this kind held the truth in 91 % of cases instead of 95 %" in page
    assert "Limits that held in 95 % (wider, for few items):" in page
    assert f'href="{url("agreement", computed)}?interval=jackknife#alpha"' in page
    wide = client.get(url("agreement", computed, asked="?interval=bca-widened")).content.decode()
    assert "Limits shown: wider, for few items." in wide
    assert "held the truth" not in wide
    assert f'href="{url("agreement_pdf", computed)}?interval=bca-widened"' in wide


@pytest.mark.parametrize("name", ["agreement_json", "agreement_csv", "agreement_html"])
def test_downloads_show_the_limits_that_are_asked_for(
    alice: User, computed: Study, signed_in: SignIn, name: str
) -> None:
    client = signed_in(alice)
    usual, asked = (
        client.get(url(name, computed, asked=more)).content.decode()
        for more in ("", "?interval=jackknife")
    )
    assert "jackknife" in asked
    assert usual != asked


def test_the_pdf_shows_the_limits_that_are_asked_for(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    client = signed_in(alice)
    answer = client.get(url("agreement_pdf", computed, asked="?interval=jackknife"))
    assert answer.content.startswith(b"%PDF")


def test_json_tells_what_does_not_hold(
    alice: User, computed: Study, signed_in: SignIn, tabled: Callable[..., None]
) -> None:
    tabled(row())
    (told,) = signed_in(alice).get(url("agreement_json", computed)).json()
    assert told["off_target"]["krippendorff_alpha"]["instead"] == "bca-widened"


def test_a_kind_that_no_report_shows_is_refused(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    with pytest.raises(InvalidError, match="kind “magic” are unknown"):
        checked_kind("magic")
    answer = signed_in(alice).get(url("agreement", computed, asked="?interval=magic"))
    assert answer.status_code == 422


def test_the_command_says_where_limits_fall_short(
    computed: Study, tabled: Callable[..., None]
) -> None:
    tabled(row())
    out = StringIO()
    name = f"{computed.project.team.slug}/{computed.slug}"
    call_command("agreement", study=name, stdout=out, replicates=200)
    assert "held the truth in 91 % of cases" in plain(out.getvalue())
    assert "--interval bca-widened" in out.getvalue()


def test_limits_for_other_raters_are_held_against_other_raters(
    rated: Rated, tabled: Callable[..., None]
) -> None:
    study = rated([[(n * k) % 5 for k in range(1, 7)] for n in range(24)])
    take_snapshot(study, now=timezone.now(), replicates=100)
    shown = with_limits(data_of(study), "two-way")
    tabled(row(), row(part="raters", held={"two-way": 0.99}))
    held = off_target(shown["criteria"][0])["krippendorff_alpha"]
    assert (held.held, held.instead) == (0.99, None)


def test_a_report_of_before_has_the_usual_limits_only(computed: Study) -> None:
    stored = data_of(computed)
    for criterion in stored["criteria"]:
        del criterion["intervals"]
    assert alpha_of(with_limits(stored, "jackknife")) == alpha_of(stored)
    assert kinds_in(stored) == []
    assert off_target(stored["criteria"][0]) == {}


def test_limits_that_are_no_numbers_are_kept_as_none():
    """Both databases refuse JSON with a NaN: the report would be lost, and a release with it."""
    assert told(float("nan")) is None
    assert told(float("inf")) is None
    assert told(0.5) == 0.5
    assert told("linearised") == "linearised"
