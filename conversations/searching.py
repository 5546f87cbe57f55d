"""Words inside messages: conversations are read from one end on until the time is up.

No index serves this. A full-text index of either database costs 1.2 to 3.9 ms a conversation at
import, which has ten microseconds to spare; reading costs 3 to 5 µs a conversation, so that a
second looks through a hundred thousand. The page says how far it came and goes on from there.
"""

import json
import re
import time
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from accounts.models import Project
from conversations.listing import PAGE, chosen, named
from conversations.models import Conversation, ConversationQuerySet
from conversations.spans import shown

BUDGET = 1.0
"""Seconds that one request may look; begun chunks are finished."""
FIRST_CHUNK = 250
MAX_CHUNK = 8_000
BEFORE, AFTER = 60, 140
"""Characters of a message that are shown around what was found."""

NARROW = {
    unicodedata.normalize("NFKC", narrow): narrow
    for code in range(0xFF66, 0xFF9E)
    for narrow in (chr(code), chr(code) + "ﾞ", chr(code) + "ﾟ")
    if len(unicodedata.normalize("NFKC", narrow)) == 1
}


@dataclass(frozen=True)
class Said:
    """The first message that holds one of the words, cut to a line."""

    turn: int
    before: str
    match: str
    after: str


@dataclass(frozen=True)
class Hit:
    conversation: Conversation
    said: Said

    def get_absolute_url(self) -> str:
        return f"{self.conversation.get_absolute_url()}#turn-{self.said.turn}"


@dataclass(frozen=True)
class Looked:
    """What was found in the conversations `begin` to `end` of `total`, counted from 1."""

    hits: list[Hit]
    begin: int
    end: int
    total: int
    further: UUID | None
    """The last conversation looked at, from which the search can go on."""


def look_inside(project: Project, wanted: Mapping[str, Any], after: UUID | None = None) -> Looked:
    """Conversations with all the words in their messages, less those that `named` finds."""
    words = wanted["q"].split()
    ascending = wanted.get("order") == "oldest"
    within = chosen(project, wanted)
    left = within
    if after:
        edge = Subquery(project.conversations.filter(uid=after).values("pk"))
        left = within.filter(pk__gt=edge) if ascending else within.filter(pk__lt=edge)
    total = within.count()
    passed = total - left.count() if after else 0
    found: dict[int, Said] = {}
    looked, last = passed, None
    for keys in chunks(left, ascending):
        part = within.filter(pk__range=(min(keys[0], keys[-1]), max(keys[0], keys[-1])))
        for key, said in matches(part.order_by("pk" if ascending else "-pk"), words):
            found[key] = said
            if len(found) == PAGE:
                keys = keys[: keys.index(key) + 1]
                break
        looked, last = looked + len(keys), keys[-1]
        if len(found) == PAGE:
            break
    rows = Conversation.objects.for_list().in_bulk(list(found))
    return Looked(
        hits=[Hit(rows[key], said) for key, said in found.items() if key in rows],
        begin=min(passed + 1, total),
        end=looked,
        total=total,
        further=uid_of(last) if last is not None and looked < total else None,
    )


def chunks(left: QuerySet[Any], ascending: bool, key: str = "pk") -> Iterator[list[int]]:
    """Keys in order, in pieces that grow while they are quick; none begins after the budget."""
    begun = time.monotonic()
    size, keys = FIRST_CHUNK, left.order_by(key if ascending else f"-{key}")
    following = keys
    while True:
        before = time.monotonic()
        chunk = list(following.values_list(key, flat=True)[:size])
        if not chunk:
            return
        yield chunk
        now = time.monotonic()
        if now - begun >= BUDGET:
            return
        size = min(2 * size, MAX_CHUNK) if now - before < BUDGET / 10 else max(size // 2, 1)
        last = chunk[-1]
        following = keys.filter(**{f"{key}__{'gt' if ascending else 'lt'}": last})


def matches(part: ConversationQuerySet, words: Sequence[str]) -> Iterator[tuple[int, Said]]:
    """The database finds the words anywhere in the stored turns; here they must have been said."""
    holding = part.exclude(named(words)).alias(stored=Cast("turns", TextField()))
    for word in words:
        holding = holding.filter(stored_with(word))
    patterns = [
        re.compile("|".join(map(re.escape, spellings(word))), re.IGNORECASE) for word in words
    ]
    rows = holding.values_list("pk", "turns", "redacted")
    for key, turns, redacted in rows.iterator(chunk_size=PAGE):
        if said := said_in(shown(turns, redacted), patterns):
            yield key, said


def stored_with(word: str) -> Q:
    """Of rows with their turns `stored` as text: somewhere in it stands the word."""
    found = Q()
    for spelling in spellings(word):
        found |= Q(stored__icontains=json.dumps(spelling, ensure_ascii=False)[1:-1])
    return found


def said_in(turns: Sequence[Mapping[str, Any]], patterns: Sequence[re.Pattern[str]]) -> Said | None:
    """Where the first of the words stands, when every word stands somewhere."""
    texts = [turn.get("content") or "" for turn in turns]
    places = [
        next(((n, hit) for n, text in enumerate(texts) if (hit := pattern.search(text))), None)
        for pattern in patterns
    ]
    if not places or not all(places):
        return None
    number, hit = min((place for place in places if place), key=lambda place: place[0])
    begin, end = hit.span()
    text = texts[number]
    lead, rest = max(begin - BEFORE, 0), end + AFTER
    return Said(
        turn=number,
        before=("…" if lead else "") + in_line(text[lead:begin]),
        match=hit.group(),
        after=in_line(text[end:rest]) + ("…" if rest < len(text) else ""),
    )


def spellings(word: str) -> list[str]:
    """The word as typed, in its compatible form, and in letters of full and of half width.

    SQLite knows capitals of ASCII alone, so that those of full width are named.
    """
    plain = unicodedata.normalize("NFKC", word)
    narrow = "".join(NARROW.get(one, one) for one in plain)
    return list(dict.fromkeys((word, plain, wide(plain.lower()), wide(plain.upper()), narrow)))


def wide(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def in_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def uid_of(key: int) -> UUID | None:
    return Conversation.objects.filter(pk=key).values_list("uid", flat=True).first()
