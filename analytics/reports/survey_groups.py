"""Groups of respondents, and answers weighted to what is known of everybody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.reports.feedback_measures import Measure
from analytics.reports.survey_people import FEWEST_PEOPLE, People
from analytics.reports.survey_scores import measure_of, numbers_of, weighted_measure
from core.languages import language_name
from surveys.questions import Question
from surveys.survey_words import said

PROPERTIES, VALUES = 12, 12
"""Properties that are offered, and values of one that are shown."""


@dataclass(frozen=True, slots=True)
class Property:
    """Something that is known of respondents: language, variant, or what the application said."""

    name: str
    values: Sequence[tuple[str, int]]
    hidden: int
    """People of values that too few have to be shown by themselves."""

    @property
    def label(self) -> Any:
        known = {"locale": gettext_lazy("Language"), "variant": gettext_lazy("Variant")}
        return known.get(self.name, self.name.removeprefix("context."))


@dataclass(frozen=True, slots=True)
class MarginField:
    """One share to be entered."""

    name: str
    value: str
    n: int
    share: str


@dataclass(frozen=True, slots=True)
class MarginFields:
    label: Any
    fields: Sequence[MarginField]

    @classmethod
    def of(cls, prop: Property, given: Mapping[str, float]) -> Self:
        return cls(
            prop.label,
            [
                MarginField(
                    f"m|{prop.name}|{value}",
                    language_name(value) if prop.name == "locale" else value,
                    n,
                    f"{given[value]:g}" if value in given else "",
                )
                for value, n in prop.values
            ],
        )


@dataclass(frozen=True, slots=True)
class Segment:
    value: str
    n: int
    measures: Sequence[Measure]


@dataclass(frozen=True, slots=True)
class Segments:
    property: Property
    titles: Sequence[str]
    rows: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class Beside:
    """A score unweighted and weighted."""

    title: str
    plain: Measure
    weighted: Measure


@dataclass(frozen=True, slots=True)
class Weighted:
    """What weighting to the given shares does, or why it could not be done."""

    margins: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    n: int = 0
    kish_n: float = 0.0
    converged: bool = False
    rounds: int = 0
    gap: float = 0.0
    capped: int = 0
    heaviest: float = 0.0
    scores: Sequence[Beside] = ()
    problem: str = ""


def properties_of(people: People) -> list[Property]:
    """What respondents differ in, with the values that enough of them have."""
    names = ["locale", "variant"]
    keys = Counter(key for person in people.persons for key in person.context)
    names += [f"context.{key}" for key, _n in keys.most_common(PROPERTIES)]
    found = []
    for name in names:
        counts = Counter(person.property(name) for person in people.persons)
        ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        shown = [(value, n) for value, n in ordered if value and n >= FEWEST_PEOPLE][:VALUES]
        if shown and (len(shown) > 1 or len(counts) > 1):
            hidden = people.n - sum(n for _value, n in shown)
            found.append(Property(name, shown, hidden))
    return found


def segments_of(
    wanted: Property, scored: Sequence[Question], people: People, locale: str
) -> Segments:
    """Each value with its scores. Of what few have, not even a number is told."""
    import numpy as np

    values = np.array([person.property(wanted.name) for person in people.persons])
    numbers = [numbers_of(question, people) for question in scored]
    rows = [
        Segment(
            value,
            n,
            [
                measure_of(question, column[values == value])
                for question, column in zip(scored, numbers, strict=True)
            ],
        )
        for value, n in wanted.values
    ]
    return Segments(wanted, [said(question.title, locale) for question in scored], rows)


def weighted_by(
    margins: Mapping[str, Mapping[str, float]],
    scored: Sequence[Question],
    people: People,
    locale: str,
) -> Weighted:
    """The scores under weights that meet the given shares of each property."""
    from analytics.stats.feedback.weighting import rake

    if not margins or not people.n:
        return Weighted()
    if problem := _problem(margins, people):
        return Weighted(margins, problem=problem)
    names = list(margins)
    rows = [[person.property(name) for name in names] for person in people.persons]
    raked = rake(rows, [margins[name] for name in names])
    scores = []
    for question in scored:
        values = numbers_of(question, people)
        plain, weighted = (
            measure_of(question, values),
            weighted_measure(question, values, raked.weights),
        )
        scores.append(Beside(said(question.title, locale), plain, weighted))
    return Weighted(
        margins,
        people.n,
        raked.kish_n,
        raked.converged,
        raked.rounds,
        raked.gap,
        raked.capped,
        float(raked.weights.max()),
        scores,
    )


def _problem(margins: Mapping[str, Mapping[str, float]], people: People) -> str:
    """Why no weights can meet the shares: nobody has a value."""
    for name, margin in margins.items():
        had = {person.property(name) for person in people.persons}
        if absent := sorted(set(margin) - had):
            value = language_name(absent[0]) if name == "locale" else absent[0]
            return _(
                "Nobody who answered has the value “%(value)s”, so no weight can stand for it. "
                "Join it with another value, or leave it out."
            ) % {"value": value}
    return ""
