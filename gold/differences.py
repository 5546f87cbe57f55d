"""How the texts of a gold item differ: word by word, and in Japanese character by character."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from annotation.rubric_diff import pieces
from core.phrases import enumerated
from gold.chain import FIELDS, names_in
from gold.models import Difficulty, GoldItem
from gold.provenance import steps_of
from gold.revising import Past, State, state_of, states
from gold.services.items import unwritten_answer

Ops = list[tuple[str, str]]


def changes_between(old: str, new: str) -> Ops:
    """The stretches that stayed, went and came."""
    return [(piece.op, piece.text) for piece in pieces(old, new)]


def answer_changes(gold_item: GoldItem, expected: str, *, against_theirs: bool = False) -> Ops:
    """How a text differs from the answer that stands there anyway, or from what was saved last."""
    theirs = gold_item.payload.get("expected", {}).get("text", "")
    old = theirs if against_theirs else unwritten_answer(gold_item)
    return changes_between(old, expected.replace("\r\n", "\n").strip())


@dataclass(frozen=True)
class Change:
    """One field before and after a revision."""

    name: str
    ops: Ops


@dataclass(frozen=True)
class Revised:
    """One revision: who, when, why, what; `number` names the state before it."""

    number: int
    at: datetime | None
    by: str
    reason: str
    changes: list[Change]


def history_of(gold_item: GoldItem, *, with_names: bool) -> list[Revised]:
    """The revisions, the newest first; nothing written is the answer that stood there anyway."""
    steps = steps_of(gold_item.provenance)
    names = names_in(steps) if with_names else {}
    unwritten = unwritten_answer(gold_item)
    past = [
        replace(one, state={**one.state, "expected": one.state["expected"] or unwritten})
        for one in states(state_of(gold_item), steps)
    ]
    return [revised(before, after, names) for after, before in pairwise(past)]


def revised(before: Past, after: Past, names: Mapping[str, str]) -> Revised:
    step = before.ended_by or {"at": None, "data": {"by": "", "why": "", "before": {}}}
    return Revised(
        number=before.number,
        at=datetime.fromisoformat(step["at"]) if step["at"] else None,
        by=names.get(step["data"]["by"], ""),
        reason=step["data"]["why"],
        changes=list(changed(before.state, after.state, step["data"]["before"])),
    )


def changed(before: State, after: State, names: Mapping[str, Any]) -> Iterator[Change]:
    for name in FIELDS:
        if name in names:
            ops = changes_between(in_words(name, before[name]), in_words(name, after[name]))
            yield Change(str(FIELDS[name]), ops)


def in_words(name: str, value: Any) -> str:
    """A field's value as a text to compare."""
    if name == "tags":
        return enumerated(value)
    if name == "passages":
        return enumerated(
            _("turn %(turn)d, passage %(n)d") % {"turn": turn + 1, "n": place + 1}
            for turn, place in value
        )
    if name == "difficulty":
        return str(Difficulty(value).label) if value else ""
    return str(value)
