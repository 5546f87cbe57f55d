"""The gate in words: what each rule asks, and what a candidate that fails it lacks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.phrases import enumerated
from core.templatetags.numerals import estimate
from gold.admission.checks import Check
from gold.admission.exposed import USES
from gold.admission.rules import RULES, Agreement, Rules


def rule_name(rule: str) -> str:
    """What is missing, in a word or two: for one line of a list."""
    return {
        "settled": _("not settled"),
        "min_raters": _("too few raters"),
        "min_agreement": _("little agreement"),
        "personal_data": _("personal data"),
        "near_duplicate": _("near duplicate"),
        "split_isolation": _("kin in several splits"),
        "not_exposed": _("used elsewhere"),
    }[rule]


def rule_names(counts: Mapping[str, int]) -> str:
    """Rules that failed, each with how often: "near duplicate (2), too few raters (1)"."""
    return enumerated(
        _("%(rule)s (%(n)d)") % {"rule": rule_name(rule), "n": counts[rule]}
        for rule in RULES
        if counts.get(rule)
    )


def coefficient_names() -> dict[str, str]:
    return {
        "krippendorff_alpha": _("Krippendorff's alpha"),
        "gwet": _("Gwet's AC1 or AC2"),
        "percent_agreement": _("Share of equal pairs of ratings"),
    }


def why_failed(checks: Iterable[Check], rules: Rules) -> list[tuple[str, str]]:
    """Each rule that failed: its short name, and the sentence with the facts and the way out."""
    return [
        (rule_name(one.rule), sentence(one.rule, one.facts, rules))
        for one in checks
        if not one.passed
    ]


def sentence(rule: str, facts: Mapping[str, Any], rules: Rules) -> str:
    match rule:
        case "settled":
            return _settled(facts)
        case "min_raters":
            return _raters(facts["raters"], rules.min_raters or 0)
        case "min_agreement":
            return _agreement(facts, rules.min_agreement or Agreement())
        case "personal_data":
            return _personal(facts)
        case "near_duplicate":
            return _near(facts, rules.near_duplicate or 1.0)
        case "split_isolation":
            return _splits(facts["kin_in"])
        case _:
            return _("Its input was used for %(uses)s, so it proves nothing any more.") % {
                "uses": enumerated(USES[one] for one in facts["uses"])
            }


def _settled(facts: Mapping[str, Any]) -> str:
    if facts["held"]:
        return _("A criterion of its study waits for rewording. Publish the new words first.")
    if facts["state"] == "settled":
        return _("Its raters were not shown any criterion that applies, so there is no verdict.")
    if facts["state"] == "open":
        return _("Its raters are not done yet.")
    return _("People differ on it. Settle it, or admit it as contested.")


def _raters(have: int, need: int) -> str:
    return ngettext(
        "%(have)d person rated it; the rule asks for %(need)d.",
        "%(have)d people rated it; the rule asks for %(need)d.",
        have,
    ) % {"have": have, "need": need}


def _agreement(facts: Mapping[str, Any], asked: Agreement) -> str:
    if not facts["computed"]:
        return _("The agreement of its study was not computed yet. Open its report once.")
    names = {"coefficient": coefficient_names()[asked.coefficient], "bar": estimate(asked.bar, 3)}
    criterion = facts["criterion"].get(asked.coefficient, "")
    low = facts["low"].get(asked.coefficient)
    if low is None:
        return _("%(coefficient)s of “%(criterion)s” cannot be estimated in its study yet.") % {
            **names,
            "criterion": criterion,
        }
    return _("Lower limit of %(coefficient)s on “%(criterion)s”: %(low)s; the bar is %(bar)s.") % {
        **names,
        "criterion": criterion,
        "low": estimate(low, 3),
    }


def _personal(facts: Mapping[str, Any]) -> str:
    if not facts["searched"]:
        return _("It was not searched for personal data yet. Check again to have it searched.")
    return ngettext(
        "%(n)d place in it may be personal data. Decide on the conversation's page.",
        "%(n)d places in it may be personal data. Decide on the conversation's page.",
        facts["open"],
    ) % {"n": facts["open"]}


def _near(facts: Mapping[str, Any], bar: float) -> str:
    values = {"similarity": estimate(facts["similarity"], 2), "bar": estimate(bar, 2)}
    if "candidate" in facts:
        return (
            _(
                "Its words resemble those of a candidate before it: %(similarity)s; below %(bar)s "
                "is asked."
            )
            % values
        )
    return _("Its words resemble those of a gold item: %(similarity)s; below %(bar)s is asked.") % (
        values
    )


def _splits(kin_in: Mapping[str, Sequence[str]]) -> str:
    ties = {"input": _("input"), "group": _("group"), "end_user": _("end user")}
    return _("Kin stand in several splits: %(splits)s.") % {
        "splits": enumerated(
            _("%(split)s (same %(ties)s)")
            % {"split": split, "ties": enumerated(ties[one] for one in dict.fromkeys(kinds))}
            for split, kinds in sorted(kin_in.items())
        )
    }
