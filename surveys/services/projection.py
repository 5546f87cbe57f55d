"""Reading and writing what follows from events: the current feedback, and the sums over it.

Whoever changes either holds the project's projection first, so that folding, joining, recounting,
cleaning and erasing come one after the other and a difference is never counted twice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import Any
from uuid import UUID, uuid4

from core.many_rows import fields_of, insert_many
from surveys.folding import COUNTS, CellKey, Tally
from surveys.models import CurrentFeedback, FeedbackCell, FeedbackRules, ReasonCell

CELLS_AT_ONCE = 400
ROWS_AT_ONCE = 500
Key = tuple[int, UUID]
"""Respondent and target of a row."""

KEPT = frozenset({"id", "respondent", "target", "project", "fixed_at"})
WRITTEN = [field.name for field in CurrentFeedback._meta.concrete_fields if field.name not in KEPT]
CURRENT = [field for field in CurrentFeedback._meta.concrete_fields if field.name != "id"]
VALUES = attrgetter(*(field.attname for field in CURRENT))
CELLS = fields_of(FeedbackCell, [*CellKey._fields, *COUNTS])
REASONS = fields_of(ReasonCell, ["cell", "value", "reason", "n"])
MORE = ", ".join(f"{name} = surveys_feedbackcell.{name} + excluded.{name}" for name in COUNTS)
ADD_TO_CELLS = f"""
    ON CONFLICT ({", ".join(CellKey._fields)}) DO UPDATE SET {MORE}
    RETURNING id, {", ".join(CellKey._fields)}"""
ADD_TO_REASONS = """
    ON CONFLICT (cell_id, value, reason) DO UPDATE SET n = surveys_reasoncell.n + excluded.n"""


def hold(project: int) -> FeedbackRules:
    """Let nobody else change the projection of a project until the caller's transaction ends."""
    FeedbackRules.objects.get_or_create(project_id=project)
    return FeedbackRules.objects.select_for_update(no_key=True).get(project=project)


def rows_of(project: int, keys: Collection[Key]) -> dict[Key, CurrentFeedback]:
    """The rows that exist, of a projection that is held."""
    targets = defaultdict(set)
    for respondent, target in keys:
        targets[respondent].add(target)
    rows = CurrentFeedback.objects.filter(
        project=project, respondent__in=targets, target__in={target for _one, target in keys}
    )
    return {(row.respondent_id, row.target): row for row in rows}


def write(
    rows: Sequence[CurrentFeedback], before: Tally, after: Tally, writes: Sequence[str] = WRITTEN
) -> None:
    """Store rows, new or known, and bring the sums from what they were before to what they are."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        values = [VALUES(row) for row in rows[start : start + ROWS_AT_ONCE]]
        insert_many(CURRENT, values, _what_is_new(tuple(writes)))
    after.subtract(before)
    add_to_sums(after)
    stamp(rows)


@cache
def _what_is_new(fields: tuple[str, ...]) -> str:
    """The end of a statement that takes these fields over where the row is known."""
    columns = [field.column for field in fields_of(CurrentFeedback, fields)]
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns)
    return f"ON CONFLICT (respondent_id, target) DO UPDATE SET {changes}"


def remove(rows: Collection[CurrentFeedback]) -> None:
    """Delete rows of a projection that is held, and take them out of the sums."""
    differences = Tally()
    differences.subtract(Tally(rows))
    add_to_sums(differences)
    CurrentFeedback.objects.filter(pk__in=[row.pk for row in rows]).delete()
    stamp(rows)


def stamp(rows: Iterable[CurrentFeedback]) -> None:
    """Say that what was counted over a projection before is not what it holds now."""
    projects = {row.project_id for row in rows}
    FeedbackRules.objects.filter(project__in=projects).update(stamp=uuid4())


def add_to_sums(differences: Tally) -> None:
    keys = iter(differences.keys)
    while some := list(islice(keys, CELLS_AT_ONCE)):
        cells = _add_to_cells(some, differences)
        _add_to_reasons(some, cells, differences)


def _add_to_cells(keys: Sequence[CellKey], differences: Tally) -> dict[tuple[str, ...], int]:
    counts = differences.counts
    values = [(*key, *(counts[key, name] for name in COUNTS)) for key in keys]
    return {_as_text(row[1:]): row[0] for row in insert_many(CELLS, values, ADD_TO_CELLS)}


def _add_to_reasons(
    keys: Sequence[CellKey], cells: Mapping[tuple[str, ...], int], differences: Tally
) -> None:
    wanted = set(keys)
    rows = sorted(
        (cells[_as_text(key)], value, reason, n)
        for (key, value, reason), n in differences.reasons.items()
        if n and key in wanted
    )
    for start in range(0, len(rows), CELLS_AT_ONCE):
        insert_many(REASONS, rows[start : start + CELLS_AT_ONCE], ADD_TO_REASONS)


def _as_text(key: Iterable[Any]) -> tuple[str, ...]:
    """A key in the same words, whichever way a database gives a day back."""
    return tuple(str(part) for part in key)
