"""Forms of the team's pages about surveys; what respondents send is `surveys.answering`'s."""

from typing import Any

import orjson
from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text import storable
from surveys.documents import MAX_BYTES
from surveys.models import Survey
from surveys.services.surveys import SETTINGS

MOST_PEOPLE = 1_000_000
MOST_DAYS = 3_650


class NewSurveyForm(forms.Form):
    """A survey without a template: from JSON in a file or a box, or empty under a name."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("For your own lists; respondents see the title."),
    )
    file = forms.FileField(
        label=gettext_lazy("JSON file"),
        required=False,
        help_text=gettext_lazy("A survey that was downloaded here, or one of SurveyJS."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    json = forms.CharField(
        label=gettext_lazy("Or its JSON, pasted"),
        required=False,
        max_length=MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "class": "code"}),
    )

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if not storable(name):
            raise forms.ValidationError(_("The name holds a character that cannot be stored."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file, text = cleaned.get("file"), cleaned.get("json")
        if file and file.size > MAX_BYTES:
            self.add_error(
                "file",
                _("The file has %(n)d bytes, and %(limit)d are allowed. Shorten or split it.")
                % {"n": file.size, "limit": MAX_BYTES},
            )
        elif file or text:
            cleaned["data"] = self._read("file", file.read()) if file else self._read("json", text)
        return cleaned

    def _read(self, field: str, text: Any) -> object:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            said = _("This is no JSON: line %(line)d, column %(column)d cannot be read. Mend it.")
            self.add_error(field, said % {"line": error.lineno, "column": error.colno})
            return None


class SurveySettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # as in the stubs
    """When, whom and how often a survey asks."""

    share = forms.DecimalField(
        label=gettext_lazy("Share of respondents who are asked, in per cent"),
        min_value=0.01,
        max_value=100,
        decimal_places=2,
        help_text=gettext_lazy(
            "Drawn by a hash: the same person is always in or always out, and the share is stored "
            "with each response. Raised, it keeps everybody who was in."
        ),
    )
    slug = forms.CharField(
        label=gettext_lazy("Address, after /s/"),
        max_length=60,
        validators=[
            RegexValidator(
                r"\A[a-z0-9-]+\Z",
                gettext_lazy("Write small letters, digits and hyphens, such as after-chat."),
            )
        ],
        error_messages={"unique": gettext_lazy("This address is taken. Choose another one.")},
        help_text=gettext_lazy("Whoever has the old address no longer finds the survey."),
    )

    class Meta:
        model = Survey
        fields = (
            "name",
            "slug",
            "is_open",
            "opens_at",
            "closes_at",
            "quota",
            "cap_per_day",
            "cooldown_days",
        )
        labels = {
            "is_open": gettext_lazy("Whoever has the address may answer"),
            "opens_at": gettext_lazy("Opens"),
            "closes_at": gettext_lazy("Closes"),
            "quota": gettext_lazy("Complete responses at most"),
            "cap_per_day": gettext_lazy("People asked a day at most, in pages of yours"),
            "cooldown_days": gettext_lazy("Days before the same person is asked again"),
        }
        help_texts = {
            "is_open": gettext_lazy("Unticked, only a link that you made opens it."),
            "cap_per_day": gettext_lazy("They are spread over the day."),
        }
        widgets = {
            name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            for name in ("opens_at", "closes_at")
        }

    field_order = ("name", "slug", "is_open", "opens_at", "closes_at", "quota", "share")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["share"].initial = f"{round(self.instance.sample_p * 100, 2):g}"
        for name, most in (("quota", MOST_PEOPLE), ("cap_per_day", MOST_PEOPLE)):
            self.fields[name] = bounded(self.fields[name], 1, most)
        self.fields["cooldown_days"] = bounded(self.fields["cooldown_days"], 0, MOST_DAYS)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if not storable(name):
            raise forms.ValidationError(_("The name holds a character that cannot be stored."))
        return name

    def changes(self) -> dict[str, Any]:
        """What differs from the survey, under the names of its settings."""
        changes = {name: self.cleaned_data[name] for name in self.changed_data if name in SETTINGS}
        if "share" in self.changed_data:
            changes["sample_p"] = float(self.cleaned_data["share"]) / 100
        return changes


def bounded(field: Any, low: int, high: int) -> forms.IntegerField:
    """The same field, within what the database can hold."""
    return forms.IntegerField(
        label=field.label,
        help_text=field.help_text,
        required=field.required,
        min_value=low,
        max_value=high,
    )
