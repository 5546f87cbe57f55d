"""Populations of items and raters whose true agreement is known by drawing very many items.

Raters differ in severity and are noisy. Ratings are patterns (`analytics.stats.patterns`): units x
raters, 0 for missing, else the value's position plus one.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, TypeAlias

import numpy as np

from analytics.stats.types import FloatArray, IntArray

Scale: TypeAlias = Literal["5 points", "3 labels", "sets"]
Scores: TypeAlias = Literal["balanced", "skewed"]

SEVERITY = 0.4
NOISE = 0.8
QUALITY: dict[Scale, float] = {"5 points": 0.9, "3 labels": 1.0, "sets": 1.0}
CENTRES: dict[Scores, float] = {"balanced": 3.0, "skewed": 4.4}
LEANS: dict[Scores, float] = {"balanced": 0.0, "skewed": 1.8}
TURNS = (3, 9)
"""Turns of a dialogue, from and below."""
MOOD = 0.4
"""How much a rater's severity moves from dialogue to dialogue."""
OTHER_SEVERITY = 0.6
"""Spread of the severities of raters drawn at random: they differ more than a trained panel."""
TICKED: dict[Scores, float] = {"balanced": 0.0, "skewed": -1.4}
"""How attractive each label of a set is; it is ticked above zero."""
HABITS = (SEVERITY, NOISE, QUALITY, CENTRES, LEANS, TURNS, MOOD, OTHER_SEVERITY, TICKED)


@dataclass(frozen=True, slots=True)
class Population:
    """Items that differ in quality, on a scale.

    Attributes:
        scale: Five ordered points, three labels without order, or any set of three labels.
        scores: "skewed" puts about six of ten points, or eight of ten labels, on one value, and
            leaves most sets empty.
    """

    scale: Scale
    scores: Scores

    @property
    def n_values(self) -> int:
        return {"5 points": 5, "3 labels": 3, "sets": 8}[self.scale]

    def centre(self) -> FloatArray:
        """Mean quality; of labels, how attractive each is."""
        if self.scale == "5 points":
            return np.array([CENTRES[self.scores]])
        if self.scale == "sets":
            return np.full(3, TICKED[self.scores])
        return np.array([LEANS[self.scores], 0.0, 0.0])

    def qualities(self, rng: np.random.Generator, dialogue: IntArray) -> FloatArray:
        """What raters perceive but for severity and noise: (units, 1), on points; else (units, 3).

        Half of the variance is the dialogue's, so that turns of one dialogue are alike.

        Args:
            rng: Of the qualities.
            dialogue: Shape (units,); numbered from 0. Its own for each unit that stands alone.
        """
        centre = self.centre()
        shared = rng.normal(size=(int(dialogue.max()) + 1, len(centre)))[dialogue]
        own = rng.normal(size=shared.shape)
        return np.asarray(centre + QUALITY[self.scale] * (shared + own) / 2**0.5)

    def rated(
        self,
        rng: np.random.Generator,
        quality: FloatArray,
        severity: FloatArray,
        missing: float = 0.0,
    ) -> IntArray:
        """Patterns of these items by raters of these severities.

        Args:
            rng: Of the noise and of what is missing.
            quality: As `qualities`.
            severity: Shape (1, raters) or (units, raters); of labels, a liking of the first,
                of sets, of each.
            missing: Chance of each rating to be missing.
        """
        shape = (len(quality), severity.shape[1])
        if self.scale == "5 points":
            score = quality + severity + rng.normal(0.0, NOISE, shape)
            patterns = np.clip(np.rint(score), 1, 5).astype(np.int64)
        else:
            pull = quality[:, None, :] + rng.normal(0.0, NOISE, (*shape, 3))
            patterns = self._chosen(pull, severity) + 1
        if missing:
            patterns[rng.random(shape) < missing] = 0
        return patterns

    def _chosen(self, pull: FloatArray, severity: FloatArray) -> IntArray:
        """The strongest label, or the set of those above zero as a mask: (units, raters)."""
        if self.scale == "sets":
            ticked = pull + severity[..., None] > 0
            return np.asarray(ticked @ (1 << np.arange(3)), dtype=np.int64)
        pull[..., 0] += severity
        return np.asarray(pull.argmax(axis=-1), dtype=np.int64)


def panel(n_raters: int) -> FloatArray:
    """Severities of a panel, evenly spaced quantiles of a normal distribution: (1, n_raters)."""
    normal = NormalDist(0.0, SEVERITY)
    return np.array([[normal.inv_cdf((place + 0.5) / n_raters) for place in range(n_raters)]])
