"""The form of a route from feedback to raters."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Project
from annotation.models import Study
from core.scales import Target
from surveys.models import Kind
from surveys.reason_words import DOWN_REASONS, REASON_WORDS

MOST_A_DAY = 100_000
ANSWERS = (("0", _("Thumb down")), ("1", _("Thumb up")))
REASONS = tuple((key, REASON_WORDS[key]) for key in DOWN_REASONS)


def studies_for_routes(project: Project) -> Any:
    """Studies that rate conversations one by one and can take more of them."""
    return (
        project.studies.filter(purpose=Study.Purpose.RATING, imported=False)
        .exclude(state=Study.State.CLOSED)
        .exclude(rubric_version__criteria__target=Target.PAIR)
        .order_by("name", "pk")
    )


class RouteForm(forms.Form):
    study = forms.ModelChoiceField(Study.objects.none(), label=_("Into study"), empty_label=None)
    values = forms.MultipleChoiceField(
        label=_("Which feedback"),
        choices=ANSWERS,
        initial=["0"],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reasons = forms.MultipleChoiceField(
        label=_("Only with one of these reasons"),
        choices=REASONS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: with any reason or none."),
    )
    rate = forms.IntegerField(
        label=_("Of conversations with such feedback, percent"),
        min_value=1,
        max_value=100,
        initial=100,
    )
    rate_rest = forms.FloatField(
        label=_("Of all others that were shown, percent"),
        min_value=0,
        max_value=100,
        initial=1,
        help_text=_(
            "Some of the others too: only so can ratings say how good all answers are, and how "
            "much feedback misses."
        ),
    )
    per_day = forms.IntegerField(
        label=_("At most a day"),
        min_value=1,
        max_value=MOST_A_DAY,
        initial=200,
        help_text=_("The rest wait for the next day."),
    )

    def __init__(self, data: Any, *, project: Project) -> None:
        super().__init__(data)
        self.fields["study"].queryset = studies_for_routes(project)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not found.get("values") and not found.get("reasons") and not self.errors:
            self.add_error("values", _("Tick at least one."))
        return found

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "study": self.cleaned_data["study"],
            "kind": Kind.THUMB,
            "values": [int(value) for value in self.cleaned_data["values"]],
            "reasons": self.cleaned_data["reasons"],
            "rate": self.cleaned_data["rate"] / 100,
            "rate_rest": self.cleaned_data["rate_rest"] / 100,
            "per_day": self.cleaned_data["per_day"],
        }
