"""The forms of an import of answers: the file, and what each of its columns becomes."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conversations.forms import ENCODINGS, UploadInput
from core.errors import InvalidError
from surveys.importing.plan import ONE_COLUMN, As, Part, Plan, checked
from surveys.importing.table import Table

LANGUAGES = (("en", "English"), ("ja", "日本語"))
HEADERS = ((0, _("found out from the file")), (1, _("one row")), (2, _("two rows")))
HIGHEST, LOWEST = 100, -10


class ResponseFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=UploadInput,
        max_length=1_000,
        error_messages={"empty": _("The file is empty: it holds not one byte. Export it again.")},
        help_text=_(
            "CSV, one respondent a row. What each column is comes next; nothing is stored before "
            "you say so."
        ),
    )
    language = forms.ChoiceField(label=_("Language of the questions"), choices=LANGUAGES)
    header_rows = forms.TypedChoiceField(
        label=_("Header"), choices=HEADERS, coerce=int, required=False
    )
    encoding = forms.ChoiceField(
        label=_("Encoding"), choices=ENCODINGS, required=False, initial="utf-8"
    )


class PlanForm(forms.Form):
    title = forms.CharField(label=_("Name of the survey"), max_length=120)
    language = forms.ChoiceField(label=_("Language of the questions"), choices=LANGUAGES)


class PartForm(forms.Form):
    """One part of the plan; which columns it has is not asked, but sent and checked."""

    columns = forms.CharField(widget=forms.HiddenInput, max_length=4_000)
    other = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=1_000
    )
    what = forms.ChoiceField(label=_("Becomes"))
    name = forms.SlugField(label=_("Name"), max_length=60, required=False)
    title = forms.CharField(
        label=_("Question"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    low = forms.IntegerField(
        label=_("Lowest point"), required=False, min_value=LOWEST, max_value=HIGHEST
    )
    high = forms.IntegerField(
        label=_("Highest point"), required=False, min_value=LOWEST, max_value=HIGHEST
    )
    points = forms.CharField(
        label=_("Words of points"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, as in 1 = Strongly disagree."),
    )
    words = forms.CharField(
        label=_("Choices"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, in the order of the question."),
    )
    empty = forms.CharField(
        label=_("No answer"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1}),
        help_text=_("Cells that say nothing, such as N/A; one a line."),
    )

    def __init__(self, *args: Any, n_columns: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what: Any = self.fields["what"]
        what.choices = [
            (value, label)
            for value, label in As.choices
            if n_columns == 1 or value not in ONE_COLUMN
        ]

    def clean_columns(self) -> tuple[int, ...]:
        try:
            return tuple(int(at) for at in self.cleaned_data["columns"].split())
        except ValueError:
            raise forms.ValidationError(_("Load the page again: its columns were lost.")) from None

    def clean_points(self) -> tuple[tuple[int, str], ...]:
        found = []
        for line in self.cleaned_data["points"].splitlines():
            number, equals, words = (part.strip() for part in line.partition("="))
            if not line.strip():
                continue
            if not equals or not number.lstrip("-").isdecimal() or len(number) > 4:
                raise forms.ValidationError(
                    _("“%(line)s” is not NUMBER = WORDS, as in 1 = Strongly disagree."),
                    params={"line": line[:80]},
                )
            found.append((int(number), words))
        return tuple(found)

    def clean_words(self) -> tuple[str, ...]:
        return _lines(self.cleaned_data["words"])

    def clean_empty(self) -> tuple[str, ...]:
        return _lines(self.cleaned_data["empty"])

    def part(self) -> Part:
        given = self.cleaned_data
        return Part(
            what=given["what"],
            columns=given["columns"],
            name=given["name"].replace("-", "_"),
            title=given["title"].replace("\r\n", "\n"),
            low=given["low"],
            high=given["high"],
            points=given["points"],
            words=given["words"],
            empty=given["empty"],
            other=given["other"],
        )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


class PlanForms:
    """The plan as forms: one for the whole, one a part."""

    def __init__(self, plan: Plan, table: Table, data: Any = None) -> None:
        self.plan, self.table = plan, table
        whole = {"title": plan.title, "language": plan.language}
        self.whole = PlanForm(data, initial=whole)
        self.parts = [
            PartForm(
                data,
                prefix=f"p{number}",
                initial=initial_of(part),
                n_columns=len(part.columns),
            )
            for number, part in enumerate(plan.parts)
        ]

    @property
    def shown(self) -> Iterable[tuple[PartForm, Part, Sequence[str]]]:
        """Each part with the headers of its columns."""
        for form, part in zip(self.parts, self.plan.parts, strict=True):
            columns = [self.table.columns[at] for at in part.all_columns()]
            yield form, part, [" – ".join(filter(None, (c.question, c.option))) for c in columns]

    def chosen(self) -> Plan | None:
        """The plan that was sent; None, and the forms say why, where it is none."""
        if not all([self.whole.is_valid(), *(form.is_valid() for form in self.parts)]):
            return None
        parts = [form.part() for form in self.parts]
        if [part.all_columns() for part in parts] != [
            part.all_columns() for part in self.plan.parts
        ]:
            self.whole.add_error(None, gettext("Load the page again: its columns were lost."))
            return None
        given = self.whole.cleaned_data
        plan = Plan(given["title"], given["language"], self.plan.header_rows, tuple(parts))
        try:
            return checked(plan)
        except InvalidError as refusal:
            self.whole.add_error(None, refusal.message)
            return None


def initial_of(part: Part) -> dict[str, Any]:
    return {
        "columns": " ".join(map(str, part.columns)),
        "other": part.other,
        "what": part.what,
        "name": part.name,
        "title": part.title,
        "low": part.low,
        "high": part.high,
        "points": "\n".join(f"{point} = {words}" for point, words in part.points),
        "words": "\n".join(part.words),
        "empty": "\n".join(part.empty),
    }
