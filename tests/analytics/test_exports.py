"""Ratings on their way out: complete, readable again, harmless."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Project, User
from analytics import exports
from annotation.models import Rating, Score, ScoreText, Study
from annotation.services.imported_ratings import import_ratings
from conversations.importers import Source
from core.scales import Kind, Level, Target
from tests import factories
from tests.analytics.conftest import Rated
from tests.analytics.datasets import load_study


def jsonl(study: Study) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(exports.jsonl(study)).splitlines()]


def rows(study: Study) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(exports.csv(study)).decode())))


def test_a_line_is_a_rating_with_the_points_as_they_were_given(rated: Rated) -> None:
    study = rated([[0, 4], [2, None]])
    found = jsonl(study)
    assert [line["scores"]["helpful"] for line in found] == [
        "1",
        "5",
        "3",
        {"cannot_judge": True, "text": ""},
    ]
    assert [row["helpful"] for row in rows(study)] == ["1", "5", "3", "N/A"]
    assert found[0]["uid"] == str(Rating.objects.order_by("pk")[0].uid)
    assert found[0]["rater"] == "rater-0"


def test_a_moment_has_microseconds_whether_or_not_they_are_zero(rated: Rated) -> None:
    study = rated([[0, 4]])
    for rating, micro in zip(Rating.objects.order_by("pk"), (0, 250), strict=True):
        moment = factories.NOON.replace(microsecond=micro)
        Rating.objects.filter(pk=rating.pk).update(submitted_at=moment)
    day = factories.NOON.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    wanted = [f"{day}.000000Z", f"{day}.000250Z"]
    assert [line["at"] for line in jsonl(study)] == wanted
    assert [row["at"] for row in rows(study)] == wanted


def test_pages_of_items_hide_no_rating(rated: Rated, monkeypatch: pytest.MonkeyPatch) -> None:
    study = rated([[n % 5, n % 3] for n in range(11)])
    monkeypatch.setattr(exports, "FIRST_ITEMS", 1)
    monkeypatch.setitem(exports.ROWS_A_PAGE, connection.vendor, 4)
    assert [line["item"] for line in jsonl(study)] == [n // 2 for n in range(2, 24)]
    assert len(rows(study)) == 22


@pytest.mark.services
def test_a_server_is_asked_for_the_next_page_while_one_is_read(
    rated: Rated, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = rated([[n % 5, n % 3] for n in range(11)])
    monkeypatch.setattr(exports, "FIRST_ITEMS", 4)
    monkeypatch.setitem(exports.ROWS_A_PAGE, connection.vendor, 8)
    with CaptureQueriesContext(connection) as asked:
        pages = exports.ratings_of(study, dict)
        assert len(next(pages)) == 8
        pages.close()
    assert [query["sql"] for query in asked if "i.seq <= 8" in query["sql"]]
    assert not [query for query in asked if "i.seq <= 12" in query["sql"]]
    assert len(jsonl(study)) == 22


@pytest.mark.services
def test_a_page_reads_no_ratings_but_its_own(rated: Rated) -> None:
    study = rated([[n % 5] for n in range(1_000)])
    spoken = exports.SPOKEN[connection.vendor]
    query = exports.QUERY.format(guidance="NULL", **spoken)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE annotation_rating, annotation_item, annotation_score")
        cursor.execute(f"EXPLAIN {query}", [study.pk, 250, 500])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Seq Scan on annotation_rating" not in plan, plan
    assert "rating_by_item" in plan, plan


def test_turns_labels_numbers_and_words_keep_their_shape(project: Project) -> None:
    version = factories.make_rubric_version(
        factories.make_rubric(project),
        criteria={
            "breakdown": {"target": Target.TURN, "points": factories.points("O", "T", "X")},
            "faults": {"kind": Kind.MULTI, "level": Level.NOMINAL,
                       "points": factories.points("late", "rude", "wrong")},
            "seconds": {"kind": Kind.NUMERIC, "level": Level.INTERVAL, "points": []},
            "why": {"kind": Kind.TEXT, "level": "", "points": []},
        },
    )  # fmt: skip
    study = factories.make_study(project, version)
    item = factories.make_item(study)
    rating = factories.make_rating(item, None, {"faults": 5, "seconds": 2.5, "why": None})
    ScoreText.objects.create(score=rating.scores.get(criterion__key="why"), words="=cmd()")
    for turn, value in ((1, 0), (3, 2)):
        Score.objects.create(
            rating=rating, criterion=version.criteria.get(key="breakdown"), item=item, turn=turn,
            value=value, rater=rating.rater, kind="person", layer="blind",
        )  # fmt: skip
    assert jsonl(study)[0]["scores"] == {
        "faults": ["late", "wrong"],
        "seconds": 2.5,
        "why": {"text": "=cmd()"},
        "breakdown": {"1": "O", "3": "X"},
    }
    (row,) = rows(study)
    assert row["breakdown"] == '{"1":"O","3":"X"}'
    assert (row["faults"], row["seconds"], row["why"]) == ("late;wrong", "2.5", "'=cmd()")


def test_no_cell_begins_a_formula(rated: Rated) -> None:
    study = rated([[1, 1]])
    Rating.objects.update(comment="=HYPERLINK(0)")
    assert {row["comment"] for row in rows(study)} == {"'=HYPERLINK(0)"}


def test_earlier_versions_of_a_rating_stay_in_the_house(rated: Rated) -> None:
    study = rated([[1, 1]])
    Rating.objects.filter(pk=Rating.objects.first().pk).update(current=False)  # type: ignore[union-attr]
    assert len(jsonl(study)) == 1


def test_what_was_exported_can_be_imported_and_is_the_same(
    project: Project, shared_data: Path, tmp_path: Path
) -> None:
    study = load_study(project, shared_data / "mtrag_human_eval", "mtrag")
    file = tmp_path / "ratings.jsonl"
    call_command("export_ratings", study=str(study.uid), to="jsonl", out=str(file))
    taken = import_ratings(
        actor=None, study=study, source=Source(file), importer="jsonl", now=timezone.now()
    )
    assert (taken.new, taken.unchanged, taken.refused) == (0, 1431, 0)


def test_a_download_is_a_stream_whose_first_line_waits_for_nothing(
    alice: User, rated: Rated, signed_in: Callable[[User], Client],
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    study = rated([[1, 1]] * 3)
    client = signed_in(alice)
    answer = client.get(reverse("analytics:ratings_csv", args=[study.uid]))
    assert answer.streaming
    with django_assert_max_num_queries(1):
        assert next(iter(answer)).startswith(b"uid,external_id")
