"""How far a dataset looks like what comes in: slice by slice, with a distance and what is missing.

Production is the project's own conversations. Both sides are counted by the database in one pass
each, so that it does not matter how many there are.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from accounts.models import Project
from conversations.models import Conversation, Redaction
from conversations.spans import METADATA_TURN
from gold.models import GoldDataset
from gold.next_to_add import Offered, Pick, picks
from surveys.models import CurrentFeedback

SEED = 20261126
NEXT = 50
LOOKED_AT = 2_000
"""Conversations among which the next ones are chosen, taken at random."""
ASKED_FOR_KEYS = 200
MOST_KEYS, MOST_VALUES, LONGEST = 3, 20, 60
"""A key of the metadata is a slice where its values are few and short, as topics are."""
LENGTHS = ((2, "1–2"), (6, "3–6"), (14, "7–14"))
LONGER = "15+"
A_PRIME, A_FACTOR = 2_147_483_647, 48_271


@dataclass(frozen=True)
class Window:
    """Which conversations count as production."""

    project: Project
    since: datetime | None = None

    def rows(self) -> QuerySet[Conversation]:
        found = Conversation.objects.came_in().filter(project=self.project, continued_by=None)
        return found if self.since is None else found.filter(imported_at__gte=self.since)


def window(dataset: GoldDataset, days: int | None, now: datetime) -> Window:
    return Window(dataset.project, None if days is None else now - timedelta(days=days))


def slices_of(project: Project) -> dict[str, Expression | F]:
    """The slices by name: those every conversation has, and short words of the metadata."""
    found: dict[str, Expression | F] = {
        "variant": Coalesce("variant__name", Value("")),
        "language": F("language"),
        "length": Case(
            *(When(n_turns__lte=most, then=Value(words)) for most, words in LENGTHS),
            default=Value(LONGER),
            output_field=CharField(),
        ),
        "feedback": Case(
            When(_thumb(0), then=Value("down")),
            When(_thumb(1), then=Value("up")),
            default=Value("none"),
            output_field=CharField(),
        ),
    }
    for key in metadata_keys(project):
        found[f"meta.{key}"] = Coalesce(
            KeyTextTransform(key, "metadata"), Value(""), output_field=TextField()
        )
    return found


def _thumb(value: int) -> Exists:
    said = CurrentFeedback.objects.filter(
        conversation=OuterRef("pk"), kind="thumb", value=value, retracted=False
    )
    return Exists(said)


def metadata_keys(project: Project) -> list[str]:
    """Keys whose values are few and short among the first conversations that came in."""
    values: dict[str, set[str]] = {}
    unfit = hidden_keys(project)
    rows = Conversation.objects.came_in().filter(project=project).order_by("pk")
    for metadata in rows.values_list("metadata", flat=True)[:ASKED_FOR_KEYS]:
        for key, value in metadata.items():
            if isinstance(value, str) and len(value) <= LONGEST and key.isidentifier():
                values.setdefault(key, set()).add(value)
            else:
                unfit.add(key)
    fit = [key for key, found in values.items() if key not in unfit and len(found) <= MOST_VALUES]
    return sorted(fit)[:MOST_KEYS]


def hidden_keys(project: Project) -> set[str]:
    """Keys of which something is hidden: what stands there is no name for a slice."""
    rows = Redaction.objects.accepted().filter(
        project=project, turn=METADATA_TURN, is_written=False
    )
    return set(rows.order_by().values_list("part", flat=True).distinct())


def counted(
    rows: QuerySet[Conversation], slices: Mapping[str, Expression | F]
) -> list[Counter[str]]:
    """How many conversations have each value of each slice, in the order of the slices."""
    names = [f"slice_{place}" for place in range(len(slices))]
    cells = (
        rows.order_by()
        .annotate(**dict(zip(names, slices.values(), strict=True)))
        .values_list(*names)
        .annotate(n=Count("pk"))
    )
    found: list[Counter[str]] = [Counter() for _name in names]
    for *cell, n in cells.iterator():
        for place, value in enumerate(cell):
            found[place][value or ""] += n
    return found


def held_by(dataset: GoldDataset) -> QuerySet[Conversation]:
    current = dataset.gold_items.filter(retired_at=None)
    return Conversation.objects.filter(pk__in=current.values("candidate__item__conversation"))


def coverage_of(dataset: GoldDataset, *, now: datetime, days: int | None = None) -> dict[str, Any]:
    """What the dataset holds now beside production: one entry a slice, as a release keeps it."""
    slices = slices_of(dataset.project)
    ours_rows, their_rows = held_by(dataset), window(dataset, days, now).rows()
    held, comes_in = counted(ours_rows, slices), counted(their_rows, slices)
    groups = (groups_in(ours_rows), groups_in(their_rows))
    return {
        "at": now.isoformat(),
        "days": days,
        "gold": sum(held[0].values()),
        "production": sum(comes_in[0].values()),
        "gold_groups": groups[0],
        "production_groups": groups[1],
        "slices": [
            _slice(name, ours, theirs, groups)
            for name, ours, theirs in zip(slices, held, comes_in, strict=True)
        ],
    }


def groups_in(rows: QuerySet[Conversation]) -> int:
    """Sources that the conversations come from: those of one are not independent."""
    return int(rows.order_by().aggregate(n=Count("group_key", distinct=True))["n"])


def _slice(
    name: str, ours: Counter[str], theirs: Counter[str], groups: tuple[int, int]
) -> dict[str, Any]:
    from analytics.stats.comparisons.distributions import apart

    values = sorted(ours.keys() | theirs.keys(), key=lambda one: (-theirs[one], one))
    found = apart(
        [ours[one] for one in values],
        [theirs[one] for one in values],
        independent=groups,
        seed=SEED,
    )
    n_ours, n_theirs = max(1, ours.total()), max(1, theirs.total())
    return {
        "slice": name,
        **found.as_data(),
        "values": [
            {
                "value": one,
                "gold": ours[one],
                "gold_share": ours[one] / n_ours,
                "production": theirs[one],
                "production_share": theirs[one] / n_theirs,
            }
            for one in values
        ],
    }


@dataclass(frozen=True)
class Next:
    """A conversation to add, and the slices that are short of such ones."""

    conversation: Conversation
    shortages: Sequence[tuple[str, str, float]]


def next_to_add(
    dataset: GoldDataset, *, now: datetime, days: int | None = None, most: int = NEXT
) -> list[Next]:
    """Conversations that would bring the dataset nearest to production, most needed first."""
    slices = slices_of(dataset.project)
    held, rows = counted(held_by(dataset), slices), window(dataset, days, now).rows()
    chosen = picks(_offered(dataset, rows, slices), held, counted(rows, slices), most=most)
    found = Conversation.objects.for_list().in_bulk([one.key for one in chosen])
    return [_named(one, found[one.key], list(slices)) for one in chosen if one.key in found]


def _named(pick: Pick, conversation: Conversation, slices: Sequence[str]) -> Next:
    return Next(
        conversation, [(slices[place], value, share) for place, value, share in pick.shortages]
    )


def _offered(
    dataset: GoldDataset, rows: QuerySet[Conversation], slices: Mapping[str, Expression | F]
) -> list[Offered]:
    """A random part of production without what is gold, proposed, or the same in words or input."""
    known = Conversation.objects.filter(items__candidates__dataset=dataset)
    inputs = dataset.gold_items.exclude(input_key="").values("input_key")
    free = (
        rows.exclude(pk__in=known.values("pk"))
        .exclude(content_hash__in=known.values("content_hash"))
        .exclude(~Q(input_key="") & Q(input_key__in=inputs))
    )
    names = [f"slice_{place}" for place in range(len(slices))]
    found = (
        free.annotate(
            lot=(F("pk") * A_FACTOR + SEED) % A_PRIME,
            **dict(zip(names, slices.values(), strict=True)),
        )
        .order_by("lot", "pk")
        .values_list("pk", "input_key", "group_key", *names)[:LOOKED_AT]
    )
    return [
        Offered(pk, tuple(value or "" for value in cell), input_key, group)
        for pk, input_key, group, *cell in found
    ]
