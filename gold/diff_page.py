"""The difference of two releases as a page and as JSON tell it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import InvalidError
from core.languages import language_name
from core.phrases import enumerated, labelled
from gold.changes import Counts, Difference, Kind, counted, shown
from gold.differences import Ops, changes_between
from gold.differing import Changed
from gold.label_words import LabelWords, label_words_of
from gold.models import Difficulty, Release, Source, Tier

PAGE = 50
MOST = 500
LONGEST = 400
AROUND = 60
"""Characters of what stayed that are shown beside what changed."""
TEXTS = frozenset({"expected.text", "guidance", "consent", "conversation.reference"})
TURNS = frozenset({"conversation.turns", "conversation_b.turns", "input"})


@dataclass(frozen=True)
class FieldLine:
    """One field in words, cut where it is long: the item's own page has the whole of it."""

    name: str
    before: str
    after: str
    ops: Ops = field(default_factory=list)
    """Of a longer text the words that went and came, with a little of what stayed around them."""


@dataclass(frozen=True)
class ItemLine:
    difference: Difference
    fields: list[FieldLine]


@dataclass(frozen=True)
class DiffPage:
    older: Release
    newer: Release
    counts: Counts
    kind: Kind
    lines: list[ItemLine]
    after: int | None
    """The position behind which the next page begins."""


def release_against(newer: Release, number: int | None) -> Release | None:
    """The release of that number in the same dataset; without one, the parent."""
    if number is None:
        return newer.parent
    found = newer.dataset.releases.filter(number=number).exclude(pk=newer.pk).first()
    if found is None:
        raise InvalidError(
            _("“%(dataset)s” has no other release %(number)d to compare with.")
            % {"dataset": newer.dataset, "number": number}
        )
    return found


def nothing_before(release: Release) -> InvalidError:
    return InvalidError(
        _("Release %(number)d is the first, so there is nothing to compare it with.")
        % {"number": release.number}
    )


def kind_named(text: str | None, counts: Counts) -> Kind:
    """The kind that is asked for, else the first that there is something of."""
    if text in list(Kind):
        return Kind(text)
    return next((kind for kind in Kind if getattr(counts, kind.value)), Kind.REVISED)


def diff_page(
    older: Release, newer: Release, *, kind: str | None, after: int | None, most: int = PAGE
) -> DiffPage:
    counts = counted(older, newer)
    chosen = kind_named(kind, counts)
    found = shown(chosen, older, newer, after=after, most=most + 1)
    labels = label_words_of(
        one["uid"] for release in (older, newer) for one in release.rubric_versions
    )
    lines = [
        ItemLine(one, [line for each in one.fields for line in in_words(each, labels)])
        for one in found
    ]
    last = (found[most - 1].after or found[most - 1].before) if len(found) > most else None
    return DiffPage(older, newer, counts, chosen, lines[:most], last.position if last else None)


def in_words(changed: Changed, labels: LabelWords) -> Iterator[FieldLine]:
    if key := changed.criterion:
        before, after = labels.said(key, changed.before), labels.said(key, changed.after)
        yield FieldLine(labels.name(key), before, after)
        return
    name = field_names().get(changed.field, changed.field)
    before, after = (spoken_value(changed.field, one) for one in (changed.before, changed.after))
    if changed.field in TURNS and _have_the_same_turns(changed):
        yield from turn_lines(name if changed.field != "conversation.turns" else "", changed)
    elif changed.field in TEXTS and changed.before and changed.after:
        yield FieldLine(name, before, after, short(changes_between(changed.before, changed.after)))
    else:
        yield FieldLine(name, before, after)


def _have_the_same_turns(changed: Changed) -> bool:
    both = (changed.before, changed.after)
    return all(isinstance(one, list) for one in both) and len(both[0]) == len(both[1])


def turn_lines(name: str, changed: Changed) -> Iterator[FieldLine]:
    """Each turn that says something else; what belongs to it beside its words stands as it is."""
    for n, (was, now) in enumerate(zip(changed.before, changed.after, strict=True), start=1):
        if was == now:
            continue
        turn = _("turn %(n)d") % {"n": n}
        words = [one.get("content") or "" for one in (was, now)]
        rest = [{key: one[key] for key in one if key != "content"} for one in (was, now)]
        ops = short(changes_between(*words)) if rest[0] == rest[1] else []
        yield FieldLine(labelled(name, turn) if name else turn, text_of(was), text_of(now), ops)


def short(ops: Sequence[tuple[str, str]]) -> Ops:
    """What stayed is cut to what stands beside a change.

    >>> [len(text) for _op, text in short([("equal", "a" * 99), ("insert", "b")])]
    [61, 1]
    """
    found = []
    for place, (op, text) in enumerate(ops):
        if op != "equal":
            found.append((op, text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"))
            continue
        head = text[:AROUND] if place else ""
        tail = text[-AROUND:] if place < len(ops) - 1 else ""
        is_short = len(text) <= len(head) + len(tail)
        found.append((op, text if is_short else f"{head}…{tail}"))
    return found


def field_names() -> dict[str, str]:
    return {
        "expected.text": _("Expected answer"),
        "expected.source": _("Origin of the expected answer"),
        "guidance": _("Guidance"),
        "passages": _("Passages needed"),
        "tags": _("Tags"),
        "difficulty": _("Difficulty"),
        "language": _("Language"),
        "split": _("Split"),
        "tier": _("Tier"),
        "source": _("Origin"),
        "licence": _("Licence"),
        "consent": _("Consent"),
        "input": _("Input"),
        "conversation.turns": _("Turns"),
        "rubric.version": _("Rubric version"),
        "schema": _("Format"),
    }


CHOICES: Mapping[str, Mapping[Any, Any]] = {
    "difficulty": dict(Difficulty.choices),
    "tier": dict(Tier.choices),
    "source": dict(Source.choices),
    "expected.source": {
        "approved": gettext_lazy("the answer that was judged"),
        "corrected": gettext_lazy("written for this item"),
        "reference": gettext_lazy("came in with the conversation"),
    },
}


def spoken_value(field: str, value: Any) -> str:
    """A value as its reader knows it: the words of a choice, the name of a language."""
    if isinstance(value, str) and value:
        if field == "language":
            return str(language_name(value))
        if field in CHOICES:
            return str(CHOICES[field].get(value, value))
    return text_of(value)


def text_of(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        text = enumerated(value)
    elif isinstance(value, str):
        text = value
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def diff_data(
    older: Release, newer: Release, *, kind: str | None, after: int | None, most: int = MOST
) -> dict[str, Any]:
    """Counts of all kinds, and a page of one."""
    found = diff_page(older, newer, kind=kind, after=after, most=most)
    counts = found.counts
    return {
        "dataset": str(newer.dataset.uid),
        "older": older.number,
        "newer": newer.number,
        "added": counts.added,
        "revised": counts.revised,
        "retired": counts.retired,
        "same": counts.same,
        "kind": found.kind.value,
        "items": [line.difference.as_data() for line in found.lines],
        "after": found.after,
    }
