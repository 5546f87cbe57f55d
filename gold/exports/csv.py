"""CSV for a spreadsheet: one row an item, and no cell that a spreadsheet would run.

What begins like a formula gets an apostrophe before it, as everywhere (`core.csv_cells`).
"""

import json
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.csv_cells import lines as csv_lines
from gold.asked import Turn, asked_in
from gold.exports.formats import Format
from gold.exports.reading import (
    Payload,
    answer_of,
    conversations_of,
    expected_of,
    language_of,
    split_of,
    tier_of,
    variant_of,
)
from gold.exports.source import Line, Source
from gold.exports.tally import Tally

FACTS = (
    "gold",
    "release",
    "conversation",
    "language",
    "variant",
    "input",
    "split",
    "tier",
    "question",
    "answer",
    "further_answers",
    "expected",
    "expected_source",
)
AFTER = ("distributions", "sources", "licence", "consent", "content_hash")
MARK = b"\xef\xbb\xbf"


def pieces(source: Source, tally: Tally) -> Iterator[bytes]:
    """Two passes: a column for each criterion that any item was judged by."""
    keys = sorted({key for line in source.lines() for key in line.payload["labels"]})
    header = [*FACTS, *(f"label.{key}" for key in keys), *AFTER]
    yield MARK
    for line in csv_lines([header]):
        yield line.encode()
    rows = (row_of(source.release.number, line, keys) for line in tally.read(source))
    for line in csv_lines(rows):
        yield line.encode()


def row_of(release: int, line: Line, keys: list[str]) -> list[Any]:
    """Labels of turns are JSON in their criterion's column."""
    payload = line.payload
    conversation, labels = payload["conversation"], payload["labels"]
    each = [label for key in keys if isinstance(label := labels.get(key), dict)]
    return [
        line.uid,
        release,
        conversation["id"],
        language_of(payload),
        variant_of(conversation),
        conversation["input"],
        split_of(payload),
        tier_of(payload),
        last_asked(asked_in(payload)),
        answer_of(conversation),
        further_answers(payload),
        *expected_of(payload),
        *(cell(labels.get(key)) for key in keys),
        distributions(labels),
        ", ".join(sorted({label["source"] for label in each})),
        payload.get("licence", ""),
        payload.get("consent", ""),
        line.content_hash,
    ]


def last_asked(turns: list[Turn]) -> str:
    return next((turn["content"] or "" for turn in reversed(turns) if turn["role"] == "user"), "")


def further_answers(payload: Payload) -> str:
    """Of a pair or a ranking, as JSON: those beside the first."""
    others = [answer_of(one) for one in conversations_of(payload)[1:]]
    return json.dumps(others, ensure_ascii=False) if others else ""


def distributions(labels: dict[str, Any]) -> str:
    """How people answered, as JSON by criterion; of a contested item this is all there is."""
    found = {
        key: label["distribution"]
        for key, label in sorted(labels.items())
        if isinstance(label, dict) and label.get("distribution")
    }
    return json.dumps(found, ensure_ascii=False, sort_keys=True) if found else ""


PLACES = ("turn", "passage", "answers", "value")


def cell(label: Any) -> Any:
    if label is None:
        return ""
    if isinstance(label, list):
        return json.dumps(
            [{name: one[name] for name in PLACES if name in one} for one in label],
            ensure_ascii=False,
        )
    value = label["value"]
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else value


FORMAT = Format(
    key="csv",
    name="CSV",
    purpose=_("One row an item, for a spreadsheet. Nothing in it can run as a formula."),
    leaves_out=_("All turns but the last question and the answer; what was erased."),
    opens='import pandas\n\nitems = pandas.read_csv("NAME", keep_default_na=False)\n',
    suffix=".csv",
    media="text/csv; charset=utf-8",
    pieces=pieces,
)
