"""Runs of the demonstration: what its three variants answer to the inputs of a release.

The outputs are their own answers from the fixtures, and the scores those of a simulated judge.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from accounts.models import User
from gold.demo_people import FIXTURES, latent
from gold.models import Release
from gold.runs.judging import PassRule, Said
from gold.runs.reading import Line
from gold.runs.storing import store_run

RULE = PassRule("score", "correctness", 4.5)
NOTE = "Synthetic: the scores are those of a simulated judge."


def run_variants(manager: User, release: Release, now: datetime) -> None:
    """One run a variant, a day apart, the oldest prompt first."""
    names = dict.fromkeys(one["variant"]["name"] for one in answered())
    for days, name in enumerate(names, start=1):
        store_answers(manager, release, name, now + timedelta(days=days))


def store_answers(manager: User, release: Release, variant: str, now: datetime) -> None:
    store_run(
        actor=manager,
        release=release,
        variant=variant,
        rule=RULE,
        lines=answers(said_by(variant).values()),
        now=now,
        note=NOTE,
    )


@cache
def answered() -> list[dict[str, Any]]:
    path = FIXTURES / "conversations.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def said_by(variant: str) -> dict[str, dict[str, Any]]:
    """The conversations of a variant by the input that they answer."""
    return {one["input_key"]: one for one in answered() if one["variant"]["name"] == variant}


def answers(said: Iterable[dict[str, Any]]) -> Iterator[Line]:
    hidden = latent()
    for number, one in enumerate(said, start=1):
        scores = hidden[one["id"]]["scores"]
        output = one["messages"][-1]["content"]
        yield Line(number, one["input_key"], Said(output, scores))
