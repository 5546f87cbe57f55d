"""A run comes in: outputs are joined to the items of a release by their input, and judged."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import record
from accounts.models import User
from conversations.importers import LineError
from core.errors import InvalidError
from gold.models import Release, ReleaseItem, Run, RunOutput
from gold.runs.inputs import Inputs, is_erased
from gold.runs.judging import PassRule, passes
from gold.runs.reading import Entry, Line

BATCH = 500
TOLD = 5
SHOWN = 5

Tell = Callable[[int], None]
"""How many outputs have been taken so far."""
Refuse = Callable[[LineError], None]


def nothing(_done: int) -> None:
    """Tell nobody."""


@dataclass
class Taken:
    """What became of a file. An output answers every item that asks the same."""

    run: Run | None = None
    outputs: int = 0
    judged: int = 0
    passed: int = 0
    unknown: int = 0
    first_unknown: list[str] = field(default_factory=list)
    repeated: int = 0
    missing: int = 0
    refused: int = 0

    def as_data(self) -> dict[str, Any]:
        """The counts, for a page to say later and for programs."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "run"}


def ignore(_refused: LineError) -> None:
    """Tell nobody."""


@transaction.atomic
def store_run(
    *,
    actor: User | None,
    release: Release,
    variant: str,
    rule: PassRule,
    lines: Iterable[Entry],
    now: datetime,
    note: str = "",
    tell: Tell = nothing,
    refuse: Refuse = ignore,
) -> Taken:
    """Keep all outputs or none; of two to one input the first counts."""
    run = Run.objects.create(
        release=release,
        variant=variant,
        note=note,
        rule=rule.as_data(),
        created_by=actor,
        created_at=now,
    )
    taken = Taken(run)
    for outputs in outputs_in(release, rule, lines, taken, refuse):
        for one in outputs:
            one.run = run
        RunOutput.objects.bulk_create(outputs)
        tell(taken.outputs)
    run.n_outputs, run.n_judged, run.n_passed = taken.outputs, taken.judged, taken.passed
    run.save(update_fields=["n_outputs", "n_judged", "n_passed"])
    record(
        actor, "gold.run_stored", target=run, project=release.dataset.project, count=run.n_outputs
    )
    return taken


def looked_through(
    release: Release,
    rule: PassRule,
    lines: Iterable[Entry],
    tell: Tell = nothing,
    refuse: Refuse = ignore,
) -> tuple[Taken, list[RunOutput]]:
    """What would become of a file, with the first of its outputs; nothing is kept."""
    taken = Taken()
    first: list[RunOutput] = []
    for outputs in outputs_in(release, rule, lines, taken, refuse):
        first += outputs[: SHOWN - len(first)]
        tell(taken.outputs)
    return taken, first


def outputs_in(
    release: Release, rule: PassRule, lines: Iterable[Entry], taken: Taken, refuse: Refuse
) -> Iterator[list[RunOutput]]:
    """Judged outputs of no run yet, a batch at a time; `taken` counts along.

    Of the whole file only the keys of the items that have their output are held.
    """
    inputs, seen = Inputs(release), set[int]()
    for batch in _batches(lines):
        outputs = _judged(release, rule, _fresh(batch, inputs, seen, taken, refuse))
        taken.outputs += len(outputs)
        taken.judged += sum(one.passed is not None for one in outputs)
        taken.passed += sum(one.passed is True for one in outputs)
        yield outputs
    if not seen:
        raise InvalidError(_nothing(taken))
    alive = release.items.exclude(payload__has_key="erased_at")
    taken.missing = alive.count() - len(seen)


def _batches(lines: Iterable[Entry]) -> Iterator[list[Entry]]:
    some = iter(lines)
    while batch := list(islice(some, BATCH)):
        yield batch


def _fresh(
    batch: list[Entry], inputs: Inputs, seen: set[int], taken: Taken, refuse: Refuse
) -> list[tuple[int, Line]]:
    lines = [one for one in batch if isinstance(one, Line)]
    items = inputs.asked_by([one.key for one in lines])
    for one in batch:
        if isinstance(one, LineError):
            taken.refused += not one.notice
            refuse(one)
    new: list[tuple[int, Line]] = []
    for line in lines:
        known = items.get(line.key)
        if known is None:
            taken.unknown += 1
            taken.first_unknown += [line.key] if taken.unknown <= TOLD else []
            continue
        fresh = [pk for pk in known if pk not in seen]
        taken.repeated += not fresh
        seen.update(fresh)
        new += [(pk, line) for pk in fresh]
    return new


def _judged(release: Release, rule: PassRule, new: list[tuple[int, Line]]) -> list[RunOutput]:
    payloads = payloads_of(release, [pk for pk, _line in new]) if rule.looks_at_gold else {}
    return [
        RunOutput(
            gold_item_id=pk,
            output=line.said.output,
            scores=dict(line.said.scores),
            passed=passes(rule, line.said, payloads.get(pk, {"conversation": {}})),
        )
        for pk, line in new
    ]


def payloads_of(release: Release, items: list[int]) -> dict[int, dict[str, object]]:
    rows = ReleaseItem.objects.filter(release=release, gold_item__in=items)
    return {
        pk: payload
        for pk, payload in rows.values_list(F("gold_item"), "payload")
        if not is_erased(payload)
    }


def _nothing(taken: Taken) -> str:
    if not taken.unknown:
        if taken.refused:
            return ngettext(
                "The file holds no output: its %(n)d line was refused.",
                "The file holds no output: all of its %(n)d lines were refused.",
                taken.refused,
            ) % {"n": taken.refused}
        return _("The file holds no output, so there is nothing to keep.")
    return _(
        "None of the %(count)d outputs names an input of this release, the first being “%(key)s”. "
        "Download the inputs, and give each output the input_key it answers."
    ) % {"count": taken.unknown, "key": taken.first_unknown[0][:80]}


@transaction.atomic
def remove_run(*, actor: User, run: Run) -> None:
    """A run is a measurement and no part of a release; who brought the wrong file takes it away."""
    record(
        actor,
        "gold.run_removed",
        target=run.release,
        project=run.release.dataset.project,
        variant=run.variant,
    )
    run.delete()
