"""What a project looks for and whether it keeps originals; looking through many conversations."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from conversations.models import Conversation, ImportRun, Redaction, RedactionRules
from conversations.redacting import names_in, names_of, rules_of, unscanned
from conversations.rewriting import write_in
from conversations.scanning import scan_all, without_finds
from core.errors import DomainError, InvalidError
from jobs.ledger import Handle, enqueue_on_commit
from jobs.models import Job

MOST_NAMES, LONGEST_NAME = 2_000, 100
BATCH = 200


@transaction.atomic
def set_names(*, actor: User | None, project: Project, names: str) -> None:
    """The names to look for, one a line; what was looked through before is then out of date."""
    listed = names_in(names)
    if len(listed) > MOST_NAMES:
        raise InvalidError(
            _("The list has %(n)s names; at most %(most)s are looked for. Take some away.")
            % {"n": len(listed), "most": MOST_NAMES}
        )
    if longest := next((name for name in listed if len(name) > LONGEST_NAME), ""):
        raise InvalidError(
            _("“%(name)s…” is longer than %(most)s characters. Write one name a line.")
            % {"name": longest[:40], "most": LONGEST_NAME}
        )
    RedactionRules.objects.update_or_create(project=project, defaults={"names": "\n".join(listed)})
    record(actor, "redaction.names_changed", target=project, project=project, names=len(listed))


@transaction.atomic
def keep_no_originals(*, actor: User | None, project: Project) -> Job:
    """From now on what is accepted is written in; what was accepted before is, in the background.

    There is no way back for what is written, so keeping originals again is a rule for later words.
    """
    RedactionRules.objects.update_or_create(project=project, defaults={"keep_originals": False})
    record(actor, "redaction.originals_dropped", target=project, project=project)
    return enqueue_on_commit(
        "conversations.tasks.run_rewrite",
        args={"project": project.pk},
        project_uid=project.uid,
        coalesce_key=f"redaction-rewrite {project.pk}",
        requested_by=actor.pk if actor else None,
    )


@transaction.atomic
def keep_originals(*, actor: User | None, project: Project) -> None:
    RedactionRules.objects.update_or_create(project=project, defaults={"keep_originals": True})
    record(actor, "redaction.originals_kept", target=project, project=project)


@transaction.atomic
def set_scan_imports(*, actor: User | None, project: Project, scan: bool) -> None:
    """Whether what comes in from now on is looked through behind its import."""
    RedactionRules.objects.update_or_create(project=project, defaults={"scan_imports": scan})
    if scan:
        record(actor, "redaction.imports_scanned", target=project, project=project)
    else:
        record(actor, "redaction.imports_left", target=project, project=project)


def scan_imported(run: ImportRun) -> None:
    """Behind an import, never in it: bringing in is fast, and looking through takes longer."""
    if rules_of(run.project).scan_imports and run.conversations.exists():
        start_scan(actor=run.started_by, project=run.project, run=run)


@transaction.atomic
def start_scan(
    *,
    actor: User | None,
    project: Project,
    run: ImportRun | None = None,
    conversations: Collection[int] = (),
) -> Job:
    """Look through what is not looked through: all, those of an import, or those of a list."""
    chosen = wanted(project.pk, run.pk if run else None, sorted(conversations))
    n = chosen.count()
    if not n:
        raise DomainError(_("There is no conversation to look through. Import some first."))
    return enqueue_on_commit(
        "conversations.tasks.run_scan",
        args={
            "project": project.pk,
            "run": run.pk if run else None,
            "conversations": sorted(conversations),
        },
        project_uid=project.uid,
        total=n,
        coalesce_key="" if conversations else scan_key(project.pk, run.pk if run else None),
        requested_by=actor.pk if actor else None,
    )


def scan_key(project: int, run: int | None) -> str:
    return f"redaction-scan {project} {run}"


def wanted(project: int, run: int | None, conversations: Collection[int]) -> Any:
    chosen = Conversation.objects.filter(project=project)
    if run is not None:
        chosen = chosen.filter(run=run)
    return chosen.filter(pk__in=conversations) if conversations else chosen


def scan_wanted(
    handle: Handle, project: int, run: int | None, conversations: Collection[int], now: datetime
) -> dict[str, int]:
    """In committed batches from the cursor on; what is up to date is passed over."""
    chosen = wanted(project, run, conversations).order_by("pk")
    found, done, last = 0, handle.job.done, handle.cursor or 0
    while keys := list(chosen.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        names, due = names_of(project), unscanned(keys)
        clean = without_finds(due, names)
        with transaction.atomic():
            found += scan_all(due, names, now, clean=clean)
            last, done = keys[-1], done + len(keys)
            handle.step(done=done, cursor=last)
    return {"conversations": done, "proposals": found}


def rewrite_accepted(handle: Handle, project: int) -> dict[str, int]:
    """Write in what was accepted while originals were kept."""
    done = handle.job.done
    due = Redaction.objects.accepted().filter(project=project, is_written=False)
    while keys := sorted(set(due.values_list("conversation_id", flat=True)[:BATCH])):
        with transaction.atomic():
            rows = Conversation.objects.select_for_update(of=("self",)).filter(pk__in=keys)
            write_in(list(rows.order_by("pk")))
            done += len(keys)
            handle.step(done=done)
    return {"conversations": done}
