"""What a flag asks, in words, each a question to people, not a finding about one; and gold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.reports.why import reason_words
from annotation.criteria import spoken
from core.phrases import consecutive, enumerated

FLAGS: Mapping[str, str] = {
    "severe": gettext_noop("Gives lower scores than the others on the same items."),
    "generous": gettext_noop("Gives higher scores than the others on the same items."),
    "apart": gettext_noop("Agreement is higher without these ratings."),
    "runs": gettext_noop("Gave one answer more often in a row than chance would."),
    "same": gettext_noop("Gave every item the same answer, where the others did not."),
    "drift": gettext_noop("Has moved against the others over the weeks."),
    "fast": gettext_noop("Takes far less time than the others."),
}


def flag_words(flags: Sequence[str] | None) -> str:
    """Flags as sentences, one after the other."""
    return consecutive(_(FLAGS[flag]) for flag in flags or [] if flag in FLAGS)


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A rater with what stands out: each sentence once, after the criteria that it holds for.

    What holds for all criteria that they rated, as haste does, names none.
    """

    rater: str
    name: str
    seconds: float | None
    flags: Sequence[tuple[str, str]]


def flag_lines(data: Mapping[str, Any], names: Mapping[str, str]) -> list[FlagLine]:
    """Every rater of a stored report, those with most flags first."""
    seconds: dict[str, float | None] = {}
    flags: dict[str, dict[str, list[str]]] = {}
    for criterion in data["criteria"]:
        for line in criterion["raters"]:
            seconds[line["rater"]] = line["seconds"]
            found = flags.setdefault(line["rater"], {})
            found[spoken(criterion["name"], criterion["criterion"])] = line["flags"] or []
    n_flags = {uid: sum(map(len, found.values())) for uid, found in flags.items()}
    lines = [FlagLine(uid, names.get(uid, ""), seconds[uid], _by_flag(flags[uid])) for uid in flags]
    return sorted(lines, key=lambda one: (-n_flags[one.rater], one.name))


def _by_flag(flags: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Flags by criterion, turned around."""
    where = {flag: [name for name, found in flags.items() if flag in found] for flag in FLAGS}
    return [
        ("" if 1 < len(names) == len(flags) else enumerated(names), flag_words([flag]))
        for flag, names in where.items()
        if names
    ]


def on_gold(line: Mapping[str, Any]) -> int:
    """A rater's answers that others settled in gold; none in reports older than that figure."""
    accuracy = line.get("accuracy") or {}
    return max((found["n"] for found in accuracy.values()), default=0)


def gold_reasons(line: Mapping[str, Any]) -> list[str]:
    """Why the share of right answers or the mean error, or an interval of theirs, is missing."""
    found = (line.get("accuracy") or {}).values()
    return list(dict.fromkeys(reason_words(one["reason"]) for one in found if one["reason"]))
