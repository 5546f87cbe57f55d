"""Ratings that exist already, into a study: each once, each checked, each bad line told.

A study that is itself imported takes its items from the file: as many places an item as it has
ratings, no inclusion probability, and so no claim about any pool. In a study that was drawn,
imported ratings take the places that are open.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.audit import record
from accounts.models import Project, User
from annotation.models import Item, Study
from annotation.rating_intake import Intake, Taken
from annotation.services.rubrics import create_rubric, publish_version
from annotation.services.settling import settle_item
from annotation.services.studies import create_study
from conversations.importers import (
    LineError,
    ParsedRating,
    Position,
    Source,
    guess_ratings,
    read_ratings,
    rubric,
)

CHUNK = 1_000
SETTLED_AT_ONCE = 200


Checkpoint = Callable[[Taken, Source], None]
"""Called inside the transaction of every step, to keep how far it is."""


@transaction.atomic
def create_imported_study(
    *, actor: User | None, project: Project, name: str, source: str, now: datetime
) -> Study:
    """A study for the ratings of a source that brings its own scale; the same name, the same study.

    It is closed from the start: nobody is asked to rate, and what the file holds is all there is.
    """
    known = project.studies.filter(name=name, imported=True).first()
    if known:
        return known
    version = publish_version(
        actor=actor,
        version=create_rubric(actor=actor, project=project, data=rubric(source)),
        now=now,
    )
    study = create_study(
        actor=actor, project=project, name=name, rubric_version=version, overlap=1, imported=True
    )
    study.state, study.opened_at, study.closed_at = Study.State.CLOSED, now, now
    study.settling = {}  # each item by the rule for as many raters as it has
    study.save(update_fields=["state", "opened_at", "closed_at", "settling"])
    return study


def import_ratings(
    *,
    actor: User | None,
    study: Study,
    source: Source,
    importer: str = "",
    mapping: Mapping[str, str] | None = None,
    revise: bool = False,
    now: datetime,
    taken: Taken | None = None,
    checkpoint: Checkpoint = lambda taken, source: None,
) -> Taken:
    """Read a file of ratings into the study, a chunk a transaction, then settle what is full.

    The same rating again changes nothing; another of the same rater on the same item is refused
    with both shown, or with `revise` stored as a revision. `taken` continues an earlier run.
    """
    taken = taken or Taken()
    intake = Intake(study, now=now, revise=revise)
    if taken.settled_to is None:
        entries = read_ratings(
            source,
            importer=importer or guess_ratings(source),
            mapping=mapping,
            start=Position(*taken.position) if taken.position else None,
        )
        for end, chunk in _chunks(entries):
            with transaction.atomic():
                intake.take(chunk, taken)
                taken.position = list(end)
                checkpoint(taken, source)
        with transaction.atomic():
            _count_up(study)
            record(
                actor, "ratings.imported", target=study, project=study.project,
                file=source.name or source.path.name, new=taken.new, unchanged=taken.unchanged,
                revised=taken.revised, refused=taken.refused,
            )  # fmt: skip
            taken.settled_to = 0
            checkpoint(taken, source)
    while _settle_some(study, taken, now, lambda: checkpoint(taken, source)):
        pass
    return taken


def _chunks(
    entries: Iterable[tuple[Position, ParsedRating | LineError]],
) -> Iterator[tuple[Position, list[ParsedRating | LineError]]]:
    """Chunks that end where a record of the file ends: one record may hold many ratings."""
    chunk: list[ParsedRating | LineError] = []
    last: Position | None = None
    for position, entry in entries:
        if last is not None and len(chunk) >= CHUNK and position != last:
            yield last, chunk
            chunk = []
        chunk.append(entry)
        last = position
    if last is not None:
        yield last, chunk


def _count_up(study: Study) -> None:
    """The overlap of an imported study is what its items show at most."""
    if not study.imported:
        return
    most = study.items.aggregate(most=Max("slots_total"))["most"]
    if most:
        Study.objects.filter(pk=study.pk).update(overlap=most)
        study.overlap = most


def _settle_some(study: Study, taken: Taken, now: datetime, keep: Callable[[], None]) -> bool:
    """Settle the next full items by the study's rule; False when none is left."""
    with transaction.atomic():
        items = list(
            study.items.select_for_update(of=("self",))
            .select_related("study__rubric_version", "conversation")
            .defer("conversation__turns")
            .filter(state=Item.State.OPEN, slots_open=0, n_submitted__gt=0)
            .filter(pk__gt=taken.settled_to or 0)
            .order_by("pk")[:SETTLED_AT_ONCE]
        )
        for item in items:
            settle_item(item=item, now=now)
        Item.objects.bulk_update(items, ["state", "settled_at"])
        if items:
            taken.settled_to = items[-1].pk
            keep()
    return bool(items)
