"""One question as a page shows it: points with the keys that choose them, sides of a pair.

What stands left and right is drawn for each rater. A page speaks of left and right only; which
conversation that was is known to the assignment.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from annotation.answers import Answer, Question, Unit
from annotation.criteria import SIDES, spoken
from annotation.criteria import is_about_sides as is_about_sides
from annotation.models import Criterion
from core.expressions import Ast
from core.scales import Kind

#: Keys that the page itself answers to; a point cannot have them.
RESERVED = frozenset("acfgjknpsuz?/")
MARK = re.compile(r"[-−+]?[0-9]{1,3}|[A-Z]")
"""A point's key that says enough to stand large in its button."""
WIDE_LABEL = 13
"""A longer label does not fit into a button of a row of points."""


@dataclass(frozen=True)
class Option:
    value: str
    mark: str
    """What stands large in the button: the point's own number or letter, else the key to press."""
    label: Any
    anchor: Any
    shortcut: str
    is_chosen: bool
    examples: Sequence[Mapping[str, Any]] = ()
    effect: str = ""

    @property
    def has_other_key(self) -> bool:
        """Whether the key to press is not the mark itself and must be printed beside it."""
        return bool(self.shortcut) and self.shortcut != self.mark.lower()


@dataclass(frozen=True)
class Ask:
    """One question as the page shows it."""

    question: Question
    answer: Answer
    options: Sequence[Option]
    show_if: Ast | None
    error: str = ""
    where: str = ""
    """Names the unit, where the question does not stand beside it."""

    @property
    def name(self) -> str:
        return self.question.name

    @property
    def criterion(self) -> Criterion:
        return self.question.criterion

    @property
    def unit(self) -> Unit:
        return self.question.unit

    @property
    def dom_id(self) -> str:
        return "q-" + self.name.replace(".", "-")

    @property
    def group(self) -> str:
        """Questions of one unit, which `show_if` may look at."""
        return f"{self.unit.turn}.{self.unit.passage}"

    @property
    def widget(self) -> str:
        if self.question.is_tick:
            return "tick"
        simple = {Kind.MULTI: "labels", Kind.NUMERIC: "number", Kind.TEXT: "text"}
        return simple.get(Kind(self.criterion.kind), "points")

    @property
    def arrangement(self) -> str:
        """How the points stand: in a row, in many narrow cells, or one below the other."""
        longest = max((_width(option.label) for option in self.options), default=0)
        if longest > WIDE_LABEL or (self.criterion.kind == Kind.NOMINAL and len(self.options) > 4):
            return "list"
        return "many" if len(self.options) > 6 else ""

    @property
    def is_verdict(self) -> bool:
        return is_about_sides(self.criterion)

    @property
    def has_anchors(self) -> bool:
        return any(option.anchor for option in self.options)

    @property
    def is_required(self) -> bool:
        if self.widget == "labels":
            return self.least > 0
        return self.criterion.required and self.widget != "tick"

    @property
    def least(self) -> int:
        """How many labels must be ticked."""
        return int(self.criterion.minimum or 0) if self.widget == "labels" else 0

    @property
    def effect(self) -> str:
        """What a tick costs, unless the rubric's own words say it."""
        words = _effect_words(self.criterion.effect)
        return "" if words in spoken(self.criterion.name) else words

    @property
    def is_ticked(self) -> bool:
        return self.answer.chosen == self.options[-1].value

    @property
    def low(self) -> str:
        return _plain(self.criterion.minimum)

    @property
    def high(self) -> str:
        return _plain(self.criterion.maximum)

    @property
    def step(self) -> str:
        return _plain(self.criterion.step) or "any"

    @property
    def bounds(self) -> str:
        if self.low and self.high:
            return _("%(low)s to %(high)s") % {"low": self.low, "high": self.high}
        return f"≥ {self.low}" if self.low else f"≤ {self.high}" if self.high else ""

    @property
    def condition(self) -> str:
        """For the browser, which evaluates the same tree."""
        return json.dumps(self.show_if) if self.show_if else ""


