"""What a new version of a rubric would do to the ratings that were given under earlier ones."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from annotation.models import Layer, RaterKind, Rubric, RubricVersion, Score
from annotation.models.ratings import HUMAN
from annotation.rubric_diff import Change, Consequence, Sort, diff, pieces
from annotation.rubric_editor import where
from annotation.rubric_shape import LANGUAGES
from annotation.services.rubrics import rubric_data
from core.phrases import enumerated

MACHINES = tuple(kind for kind in RaterKind if kind not in HUMAN)


class Text(NamedTuple):
    """One changed text, with its place in the reader's words."""

    where: str
    language: str
    ops: list[tuple[str, str]]


@dataclass(frozen=True)
class Effect:
    """One criterion's change, with the scores that count on and those at stake."""

    change: Change
    kept: int
    at_stake: int

    @property
    def texts(self) -> list[Text]:
        return [
            Text(told(text.path), text.language, [(piece.op, piece.text) for piece in text.pieces])
            for text in self.change.texts
        ]

    @property
    def consequence(self) -> Consequence:
        """Of the change, in view of the scores there are.

        A criterion that comes back as it once was finds its scores again; where nobody has rated,
        nothing is at stake.
        """
        if self.change.sort == Sort.ADDED and self.kept:
            return Consequence.KEPT
        if not self.kept and not self.at_stake:
            return Consequence.NO_RATINGS
        return self.change.consequence


def effects_of(old: RubricVersion, new: RubricVersion) -> list[Effect]:
    """Per criterion what changed, with counts over all studies of the rubric.

    Scores are pooled by the meaning of their criterion, not by version: whatever version they were
    given under, the same question on the same scale in the same words is one.
    """
    counts = counts_by_meaning(new.rubric)
    before, after = _meanings(old), _meanings(new)
    effects = []
    for change in diff(rubric_data(old), rubric_data(new)):
        was = before.get(change.old_key, "") if change.before else ""
        now = after.get(change.key, "") if change.after else ""
        effects.append(
            Effect(
                change=change,
                kept=counts.get(now, 0),
                at_stake=counts.get(was, 0) if was != now else 0,
            )
        )
    return effects


def frame_texts(old: RubricVersion, new: RubricVersion) -> list[Text]:
    """What changed in the texts around the criteria: the name and the introduction."""
    before, after = rubric_data(old), rubric_data(new)
    return [
        Text(where(field), language, [(piece.op, piece.text) for piece in pieces(was, now)])
        for field in ("name", "intro")
        for language in LANGUAGES
        for was, now in [(before[field].get(language, ""), after[field].get(language, ""))]
        if was != now
    ]


def counts_by_meaning(rubric: Rubric) -> Mapping[str, int]:
    """How many current blind scores the rubric's criteria have, of people and of machines."""
    meanings = dict(
        rubric.versions.filter(criteria__isnull=False).values_list(
            "criteria__pk", "criteria__meaning_hash"
        )
    )
    counts: Counter[str] = Counter()
    for kinds in (HUMAN, MACHINES):  # as the two covering indexes of Score have it
        rows = (
            Score.objects.filter(
                criterion__in=list(meanings), current=True, layer=Layer.BLIND, kind__in=kinds
            )
            .order_by()
            .values_list("criterion")
            .annotate(Count("pk"))
        )
        for criterion, scores in rows:
            counts[meanings[criterion]] += scores
    return counts


def told(path: str) -> str:
    """A path of the comparison, which names a point by its key: point 5, anchor."""
    found = POINT_PATH.fullmatch(path)
    if found is None:
        return where(path)
    return enumerated([_("point %(key)s") % {"key": found["key"]}, where(found["part"])])


POINT_PATH = re.compile(r"points\[(?P<key>.*)\]\.(?P<part>(?:label|anchor|examples)\b.*)")


def _meanings(version: RubricVersion) -> dict[str, str]:
    return dict(version.criteria.values_list("key", "meaning_hash"))
