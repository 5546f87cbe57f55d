"""Publishing: an immutable, numbered manifest of what a dataset holds.

Everything slow is read before the transaction begins; inside it the database copies the payloads
itself, and what it stored is held against what was read. So a release of 100,000 items takes the
memory of one page, and an item that changed meanwhile is noticed.
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from core.errors import DomainError
from gold.changes import since
from gold.coverage import coverage_of
from gold.manifest import VERSION, ManifestHash, statement_of
from gold.models import GoldDataset, Release
from gold.numbers import even
from gold.snapshots import Facts, Tell, agreement_snapshot, datasheet_of, gather
from gold.stated import label_error_of
from jobs.ledger import enqueue_on_commit
from jobs.models import Job

AT_ONCE = 1_000
"""So many items are published while the person waits; more are background work."""
ATTEMPTS = 3
CHUNK = 2_000
COPY = """
    INSERT INTO gold_releaseitem (release_id, position, gold_item_id, content_hash, payload)
    SELECT %s, numbered.position, item.id, item.content_hash, item.payload
    FROM (
        SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS position
        FROM gold_golditem WHERE dataset_id = %s AND retired_at IS NULL
    ) numbered JOIN gold_golditem item ON item.id = numbered.id"""
"""The numbers come first: SQLite keeps in memory whatever a window function reads."""


class _ChangedMeanwhile(Exception):  # noqa: N818  # a signal to begin again
    """The dataset is no longer what was read."""


def publish_release(
    *,
    actor: User | None,
    dataset: GoldDataset,
    now: datetime,
    note: str = "",
    tell: Tell = lambda done, total: None,
) -> Release:
    """Publish what the dataset holds now; refused when nothing changed since the last release."""
    for _attempt in range(ATTEMPTS):
        facts = gather(dataset, tell)
        if not facts.manifest.n_items:
            raise DomainError(
                _("“%(dataset)s” holds no gold item yet. Approve candidates first.")
                % {"dataset": dataset}
            )
        said = {
            "rubric_versions": facts.rubric_versions,
            "agreement": agreement_snapshot(facts.studies, now),
            "datasheet": datasheet_of(dataset, facts, now),
            "coverage": coverage_of(dataset, now=now),
            "label_error": label_error_of(dataset),
            "note": note,
        }
        try:
            return _write(actor, dataset, facts, said, now)
        except _ChangedMeanwhile:
            continue
    raise DomainError(
        _("“%(dataset)s” is being changed while it is published. Publish again in a moment.")
        % {"dataset": dataset}
    )


@transaction.atomic
def _write(
    actor: User | None, dataset: GoldDataset, facts: Facts, said: dict[str, Any], now: datetime
) -> Release:
    dataset = GoldDataset.objects.select_for_update().get(pk=dataset.pk)
    parent = dataset.releases.order_by("-number").first()
    if parent and manifest_of(parent).of_items == facts.manifest.of_items:
        raise DomainError(
            _("Nothing changed since release %(number)d, so there is nothing to publish.")
            % {"number": parent.number}
        )
    changes = since(parent, dataset)
    said["datasheet"]["changes"] = {kind: len(found) for kind, found in changes.items()}
    said = even({**said, "changes": changes})
    number = parent.number + 1 if parent else 1
    release = Release.objects.create(
        dataset=dataset,
        number=number,
        parent=parent,
        manifest_hash=facts.manifest.sealed(
            number=number,
            parent=parent.manifest_hash if parent else "",
            statement=statement_of(said),
        ),
        manifest_version=VERSION,
        n_items=facts.manifest.n_items,
        published_by=actor,
        published_at=now,
        **said,
    )
    with connection.cursor() as cursor:
        cursor.execute(COPY, [release.pk, dataset.pk])
    if manifest_of(release).of_items != facts.manifest.of_items:
        raise _ChangedMeanwhile
    record(
        actor,
        "gold.released",
        target=release,
        project=dataset.project,
        number=number,
        manifest_hash=release.manifest_hash,
    )
    return release


def manifest_of(release: Release) -> ManifestHash:
    """Over the stored lines, as they stand in the database."""
    lines = release.items.order_by("position").values_list("gold_item__uid", "content_hash")
    return ManifestHash().take(lines.iterator(chunk_size=CHUNK))


@transaction.atomic
def request_release(*, actor: User, dataset: GoldDataset, note: str) -> Job:
    """Publish in the background; a request that still waits is joined."""
    return enqueue_on_commit(
        "gold.tasks.run_publish",
        args={"dataset": dataset.pk, "actor": actor.pk, "note": note},
        project_uid=dataset.project.uid,
        total=dataset.gold_items.filter(retired_at=None).count(),
        coalesce_key=f"gold.publish:{dataset.pk}",
        requested_by=actor.pk,
    )


def is_large(dataset: GoldDataset) -> bool:
    current = dataset.gold_items.filter(retired_at=None).values("pk")
    return len(current[: AT_ONCE + 1]) > AT_ONCE
