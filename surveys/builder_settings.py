"""The fields of a question that hold no words, in the order in which the builder shows them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Setting(NamedTuple):
    label: Any
    choices: Sequence[tuple[str, Any]] = ()
    help: Any = ""
    placeholder: str = ""


TICKS: Mapping[str, Any] = {
    "isRequired": _("Must be answered"),
    "consent": _("With a box “I agree”"),
}
SETTINGS: Mapping[str, Setting] = {
    "min": Setting(_("Lowest")),
    "max": Setting(_("Highest")),
    "items": Setting(
        pgettext_lazy("of a questionnaire", "Items"),
        (("two_items", _("two items: ease and fit")), ("sus", _("SUS, ten items"))),
        _("SUS keeps its wording: changed, it is no SUS any more."),
    ),
    "minSelectedChoices": Setting(_("At least so many")),
    "maxSelectedChoices": Setting(_("At most so many")),
    "inputType": Setting(_("Takes"), (("text", _("text")), ("number", _("a number")))),
    "maxLength": Setting(_("Characters at most")),
    "choicesOrder": Setting(_("In random order for each person, and the order is stored")),
    "rowsOrder": Setting(_("Rows in random order for each person, and the order is stored")),
    "visibleIf": Setting(_("Shown only if")),
    "requiredIf": Setting(_("Must be answered if")),
}
