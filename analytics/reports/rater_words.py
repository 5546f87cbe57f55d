"""What a flag asks, in words, each a question to people, not a finding about one; and gold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.reports.why import reason_words
from annotation.criteria import spoken
from core.phrases import consecutive

FLAGS: Mapping[str, str] = {
    "severe": gettext_noop("Gives lower scores than the others on the same items."),
    "generous": gettext_noop("Gives higher scores than the others on the same items."),
    "apart": gettext_noop("Agreement is higher without these ratings."),
    "runs": gettext_noop("Gave one answer more often in a row than chance would."),
    "drift": gettext_noop("Has moved against the others over the weeks."),
    "fast": gettext_noop("Takes far less time than the others."),
}


def flag_words(flags: Sequence[str] | None) -> str:
    """Flags as sentences, one after the other."""
    return consecutive(_(FLAGS[flag]) for flag in flags or [] if flag in FLAGS)


@dataclass(frozen=True, slots=True)
class FlagLine:
    """A rater with what stands out, by criterion."""

    rater: str
    name: str
    seconds: float | None
    flags: Sequence[tuple[str, str]]


def flag_lines(data: Mapping[str, Any], names: Mapping[str, str]) -> list[FlagLine]:
    """Every rater of a stored report, those with most flags first."""
    seconds: dict[str, float | None] = {}
    flags: dict[str, list[tuple[str, str]]] = {}
    for criterion in data["criteria"]:
        for line in criterion["raters"]:
            seconds[line["rater"]] = line["seconds"]
            found = flags.setdefault(line["rater"], [])
            if words := flag_words(line["flags"]):
                found.append((spoken(criterion["name"], criterion["criterion"]), words))
    lines = [FlagLine(uid, names.get(uid, ""), seconds[uid], flags[uid]) for uid in flags]
    return sorted(lines, key=lambda one: (-len(one.flags), one.name))


def on_gold(line: Mapping[str, Any]) -> int:
    """A rater's answers that others settled in gold; none in reports older than that figure."""
    accuracy = line.get("accuracy") or {}
    return max((found["n"] for found in accuracy.values()), default=0)


def gold_reasons(line: Mapping[str, Any]) -> list[str]:
    """Why the share of right answers or the mean error, or an interval of theirs, is missing."""
    found = (line.get("accuracy") or {}).values()
    return list(dict.fromkeys(reason_words(one["reason"]) for one in found if one["reason"]))
