"""The form of an upload of ratings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Project
from annotation.models import Study
from conversations.forms import UploadInput

SOURCES = (
    ("", _("found out from the file")),
    ("jsonl", _("JSON Lines, one rating a record")),
    ("csv", _("CSV table, one score a row")),
    ("mtrag", _("MTRAG human evaluation")),
    ("dbdc3", _("Dialogue Breakdown Detection Challenge 3")),
    ("realpersonachat", _("RealPersonaChat, generated")),
    ("llmfao", _("LLMFAO comparisons")),
)


class RatingImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=UploadInput,
        max_length=1_000,
        error_messages={"empty": _("The file is empty: it holds not one byte. Export it again.")},
        help_text=_(
            "JSON Lines or CSV, or the original file of a known data set; .gz and .zip too."
        ),
    )
    study = forms.ModelChoiceField(
        label=_("Study"),
        queryset=Study.objects.none(),
        to_field_name="uid",
        required=False,
        empty_label=_("a new study, with the scale that the file brings"),
    )
    new_study = forms.CharField(
        label=_("Name of the new study"),
        max_length=120,
        required=False,
        help_text=_("Only data sets with a scale of their own can make a study."),
    )
    source = forms.ChoiceField(label=_("Format"), choices=SOURCES, required=False)
    revise = forms.BooleanField(
        label=_("Replace ratings that say something else"),
        required=False,
        help_text=_("The earlier rating is kept as its former version. Otherwise it is refused."),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["study"]
        choice.queryset = project.studies.order_by("-id")
