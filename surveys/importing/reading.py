"""From a row of a file to the answers of a response, and why a cell is none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core.text import storable
from surveys.answering import check_answers
from surveys.documents import Document, parse_document
from surveys.importing.cells import (
    NOT_CHOSEN,
    chosen_in,
    decimal,
    one_line,
    sameness,
    tidy,
    whole_number,
)
from surveys.importing.documents import document_of
from surveys.importing.plan import POINTED, As, Part, Plan, values_for
from surveys.importing.proposing import is_other
from surveys.questions import COMMENT

SHOWN = 80
LONGEST_ID = 128
"""As long as a respondent's key can hold."""
DATES = (
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
)
"""As survey tools write them, where it is not ISO 8601; read as UTC."""


@dataclass(frozen=True, slots=True)
class RefusedCell:
    column: int
    code: str
    reason: str


@dataclass(slots=True)
class Answered:
    """One row, read."""

    answers: dict[str, Any] = field(default_factory=dict)
    id: str = ""
    started: datetime | None = None
    finished: datetime | None = None
    refused: list[RefusedCell] = field(default_factory=list)


class Reader:
    """Reads rows by one plan; what an answer may be is asked of the survey itself at the end."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.document_data = document_of(plan)
        self._sheets = [_Sheet(part) for part in plan.parts if part.is_question]
        self._marks = {part.what: part.columns[0] for part in plan.parts if not part.is_question}

    @cached_property
    def document(self) -> Document:
        return parse_document(self.document_data)

    def read(self, cells: Sequence[str]) -> Answered:
        found = Answered()
        for at, cell in enumerate(cells):
            if not storable(cell):
                found.refused.append(RefusedCell(at, "not_text", _("The cell is not plain text.")))
                return found
        for sheet in self._sheets:
            sheet.read(cells, found)
        if As.ID in self._marks:
            self._id(self._marks[As.ID], cells, found)
        found.started = self._time(As.STARTED, cells, found)
        found.finished = self._time(As.FINISHED, cells, found)
        if not found.refused:
            self._check(found)
        return found

    def _id(self, at: int, cells: Sequence[str], found: Answered) -> None:
        found.id = one_line(cells[at])
        if not found.id or len(found.id) > LONGEST_ID:
            reason = _("The id is empty or longer than %(limit)d characters.")
            found.refused.append(RefusedCell(at, "no_id", reason % {"limit": LONGEST_ID}))

    def _time(self, what: As, cells: Sequence[str], found: Answered) -> datetime | None:
        at = self._marks.get(what)
        text = one_line(cells[at]) if at is not None else ""
        if at is None or not text:
            return None
        if (time := time_of(text)) is None:
            reason = _("“%(cell)s” is no date and time, such as 2026-11-26 09:30.")
            found.refused.append(RefusedCell(at, "not_a_time", reason % {"cell": text[:SHOWN]}))
        return time

    def _check(self, found: Answered) -> None:
        checked = check_answers(self.document, found.answers, self.plan.language)
        columns = {sheet.part.name: sheet.part.columns[0] for sheet in self._sheets}
        for problem in checked.problems:
            at = columns.get(problem.question.removesuffix(COMMENT), 0)
            found.refused.append(RefusedCell(at, problem.rule, problem.message))
        found.answers = checked.answers


class _Sheet:
    """How one part is read: its words are looked up once."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.points = {sameness(words): point for point, words in part.points if words}
        self.empty = {sameness(word) for word in part.empty}
        self.values = dict(
            zip(map(sameness, reversed(part.words)), reversed(values_for(part.words)), strict=True)
        )
        self.other = next((sameness(word) for word in part.words if is_other(word)), "")

    def read(self, cells: Sequence[str], found: Answered) -> None:
        given = [
            (at, text)
            for at in self.part.columns
            if (text := tidy(cells[at])) and sameness(text) not in self.empty
        ]
        if not given:
            return
        match self.part.what:
            case As.MULTI:
                self._several(given, found)
            case As.MATRIX | As.SUS:
                self._rows(given, found)
            case _:
                at, text = given[0]
                self._one(at, text, cells, found)

    def _one(self, at: int, text: str, cells: Sequence[str], found: Answered) -> None:
        name = self.part.name
        if self.part.what in POINTED:
            if (point := self._point(at, text, found)) is not None:
                found.answers[name] = point
        elif self.part.what == As.NUMBER:
            number = decimal(text)
            if number is None:
                found.refused.append(RefusedCell(at, "not_a_number", _not_a_number(text)))
            else:
                found.answers[name] = int(number) if number.is_integer() else number
        elif self.part.what == As.SINGLE:
            self._choice(at, text, cells, found)
        elif self.part.what == As.CHOICES:
            self._choices(at, text, found)
        else:
            found.answers[name] = text

    def _choice(self, at: int, text: str, cells: Sequence[str], found: Answered) -> None:
        value = self.values.get(sameness(text))
        if value is None:
            found.refused.append(RefusedCell(at, "no_choice", self._no_choice(text)))
            return
        found.answers[self.part.name] = value
        is_other = self.part.other is not None and sameness(text) == self.other
        if is_other and (words := tidy(cells[self.part.other or 0])):
            found.answers[self.part.name + COMMENT] = words

    def _choices(self, at: int, text: str, found: Answered) -> None:
        chosen = chosen_in(text, self.values)
        if chosen is None:
            found.refused.append(RefusedCell(at, "no_choice", self._no_choice(text)))
        else:
            found.answers[self.part.name] = [self.values[word] for word in dict.fromkeys(chosen)]

    def _several(self, given: Sequence[tuple[int, str]], found: Answered) -> None:
        """A column each; what stands in that of “other” are its words."""
        values = values_for(self.part.words)
        chosen = []
        for at, text in given:
            place = self.part.columns.index(at)
            if sameness(text) in NOT_CHOSEN:
                continue
            chosen.append(values[place])
            if sameness(self.part.words[place]) == self.other and sameness(text) != self.other:
                found.answers[self.part.name + COMMENT] = text
        if chosen:
            found.answers[self.part.name] = chosen

    def _rows(self, given: Sequence[tuple[int, str]], found: Answered) -> None:
        is_block = self.part.what == As.SUS
        rows = [str(n) for n in range(1, 11)] if is_block else values_for(self.part.words)
        answers: dict[str, Any] = {}
        for at, text in given:
            if (point := self._point(at, text, found)) is not None:
                row = rows[self.part.columns.index(at)]
                answers[row] = point if is_block else str(point)
        if answers:
            found.answers[self.part.name] = answers

    def _point(self, at: int, text: str, found: Answered) -> int | None:
        point = self.points.get(sameness(text))
        if point is None:
            point = whole_number(text)
        low, high = self.part.bounds
        if point is not None and low <= point <= high:
            return point
        found.refused.append(RefusedCell(at, "no_point", self._no_point(text)))
        return None

    def _no_point(self, text: str) -> str:
        low, high = self.part.bounds
        facts = {"cell": one_line(text)[:SHOWN], "low": low, "high": high, "name": self.part.name}
        return (
            _(
                "“%(cell)s” is no point of “%(name)s”, which goes from %(low)d to %(high)d. Name "
                "it as a point or as no answer, or correct the cell."
            )
            % facts
        )

    def _no_choice(self, text: str) -> str:
        facts = {"cell": one_line(text)[:SHOWN], "name": self.part.name}
        return _("“%(cell)s” is no choice of “%(name)s”. Add it, or correct the cell.") % facts


def _not_a_number(text: str) -> str:
    return _("“%(cell)s” is no number.") % {"cell": one_line(text)[:SHOWN]}


def time_of(text: str) -> datetime | None:
    """A time with its zone, else in UTC."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    for form in DATES:
        if found is None:
            try:
                found = datetime.strptime(text, form)
            except ValueError:
                continue
    if found is None or not 1970 <= found.year <= 9998:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
