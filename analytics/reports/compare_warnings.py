"""What keeps a comparison from being fair, and what is worth knowing beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.reports.compare_sums import ALL_TRUST
from analytics.reports.compare_words import strata_words
from core.templatetags.numerals import percent, thousands

if TYPE_CHECKING:
    from analytics.reports.compare import Comparison

UNSIGNED_ALARM = 0.2
RESPONSE_ALARM = 0.001
"""As rare as the alarm of the assignment: the page is looked at often."""


@dataclass(frozen=True, slots=True)
class Warned:
    """`code` is for programs; one that blocks takes the place of the verdict."""

    code: str
    blocks: bool
    words: str


def warnings_of(found: "Comparison") -> Sequence[Warned]:
    return (*_ratios(found), *_answering(found), *_mix(found), *_widget(found), *_trust(found))


def _ratios(found: "Comparison") -> Iterator[Warned]:
    if found.assigned_ratio and found.assigned_ratio.alarm and found.assigned:
        yield Warned(
            "assigned_ratio",
            True,
            _(
                "The variants were not assigned as planned: %(a)s and %(b)s people. Something "
                "sorts them before they arrive; find it and begin anew."
            )
            % {"a": thousands(found.assigned.a), "b": thousands(found.assigned.b)},
        )
    shown = (found.a.sums.showings.respondents, found.b.sums.showings.respondents)
    if found.shown_ratio.alarm and all(shown):
        yield Warned(
            "shown_ratio",
            True,
            _(
                "The variants were not shown to as many people as planned: %(a)s and %(b)s. One of "
                "them may break before it is seen, or people were not split at random."
            )
            % {"a": thousands(shown[0]), "b": thousands(shown[1])},
        )
    if found.both:
        yield Warned(
            "met_both",
            False,
            ngettext(
                "%(n)s person met both variants. Split people, not answers: each should meet one.",
                "%(n)s people met both variants. Split people, not answers: each should meet one.",
                found.both,
            )
            % {"n": thousands(found.both)},
        )


def _answering(found: "Comparison") -> Iterator[Warned]:
    if found.response.p is not None and found.response.p < RESPONSE_ALARM:
        yield Warned(
            "response_rate",
            True,
            _(
                "The variant changes who answers: %(a)s of showings brought feedback and %(b)s. "
                "Other people speak on each side, so what they say cannot be compared."
            )
            % {"a": percent(found.a.coverage, 1), "b": percent(found.b.coverage, 1)},
        )


def _mix(found: "Comparison") -> Iterator[Warned]:
    if found.strata and found.strata.signs_differ:
        yield Warned(
            "signs_differ",
            True,
            _(
                "All answers together point the other way than each stratum (%(by)s) compared with "
                "itself: the variants met different questions. Read the difference within strata."
            )
            % {"by": strata_words(found.strata.by)},
        )


def _widget(found: "Comparison") -> Iterator[Warned]:
    if found.facts.instruments.differ:
        yield Warned(
            "instrument_changed",
            True,
            _(
                "The widget’s words or place changed within these days, or differ between the "
                "variants. Compare from the day of the last change."
            ),
        )


def _trust(found: "Comparison") -> Iterator[Warned]:
    share = found.facts.unsigned
    if share is not None and share > UNSIGNED_ALARM:
        yield Warned(
            "unsigned",
            found.trust == ALL_TRUST,
            _(
                "%(share)s of the feedback is not signed, so anybody could have sent it. Only "
                "signed feedback decides; let your server sign the widget."
            )
            % {"share": percent(share)},
        )
