"""Ratings that exist already, in the general shapes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conversations.importers import (
    LineError,
    ParsedRating,
    ParsedScore,
    Position,
    RefusedError,
    Source,
    guess_ratings,
    read_ratings,
    rubric,
)

MakeFile = Callable[..., Path]
RATING = {"external_id": "c1", "rater": "r1", "scores": {"helpful": 4}}


def read_all(
    path: Path, importer: str = "", mapping: dict[str, str] | None = None
) -> tuple[list[ParsedRating], list[LineError]]:
    source = Source(path)
    good, bad = [], []
    for _position, entry in read_ratings(
        source, importer=importer or guess_ratings(source), mapping=mapping
    ):
        if isinstance(entry, LineError):
            bad.append(entry)
        else:
            good.append(entry)
    return good, bad


def scores_of(make_file: MakeFile, scores: Any) -> list[ParsedScore]:
    good, bad = read_all(make_file(json.dumps(RATING | {"scores": scores})))
    assert bad == []
    return good[0].scores


def test_a_rating_says_who_when_how_long_and_why(make_file: MakeFile) -> None:
    record = RATING | {
        "kind": "judge",
        "at": "2026-05-01T09:00:00Z",
        "seconds": "12.5",
        "comment": "fine",
    }
    (found,), bad = read_all(make_file(json.dumps(record)))
    assert bad == []
    assert (found.external_id, found.rater, found.rater_kind) == ("c1", "r1", "judge")
    assert (found.seconds, found.comment) == (12.5, "fine")
    assert found.at == datetime(2026, 5, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (4, [ParsedScore("c", value=4)]),
        ("4", [ParsedScore("c", value="4")]),
        (True, [ParsedScore("c", value="yes")]),
        (["a", "b"], [ParsedScore("c", value=("a", "b"))]),
        ("N/A", [ParsedScore("c", cannot_judge=True)]),
        (None, [ParsedScore("c", cannot_judge=True)]),
        ({"0": "O", "2": "X"}, [ParsedScore("c", 0, value="O"), ParsedScore("c", 2, value="X")]),
        ({"3:1": 2}, [ParsedScore("c", 3, 1, value=2)]),
        ({"cannot_judge": "no access"}, [ParsedScore("c", cannot_judge=True, text="no access")]),
        ({"value": 1, "text": "why"}, [ParsedScore("c", value=1, text="why")]),
        ({"2": {"value": 5}}, [ParsedScore("c", 2, value=5)]),
    ],
)
def test_a_score_may_be_a_value_a_unit_or_both(
    make_file: MakeFile, given: Any, expected: list[ParsedScore]
) -> None:
    assert scores_of(make_file, {"c": given}) == expected


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scores": {}}, "no_scores"),
        ({"rater": ""}, "no_rater"),
        ({"external_id": None}, "no_rater"),
        ({"kind": "robot"}, "unknown_kind"),
        ({"scores": {"": 1}}, "no_criterion"),
        ({"scores": {"c": [1]}}, "wrong_type"),
        ({"seconds": "long"}, "not_a_number"),
    ],
)
def test_a_rating_that_cannot_be_kept_is_refused_alone(
    make_file: MakeFile, change: dict[str, Any], code: str
) -> None:
    lines = [RATING, RATING | change, RATING]
    good, bad = read_all(make_file("\n".join(map(json.dumps, lines))), "jsonl")
    assert len(good) == 2
    assert [(error.line, error.code) for error in bad] == [(2, code)]


def test_a_row_a_score_becomes_a_rating_of_its_neighbours(make_file: MakeFile) -> None:
    content = (
        "item,worker,criterion,value,turn\nc1,r1,helpful,4,\nc1,r1,polite,2,3\nc1,r2,helpful,N/A,\n"
    )
    good, bad = read_all(make_file(content, "a.csv"))
    assert bad == []
    assert [(rating.rater, len(rating.scores), rating.line) for rating in good] == [
        ("r1", 2, 2),
        ("r2", 1, 4),
    ]
    assert good[0].scores[1] == ParsedScore("polite", 3, value="2")
    assert good[1].scores[0].cannot_judge


def test_columns_of_ratings_are_mapped(make_file: MakeFile) -> None:
    content = "Talk,Who,What,Points\nc1,r1,helpful,4\n"
    path = make_file(content, "a.csv")
    assert [error.code for error in read_all(path, "csv")[1]] == ["columns_missing"]
    mapping = {"external_id": "Talk", "rater": "Who", "criterion": "What", "value": "Points"}
    assert read_all(path, "csv", mapping)[0][0].scores == [ParsedScore("helpful", value="4")]


def test_reading_of_ratings_goes_on_from_any_position(make_file: MakeFile) -> None:
    content = "item,worker,criterion,value\nc1,r1,a,4\nc1,r1,b,2\nc1,,a,4\nc2,r1,a,4\n"
    source = Source(make_file(content, "a.csv"))
    whole = list(read_ratings(source, importer="csv"))
    for number, (position, _entry) in enumerate(whole):
        rest = read_ratings(source, importer="csv", start=Position(*position))
        assert list(rest) == whole[number + 1 :]


def test_conversations_without_scores_are_no_ratings(make_file: MakeFile) -> None:
    path = make_file('{"messages": [{"role": "user", "content": "a"}]}')
    with pytest.raises(RefusedError, match="no ratings"):
        guess_ratings(Source(path))


@pytest.mark.parametrize("name", ["mtrag", "dbdc3", "realpersonachat", "llmfao"])
def test_the_rubric_of_a_source_is_whole(name: str) -> None:
    found = rubric(name)
    assert set(found["name"]) == {"en", "ja"}
    for criterion in found["criteria"]:
        assert set(criterion["question"]) == {"en", "ja"}
        keys = [point["key"] for point in criterion["points"]]
        assert len(keys) == len(set(keys)) >= 2


def test_a_source_without_a_scale_has_no_rubric() -> None:
    with pytest.raises(RefusedError, match="no scale of its own"):
        rubric("jsonl")


def test_a_mapping_to_a_field_that_a_rating_has_not_is_refused(make_file: MakeFile) -> None:
    with pytest.raises(RefusedError, match="stars"):
        read_all(make_file(json.dumps(RATING)), "jsonl", {"stars": "x"})


def test_a_turn_that_is_no_whole_number_is_refused(make_file: MakeFile) -> None:
    content = "external_id,rater,criterion,value,turn\nc1,r1,a,1,1.5\nc1,r1,a,1,2\n"
    (found,), bad = read_all(make_file(content, "a.csv"))
    assert [score.turn for score in found.scores] == [2]
    assert [(error.line, error.code) for error in bad] == [(2, "not_whole")]


def test_a_ranking_of_an_id_that_no_database_holds_is_taken_for_one_id(
    make_file: MakeFile,
) -> None:
    rating = {**RATING, "external_id_b": '["c2", "c\\u0000"]'}
    (found,), _bad = read_all(make_file(json.dumps(rating)))
    assert found.answers == ("c1", '["c2", "c\\u0000"]')


def test_a_vote_whose_row_ends_too_early_is_refused(make_file: MakeFile) -> None:
    content = "worker,winner,prompt,model_x,model_y\nw,left,1,x,y\nw,left,1\nw,,1,x,y\n"
    good, bad = read_all(make_file(content, "crowd-comparisons.csv"))
    assert [found.external_id_b for found in good] == ["1:y"]
    assert [(error.line, error.code) for error in bad] == [
        (3, "cells_missing"),
        (4, "cells_missing"),
    ]
    assert "model_x, model_y" in bad[0].reason
