"""Background work of imports and of redaction."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from conversations import services
from conversations.models import ImportRun
from conversations.redaction_rules import rewrite_accepted, scan_wanted
from conversations.taking_back import in_use, remove_in_steps
from jobs.ledger import Handle, runner


def run_of(pk: int) -> ImportRun:
    return ImportRun.objects.select_related("project__team", "started_by").get(pk=pk)


@runner
def run_check(handle: Handle, *, run: int) -> dict[str, Any]:
    found = run_of(run)
    services.run_check(found, lambda done, total: handle.step(done=done, total=total))
    if found.options.get("confirmed"):
        services.go_through(run=found, now=timezone.now())
    return counts(found)


@runner
def run_import(handle: Handle, *, run: int) -> dict[str, Any]:
    found = run_of(run)
    services.run_import(
        found, lambda done, total: handle.step(done=done, total=total), timezone.now()
    )
    return counts(found)


@runner
def run_take_back(handle: Handle, *, run: int) -> dict[str, Any]:
    """The cursor is the last conversation looked at: those that stay are not looked at again."""
    found = run_of(run)
    done = handle.job.done

    def tell(removed: int, last: int) -> None:
        nonlocal done
        done += removed
        handle.step(done=done, cursor=last)

    remove_in_steps(found, handle.cursor or 0, tell)
    kept = in_use(found.conversations.all())
    with transaction.atomic():
        services.close_taken_back(found, removed=done, kept=kept, now=timezone.now())
        handle.step(done=done)
    return {"removed": done, "kept": dict(kept)}


def counts(run: ImportRun) -> dict[str, int]:
    return {"new": run.n_new, "unchanged": run.n_unchanged, "refused": run.n_refused}


@runner
def run_scan(
    handle: Handle, *, project: int, run: int | None, conversations: list[int]
) -> dict[str, Any]:
    return scan_wanted(handle, project, run, conversations, timezone.now())


@runner
def run_rewrite(handle: Handle, *, project: int) -> dict[str, Any]:
    return rewrite_accepted(handle, project)
