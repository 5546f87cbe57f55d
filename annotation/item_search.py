"""Words in the conversations of a study's items: read in the study's order until the time is up.

As in the list of conversations, no index serves this. The page says how far it came and goes on
from there, so that a study of any size is found through in bounded steps.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from annotation.models import Item, ItemAnswer
from conversations.searching import Said, chunks, said_in, spellings, stored_with
from conversations.spans import shown

PAGE = 50


@dataclass(frozen=True)
class Looked:
    """What was found in the items `begin` to `end` of `total`, counted from 1."""

    items: list[tuple[Item, Said | None]]
    begin: int
    end: int
    total: int
    further: int | None
    """The number of the last item looked at, from which the search can go on."""


class Found(NamedTuple):
    """An item whose title or id holds the words; of messages, where the first of them stands."""

    seq: int
    said: Said | None


def look_through(items: QuerySet[Item], words: Sequence[str], after: int | None) -> Looked:
    """Items one of whose conversations has all the words, in its messages, opening or id."""
    left = items if after is None else items.filter(seq__gt=after)
    total = items.count()
    passed = total - left.count() if after is not None else 0
    found: list[Found] = []
    looked, last = passed, None
    for keys in chunks(left, ascending=True, key="seq"):
        found += _in_part(items.filter(seq__range=(keys[0], keys[-1])), words)
        if len(found) >= PAGE:
            found = found[:PAGE]
            keys = keys[: keys.index(found[-1].seq) + 1]
        looked, last = looked + len(keys), keys[-1]
        if len(found) == PAGE:
            break
    rows = {one.seq: one for one in items.filter(seq__in=[one.seq for one in found])}
    return Looked(
        items=[(rows[one.seq], one.said) for one in found if one.seq in rows],
        begin=min(passed + 1, total),
        end=looked,
        total=total,
        further=last if looked < total else None,
    )


def _in_part(part: QuerySet[Item], words: Sequence[str]) -> list[Found]:
    """The first page of finds: in either answer of a pair, in each answer of a ranking."""
    further = ItemAnswer.objects.filter(position__gte=2, item__in=part.filter(n_answers__gt=2))
    sources: Sequence[tuple[QuerySet[Any], str, str]] = (
        (part, "seq", "conversation__"),
        (part, "seq", "conversation_b__"),
        (further, "item__seq", "conversation__"),
    )
    found: dict[int, Found] = {}
    for rows, seq, path in sources:
        for one in _matches(rows.order_by(seq), seq, path, words):
            found.setdefault(one.seq, one)
    return sorted(found.values(), key=lambda one: one.seq)


def _matches(rows: QuerySet[Any], seq: str, path: str, words: Sequence[str]) -> Iterator[Found]:
    """A page of them at most; what stands in the stored turns must have been said, too."""
    holding = holding_words(rows, seq, path, words)
    patterns = [
        re.compile("|".join(map(re.escape, spellings(word))), re.IGNORECASE) for word in words
    ]
    names = (seq, *(f"{path}{name}" for name in ("title", "external_id", "turns", "redacted")))
    n = 0
    for number, title, name, turns, redacted in holding.values_list(*names).iterator(PAGE):
        missing = [one for one in patterns if not one.search(f"{title}\n{name}")]
        said = said_in(shown(turns, redacted), missing) if missing else None
        if said or not missing:
            yield Found(number, said)
            n += 1
        if n == PAGE:
            return


def holding_words(rows: QuerySet[Any], seq: str, path: str, words: Sequence[str]) -> QuerySet[Any]:
    """Rows with every word anywhere in the stored turns, the title or the id of a conversation."""
    holding: QuerySet[Any] = rows.alias(stored=_of_the_item(f"{path}turns", seq))
    for word in words:
        holding = holding.filter(stored_with(word) | _named(word, path))
    return holding


def _of_the_item(turns: str, seq: str) -> Case:
    """The stored turns, in words that name the item, too.

    PostgreSQL would else look for the words before it joins, in every conversation there is: it
    takes that for cheap.
    """
    return Case(
        When(**{f"{seq}__gt": 0}, then=Cast(turns, TextField())),
        default=Value(""),
        output_field=TextField(),
    )


def _named(word: str, path: str) -> Q:
    named = Q()
    for spelling in spellings(word):
        named |= Q(**{f"{path}title__icontains": spelling})
        named |= Q(**{f"{path}external_id__icontains": spelling})
    return named
