"""What the columns of a file become: one part a question, written and read as plain JSON.

The same plan stands in the pages' forms, beside the import, and in the file of `--map`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import InvalidError
from surveys.importing.cells import sameness, whole_number


class As(TextChoices):
    SKIP = "skip", gettext_lazy("leave out")
    ID = "id", gettext_lazy("id of the respondent")
    STARTED = "started", gettext_lazy("when it was begun")
    FINISHED = "finished", gettext_lazy("when it was finished")
    SCALE = "scale", gettext_lazy("scale")
    NPS = "nps", gettext_lazy("recommendation (NPS), 0 to 10")
    CSAT = "csat", gettext_lazy("satisfaction (CSAT), 1 to 5")
    CES = "ces", gettext_lazy("ease (CES), 1 to 7")
    STAR = "star", gettext_lazy("stars, 1 to 5")
    SUS = "sus", gettext_lazy("System Usability Scale, ten columns")
    SINGLE = "single", gettext_lazy("one of several")
    MULTI = "multi", gettext_lazy("several of several, a column each")
    CHOICES = "choices", gettext_lazy("several of several, in one cell")
    MATRIX = "matrix", gettext_lazy("matrix, a column a row")
    TEXT = "long_text", gettext_lazy("text")
    NUMBER = "number", gettext_lazy("number")


NO_QUESTION = frozenset({As.SKIP, As.ID, As.STARTED, As.FINISHED})
POINTED = frozenset({As.SCALE, As.NPS, As.CSAT, As.CES, As.STAR, As.SUS, As.MATRIX})
FIXED: Mapping[str, tuple[int, int]] = {
    As.NPS: (0, 10),
    As.CSAT: (1, 5),
    As.CES: (1, 7),
    As.STAR: (1, 5),
    As.SUS: (1, 5),
}
ONE_COLUMN = frozenset(As.values) - {As.MULTI, As.MATRIX, As.SUS, As.SKIP}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Part:
    """`words` are those of points (with `points`), of choices, or of the rows of a matrix."""

    what: str
    columns: tuple[int, ...]
    name: str = ""
    title: str = ""
    low: int | None = None
    high: int | None = None
    points: tuple[tuple[int, str], ...] = ()
    words: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()  # cells that are no answer
    other: int | None = None  # the column in which the words of “other” stand

    @property
    def is_question(self) -> bool:
        return self.what not in NO_QUESTION

    @property
    def bounds(self) -> tuple[int, int]:
        low, high = FIXED.get(self.what, (self.low, self.high))
        if low is not None and high is not None:
            return low, high
        numbers = [point for point, _words in self.points]
        return (min(numbers), max(numbers)) if numbers else (1, 5)

    def all_columns(self) -> tuple[int, ...]:
        return self.columns if self.other is None else (*self.columns, self.other)


@dataclass(frozen=True, slots=True)
class Plan:
    title: str
    language: str = "en"
    header_rows: int = 1
    parts: tuple[Part, ...] = field(default_factory=tuple)

    def as_data(self) -> dict[str, Any]:
        parts = [
            {name: value for name, value in asdict(part).items() if value not in ("", None, ())}
            for part in self.parts
        ]
        return {**asdict(self), "parts": parts}

    def with_parts(self, parts: Iterable[Part]) -> "Plan":
        return replace(self, parts=tuple(parts))


def plan_from(data: Any) -> Plan:
    """A plan that can be carried out; `InvalidError` says what is not one."""
    return checked(written_plan(data))


def written_plan(data: Any) -> Plan:
    """A plan as it stands, also one that was proposed and lacks something yet."""
    try:
        parts = tuple(_part(part) for part in data["parts"])
        return Plan(
            str(data["title"])[:200],
            str(data.get("language", "en"))[:10],
            int(data.get("header_rows", 1)),
            parts,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidError(
            _("This is no plan of columns (%(detail)s). Let --dry-run write one, and change it.")
            % {"detail": error}
        ) from None


def _part(data: Mapping[str, Any]) -> Part:
    return Part(
        what=str(data["what"]),
        columns=tuple(int(at) for at in data["columns"]),
        name=str(data.get("name", "")),
        title=str(data.get("title", "")),
        low=_whole(data.get("low")),
        high=_whole(data.get("high")),
        points=tuple((int(point), str(words)) for point, words in data.get("points", ())),
        words=tuple(str(word) for word in data.get("words", ())),
        empty=tuple(str(word) for word in data.get("empty", ())),
        other=_whole(data.get("other")),
    )


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def checked(plan: Plan) -> Plan:
    """The plan, if it can be carried out; what is wrong is said of the first part that is."""
    names: set[str] = set()
    used: set[int] = set()
    if plan.header_rows not in (1, 2):
        raise InvalidError(_("A file has one header row or two."))
    for part in plan.parts:
        facts = {"name": part.name or part.title[:60], "what": part.what}
        if part.what not in As.values:
            raise InvalidError(_("“%(what)s” is nothing that a column can become.") % facts)
        if not part.columns or used & set(part.all_columns()):
            raise InvalidError(_("“%(name)s” has no column, or one that is used twice.") % facts)
        used |= set(part.all_columns()) if part.what != As.SKIP else set()
        if part.what in ONE_COLUMN and len(part.columns) > 1:
            raise InvalidError(
                _("“%(name)s” stands in several columns; %(what)s takes one.") % facts
            )
        if part.what == As.SUS and len(part.columns) != 10:
            raise InvalidError(_("The System Usability Scale has ten columns.") % facts)
        if part.is_question and not _NAME.fullmatch(part.name):
            raise InvalidError(
                _("“%(name)s” is no name: a letter, then up to 59 letters, digits or “_”.") % facts
            )
        if part.is_question and part.name in names:
            raise InvalidError(_("Two questions are named “%(name)s”. Change one.") % facts)
        names.add(part.name)
    for what in (As.ID, As.STARTED, As.FINISHED):
        if sum(part.what == what for part in plan.parts) > 1:
            raise InvalidError(_("Only one column is the %(what)s.") % {"what": what.label})
    if not any(part.is_question for part in plan.parts):
        raise InvalidError(_("No column becomes a question. Choose what at least one of them is."))
    return plan


def in_file(plan: Plan, n_columns: int) -> Plan:
    """The plan, if the file has every column that it names."""
    for part in plan.parts:
        if missing := [at for at in part.all_columns() if not 0 <= at < n_columns]:
            raise InvalidError(
                _("“%(name)s” names column %(at)d; the file has columns 0 to %(last)d.")
                % {
                    "name": part.name or part.title[:60] or part.what,
                    "at": missing[0],
                    "last": n_columns - 1,
                }
            )
    return plan


def name_for(title: str, number: int, taken: set[str]) -> str:
    """A short name from the first words of a question; its number where they are not Latin."""
    words = slugify(title).replace("-", "_").strip("_")
    head = "_".join(words.split("_")[:5])[:40].strip("_")
    name = head if head[:1].isalpha() and len(head) > 1 else f"q{number}"
    return unique(name, taken)


def unique(name: str, taken: set[str]) -> str:
    found, n = name, 1
    while found in taken:
        n += 1
        found = f"{name}_{n}"
    taken.add(found)
    return found


def values_for(words: Sequence[str]) -> list[str]:
    """The value of each choice: its number where it is one, else its words in ASCII, else c1."""
    taken: set[str] = set()
    found = []
    for number, word in enumerate(words, 1):
        as_number = whole_number(word) if sameness(word).lstrip("-").isdigit() else None
        plain = slugify(word)[:50].strip("-_").replace("-", "_")
        found.append(
            unique(str(as_number) if as_number is not None else plain or f"c{number}", taken)
        )
    return found
