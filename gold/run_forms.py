"""Forms of runs: the file with its rule, and what a run is held against."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.access import Place
from accounts.models import Membership
from annotation.models import Criterion
from conversations.forms import UploadInput, too_large
from gold.models import Run
from gold.release_forms import LARGEST_SAMPLE, Members, SampleForm, members_of
from gold.rubric_names import version_words
from gold.runs.bars import Bar, How, bars_of, tells_apart
from gold.runs.judging import PassRule, rule_from
from gold.runs.outcomes import PEOPLE, RULE
from gold.runs.people import ALL, WHICH

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


JUDGED_BY = (
    ("", _("people, and else by the rule")),
    (PEOPLE, _("people alone")),
    (RULE, _("the rule alone")),
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

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.TOUCHSTONE_MAX_UPLOAD:
            raise forms.ValidationError(too_large(file.size or 0))
        return file

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


class OutputsForm(SampleForm):
    """Which outputs people are to judge, by what, and who they are."""

    field_order = ("which", "size", "bar", "number", "overlap", "seed", "raters")
    which = forms.ChoiceField(label=_("Outputs"), choices=list(WHICH.items()), initial=ALL)
    size = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=LARGEST_SAMPLE,
        initial=50,
        help_text=_("Drawn at random from these; all of them where they are fewer."),
    )
    bar = forms.ChoiceField(
        label=_("An output passes when people settle on"),
        help_text=_(
            "A rubric of the release, one criterion of it, and what passes. Free text and criteria "
            "of passages, of pairs or with labels that each conversation brings are not offered: "
            "they judge no single answer."
        ),
    )
    number = forms.FloatField(
        label=_("At least"),
        required=False,
        min_value=-1_000_000,
        max_value=1_000_000,
        help_text=_("Only where the answer is a number."),
    )
    raters = Members(
        Membership.objects.none(),
        label=_("Raters"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They see the answers and the rubric, never the variant or the expected one."),
    )

    def __init__(self, *args: Any, run: Run, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = bars_of(run.release)
        self.bars: dict[str, Bar] = {one.name: one for _version, bars in found for one in bars}
        self.fields["bar"].choices = [  # type: ignore[attr-defined]
            (version_words(version), [(one.name, one.words) for one in bars])
            for version, bars in found
        ]
        if all(one.how != How.NUMBER for one in self.bars.values()):
            del self.fields["number"]
        self.fields["raters"].queryset = members_of(place)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A number passes from somewhere on its scale."""
        sent = super().clean() or self.cleaned_data
        bar = self.bars.get(sent.get("bar", ""))
        if bar and bar.how == How.NUMBER and "number" not in self.errors:
            self._check_number(bar.criterion, sent.get("number"))
        return sent

    def _check_number(self, criterion: Criterion, number: float | None) -> None:
        if number is None:
            self.add_error("number", _("This criterion is a number. Say from which on one passes."))
        elif not tells_apart(criterion, number):
            self.add_error("number", _("All answers to this criterion reach that number, or none."))

    @property
    def bar_chosen(self) -> Bar:
        return self.bars[self.cleaned_data["bar"]].at(self.cleaned_data.get("number"))


class GateForm(forms.Form):
    """Held against which run, and what is still let pass; shares are in percent."""

    against = forms.CharField(required=False, max_length=36)
    judged = forms.ChoiceField(label=_("Judged by"), choices=JUDGED_BY, required=False)
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