def stops_of(asks: Sequence[Ask]) -> list[list[Ask]]:
    """One question a stop of the keyboard; ticks that follow each other share one."""
    stops: list[list[Ask]] = []
    for ask in asks:
        if stops and ask.question.is_tick and stops[-1][-1].question.is_tick:
            stops[-1].append(ask)
        else:
            stops.append([ask])
    return stops


def side_key(value: str, swapped: bool) -> str:
    """From what the page calls a side to the conversation that stood there."""
    return {"left": "b" if swapped else "a", "right": "a" if swapped else "b"}.get(value, value)


def shown_side(key: str, swapped: bool) -> str:
    return {"a": "right" if swapped else "left", "b": "left" if swapped else "right"}.get(key, key)


def shown_sides(ast: Ast, swapped: bool) -> Ast:
    """A condition in the words of the page, which must not say which conversation is which."""
    return [
        shown_sides(part, swapped)
        if isinstance(part, list)
        else shown_side(part, swapped)
        if isinstance(part, str)
        else part
        for part in ast
    ]


def side_options(
    question: Question, answer: Answer, swapped: bool, names: tuple[str, str] | None = None
) -> list[Option]:
    """Left, what stands between, right: the ends where the answers stand.

    `names` are those of the two answers, where they do not stand left and right.
    """
    between = [point for point in question.criterion.points if point["key"] not in SIDES]
    left, right = names or (_("Left"), _("Right"))
    shown = [
        ("left", left, None),
        *((point["key"], point["label"], point.get("anchor")) for point in between),
        ("right", right, None),
    ]
    chosen = shown_side(str(answer.chosen), swapped)
    return [
        Option(value, str(n), label, anchor, str(n), is_chosen=value == chosen)
        for n, (value, label, anchor) in enumerate(shown, start=1)
    ]


def point_options(question: Question, answer: Answer) -> list[Option]:
    chosen = {answer.chosen} if isinstance(answer.chosen, str) else set(answer.chosen)
    if question.labels:
        keys = shortcuts([label.key for label in question.labels])
        return [
            Option(
                label.key, key, label.text, None, key, label.key in chosen,
                effect=_effect_words({"minus": label.effect.minus, "cap": label.effect.cap}),
            )
            for label, key in zip(question.labels, keys, strict=True)
        ]  # fmt: skip
    points = question.criterion.points
    keys = shortcuts([point["key"] for point in points])
    names_itself = all(MARK.fullmatch(point["key"]) for point in points)
    return [
        Option(
            value=point["key"],
            mark=point["key"] if names_itself else key,
            label=_own_label(point),
            anchor=point.get("anchor"),
            shortcut=key,
            is_chosen=point["key"] in chosen,
            examples=point.get("examples") or (),
        )
        for point, key in zip(points, keys, strict=True)
    ]


def _own_label(point: Mapping[str, Any]) -> Any:
    """The label, unless it only repeats the key."""
    label = point.get("label") or {}
    return "" if set(label.values()) <= {point["key"]} else label


def shortcuts(keys: Sequence[str]) -> list[str]:
    """What to press for each point: its own digit or letter if all have one, else its place."""
    lowered = [key.lower() for key in keys]
    if all(key.isascii() and key.isdigit() for key in keys):
        return [key if len(key) == 1 else "" for key in keys]
    if all(len(key) == 1 and key.isascii() and key.isalpha() for key in lowered) and not (
        RESERVED & set(lowered)
    ):
        return lowered
    return [str(place) if place <= 9 else "" for place in range(1, len(keys) + 1)]


def _width(label: Any) -> int:
    """About how many Latin letters wide."""
    text = label if isinstance(label, str) else spoken(label or {})
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def _effect_words(effect: Mapping[str, Any] | None) -> str:
    if not effect:
        return ""
    if effect.get("cap") is not None:
        return _("at most %(n)s") % {"n": effect["cap"]}
    return f"−{effect['minus']}" if effect.get("minus") else ""
