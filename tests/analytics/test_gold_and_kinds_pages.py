"""Raters beside gold, and kinds of raters, on pages and in what is taken away from them."""

import base64
import csv
import json
import re
import zlib
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, Team, User
from analytics.models import AgreementSnapshot
from analytics.reports.snapshots import take_snapshot
from annotation.models import RaterKind, Study
from gold.models import GoldItem
from tests import factories
from tests.analytics.conftest import Rated
from tests.analytics.in_gold import put_into_gold, settle
from tests.conftest import member

SignIn = Callable[[User], Client]


@pytest.fixture
def computed(rated: Rated, alice: User) -> Study:
    """Three raters and a judge on 20 items, all of them in gold."""
    study = rated([[n % 5, (n * 2) % 5, n % 5] for n in range(20)])
    judge = factories.make_rater(study.project, key="judge", kind=RaterKind.JUDGE)
    for n, item in enumerate(study.items.order_by("seq")):
        factories.make_rating(item, judge, {"helpful": n % 5})
        put_into_gold(settle(item, n % 5, adjudicator=alice))
    take_snapshot(study, now=timezone.now(), replicates=100)
    return study


def text(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(f"analytics:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def printed(client: Client, study: Study) -> str:
    """The letters of a PDF, in the order in which they are set."""
    file = client.get(reverse("analytics:agreement_pdf", args=[study.uid])).content
    streams = re.findall(rb"stream\r?\n(.*?)endstream", file, re.DOTALL)
    pages = [
        zlib.decompress(base64.a85decode(one.strip(), adobe=False))
        for one in (stream.strip().removesuffix(b"~>") for stream in streams)
    ]
    return " ".join(
        part.decode("latin-1") for page in pages for part in re.findall(rb"\((.*?)\) Tj", page)
    )


def test_the_raters_page_tells_of_gold(alice: User, computed: Study, signed_in: SignIn) -> None:
    rater = computed.project.raters.get(key="rater-0")
    page = text(signed_in(alice), "rater", computed.uid, rater.uid)
    assert "On items in gold" in page
    found = json.loads(text(signed_in(alice), "rater_json", computed.uid, rater.uid))
    (line,) = found["criteria"]
    assert line["accuracy"]["correct"]["value"] == 1
    assert line["accuracy"]["correct"]["low"] < 1
    assert line["accuracy"]["error"]["value"] == 0


def test_a_report_from_before_gold_was_held_against_shows_nothing_of_it(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    snapshot = AgreementSnapshot.objects.get(study=computed)
    for criterion in snapshot.data["criteria"]:
        del criterion["kinds"]
        for line in criterion["raters"]:
            del line["accuracy"]
    snapshot.save()
    rater = computed.project.raters.get(key="rater-0")
    assert "in gold" not in text(signed_in(alice), "rater", computed.uid, rater.uid)
    assert "Right on gold</th>" not in text(signed_in(alice), "agreement", computed.uid)
    assert printed(signed_in(alice), computed)
    for name in ("raters", "kinds"):
        assert text(signed_in(alice), "agreement_table", computed.uid, name)


def test_gold_that_is_newer_than_the_report_is_said_so(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    client, rater = signed_in(alice), computed.project.raters.get(key="rater-0")
    assert "Gold has changed" not in text(client, "agreement", computed.uid)
    assert "gold has changed" not in text(client, "rater", computed.uid, rater.uid)
    GoldItem.objects.filter(pk=GoldItem.objects.values("pk")[:1]).update(retired_at=timezone.now())
    page = text(client, "agreement", computed.uid)
    assert "Gold has changed since this was computed" in page
    assert "Compute with the gold of today" in page
    assert "gold has changed since" in text(client, "rater", computed.uid, rater.uid)
    take_snapshot(computed, now=timezone.now(), replicates=20)
    assert "Gold has changed" not in text(client, "agreement", computed.uid)


def test_gold_of_other_conversations_makes_no_report_old(
    alice: User, computed: Study, signed_in: SignIn
) -> None:
    elsewhere = factories.make_study(computed.project)
    put_into_gold(settle(factories.make_item(elsewhere), 1, adjudicator=alice))
    assert "Gold has changed" not in text(signed_in(alice), "agreement", computed.uid)


def test_only_those_who_manage_see_gold_beside_raters(
    alice: User, computed: Study, team: Team, signed_in: SignIn
) -> None:
    viewer = signed_in(member(team, "Vera", Role.VIEWER))
    for name in ("agreement", "agreement_html"):
        assert "Right on gold" in text(signed_in(alice), name, computed.uid)
        assert "Right on gold" not in text(viewer, name, computed.uid)
    assert "accuracy" not in text(viewer, "agreement_json", computed.uid)


def test_only_those_who_manage_print_raters(
    alice: User, computed: Study, team: Team, signed_in: SignIn
) -> None:
    assert "This is no ranking" in printed(signed_in(alice), computed)
    viewer = signed_in(member(team, "Vera", Role.VIEWER))
    assert "This is no ranking" not in printed(viewer, computed)


@pytest.mark.parametrize("name", ["agreement", "agreement_html"])
def test_kinds_are_told_in_sentences(
    alice: User, computed: Study, signed_in: SignIn, name: str
) -> None:
    page = text(signed_in(alice), name, computed.uid)
    assert "Between LLM judges and raters of imported files: on 20 units that both rated" in page
    assert "Only one rater has rated" in page


def test_kinds_are_printed(alice: User, computed: Study, signed_in: SignIn) -> None:
    assert "Between LLM judges and raters of imported files" in printed(signed_in(alice), computed)


def test_kinds_are_a_table(alice: User, computed: Study, signed_in: SignIn) -> None:
    table = text(signed_in(alice), "agreement_table", computed.uid, "kinds")
    rows = list(csv.DictReader(table.splitlines()))
    assert [row["kinds"] for row in rows] == ["judge", "imported", "judge + imported"]
    assert rows[0]["reason"].startswith("Only one rater")
    assert float(rows[2]["alpha_low"]) < float(rows[2]["alpha"])


def test_a_study_of_one_kind_says_nothing_of_kinds(
    alice: User, rated: Rated, signed_in: SignIn
) -> None:
    study = rated([[n % 3, n % 2] for n in range(6)])
    take_snapshot(study, now=timezone.now(), replicates=20)
    assert "Kinds of raters" not in text(signed_in(alice), "agreement", study.uid)


def test_a_table_of_raters_says_why_gold_tells_nothing(
    alice: User, rated: Rated, signed_in: SignIn
) -> None:
    study = rated([[n % 3, n % 2] for n in range(6)])
    take_snapshot(study, now=timezone.now(), replicates=20)
    table = text(signed_in(alice), "agreement_table", study.uid, "raters")
    row = next(csv.DictReader(table.splitlines()))
    assert (row["right"], row["n_on_gold"]) == ("", "0")
    assert row["gold_reason"].startswith("Others have settled none")
