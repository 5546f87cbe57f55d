"""A run comes in: outputs are joined to the items of a release by their input, and judged.

They are stored in pieces, because on SQLite nobody else writes while one is stored. A run is shown
once it is whole, and one that does not become whole goes.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import record
from accounts.models import User
from conversations.importers import LineError
from core.errors import InvalidError
from gold.models import GoldItem, Release, ReleaseItem, Run, RunOutput
from gold.runs.inputs import Inputs, is_erased
from gold.runs.judging import PassRule, passes, rule_from
from gold.runs.reading import Entry, Line

T = TypeVar("T")
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


def store_run(
    *,
    actor: User | None,
    release: Release,
    variant: str,
    rule: PassRule,
    lines: Iterable[Entry],
    now: datetime,
    note: str = "",
    refuse: Refuse = ignore,
) -> Taken:
    """Keep all outputs or none; of two to one input the first counts."""
    run = begin_run(
        actor=actor, release=release, variant=variant, rule=rule.as_data(), note=note, now=now
    )
    try:
        taken = take_in(run, lines, refuse=refuse)
        finish_run(run, taken)
    except BaseException:
        drop_run(run)
        raise
    return taken


def begin_run(
    *,
    actor: User | None,
    release: Release,
    variant: str,
    rule: Mapping[str, Any],
    note: str,
    now: datetime,
) -> Run:
    """A run that nobody is shown before it is finished."""
    return Run.every.create(
        release=release,
        variant=variant,
        note=note,
        rule=rule,
        is_whole=False,
        created_by=actor,
        created_at=now,
    )


def take_in(
    run: Run, lines: Iterable[Entry], tell: Tell = nothing, refuse: Refuse = ignore
) -> Taken:
    """Store the outputs that the run has not yet, in short transactions in which `tell` is called.

    A long file keeps nobody from writing. Whoever was killed begins at the first line again, and
    what is stored already is passed over.
    """
    taking = Taking(run.release, rule_from(run.rule), refuse, stored=stored_in(run))
    for batch in batches(lines):
        outputs = taking.judged(batch)
        done = taking.taken.outputs - len(outputs)
        for some in batches(outputs):
            done += len(some)
            with transaction.atomic():
                store(run, some)
                tell(done)
    return counted(run, taking.end())


def counted(run: Run, taken: Taken) -> Taken:
    """With the outputs of all attempts, before the transaction in which the run is finished."""
    counts = run.outputs.aggregate(
        outputs=Count("pk"),
        judged=Count("pk", filter=Q(passed__isnull=False)),
        passed=Count("pk", filter=Q(passed=True)),
    )
    return replace(taken, run=run, **counts)


def store(run: Run, outputs: Sequence[RunOutput]) -> None:
    """Without those of items that were erased meanwhile: an answer repeats words of the question.

    With the items locked, an erasure is over, and seen here, or finds the outputs when it comes.
    """
    items = [one.gold_item_id for one in outputs]
    rows = GoldItem.objects.select_for_update(no_key=True).filter(pk__in=items).order_by("pk")
    lines = run.release.items.filter(gold_item__in=list(rows.values_list("pk", flat=True)))
    alive = lines.exclude(payload__has_key="erased_at").values_list("gold_item_id", flat=True)
    kept = set(alive)
    for one in outputs:
        one.run = run
    RunOutput.objects.bulk_create([one for one in outputs if one.gold_item_id in kept])


def stored_in(run: Run) -> frozenset[int]:
    return frozenset(run.outputs.values_list("gold_item_id", flat=True))


@transaction.atomic
def finish_run(run: Run, taken: Taken) -> None:
    """Show it, with what is judged of all pieces."""
    run.n_outputs, run.n_judged, run.n_passed = taken.outputs, taken.judged, taken.passed
    run.is_whole = True
    run.save(update_fields=["n_outputs", "n_judged", "n_passed", "is_whole"])
    project = run.release.dataset.project
    record(run.created_by, "gold.run_stored", target=run, project=project, count=run.n_outputs)


def looked_through(
    release: Release,
    rule: PassRule,
    lines: Iterable[Entry],
    tell: Tell = nothing,
    refuse: Refuse = ignore,
) -> tuple[Taken, list[RunOutput]]:
    """What would become of a file, with the first of its outputs; nothing is kept."""
    taking = Taking(release, rule, refuse)
    first: list[RunOutput] = []
    for batch in batches(lines):
        first += taking.judged(batch)[: SHOWN - len(first)]
        tell(taking.taken.outputs)
    return taking.end(), first


def batches(these: Iterable[T]) -> Iterator[list[T]]:
    some = iter(these)
    while batch := list(islice(some, BATCH)):
        yield batch


class Taking:
    """A file on its way to the items of a release, a batch at a time; `taken` counts along.

    Of the whole file only the keys of the items that have their output are held.
    """

    def __init__(
        self,
        release: Release,
        rule: PassRule,
        refuse: Refuse,
        stored: Collection[int] = frozenset(),
    ) -> None:
        self.release, self.rule, self.refuse, self.stored = release, rule, refuse, stored
        self.inputs, self.seen, self.taken = Inputs(release), set[int](), Taken()

    def judged(self, batch: Sequence[Entry]) -> list[RunOutput]:
        """Outputs of no run yet, for items that have none."""
        fresh = self._fresh(batch)
        self.taken.outputs += len(fresh)
        new = [(pk, line) for pk, line in fresh if pk not in self.stored]
        outputs = _judged(self.release, self.rule, new)
        self.taken.judged += sum(one.passed is not None for one in outputs)
        self.taken.passed += sum(one.passed is True for one in outputs)
        return outputs

    def _fresh(self, batch: Sequence[Entry]) -> list[tuple[int, Line]]:
        lines = [one for one in batch if isinstance(one, Line)]
        items = self.inputs.asked_by([one.key for one in lines])
        for one in batch:
            if isinstance(one, LineError):
                self.taken.refused += not one.notice
                self.refuse(one)
        return [(pk, line) for line in lines for pk in self._without_output(line, items)]

    def _without_output(self, line: Line, items: Mapping[str, Sequence[int]]) -> list[int]:
        """The items that the line answers and no line before it did."""
        known = items.get(line.key)
        if known is None:
            self.taken.unknown += 1
            self.taken.first_unknown += [line.key] if self.taken.unknown <= TOLD else []
            return []
        fresh = [pk for pk in known if pk not in self.seen]
        self.taken.repeated += not fresh
        self.seen.update(fresh)
        return fresh

    def end(self) -> Taken:
        """What became of the file; one that answers nothing is refused."""
        if not self.seen:
            raise InvalidError(_nothing(self.taken))
        alive = self.release.items.exclude(payload__has_key="erased_at")
        self.taken.missing = alive.count() - len(self.seen)
        return self.taken


def _judged(release: Release, rule: PassRule, new: Sequence[tuple[int, Line]]) -> list[RunOutput]:
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


def remove_run(*, actor: User, run: Run) -> None:
    """A run is a measurement and no part of a release; who brought the wrong file takes it away."""
    with transaction.atomic():
        record(
            actor,
            "gold.run_removed",
            target=run.release,
            project=run.release.dataset.project,
            variant=run.variant,
        )
        run.is_whole = False
        run.save(update_fields=["is_whole"])
    drop_run(run)


def drop_run(run: Run) -> None:
    """Delete what nobody is shown, piece by piece; where that breaks off, cleaning goes on."""
    outputs = run.outputs.order_by("pk")
    while some := list(outputs.values_list("pk", flat=True)[:BATCH]):
        RunOutput.objects.filter(pk__in=some).delete()
    run.delete()
