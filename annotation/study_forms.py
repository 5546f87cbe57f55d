"""Forms of studies: shape and words; the services check the rules."""

import secrets
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Project, Role
from annotation.criteria import spoken
from annotation.models import RubricVersion, Study
from annotation.pool import labels_of
from annotation.rankings import MOST_ANSWERS
from conversations.models import Variant
from core.errors import DomainError
from core.expressions import parse
from core.forms import ManyChoiceField

PROPOSED_SIZE = 100


class VersionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in stubs
    def label_from_instance(self, version: RubricVersion) -> str:
        facts = {
            "rubric": spoken(version.rubric.name, version.rubric.slug),
            "number": version.number,
        }
        return str(_("%(rubric)s, version %(number)s") % facts)


def ready_versions(project: Project) -> QuerySet[RubricVersion]:
    """What a new study can be put by."""
    return (
        RubricVersion.objects.filter(
            rubric__project=project,
            rubric__archived_at=None,
            state=RubricVersion.State.PUBLISHED,
        )
        .select_related("rubric")
        .order_by("rubric__slug", "-number")
    )


class StudyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    rubric_version = VersionChoice(
        label=_("Rubric"),
        queryset=RubricVersion.objects.none(),
        empty_label=None,
        help_text=_("Only published versions can be put before raters."),
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=Study.Purpose.choices,
        required=False,
        help_text=_(
            "A training and a set of control items have answers that are known beforehand; in a "
            "calibration all rate all, see each other and rate once more."
        ),
    )
    overlap = forms.IntegerField(
        label=_("Raters an item"),
        min_value=1,
        max_value=30,
        initial=3,
        help_text=_("Agreement needs at least 2; with 3 a majority can settle an item."),
    )
    policy = forms.ChoiceField(label=_("Order"), choices=Study.Policy.choices)
    lease_minutes = forms.IntegerField(
        label=_("Minutes an item is kept for a rater"),
        min_value=5,
        max_value=1440,
        initial=30,
        help_text=_("After that without a sign of life it goes to somebody else."),
    )
    show_system = forms.BooleanField(
        label=_("Show system turns to raters"),
        required=False,
        help_text=_("They may give the variant away; leave them hidden unless the rubric asks."),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rubric_version"].queryset = ready_versions(project)  # type: ignore[attr-defined]

    def clean_purpose(self) -> str:
        return self.cleaned_data["purpose"] or Study.Purpose.RATING


class VariantsField(ManyChoiceField):
    """Variants by the names under which draws know them."""

    labels: Mapping[int, str]

    def label_from_instance(self, variant: Variant) -> str:
        return self.labels[variant.pk]


class DrawForm(forms.Form):
    size = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=1_000_000, initial=PROPOSED_SIZE
    )
    where = forms.CharField(
        label=_("Only those where"),
        max_length=500,
        required=False,
        help_text=_('For example: language == ja and n_turns >= 4, or "meta.topic" == refund.'),
    )
    strata = forms.CharField(
        label=_("Strata"),
        max_length=120,
        required=False,
        help_text=_(
            "A field whose values are drawn from separately: variant, language, meta.topic."
        ),
        widget=forms.TextInput(attrs={"list": "pool-fields", "autocomplete": "off"}),
    )
    allocation = forms.ChoiceField(
        label=_("Shares of the strata"),
        choices=[("proportional", _("as in the pool")), ("equal", _("equal"))],
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2**62,
        help_text=_("The same seed, pool and size give the same draw again."),
    )
    variants = VariantsField(
        label=_("Variants to compare"),
        queryset=Variant.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Of more than two, each pair is compared about equally often, and all are connected. "
            "Choose none to compare all."
        ),
    )
    answers = forms.IntegerField(
        label=_("Answers an item"),
        min_value=2,
        max_value=MOST_ANSWERS,
        required=False,
        initial=2,
        help_text=_("Two are compared; more are put in order, best first, which gives all pairs."),
    )
    per_input = forms.IntegerField(
        label=_("Pairs on one input, at most"),
        min_value=1,
        max_value=1_000,
        required=False,
        initial=1,
        help_text=_(
            "For more than two variants: fewer pairs spread the ratings over more inputs. "
            "Leave empty for no limit."
        ),
    )

    def __init__(
        self, *args: Any, study: Study, pairs: bool, left: int | None = None, **kwargs: Any
    ) -> None:
        """`left` is what the pool still holds: no larger size is proposed."""
        kwargs.setdefault("initial", {}).setdefault("seed", secrets.randbelow(1_000_000))
        if left:
            kwargs["initial"].setdefault("size", min(left, PROPOSED_SIZE))
        super().__init__(*args, **kwargs)
        if pairs:
            field: Any = self.fields["variants"]
            field.queryset = study.project.variants.order_by("name", "pk")
            field.labels = labels_of(study.project)
        else:
            del self.fields["variants"], self.fields["answers"], self.fields["per_input"]

    def clean_where(self) -> str:
        where: str = self.cleaned_data["where"]
        if where:
            try:
                parse(where)
            except DomainError as problem:
                raise forms.ValidationError(problem.message) from None
        return where

    def compared(self) -> list[Variant] | None:
        """Those chosen, None for all."""
        return list(self.cleaned_data.get("variants", ())) or None


