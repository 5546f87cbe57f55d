"""The builder's page as its template needs it: each field with its name, its text, its problems."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from surveys import survey_words
from surveys.builder_fields import (
    Field,
    Member,
    Notice,
    OptionFields,
    OptionList,
    PageFields,
    QuestionFields,
    Texts,
    Translation,
    dom_id,
)
from surveys.builder_settings import SETTINGS, TICKS, Setting
from surveys.builder_words import (
    language_name,
    list_words,
    own_texts,
    point_name,
    points_of,
    told,
)
from surveys.document_problems import Problem
from surveys.draft_forms import NEW, OPEN, as_list, as_nodes, properties_of
from surveys.question_properties import ORDERS, Property
from surveys.questions import Type

OPEN_AT_MOST = 3
"""With more questions than this, all begin folded."""

CONDITIONS = ("visibleIf", "requiredIf")


@dataclass
class Builder:
    """A document being written, and all that is wrong with it so far."""

    typed: Mapping[str, Any]
    problems: Sequence[Problem]
    focus: str = ""
    """The path of what was just added or moved."""

    @cached_property
    def locales(self) -> list[str]:
        return list(self.typed["locales"])

    @property
    def languages(self) -> list[tuple[str, str, bool]]:
        return [(tag, language_name(tag), len(self.locales) > 1) for tag in self.locales]

    @cached_property
    def title(self) -> Texts:
        return self._texts("title", self.typed.get("title"), _("Title"))

    @cached_property
    def description(self) -> Texts:
        words = self.typed.get("description")
        return self._texts("description", words, _("Words under the title"), is_long=True)

    @cached_property
    def thanks(self) -> Texts:
        words = self.typed.get("thanks")
        return self._texts("thanks", words, _("Words after the last page"), is_long=True)

    @cached_property
    def folds(self) -> bool:
        return sum(len(page["elements"]) for page in self.typed["pages"]) > OPEN_AT_MOST

    @cached_property
    def pages(self) -> list[PageFields]:
        return [self._page(number, page) for number, page in enumerate(self.typed["pages"])]

    @cached_property
    def members(self) -> list[Member]:
        """All pages and questions, each of which says what is wrong with it."""
        return [member for page in self.pages for member in (page, *page.questions)]

    @cached_property
    def n_questions(self) -> int:
        return sum(len(page.questions) for page in self.pages)

    @cached_property
    def notices(self) -> list[Notice]:
        return [self._notice(problem) for problem in self.problems]

    @property
    def errors(self) -> list[Notice]:
        return [notice for notice in self.notices if notice.is_error]

    @property
    def hints(self) -> list[Notice]:
        return [notice for notice in self.notices if not notice.is_error]

    # Pages and questions

    def _page(self, number: int, page: Mapping[str, Any]) -> PageFields:
        path = f"pages[{number}]"
        name = page.get("name", f"pages[{number}]")
        problems = [p for p in self.problems if p.page == name and not p.question]
        return PageFields(
            path=path,
            number=number + 1,
            name=self._field(f"{path}.name", _("Name"), page.get("name", "")),
            conditions=[self._condition(path, page, "visibleIf")],
            problems=[self._notice(p) for p in problems if p.path not in CONDITIONS],
            condition_problems=self._at_conditions(problems),
            title=self._texts(f"{path}.title", page.get("title"), _("Heading of the page")),
            description=self._texts(
                f"{path}.description", page.get("description"), _("Words under it"), is_long=True
            ),
            new=self._field(f"{path}.{NEW}", _("Type"), page.get(NEW, ""), choices=Type.choices),
            questions=[
                self._question(f"{path}.elements[{at}]", number, at, element)
                for at, element in enumerate(page["elements"])
            ],
        )

    def _question(
        self, path: str, page: int, number: int, element: Mapping[str, Any]
    ) -> QuestionFields:
        kind, name = element.get("type", ""), element.get("name", f"elements[{number}]")
        page_name = self.typed["pages"][page].get("name", f"pages[{page}]")
        problems = [p for p in self.problems if (p.page, p.question) == (page_name, name)]
        known = properties_of(kind)
        title = element.get("title")
        return QuestionFields(
            path=path,
            number=number + 1,
            place=f"{page + 1}.{number + 1}",
            name=self._field(f"{path}.name", _("Name"), element.get("name", "")),
            conditions=[self._condition(path, element, name) for name in CONDITIONS],
            problems=[self._notice(p) for p in problems if p.path not in CONDITIONS],
            condition_problems=self._at_conditions(problems),
            is_open=bool(element.get(OPEN)) or not self.folds or self.focus == path,
            type=self._field(f"{path}.type", _("Type"), kind, choices=Type.choices),
            type_label=str(dict(Type.choices).get(kind, kind)),
            heading=self._heading(title) or name,
            title=self._texts(
                f"{path}.title", title, _("Question"), is_long=kind == Type.STATEMENT
            ),
            description=self._texts(
                f"{path}.description", element.get("description"), _("Words under it"), is_long=True
            ),
            ticks=[
                self._field(f"{path}.{tick}", label, bool(element.get(tick)))
                for tick, label in TICKS.items()
                if tick in known
            ],
            settings=[
                self._setting(path, element, name, setting)
                for name, setting in SETTINGS.items()
                if name in known and name not in CONDITIONS and not name.endswith("Order")
            ],
            lists=[
                self._list(path, element, name, known)
                for name in ("choices", "rows", "columns")
                if name in known
            ],
            labels=self._labels(path, element) if "labels" in known else (),
            texts=[
                self._texts(f"{path}.{name}", element.get(name), label, is_long=name != "service")
                for name, label in own_texts().items()
                if name in known
            ],
            translations=self._translations(path, element) if "translations" in known else (),
        )

    def _heading(self, title: Any) -> str:
        """A list of questions is read in the reader's language, where it is there."""
        if not isinstance(title, Mapping):
            return ""
        return survey_words.said(title, get_language() or "", *self.locales)

    def _condition(self, path: str, owner: Mapping[str, Any], name: str) -> Field:
        return self._field(
            f"{path}.{name}",
            str(SETTINGS[name].label),
            owner.get(name, ""),
            placeholder="satisfied <= 3 and why in (incorrect, other)",
        )

    def _at_conditions(self, problems: Sequence[Problem]) -> dict[str, list[Notice]]:
        return {name: [self._notice(p) for p in problems if p.path == name] for name in CONDITIONS}

    def _setting(self, path: str, element: Mapping[str, Any], name: str, setting: Setting) -> Field:
        return self._field(
            f"{path}.{name}",
            str(setting.label),
            element.get(name, ""),
            choices=setting.choices,
            help=str(setting.help),
            placeholder=setting.placeholder,
        )

    # Lists of options

    def _list(
        self, path: str, element: Mapping[str, Any], name: str, known: Mapping[str, Property]
    ) -> OptionList:
        label, add, one = list_words()[name]
        order = f"{name}Order"
        return OptionList(
            path=f"{path}.{name}",
            label=label,
            add=add,
            options=[
                self._option(f"{path}.{name}[{at}]", at, option, one, known[name].flags)
                for at, option in enumerate(as_nodes(element.get(name)))
            ],
            order=self._order(path, element, order) if order in known else None,
        )

    def _order(self, path: str, element: Mapping[str, Any], name: str) -> Field:
        is_random = element.get(name) == ORDERS[1]
        return self._field(f"{path}.{name}", str(SETTINGS[name].label), is_random)

    def _option(
        self, path: str, at: int, option: Mapping[str, Any], one: str, flags: frozenset[str]
    ) -> OptionFields:
        title = one % {"n": at + 1}
        labels = {
            "exclusive": _("nothing else beside it"),
            "other": _("with a text box"),
            "reversed": _("says the opposite of the other rows"),
        }
        return OptionFields(
            path=path,
            title=title,
            value=self._field(
                f"{path}.value", _("%(what)s, key") % {"what": title}, option.get("value", "")
            ),
            text=self._texts(f"{path}.text", option.get("text"), title),
            ticks=[
                self._field(f"{path}.{flag}", labels[flag], bool(option.get(flag)))
                for flag in labels
                if flag in flags
            ],
        )

    # Labels and known blocks

    def _labels(self, path: str, element: Mapping[str, Any]) -> list[Texts]:
        given = element.get("labels")
        words = given if isinstance(given, Mapping) else {}
        built_in = survey_words.LABELS.get(element["type"], {})
        return [
            self._texts(
                f"{path}.labels.{point}",
                words.get(point),
                point_name(point),
                instead=built_in.get(point, {}),
            )
            for point in points_of(element)
        ]

    def _translations(self, path: str, element: Mapping[str, Any]) -> list[Translation]:
        """For languages in which the product has no sentences of its own."""
        items = survey_words.ITEMS.get(str(element.get("items")), {})
        given = element.get("translations")
        there = given if isinstance(given, Mapping) else {}
        return [
            self._translation(f"{path}.translations.{tag}", tag, items, there.get(tag))
            for tag in self.locales
            if tag in there or any(tag not in words for words in items.values())
        ]

    def _translation(
        self, path: str, tag: str, items: Mapping[str, survey_words.Words], given: Any
    ) -> Translation:
        there = given if isinstance(given, Mapping) else {}
        texts = as_list(there.get("items"))
        return Translation(
            language_name(tag),
            [
                self._field(
                    f"{path}.items[{at}]",
                    _("Sentence %(n)d") % {"n": at + 1},
                    texts[at] if at < len(texts) else "",
                    language=tag,
                    placeholder=survey_words.said(words, "en"),
                )
                for at, words in enumerate(items.values())
            ],
            self._field(
                f"{path}.source",
                _("Who translated it, and where it appeared"),
                there.get("source", ""),
            ),
        )

    # Words

    def _texts(
        self,
        path: str,
        words: object,
        label: str,
        *,
        is_long: bool = False,
        instead: Mapping[str, str] | None = None,
    ) -> Texts:
        given = words if isinstance(words, Mapping) else {}
        fields = [
            self._field(
                f"{path}.{tag}",
                label,
                given.get(tag, ""),
                language=tag,
                is_long=is_long or "\n" in str(given.get(tag, "")),
                placeholder=(instead or {}).get(tag.partition("-")[0], ""),
            )
            for tag in self.locales
        ]
        return Texts(label, fields)

    # Problems

    @cached_property
    def _wrong(self) -> frozenset[str]:
        """The paths at which something keeps the survey from being published."""
        return frozenset(self._path(problem) for problem in self.problems if problem.is_error)

    def _field(self, path: str, label: str, value: Any, **more: Any) -> Field:
        return Field(path, label, value, is_wrong=path in self._wrong, **more)

    def _notice(self, problem: Problem) -> Notice:
        target = dom_id(_shown_at(self._path(problem)))
        return Notice(
            self._where(problem), told(problem.path), problem.message, target, problem.is_error
        )

    def _where(self, problem: Problem) -> str:
        if problem.question:
            return _("question “%(name)s”") % {"name": problem.question}
        if problem.page:
            return _("page “%(name)s”") % {"name": problem.page}
        return ""

    def _path(self, problem: Problem) -> str:
        """From the document's root, where the problem names page and question."""
        member = self._members.get((problem.page, problem.question), "")
        return ".".join(filter(None, [member, problem.path]))

    @cached_property
    def _members(self) -> dict[tuple[str, str], str]:
        """(page, question) as problems name them -> path; where a name is twice, its last place."""
        members = {}
        for number, page in enumerate(self.typed["pages"]):
            name = page.get("name", f"pages[{number}]")
            members[name, ""] = f"pages[{number}]"
            for at, element in enumerate(page["elements"]):
                question = element.get("name", f"elements[{at}]")
                members[name, question] = f"pages[{number}].elements[{at}]"
        return members


def _shown_at(path: str) -> str:
    """The field of a path, or what the field stands in where the path goes deeper."""
    deep = re.match(r"(.*(?:\blabels|\btranslations))\b", path)
    return deep[1] if deep else path
