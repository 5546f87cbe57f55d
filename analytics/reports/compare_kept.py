"""What a comparison counted, kept until the feedback changes: opened again, a page counts nothing.

Every change of a project's feedback gives it another stamp, so what is kept under the stamp is what
counting would find. The stamp is read before the rows: what comes meanwhile is under the next one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from django.core.cache import cache

from analytics.reports.compare_sums import Asked, Sums, respondents_of_both, strata_of, sums_of
from analytics.stats.feedback.sums import ClusterSums
from core.text import digest
from surveys.models import FeedbackRules

KEPT_SECONDS = 86_400
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Counts:
    """Of both variants, and of them in each stratum where strata are asked for; `both` are people
    who met both."""

    sums: Mapping[str, Sums]
    strata: Mapping[str, Mapping[str, ClusterSums]]
    both: int


def counts_of(asked: Asked, by: str) -> Counts:
    def count() -> Counts:
        sums = sums_of(asked)
        strata = strata_of(asked, by) if by else {}
        return Counts(sums, strata, respondents_of_both(asked, sums))

    return kept(asked, f"counts {by}", count)


def kept(asked: Asked, what: str, count: Callable[[], T]) -> T:
    """What `count` says of the feedback asked for, or said since it changed last."""
    rules = FeedbackRules.objects.filter(project=asked.project)
    stamp = rules.values_list("stamp", flat=True).first()
    if stamp is None:  # nothing was ever folded
        return count()
    days = [str(day or "") for day in (asked.since, asked.until)]
    words = digest([what, asked.formula.key, *asked.variants, asked.trust, *days])
    return cast(T, cache.get_or_set(f"compare-{stamp}-{words}", count, KEPT_SECONDS))
