"""What an agreement report holds: frozen, without words, ready for JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from analytics.reports.alike import Alike
from analytics.reports.coefficients import coefficients_data
from analytics.reports.crosscheck import Crosscheck
from analytics.reports.equality import Equality
from analytics.reports.kinds import KindsCompared
from analytics.reports.limits import limits_data
from analytics.reports.wording import Wordings

if TYPE_CHECKING:
    from analytics.stats.raters.each_rater import RaterFigures
    from analytics.stats.types import AgreementResult


APART = (
    "coefficients", "equality", "wordings", "kinds", "raters", "rater_pairs", "hardest_items",
    "crosscheck",
)  # fmt: skip
"""Parts of a criterion that are put into JSON each in its own way."""


@dataclass(frozen=True, slots=True)
class RaterLine:
    """One rater on one criterion.

    Attributes:
        rater: The rater's uid: names belong to the page, which knows who reads it.
        kind: Of the rater.
        n: Ratings with a value.
        severity: Points above the middle of all raters on the same items, with limits `low` and
            `high`; below 0 is severe. None with `severity_reason`.
        logits: The same by the many-facet model, which does not take all points for equally far
            apart; `infit` is how far the rater is from what it expects, 1 as expected.
        alpha_without: Alpha of all others, with its limits.
        gain: By how much that is more than alpha with the rater: an interval of the difference.
        against_rest: Kappa with the others.
        group: Raters of one group are joined by common units; 0 is the largest.
        counts: How often each category was chosen; empty for free numbers.
        agreement: Share of pairs with others' ratings that are equal; None without any.
        n_pairs: Such pairs.
        seconds: Median time of a rating in the whole study, of `n_timed`; None without times.
        run: The longest run of one answer, with the chance of one as long.
        drift: Change of the distance from the others in a week; `weeks` is what it is made of.
        repeats: Share of the same answers where an item was rated again after some time.
        accuracy: Right answers and mean error against what others settled in gold; None in a plain
            file, which has no gold.
        flags: What stands out after adjustment for the number of raters, as `stats.flags` has it.
    """

    rater: str
    kind: str
    n: int
    severity: float | None
    low: float | None
    high: float | None
    severity_reason: str | None
    logits: Mapping[str, Any] | None
    infit: float | None
    alpha_without: float | None
    alpha_without_low: float | None
    alpha_without_high: float | None
    gain: Mapping[str, Any] | None
    against_rest: Mapping[str, Any] | None
    group: int | None
    counts: Sequence[int]
    agreement: float | None
    n_pairs: int
    seconds: float | None
    n_timed: int
    run: Mapping[str, Any] | None
    drift: Mapping[str, Any] | None
    weeks: Sequence[Mapping[str, Any]]
    repeats: Mapping[str, Any] | None
    accuracy: Mapping[str, Any] | None
    flags: Sequence[str]

    @classmethod
    def of(
        cls,
        rater: str,
        kind: str,
        *,
        n: int,
        counts: Sequence[int],
        agreement: float | None,
        n_pairs: int,
        figures: "RaterFigures | None",
        habits: Mapping[str, Any],
        accuracy: Mapping[str, Any] | None,
        flags: Sequence[str],
    ) -> Self:
        """With figures beside the rest, where values can be compared one by one."""
        severity = figures.severity if figures else None
        without = figures.alpha_without if figures else None
        return cls(
            rater=rater,
            kind=kind,
            n=n,
            severity=severity.value if severity else None,
            low=severity.low if severity else None,
            high=severity.high if severity else None,
            severity_reason=severity.reason if severity else None,
            logits=figures.logits.as_dict() if figures else None,
            infit=figures.infit if figures else None,
            alpha_without=without.value if without else None,
            alpha_without_low=without.low if without else None,
            alpha_without_high=without.high if without else None,
            gain=figures.gain.as_dict() if figures else None,
            against_rest=figures.against_rest.as_dict() if figures else None,
            group=figures.group if figures else None,
            counts=counts,
            agreement=agreement,
            n_pairs=n_pairs,
            accuracy=accuracy,
            flags=flags,
            **habits,
        )


@dataclass(frozen=True, slots=True)
class RaterPair:
    """Two raters who met: units that both rated, and the share of equal ratings."""

    first: str
    second: str
    n: int
    agreement: float


@dataclass(frozen=True, slots=True)
class HardItem:
    """A unit that raters disagree on, with its mean distance between two ratings.

    Attributes:
        unequal: Chance that two ratings of it differ, drawn towards all units as far as ratings are
            few, with limits `low` and `high`; None where points are no categories.
        pattern: How its ratings are split, as `stats.hard_units` has it; empty as above.
    """

    item: str
    seq: int
    turn: int
    passage: int
    disagreement: float
    counts: Sequence[int]
    unequal: float | None
    low: float | None
    high: float | None
    pattern: str


@dataclass(frozen=True, slots=True)
class CriterionAgreement:
    """Agreement on one criterion.

    Attributes:
        metric: The distance between two ratings: the level, or "masi" for sets of labels.
        categories: Keys of the points, or of the labels of a set.
        distribution: Ratings at each category, in all units.
        equality: Nominal alpha and its chance level, whatever the level; None where points are no
            categories.
        wordings: Agreement within and between languages; None where all ratings are of one.
        kinds: Agreement within and between kinds of raters; None where all are of one.
        pairs: Shares of the pairs of ratings of one unit, by the points of both; None where
            points are no categories.
        without_excluded: The coefficients without the raters whom a manager has left out; None
            where they rated nothing of it.
    """

    criterion: str
    name: Mapping[str, str]
    question: Mapping[str, str]
    target: str
    kind: str
    level: str
    metric: str
    n_items: int
    n_pairable_items: int
    n_units: int
    n_pairable_units: int
    n_groups: int
    n_raters: int
    n_ratings: int
    n_cannot_judge: int
    categories: Sequence[str]
    labels: Sequence[Mapping[str, str]]
    distribution: Sequence[int]
    coefficients: Mapping[str, "AgreementResult"]
    equality: Equality | None
    wordings: Wordings | None
    kinds: KindsCompared | None
    pairs: Sequence[Sequence[float]] | None
    raters: Sequence[RaterLine]
    rater_pairs: Sequence[RaterPair]
    hardest_items: Sequence[HardItem]
    crosscheck: Crosscheck | None
    without_excluded: Mapping[str, Any] | None

    def as_data(self) -> dict[str, Any]:
        data = {name: getattr(self, name) for name in self.__slots__ if name not in APART}
        return {
            **data,
            "coefficients": coefficients_data(
                self.coefficients, level=self.level or "nominal", is_set=self.metric == "masi"
            ),
            "intervals": limits_data(self.coefficients),
            "equality": self.equality.as_dict() if self.equality else None,
            "wordings": self.wordings.as_data() if self.wordings else None,
            "kinds": self.kinds.as_data() if self.kinds else None,
            "resampling": asdict(self.coefficients["krippendorff_alpha"].method),
            "raters": [asdict(line) for line in self.raters],
            "rater_pairs": [asdict(pair) for pair in self.rater_pairs],
            "hardest_items": [asdict(item) for item in self.hardest_items],
            "crosscheck": asdict(self.crosscheck) if self.crosscheck else None,
        }


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """Agreement on every criterion of a study that has one scale for all items."""

    study: str
    kinds: Sequence[str]
    replicates: int
    seed: int
    n_items: int
    n_groups: int
    n_raters: int
    n_ratings: int
    n_scores: int
    criteria: Sequence[CriterionAgreement]
    alike: Sequence[Alike]
    activity: Sequence[tuple[str, str, int]]
    """Rater's uid, day, ratings."""
    preferences: Sequence[Mapping[str, Any]]
    """Which variant is preferred, a part for each criterion that asks which answer is better."""
    calibration: Sequence[Mapping[str, Any]] | None
    """Agreement before and after raters saw each other; None for any other study."""
    not_asked: Mapping[str, Mapping[str, str]]
    """Key and name of criteria of the rubric that no item of the study can ask."""

    def as_data(self) -> list[dict[str, Any]]:
        """The JSON of `manage.py agreement`: one object a criterion."""
        return [criterion.as_data() for criterion in self.criteria]

    def as_snapshot(self) -> dict[str, Any]:
        """All of it, as a snapshot keeps it."""
        apart = ("criteria", "alike")
        data = {name: getattr(self, name) for name in self.__slots__ if name not in apart}
        alike = [pair.as_dict() for pair in self.alike]
        return {**data, "alike": alike, "criteria": self.as_data()}
