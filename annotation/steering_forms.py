"""Forms with which a manager steers a study that is under way."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.models import Study, StudyRater
from annotation.quality_forms import PercentField
from annotation.services.extending import MOST
from annotation.services.lane_raters import active_raters

MOST_ITEMS = 1_000_000


class LimitsForm(forms.Form):
    cap = forms.IntegerField(
        label=_("Items, at most"), min_value=1, max_value=MOST_ITEMS, required=False
    )
    cap_day = forms.IntegerField(
        label=_("Items a day, at most"), min_value=1, max_value=MOST_ITEMS, required=False
    )
    share = PercentField(
        label=_("Share of all ratings, in percent, at most"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("It grows with the study when more is drawn."),
    )

    @classmethod
    def of(cls, study_rater: StudyRater, data: Any = None) -> "LimitsForm":
        return cls(data, initial={name: getattr(study_rater, name) for name in cls.base_fields})


class ReceiverForm(forms.Form):
    """Who gets the work of a rater: all others, or one of them."""

    receiver = forms.ChoiceField(label=_("Who gets it"), required=False)

    def __init__(self, *args: Any, others: Sequence[StudyRater], all_words: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.others = {str(one.rater.uid): one for one in others}
        named = [(uid, one.rater.display_name) for uid, one in self.others.items()]
        self.fields["receiver"].choices = [("", all_words), *named]  # type: ignore[attr-defined]

    def chosen(self) -> StudyRater | None:
        """None for all others."""
        return self.others.get(self.cleaned_data["receiver"])


class AsideForm(ReceiverForm):
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("It stays with the ratings. The rater does not see it."),
    )
    pause = forms.BooleanField(label=_("Pause the rater too"), required=False, initial=True)
    field_order = ("reason", "receiver", "pause")


class ExtendForm(forms.Form):
    more = forms.IntegerField(label=_("How many raters more an item"), min_value=1, initial=1)

    def __init__(self, *args: Any, study: Study, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["more"].max_value = MOST - study.overlap  # type: ignore[attr-defined]
        self.fields["more"].widget.attrs["max"] = MOST - study.overlap


def others_in(study_rater: StudyRater) -> list[StudyRater]:
    """Active raters of the study besides this one."""
    chairs = [one for one in active_raters(study_rater.study) if one.pk != study_rater.pk]
    for one in chairs:
        one.study = study_rater.study
    return chairs
