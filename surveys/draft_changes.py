"""What the buttons of the builder do to a document: add, move, copy and remove its members."""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.errors import InvalidError
from surveys.document_problems import LOCALE
from surveys.document_shape import MAX_LOCALES, MAX_PAGES, MAX_QUESTIONS
from surveys.draft_forms import (
    MAX_FIELDS,
    NEW,
    OPEN,
    STEP,
    Node,
    as_list,
    completed,
    n_fields,
    starting,
)
from surveys.question_properties import MAX_CHOICES, MAX_COLUMNS, MAX_ROWS
from surveys.questions import Type


def change(typed: Node, act: str, *, language: str = "") -> str:
    """Do what a button asks: "add pages[0].elements", "up pages[0].elements[2]", "add locales".

    Returns the path of the member that the writer now looks at.
    """
    verb, _space, path = act.partition(" ")
    try:
        if verb == "speak":
            return _add_language(typed, language)
        if verb == "hush":
            return _drop_language(typed, path)
        if verb == "retype":
            return _retype(typed, path)
        if verb == "add":
            return _add(typed, path)
        return MOVES[verb](typed, *_split(path))
    except (KeyError, IndexError, TypeError, ValueError):
        raise InvalidError(
            _("The page asked for “%(act)s”, which this survey has no place for. Reload the page.")
            % {"act": act[:80]}
        ) from None


def at(typed: Node, path: str) -> Any:
    node: Any = typed
    for step in STEP.findall(path):
        node = node[int(step[1:-1])] if step.startswith("[") else node[step]
    return node


def _list(typed: Node, path: str) -> list[Any]:
    members = at(typed, path)
    if not isinstance(members, list):
        raise TypeError(path)
    return members


def _split(path: str) -> tuple[str, int]:
    parent, place = path.removesuffix("]").rsplit("[", 1)
    return parent, int(place)


# Adding


def _add(typed: Node, path: str) -> str:
    owner_path, _dot, name = path.rpartition(".")
    owner = at(typed, owner_path) if owner_path else typed
    members = owner.setdefault(name, [])
    if not isinstance(members, list):
        raise TypeError(path)
    member = NEW_MEMBERS[name](typed, owner)
    _refuse_too_many(typed, name, members)
    return f"{path}[{_insert(members, member, name)}]"


def _insert(members: list[Any], member: Node, name: str) -> int:
    """Before “none of these” and “other”, which come last."""
    place = len(members)
    if name == "choices":
        while place and any(members[place - 1].get(flag) for flag in ("exclusive", "other")):
            place -= 1
    members.insert(place, member)
    return place


def _refuse_too_many(typed: Node, name: str, members: list[Any]) -> None:
    n = (
        sum(len(page["elements"]) for page in typed["pages"])
        if name == "elements"
        else len(members)
    )
    if n >= LIMITS[name]:
        raise InvalidError(
            _("There is no room for more here: %(limit)d is the most.") % {"limit": LIMITS[name]}
        )
    if n_fields(typed) + 60 > MAX_FIELDS:
        raise InvalidError(
            _(
                "The survey has more fields than one page can send. Download it as JSON, change "
                "the file, and make a new survey of it."
            )
        )


def _new_page(typed: Node, _owner: Node) -> Node:
    return {"name": _free("page", _page_names(typed)), "elements": []}


def _new_element(typed: Node, page: Node) -> Node:
    kind = page.pop(NEW, "")
    kind = kind if kind in Type.values else Type.SINGLE.value
    return starting(kind, _free(kind, question_names(typed)))


def _new_choice(_typed: Node, owner: Node) -> Node:
    return _option("choice", as_list(owner["choices"]))


def _new_row(_typed: Node, owner: Node) -> Node:
    return _option("row", as_list(owner["rows"]))


def _new_column(_typed: Node, owner: Node) -> Node:
    """The next number, where the columns are numbers."""
    values = [column.get("value", "") for column in as_list(owner["columns"])]
    if values and all(value.isascii() and value.isdigit() for value in values):
        return {"value": str(int(values[-1]) + 1), "text": {}}
    return _option("column", as_list(owner["columns"]))


def _option(stem: str, members: list[Any]) -> Node:
    return {"value": _free(stem, (member.get("value", "") for member in members)), "text": {}}


