"""How much a thumb is worth: thumbs of users against verdicts of raters on the same answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TypeAlias

from analytics.stats import reasons
from analytics.stats.checks import checked_confidence
from analytics.stats.comparisons.proportions import normal_quantile, share, wilson_interval
from analytics.stats.errors import RowsError
from analytics.stats.types import Estimate

Verdicts: TypeAlias = tuple[int, int]
"""Answers judged good, and judged bad."""


@dataclass(frozen=True, slots=True)
class UserExpertMatrix:
    """How far thumbs of users and verdicts of raters say the same.

    Attributes:
        up: Verdicts on answers with a thumb up.
        down: Verdicts on answers with a thumb down.
        agreement: Share of thumbs that the verdict bears out.
        down_right: Of thumbs down, the share whose answer is bad (precision).
        up_right: Of thumbs up, the share whose answer is good.
        bad_found: Of bad answers with a thumb, the share whose thumb is down (recall).
        by_reason: Of thumbs down with a reason, the share whose answer is bad.
    """

    up: Verdicts
    down: Verdicts
    agreement: Estimate
    down_right: Estimate
    up_right: Estimate
    bad_found: Estimate
    by_reason: Mapping[str, Estimate]


def user_expert_matrix(
    up: Verdicts,
    down: Verdicts,
    *,
    thumbs: tuple[int, int] | None = None,
    by_reason: Mapping[str, Verdicts] | None = None,
    confidence: float = 0.95,
) -> UserExpertMatrix:
    """Agreement of thumbs and verdicts, as shares with intervals.

    Where thumbs down are brought to raters more often than thumbs up, the two shares within a kind
    of thumb are right as they are; agreement and recall need to know how many thumbs of each kind
    there are.

    Args:
        up: Good and bad verdicts on answers with a thumb up.
        down: Good and bad verdicts on answers with a thumb down.
        thumbs: All thumbs up and down, rated or not; left out where what is rated was drawn
            without regard to thumbs.
        by_reason: Verdicts on thumbs down by the reason given.
        confidence: Between 0 and 1.

    Raises:
        RowsError: A count is negative, or there are fewer thumbs than verdicts on them.

    Source:
        Wilson (1927); of sums of shares Newcombe (2001), Statistics in Medicine 20(19), MOVER;
        recall on the logarithm of its odds.

    Example:
        >>> found = user_expert_matrix((90, 10), (20, 80), thumbs=(900, 100))
        >>> [round(one.value, 3) for one in (found.agreement, found.down_right, found.bad_found)]
        [0.89, 0.8, 0.471]
        >>> user_expert_matrix((90, 10), (20, 80)).bad_found.method
        'Wilson interval'
    """
    checked_confidence(confidence)
    _checked(up, down, thumbs)
    good_up, bad_up = up
    _good_down, bad_down = down
    n_up, n_down = sum(up), sum(down)
    if thumbs is None:
        agreement = share(good_up + bad_down, n_up + n_down, confidence)
        found = share(bad_down, bad_up + bad_down, confidence)
    else:
        agreement = _agreement(up, down, thumbs, confidence)
        found = _recall(up, down, thumbs, confidence)
    return UserExpertMatrix(
        up,
        down,
        agreement,
        share(bad_down, n_down, confidence),
        share(good_up, n_up, confidence),
        found,
        {
            reason: share(bad, good + bad, confidence)
            for reason, (good, bad) in (by_reason or {}).items()
        },
    )


def _checked(up: Verdicts, down: Verdicts, thumbs: tuple[int, int] | None) -> None:
    if min(*up, *down) < 0:
        raise RowsError(f"Verdicts {up} and {down} hold a negative count. Check the table.")
    if thumbs is not None and (thumbs[0] < sum(up) or thumbs[1] < sum(down)):
        raise RowsError(
            f"{sum(up)} and {sum(down)} verdicts stand against {thumbs[0]} thumbs up and "
            f"{thumbs[1]} down: thumbs count rated answers too."
        )


def _agreement(
    up: Verdicts, down: Verdicts, thumbs: tuple[int, int], confidence: float
) -> Estimate:
    """Share of right thumbs over all thumbs: two shares weighted by how many thumbs there are."""
    method = "Agreement weighted to all thumbs, MOVER of two Wilson intervals"
    n = sum(up) + sum(down)
    sides = [(up[0], sum(up), thumbs[0]), (down[1], sum(down), thumbs[1])]
    sides = [side for side in sides if side[2]]
    if not sides or not all(rated for _right, rated, _all in sides):
        return Estimate(None, None, None, confidence, n, method, reasons.NO_CASES)
    total = sum(everything for _right, _rated, everything in sides)
    value = low = high = 0.0
    for right, rated, everything in sides:
        part, held = everything / total, right / rated
        below, above = wilson_interval(right, rated, confidence)
        value += part * held
        low += (part * (held - below)) ** 2
        high += (part * (above - held)) ** 2
    return Estimate(value, value - sqrt(low), value + sqrt(high), confidence, n, method)


def _recall(up: Verdicts, down: Verdicts, thumbs: tuple[int, int], confidence: float) -> Estimate:
    """Share of bad answers with a thumb down among bad answers with any thumb."""
    method = "Weighted to all thumbs, normal interval of the logarithm of the odds"
    n = up[1] + down[1]
    if not (sum(up) and sum(down) and n):
        return Estimate(None, None, None, confidence, n, method, reasons.NO_CASES)
    bad_down = thumbs[1] * down[1] / sum(down)
    bad_up = thumbs[0] * up[1] / sum(up)
    soft_down, soft_up = (down[1] + 0.5) / (sum(down) + 1), (up[1] + 0.5) / (sum(up) + 1)
    odds = log(thumbs[1] * soft_down / (thumbs[0] * soft_up))
    error = sqrt(
        (1 - soft_down) / (soft_down * (sum(down) + 1)) + (1 - soft_up) / (soft_up * (sum(up) + 1))
    )
    reach = normal_quantile(confidence) * error
    low, high = (1 / (1 + exp(-one)) for one in (odds - reach, odds + reach))
    value = bad_down / (bad_down + bad_up)
    return Estimate(value, min(low, value), max(high, value), confidence, n, method)
