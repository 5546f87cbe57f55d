"""How far the items of a block measure one thing."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.reports.feedback_measures import Measure
from analytics.reports.survey_people import People
from analytics.reports.survey_scores import measured
from surveys.questions import Question, Type
from surveys.survey_words import said


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha of one block; who left an item out is not in it."""

    title: str
    items: int
    alpha: Measure


def reliability_of(questions: Sequence[Question], people: People, locale: str) -> list[Reliability]:
    import numpy as np

    from analytics.stats.feedback.consistency import cronbach_alpha

    found = []
    for question in questions:
        if question.type != Type.SUS:
            continue
        block = people.block(question.name, question.parts)
        whole = block[np.isfinite(block).all(axis=1)]
        if question.items == "sus":
            turned = np.array([int(part) % 2 == 0 for part in question.parts])
            whole = np.where(turned, 6 - whole, whole)
        alpha = measured("alpha", "mean", cronbach_alpha(whole))
        found.append(Reliability(said(question.title, locale), len(question.parts), alpha))
    return found
