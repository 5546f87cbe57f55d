"""The settling rules of a study as sentences, so that nobody opens a form to read them."""

import math
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.consensus import SHARE_TOLERANCE, Rule, default_rule
from annotation.criteria import scale_of, spoken
from annotation.models import Study
from core.templatetags.numerals import written


class SettlingLine(NamedTuple):
    words: str
    criteria: list[str]


def settling_lines(study: Study) -> list[SettlingLine]:
    """One line a rule with the criteria that follow it, in the rubric's order."""
    lines: dict[str, list[str]] = {}
    for criterion in study.rubric_version.criteria.order_by("position"):
        given = study.settling.get(criterion.key)
        rule = Rule.from_json(given) if given else default_rule(scale_of(criterion), study.overlap)
        words = rule_words(rule, study.overlap)
        lines.setdefault(words, []).append(spoken(criterion.name, criterion.key))
    return [SettlingLine(words, criteria) for words, criteria in lines.items()]


def rule_words(rule: Rule | None, overlap: int) -> str:
    """What must hold of `overlap` ratings for them to settle, and at what.

    Example:
        >>> rule_words(Rule(min_raters=3, aggregate="median", max_spread=1), 3)
        'Settles at the median when the scores lie at most 1 apart.'
    """
    if rule is None:
        return _("Never settles by itself: words are read, not counted.")
    if rule.max_spread is not None:
        return spread_words(rule.max_spread, rule.aggregate)
    if rule.min_share is None:
        return _("Settles at what most raters say.")
    count = max(1, math.ceil((rule.min_share - SHARE_TOLERANCE) * overlap))
    return ngettext(
        "Settles when %(count)d of %(n)d rater says the same.",
        "Settles when %(count)d of %(n)d raters say the same.",
        overlap,
    ) % {"count": count, "n": overlap}


def spread_words(spread: float, aggregate: str) -> str:
    if spread == 0:
        return _("Settles when all scores are equal.")
    facts = {"spread": written(spread, 0 if spread == int(spread) else 2)}
    if aggregate == "mean":
        return _("Settles at the mean when the scores lie at most %(spread)s apart.") % facts
    if aggregate == "majority":
        return _("Settles at the commonest score when all lie at most %(spread)s apart.") % facts
    return _("Settles at the median when the scores lie at most %(spread)s apart.") % facts
