"""A first plan for a file, from its headers and cells; people change what is wrong."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from conversations.importers import LineError
from surveys import survey_words
from surveys.importing.cells import (
    BETWEEN,
    NO_ANSWER,
    NOT_CHOSEN,
    decimal,
    one_line,
    pieces_of,
    sameness,
    tidy,
    whole_number,
)
from surveys.importing.known_scales import points_for
from surveys.importing.plan import As, Part, Plan, name_for
from surveys.importing.table import Column, Table

READ = 2_000
"""Rows that a proposal looks at."""
MAX_CHOICES = 30
LONG = 120
"""Characters from which on a cell is a text and no choice."""
LONGEST_PIECE = 60
"""Of one choice among several in a cell."""
IDS = frozenset(
    {
        "id",
        "respondent id",
        "participant id",
        "response id",
        "user id",
        "subject id",
        "respondentid",
        "responseid",
        "participantid",
        "回答者id",
        "回答id",
        "ユーザーid",
    }
)
STARTS = frozenset({"start date", "startdate", "started at", "start time", "開始日時", "開始時刻"})
ENDS = frozenset(
    {
        "end date",
        "enddate",
        "finished at",
        "timestamp",
        "completion time",
        "completed at",
        "submitted at",
        "submission date",
        "submit date",
        "終了日時",
        "完了時刻",
        "回答日時",
        "送信日時",
        "タイムスタンプ",
    }
)
TOOLS = frozenset(
    {
        "collector id",
        "ip address",
        "ipaddress",
        "email",
        "email address",
        "first name",
        "last name",
        "custom data 1",
        "メールアドレス",
        "氏名",
    }
)
"""Columns of the tool or about the person: left out unless somebody asks for them."""
_OTHER = re.compile(r"other\b.*|その他.*")
_ENDS = re.compile(r"(-?[0-9]{1,3})\s*[-\u2013\u2014=:＝：]\s*([^,;、；()（）0-9]{2,60})")

Cells = Sequence[Sequence[str]]


def proposed(table: Table, title: str, language: str) -> Plan:
    """Every column in one part, in the order of the file."""
    cells = _columns(table)
    parts: list[Part] = []
    taken: set[str] = set()
    for group in _blocks(table.groups):
        for part in _parts(group, cells):
            if part.is_question:
                name = name_for(part.title, len(parts) + 1, taken)
                part = replace(part, name=name)
            parts.append(part)
    return Plan(title, language, table.header_rows, tuple(parts))


def _columns(table: Table) -> list[list[str]]:
    """The cells of each column with something in them, of the first rows."""
    found: list[list[str]] = [[] for _column in table.columns]
    n = 0
    for row in table.lines():
        if isinstance(row, LineError):
            continue
        for at, cell in enumerate(row.cells):
            if text := tidy(cell):
                found[at].append(text)
        n += 1
        if n >= READ:
            break
    return found


def _blocks(groups: list[list[Column]]) -> Iterable[list[Column]]:
    """Groups of columns; ten that ask the System Usability Scale come as one."""
    wanted = [_letters(words["en"]) for words in survey_words.ITEMS["sus"].values()]
    at = 0
    while at < len(groups):
        ten = [group[0] for group in groups[at : at + 10] if len(group) == 1]
        if len(ten) == 10 and all(
            _is_item(column.question, sentence)
            for column, sentence in zip(ten, wanted, strict=True)
        ):
            yield ten
            at += 10
        else:
            yield groups[at]
            at += 1


def _letters(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.replace("{service}", "").lower())


def _is_item(header: str, sentence: list[str]) -> bool:
    """Nearly all words of the sentence: tools and teams change “system” and a word or two."""
    given = set(_letters(header))
    return bool(given) and sum(word in given for word in sentence) >= 0.8 * len(sentence)


def _parts(group: list[Column], cells: Cells) -> list[Part]:
    title, at = group[0].question, tuple(column.at for column in group)
    if len(group) == 10 and len({column.question for column in group}) == 10:
        return [_block(group, cells)]
    if len(group) == 1:
        return [_single(group[0], title, cells[at[0]])]
    options = [column.option or _only(cells[column.at]) for column in group]
    if _is_spread(group, options, cells):
        words = tuple(option or f"{number}" for number, option in enumerate(options, 1))
        return [Part(As.MULTI, at, title=title, words=words)]
    if matrix := _matrix(group, title, cells):
        return [matrix]
    return _apart(group, title, cells)


def _block(group: list[Column], cells: Cells) -> Part:
    said = _distinct(cell for column in group for cell in cells[column.at])
    return Part(
        As.SUS,
        tuple(column.at for column in group),
        title="System Usability Scale",
        words=tuple(column.question for column in group),
        points=_points(said) or (),
    )


def _only(column: Sequence[str]) -> str:
    found = {one_line(cell) for cell in column}
    return found.pop() if len(found) == 1 else ""


def _is_spread(group: list[Column], options: list[str], cells: Cells) -> bool:
    """Whether each column holds its own option or nothing; the words of “other” may vary."""
    ticked = 0
    for column, option in zip(group, options, strict=True):
        if column.is_generic and column.option:
            return False
        said = {sameness(cell) for cell in cells[column.at]} - NOT_CHOSEN
        if said <= {sameness(option), "1", "x", "yes", "true", "checked", "selected", "はい"}:
            ticked += 1
        elif not is_other(option):
            return False
    return ticked >= 2


def is_other(option: str) -> bool:
    return bool(_OTHER.fullmatch(sameness(option)))


def _matrix(group: list[Column], title: str, cells: Cells) -> Part | None:
    rows = [column.option for column in group]
    if any(column.is_generic or is_other(column.option) for column in group):
        return None
    said = _distinct(cell for column in group for cell in cells[column.at])
    points = _points(said)
    if not points or len(set(rows)) < len(rows):
        return None
    at = tuple(column.at for column in group)
    return Part(As.MATRIX, at, title=title, points=points, words=tuple(rows))


def _apart(group: list[Column], title: str, cells: Cells) -> list[Part]:
    """A question and what stands beside it: “Why?”, or the words of “other”."""
    parts: list[Part] = []
    for column in group:
        named = title if column.is_generic or column is group[0] else f"{title} – {column.option}"
        part = _single(column, named, cells[column.at])
        before = parts[-1] if parts else None
        own = [word for word in before.words if is_other(word)] if before else []
        if before and before.what == As.SINGLE and own and is_other(column.option):
            parts[-1] = replace(before, other=column.at)
        else:
            is_text = column is not group[0] and part.what in (As.SINGLE, As.NUMBER)
            parts.append(Part(As.TEXT, (column.at,), title=named) if is_text else part)
    return parts


def _single(column: Column, title: str, cells: Sequence[str]) -> Part:
    at, head = (column.at,), sameness(column.question)
    if head in IDS and len(set(cells)) == len(cells):
        return Part(As.ID, at, title=title)
    if head in STARTS | ENDS:
        return Part(As.STARTED if head in STARTS else As.FINISHED, at, title=title)
    if head in TOOLS or not cells:
        return Part(As.SKIP, at, title=title)
    said = _distinct(cells)
    if scale := _scale(title, cells):
        return Part(As.SCALE, at, title=title, **scale)  # type: ignore[arg-type]
    if points := _points(said):
        return Part(As.SCALE, at, title=title, low=1, high=len(points), points=points)
    if all(decimal(cell) is not None for cell in cells):
        return Part(As.NUMBER, at, title=title)
    if words := _in_one_cell(cells):
        return Part(As.CHOICES, at, title=title, words=words)
    is_choice = len(said) <= min(MAX_CHOICES, max(2, len(cells) // 3))
    if is_choice and max(map(len, cells)) <= LONG:
        return Part(As.SINGLE, at, title=title, words=tuple(said))
    return Part(As.TEXT, at, title=title)


def _in_one_cell(cells: Sequence[str]) -> tuple[str, ...]:
    """The choices of which cells hold several; none where cells only look like it.

    A choice comes again and again, alone and beside others; sentences with commas do not.
    """
    for sign in BETWEEN:
        split = [pieces_of(cell, sign) for cell in cells]
        if sum(len(pieces) > 1 for pieces in split) < max(2, len(cells) / 20):
            continue
        words = _distinct(piece for pieces in split for piece in pieces)
        n = sum(map(len, split))
        is_choice = len(words) <= min(MAX_CHOICES, n // 3) and max(map(len, words)) <= LONGEST_PIECE
        is_fewer = len(words) < len({sameness(cell) for cell in cells})
        if is_choice and is_fewer and all(len(set(pieces)) == len(pieces) for pieces in split):
            return tuple(words)
    return ()


def _scale(title: str, cells: Sequence[str]) -> dict[str, object] | None:
    """Bounds, the words of both ends, and what is no answer; None where cells are no points."""
    numbers = {cell: whole_number(cell) for cell in set(cells)}
    empty = [cell for cell, number in numbers.items() if number is None]
    known = [number for number in numbers.values() if number is not None]
    if not known or any(sameness(cell) not in NO_ANSWER for cell in empty):
        return None
    ends = {int(point): words.strip(" .。\n") for point, words in _ENDS.findall(title)}
    low, high = (min(ends), max(ends)) if len(ends) > 1 else guessed_bounds(known)
    if min(known) < low or max(known) > high or high - low > 10:
        return None
    points = tuple(sorted(ends.items())) if len(ends) > 1 else ()
    return {"low": low, "high": high, "points": points, "empty": tuple(sorted(empty))}


def guessed_bounds(numbers: Sequence[int]) -> tuple[int, int]:
    """The usual scale that holds the numbers; they themselves where none does."""
    least, most = min(numbers), max(numbers)
    for low, high in ((1, 5), (1, 7), (1, 10), (0, 10)):
        if low <= least and most <= high:
            return low, high
    return least, most


def _points(said: Sequence[str]) -> tuple[tuple[int, str], ...]:
    found = points_for([word for word in said if sameness(word) not in NO_ANSWER])
    return tuple((point, words) for words, point in found.items()) if found else ()


def _distinct(cells: Iterable[str]) -> list[str]:
    """Different words, the most frequent first."""
    counted: Counter[str] = Counter()
    written: dict[str, str] = {}
    for cell in cells:
        written.setdefault(sameness(cell), one_line(cell))
        counted[sameness(cell)] += 1
    return [written[key] for key, _n in counted.most_common()]
