"""A panel rates all turns of dialogues: what would it say of other dialogues?"""

from dataclasses import dataclass

import numpy as np

from analytics.stats.intervals.resampling import bootstrap_limits
from analytics.stats.patterns import counts_of_patterns
from analytics.stats.types import IntArray
from studies.coefficients import counted, truths
from studies.plan import Cell, Plan
from studies.populations import MOOD, TURNS, Population, panel
from studies.resampled import Weights, added_up, resampled_limits, resampling_of_sums
from studies.tally import Tallies, count


@dataclass(frozen=True, slots=True)
class Dialogues:
    """Turns of dialogues by a panel whose severity moves from dialogue to dialogue."""

    population: Population
    raters: int

    def rated(self, rng: np.random.Generator, dialogues: int) -> tuple[IntArray, IntArray]:
        """The dialogue of each turn, (turns,), and their counts, (turns, n_values)."""
        owner = np.repeat(np.arange(dialogues), rng.integers(*TURNS, size=dialogues))
        mood = rng.normal(0.0, MOOD, (dialogues, self.raters))[owner]
        quality = self.population.qualities(rng, owner)
        patterns = self.population.rated(rng, quality, panel(self.raters) + mood)
        return owner, counts_of_patterns(patterns, self.population.n_values)

    def truth(self, rng: np.random.Generator, crowd: int) -> dict[str, float]:
        """Coefficients over very many turns."""
        _owner, counts = self.rated(rng, crowd // sum(TURNS))
        return truths(self.population, counts)


def whole_dialogues(cell: Cell, plan: Plan) -> Tallies:
    """Count intervals that draw dialogues, and beside them one that takes turns for independent."""
    rng, tallies = plan.rng(cell, "dialogues"), Tallies()
    dialogues = Dialogues(cell.population, cell.raters)
    truth = dialogues.truth(rng, 2 * plan.crowd)
    weights = Weights(rng, plan.replicates)
    for simulation in range(plan.simulations):
        weights.renew(simulation)
        owner, counts = dialogues.rated(rng, cell.items)
        for name, coefficient in counted(cell.population).items():
            terms = coefficient.terms(counts)
            made = resampled_limits(
                resampling_of_sums(coefficient, added_up(terms, owner)), weights
            )
            turns = resampling_of_sums(coefficient, terms)
            made["turns"] = bootstrap_limits(turns, turns.value_of(weights.of(len(terms))))
            count(tallies, name, truth[name], made)
    return tallies
