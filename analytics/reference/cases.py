"""One reference case: what its file says, and its data as arrays.

An evaluator takes a `Case` and the parameters of one expectation and returns what the file calls
`value`: a number, a list, an object, a matrix, or None where the statistic is not defined. It reads
nothing else, so that it answers for any case of a layout in which its statistic makes sense.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from analytics.reference import layouts
from analytics.reference.layouts import CaseError as CaseError
from analytics.reference.layouts import Data
from analytics.stats.types import FloatArray, IntArray

Params: TypeAlias = dict[str, Any]

SCHEMA = "touchstone-reference/1"


def only(params: Params, *names: str) -> None:
    """Refuse parameters that an evaluator does not know: an ignored one would be a wrong number.

    Raises:
        CaseError: A parameter is not among `names`.
    """
    for name in params:
        if name not in names:
            known = ", ".join(f"'{name}'" for name in names) or "no parameter"
            raise CaseError(
                f"Parameter '{name}' is unknown; this statistic takes {known}. Leave it out, or "
                "teach its evaluator what it means."
            )


def described(params: Params, name: str, *words: str) -> None:
    """Refuse a parameter in free words that does not speak of what is computed.

    Some cases tell their method in a sentence. Absent is fine; where present, one of `words` must
    stand in it, in any case of letters.

    Raises:
        CaseError: None of the words stands in it.
    """
    told = params.get(name)
    if told is not None and not any(word.lower() in str(told).lower() for word in words):
        asked = " or ".join(f"'{word}'" for word in words)
        raise CaseError(f"{name.capitalize()} '{told}' is unknown; this evaluator knows {asked}.")


@dataclass(frozen=True, slots=True)
class Expectation:
    """One number of a case: which statistic, with which options, and what it should be.

    Attributes:
        statistic: Its name, a key of the evaluators.
        params: Options.
        value: Number, text, list, object or matrix; None for "undefined".
        tolerance: Absolute, for every number inside `value`; 0 is exact.
        is_property: The value is a sentence and the evaluator answers whether it holds.
    """

    statistic: str
    params: Params
    value: Any
    tolerance: float
    is_property: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A case as its file gives it.

    Attributes:
        id: Its name.
        data: The object `data` of the file.
        expected: What should come out.
    """

    id: str
    data: Data
    expected: tuple[Expectation, ...]

    @classmethod
    def of_object(cls, found: Any) -> "Case":
        """Read a parsed file.

        Raises:
            CaseError: It is no case of this format.
        """
        if not isinstance(found, dict) or found.get("schema") != SCHEMA:
            raise CaseError(f"This is no case of the format {SCHEMA}: the key 'schema' says so.")
        try:
            expected = tuple(
                Expectation(
                    statistic=line["statistic"],
                    params=line.get("params") or {},
                    value=line["value"],
                    tolerance=float(line.get("tolerance") or 0),
                    is_property=line.get("check") == "property",
                )
                for line in found["expected"]
            )
            return cls(found["id"], {**found["data"], "layout": found["data"]["layout"]}, expected)
        except (KeyError, TypeError, AttributeError) as missing:
            raise CaseError(f"The case lacks what the format asks for: {missing}.") from None

    @property
    def layout(self) -> str:
        """Shape of the data."""
        return str(self.data["layout"])

    @property
    def level(self) -> str | None:
        """Declared level of measurement; None where the file leaves it to the expectation."""
        level = self.data.get("level")
        return None if level in (None, "any") else str(level)

    @property
    def categories(self) -> list[Any]:
        """The declared scale in order; the values that occur, sorted, where none is declared."""
        declared = layouts.declared(self.data)
        return self.used() if declared is None else declared

    def used(self) -> list[Any]:
        """The values that occur, sorted."""
        found = {value for unit in self.answers() for value in unit if value is not None}
        try:
            return sorted(found)
        except TypeError:
            return sorted(found, key=str)

    @property
    def raters(self) -> list[str]:
        """Names of the raters: as the file names them, else "1", "2", ... by column."""
        return layouts.raters(self.data)

    def rows(self) -> list[Data]:
        """Rows of a layout with `columns` and `rows`, each as an object; see `layouts.rows`."""
        return layouts.rows(self.data)

    def column(self, *names: str) -> FloatArray:
        """The first of these keys that the data have, as numbers: shape (n,).

        Raises:
            CaseError: The data have none of them.
        """
        for name in names:
            if name in self.data:
                return np.asarray(self.data[name], dtype=np.float64)
        raise CaseError(f"Layout '{self.layout}' has no column {' or '.join(names)}.")

    def pairs(self) -> tuple[FloatArray, FloatArray]:
        """The two columns of a paired layout (`x`, `y` or `human`, `metric`): shapes (n,)."""
        first, second = layouts.paired_names(self.data)
        return self.column(first), self.column(second)

    def answers(self) -> list[list[Any]]:
        """Units x raters as the file has them, None for missing; see `layouts.answers`."""
        return layouts.answers(self.data)

    def positions(self, categories: list[Any] | None = None) -> IntArray:
        """Units x raters, each rating as its position in the scale, -1 for missing.

        Args:
            categories: The scale; the declared one when left out.

        Raises:
            CaseError: A rating is outside the scale, or the layout does not tell who rated.
        """
        answers, place = (
            self.answers(),
            _places(self.categories if categories is None else categories),
        )
        return np.array(
            [[-1 if value is None else place(value) for value in unit] for unit in answers],
            np.int64,
        ).reshape(len(answers), -1)

    def counts(self, categories: list[Any] | None = None) -> IntArray:
        """Units x values of the scale: how many ratings of the unit chose the value.

        Raises:
            CaseError: A rating is outside the scale, or the layout holds no ratings.
        """
        scale = self.categories if categories is None else categories
        if self.layout == "value_counts":
            return np.array(self.data["counts"], dtype=np.int64)
        if self.layout == "long":
            place, rows = _places(scale), self.rows()
            units = {name: at for at, name in enumerate(dict.fromkeys(row["unit"] for row in rows))}
            out = np.zeros((len(units), len(scale)), np.int64)
            for row in rows:
                out[units[row["unit"]], place(row["value"])] += 1
            return out
        rated = self.positions(scale)
        return np.asarray((rated[:, :, None] == np.arange(len(scale))).sum(axis=1))

    def numbers(self) -> FloatArray:
        """Units x raters as numbers, NaN for missing; words count by their place in the scale.

        Raises:
            CaseError: A rating is a word outside the scale, or the layout does not tell who rated.
        """
        answers, scale = self.answers(), self.categories
        worth = {value: float(value) for value in self.used() if isinstance(value, int | float)}
        worth |= dict(zip(scale, scale_numbers_of(scale), strict=True))
        strange = [value for value in self.used() if value not in worth]
        if strange:
            raise CaseError(f"Rating '{strange[0]}' is none of the declared categories {scale}.")
        return np.array(
            [[np.nan if value is None else worth[value] for value in unit] for unit in answers],
            np.float64,
        ).reshape(len(answers), -1)


def scale_numbers_of(scale: list[Any]) -> list[float]:
    """The points of a scale as numbers, or their places from 1 where one is no number."""
    try:
        return [float(value) for value in scale]
    except (TypeError, ValueError):
        return [float(place) for place in range(1, len(scale) + 1)]


def _places(scale: list[Any]) -> Callable[[Any], int]:
    places = {value: place for place, value in enumerate(scale)}

    def place(value: Any) -> int:
        if value not in places:
            raise CaseError(f"Rating '{value}' is none of the declared categories {scale}.")
        return places[value]

    return place


def load(path: Path) -> Case:
    """The case of a file.

    Raises:
        CaseError: The file is no JSON or no case.
    """
    try:
        return Case.of_object(json.loads(path.read_text(encoding="utf-8")))
    except (json.JSONDecodeError, UnicodeDecodeError) as broken:
        raise CaseError(f"The file is no JSON: {broken}.") from None
