"""Scales: what a criterion (or a survey's question) allows, and how an answer is stored.

An answer is what a person chose: the key of a point, a number, or a set of labels. It is stored
in one of two columns: `value`, the 0-based position of the declared point or a bit mask of labels,
or `number`, for numeric scales. Words go elsewhere and are missing for statistics.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import InvalidError

MAX_LABELS = 31
"""A mask of labels is a signed 32-bit integer in both databases."""


class Target(TextChoices):
    """What one score speaks about."""

    CONVERSATION = "conversation", gettext_lazy("Conversation")
    TURN = "turn", gettext_lazy("Turn")
    PASSAGE = "passage", gettext_lazy("Passage")
    PAIR = "pair", gettext_lazy("Pair")


class Kind(TextChoices):
    """How a rater answers."""

    BINARY = "binary", gettext_lazy("Yes or no")
    NOMINAL = "nominal", gettext_lazy("One of several categories")
    ORDINAL = "ordinal", gettext_lazy("Points in order")
    NUMERIC = "numeric", gettext_lazy("Number")
    MULTI = "multi", gettext_lazy("Several labels")
    TEXT = "text", gettext_lazy("Free text")


class Level(TextChoices):
    """What may be computed with the answers (Stevens' levels of measurement)."""

    NOMINAL = "nominal", gettext_lazy("Nominal")
    ORDINAL = "ordinal", gettext_lazy("Ordinal")
    INTERVAL = "interval", gettext_lazy("Interval")
    RATIO = "ratio", gettext_lazy("Ratio")


LAWFUL_LEVELS: Mapping[str, tuple[str, ...]] = {
    Kind.BINARY: (Level.NOMINAL,),
    Kind.NOMINAL: (Level.NOMINAL,),
    Kind.ORDINAL: (Level.ORDINAL, Level.INTERVAL),
    Kind.NUMERIC: (Level.INTERVAL, Level.RATIO, Level.ORDINAL),
    Kind.MULTI: (Level.NOMINAL,),
    Kind.TEXT: ("",),
}
"""The levels each kind may have; the first is its default. Text has none."""

POINT_KINDS = frozenset({Kind.BINARY.value, Kind.NOMINAL.value, Kind.ORDINAL.value})
"""Kinds whose answer is exactly one declared point."""


class ScaleError(InvalidError):
    """An answer that its scale does not allow, as a sentence."""


class Stored(NamedTuple):
    """The two columns of a score; exactly one of them is set."""

    value: int | None = None
    number: float | None = None


Answer = str | float | tuple[str, ...]


@dataclass(frozen=True)
class Scale:
    """The allowed answers of one criterion.

    `points` are the keys from low to high. `minimum` and `maximum` bound a number; for several
    labels they bound how many are ticked. `name` is what error sentences call the criterion.
    """

    kind: str
    level: str
    points: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    name: str = ""

    @property
    def has_points(self) -> bool:
        return self.kind in POINT_KINDS


def is_lawful(kind: str, level: str) -> bool:
    return level in LAWFUL_LEVELS.get(kind, ())


def default_level(kind: str) -> str:
    return str(LAWFUL_LEVELS[kind][0])


def default_metric(kind: str, level: str) -> str:
    """The distance with which Krippendorff's alpha compares two answers; "" for free text.

    Sets of labels are compared with MASI, which gives credit for labels in common; every other
    kind takes the metric that bears the name of its level.
    """
    return "masi" if kind == Kind.MULTI else level


def encode(scale: Scale, answer: object) -> Stored:
    """Turn an answer into what is stored.

    A point is named by its key, never by its position: 5 and "5" both mean the point with key
    "5". Labels come as any iterable of keys. Raises `ScaleError` for anything else.
    """
    if scale.has_points:
        return Stored(value=_position(scale, answer))
    if scale.kind == Kind.MULTI:
        return Stored(value=_mask(scale, answer))
    if scale.kind == Kind.NUMERIC:
        return Stored(number=_number(scale, answer))
    raise ScaleError(
        _("Criterion “%(name)s” asks for words, which have no place on a scale. Keep them as text.")
        % {"name": scale.name}
    )


def decode(scale: Scale, stored: Stored) -> Answer:
    """Turn what is stored back into the answer; labels come in the order of the scale."""
    value, number = stored
    if scale.has_points and value is not None and 0 <= value < len(scale.points):
        return scale.points[value]
    if scale.kind == Kind.MULTI and value is not None and 0 <= value < 1 << len(scale.points):
        return labels_of(scale.points, value)
    if scale.kind == Kind.NUMERIC and number is not None:
        return number
    raise ScaleError(
        _(
            "The stored score %(stored)s is not on the scale of “%(name)s”. "
            "It belongs to another version of the rubric."
        )
        % {"stored": value if number is None else number, "name": scale.name}
    )


def labels_of(points: Sequence[str], mask: int) -> tuple[str, ...]:
    """The labels whose bits are set in a mask."""
    return tuple(key for position, key in enumerate(points) if mask >> position & 1)


def _position(scale: Scale, answer: object) -> int:
    key = _as_key(answer)
    if key not in scale.points:
        raise ScaleError(
            _(
                "Score “%(answer)s” is not on the scale of “%(name)s” (%(points)s). "
                "Choose one of its points."
            )
            % {"answer": key, "name": scale.name, "points": ", ".join(scale.points)}
        )
    return scale.points.index(key)


def _as_key(answer: object) -> str:
    if isinstance(answer, float) and answer.is_integer():
        return str(int(answer))
    return str(answer)


def _mask(scale: Scale, answer: object) -> int:
    if len(scale.points) > MAX_LABELS:
        raise ScaleError(
            _("“%(name)s” has %(n)d labels, and %(limit)d are allowed. Split the criterion.")
            % {"name": scale.name, "n": len(scale.points), "limit": MAX_LABELS}
        )
    if isinstance(answer, str) or not isinstance(answer, Iterable):
        raise ScaleError(
            _("“%(name)s” takes a list of labels, not “%(answer)s”. Send a list, empty for none.")
            % {"name": scale.name, "answer": answer}
        )
    mask = 0
    for label in answer:
        mask |= 1 << _position(scale, label)
    ticked = mask.bit_count()
    if scale.maximum is not None and ticked > scale.maximum:
        raise ScaleError(
            _("“%(name)s” allows at most %(limit)d labels, and %(n)d are ticked. Untick some.")
            % {"name": scale.name, "limit": scale.maximum, "n": ticked}
        )
    if scale.minimum is not None and ticked < scale.minimum:
        raise ScaleError(
            _("“%(name)s” needs at least %(limit)d labels, and %(n)d are ticked. Tick more.")
            % {"name": scale.name, "limit": scale.minimum, "n": ticked}
        )
    return mask


def _number(scale: Scale, answer: object) -> float:
    number = _as_number(answer)
    if number is None:
        raise ScaleError(
            _("“%(name)s” takes a number, not “%(answer)s”. Enter a number such as 12.5.")
            % {"name": scale.name, "answer": answer}
        )
    below = scale.minimum is not None and number < scale.minimum
    above = scale.maximum is not None and number > scale.maximum
    if below or above:
        raise ScaleError(
            _("Score %(number)s is outside the range of “%(name)s” (%(range)s). Stay within it.")
            % {"number": f"{number:g}", "name": scale.name, "range": _range(scale)}
        )
    if scale.step and not _on_step(number, scale.minimum or 0.0, scale.step):
        raise ScaleError(
            _("Score %(number)s of “%(name)s” is not on a step of %(step)s from %(origin)s.")
            % {
                "number": f"{number:g}",
                "name": scale.name,
                "step": f"{scale.step:g}",
                "origin": f"{scale.minimum or 0.0:g}",
            }
        )
    return number


def _as_number(answer: object) -> float | None:
    if isinstance(answer, bool) or not isinstance(answer, int | float | str):
        return None
    if isinstance(answer, str) and "_" in answer:
        return None
    try:
        number = float(answer)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _on_step(number: float, origin: float, step: float) -> bool:
    steps = (number - origin) / step
    return math.isclose(steps, round(steps), rel_tol=0, abs_tol=1e-6)


def _range(scale: Scale) -> str:
    if scale.maximum is None:
        return f"≥ {scale.minimum:g}"
    if scale.minimum is None:
        return f"≤ {scale.maximum:g}"
    return _("%(low)s to %(high)s") % {"low": f"{scale.minimum:g}", "high": f"{scale.maximum:g}"}
