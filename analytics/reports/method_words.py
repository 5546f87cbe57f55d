"""How a criterion's numbers were made, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.phrases import consecutive
from core.templatetags.numerals import thousands

EQUAL = 1e-12


def method(criterion: Mapping[str, Any]) -> str:
    """How a criterion's numbers were made, enough to make them again."""
    distance = {
        "nominal": _("Krippendorff’s alpha with his nominal distance."),
        "ordinal": _("Krippendorff’s alpha with his ordinal distance."),
        "interval": _("Krippendorff’s alpha with his interval distance."),
        "ratio": _("Krippendorff’s alpha with his ratio distance."),
        "masi": _("Krippendorff’s alpha with the MASI distance between sets."),
    }[criterion["metric"]]
    parts = (distance, _interval_words(criterion["resampling"]), _checked(criterion))
    return consecutive(part for part in parts if part)


def _interval_words(how: Mapping[str, Any]) -> str:
    if how["interval"] is None:
        return _("Without an interval.")
    facts = {
        "n": thousands(how["n_resampled"]),
        "replicates": thousands(how["replicates"]),
        "seed": how["seed"],
    }
    if how["interval"] not in ("bca", "percentile"):
        return _other_words(how["interval"]) % facts
    if how["resampled"] == "units":
        words = {
            "bca": _(
                "Interval: BCa bootstrap over %(n)s units, %(replicates)s replicates, "
                "seed %(seed)s."
            ),
            "percentile": _(
                "Interval: percentile bootstrap over %(n)s units, %(replicates)s replicates, "
                "seed %(seed)s."
            ),
        }[how["interval"]]
    else:
        words = {
            "bca": _(
                "Interval: BCa bootstrap, the %(n)s source conversations resampled whole, "
                "%(replicates)s replicates, seed %(seed)s."
            ),
            "percentile": _(
                "Interval: percentile bootstrap, the %(n)s source conversations resampled whole, "
                "%(replicates)s replicates, seed %(seed)s."
            ),
        }[how["interval"]]
    said = words % facts
    if how["undefined"]:
        left_out = ngettext(
            "%(n)s replicate without variation was left out.",
            "%(n)s replicates without variation were left out.",
            how["undefined"],
        )
        said = consecutive([said, left_out % {"n": thousands(how["undefined"])}])
    return said


def _other_words(interval: str) -> str:
    """Of kinds that the reader chose."""
    return {
        "bca-widened": _(
            "Interval: BCa bootstrap over %(n)s items or conversations, widened for few of them, "
            "%(replicates)s replicates, seed %(seed)s."
        ),
        "percentile-widened": _(
            "Interval: percentile bootstrap over %(n)s items or conversations, widened for few of "
            "them, %(replicates)s replicates, seed %(seed)s."
        ),
        "studentized": _(
            "Interval: studentized bootstrap over %(n)s items or conversations, each resample "
            "measured by its own jackknife error, %(replicates)s replicates, seed %(seed)s."
        ),
        "jackknife": _(
            "Interval: jackknife, each of %(n)s items or conversations left out once, with a t "
            "distribution."
        ),
        "two-way": _(
            "Interval: two-way bootstrap of raters and of %(n)s items or conversations, without "
            "pairs of a rater with itself, %(replicates)s replicates, seed %(seed)s."
        ),
        "kalpha": _(
            "Interval: KALPHA bootstrap, %(replicates)s replicates, seed %(seed)s: too narrow, "
            "here to reproduce published limits."
        ),
    }[interval]


def _checked(criterion: Mapping[str, Any]) -> str:
    check = criterion["crosscheck"]
    if not check:
        return ""
    facts = {
        "package": check["package"],
        "version": check["version"],
        "size": f"{check['difference']:.1e}",
    }
    if check["difference"] <= EQUAL:
        return _("Checked against %(package)s %(version)s: equal to 1e-12.") % facts
    return _("Checked against %(package)s %(version)s: differs by %(size)s.") % facts
