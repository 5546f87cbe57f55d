"""Outputs of a variant as they come in: JSON Lines, a JSON list, or CSV, also packed.

A line that is no output is refused and told; the others count. Memory stays the same however long
the file is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from conversations.importers import LineError, RefusedError
from conversations.importers.csv_rows import rows
from conversations.importers.documents import Layout, each_record
from conversations.importers.sources import Member, Source
from core.errors import InvalidError
from core.text import storable_value
from gold.runs.judging import Said

MOST_CHARACTERS = 1_000_000
LOOKED_AT = 64 * 1024
SCORE = "score."
TRUE = {"true", "1", "yes", "pass", "passed", "合格", "はい"}
FALSE = {"false", "0", "no", "fail", "failed", "不合格", "いいえ"}


@dataclass(frozen=True, slots=True)
class Line:
    """One output and where it stood. `key` names an input, or a gold item by its uid."""

    number: int
    key: str
    said: Said


Entry = Line | LineError


def read(source: Source) -> Iterator[Entry]:
    """The outputs of a file and its refused lines; a file that cannot be read raises."""
    for member in source.members():
        if isinstance(member, LineError):
            yield member
            continue
        begins = _begins(member)
        if begins in (b"[", b"{"):
            layout = Layout("array" if begins == b"[" else "lines")
            for _number, entry in each_record(member, 0, _made, layout):
                yield entry
        elif begins:
            yield from _table(member)


def _begins(member: Member) -> bytes:
    with member.open() as stream:
        return stream.read(LOOKED_AT).lstrip()[:1]


def _made(record: Any, number: int) -> Line:
    return line_of(number, record)


def line_of(number: int, record: Any) -> Line:
    """One output as an object of JSON has it."""
    if not isinstance(record, Mapping):
        raise _refused(number, _("it is no object with an input_key"))
    passed = record.get("passed")
    if passed is not None and not isinstance(passed, bool):
        raise _refused(number, _("“passed” is neither true nor false"))
    scores = record.get("scores") or {}
    if not isinstance(scores, Mapping) or not all(map(_is_score, scores.values())):
        raise _refused(number, _("“scores” is no object of numbers, words or lists of words"))
    key = record.get("input_key") or record.get("gold")
    return _line(number, key, record.get("output", ""), dict(scores), passed)


def _table(member: Member) -> Iterator[Entry]:
    found = rows(member)
    header = next(found, None)
    names = [] if header is None or isinstance(header, LineError) else header.cells
    if not {"input_key", "gold"} & set(names):
        raise InvalidError(
            _("No column is called input_key or gold, so no row says which input it answers.")
        )
    for row in found:
        if isinstance(row, LineError):
            yield row
            continue
        try:
            yield _line_of_row(row.line, names, row.cells)
        except RefusedError as refusal:
            yield refusal.at(member.name, row.line, row.raw)


def _line_of_row(number: int, names: Sequence[str], cells: Sequence[str]) -> Line:
    row = dict(zip(names, cells, strict=False))
    scores = {
        name.removeprefix(SCORE): cell
        for name, cell in row.items()
        if name.startswith(SCORE) and cell != ""
    }
    passed = _truth(number, row.get("passed", ""))
    key = row.get("input_key") or row.get("gold")
    return _line(number, key, row.get("output", ""), scores, passed)


def _truth(number: int, cell: str) -> bool | None:
    word = cell.strip().casefold()
    if not word:
        return None
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise _refused(number, _("“passed” is neither true nor false"))


def _line(number: int, key: Any, output: Any, scores: dict[str, Any], passed: Any) -> Line:
    if not isinstance(key, str) or not key:
        raise _refused(number, _("it has no input_key, so nobody knows what it answers"))
    if not isinstance(output, str):
        raise _refused(number, _("“output” is no text"))
    if len(output) > MOST_CHARACTERS:
        raise _refused(number, _("its output is longer than 1,000,000 characters"))
    if not storable_value([key, output, scores]):
        raise _refused(number, _("it holds a character that no database stores, such as NUL"))
    return Line(number, key, Said(output, scores, passed))


def _is_score(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    if isinstance(value, (int, float)):
        return storable_value(value)
    return isinstance(value, str) or value is None


def _refused(number: int, why: str) -> RefusedError:
    return RefusedError(
        "no_output",
        _("Line %(line)d is no output: %(why)s. Mend it and bring the file again.")
        % {"line": number, "why": why},
    )
