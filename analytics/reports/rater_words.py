"""What a flag asks, in words, each a question to people, not a finding about one; and gold."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

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


def on_gold(line: Mapping[str, Any]) -> int:
    """A rater's answers that others settled in gold; none in reports older than that figure."""
    accuracy = line.get("accuracy") or {}
    return max((found["n"] for found in accuracy.values()), default=0)
