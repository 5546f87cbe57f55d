"""The simulated raters are repeatable, lawful and differ in the ways that the README describes."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import mean, median
from typing import Any

import krippendorff
import numpy as np
import pytest

from annotation.rubric_templates import template
from conversations.importers.base import LineError
from conversations.importers.ratings import read_ratings
from conversations.importers.sources import Source
from fixtures.build import CRITERIA, HERE
from fixtures.simulation import (
    RATERS,
    Rating,
    simulate_breakdown_ratings,
    simulate_ratings,
)

CONVERSATIONS = [
    json.loads(line)
    for line in (HERE / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
]
LATENT = json.loads((HERE / "latent.json").read_text(encoding="utf-8"))
LANGUAGE = {c["id"]: c["language"] for c in CONVERSATIONS}
OVERLAP, SEED = 3, 20261122
RATINGS = list(simulate_ratings(CONVERSATIONS, LATENT, RATERS, OVERLAP, SEED))
TURN_RATINGS = list(simulate_breakdown_ratings(CONVERSATIONS, LATENT, RATERS, OVERLAP, SEED))

BANDS = {
    "helpfulness": (0.55, 0.80),
    "correctness": (0.60, 0.80),
    "coherence": (0.45, 0.70),
    "right_amount": (0.40, 0.65),
    "register": (0.10, 0.42),
    "not_knowing": (0.60, 0.90),
}


def ordinal_alpha(values: Iterable[tuple[Any, str, float]]) -> float:
    """Krippendorff's alpha by the reference package, from (unit, rater, value)."""
    units: dict[Any, dict[str, float]] = defaultdict(dict)
    for unit, rater, value in values:
        units[unit][rater] = value
    table = [[unit.get(rater.name, np.nan) for unit in units.values()] for rater in RATERS]
    return float(krippendorff.alpha(np.array(table), level_of_measurement="ordinal"))


def points(criterion: str, ratings: Iterable[Rating] = RATINGS) -> list[tuple[str, str, float]]:
    return [
        (rating["external_id"], rating["rater"], float(rating["scores"][criterion]))
        for rating in ratings
        if rating["scores"].get(criterion) is not None
    ]


def mean_of(rater: str, criterion: str, language: str) -> float:
    return mean(v for id_, r, v in points(criterion) if r == rater and LANGUAGE[id_] == language)


def test_the_same_seed_gives_the_same_ratings() -> None:
    assert list(simulate_ratings(CONVERSATIONS, LATENT, RATERS, OVERLAP, SEED)) == RATINGS


def test_another_seed_gives_other_ratings() -> None:
    assert list(simulate_ratings(CONVERSATIONS, LATENT, RATERS, OVERLAP, SEED + 1)) != RATINGS


def test_every_conversation_has_as_many_raters_as_the_overlap() -> None:
    pairs = {(rating["external_id"], rating["rater"]) for rating in RATINGS}
    assert len(pairs) == len(RATINGS)
    assert set(Counter(id_ for id_, _ in pairs).values()) == {OVERLAP}


def test_raters_rate_only_what_they_can_read() -> None:
    reads = {rater.name: rater.languages for rater in RATERS}
    assert all(LANGUAGE[r["external_id"]] in reads[r["rater"]] for r in RATINGS)


def test_too_few_raters_are_refused_with_a_way_out() -> None:
    with pytest.raises(ValueError, match="Lower the overlap or add raters"):
        list(simulate_ratings(CONVERSATIONS, LATENT, RATERS[:2], OVERLAP, SEED))


@pytest.mark.parametrize("key", ["good_dialogue", "dialogue_breakdown"])
def test_scores_are_points_of_the_rubric(key: str) -> None:
    points_of = {
        criterion["key"]: {point["key"] for point in criterion["points"]}
        for criterion in template(key)["criteria"]
    }
    for rating in RATINGS if key == "good_dialogue" else TURN_RATINGS:
        for criterion, given in rating["scores"].items():
            for value in given.values() if isinstance(given, dict) else [given]:
                chosen = set(value) if isinstance(value, list) else {value}
                assert chosen - {None} <= points_of[criterion]


def test_only_what_the_rubric_asks_for_is_scored() -> None:
    always = {"helpfulness", "correctness", "coherence", "right_amount", "register"}
    for rating in RATINGS:
        scores = rating["scores"]
        assert always | {"open_question"} <= set(scores)
        assert ("direction" in scores) == (scores["right_amount"] != "5")
        assert ("not_knowing" in scores) == (scores["open_question"] == "yes")


