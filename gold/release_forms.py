"""Forms of what stands around a release: audits of its labels, and what to add next."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import Place
from accounts.models import Membership, Role
from annotation.models import RubricVersion, Study
from annotation.study_forms import VersionChoice
from core.http import whole

LARGEST_SAMPLE = 2_000


class Rows(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # no subscript at run time
    """Rows by their keys; a number that no key can be is no choice, and SQLite is not asked."""

    def _check_values(self, value: Any) -> Any:
        for key in value:
            if whole(str(key)) is None:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], "invalid_choice", {"value": key}
                )
        return super()._check_values(value)  # type: ignore[misc]


class Members(Rows):
    """People by their names; who is what in the team is said on the team's page."""

    def label_from_instance(self, member: Membership) -> str:
        return str(member.user)


def members_of(place: Place) -> QuerySet[Membership]:
    """Who may be asked to rate in the project."""
    of_project = Membership.objects.filter(projects=place.project).values("pk")
    members = (
        Membership.objects.of_people()
        .filter(Q(limited=False) | Q(pk__in=of_project), team=place.project.team_id)
        .exclude(role=Role.VIEWER)
    )
    return members.select_related("user")


class SampleForm(forms.Form):
    """What every draw asks that goes before raters at once."""

    overlap = forms.IntegerField(label=_("Raters an item"), min_value=1, max_value=9, initial=2)
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2**62,
        help_text=_("The same seed draws the same items."),
    )


class AuditForm(SampleForm):
    field_order = ("version", "size", "overlap", "seed", "raters")
    version = VersionChoice(RubricVersion.objects.none(), label=_("Rubric version"))
    size = forms.IntegerField(
        label=_("Items to rate again"),
        min_value=2,
        max_value=LARGEST_SAMPLE,
        initial=60,
        help_text=_("Drawn at random; four times as many halve the interval."),
    )
    raters = Members(
        Membership.objects.none(),
        label=_("Raters"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They see the conversations and the rubric, never the labels of gold."),
    )

    def __init__(
        self,
        *args: Any,
        place: Place,
        versions: list[RubricVersion],
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        found = RubricVersion.objects.filter(pk__in=[one.pk for one in versions])
        self.fields["version"].queryset = found.select_related("rubric")  # type: ignore[attr-defined]
        if versions:
            self.fields["version"].initial = versions[0]
        self.fields["raters"].queryset = members_of(place)  # type: ignore[attr-defined]


class NextForm(forms.Form):
    study = forms.ModelChoiceField(
        Study.objects.none(),
        label=_("Into the study"),
        help_text=_("Its raters get these conversations next; nothing is claimed about the pool."),
    )

    def __init__(self, *args: Any, place: Place, **kw: Any) -> None:
        super().__init__(*args, **kw)
        open_ones = place.project.studies.exclude(state=Study.State.CLOSED)
        rating = open_ones.filter(
            purpose=Study.Purpose.RATING, census=False, label_audit=None, run_study=None
        )
        self.fields["study"].queryset = rating.order_by("-pk")  # type: ignore[attr-defined]
