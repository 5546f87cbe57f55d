"""Whether a rubric is well made: every problem at once, each with its place and a sentence.

An error keeps a version from being published; a warning (a text without its translation, a point
without words) does not. What is checked may be anything that JSON can hold. The shape itself is
`rubric_shape`, whose functions are offered here too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from annotation.derived import GUIDANCE_SOURCES
from annotation.rubric_problems import (
    RubricProblem,
    choice_problems,
    errors_of,
    example_problems,
    is_number,
    key_problems,
    language_name,
    languages_of,
    unknown_fields,
    word_problems,
)
from annotation.rubric_relations import relation_problems
from annotation.rubric_shape import (
    CRITERION_DEFAULTS,
    LANGUAGES,
    POINT_FIELDS,
    RUBRIC_FIELDS,
    WORD_FIELDS,
    content_hash,
    meaning_hash,
    normalise,
    normalise_criterion,
    present,
    scale_hash,
    scale_of,
)
from core.scales import MAX_LABELS, POINT_KINDS, Kind, Target, is_lawful
from core.text import storable

__all__ = [
    "RubricProblem",
    "content_hash",
    "errors_of",
    "meaning_hash",
    "normalise",
    "normalise_criterion",
    "scale_hash",
    "scale_of",
    "validate_rubric",
]

MAX_CRITERIA = 50
MAX_POINTS = 100
POINT_KEY = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,58}[^\s\x00-\x1f\x7f])?")


def validate_rubric(data: object) -> list[RubricProblem]:
    """Every problem of a rubric in the shape of `rubric_shape`, in the order of its parts."""
    if not isinstance(data, Mapping):
        return [RubricProblem("", _("A rubric is an object with a key, a name and criteria."))]
    return list(_rubric(data))


def _rubric(data: Mapping[str, Any]) -> Iterator[RubricProblem]:
    data = present(data)
    languages = sorted(languages_of(data))
    yield from unknown_fields("", data, RUBRIC_FIELDS)
    yield from key_problems("key", data.get("key"))
    yield from word_problems("name", data.get("name"), languages, required=True)
    yield from word_problems("intro", data.get("intro"), languages)
    for language in LANGUAGES:
        if languages and language not in languages:
            message = _("The rubric has no words in %(language)s.")
            yield RubricProblem("", message % {"language": language_name(language)}, is_error=False)
    criteria = data.get("criteria")
    if not isinstance(criteria, list) or not 1 <= len(criteria) <= MAX_CRITERIA:
        yield RubricProblem(
            "criteria",
            _("A rubric has between 1 and %(limit)d criteria.") % {"limit": MAX_CRITERIA},
        )
        return
    earlier: dict[str, Mapping[str, Any]] = {}
    for number, criterion in enumerate(criteria):
        path = f"criteria[{number}]"
        if not isinstance(criterion, Mapping):
            yield RubricProblem(path, _("A criterion is an object with a key, a name and a kind."))
            continue
        criterion = present(criterion)
        yield from _criterion(path, criterion, languages)
        yield from relation_problems(path, criterion, earlier)
        key = criterion.get("key")
        if isinstance(key, str) and key in earlier:
            yield RubricProblem(
                f"{path}.key",
                _("Criterion key “%(key)s” is used twice. Rename one.") % {"key": key},
            )
        elif isinstance(key, str):
            earlier[key] = criterion


def _criterion(
    path: str, data: Mapping[str, Any], languages: Sequence[str]
) -> Iterator[RubricProblem]:
    yield from unknown_fields(path, data, tuple(CRITERION_DEFAULTS))
    yield from key_problems(f"{path}.key", data.get("key"))
    for name in WORD_FIELDS:
        yield from word_problems(
            f"{path}.{name}", data.get(name), languages, required=name == "name"
        )
    yield from choice_problems(f"{path}.target", data.get("target", "conversation"), Target.values)
    yield from choice_problems(f"{path}.kind", data.get("kind"), Kind.values)
    kind = data.get("kind")
    level = data.get("level", "")
    if kind in Kind.values and level != "" and not is_lawful(str(kind), str(level)):
        yield RubricProblem(
            f"{path}.level",
            _("Level “%(level)s” is not lawful for a criterion of kind “%(kind)s”.")
            % {"level": level, "kind": kind},
        )
    yield from _points(path, data, languages)
    yield from example_problems(f"{path}.examples", data.get("examples"), languages)
    yield from _bounds(path, data)
    for name in ("required", "cannot_judge"):
        if not isinstance(data.get(name, True), bool):
            yield RubricProblem(f"{path}.{name}", _("This is either true or false."))
    weight = data.get("weight", 1.0)
    if not is_number(weight) or weight < 0:
        yield RubricProblem(f"{path}.weight", _("A weight is a number of at least 0."))
    yield from _effect(f"{path}.effect", data)


def _points(
    path: str, data: Mapping[str, Any], languages: Sequence[str]
) -> Iterator[RubricProblem]:
    points, kind, source = data.get("points", []), data.get("kind"), data.get("points_from", "")
    path_here = f"{path}.points"
    if not isinstance(points, list) or not all(isinstance(point, Mapping) for point in points):
        yield RubricProblem(path_here, _("Points are a list of objects with a key and a label."))
        return
    if message := _number_of_points(len(points), kind, source):
        yield RubricProblem(path_here, message)
    if source != "" and (kind != Kind.MULTI or source not in GUIDANCE_SOURCES):
        yield RubricProblem(
            f"{path}.points_from",
            _("Only a criterion of several labels takes its labels from %(sources)s.")
            % {"sources": ", ".join(GUIDANCE_SOURCES)},
        )
    seen: set[str] = set()
    for number, point in enumerate(points):
        here = f"{path_here}[{number}]"
        key = point.get("key")
        yield from unknown_fields(here, point, POINT_FIELDS)
        if not isinstance(key, str) or not POINT_KEY.fullmatch(key) or not storable(key):
            yield RubricProblem(f"{here}.key", _("A point's key is a short text, such as “5”."))
        elif key in seen:
            yield RubricProblem(
                f"{here}.key", _("Point “%(key)s” is there twice. Rename one.") % {"key": key}
            )
        else:
            seen.add(key)
        yield from word_problems(f"{here}.label", point.get("label"), languages)
        yield from word_problems(f"{here}.anchor", point.get("anchor"), languages)
        if str(kind) in POINT_KINDS and not (point.get("label") or point.get("anchor")):
            yield RubricProblem(
                here, _("Point “%(key)s” has no words yet.") % {"key": key}, is_error=False
            )
        yield from example_problems(f"{here}.examples", point.get("examples"), languages)


def _number_of_points(count: int, kind: object, source: object) -> str | None:
    if kind in (Kind.NUMERIC, Kind.TEXT) or source:
        return _("This criterion takes no points of its own. Remove them.") if count else None
    if kind == Kind.BINARY:
        return _("A yes-or-no criterion has exactly 2 points.") if count not in (0, 2) else None
    if kind == Kind.MULTI:
        if 1 <= count <= MAX_LABELS:
            return None
        message = _("A criterion of several labels has between 1 and %(limit)d of them, not %(n)d.")
        return message % {"limit": MAX_LABELS, "n": count}
    if 2 <= count <= MAX_POINTS:
        return None
    message = _("A scale has between 2 and %(limit)d points, not %(n)d.")
    return message % {"limit": MAX_POINTS, "n": count}


def _bounds(path: str, data: Mapping[str, Any]) -> Iterator[RubricProblem]:
    bounds = {name: data.get(name) for name in ("minimum", "maximum", "step")}
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    kind = data.get("kind")
    for name, bound in given.items():
        here = f"{path}.{name}"
        if not is_number(bound):
            yield RubricProblem(here, _("This is a number, or empty."))
            return
        if kind not in (Kind.NUMERIC, Kind.MULTI) or (kind == Kind.MULTI and name == "step"):
            yield RubricProblem(here, _("A criterion of this kind takes no bound here. Remove it."))
    low, high, step = bounds["minimum"], bounds["maximum"], bounds["step"]
    if low is not None and high is not None and (low > high or (low == high and kind == "numeric")):
        yield RubricProblem(
            f"{path}.maximum",
            _("The maximum %(high)s is not above the minimum %(low)s.")
            % {"high": f"{high:g}", "low": f"{low:g}"},
        )
    if step is not None and step <= 0:
        yield RubricProblem(f"{path}.step", _("A step is above 0."))
    if kind == Kind.MULTI and any(bound < 0 or bound % 1 for bound in given.values()):
        yield RubricProblem(path, _("How many labels may be ticked is a whole number from 0."))


def _effect(path: str, data: Mapping[str, Any]) -> Iterator[RubricProblem]:
    effect = data.get("effect")
    if effect is None:
        return
    well_made = (
        isinstance(effect, Mapping)
        and len(effect) == 1
        and set(effect) <= {"minus", "cap"}
        and all(type(v) is int and 0 < v <= MAX_POINTS for v in effect.values())
    )
    if not well_made or data.get("kind") != Kind.BINARY:
        yield RubricProblem(
            path,
            _("An effect belongs to a yes-or-no criterion and is minus or cap, a whole number."),
        )
