"""The line of a statistic's method, in the reader's language.

A statistic says how it was made in English data, which JSON and CSV keep; a page says it through
`method_line`. The clauses stand here as messages: what varies in them is read out of the line.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from core.templatetags.numerals import thousands

CLAUSES = (
    gettext_noop("no interval"),
    gettext_noop("Krippendorff's alpha"),
    gettext_noop("Krippendorff's alpha, after less before"),
    gettext_noop("Share of equal pairs of ratings"),
    gettext_noop("Share of equal pairs of ratings, after less before"),
    gettext_noop("Mean paired difference"),
    gettext_noop("Tango interval"),
    gettext_noop("McNemar's test, chi squared"),
    gettext_noop("McNemar's test, chi squared with continuity correction"),
    gettext_noop("McNemar's test, exact"),
    gettext_noop("McNemar's test, mid-p"),
    gettext_noop("exact hypergeometric interval, sampled without replacement"),
    gettext_noop(
        "Wilson interval of the cases that the sampled items are worth, corrected for the finite "
        "population"
    ),
    gettext_noop("Wilson interval"),
    gettext_noop("Wilson interval of the cases that the groups are worth"),
    gettext_noop(
        "Wilson interval of the cases that the groups are worth, %(worth)s in %(n)s groups"
    ),
    gettext_noop(
        "percentile bootstrap over %(n)s groups, %(replicates)s replicates, seed %(seed)s"
    ),
    gettext_noop("BCa bootstrap over %(n)s groups, %(replicates)s replicates, seed %(seed)s"),
    gettext_noop(
        "percentile bootstrap over %(n)s groups, %(replicates)s replicates, seed %(seed)s, "
        "%(undefined)s undefined left out"
    ),
    gettext_noop(
        "BCa bootstrap over %(n)s groups, %(replicates)s replicates, seed %(seed)s, "
        "%(undefined)s undefined left out"
    ),
    gettext_noop("Paired permutation test"),
    gettext_noop("Paired permutation test over %(n)s groups, all exchanges counted out, two-sided"),
    gettext_noop(
        "Paired permutation test over %(n)s groups, %(exchanges)s exchanges drawn with seed "
        "%(seed)s, two-sided"
    ),
)
NAMED = re.compile(r"%\\\((\w+)\\\)s")


def method_line(line: str) -> str:
    """`{{ found.method|method_line }}`: its clauses, each said as the catalogue says it.

    >>> method_line("Tango interval; McNemar's test, mid-p")
    "Tango interval; McNemar's test, mid-p"
    """
    return pgettext("list", "; ").join(said for _clause, said in clauses(line))


def clauses(line: str) -> Iterator[tuple[str, str]]:
    """Each clause with the message it is an instance of; of an unknown one the message is ""."""
    for clause in filter(None, line.split("; ")):
        message, facts = _known(clause)
        said = _(message) if message else clause
        yield message, said % _shown(facts) if facts else said


def _shown(facts: Mapping[str, str]) -> dict[str, str]:
    """Counts as a page writes them; a seed is typed again as it is."""
    is_count = {name: name != "seed" and value.isdigit() for name, value in facts.items()}
    return {name: thousands(one) if is_count[name] else one for name, one in facts.items()}


def _known(clause: str) -> tuple[str, dict[str, str]]:
    for message, pattern in _patterns().items():
        if found := pattern.fullmatch(clause):
            return message, found.groupdict()
    return "", {}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        one: re.compile(NAMED.sub(r"(?P<\1>[\\d.,]+)", re.escape(one)).replace("\\ ", " "))
        for one in CLAUSES
    }
