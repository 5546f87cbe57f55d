"""Background work of gold: publishing a release, writing one to a file, asking the rules."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from gold.exports import FORMATS, Tally, source_of
from gold.models import Candidate, GoldDataset, OutputFile, Release
from gold.services.admitting import admit
from gold.services.checking import check_all
from gold.services.output_files import check_outputs, store_outputs
from gold.services.releases import publish_release
from gold.services.terms import write_terms
from jobs.ledger import Handle, runner

ADMITTED_AT_ONCE = 200


@runner
def run_publish(handle: Handle, *, dataset: int, actor: int, note: str) -> dict[str, Any]:
    """Published once: an attempt after one that was killed behind its commit finds its release."""
    found = GoldDataset.objects.select_related("project").get(pk=dataset)
    before = found.releases.filter(published_at__gte=handle.job.created_at, note=note)
    release = before.filter(published_by=actor).first() or publish_release(
        actor=User.objects.get(pk=actor),
        dataset=found,
        now=timezone.now(),
        note=note,
        tell=lambda done, total: handle.step(done=done, total=total),
    )
    handle.step(done=release.n_items, total=release.n_items)
    return {"release": str(release.uid)}


@runner
def run_export(
    handle: Handle, *, release: int, form: str, split: str = "", tier: str = "", bar: str = ""
) -> dict[str, Any]:
    """Written beside its place and moved there whole; a second attempt begins again."""
    found = Release.objects.select_related("dataset", "parent").get(pk=release)
    wanted, tally, done = FORMATS[form], Tally(), 0

    def seen(n: int) -> None:
        nonlocal done
        done = min(done + n, found.n_items)  # some formats read twice
        handle.step(done=done, total=found.n_items)

    source = source_of(found, split=split, tier=tier, bar=bar, seen=seen)
    folder = Path(settings.MEDIA_ROOT) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{handle.job.uid}{wanted.suffix}"
    unfinished = path.with_suffix(".part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(wanted.write(source, tally))
    except BaseException:
        unfinished.unlink(missing_ok=True)  # on a full disk others wait for its room
        raise
    unfinished.replace(path)
    handle.step(done=found.n_items, total=found.n_items)
    return {
        "file": path.name,
        "name": wanted.file_name(source),
        "release": str(found.uid),
        "items": tally.items,
        "left_out": dict(tally.left_out),
        "expected": dict(tally.expected),
        "pairs": tally.pairs,
    }


@runner
def run_checks(handle: Handle, *, dataset: int) -> dict[str, Any]:
    """What waits and what is gold; a second attempt only says the same again."""
    found = GoldDataset.objects.select_related("project").get(pk=dataset)
    checked = check_all(found, timezone.now(), lambda done: handle.step(done=done))
    handle.step(done=checked, total=checked)
    return {"dataset": str(found.uid), "checked": checked}


@runner
def run_terms(handle: Handle, *, dataset: int) -> dict[str, Any]:
    """Licence and consent into every item; a second attempt finds most of them written."""
    found = GoldDataset.objects.select_related("project").get(pk=dataset)
    done = write_terms(found, lambda done: handle.step(done=done))
    return {"dataset": str(found.uid), "items": done}


@runner
def run_outputs_check(handle: Handle, *, file: int) -> dict[str, Any]:
    """Outputs looked through; nothing is kept of them, so a second attempt begins again."""
    found = output_file(file)
    check_outputs(found, lambda done: handle.step(done=done))
    return {"file": str(found.uid), "outputs": found.found.get("outputs", 0)}


@runner
def run_outputs_store(handle: Handle, *, file: int) -> dict[str, Any]:
    """Others see no half of a run; a second attempt goes on behind the pieces that are stored."""
    run = store_outputs(output_file(file), lambda done: handle.step(done=done), timezone.now())
    return {"run": str(run.uid) if run else None}


def output_file(pk: int) -> OutputFile:
    rows = OutputFile.objects.select_related("release__dataset__project", "created_by")
    return rows.get(pk=pk)


@runner
def run_admit(handle: Handle, *, dataset: int, actor: int) -> dict[str, Any]:
    """Every candidate that passed when it was checked; whoever fails by now stays waiting.

    What a step admitted waits no more, so another attempt goes on behind it.
    """
    found = GoldDataset.objects.select_related("project").get(pk=dataset)
    person = User.objects.get(pk=actor)
    uids = list(
        found.candidates.filter(state=Candidate.State.WAITING, outcome=Candidate.Outcome.PASSES)
        .order_by("pk")
        .values_list("uid", flat=True)
    )
    made = 0
    for start in range(0, len(uids), ADMITTED_AT_ONCE):
        with transaction.atomic():
            admitted = admit(
                actor=person,
                dataset=found,
                uids=uids[start : start + ADMITTED_AT_ONCE],
                now=timezone.now(),
            )
            made += len(admitted.made)
            handle.step(done=min(start + ADMITTED_AT_ONCE, len(uids)), total=len(uids))
    return {"dataset": str(found.uid), "admitted": made, "refused": len(uids) - made}
