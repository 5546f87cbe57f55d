"""What a comparison is about, and the plan that is made before it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Project
from analytics.reports.compare_facts import latest_two, variants_of
from analytics.reports.compare_formulas import FORMULAS, Formula, formula_of
from analytics.reports.compare_sums import ALL_TRUST, COLUMNS
from analytics.reports.compare_words import strata_words
from core.text import storable
from surveys.models import CurrentFeedback, Trust

LONGEST = 120
LATEST = 200
"""Rows of feedback whose context is looked at for keys to compare by."""
TRUSTS = (
    (Trust.SIGNED, gettext_lazy("signed only")),
    (Trust.ORIGIN, gettext_lazy("from a listed site only")),
    (Trust.OPEN, gettext_lazy("from anywhere only")),
    (ALL_TRUST, gettext_lazy("all levels of trust")),
)


class CompareForm(forms.Form):
    a = forms.ChoiceField(label=gettext_lazy("Variant that is there"))
    b = forms.ChoiceField(label=gettext_lazy("Variant to compare"))
    metric = forms.ChoiceField(
        label=gettext_lazy("Measured by"),
        choices=[(key, one.label) for key, one in FORMULAS.items()],
        required=False,
    )
    by = forms.ChoiceField(label=gettext_lazy("Strata"), required=False)
    trust = forms.ChoiceField(label=gettext_lazy("Trust"), choices=TRUSTS, required=False)
    since = forms.DateField(
        label=gettext_lazy("From this day on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any, *, project: Project) -> None:
        given = {name: value for name, value in data.items() if value}
        metric = given.get("metric", "")
        kind = FORMULAS[metric if metric in FORMULAS else "thumb"].kind
        names = variants_of(project, kind)
        self.is_any = len(names) > 1
        usual = {"metric": "thumb", "trust": Trust.SIGNED}
        latest = latest_two(project, kind) if not ("a" in given or "b" in given) else None
        if latest:
            usual |= dict(zip("ab", latest, strict=True))
        super().__init__({**usual, **given})
        for side in ("a", "b"):
            other = [given[side]] if given.get(side) and given[side] not in names else []
            self._choose(side, [("", _("choose")), *((name, name) for name in [*names, *other])])
        keys = [*COLUMNS, *context_keys(project)]
        if given.get("by") and given["by"] not in keys:
            keys.append(given["by"])
        self._choose(
            "by",
            [
                ("", _("by language where there are several")),
                *((key, strata_words(key)) for key in keys),
            ],
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for name in ("a", "b", "by"):
            text = found.get(name) or ""
            if len(text) > LONGEST or not storable(text):
                self.add_error(name, _("Feedback cannot have such a name. Choose another one."))
        if found.get("a") and found.get("a") == found.get("b"):
            self.add_error("b", _("Both sides are the same variant. Choose two."))
        return found


def context_keys(project: Project) -> list[str]:
    """What applications say about their answers, from the latest feedback."""
    latest = CurrentFeedback.objects.filter(project=project).order_by("-at")[:LATEST]
    found = {key for context in latest.values_list("context", flat=True) for key in context}
    return sorted(key for key in found if len(key) <= LONGEST and key not in COLUMNS)


class PlanForm(forms.Form):
    """How much it takes to find a difference; hundredths are what people think in."""

    a = forms.CharField(label=gettext_lazy("Variant that is there"), max_length=LONGEST)
    b = forms.CharField(label=gettext_lazy("Variant to compare"), max_length=LONGEST)
    metric = forms.ChoiceField(
        label=gettext_lazy("Measured by"),
        choices=[(key, one.label) for key, one in FORMULAS.items()],
    )
    baseline = forms.FloatField(
        label=gettext_lazy("Share so far, %"),
        min_value=0.1,
        max_value=99.9,
        required=False,
        help_text=gettext_lazy("Thumbs up of all thumbs, for example. Means need none."),
    )
    difference = forms.FloatField(
        label=gettext_lazy("Smallest difference worth finding"),
        min_value=0.01,
        max_value=100,
        help_text=gettext_lazy(
            "In points of a hundred for shares and NPS, in points of the scale for means."
        ),
    )
    coverage = forms.FloatField(
        label=gettext_lazy("Coverage, %"),
        min_value=0.01,
        max_value=100,
        help_text=gettext_lazy("How many of a hundred showings bring feedback."),
    )
    per_person = forms.FloatField(
        label=gettext_lazy("Answers of one person"), min_value=1, max_value=1000
    )
    alike = forms.FloatField(
        label=gettext_lazy("How alike they are"),
        min_value=0,
        max_value=1,
        help_text=gettext_lazy("0: like those of strangers; 1: always the same. 0.3 is usual."),
    )

    @property
    def formula(self) -> Formula:
        return formula_of(self.cleaned_data["metric"])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.errors:
            return found
        if found["a"] == found["b"]:
            self.add_error("b", _("Both sides are the same variant. Name two."))
        if self.formula.is_share:
            if not found.get("baseline"):
                self.add_error("baseline", _("A share needs what it is so far. Write 80 for 80 %."))
            elif found["baseline"] + found["difference"] >= 100:
                self.add_error(
                    "difference", _("Share and difference together pass 100 %. Ask for less.")
                )
        elif found["difference"] > (longest := self.formula.length * self.formula.scale):
            self.add_error(
                "difference",
                _("From the lowest to the highest it is %(n)d points. Ask for less.")
                % {"n": longest},
            )
        return found
