"""What the coverage study simulates."""

import hashlib
from dataclasses import asdict, dataclass
from itertools import product
from zlib import crc32

import numpy as np

from studies.populations import HABITS, Population, Scale, Scores

SCALES: tuple[Scale, ...] = ("5 points", "3 labels")
SETS: Scale = "sets"
SCORES: tuple[Scores, ...] = ("balanced", "skewed")


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of a table.

    Attributes:
        population: Where items come from.
        items: Items rated; dialogues, where turns are.
        raters: Each rates all items.
        missing: Chance of a rating to be missing.
    """

    population: Population
    items: int
    raters: int
    missing: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The grid of a study and how long it is simulated; the committed page states its digest.

    Attributes:
        simulations: Of each cell.
        replicates: Of each bootstrap.
        crowd: Items drawn for the truth.
        seed: Of everything.
        items: Numbers of items.
        raters: Sizes of panels.
        missing: Shares of missing ratings.
        dialogues: Numbers of dialogues whose turns are rated.
        other_items: Numbers of items where other raters are asked about.
        other_raters: Numbers of raters there.
    """

    simulations: int = 1_000
    replicates: int = 800
    crowd: int = 400_000
    seed: int = 2026
    items: tuple[int, ...] = (30, 100, 300)
    raters: tuple[int, ...] = (3, 8)
    missing: tuple[float, ...] = (0.0, 0.3)
    dialogues: tuple[int, ...] = (30, 100)
    other_items: tuple[int, ...] = (30, 300)
    other_raters: tuple[int, ...] = (5, 8, 12)

    @property
    def digest(self) -> str:
        """Changes with any number above, and with the habits of raters and dialogues."""
        told = repr((sorted(asdict(self).items()), HABITS, SCALES, SETS, SCORES))
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    def rng(self, cell: Cell, part: str) -> np.random.Generator:
        """Random numbers of a cell, whatever else is simulated."""
        return np.random.default_rng([self.seed, crc32(f"{part} {cell}".encode())])

    def populations(self, scales: tuple[Scale, ...] = SCALES) -> list[Population]:
        return [Population(scale, scores) for scale, scores in product(scales, SCORES)]

    def item_cells(self, scales: tuple[Scale, ...] = SCALES) -> list[Cell]:
        """Panels on items that stand alone."""
        return [
            Cell(population, items, raters, missing)
            for population, items, raters, missing in product(
                self.populations(scales), self.items, self.raters, self.missing
            )
        ]

    def dialogue_cells(self) -> list[Cell]:
        """The smallest panel on turns of dialogues."""
        return [
            Cell(population, dialogues, self.raters[0], 0.0)
            for population, dialogues in product(self.populations(), self.dialogues)
        ]

    def rater_cells(self) -> list[Cell]:
        """Raters drawn at random, on balanced points."""
        return [
            Cell(Population("5 points", "balanced"), items, raters, missing)
            for items, raters, missing in product(self.other_items, self.other_raters, self.missing)
        ]
