"""The words and marks that people add to a gold item: pure rules, and the states it has been in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.errors import InvalidError
from core.text import storable
from gold.models import Difficulty, GoldItem
from gold.provenance import Kind, Step, is_erased

State = dict[str, Any]

EDITABLE = ("expected", "guidance", "passages", "tags", "difficulty")
MAX_WORDS = 100_000
MAX_TAGS, MAX_TAG = 20, 40


def cleaned(changes: Mapping[str, Any], turns: Sequence[Mapping[str, Any]]) -> State:
    """The fields that are named, in the form in which they are kept; the first misfit is refused.

    `turns` are those of the item's conversation, whose passages may be named.
    """
    made: State = {}
    for name, value in changes.items():
        if name in ("expected", "guidance"):
            made[name] = words_in(name, value)
        elif name == "tags":
            made[name] = tags_in(value)
        elif name == "passages":
            made[name] = passages_in(value, turns)
        elif name == "difficulty":
            made[name] = difficulty_in(value)
    return made


def words_in(name: str, value: str) -> str:
    text = value.replace("\r\n", "\n").strip()
    if len(text) > MAX_WORDS:
        words = _("The text has %(n)d characters, and %(limit)d are allowed. Shorten it.") % {
            "n": len(text),
            "limit": MAX_WORDS,
        }
    elif not storable(text):
        words = _("The text holds a character that cannot be stored. Type it again.")
    else:
        return text
    raise InvalidError(words, fields={name: words})


def tags_in(value: Sequence[str]) -> list[str]:
    """Each tag once, in the order of the alphabet: a set has no other."""
    tags = sorted({tag for one in value if (tag := " ".join(one.split()))})
    wrong = next((tag for tag in tags if len(tag) > MAX_TAG or "," in tag), None)
    if wrong is not None:
        words = _("The tag “%(tag)s” does not fit: at most %(limit)d characters, no comma.") % {
            "tag": wrong[:MAX_TAG],
            "limit": MAX_TAG,
        }
    elif len(tags) > MAX_TAGS:
        words = _("There are %(n)d tags, and %(limit)d are allowed. Take some away.") % {
            "n": len(tags),
            "limit": MAX_TAGS,
        }
    elif not all(map(storable, tags)):
        words = _("A tag holds a character that cannot be stored. Type it again.")
    else:
        return tags
    raise InvalidError(words, fields={"tags": words})


def passages_in(
    value: Sequence[Sequence[int]], turns: Sequence[Mapping[str, Any]]
) -> list[list[int]]:
    """Turn and passage of each, if the conversation has them."""
    there = {
        (turn, passage)
        for turn, said in enumerate(turns)
        for passage in range(len(said.get("passages") or ()))
    }
    named = sorted({tuple(one) for one in value})
    wrong = next((one for one in named if one not in there), None)
    if wrong is not None:
        words = _("There is no passage %(passage)s. Name passages as turn and number, from 0.") % {
            "passage": ", ".join(map(str, wrong))
        }
        raise InvalidError(words, fields={"passages": words})
    return [list(one) for one in named]


def difficulty_in(value: str) -> str:
    if value and value not in Difficulty.values:
        words = _("“%(value)s” is no difficulty. Use one of %(values)s, or none.") % {
            "value": value[:20],
            "values": ", ".join(Difficulty.values),
        }
        raise InvalidError(words, fields={"difficulty": words})
    return value


def state_of(gold_item: GoldItem) -> State:
    return {name: getattr(gold_item, name) for name in EDITABLE}


@dataclass(frozen=True)
class Past:
    """One state that the item was in, and the change that ended it; None for that of today."""

    number: int
    state: State
    ended_by: Step | None


def states(now: State, steps: Sequence[Step]) -> list[Past]:
    """Every state from today's back to the first: each revision keeps what it changed."""
    revisions = [one for one in steps if one["step"] == Kind.REVISION]
    found = [Past(len(revisions), dict(now), None)]
    for number in range(len(revisions) - 1, -1, -1):
        step = revisions[number]
        if is_erased(step):
            break
        found.append(Past(number, {**found[-1].state, **step["data"]["before"]}, step))
    return found
