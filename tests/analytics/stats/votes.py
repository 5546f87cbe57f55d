"""Made-up votes between systems of known strengths."""

from typing import TypeAlias

import numpy as np

from analytics.stats.preferences.battles import FIRST, SECOND, TIE
from analytics.stats.types import IntArray

Rows: TypeAlias = tuple[IntArray, IntArray, IntArray]


def random_votes(
    n: int, n_systems: int, seed: int, *, ties: float = 0.2, home: float = 0.0
) -> Rows:
    """First side, second side and outcome of each vote; system k is stronger than k - 1."""
    rng = np.random.default_rng(seed)
    strength = np.linspace(-1, 1, n_systems)
    first = rng.integers(0, n_systems, n)
    second = (first + rng.integers(1, n_systems, n)) % n_systems
    chance = 1 / (1 + np.exp(strength[second] - strength[first] - home))
    decisive = np.where(rng.random(n) < chance, FIRST, SECOND)
    return first, second, np.where(rng.random(n) < ties, TIE, decisive)
