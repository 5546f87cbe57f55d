"""The editor's page as its template needs it: each field with its name, its text, its problems."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from annotation.derived import GUIDANCE_SOURCES
from annotation.rubric_forms import Typed
from annotation.rubric_problems import RubricProblem
from core.phrases import enumerated
from core.scales import Kind, Level, Target

LANGUAGES = ("ja", "en")
"""In the order in which they stand beside each other."""

OPEN_AT_MOST = 2
"""With more criteria than this, all begin folded."""

Choices = Sequence[tuple[str, Any]]


class Problems:
    """What is wrong, by field."""

    def __init__(self, problems: Sequence[RubricProblem]) -> None:
        self.all = problems
        self._by_path: dict[str, list[RubricProblem]] = {}
        for problem in problems:
            self._by_path.setdefault(problem.path, []).append(problem)

    def at(self, *paths: str) -> list[RubricProblem]:
        return [problem for path in paths for problem in self._by_path.get(path, ())]

    def within(self, path: str) -> list[RubricProblem]:
        return [
            p for p in self.all if p.path == path or p.path.startswith((f"{path}.", f"{path}["))
        ]


@dataclass(frozen=True)
class Field:
    path: str
    label: str
    value: Any
    problems: Sequence[RubricProblem] = ()
    choices: Choices = ()
    help: str = ""
    language: str = ""
    is_long: bool = False

    @property
    def dom_id(self) -> str:
        return dom_id(self.path)

    @property
    def is_wrong(self) -> bool:
        return any(problem.is_error for problem in self.problems)

    @property
    def described_by(self) -> str:
        parts = [("help", self.help), ("problems", self.problems)]
        return " ".join(f"{self.dom_id}-{name}" for name, there in parts if there)


@dataclass(frozen=True)
class Words:
    """One text in every language, side by side."""

    path: str
    label: str
    fields: Sequence[Field]
    problems: Sequence[RubricProblem] = ()
    help: str = ""

    @property
    def dom_id(self) -> str:
        return dom_id(self.path)


@dataclass(frozen=True)
class ExampleFields:
    path: str
    verdict: Field
    text: Words

    @property
    def dom_id(self) -> str:
        return dom_id(self.path)


@dataclass(frozen=True)
class PointFields:
    path: str
    number: int
    key: Field
    label: Words
    anchor: Words
    examples: Sequence[ExampleFields]
    problems: Sequence[RubricProblem]

    @property
    def dom_id(self) -> str:
        return dom_id(self.path)

    @property
    def title(self) -> str:
        return _("point %(n)d") % {"n": self.number}


@dataclass(frozen=True)
class CriterionFields:
    path: str
    number: int
    is_open: bool
    name: Mapping[str, str]
    key: str
    kind: str
    kind_label: Any
    target_label: Any
    fields: Mapping[str, Field]
    words: Mapping[str, Words]
    points: Sequence[PointFields]
    points_problems: Sequence[RubricProblem]
    examples: Sequence[ExampleFields]
    problems: Sequence[RubricProblem]
    n_errors: int
    n_warnings: int
    holds: Sequence[Any] = ()

    @property
    def dom_id(self) -> str:
        return dom_id(self.path)

    @property
    def title(self) -> str:
        """As read aloud: the number tells it from the others, the name says what it is."""
        named = {"n": self.number, "name": next(filter(None, self.name.values()), self.key)}
        return _("criterion %(n)d, %(name)s") % named

    @property
    def points_id(self) -> str:
        return dom_id(f"{self.path}.points")

    @property
    def effect_id(self) -> str:
        return dom_id(f"{self.path}.effect")

    @property
    def derived_id(self) -> str:
        return dom_id(f"{self.path}.derived")

    @property
    def ticks(self) -> list[Field]:
        return [self.fields[name] for name in ("required", "cannot_judge")]

    @property
    def effects(self) -> list[Field]:
        return [self.fields[name] for name in ("effect.sort", "effect.amount")]

    @property
    def totals(self) -> list[Field]:
        return [self.fields[name] for name in ("derived.base", "derived.floor")]

    @property
    def has_range(self) -> bool:
        bounds = [self.fields[name].value for name in ("minimum", "maximum", "step")]
        return any(bounds) or self.kind in (Kind.NUMERIC, Kind.MULTI)

    @property
    def has_special(self) -> bool:
        """Whether anything stands in the section that few rubrics need."""
        names = ("show_if", "points_from", "effect.sort", "derived.base", "derived.floor")
        return any(self.fields[name].value or self.fields[name].problems for name in names)


@dataclass(frozen=True)
class Notice:
    """A problem in the list on top: where it is, what it is, and the way there."""

    where: str
    message: str
    target: str


@dataclass
class Editor:
    typed: Typed
    problems: Problems
    holds: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    focus: str = ""
    """The path of what was just added or moved."""

    @cached_property
    def name(self) -> Words:
        return self._words("name", self.typed["name"], _("Name"))

    @cached_property
    def intro(self) -> Words:
        return self._words(
            "intro",
            self.typed["intro"],
            _("Introduction for raters"),
            help=_("What this is for, who the user is, what to do when in doubt."),
            is_long=True,
        )

    @cached_property
    def criteria(self) -> list[CriterionFields]:
        return [self._criterion(n, typed) for n, typed in enumerate(self.typed["criteria"])]

    @property
    def errors(self) -> list[Notice]:
        return [self._notice(problem) for problem in self.problems.all if problem.is_error]

    @property
    def warnings(self) -> list[Notice]:
        return [self._notice(problem) for problem in self.problems.all if not problem.is_error]

    def _notice(self, problem: RubricProblem) -> Notice:
        return Notice(where(problem.path), problem.message, dom_id(problem.path))

    def _criterion(self, number: int, typed: Typed) -> CriterionFields:
        path = f"criteria[{number}]"
        within = self.problems.within(path)
        n_errors = sum(problem.is_error for problem in within)
        folds = len(self.typed["criteria"]) > OPEN_AT_MOST
        return CriterionFields(
            path=path,
            number=number + 1,
            is_open=typed["is_open"] or bool(n_errors) or not folds,
            name=typed["name"],
            key=typed["key"],
            kind=typed["kind"],
            kind_label=dict(Kind.choices).get(typed["kind"], ""),
            target_label=dict(Target.choices).get(typed["target"], ""),
            fields=self._settings(path, typed),
            words=self._criterion_words(path, typed),
            points=[
                self._point(f"{path}.points[{n}]", n, point)
                for n, point in enumerate(typed["points"])
            ],
            points_problems=self.problems.at(f"{path}.points"),
            examples=self._examples(path, typed["examples"]),
            problems=self.problems.at(path),
            n_errors=n_errors,
            n_warnings=len(within) - n_errors,
            holds=self.holds.get(typed["key"], ()),
        )

    def _criterion_words(self, path: str, typed: Typed) -> dict[str, Words]:
        return {
            "name": self._words(f"{path}.name", typed["name"], _("Name")),
            "question": self._words(
                f"{path}.question", typed["question"], _("Question"), is_long=True
            ),
            "note": self._words(
                f"{path}.note",
                typed["note"],
                _("Do not reward"),
                help=_("What must not raise the score, such as length or politeness."),
                is_long=True,
            ),
        }

    def _settings(self, path: str, typed: Typed) -> dict[str, Field]:
        settings = criterion_settings()
        return {
            name: Field(
                path=f"{path}.{name}",
                label=setting.label,
                value=_value(typed, name),
                problems=self.problems.at(f"{path}.{name}", *[f"{path}.{a}" for a in setting.also]),
                choices=setting.choices,
                help=setting.help,
            )
            for name, setting in settings.items()
        }

    def _point(self, path: str, number: int, typed: Typed) -> PointFields:
        named = {"n": number + 1}
        key = _("Point %(n)d, key") % named
        label, anchor = _("Point %(n)d, label") % named, _("Point %(n)d, anchor") % named
        return PointFields(
            path=path,
            number=number + 1,
            key=Field(f"{path}.key", key, typed["key"], self.problems.at(f"{path}.key")),
            label=self._words(f"{path}.label", typed["label"], label),
            anchor=self._words(f"{path}.anchor", typed["anchor"], anchor, is_long=True),
            examples=self._examples(path, typed["examples"]),
            problems=self.problems.at(path),
        )

    def _examples(self, path: str, examples: Sequence[Typed]) -> list[ExampleFields]:
        return [
            self._example(f"{path}.examples[{n}]", n, example) for n, example in enumerate(examples)
        ]

    def _example(self, path: str, number: int, typed: Typed) -> ExampleFields:
        named = {"n": number + 1}
        verdict = Field(
            f"{path}.verdict",
            _("Example %(n)d") % named,
            typed["verdict"],
            self.problems.at(f"{path}.verdict"),
            choices=(("good", _("good")), ("bad", _("bad"))),
        )
        text = _("Example %(n)d, text") % named
        return ExampleFields(
            path, verdict, self._words(f"{path}.text", typed["text"], text, is_long=True)
        )

    def _words(
        self,
        path: str,
        texts: Mapping[str, str],
        label: str,
        *,
        help: str = "",
        is_long: bool = False,
    ) -> Words:
        fields = [
            Field(
                path=f"{path}.{language}",
                label=label,
                value=texts[language],
                problems=self.problems.at(f"{path}.{language}"),
                language=language,
                is_long=is_long or "\n" in texts[language],
            )
            for language in LANGUAGES
        ]
        return Words(path, label, fields, self.problems.at(path), help)


class Setting(NamedTuple):
    label: str
    choices: Choices = ()
    help: str = ""
    also: tuple[str, ...] = ()
    """Further paths whose problems belong to this field."""


def criterion_settings() -> dict[str, Setting]:
    """The fields of a criterion that hold no words, by their place in the form."""
    unset = ("", _("as the kind has it"))
    return {
        "key": Setting(_("Key"), help=_("Names it in exports; ASCII letters, digits, _ and -.")),
        "target": Setting(_("Is about"), Target.choices),
        "kind": Setting(_("Scale"), Kind.choices),
        "level": Setting(_("Level of measurement"), (unset, *Level.choices)),
        "minimum": Setting(_("Lowest")),
        "maximum": Setting(_("Highest")),
        "step": Setting(_("Step")),
        "required": Setting(_("Must be answered")),
        "cannot_judge": Setting(_("“Cannot judge” is offered")),
        "weight": Setting(_("Weight"), help=_("Of this criterion, where scores are summed.")),
        "show_if": Setting(
            _("Shown only if"),
            help=_("A condition on earlier criteria by key, such as: breakdown in (T, X)"),
        ),
        "points_from": Setting(
            _("Labels from"),
            (("", _("the points above")), *((source, source) for source in GUIDANCE_SOURCES)),
            help=_("Each conversation can bring its own points to check and deductions."),
        ),
        "effect.sort": Setting(
            _("What a yes does to the total"),
            (("", _("nothing")), ("minus", _("takes away")), ("cap", _("allows at most"))),
            also=("effect",),
        ),
        "effect.amount": Setting(_("How much")),
        "derived.base": Setting(
            _("Computed from the base"),
            help=_("The key of an earlier criterion; this one is then its total, and not asked."),
            also=("derived",),
        ),
        "derived.floor": Setting(_("Total at least")),
    }


def dom_id(path: str) -> str:
    """The id of the element that shows what stands at a path."""
    return "at-" + re.sub(r"[^A-Za-z0-9_]+", "-", path).strip("-")


def where(path: str) -> str:
    """A path in the reader's words: criterion 2, point 1, label."""
    parts = []
    for name, number in re.findall(r"([A-Za-z_]+)(?:\[(\d+)\])?", path):
        if number and name in MEMBERS:
            parts.append(MEMBERS[name]() % {"n": int(number) + 1})
        elif name in PARTS:
            parts.append(PARTS[name]())
    return enumerated(parts)


MEMBERS: Mapping[str, Callable[[], str]] = {
    "criteria": lambda: _("criterion %(n)d"),
    "points": lambda: _("point %(n)d"),
    "examples": lambda: _("example %(n)d"),
}
PARTS: Mapping[str, Callable[[], str]] = {
    "name": lambda: _("name"),
    "intro": lambda: _("introduction"),
    "question": lambda: _("question"),
    "note": lambda: _("do not reward"),
    "label": lambda: _("label"),
    "anchor": lambda: _("anchor"),
    "key": lambda: _("key"),
    "show_if": lambda: _("condition"),
}


def _value(typed: Typed, name: str) -> Any:
    outer, dot, inner = name.partition(".")
    return typed[outer][inner] if dot else typed[outer]
