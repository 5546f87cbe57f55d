"""Forms of runs: the file with its rule, and what a run is held against."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conversations.forms import UploadInput
from gold.runs.judging import PassRule, rule_from

KINDS = (
    ("given", _("the file says so (passed)")),
    ("score", _("a score is at least …")),
    ("agrees", _("a score is what people settled")),
    ("matches", _("the output is the expected answer")),
)
HOWS = (
    ("alike", _("but for width, case and space")),
    ("contains", _("it contains the expected answer")),
    ("exact", _("to the letter")),
)


class RunForm(forms.Form):
    release = forms.ChoiceField(label=_("Release"))
    variant = forms.CharField(
        label=_("Variant"),
        max_length=120,
        help_text=_("Which prompt, model or version answered. It names the run."),
    )
    file = forms.FileField(
        label=_("Outputs"),
        widget=UploadInput,
        max_length=1_000,
        help_text=_(
            "JSON Lines, JSON or CSV: input_key and output, and passed or scores where something "
            "judged them already."
        ),
    )
    kind = forms.ChoiceField(label=_("An output passes when"), choices=KINDS)
    criterion = forms.CharField(
        label=_("Name of the score"),
        max_length=60,
        required=False,
        help_text=_("Only where a score decides: a criterion, as in “helpful”."),
    )
    at_least = forms.FloatField(
        label=_("At least"),
        required=False,
        min_value=-1_000_000,
        max_value=1_000_000,
        help_text=_("Only where a score must be reached."),
    )
    how = forms.ChoiceField(label=_("How texts are compared"), choices=HOWS, required=False)
    note = forms.CharField(
        label=_("Note"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, releases: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["release"].choices = releases  # type: ignore[attr-defined]

    @property
    def rule(self) -> PassRule:
        """What the fields say; an impossible rule is refused by its own sentence."""
        data = self.cleaned_data
        return rule_from(
            {
                "kind": data["kind"],
                "criterion": data["criterion"],
                "at_least": data["at_least"],
                "how": data["how"] or "alike",
            }
        )


class GateForm(forms.Form):
    """Held against which run, and what is still let pass; shares are in percent."""

    against = forms.CharField(required=False, max_length=36)
    margin = forms.FloatField(
        label=_("Loss that is let pass, in points"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"step": "0.5"}),
    )
    at_least = forms.FloatField(
        label=_("Share to reach, in percent"),
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"step": "0.5"}),
    )
