"""Forms about the quality of raters: shape and words; the services check the rules."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Project
from annotation.models import Item, Qualification, Rater, RaterKind, Study
from annotation.services.answer_keys import Which
from annotation.services.quality import MOST_CHECKS

HIGHEST = int(MOST_CHECKS * 100)


class PercentField(forms.IntegerField):
    """A share as people say it: stored as 0.05, shown and typed as 5."""

    def prepare_value(self, value: Any) -> Any:
        return round(value * 100) if isinstance(value, float) else value

    def clean(self, value: Any) -> Any:
        percent = super().clean(value)
        return None if percent is None else percent / 100


class QualityForm(forms.Form):
    controls = forms.ModelChoiceField(
        label=_("Control items from"),
        queryset=Study.objects.none(),
        required=False,
        empty_label=_("no set"),
        help_text=_("A set of items with known answers, by the same version of the rubric."),
    )
    control_rate = PercentField(
        label=_("Share of a rater’s items that are control items, in percent"),
        min_value=0,
        max_value=HIGHEST,
        help_text=_("5 to 10 is usual. Raters cannot tell them from others."),
    )
    accuracy_bar = PercentField(
        label=_("Accuracy asked for, in percent"),
        min_value=1,
        max_value=99,
        required=False,
        help_text=_(
            "A rater is paused once even the upper limit of their accuracy is below it. Who is at "
            "the bar or above is ever paused with a chance of 5 % at most. Empty: nobody is paused."
        ),
    )
    retest_rate = PercentField(
        label=_("Share of items that come to their rater again, in percent"),
        min_value=0,
        max_value=HIGHEST,
        help_text=_("It shows how far raters agree with themselves."),
    )
    retest_after_hours = forms.IntegerField(
        label=_("Hours before an item comes again, at least"), min_value=1, max_value=2_000
    )
    requires = forms.ModelChoiceField(
        label=_("Qualification asked of raters"),
        queryset=Qualification.objects.none(),
        required=False,
        empty_label=_("none"),
    )
    show_own_severity = forms.BooleanField(
        label=_("Raters see their own severity"),
        required=False,
        help_text=_("How strict they are beside the others; never the others themselves."),
    )

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(study, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        sets = study.project.studies.filter(
            purpose=Study.Purpose.CONTROL, rubric_version=study.rubric_version_id
        )
        self.fields["controls"].queryset = sets.order_by("name")  # type: ignore[attr-defined]
        self.fields["requires"].queryset = study.project.qualifications.order_by("name")  # type: ignore[attr-defined]
        if study.purpose != Study.Purpose.RATING:
            for name in ("controls", "control_rate", "accuracy_bar", "retest_rate"):
                del self.fields[name]
            del self.fields["retest_after_hours"]


class TakeItemsForm(forms.Form):
    source = forms.ModelChoiceField(
        label=_("From the study"),
        queryset=Study.objects.none(),
        empty_label=None,
        help_text=_("Studies by the same version of the rubric that have settled items."),
    )
    which = forms.ChoiceField(
        label=_("Which items"),
        choices=[
            (Which.SETTLED, _("all that are settled")),
            (Which.ADJUDICATED, _("those a person has decided")),
            (Which.GOLD, _("those in gold")),
        ],
    )
    most = forms.IntegerField(
        label=_("How many, at most"), min_value=1, max_value=2_000, initial=20
    )
    tolerance = forms.FloatField(
        label=_("Points off that are still right"),
        min_value=0,
        max_value=10,
        initial=0,
        help_text=_("On scales with points in order; 1 takes a 3 or a 5 where a 4 is expected."),
    )

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        settled = Item.objects.filter(study=OuterRef("pk"), state=Item.State.SETTLED)
        sources = study.project.studies.filter(
            Exists(settled), rubric_version=study.rubric_version_id
        ).exclude(pk=study.pk)
        self.fields["source"].queryset = sources.order_by("-id")  # type: ignore[attr-defined]


class QualificationForm(forms.Form):
    """With a training, `needed` is asked for too."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("As raters read it: “this study asks for a qualification: Japanese”."),
    )


class NeededForm(forms.Form):
    needed = forms.IntegerField(label=_("Right items needed"), min_value=1, max_value=1_000)


class TrainedForm(QualificationForm, NeededForm):
    """A qualification that a training leads to."""

    field_order = ("name", "needed")


class GrantForm(forms.Form):
    rater = forms.ModelChoiceField(
        label=_("Rater"), queryset=Rater.objects.none(), empty_label=None
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, qualification: Qualification, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = qualification.holders.filter(revoked_at=None).values("rater")
        self.fields["rater"].queryset = (  # type: ignore[attr-defined]
            raters_in(qualification.project).exclude(pk__in=held).order_by("display_name")
        )


def raters_in(project: Project) -> Any:
    return project.raters.filter(kind=RaterKind.PERSON, tombstoned_at=None).exclude(user=None)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class ExclusionForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
