"""A stored criterion as the pure modules see it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import get_language

from annotation import rubric_shape
from annotation.models import Criterion
from core.scales import Kind, Scale, Target

SIDES = frozenset({"a", "b"})
PARTS = frozenset({Target.TURN, Target.PASSAGE})


def scale_of(criterion: Criterion, points: tuple[str, ...] | None = None) -> Scale:
    """Its scale, named in the reader's language; `points` gives a conversation's own labels."""
    scale = rubric_shape.scale_of(as_data(criterion), points)
    return replace(scale, name=spoken(criterion.name, criterion.key))


def spoken(words: Mapping[str, str], fallback: str = "") -> str:
    """The words in the reader's language, else in any."""
    chosen = (get_language() or "en").split("-")[0]
    return words.get(chosen) or next((word for word in words.values() if word), fallback)


def can_exemplify(criterion: Criterion) -> bool:
    """One answer under one point; two answers side by side are not an example of either."""
    has_points = criterion.kind in {Kind.NOMINAL, Kind.ORDINAL, Kind.BINARY} and criterion.points
    return bool(has_points) and criterion.target != Target.PAIR and not criterion.derived


def ask_of_conversation(criteria: Iterable[Criterion]) -> bool:
    """Whether its turns or its own points decide what is asked; else it need not be read."""
    return any(one.points_from or one.target in PARTS for one in criteria)


def is_about_sides(criterion: Criterion) -> bool:
    """Its points name the answers of a pair, so they move with the sides."""
    keys = {point["key"] for point in criterion.points}
    return criterion.target == Target.PAIR and keys >= SIDES


def as_data(criterion: Criterion) -> dict[str, Any]:
    """The criterion in the JSON shape of templates, exports and the editor."""
    return {name: getattr(criterion, name) for name in rubric_shape.CRITERION_DEFAULTS}
