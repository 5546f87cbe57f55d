"""Which conversation and turn feedback is about, once they are here.

Applications name a conversation and a message by their own ids. A conversation that grew after it
came in has its later turns in the conversations that continue it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q

from conversations.models import Conversation
from surveys.models import CurrentFeedback

LONGEST_CHAIN = 100


@dataclass(frozen=True, slots=True)
class Place:
    conversation: int
    language: str
    variant: str
    turns: Mapping[str, int]
    """The ids of its turns; empty where nobody asks for one."""


Wanted = tuple[str, str]
"""A conversation's and a message's id in the application's words."""


def places_of(project: int, wanted: Collection[Wanted]) -> dict[Wanted, tuple[Place, int]]:
    """Where each of these stands; what is not here yet is left out, a turn that is not here is -1.

    A message is looked for in the conversation of that id, then in those that continue it.
    """
    by_key: dict[str, Place] = {}
    keys = {key for key, _message in wanted}
    for key, _continues, place in _fetched(Q(project=project, external_id__in=keys)):
        by_key[key] = place
    found: dict[Wanted, tuple[Place, int]] = {}
    missing: dict[Wanted, Place] = {}
    for one in wanted:
        if (first := by_key.get(one[0])) is not None:
            found[one] = (first, first.turns.get(one[1], -1))
            if one[1] and found[one][1] < 0:
                missing[one] = first
    for _step in range(LONGEST_CHAIN):
        missing = _looked_further(missing, found)
        if not missing:
            break
    return found


def _looked_further(
    missing: Mapping[Wanted, Place], found: dict[Wanted, tuple[Place, int]]
) -> dict[Wanted, Place]:
    """One link on in each chain; what is still missing, by the last conversation looked at."""
    last = {place.conversation for place in missing.values()}
    if not last:
        return {}
    next_of = {before: place for _key, before, place in _fetched(Q(continues__in=last))}
    further: dict[Wanted, Place] = {}
    for one, place in missing.items():
        if (following := next_of.get(place.conversation)) is None:
            continue
        turn = following.turns.get(one[1], -1)
        if turn < 0:
            further[one] = following
        else:
            found[one] = (following, turn)
    return further


def _fetched(which: Q) -> list[tuple[str, int | None, Place]]:
    rows = Conversation.objects.filter(which).values_list(
        "external_id", "continues", "pk", "language", "variant__name", "turns"
    )
    return [
        (key, continues, Place(pk, language, variant or "", _ids_of(turns)))
        for key, continues, pk, language, variant, turns in rows.order_by("pk")
    ]


def _ids_of(turns: object) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, turn in enumerate(turns if isinstance(turns, list) else ()):
        if isinstance(turn, dict) and turn.get("id") is not None:
            found.setdefault(str(turn["id"]), number)
    return found


def put(current: CurrentFeedback, place: Place, turn: int) -> None:
    """Join feedback to its place; a variant that the event named stays."""
    current.conversation_id = place.conversation
    current.turn = turn
    current.language = place.language
    current.variant_name = current.variant_name or place.variant
