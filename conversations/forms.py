"""Forms of imports and of the list: they check shape and words, services check rules."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Project
from conversations.columns import Table
from conversations.importers.csv_files import GUESSES
from conversations.models import ImportRun, Variant
from core.languages import language_name

SOURCES = (
    ("", _("found out from the file")),
    ("jsonl", _("JSON Lines or JSON, one conversation a record")),
    ("messages", _("chat messages: role and content")),
    ("sharegpt", _("ShareGPT: from and value")),
    ("csv", _("CSV or TSV table")),
    ("mtrag", _("MTRAG human evaluation")),
    ("dbdc3", _("Dialogue Breakdown Detection Challenge 3")),
    ("realpersonachat", _("RealPersonaChat, generated")),
    ("llmfao", _("LLMFAO comparisons")),
)
ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("cp932", "Shift_JIS (CP932)"),
    ("euc-jp", "EUC-JP"),
    ("utf-16", "UTF-16"),
)
FIELDS = (
    ("", _("keep as metadata")),
    ("external_id", _("id of the conversation")),
    ("input", _("what was asked")),
    ("output", _("the answer")),
    ("reference", _("the answer expected")),
    ("passages", _("retrieved passages")),
    ("variant", _("variant")),
    ("model", _("model")),
    ("group_key", _("group: conversations of one source")),
    ("input_key", _("input: the same question to several variants")),
    ("language", _("language")),
    ("turns", _("all turns, as JSON")),
    ("turn.role", _("role of the turn")),
    ("turn.content", _("text of the turn")),
    ("turn.name", _("name of the speaker")),
    ("turn.at", _("time of the turn")),
    ("started_at", _("time of the conversation")),
    ("latency_ms", _("latency in milliseconds")),
    ("cost", _("cost")),
    ("tokens", _("tokens")),
    ("error", _("error")),
)
ROLES = ("user", "assistant", "system", "tool")
TARGETS = frozenset(name for name, _words in FIELDS if name)


class UploadInput(forms.FileInput):
    """Lets the browser refuse what is too large before it sends a byte."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        limit = settings.TOUCHSTONE_MAX_UPLOAD
        told = gettext("The file is larger than %(limit)s. Pack it, or send it in parts.")
        bounds = {
            "data-most-bytes": limit,
            "data-too-large": told % {"limit": filesizeformat(limit)},
        }
        return super().get_context(name, value, {**(attrs or {}), **bounds})


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=UploadInput,
        max_length=1_000,
        error_messages={"empty": _("The file is empty: it holds not one byte. Export it again.")},
        help_text=_(
            "JSON Lines, JSON or CSV; also packed as .gz or .zip. A preview comes first: nothing "
            "is stored before you say so."
        ),
    )
    source = forms.ChoiceField(label=_("Format"), choices=SOURCES, required=False)
    encoding = forms.ChoiceField(
        label=_("Encoding"), choices=ENCODINGS, required=False, initial="utf-8"
    )
    roles = forms.CharField(
        label=_("Who speaks"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Only where the file has words of its own for roles: one a line, as in customer = "
            "user. Roles are user, assistant, system and tool."
        ),
    )
    all_or_nothing = forms.BooleanField(
        label=_("Take the file whole or not at all"),
        required=False,
        help_text=_("Otherwise good lines come in and bad ones are reported."),
    )
    grow = forms.BooleanField(
        label=_("Let known conversations go on"),
        required=False,
        help_text=_(
            "A known id with the same turns and more at the end becomes a new conversation that "
            "continues the old. Otherwise such a line is refused."
        ),
    )

    def clean_roles(self) -> dict[str, str]:
        """Words of the file by themselves, each with the role it means."""
        roles: dict[str, str] = {}
        for line in self.cleaned_data["roles"].splitlines():
            word, equals, role = (part.strip() for part in line.partition("="))
            if not word and not equals:
                continue
            if not word or role not in ROLES:
                raise forms.ValidationError(
                    _("“%(line)s” is not WORD = ROLE, as in customer = user."),
                    params={"line": line},
                )
            roles[word] = role
        return roles

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.TOUCHSTONE_MAX_UPLOAD:
            raise forms.ValidationError(too_large(file.size or 0))
        return file


def too_large(size: int) -> str:
    return gettext(
        "The file has %(size)s; an upload may have %(limit)s. Pack it, send it in parts, or let "
        "the operator import it with manage.py import_conversations."
    ) % {"size": filesizeformat(size), "limit": filesizeformat(settings.TOUCHSTONE_MAX_UPLOAD)}


class ColumnsForm(forms.Form):
    """A choice for each column of a table; what was said before is chosen beforehand."""

    def __init__(
        self, *args: Any, table: Table, suggested: dict[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        for place, name in enumerate(table.names):
            field = (suggested or {}).get(table.path(place), "")
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=name or gettext("column %(number)d") % {"number": place + 1},
                choices=FIELDS,
                required=False,
                initial=field if field in TARGETS else "",
            )

    def columns(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Each choice with the first cells of its column."""
        return [(self[name], self.table.cells(place)) for place, name in enumerate(self.fields)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = [field for field in cleaned.values() if field]
        words = dict(FIELDS)
        for field in sorted({one for one in chosen if chosen.count(one) > 1}):
            raise forms.ValidationError(
                gettext("Two columns are “%(field)s”. Choose one of them.")
                % {"field": words[field]}
            )
        given = set(chosen)
        as_turns = {"external_id", "turn.role", "turn.content"} <= given
        if not as_turns and "turns" not in given and not {"input", "output"} <= given:
            raise forms.ValidationError(
                gettext(
                    "Say which columns hold the conversation: what was asked and the answer (a row "
                    "a conversation), or the id, the role and the text (a row a turn)."
                )
            )
        return cleaned

    def mapping(self) -> dict[str, str]:
        """Every column has its place, so that the reader guesses none that was set aside."""
        mapping: dict[str, str] = {}
        for place in range(len(self.table.names)):
            path = self.table.path(place)
            field = self.cleaned_data[f"column_{place}"]
            if field or is_guessed(self.table.names[place]):
                mapping[field or f"metadata.{path}"] = path
        return mapping


def is_guessed(name: str) -> bool:
    return any(name.lower() in words for words in GUESSES.values())


class FilterForm(forms.Form):
    """The list's filters; what is not understood filters nothing."""

    q = forms.CharField(label=_("Search"), max_length=200, required=False)
    variant = forms.ModelChoiceField(
        label=_("Variant"),
        queryset=Variant.objects.none(),
        required=False,
        to_field_name="uid",
        empty_label=_("all"),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=(("", _("newest first")), ("oldest", _("oldest first"))),
    )
    group = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)
    input = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)
    run = forms.ModelChoiceField(
        queryset=ImportRun.objects.none(),
        required=False,
        to_field_name="uid",
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, project: Project, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["variant"].queryset = project.variants.order_by("name")
        fields["run"].queryset = project.import_runs.all()
        fields["language"].choices = [
            ("", _("all")),
            *((code, language_name(code)) for code in languages),
        ]

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
