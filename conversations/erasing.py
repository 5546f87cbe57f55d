"""Taking the words out of conversations whose customer asked to be forgotten.

The row stays, with the hash of what it said and the number of its turns: ratings, verdicts and
releases name it, and their figures stand. What was said is gone.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import BinaryField, F, Func, IntegerField, Q, Value
from django.db.models.lookups import GreaterThan
from django.utils.dateparse import parse_datetime

from conversations.marks import forget_places
from conversations.models import Conversation, ImportRun, Redaction, RedactionScan, RefusedLine

ERASED = "—"
BATCH = 200


def erase_words(conversations: Collection[int], now: datetime) -> int:
    """Empty conversations, in the caller's transaction; how many there were."""
    chosen = Conversation.objects.select_for_update().filter(pk__in=conversations)
    rows = list(chosen.order_by("pk"))
    forget_places(rows)
    for row in rows:
        row.turns = [emptied(turn) for turn in row.turns]
        row.metadata = {"erased_at": now.isoformat()}
        row.reference, row.guidance, row.error, row.redacted = "", None, "", None
        row.title, row.n_chars = ERASED, len(row.turns) * len(ERASED)
    Conversation.objects.bulk_update(
        rows,
        ["turns", "metadata", "reference", "guidance", "error", "redacted", "title", "n_chars"],
        batch_size=BATCH,
    )
    _forget_files(rows)
    Redaction.objects.filter(conversation__in=rows).delete()
    RedactionScan.objects.filter(conversation__in=rows).delete()
    return len(rows)


def erased_at(conversation: Conversation) -> datetime | None:
    """When its words were taken out; None where they were not."""
    if conversation.title != ERASED or set(conversation.metadata) != {"erased_at"}:
        return None
    return parse_datetime(str(conversation.metadata["erased_at"]))


def emptied(turn: dict[str, Any]) -> dict[str, Any]:
    """A turn that keeps its place and says nothing."""
    kept: dict[str, Any] = {name: turn[name] for name in ("id", "role") if name in turn}
    return kept | {"content": ERASED}


def _forget_files(rows: Iterable[Conversation]) -> None:
    """What imports keep of their files: the first conversations, and lines that were refused.

    Of any import, because a file may have come more than once, or been refused for these very ids.
    """
    names: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        names[row.project_id].add(row.external_id)
    for project, theirs in names.items():
        runs = ImportRun.objects.filter(project=project)
        shown = runs.exclude(preview=[]).values_list("pk", "preview").order_by("pk")
        telling = [
            pk
            for pk, preview in shown.iterator(chunk_size=50)
            if any(one.get("external_id") in theirs for one in preview)
        ]
        runs.filter(pk__in=telling).update(preview=[])
        for name in theirs:
            is_of_it = Q(excerpt__contains=f'"{name}"') | Q(excerpt__startswith=f"{name},")
            for written in {json.dumps(name), json.dumps(name, ensure_ascii=False)}:
                is_of_it |= Q(GreaterThan(PlaceIn(written.encode(), F("raw")), 0))
            lines = RefusedLine.objects.filter(is_of_it, run__project=project)
            lines.update(raw=None, excerpt=ERASED)


class PlaceIn(Func):
    """Where bytes begin within others, counted from 1; 0 where they do not stand there.

    The id of a long line may stand behind all that its excerpt shows.
    """

    function = "POSITION"
    arg_joiner = " IN "
    output_field = IntegerField()

    def __init__(self, wanted: bytes, within: F) -> None:
        super().__init__(Value(wanted, output_field=BinaryField()), within)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        turned = self.copy()
        turned.set_source_expressions(self.get_source_expressions()[::-1])
        return turned.as_sql(compiler, connection, function="INSTR", arg_joiner=", ", **context)


def whole_chains(conversations: Iterable[int]) -> set[int]:
    """These, with whatever they continue and whatever continues them, to both ends."""
    found = set(conversations)
    last = found
    while last:
        chained = Conversation.objects.exclude(continues=None)
        earlier = chained.filter(pk__in=last).values_list(F("continues"), flat=True)
        later = chained.filter(continues__in=last).values_list("pk", flat=True)
        last = {*earlier, *later} - found
        found = found | last
    return found
