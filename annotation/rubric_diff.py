"""What changed between two versions of a rubric, and what that does to ratings already given.

Criteria are matched by key, then, for those left over, by meaning (a renamed key). Words are
compared word by word in English and character by character in Japanese, which has no spaces.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from annotation.rubric_shape import (
    LANGUAGES,
    WORD_FIELDS,
    meaning_hash,
    normalise,
    scale_hash,
)

MAX_TOKENS = 3_000
"""Beyond this a text is shown as replaced whole: matching grows with the square."""

SETTINGS = ("required", "cannot_judge", "weight", "show_if")

_TOKEN = re.compile(r"[0-9A-Za-z\u00c0-\u024f'’_-]+|\s+|.", re.DOTALL)


class Sort(TextChoices):
    """How a criterion changed; of several changes the gravest counts."""

    ADDED = "added", _("added")
    REMOVED = "removed", _("removed")
    SCALE_CHANGED = "scale_changed", _("scale changed")
    REWORDED = "reworded", _("reworded")
    TRANSLATED = "translated", _("translation added")
    RENAMED = "renamed", _("key renamed")
    SETTINGS_CHANGED = "settings_changed", _("settings changed")
    UNCHANGED = "unchanged", _("unchanged")


class Consequence(TextChoices):
    """What becomes of ratings given under the old version."""

    KEPT = "kept", _("Ratings given so far count on.")
    ON_REQUEST = "on_request", _("Ratings given so far are pooled only on request, and marked.")
    NOT_COMPARABLE = "not_comparable", _("Ratings given so far cannot be compared with new ones.")
    NO_RATINGS = "no_ratings", _("There are no ratings of this criterion yet.")
    STAYS_BEHIND = "stays_behind", _("Ratings given so far stay with the earlier version.")


CONSEQUENCES: Mapping[Sort, Consequence] = {
    Sort.ADDED: Consequence.NO_RATINGS,
    Sort.REMOVED: Consequence.STAYS_BEHIND,
    Sort.SCALE_CHANGED: Consequence.NOT_COMPARABLE,
    Sort.REWORDED: Consequence.ON_REQUEST,
    Sort.TRANSLATED: Consequence.ON_REQUEST,
    Sort.RENAMED: Consequence.KEPT,
    Sort.SETTINGS_CHANGED: Consequence.KEPT,
    Sort.UNCHANGED: Consequence.KEPT,
}


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, went or came."""

    op: Literal["equal", "delete", "insert"]
    text: str


@dataclass(frozen=True)
class TextChange:
    """One text of a criterion before and after; `path` is like "points[5].anchor"."""

    path: str
    language: str
    pieces: tuple[Piece, ...]

    @property
    def is_addition(self) -> bool:
        return all(piece.op == "insert" for piece in self.pieces)


@dataclass(frozen=True)
class Change:
    """What happened to one criterion; `before` and `after` are its full forms."""

    sort: Sort
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    texts: tuple[TextChange, ...] = ()
    settings: tuple[str, ...] = ()

    @property
    def consequence(self) -> Consequence:
        return CONSEQUENCES[self.sort]

    @property
    def old_key(self) -> str:
        return str((self.before or {}).get("key", ""))


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """One change for each criterion, in the order of the new version, removed ones last."""
    before, after = normalise(old)["criteria"], normalise(new)["criteria"]
    matches = _matches(before, after)
    changes = [_change(matches.get(criterion["key"]), criterion) for criterion in after]
    matched = {criterion["key"] for criterion in matches.values()}
    return changes + [
        Change(Sort.REMOVED, criterion["key"], before=criterion, after=None)
        for criterion in before
        if criterion["key"] not in matched
    ]


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """The stretches that lead from one text to another."""
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(a) > MAX_TOKENS or len(b) > MAX_TOKENS:
        opcodes = [("equal" if old == new else "replace", 0, len(a), 0, len(b))]
    else:
        opcodes = list(difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes())
    return tuple(_pieces(a, b, opcodes))


def _pieces(
    a: Sequence[str], b: Sequence[str], opcodes: Sequence[tuple[str, int, int, int, int]]
) -> Iterator[Piece]:
    for op, a_from, a_to, b_from, b_to in opcodes:
        if op == "equal":
            yield Piece("equal", "".join(a[a_from:a_to]))
            continue
        if a_to > a_from:
            yield Piece("delete", "".join(a[a_from:a_to]))
        if b_to > b_from:
            yield Piece("insert", "".join(b[b_from:b_to]))


def _matches(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """The old criterion for each new key that has one."""
    by_key = {criterion["key"]: criterion for criterion in before}
    new_keys = {criterion["key"] for criterion in after}
    orphans = {meaning_hash(c): c for c in reversed(before) if c["key"] not in new_keys}
    matches: dict[str, Mapping[str, Any]] = {}
    for criterion in after:
        old = by_key.get(criterion["key"]) or orphans.pop(meaning_hash(criterion), None)
        if old is not None:
            matches[criterion["key"]] = old
    return matches


def _change(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Change:
    if before is None:
        return Change(Sort.ADDED, after["key"], before=None, after=after)
    texts = tuple(_text_changes(before, after))
    settings = tuple(name for name in SETTINGS if before[name] != after[name])
    return Change(
        _sort(before, after, texts, settings), after["key"], before, after, texts, settings
    )


def _sort(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    texts: Sequence[TextChange],
    settings: Sequence[str],
) -> Sort:
    if scale_hash(before) != scale_hash(after):
        return Sort.SCALE_CHANGED
    if meaning_hash(before) != meaning_hash(after):
        only_added = all(text.is_addition for text in texts)
        return Sort.TRANSLATED if only_added and _known_texts(before, texts) else Sort.REWORDED
    if before["key"] != after["key"]:
        return Sort.RENAMED
    return Sort.SETTINGS_CHANGED if settings else Sort.UNCHANGED


def _known_texts(before: Mapping[str, Any], texts: Sequence[TextChange]) -> bool:
    """Whether every added text translates one that stood there in another language."""
    known = {path for path, _language in _texts(before)}
    return bool(texts) and all(text.path in known for text in texts)


def _text_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[TextChange]:
    old, new = _texts(before), _texts(after)
    for place in dict.fromkeys([*new, *old]):
        was, now = old.get(place, ""), new.get(place, "")
        if was != now:
            yield TextChange(*place, pieces=pieces(was, now))


def _texts(criterion: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Every text of a criterion by place and language; points are named by key, not by position."""
    words: dict[str, Mapping[str, str]] = {name: criterion[name] for name in WORD_FIELDS}
    words |= _example_words("examples", criterion["examples"])
    for point in criterion["points"]:
        path = f"points[{point['key']}]"
        words |= {f"{path}.label": point["label"], f"{path}.anchor": point["anchor"]}
        words |= _example_words(f"{path}.examples", point["examples"])
    return {
        (path, language): texts[language]
        for path, texts in words.items()
        for language in LANGUAGES
        if language in texts
    }


def _example_words(
    path: str, examples: Sequence[Mapping[str, Any]]
) -> dict[str, Mapping[str, str]]:
    return {f"{path}[{n}].{e['verdict']}": e["text"] for n, e in enumerate(examples)}
