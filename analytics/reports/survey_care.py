"""Who seems not to have read, how languages use scales, and whether order mattered.

Nobody is left out of any figure by what stands here: results without the flagged stand beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from analytics.reports.feedback_measures import FEWEST, Measure
from analytics.reports.survey_people import FEWEST_PEOPLE, People
from analytics.reports.survey_scores import measure_of, measured, numbers_of
from surveys.questions import POINT_TYPES, Question, Type, positions
from surveys.survey_words import said

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class WithWithout:
    title: str
    everybody: Measure
    without: Measure


@dataclass(frozen=True, slots=True)
class Care:
    """Flags, each with its rule, and the scores without whoever carries one."""

    n: int
    straight: int
    fast: int
    either: int
    has_grid: bool
    timed: int
    scores: Sequence[WithWithout]


@dataclass(frozen=True, slots=True)
class Style:
    locale: str
    n: int
    extremes: Measure
    middle: Measure
    same: Measure


@dataclass(frozen=True, slots=True)
class Order:
    title: str
    n: int
    first: Measure
    expected: float
    p: float | None


def care_of(
    questions: Sequence[Question], scored: Sequence[Question], people: People, locale: str
) -> Care:
    import numpy as np

    from analytics.stats.feedback.careless import straight_lines, too_fast

    straight = np.zeros(people.n, bool)
    blocks = [(question, turned) for question in questions if any(turned := turned_rows(question))]
    for question, turned in blocks:
        straight |= straight_lines(people.block(question.name, question.parts), turned)
    seconds = np.array(
        [np.nan if p.seconds is None or not p.is_complete else p.seconds for p in people.persons],
        np.float64,
    )
    fast = too_fast(seconds, people.answered())
    flagged = straight | fast
    return Care(
        n=people.n,
        straight=int(straight.sum()),
        fast=int(fast.sum()),
        either=int(flagged.sum()),
        has_grid=bool(blocks),
        timed=int(np.isfinite(seconds).sum()),
        scores=_scores(scored, people, flagged, locale) if flagged.any() else (),
    )


def turned_rows(question: Question) -> list[bool]:
    """Which rows of a block or of a matrix say the opposite of the others."""
    if question.type == Type.MATRIX:
        return [row.reversed for row in question.rows]
    is_sus = question.type == Type.SUS and question.items == "sus"
    return [int(part) % 2 == 0 for part in question.parts] if is_sus else []


def _scores(
    scored: Sequence[Question], people: People, flagged: "npt.NDArray[np.bool_]", locale: str
) -> list[WithWithout]:
    found = []
    for question in scored:
        values = numbers_of(question, people)
        found.append(
            WithWithout(
                said(question.title, locale),
                measure_of(question, values),
                measure_of(question, values[~flagged]),
            )
        )
    return found


def styles_of(questions: Sequence[Question], people: People) -> list[Style]:
    """How each language uses labelled scales of three points or more, in order of its code."""
    import numpy as np

    from analytics.stats.feedback.habits import response_style

    columns = [
        (column, low, high)
        for question in questions
        for low, high, parts in [_ends(question)]
        for part in parts
        for column in [people.column(question.name, part)]
    ]
    locales = np.array([person.locale for person in people.persons])
    found = []
    for locale in sorted({*locales.tolist()} - {""}):
        inside = np.flatnonzero(locales == locale)
        if len(inside) < FEWEST_PEOPLE or not columns:
            continue
        who, value, low, high = [], [], [], []
        for column, least, most in columns:
            given = inside[np.isfinite(column[inside])]
            who.append(given)
            value.append(column[given])
            low.append(np.full(len(given), least))
            high.append(np.full(len(given), most))
        if not sum(map(len, who)):
            continue
        style = response_style(
            np.concatenate(who), np.concatenate(value), np.concatenate(low), np.concatenate(high)
        )
        found.append(
            Style(
                locale,
                style.respondents,
                measured(_("ends of the scale"), "percent", style.extremes),
                measured(_("its middle"), "percent", style.middle),
                measured(_("one answer to everything"), "percent", style.same),
            )
        )
    return found


def _ends(question: Question) -> tuple[float, float, tuple[str, ...]]:
    """Lowest and highest point, and the parts that are on the scale; no parts where none is."""
    if question.type in POINT_TYPES and len(question.points) > 2:
        return question.points[0], question.points[-1], ("",)
    if question.type == Type.SUS:
        return question.points[0], question.points[-1], question.parts
    if question.type == Type.MATRIX and len(question.columns) > 2:
        at = positions(question.columns).values()
        return min(at), max(at), question.parts
    return 0, 0, ()


def orders_of(questions: Sequence[Question], people: People, locale: str) -> list[Order]:
    """Of questions whose options came in random order: was the first one chosen more often?"""
    from analytics.stats.feedback.habits import order_effect

    found = []
    for question in questions:
        if question.type not in (Type.SINGLE, Type.PAIRWISE):
            continue
        if question.type == Type.SINGLE and not question.is_random:
            continue
        places = _places(question, people)
        if sum(places) < FEWEST or len(places) < 2:
            continue
        effect = order_effect(places)
        part = 1 / len(places)
        n = effect.n
        value, low, high = (
            one + part if one is not None else None
            for one in (effect.value, effect.low, effect.high)
        )
        first = Measure(_("chose the first"), "percent", n, value, low, high)
        found.append(Order(said(question.title, locale), n, first, part, effect.p))
    return found


def _places(question: Question, people: People) -> list[int]:
    """How often what stood in each place was chosen; options that keep their place are left out."""
    import numpy as np

    movable = [option.value for option in question.shuffled if not option.stays]
    named: dict[int, str] = (
        {0: "a", 1: "b"}
        if question.type == Type.PAIRWISE
        else {at: value for value, at in positions(question.choices).items()}
    )
    counts = [0] * len(movable)
    column = people.column(question.name)
    for person, value in zip(people.persons, column, strict=True):
        shown: Any = person.order.get(question.name)
        if not np.isfinite(value) or not isinstance(shown, list):
            continue
        moved = [key for key in shown if key in movable]
        chosen = named.get(int(value))
        if chosen in moved and len(moved) == len(movable):
            counts[moved.index(chosen)] += 1
    return counts