NEW_MEMBERS: Mapping[str, Callable[[Node, Node], Node]] = {
    "pages": _new_page,
    "elements": _new_element,
    "choices": _new_choice,
    "rows": _new_row,
    "columns": _new_column,
}
LIMITS: Mapping[str, int] = {
    "pages": MAX_PAGES,
    "elements": MAX_QUESTIONS,
    "choices": MAX_CHOICES,
    "rows": MAX_ROWS,
    "columns": MAX_COLUMNS,
}


# Moving, copying, removing


def _up(typed: Node, parent: str, place: int) -> str:
    return _moved(typed, parent, place, -1)


def _down(typed: Node, parent: str, place: int) -> str:
    return _moved(typed, parent, place, 1)


def _moved(typed: Node, parent: str, place: int, by: int) -> str:
    """One place on; a question at the edge of its page goes on to the next page."""
    members = _list(typed, parent)
    member = members[place]
    if 0 <= place + by < len(members):
        members[place], members[place + by] = members[place + by], member
        return f"{parent}[{place + by}]"
    if not parent.endswith(".elements"):
        return f"{parent}[{place}]"
    page = _split(parent.removesuffix(".elements"))[1] + by
    if not 0 <= page < len(typed["pages"]):
        return f"{parent}[{place}]"
    there = typed["pages"][page]["elements"]
    there.insert(len(there) if by < 0 else 0, members.pop(place))
    return f"pages[{page}].elements[{len(there) - 1 if by < 0 else 0}]"


def _copy(typed: Node, parent: str, place: int) -> str:
    """A copy after it, under names of its own; what it hangs on stays the same."""
    members = _list(typed, parent)
    _refuse_too_many(typed, parent.rpartition(".")[2], members)
    twin = copy.deepcopy(members[place])
    taken = list(question_names(typed))
    for element in [twin] if "type" in twin else twin.get("elements", []):
        element["name"] = _free(element["name"], taken)
        taken.append(element["name"])
    if "elements" in twin:
        twin["name"] = _free(twin["name"], _page_names(typed))
    if "type" in twin:
        twin[OPEN] = True
    members.insert(place + 1, twin)
    return f"{parent}[{place + 1}]"


def _remove(typed: Node, parent: str, place: int) -> str:
    members = _list(typed, parent)
    del members[place]
    return f"{parent}[{max(0, place - 1)}]" if members else parent


MOVES: Mapping[str, Callable[[Node, str, int], str]] = {
    "up": _up,
    "down": _down,
    "copy": _copy,
    "remove": _remove,
}


def _retype(typed: Node, path: str) -> str:
    parent, place = _split(path)
    members = _list(typed, parent)
    members[place] = completed(members[place])
    return path


# Languages


def _add_language(typed: Node, language: str) -> str:
    if not LOCALE.fullmatch(language):
        raise InvalidError(
            _("“%(code)s” is no code of a language. Write one such as “de” or “pt-BR”.")
            % {"code": language[:20]}
        )
    if language not in typed["locales"]:
        if len(typed["locales"]) >= MAX_LOCALES:
            raise InvalidError(
                _("There is no room for more here: %(limit)d is the most.") % {"limit": MAX_LOCALES}
            )
        typed["locales"].append(language)
    return f"title.{language}"


def _drop_language(typed: Node, language: str) -> str:
    """Its texts go with it, so that no text is published which nobody looked at."""
    if len(typed["locales"]) < 2:
        raise InvalidError(
            _("A survey speaks at least one language. Add another before this one goes.")
        )
    typed["locales"].remove(language)
    _silence(typed, language)
    return "locales"


def _silence(node: Any, language: str) -> None:
    for inner in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        if isinstance(inner, dict) and isinstance(inner.get(language), str | dict):
            del inner[language]
        if isinstance(inner, dict | list):
            _silence(inner, language)


# Names


def question_names(typed: Node) -> Iterator[str]:
    return (element["name"] for page in typed["pages"] for element in page["elements"])


def _page_names(typed: Node) -> Iterator[str]:
    return (page["name"] for page in typed["pages"])


def _free(stem: str, taken: Iterator[str] | list[str]) -> str:
    """`choice_3` where `choice_1` and `choice_2` are taken."""
    stem = stem.rstrip("0123456789").rstrip("_")[:50] or "q"
    names = set(taken)
    return next(name for n in range(1, len(names) + 2) if (name := f"{stem}_{n}") not in names)