class NameRatersForm(forms.Form):
    members = ManyChoiceField(
        label=_("Members of the team"),
        queryset=Membership.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    cap = forms.IntegerField(
        label=_("Items each, at most"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=_("Leave empty for no limit."),
    )
    cap_day = forms.IntegerField(
        label=_("Items each on a day, at most"),
        min_value=1,
        max_value=1_000_000,
        required=False,
    )

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_project = Membership.objects.filter(projects=study.project).values("pk")
        named = study.study_raters.exclude(rater__user=None).values("rater__user")
        self.fields["members"].queryset = (  # type: ignore[attr-defined]
            Membership.objects.of_people()
            .filter(Q(limited=False) | Q(pk__in=of_project), team=study.project.team_id)
            .exclude(role=Role.VIEWER)
            .exclude(user__in=named)
            .select_related("user")
            .order_by("user__name")
        )
        self.fields["members"].label_from_instance = lambda member: str(member.user)  # type: ignore[attr-defined]


class InviteRaterForm(forms.Form):
    label = forms.CharField(
        label=_("For whom"),
        max_length=150,
        required=False,
        help_text=_("A name for your own list; the person does not see it."),
    )


class SettlingForm(forms.Form):
    """One group of fields a criterion: how close ratings must be to settle by themselves."""

    bar = forms.FloatField(
        label=_("Bar for the lower limit of alpha"),
        min_value=0,
        max_value=1,
        help_text=_("Set it before the ratings come in: 0.667 usable, 0.8 reliable."),
    )

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        kwargs["initial"] = {"bar": study.bar}
        self.rules: dict[str, dict[str, Any]] = dict(study.settling)
        super().__init__(*args, **kwargs)
        for criterion in study.rubric_version.criteria.order_by("position"):
            rule = self.rules.get(criterion.key)
            if rule is None:
                continue
            name = spoken(criterion.name, criterion.key)
            bound = "max_spread" if "max_spread" in rule else "min_share"
            label = (
                _("%(name)s: points between the lowest and the highest, at most")
                if bound == "max_spread"
                else _("%(name)s: share of the raters who say the same, at least")
            )
            self.fields[f"{criterion.key}.{bound}"] = forms.FloatField(
                label=label % {"name": name},
                min_value=0 if bound == "max_spread" else 0.01,
                max_value=None if bound == "max_spread" else 1,
                initial=rule.get(bound),
            )

    def settling(self) -> dict[str, Any]:
        changed = {key: dict(rule) for key, rule in self.rules.items()}
        for name, value in self.cleaned_data.items():
            key, dot, bound = name.rpartition(".")
            if dot:
                changed[key][bound] = value
        return changed
