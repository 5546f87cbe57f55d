"""What an item is about, in two lines: the question and how the reply begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from accounts.models import User
from annotation.models import Item, Study
from annotation.services.deciding import blind_to
from conversations.spans import shown
from core.scales import Target

LENGTH = 160


class Excerpt(NamedTuple):
    question: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class HardLine:
    """One unit that raters disagree on, with the way to its ratings."""

    item: str
    seq: int
    excerpt: Excerpt
    turn: int | None
    passage: int | None
    counts: Sequence[int]
    disagreement: float


def excerpts_of(data: Mapping[str, Any]) -> dict[tuple[str, int], Excerpt]:
    """By item and turn, for the hardest items of a report; read anew, never kept with it."""
    wanted = {
        (line["item"], line["turn"]): -1 if criterion["target"] == Target.PAIR else line["turn"]
        for criterion in data["criteria"]
        for line in criterion["hardest_items"]
    }
    rows = Item.objects.filter(uid__in={uid for uid, _turn in wanted}).values_list(
        "uid", "conversation__turns", "conversation__redacted"
    )
    turns = {str(uid): shown(found, redacted) for uid, found, redacted in rows}
    return {key: excerpt_of(turns[key[0]], at) for key, at in wanted.items() if key[0] in turns}


def without_hidden(data: Mapping[str, Any], study: Study, reader: User) -> dict[str, Any]:
    """The report without the hardest units of items that its reader may still rate blind."""
    listed = {line["item"] for one in data["criteria"] for line in one["hardest_items"]}
    blind = blind_to(reader, study).filter(uid__in=listed)
    hidden = {str(uid) for uid in blind.values_list("uid", flat=True)}
    return {
        **data,
        "criteria": [
            one | {"hardest_items": [it for it in one["hardest_items"] if it["item"] not in hidden]}
            for one in data["criteria"]
        ],
    }


def hard_line(line: Mapping[str, Any], excerpts: Mapping[tuple[str, int], Excerpt]) -> HardLine:
    """A stored line of the hardest units with what it is about."""
    return HardLine(
        item=line["item"],
        seq=line["seq"],
        excerpt=excerpts.get((line["item"], line["turn"]), Excerpt()),
        turn=line["turn"] if line["turn"] >= 0 else None,
        passage=line["passage"] if line["passage"] >= 0 else None,
        counts=line["counts"],
        disagreement=line["disagreement"],
    )


def excerpt_of(turns: Sequence[Mapping[str, Any]], turn: int) -> Excerpt:
    """The reply is the turn rated, or the last one; the question is what the user said before."""
    last = turn if 0 <= turn < len(turns) else _last(turns, "assistant", len(turns))
    question = _last(turns, "user", last if last >= 0 else len(turns))
    return Excerpt(
        _short(turns[question]["content"]) if question >= 0 else "",
        _short(turns[last]["content"]) if last >= 0 else "",
    )


def _last(turns: Sequence[Mapping[str, Any]], role: str, before: int) -> int:
    return next((n for n in range(before - 1, -1, -1) if turns[n]["role"] == role), -1)


def _short(text: str) -> str:
    flat = " ".join(text[: 4 * LENGTH].split())
    return flat if len(flat) <= LENGTH else flat[: LENGTH - 1].rstrip() + "…"
