"""The rules of admission of a dataset, as data: what a candidate must hold to become gold.

Stored as JSON with only what differs from the defaults. `null` or `false` switches a rule off.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from core.errors import InvalidError
from core.phrases import enumerated

RULES = (
    "settled", "min_raters", "min_agreement", "personal_data", "near_duplicate",
    "split_isolation", "not_exposed",
)  # fmt: skip
COEFFICIENTS = ("krippendorff_alpha", "gwet", "percent_agreement")
"""`gwet` is AC1 of a nominal criterion and AC2 of any other."""
MOST_RATERS = 100
LEAST_SIMILARITY = 0.7
"""Below this the index of near duplicates would overlook too many; see `gold.admission.near`."""
DISAGREEMENT = frozenset({"settled", "min_agreement"})
"""Rules that only say that people differ: who fails no other may be gold of the contested tier."""
NEVER_AGAINST = frozenset({"settled", "personal_data"})
"""What no reason outweighs: without a verdict there is no label (but the contested tier), and
personal data is not ours to admit."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The bar for the lower limit of a coefficient on each of the item's criteria."""

    coefficient: str = "krippendorff_alpha"
    bar: float = 0.667


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of a candidate.

    Agreement is asked for only where a bar is set: of the first few items no interval is narrow,
    and a bar by default would keep every new dataset empty.

    Attributes:
        settled: Every unit has a verdict, and no criterion of the study waits for rewording.
        min_raters: Ratings that count, at least.
        min_agreement: Lower limit of agreement on each criterion in the item's study, at least.
        personal_data: Looked through, and nothing found in it waits for a decision.
        near_duplicate: Similarity to any gold item of the dataset must be below this.
        split_isolation: Its input, group and end user stand in one split, which is then its own.
        not_exposed: Nobody trained, prompted, calibrated or wrote a rubric with its input.
    """

    settled: bool = True
    min_raters: int | None = 2
    min_agreement: Agreement | None = None
    personal_data: bool = True
    near_duplicate: float | None = 0.8
    split_isolation: bool = True
    not_exposed: bool = True

    def to_json(self) -> dict[str, Any]:
        """What differs from the defaults."""
        usual = Rules()
        found: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value == getattr(usual, one.name):
                continue
            is_bar = isinstance(value, Agreement)
            found[one.name] = (
                {"coefficient": value.coefficient, "bar": value.bar} if is_bar else value
            )
        return found


def read_rules(data: Any) -> Rules:
    """The rules that JSON names, with defaults for the rest; a sentence for what cannot be."""
    if not isinstance(data, Mapping):
        raise InvalidError(_('Rules of admission are an object, as {"min_raters": 3}.'))
    if unknown := sorted(set(data) - set(RULES)):
        raise InvalidError(
            _("There is no rule of admission “%(name)s”. There are %(rules)s.")
            % {"name": unknown[0], "rules": enumerated(RULES)}
        )
    usual = Rules()
    return Rules(
        settled=_switch(data, "settled", usual.settled),
        min_raters=_min_raters(data.get("min_raters", usual.min_raters)),
        min_agreement=_agreement(data.get("min_agreement")),
        personal_data=_switch(data, "personal_data", usual.personal_data),
        near_duplicate=_similarity(data.get("near_duplicate", usual.near_duplicate)),
        split_isolation=_switch(data, "split_isolation", usual.split_isolation),
        not_exposed=_switch(data, "not_exposed", usual.not_exposed),
    )


def _switch(data: Mapping[str, Any], name: str, usual: bool) -> bool:
    value = data.get(name, usual)
    if not isinstance(value, bool):
        raise InvalidError(
            _("Rule “%(rule)s” is switched with true or false, not with “%(value)s”.")
            % {"rule": name, "value": value}
        )
    return value


def _min_raters(value: Any) -> int | None:
    if value is None or value is False:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_RATERS:
        raise InvalidError(
            _("“min_raters” is a whole number from 1 to %(most)d, or null; it was “%(value)s”.")
            % {"most": MOST_RATERS, "value": value}
        )
    return value


def _agreement(value: Any) -> Agreement | None:
    if value is None or value is False:
        return None
    if not isinstance(value, Mapping) or set(value) - {"coefficient", "bar"}:
        raise InvalidError(
            _("“min_agreement” has “coefficient” and “bar”, or is null; it was “%(value)s”.")
            % {"value": value}
        )
    usual = Agreement()
    coefficient = value.get("coefficient", usual.coefficient)
    if coefficient not in COEFFICIENTS:
        raise InvalidError(
            _("Coefficient “%(name)s” has no bar here. Take one of %(names)s.")
            % {"name": coefficient, "names": enumerated(COEFFICIENTS)}
        )
    bar = _number(value.get("bar", usual.bar))
    if bar is None or not -1 <= bar <= 1:
        raise InvalidError(
            _("A bar for agreement lies from -1 to 1; it was “%(value)s”.")
            % {"value": value.get("bar")}
        )
    return Agreement(coefficient, bar)


def _similarity(value: Any) -> float | None:
    if value is None or value is False:
        return None
    bar = _number(value)
    if bar is None or not LEAST_SIMILARITY <= bar <= 1:
        raise InvalidError(
            _("“near_duplicate” lies from %(least)s to 1, or is null; it was “%(value)s”.")
            % {"least": LEAST_SIMILARITY, "value": value}
        )
    return bar


def _number(value: Any) -> float | None:
    """What may be a bar; no bar lies beyond 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1:
        return None
    return float(value)
