"""The form of how a study gives out its items; the services check the rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from annotation.lanes import Lane, lanes_in
from annotation.models import Study
from annotation.services.policies import MOST_LANES
from conversations.listing import languages_of

SPARE = 2
"""Empty rows below the lanes that there are."""


class PolicyForm(forms.Form):
    open_to = forms.ChoiceField(
        label=_("Who rates"), choices=Study.OpenTo.choices, widget=forms.RadioSelect
    )
    policy = forms.ChoiceField(
        label=_("Order"),
        choices=Study.Policy.choices,
        widget=forms.RadioSelect,
        help_text=_("Who is severe can be told from items that raters share; blocks see to that."),
    )
    overlap_max = forms.IntegerField(
        label=_("Raters of a disputed item, at most"),
        min_value=2,
        max_value=30,
        required=False,
        help_text=_(
            "Where the first ones disagree, one rater more is asked at a time, up to this number. "
            "Agreement is computed on the first ones only. Empty: a person decides."
        ),
    )

    @classmethod
    def of(cls, study: Study, data: Mapping[str, Any] | None = None) -> "PolicyForm":
        initial = {name: getattr(study, name) for name in cls.base_fields}
        return cls(data, initial=initial)


class LaneForm(forms.Form):
    name = forms.CharField(label=_("Lane"), max_length=60, required=False)
    where = forms.CharField(label=_("Items where"), max_length=500, required=False)
    qualification = forms.ChoiceField(label=_("Raters need"), required=False)

    def __init__(self, *args: Any, qualifications: Sequence[tuple[str, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["qualification"].choices = [("", _("nothing")), *qualifications]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("name") and (given.get("where") or given.get("qualification")):
            self.add_error("name", _("Give the lane a name."))
        return given

    def lane(self) -> Lane | None:
        """None for an empty row."""
        given = self.cleaned_data
        if not given.get("name"):
            return None
        return Lane(given["name"], given["where"], given["qualification"])


class LanesForm:
    """The lanes of a study, one row each and some empty ones."""

    def __init__(
        self,
        study: Study,
        data: Mapping[str, Any] | None = None,
        lanes: Sequence[Lane] | None = None,
    ) -> None:
        named = study.project.qualifications.order_by("name").values_list("slug", "name")
        shown = lanes_in(study.lanes) if lanes is None else lanes
        rows = MOST_LANES if data is not None else min(len(shown) + SPARE, MOST_LANES)
        self.rows = [
            LaneForm(
                data,
                prefix=f"lane{number}",
                initial=_initial(shown[number]) if number < len(shown) else None,
                qualifications=list(named),
            )
            for number in range(rows)
        ]

    def is_valid(self) -> bool:
        return not any(row.errors for row in self.rows)

    def lanes(self) -> list[Lane]:
        return [lane for row in self.rows if (lane := row.lane())]

    @property
    def shown(self) -> list[LaneForm]:
        """The rows that were filled, and some empty ones."""
        filled = [number for number, row in enumerate(self.rows) if row["name"].value()]
        return self.rows[: max(filled, default=-1) + 1 + SPARE]


def _initial(lane: Lane) -> dict[str, str]:
    return {"name": lane.name, "where": lane.where, "qualification": lane.qualification}


def by_language(study: Study) -> list[Lane]:
    """A lane for each language of the pool, asking for the qualification of that name."""
    slugs = set(study.project.qualifications.values_list("slug", flat=True))
    found = [code for code in languages_of(study.project) if code][:MOST_LANES]
    lanes = []
    for place, code in enumerate(found, start=1):
        name = _language_name(code)
        wanted = next((slug for slug in (code, name.lower()) if slug in slugs), "")
        where = f"language == {code}" if place < len(found) else ""
        lanes.append(Lane(name, where, wanted))
    return lanes


def urgent_first() -> list[Lane]:
    return [Lane(str(_("urgent")), '"meta.priority" == high'), Lane(str(_("all others")))]


def _language_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name"])
    except KeyError:
        return code
