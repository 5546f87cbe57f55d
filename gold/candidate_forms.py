"""Forms of admission: shape and words; `gold.admission.rules` and the services check the rest."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidError
from core.text import storable
from gold.admission.rules import (
    COEFFICIENTS,
    LEAST_SIMILARITY,
    MOST_RATERS,
    RULES,
    Agreement,
    Rules,
)
from gold.admission.splits import read_splits
from gold.admission.words import coefficient_names, rule_name
from gold.candidate_list import NEWEST, NOT_YET
from gold.models import Candidate, Exposure, GoldDataset, Source

MOST_TEXT = 2_000_000


class CandidateFilter(forms.Form):
    """What the list of candidates shows; what is no choice of ours filters nothing."""

    q = forms.CharField(label=_("Words or id"), required=False, max_length=200)
    state = forms.ChoiceField(label=_("State"), required=False)
    outcome = forms.ChoiceField(label=pgettext_lazy("of admission", "Rules"), required=False)
    rule = forms.ChoiceField(label=_("Failed rule"), required=False)
    source = forms.ChoiceField(label=_("Brought by"), required=False)
    order = forms.ChoiceField(label=_("Order"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "state": [("", gettext("waiting")), *Candidate.State.choices[1:]],
            "outcome": [
                ("", gettext("all")),
                *(one for one in Candidate.Outcome.choices if one[0]),
                (NOT_YET, gettext("not checked yet")),
            ],
            "rule": [("", gettext("any")), *((rule, rule_name(rule)) for rule in RULES)],
            "source": [("", gettext("all")), *Source.choices],
            "order": [("", gettext("oldest first")), (NEWEST, gettext("newest first"))],
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        found = {name: str(value) for name, value in self.cleaned_data.items() if value}
        return found if storable(found.get("q", "")) else {}


class RulesForm(forms.Form):
    """The rules of admission in words."""

    settled = forms.BooleanField(label=_("Its verdicts are settled"), required=False)
    min_raters = forms.IntegerField(
        label=_("People who rated it, at least"),
        required=False,
        min_value=1,
        max_value=MOST_RATERS,
        help_text=_("Empty: any number."),
    )
    coefficient = forms.ChoiceField(
        label=_("Agreement on its criteria, in its study"), required=False
    )
    bar = forms.FloatField(
        label=_("Bar for the lower limit"),
        required=False,
        min_value=-1,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.001"}),
        help_text=_("Each criterion must reach it. 0.667 is a usual bar for alpha."),
    )
    personal_data = forms.BooleanField(
        label=_("Searched for personal data, and nothing found waits for a decision"),
        required=False,
    )
    near_duplicate = forms.FloatField(
        label=_("Likeness to any gold item, below"),
        required=False,
        min_value=LEAST_SIMILARITY,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.01"}),
        help_text=_(
            "The share of word pairs, or in Japanese of three characters in a row, that two "
            "dialogues have in common. Empty: duplicates are let in."
        ),
    )
    split_isolation = forms.BooleanField(
        label=_("Its input, group and end user stand in one split only"),
        required=False,
        help_text=_("Then it goes into that split too."),
    )
    not_exposed = forms.BooleanField(
        label=_("Its input was not used to train, prompt or calibrate anything"), required=False
    )
    splits = forms.CharField(
        label=_("Splits"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "A name and a share on each line, as “train 0.8” and “test 0.2”. Empty: all is “test”. "
            "What is gold already stays in its split."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = coefficient_names()
        self.fields["coefficient"].choices = [  # type: ignore[attr-defined]
            ("", gettext("not asked for")),
            *((key, names[key]) for key in COEFFICIENTS),
        ]

    @classmethod
    def of(cls, dataset: GoldDataset, rules: Rules) -> "RulesForm":
        asked = rules.min_agreement
        return cls(
            initial={
                "settled": rules.settled,
                "min_raters": rules.min_raters,
                "coefficient": asked.coefficient if asked else "",
                "bar": asked.bar if asked else Agreement().bar,
                "personal_data": rules.personal_data,
                "near_duplicate": rules.near_duplicate,
                "split_isolation": rules.split_isolation,
                "not_exposed": rules.not_exposed,
                "splits": "\n".join(
                    f"{name} {dataset.splits[name]:.15g}" for name in sorted(dataset.splits)
                ),
            }
        )

    def clean_splits(self) -> dict[str, float]:
        found: dict[str, Any] = {}
        for line in self.cleaned_data["splits"].splitlines():
            name, _space, share = line.strip().rpartition(" ")
            if not line.strip():
                continue
            try:
                found[name.strip()] = float(share)
            except ValueError as problem:
                raise forms.ValidationError(
                    gettext("“%(line)s” is no split. Write a name and a share, as “train 0.8”.")
                    % {"line": line.strip()}
                ) from problem
        try:
            return read_splits(found)
        except InvalidError as problem:
            raise forms.ValidationError(problem.message) from problem

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("coefficient") and data.get("bar") is None and "bar" not in self.errors:
            self.add_error("bar", gettext("Agreement needs a bar, from -1 to 1."))
        return data

    def rules(self) -> Rules:
        data = self.cleaned_data
        coefficient = data["coefficient"]
        return Rules(
            settled=data["settled"],
            min_raters=data["min_raters"],
            min_agreement=Agreement(coefficient, data["bar"]) if coefficient else None,
            personal_data=data["personal_data"],
            near_duplicate=data["near_duplicate"],
            split_isolation=data["split_isolation"],
            not_exposed=data["not_exposed"],
        )


class ExposureForm(forms.Form):
    """Input keys, pasted or in a file, and for what they were used."""

    use = forms.ChoiceField(label=_("Used for"), choices=Exposure.Use.choices)
    keys = forms.CharField(
        label=_("Input keys or conversation ids"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line."),
    )
    file = forms.FileField(
        label=_("Or a text file of them"), required=False, help_text=_("UTF-8, one a line.")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def text(self) -> str:
        """What was pasted, and what stands in the file beneath it."""
        file = self.cleaned_data["file"]
        if file is None:
            return str(self.cleaned_data["keys"])
        if file.size > MOST_TEXT * 4:
            raise InvalidError(gettext("The file is too large. Tell its keys in several parts."))
        try:
            words = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            raise InvalidError(
                gettext("The file is not UTF-8. Save it as UTF-8 text.")
            ) from problem
        return f"{self.cleaned_data['keys']}\n{words}"
