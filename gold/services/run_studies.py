"""Outputs of a run put before raters: drawn at random, as conversations in a study of their own."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from django.db import transaction
from django.utils import formats
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from annotation.draws import draw
from annotation.models import Rater
from conversations.direct import import_file
from conversations.models import Conversation, ImportRun
from core.errors import DomainError
from core.text import digest
from gold.asked import asked_in
from gold.models import Run, RunStudy
from gold.runs.bars import Bar
from gold.runs.comparing import BROKEN, FIXED
from gold.runs.inputs import is_erased, key_of
from gold.runs.outcomes import change_between, outcomes_of, predecessor_of
from gold.runs.people import CHANGED, UNJUDGED, asked_of
from gold.services.rated_anew import put_before_raters

BATCH = 500
LONGEST_NAME = 60


@transaction.atomic
def put_outputs_before_raters(
    *,
    actor: User | None,
    run: Run,
    bar: Bar,
    which: str,
    size: int,
    seed: int,
    overlap: int,
    raters: Sequence[Rater] | None,
    now: datetime,
) -> RunStudy:
    """Draw outputs and let people judge them, blind to the variant.

    What the same words answer to the same input is judged once. What stood before raters already
    is not drawn again.
    """
    dataset = run.release.dataset
    pool = outputs_to_draw(run, which)
    if not pool:
        raise DomainError(
            _("No output of “%(run)s” is left to put before raters in this way. Choose others.")
            % {"run": run}
        )
    units = ((uid, "") for uid in pool)
    drawn = [one.id for one in draw(units, size=min(size, len(pool)), seed=seed).drawn]
    asked = _records(run, [pool[uid] for uid in drawn])
    conversations = _conversations(actor, run, asked.values(), now)
    named = {
        uid: conversations[asked[pool[uid]]["external_id"]] for uid in drawn if pool[uid] in asked
    }
    items = put_before_raters(
        actor=actor,
        project=dataset.project,
        name=_("Answers to %(dataset)s, %(date)s")
        % {"dataset": dataset.name[:80], "date": formats.date_format(now, "DATE_FORMAT")},
        version=bar.criterion.version,
        overlap=overlap,
        raters=raters,
        units=[(pk,) for pk in dict.fromkeys(named.values())],
        pool_size=len(pool),
        seed=seed,
        now=now,
    )
    item_of = {one.conversation_id: str(one.uid) for one in items}
    found = RunStudy.objects.create(
        run=run,
        study=items[0].study,
        criterion=bar.criterion.key,
        how=bar.how,
        at_least=bar.at_least,
        number=bar.number,
        which=which,
        seed=seed,
        pool_size=len(pool),
        sample=[{"gold": uid, "item": item_of[pk]} for uid, pk in named.items()],
        created_by=actor,
        created_at=now,
    )
    record(
        actor, "gold.run_put_before_raters", target=run, project=dataset.project, size=len(items),
        seed=seed,
    )  # fmt: skip
    return found


def outputs_to_draw(run: Run, which: str) -> dict[str, int]:
    """Gold items by uid, with the key of the output; what says nothing cannot be judged.

    `which` is one of `gold.runs.people.WHICH`.
    """
    earlier = predecessor_of(run)
    wanted: set[int] | None = None
    unwanted: set[int] = set()
    if which in (CHANGED, BROKEN):
        names = (BROKEN,) if which == BROKEN else (FIXED, BROKEN)
        became = change_between(earlier, run).items if earlier else {}
        wanted = {pk for pk, name in became.items() if name in names}
    elif which == UNJUDGED:
        unwanted = set(outcomes_of(run))
    stood = asked_of(run)
    rows = run.outputs.exclude(output="").values_list("gold_item_id", "gold_item__uid", "pk")
    return {
        str(uid): output
        for pk, uid, output in rows.iterator(chunk_size=2_000)
        if (wanted is None or pk in wanted) and pk not in unwanted and str(uid) not in stood
    }


def _records(run: Run, outputs: Sequence[int]) -> dict[int, dict[str, Any]]:
    """By output, the conversation it makes: what was asked, then what this variant said."""
    variant = _variant(run)
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(outputs), BATCH):
        said = run.outputs.filter(pk__in=outputs[start : start + BATCH])
        of_item = {one.gold_item_id: one for one in said}
        lines = run.release.items.filter(gold_item__in=list(of_item))
        for item, payload in lines.values_list("gold_item_id", "payload"):
            if not is_erased(payload):
                one = of_item[item]
                found[one.pk] = _record(run, payload, one.output, variant)
    return found


def _record(
    run: Run, payload: Mapping[str, Any], output: str, variant: dict[str, Any]
) -> dict[str, Any]:
    key = key_of(payload)
    turns = [{name: turn[name] for name in turn if name != "id"} for turn in asked_in(payload)]
    said = payload["conversation"]
    external = f"run-{digest([str(run.uid), key, output])[:16]}"  # of no variant: raters see it
    return {
        "external_id": external,
        "turns": [*turns, {"role": "assistant", "content": output}],
        "variant": variant,
        "input_key": key,
        "group_key": payload.get("group") or external,
        "reference": said.get("reference") or "",
        "guidance": said.get("guidance"),
        "language": payload.get("language") or said["language"],
        "metadata": {"gold_run": str(run.uid)},
    }


def _variant(run: Run) -> dict[str, Any]:
    """The project's own variant of that name, so that its ratings are counted as that one's."""
    names = ("name", "model", "prompt", "retrieval_index", "code_revision", "parameters")
    known = run.release.dataset.project.variants.filter(name=run.variant).order_by("-pk")
    return known.values(*names).first() or {"name": run.variant}


def file_name_of(run: Run) -> str:
    """By release and variant, so that whoever reads the list of imports knows what came in."""
    return get_valid_filename(f"gold_{run.release.number}_{run.variant}")[:LONGEST_NAME]


def _conversations(
    actor: User | None, run: Run, records: Iterable[dict[str, Any]], now: datetime
) -> dict[str, int]:
    """Through the importer, so that they are what any other conversation is; by external id."""
    project: Project = run.release.dataset.project
    by_id = {one["external_id"]: one for one in records}
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{file_name_of(run)}.jsonl"
        path.write_bytes(
            b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in by_id.values())
        )
        outcome = import_file(actor=actor, project=project, path=path, source="jsonl", now=now)
    if outcome.n_refused:
        first = next(line for line in outcome.lines() if not line.notice)
        raise DomainError(
            _("An output of “%(run)s” makes no conversation: %(reason)s")
            % {"run": run, "reason": first.reason}
        )
    if outcome.run:
        ImportRun.objects.filter(pk=outcome.run.pk).update(source=ImportRun.OF_GOLD)
    found: dict[str, int] = {}
    names = list(by_id)
    for start in range(0, len(names), BATCH):
        rows = Conversation.objects.filter(
            project=project, external_id__in=names[start : start + BATCH]
        )
        found |= dict(rows.values_list("external_id", "pk"))
    return found
