"""Outputs of a variant as they come in: JSON Lines, a JSON list, or CSV."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

import orjson
from django.utils.translation import gettext as _

from core.errors import InvalidError
from core.text import storable
from gold.runs.judging import Said

MOST_CHARACTERS = 1_000_000
LONGEST_LINE = 10 * 1024 * 1024
SCORE = "score."
TRUE = {"true", "1", "yes", "pass", "passed", "合格", "はい"}
FALSE = {"false", "0", "no", "fail", "failed", "不合格", "いいえ"}


@dataclass(frozen=True, slots=True)
class Line:
    """One output and where it stood. `key` names an input, or a gold item by its uid."""

    number: int
    key: str
    said: Said


def read(file: BinaryIO) -> Iterator[Line]:
    """The outputs of a file; the first thing that is none is refused with its line."""
    start = file.read(len(codecs.BOM_UTF8))
    file = _joined(b"" if start == codecs.BOM_UTF8 else start, file)
    first = _first_line(file)
    records = chain([first], file) if first else iter(())
    if first.lstrip()[:1] == b"[":
        yield from _objects(_list(b"".join(records)))
    elif first.lstrip()[:1] == b"{":
        yield from _objects(_json_lines(records))
    elif first:
        yield from _csv(records)


def _joined(start: bytes, file: BinaryIO) -> BinaryIO:
    """The file from its first byte on, without reading it whole."""

    class Joined(io.RawIOBase):
        rest = start

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            data, self.rest = (self.rest or file.read(len(buffer))), b""
            buffer[: len(data)] = data
            return len(data)

    return io.BufferedReader(Joined(), 65_536)


def _first_line(file: BinaryIO) -> bytes:
    for line in file:
        if line.strip():
            return line
    return b""


def _list(text: bytes) -> Iterator[tuple[int, Any]]:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise InvalidError(
            _("The file is no JSON: %(problem)s.") % {"problem": str(problem)}
        ) from None
    return iter(enumerate(found, start=1))


def _json_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if len(line) > LONGEST_LINE:
            raise _refused(number, _("it is longer than 10 MB"))
        try:
            yield number, orjson.loads(line)
        except orjson.JSONDecodeError:
            raise _refused(number, _("it is no JSON")) from None


def _objects(records: Iterable[tuple[int, Any]]) -> Iterator[Line]:
    for number, record in records:
        yield line_of(number, record)


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


def _csv(lines: Iterable[bytes]) -> Iterator[Line]:
    texts = (_decoded(number, line) for number, line in enumerate(lines, start=1))
    rows = csv.DictReader(texts, restkey="", restval="")
    names = rows.fieldnames or []
    if not {"input_key", "gold"} & set(names):
        raise InvalidError(
            _("No column is called input_key or gold, so no row says which input it answers.")
        )
    try:
        for row in rows:
            scores = {
                name.removeprefix(SCORE): cell
                for name, cell in row.items()
                if name.startswith(SCORE) and cell != ""
            }
            passed = _truth(rows.line_num, row.get("passed") or "")
            key = row.get("input_key") or row.get("gold")
            yield _line(rows.line_num, key, row.get("output") or "", scores, passed)
    except csv.Error as problem:
        raise _refused(rows.line_num, str(problem)) from None


def _decoded(number: int, line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise _refused(number, _("it is not UTF-8")) from None


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
    words = [key, output, *scores, *(str(one) for one in scores.values())]
    if not all(map(storable, words)):
        raise _refused(number, _("it holds a character that no database stores, such as NUL"))
    return Line(number, key, Said(output, scores, passed))


def _is_score(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, (str, int, float, bool)) or value is None


def _refused(number: int, why: str) -> InvalidError:
    return InvalidError(
        _("Line %(line)d is no output: %(why)s. Mend it and bring the file again.")
        % {"line": number, "why": why}
    )
