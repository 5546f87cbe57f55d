"""Rubrics as JSON files in the one shape: read, refused with every problem, written."""

from typing import Any

import orjson
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.models import RubricVersion
from annotation.rubric_editor import where
from annotation.rubric_schema import errors_of, normalise, validate_rubric
from core.errors import InvalidError
from core.phrases import labelled
from core.text import storable

MAX_BYTES = 2_000_000
SHOWN = 20
"""Of a file with more problems than this, the first are shown."""


def read_rubric(content: bytes, name: str) -> dict[str, Any]:
    """The rubric of a file, in full form; `InvalidError` says all that is wrong with it."""
    try:
        data = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise InvalidError(
            _(
                "“%(file)s” is not JSON: line %(line)d, %(reason)s. "
                "Export a rubric to see the shape."
            )
            % {"file": name, "line": error.lineno, "reason": error.msg}
        ) from None
    if problems := errors_of(validate_rubric(data)):
        raise InvalidError(
            _("“%(file)s” is no rubric that can be used: %(problem)s")
            % {"file": name, "problem": problems[0].message},
            fields={problem.path: problem.message for problem in problems},
        )
    return normalise(data)


def written(data: dict[str, Any]) -> bytes:
    return orjson.dumps(normalise(data), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def file_name(version: RubricVersion) -> str:
    return f"{version.rubric.slug}-{version.number}.json"


class RubricFileField(forms.FileField):
    """A file that holds a rubric; cleaned to the rubric."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file: UploadedFile | None = super().clean(data, initial)
        if file is None:
            return None
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _("“%(file)s” has more than %(limit)d MB. A rubric is a few kilobytes.")
                % {"file": file.name, "limit": MAX_BYTES // 1_000_000}
            )
        try:
            return read_rubric(file.read(), file.name or "")
        except InvalidError as refusal:
            raise forms.ValidationError(sentences(refusal)) from None


def sentences(refusal: InvalidError) -> list[str]:
    """Every problem with its place, as far as anybody reads on; else the refusal itself."""
    problems = [
        labelled(where(path) or path, message) if path else message
        for path, message in refusal.fields.items()
    ]
    if len(problems) > SHOWN:
        more = _("And %(n)d more problems.") % {"n": len(problems) - SHOWN}
        problems = [*problems[:SHOWN], more]
    return problems or [refusal.message]


class UploadForm(forms.Form):
    file = RubricFileField(label=gettext_lazy("JSON file"))


class NewRubricForm(forms.Form):
    """A rubric without a template: from a file, or empty under a name."""

    name_ja = forms.CharField(label="日本語", max_length=120, required=False)
    name_en = forms.CharField(label="English", max_length=120, required=False)
    file = RubricFileField(label=gettext_lazy("JSON file"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        names = [cleaned.get("name_ja") or "", cleaned.get("name_en") or ""]
        if not all(storable(name) for name in names):
            raise forms.ValidationError(_("The name holds a character that cannot be stored."))
        if not any(names) and not cleaned.get("file") and not self.errors:
            raise forms.ValidationError(
                _("Write a name in one of the languages, or choose a file.")
            )
        return cleaned

    def rubric(self) -> dict[str, Any]:
        if self.cleaned_data["file"]:
            found: dict[str, Any] = self.cleaned_data["file"]
            return found
        names = {"ja": self.cleaned_data["name_ja"], "en": self.cleaned_data["name_en"]}
        return {"name": names, "intro": {}, "criteria": []}
