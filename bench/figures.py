"""A measured figure: its median, what it is held against, and whether it reaches the goal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Goal:
    """A bound that a figure must keep."""

    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: float) -> bool:
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )

    def __str__(self) -> str:
        if self.at_least is not None:
            return f">= {shown(self.at_least)}"
        return f"<= {shown(self.at_most or 0)}"


@dataclass(frozen=True)
class Figure:
    """`runs` are the values behind it; `beside` says what others do on the same work."""

    name: str
    runs: Sequence[float]
    unit: str
    goal: Goal | None = None
    beside: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def value(self) -> float:
        return median(self.runs)

    @property
    def passed(self) -> bool | None:
        """None: nobody has set a goal for it."""
        return bool(self.goal.holds(self.value)) if self.goal else None

    def as_json(self) -> dict[str, Any]:
        plain = asdict(self) | {"value": self.value, "passed": self.passed}
        plain["goal"] = str(self.goal) if self.goal else None
        return plain


def exactly(name: str, value: float, unit: str, **rest: Any) -> Figure:
    """What does not vary between runs: a count of bytes or queries."""
    return Figure(name, [value], unit, **rest)


def against_the_smallest(name: str, medians: Mapping[int, list[float]]) -> Iterator[Figure]:
    """Medians of the same work at several sizes: no size may make it slower."""
    smallest, *larger = sorted(medians)
    yield Figure(f"{name}, {smallest:,} items, p50", medians[smallest], "ms")
    for items in larger:
        ratios = [many / few for many, few in zip(medians[items], medians[smallest], strict=True)]
        yield Figure(
            f"{name}, {items:,} items, p50 against {smallest:,}",
            ratios,
            "times",
            goal=Goal(at_most=1.3),
            beside=f"{median(medians[items]):.2f} ms; peers: Label Studio 4 to 7, doccano 25 times",
        )


def shown(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def line(figure: dict[str, Any]) -> str:
    """One figure of the report, as JSON brought it."""
    verdict = {True: "pass", False: "MISS", None: "    "}[figure["passed"]]
    runs = figure["runs"]
    spread = f" ({shown(min(runs))} to {shown(max(runs))}, {len(runs)} runs)" * (len(runs) > 1)
    goal = f", goal {figure['goal']}" * bool(figure["goal"])
    beside = f"; {figure['beside']}" * bool(figure["beside"])
    value = shown(figure["value"])
    return f"{verdict}  {figure['name']}: {value} {figure['unit']}{spread}{goal}{beside}"
