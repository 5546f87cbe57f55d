"""Reasons of a thumb in the team's language; what respondents read is in `surveys.instruments`."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

UP_REASONS = ("correct", "solved", "clear", "right_amount", "good_sources", "good_tone")
DOWN_REASONS = (
    "incorrect",
    "not_answered",
    "hard_to_understand",
    "too_long",
    "too_short",
    "no_sources",
    "bad_tone",
    "refused",
    "harmful",
    "other",
)
REASON_WORDS: Mapping[str, str | Promise] = {
    "correct": _("accurate"),
    "solved": _("solved my problem"),
    "clear": _("easy to understand"),
    "right_amount": _("just the right length"),
    "good_sources": _("helpful sources"),
    "good_tone": _("pleasant tone"),
    "incorrect": _("something is wrong"),
    "not_answered": _("does not answer my question"),
    "hard_to_understand": _("hard to understand"),
    "too_long": _("too long"),
    "too_short": _("too short"),
    "no_sources": _("sources missing or wrong"),
    "bad_tone": _("tone does not fit"),
    "refused": _("refused without need"),
    "harmful": _("harmful"),
    "other": _("other"),
}
"""A team may add reasons of its own to a widget; those are shown by their key."""
