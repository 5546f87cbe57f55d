"""What a question of a survey is summed up by, from one number a person or from counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.reports.feedback_measures import FEWEST, Measure, share
from analytics.reports.survey_people import Column, People
from surveys.questions import Question, Type

if TYPE_CHECKING:
    from analytics.stats.types import Estimate

BOXES: Mapping[str, tuple[int, int, str | Promise]] = {
    Type.THUMB: (1, 1, _("thumbs up")),
    Type.STAR: (4, 5, _("four or five stars")),
    Type.CSAT: (4, 5, _("satisfied: 4 or 5 of 5")),
    Type.CES: (5, 7, _("easy: 5 to 7 of 7")),
}
"""Types whose headline is a share of answers, and which answers count."""
METHODS: Mapping[str, str | Promise] = {
    Type.THUMB: _("Up divided by up and down; Wilson's interval."),
    Type.STAR: _("Four and five stars divided by all; Wilson's interval."),
    Type.CSAT: _("Answers 4 and 5 divided by all (top two boxes); Wilson's interval."),
    Type.CES: _(
        "Answers 5 to 7 divided by all; Wilson's interval. Adapted from CES 2.0: others take the "
        "mean, or 6 and 7 minus 1 to 3."
    ),
    Type.NPS: _(
        "100 × (share of 9 and 10 − share of 0 to 6), in points; adjusted Wald interval "
        "(three answers added, of which ¾ promoters and ¾ detractors)."
    ),
    Type.SCALE: _("The mean of the answers; t interval."),
    "sus": _(
        "Odd items minus 1, five minus even items, their sum times 2.5: 0 to 100, no percentage. "
        "Who left an item out has no score. t interval."
    ),
    "two_items": _(
        "Each answer minus 1, times 25, mean of both: 0 to 100. Not comparable with UX-Lite or "
        "SUS. t interval."
    ),
}
NPS_MARK = _(
    "NPS and Net Promoter are registered trademarks of Bain & Company, NICE Systems and Fred "
    "Reichheld."
)
SUS_SOURCE = _("System Usability Scale: J. Brooke (1996), Digital Equipment Corporation, 1986.")
NOT_VALIDATED = _(
    "Some answered in a translation whose validity was not shown, so no bench marks hold for it."
)


@dataclass(frozen=True, slots=True)
class Score:
    """The headline of one question."""

    question: Question
    title: str
    measure: Measure
    second: Measure | None
    method: str | Promise
    notes: tuple[str | Promise, ...] = ()


def is_scored(question: Question) -> bool:
    """Whether one number a person sums the question up."""
    return question.type in (*BOXES, Type.NPS, Type.SCALE, Type.SUS)


def method_of(question: Question) -> str | Promise:
    return METHODS[question.items if question.type == Type.SUS else question.type]


def numbers_of(question: Question, people: People) -> Column:
    """One number a person: the answer, or the score of a block; NaN for whoever has none."""
    import numpy as np

    from analytics.stats.comparisons.surveys import sus_scores
    from analytics.stats.feedback.questionnaires import two_items

    if question.type != Type.SUS:
        return people.column(question.name)
    block = people.block(question.name, question.parts)
    whole = np.isfinite(block).all(axis=1)
    found = np.full(people.n, np.nan)
    if whole.any():
        found[whole] = (sus_scores if question.items == "sus" else two_items)(block[whole])
    return found


def measure_of(question: Question, values: Column) -> Measure:
    """The headline of these people; no number below ten answers."""
    import numpy as np

    from analytics.stats.feedback.scores import net_of

    given = values[np.isfinite(values)]
    n = len(given)
    if box := BOXES.get(question.type):
        low, high, label = box
        return share(label, int(((given >= low) & (given <= high)).sum()), n)
    if question.type == Type.NPS:
        found = net_of(int((given >= 9).sum()), int((given <= 6).sum()), n).estimate
        return measured(_("recommendation, in points"), "points", found)
    return mean_of(question, given)


def mean_of(question: Question, values: Column) -> Measure:
    """Mean of answers or scores."""
    import numpy as np

    from analytics.stats.comparisons.paired import mean_t

    given = values[np.isfinite(values)]
    found = mean_t(given, 0.95, "Mean, t interval")
    if question.type == Type.SUS:
        return cut(measured(_("mean score"), "score", found), 0, 100)
    points = question.points or (0, 1)
    return cut(measured(_("mean"), "mean", found), points[0], points[-1])


def weighted_measure(question: Question, values: Column, weights: Column) -> Measure:
    """The same headline with weights."""
    import numpy as np

    from analytics.stats.feedback.weighting import weighted_mean, weighted_share

    known = np.isfinite(values)
    given, heavy = values[known], weights[known]
    if box := BOXES.get(question.type):
        low, high, label = box
        found = weighted_share((given >= low) & (given <= high), heavy)
        return measured(label, "percent", found)
    if question.type == Type.NPS:
        points = 100.0 * (given >= 9) - 100.0 * (given <= 6)
        return measured(_("recommendation, in points"), "points", weighted_mean(points, heavy))
    found = weighted_mean(given, heavy)
    if question.type == Type.SUS:
        return cut(measured(_("mean score"), "score", found), 0, 100)
    return measured(_("mean"), "mean", found)


def measured(label: str | Promise, form: str, found: "Estimate") -> Measure:
    """An estimate as a page writes it; none below ten answers."""
    if found.n < FEWEST:
        return Measure(label, form, found.n)
    return Measure(label, form, found.n, found.value, found.low, found.high)


def cut(measure: Measure, low: float, high: float) -> Measure:
    """Limits within the scale."""
    if measure.low is None or measure.high is None:
        return measure
    return Measure(
        measure.label,
        measure.form,
        measure.n,
        measure.value,
        max(low, measure.low),
        min(high, measure.high),
    )


def notes_of(question: Question, people: People) -> tuple[Any, ...]:
    """Marks, sources, and what may not be claimed."""
    if question.type == Type.NPS:
        return (NPS_MARK,)
    if question.type != Type.SUS or question.items != "sus":
        return ()
    spoken = {person.locale for person in people.persons}
    translated = [t.source for locale, t in question.translations.items() if locale in spoken]
    return (SUS_SOURCE, *translated, *([NOT_VALIDATED] if translated else []))


def score_of(question: Question, title: str, people: People) -> Score:
    values = numbers_of(question, people)
    is_share = question.type in (Type.STAR, Type.CSAT, Type.CES)
    return Score(
        question,
        title,
        measure_of(question, values),
        mean_of(question, values) if is_share else None,
        method_of(question),
        notes_of(question, people),
    )
