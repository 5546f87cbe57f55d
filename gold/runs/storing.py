"""A run comes in: outputs are joined to the items of a release by their input, and judged."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from annotation.models import Item
from conversations.erasing import erase_words
from core.errors import InvalidError
from gold.models import Release, ReleaseItem, Run, RunOutput, RunStudy
from gold.runs.inputs import is_erased, key_of
from gold.runs.judging import PassRule, passes
from gold.runs.reading import Line

BATCH = 500
TOLD = 5


@dataclass
class Taken:
    """What became of a file. An output answers every item that asks the same."""

    run: Run | None = None
    unknown: int = 0
    first_unknown: list[str] = field(default_factory=list)
    repeated: int = 0
    missing: int = 0


@transaction.atomic
def store_run(
    *,
    actor: User | None,
    release: Release,
    variant: str,
    rule: PassRule,
    lines: Iterable[Line],
    now: datetime,
    note: str = "",
) -> Taken:
    """Keep all outputs or none; of two to one input the first counts."""
    items = items_by_key(release)
    run = Run.objects.create(
        release=release,
        variant=variant,
        note=note,
        rule=rule.as_data(),
        created_by=actor,
        created_at=now,
    )
    taken = Taken(run)
    seen: set[int] = set()
    for batch in _batches(lines):
        RunOutput.objects.bulk_create(_outputs(run, rule, batch, items, seen, taken))
    if not seen:
        raise InvalidError(_nothing(taken))
    judged = run.outputs.exclude(passed=None)
    run.n_outputs, run.n_judged = len(seen), judged.count()
    run.n_passed = judged.filter(passed=True).count()
    run.save(update_fields=["n_outputs", "n_judged", "n_passed"])
    taken.missing = len({pk for pks in items.values() for pk in pks} - seen)
    record(
        actor, "gold.run_stored", target=run, project=release.dataset.project, count=run.n_outputs
    )
    return taken


def items_by_key(release: Release) -> dict[str, list[int]]:
    """Gold items by the name of their input and by their own uid; erased ones have neither."""
    found: dict[str, list[int]] = defaultdict(list)
    rows = release.items.values_list(
        "gold_item_id",
        "gold_item__uid",
        "payload__input_key",
        "payload__conversation__input",
        "payload__erased_at",
    )
    unnamed: dict[int, str] = {}
    for pk, uid, key, older_key, erased in rows.iterator(chunk_size=2_000):
        if erased:
            continue
        if named := key or older_key:
            found[named].append(pk)
        else:
            unnamed[pk] = str(uid)
        found[str(uid)].append(pk)
    for one in release.items.filter(gold_item__in=list(unnamed)) if unnamed else ():
        found[key_of(one.payload)].append(one.gold_item_id)
    return found


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    some = iter(lines)
    while batch := list(islice(some, BATCH)):
        yield batch


def _outputs(
    run: Run,
    rule: PassRule,
    batch: list[Line],
    items: dict[str, list[int]],
    seen: set[int],
    taken: Taken,
) -> list[RunOutput]:
    new: list[tuple[int, Line]] = []
    for line in batch:
        known = items.get(line.key)
        if known is None:
            taken.unknown += 1
            taken.first_unknown += [line.key] if taken.unknown <= TOLD else []
            continue
        fresh = [pk for pk in known if pk not in seen]
        taken.repeated += not fresh
        seen.update(fresh)
        new += [(pk, line) for pk in fresh]
    payloads = payloads_of(run.release, [pk for pk, _line in new]) if rule.looks_at_gold else {}
    return [
        RunOutput(
            run=run,
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


def forget_outputs(
    *, actor: User | None, project: Project, conversations: Collection[int], now: datetime
) -> None:
    """An answer to somebody's words may repeat them, so it goes with the conversation.

    So does the conversation that raters were shown, which has their words and the answer.
    """
    item = "gold_item__candidate__item__"
    about = Q(**{f"{item}conversation__in": conversations})
    about |= Q(**{f"{item}conversation_b__in": conversations})
    theirs = RunOutput.objects.filter(about, run__release__dataset__project=project)
    gold = {str(uid) for uid in theirs.values_list("gold_item__uid", flat=True)}
    theirs.exclude(output="").update(output="")
    studies = RunStudy.objects.filter(study__project=project)
    items = {one["item"] for of in studies for one in of.sample if one["gold"] in gold}
    shown = Item.objects.filter(uid__in=items).values_list("conversation", flat=True)
    erase_words(list(shown), now)
