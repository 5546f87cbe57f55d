"""What can be wrong with one field of a rubric, whatever JSON put there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annotation.rubric_shape import EXAMPLE_FIELDS, LANGUAGES, present
from core.text import storable

MAX_TEXT = 10_000
MAX_NUMBER = 1e15
"""Below this a double holds every whole number; NaN and infinity are not below it."""
KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True)
class RubricProblem:
    """One thing that is wrong, at a path such as "criteria[2].points[0].label"."""

    path: str
    message: str
    is_error: bool = True


def errors_of(problems: Sequence[RubricProblem]) -> list[RubricProblem]:
    """The problems that stand in the way of publishing."""
    return [problem for problem in problems if problem.is_error]


def key_problems(path: str, value: object) -> Iterator[RubricProblem]:
    if not isinstance(value, str) or not KEY.fullmatch(value):
        yield RubricProblem(
            path,
            _("Key “%(key)s” is not 1 to 60 ASCII letters, digits, “_” or “-”. Change it.")
            % {"key": value if isinstance(value, str) and storable(value) else ""},
        )


def choice_problems(path: str, value: object, allowed: Sequence[str]) -> Iterator[RubricProblem]:
    if value not in allowed:
        yield RubricProblem(
            path,
            _("“%(value)s” is none of %(allowed)s.")
            % {"value": value if isinstance(value, str) else "", "allowed": ", ".join(allowed)},
        )


def unknown_fields(
    path: str, data: Mapping[str, Any], known: Sequence[str]
) -> Iterator[RubricProblem]:
    for name in data:
        if name not in known:
            yield RubricProblem(
                f"{path}.{name}" if path else str(name),
                _("“%(name)s” is not part of a rubric and will be left out.") % {"name": name},
                is_error=False,
            )


def word_problems(
    path: str, value: object, languages: Sequence[str], *, required: bool = False
) -> Iterator[RubricProblem]:
    texts = present(value) if isinstance(value, Mapping) else value
    if texts is None:
        texts = {}
    if not isinstance(texts, Mapping) or not all(isinstance(t, str) for t in texts.values()):
        yield RubricProblem(path, _("Words are an object of texts by language: en, ja."))
        return
    yield from unknown_fields(path, texts, LANGUAGES)
    for language, text in texts.items():
        if not storable(text):
            message = _("The text holds a NUL or half a character. Remove it.")
            yield RubricProblem(f"{path}.{language}", message)
        elif len(text) > MAX_TEXT:
            yield RubricProblem(
                f"{path}.{language}",
                _("The text has %(n)d characters, and %(limit)d are allowed. Shorten it.")
                % {"n": len(text), "limit": MAX_TEXT},
            )
    there = {language for language, text in texts.items() if text.strip()}
    if not there and required:
        yield RubricProblem(path, _("A name is missing in every language. Write one."))
    for language in languages:
        if there and language not in there:
            yield RubricProblem(
                f"{path}.{language}",
                _("The words in %(language)s are missing.") % {"language": language_name(language)},
                is_error=False,
            )


def example_problems(path: str, value: object, languages: Sequence[str]) -> Iterator[RubricProblem]:
    examples = [] if value is None else value
    if not isinstance(examples, list) or not all(isinstance(e, Mapping) for e in examples):
        yield RubricProblem(path, _("Examples are a list of objects with a verdict and a text."))
        return
    for number, example in enumerate(examples):
        yield from unknown_fields(f"{path}[{number}]", example, EXAMPLE_FIELDS)
        yield from choice_problems(
            f"{path}[{number}].verdict", example.get("verdict"), ["good", "bad"]
        )
        yield from word_problems(f"{path}[{number}].text", example.get("text"), languages)


def languages_of(value: object) -> set[str]:
    """The languages in which a rubric has any words at all; nesting of any depth is walked."""
    languages: set[str] = set()
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, Mapping):
            languages |= {
                name
                for name, text in part.items()
                if name in LANGUAGES and isinstance(text, str) and text.strip()
            }
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
    return languages


def language_name(language: str) -> str:
    return {"en": _("English"), "ja": _("Japanese")}[language]


def is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < MAX_NUMBER
