"""Forms of the redaction pages."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Project
from conversations.models import ImportRun, Redaction
from conversations.models.redactions import NAMES_LENGTH
from conversations.spans import METADATA_TURN, Cut
from core.text import storable

LONGEST_PLACE = 2**31 - 1
LARGEST_KEY = 2**63 - 1


class QueueForm(forms.Form):
    q = forms.CharField(label=_("Words or id"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("all kinds")), *Redaction.Kind.choices], required=False
    )
    run = forms.ModelChoiceField(
        label=_("Import"),
        queryset=ImportRun.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("all imports"),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["run"].queryset = runs_of(project)  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """What is asked for; a filter that makes no sense asks for nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def clean_q(self) -> str:
        q: str = self.cleaned_data["q"]
        return q if storable(q) else ""


class ScanForm(forms.Form):
    run = forms.ModelChoiceField(
        label=_("Conversations"),
        queryset=ImportRun.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("all of the project"),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["run"].queryset = runs_of(project)  # type: ignore[attr-defined]


def runs_of(project: Project) -> QuerySet[ImportRun]:
    return project.import_runs.filter(state=ImportRun.State.DONE).order_by("-pk")


class NamesForm(forms.Form):
    names = forms.CharField(
        label=_("Names to look for"),
        max_length=NAMES_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "One a line, with a space between family and given name. A name is also found by its "
            "part before an honorific: 山田さん, Ms. Tanaka."
        ),
    )

    def clean_names(self) -> str:
        return refused_unless_storable(self.cleaned_data["names"])


ALWAYS = "always"


class DecisionForm(forms.Form):
    state = forms.ChoiceField(choices=Redaction.State.choices)


class PlaceForm(forms.Form):
    state = forms.ChoiceField(choices=[*Redaction.State.choices, (ALWAYS, _("always left"))])
    everywhere = forms.BooleanField(required=False)


class WrittenForm(forms.Form):
    """A place in what people wrote, as it was shown, and what is to come of it."""

    source = forms.CharField(max_length=40)
    key = forms.IntegerField(min_value=1, max_value=LARGEST_KEY)
    seen = forms.CharField(max_length=64)
    state = forms.ChoiceField(
        choices=[("accepted", _("hidden")), ("dismissed", _("left")), (ALWAYS, _("always left"))]
    )
    after = forms.IntegerField(min_value=0, max_value=LARGEST_KEY, required=False)


class MarkForm(forms.Form):
    """Words to hide wherever they stand, or a place that was selected in the page."""

    words = forms.CharField(
        label=_("Words to hide"),
        max_length=500,
        required=False,
        help_text=_("Exactly as they are written. Or select them in the text."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Redaction.Kind.choices, initial=Redaction.Kind.NAME
    )
    turn = forms.IntegerField(
        min_value=METADATA_TURN, max_value=32_767, required=False, widget=forms.HiddenInput
    )
    part = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    start = forms.IntegerField(
        min_value=0, max_value=LONGEST_PLACE, required=False, widget=forms.HiddenInput
    )
    end = forms.IntegerField(
        min_value=1, max_value=LONGEST_PLACE, required=False, widget=forms.HiddenInput
    )
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def clean_words(self) -> str:
        return refused_unless_storable(self.cleaned_data["words"])

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and self.place() is None and not given.get("words"):
            self.add_error("words", gettext("Type the words to hide, or select them in the text."))
        return given

    def place(self) -> Cut | None:
        """What was selected, if something was."""
        given = self.cleaned_data
        start, end = given.get("start"), given.get("end")
        if given.get("turn") is None or start is None or end is None or start >= end:
            return None
        return Cut(given["turn"], given["part"], start, end, "")


def refused_unless_storable(text: str) -> str:
    if not storable(text):
        raise forms.ValidationError(
            gettext("The text holds a sign that cannot be stored. Remove it.")
        )
    return text