def test_a_cause_is_named_for_turns_that_break_down_and_no_others() -> None:
    for rating in TURN_RATINGS:
        letters = rating["scores"]["breakdown"]
        broken = {turn for turn, letter in letters.items() if letter != "O"}
        assert set(rating["scores"].get("cause", {})) == broken


def test_not_knowing_is_scored_in_some_conversations_only() -> None:
    share = len(points("not_knowing")) / len(RATINGS)
    assert 0.3 < share < 0.7


@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("overlap", [2, 3])
def test_agreement_lies_in_the_intended_band(criterion: str, overlap: int) -> None:
    runs = [
        ordinal_alpha(
            points(criterion, simulate_ratings(CONVERSATIONS, LATENT, RATERS, overlap, seed))
        )
        for seed in range(3)
    ]
    low, high = BANDS[criterion]
    assert low < mean(runs) < high


def test_raters_agree_more_on_correctness_than_on_register() -> None:
    assert ordinal_alpha(points("correctness")) > ordinal_alpha(points("register")) + 0.25


def test_breakdown_is_rated_at_each_assistant_turn_with_middling_agreement() -> None:
    values = [
        ((rating["external_id"], turn), rating["rater"], float("OTX".index(letter)))
        for rating in TURN_RATINGS
        for turn, letter in rating["scores"]["breakdown"].items()
    ]
    turns = {
        (c["id"], str(n))
        for c in CONVERSATIONS
        for n, message in enumerate(c["messages"])
        if message["role"] == "assistant"
    }
    assert {unit for unit, _, _ in values} == turns
    assert 0.35 < ordinal_alpha(values) < 0.65


def test_the_variants_come_out_in_their_intended_order() -> None:
    helpfulness = {
        variant: mean(v for id_, _, v in points("helpfulness") if id_.endswith(variant))
        for variant in ("v11", "v12", "v13")
    }
    assert helpfulness["v11"] + 0.5 < helpfulness["v12"] < helpfulness["v13"] - 0.5


def test_tanaka_is_strict_about_japanese_register_only() -> None:
    assert mean_of("田中 健一", "register", "ja") + 0.5 < mean_of("佐藤 美咲", "register", "ja")
    assert (
        abs(mean_of("田中 健一", "register", "en") - mean_of("佐藤 美咲", "register", "en")) < 0.7
    )


def test_hughes_is_fast_and_gives_one_point_to_everything_most_often() -> None:
    seconds = {
        rater.name: median(r["seconds"] for r in RATINGS if r["rater"] == rater.name)
        for rater in RATERS
    }
    flat = Counter(
        rating["rater"]
        for rating in RATINGS
        if {rating["scores"][key] for key in CRITERIA if key in rating["scores"]} == {"4"}
    )
    assert min(seconds, key=lambda name: seconds[name]) == "Owen Hughes"
    assert flat.most_common(1)[0][0] == "Owen Hughes"


def test_comments_are_about_the_conversation_they_stand_at() -> None:
    said = [(r["external_id"], r["comment"]) for r in RATINGS if r["comment"]]
    assert len(said) > 40
    assert all(comment in LATENT[id_]["comments"] for id_, comment in said)


def test_the_raters_of_the_team_are_those_who_are_simulated() -> None:
    people = json.loads((HERE / "demo_people.json").read_text(encoding="utf-8"))["people"]
    raters = {p["name"]: frozenset(p["languages"]) for p in people if p["role"] == "rater"}
    assert raters == {rater.name: rater.languages for rater in RATERS}
    assert all(p["email"].endswith("@example.com") for p in people)
    assert {p["role"] for p in people} == {"owner", "manager", "adjudicator", "rater", "viewer"}


@pytest.mark.parametrize("ratings", [RATINGS, TURN_RATINGS], ids=["conversations", "turns"])
def test_the_importer_of_ratings_takes_every_line(ratings: list[Rating], tmp_path: Path) -> None:
    file = tmp_path / "ratings.jsonl"
    file.write_text("".join(json.dumps(r) + "\n" for r in ratings), encoding="utf-8")
    entries = [entry for _, entry in read_ratings(Source(file), importer="jsonl")]
    assert not [entry for entry in entries if isinstance(entry, LineError)]
    assert len(entries) == len(ratings)
