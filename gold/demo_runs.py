"""Runs of the demonstration: what its three variants answer to the inputs of the first release.

The outputs are their own answers from the fixtures, and the scores those of a simulated judge.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from gold.demo_people import FIXTURES, latent
from gold.models import Release
from gold.runs.judging import PassRule, Said
from gold.runs.reading import Line
from gold.runs.storing import store_run

RULE = PassRule("score", "correctness", 3.0)
NOTE = "Synthetic: the scores are those of a simulated judge."


def run_variants(manager: User, release: Release, now: datetime) -> None:
    """One run a variant, a day apart, the oldest prompt first."""
    path = FIXTURES / "conversations.jsonl"
    said = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    names = dict.fromkeys(one["variant"]["name"] for one in said)
    for days, name in enumerate(names, start=1):
        store_run(
            actor=manager,
            release=release,
            variant=name,
            rule=RULE,
            lines=answers(one for one in said if one["variant"]["name"] == name),
            now=now + timedelta(days=days),
            note=NOTE,
        )


def answers(said: Iterable[dict[str, Any]]) -> Iterator[Line]:
    hidden = latent()
    for number, one in enumerate(said, start=1):
        scores = hidden[one["id"]]["scores"]
        output = one["messages"][-1]["content"]
        yield Line(number, one["input_key"], Said(output, scores))
