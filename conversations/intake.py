"""The two passes over a file: the check, which stores nothing, and the import.

Both move the run's counters and cursor in the transaction of what they write, so either goes on
where it was killed.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Project
from conversations.importers import LineError, Position, Source
from conversations.kept import Keeping, kept_chunks
from conversations.models import ImportRun
from conversations.previews import PREVIEWED, preview_of
from conversations.reading import Chunk, chunks
from conversations.refusals import Ledger
from conversations.sifting import New, Seen, SeenInChunk, sift
from conversations.storing import Variants, store
from conversations.uploads import kept_of
from core.collecting import rarely_collected
from core.errors import DomainError

#: Says how far it is: bytes done, bytes in all. A job's `step`, a progress bar, or nothing.
Tell = Callable[[int, int], None]
TRIES = 5


@dataclass(slots=True)
class Finding:
    """What a check found out about one chunk."""

    end: Position
    bytes_read: int
    new: list[New]
    unchanged: int
    refused: list[LineError]


def check(
    project: Project,
    source: Source,
    importer: str,
    *,
    mapping: Mapping[str, str],
    seen: Seen,
    grow: bool = False,
    start: Position | None = None,
    keeping: Keeping | None = None,
) -> Iterator[Finding]:
    """Read a source as an import would and say what would come of each chunk."""
    with keeping or nullcontext():
        for chunk in chunks(source, importer, mapping, start):
            if keeping:
                keeping.add(chunk)
            sifted = sift(project, chunk.entries, seen=seen, grow=grow)
            yield Finding(
                end=chunk.end,
                bytes_read=chunk.bytes_read,
                new=sifted.new,
                unchanged=sifted.unchanged,
                refused=chunk.refused + sifted.refused,
            )


@rarely_collected()
def check_run(run: ImportRun, source: Source, *, seen: Seen, tell: Tell) -> None:
    """Check a run's file: counts, refused lines and the first conversations as they will look."""
    ledger = Ledger(run)
    kept = kept_of(run)
    findings = check(
        run.project,
        source,
        run.source,
        mapping=mapping_of(run),
        seen=seen,
        grow=grows(run),
        start=start_of(run),
        # What an earlier process read before it was killed is not read again, so not kept either.
        keeping=Keeping(kept, read_as(run)) if kept and not run.cursor else None,
    )
    for finding in findings:
        missing = PREVIEWED - len(run.preview)
        run.preview += [preview_of(new.parsed) for new in finding.new[: max(missing, 0)]]
        with transaction.atomic():
            refused = ledger.store(finding.refused)
            advance(
                run,
                finding.end,
                finding.bytes_read,
                new=len(finding.new),
                unchanged=finding.unchanged,
                refused=refused,
                preview=run.preview,
            )
            tell(finding.bytes_read, source.bytes_total)


@rarely_collected()
def bring_in(run: ImportRun, source: Source, *, now: datetime, tell: Tell) -> None:
    """Store what is new in the run's file, chunk by chunk, from where it stopped."""
    ledger = Ledger(run)
    variants = Variants(run.project)
    for chunk in chunks_of(run, source):
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic():
                    store_chunk(run, chunk, ledger, variants, now)
                    tell(chunk.bytes_read, source.bytes_total)
                break
            except (IntegrityError, OperationalError):
                # Another import stored one of these ids, or its transaction crossed ours: what it
                # committed is seen when the chunk is sifted again.
                if attempt == TRIES:
                    raise
                variants = Variants(run.project)
                ledger = Ledger(run)
                run.refresh_from_db()


def chunks_of(run: ImportRun, source: Source) -> Iterator[Chunk]:
    """What the run still has to bring in: as the check has read it, else read now."""
    place, kept = start_of(run), kept_of(run)
    if kept:
        for chunk in kept_chunks(kept, read_as(run), place):
            if chunk is None:
                return
            place = chunk.end
            yield chunk
    yield from chunks(source, run.source, mapping_of(run), place)


def store_chunk(
    run: ImportRun, chunk: Chunk, ledger: Ledger, variants: Variants, now: datetime
) -> None:
    sifted = sift(run.project, chunk.entries, seen=SeenInChunk(), grow=grows(run), run_id=run.pk)
    refused = ledger.store(chunk.refused + sifted.refused)
    if refused and run.options.get("all_or_nothing"):
        raise SpoiledError(chunk.refused + sifted.refused)
    store(run.project, sifted.new, variants=variants, run_id=run.pk, now=now)
    advance(
        run,
        chunk.end,
        chunk.bytes_read,
        new=len(sifted.new),
        unchanged=sifted.unchanged,
        refused=refused,
    )


class SpoiledError(DomainError):
    """A line was refused of a file that was to come in whole or not at all."""

    def __init__(self, errors: list[LineError]) -> None:
        self.errors = errors
        first = next(error for error in errors if not error.notice)
        super().__init__(
            _(
                "Nothing came in, because the file was to come in whole and line %(line)d of "
                "%(file)s was refused: %(reason)s"
            )
            % {"line": first.line, "file": first.file, "reason": first.reason},
            code="spoiled",
        )


def advance(
    run: ImportRun,
    end: Position,
    bytes_read: int,
    *,
    new: int,
    unchanged: int,
    refused: int,
    **changes: Any,
) -> None:
    """Move the run, unless another process moved it meanwhile: then this one wrote nothing."""
    unmoved = ImportRun.objects.filter(
        pk=run.pk,
        state=run.state,
        n_new=run.n_new,
        n_unchanged=run.n_unchanged,
        n_refused=run.n_refused,
        bytes_read=run.bytes_read,
    )
    moved = unmoved.update(
        n_new=F("n_new") + new,
        n_unchanged=F("n_unchanged") + unchanged,
        n_refused=F("n_refused") + refused,
        bytes_read=bytes_read,
        cursor=list(end),
        **changes,
    )
    if not moved:
        raise DomainError(
            _(
                "“%(file)s” is being worked on by another process, or was called off; this one "
                "stopped and changed nothing more."
            )
            % {"file": run.file_name}
        )
    run.n_new += new
    run.n_unchanged += unchanged
    run.n_refused += refused
    run.bytes_read = bytes_read
    run.cursor = list(end)


def start_of(run: ImportRun) -> Position | None:
    return Position(*run.cursor) if run.cursor else None


def read_as(run: ImportRun) -> tuple[Any, ...]:
    """All that the same bytes could be read differently by."""
    return run.source, mapping_of(run), run.options.get("encoding")


def mapping_of(run: ImportRun) -> dict[str, str]:
    """What was said of fields or columns, and of the file's own words for roles."""
    roles = run.options.get("roles") or {}
    return {
        **(run.options.get("mapping") or {}),
        **{f"role.{word}": role for word, role in roles.items()},
    }


def grows(run: ImportRun) -> bool:
    return bool(run.options.get("grow"))
