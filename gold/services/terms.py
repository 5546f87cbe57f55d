"""What a dataset is called and on what terms its words may be used.

Licence and consent are the dataset's, and stand in the payload of each item so that an export of
one item says them. So a change of them is written into every current item; releases keep theirs.
"""

from collections.abc import Callable

from django.db import transaction

from accounts.audit import record
from accounts.models import User
from gold.models import GoldDataset, GoldItem
from gold.payload import hash_of
from gold.services.releases import is_large
from jobs.ledger import enqueue_on_commit
from jobs.models import Job

PAGE = 200


@transaction.atomic
def change_dataset(
    *,
    actor: User,
    dataset: GoldDataset,
    name: str,
    description: str = "",
    licence: str = "",
    consent: str = "",
) -> Job | None:
    """Change words and terms; of a large dataset the items follow in the background."""
    dataset = GoldDataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
    are_others = (dataset.licence, dataset.consent) != (licence, consent)
    dataset.name, dataset.description = name, description
    dataset.licence, dataset.consent = licence, consent
    dataset.save(update_fields=["name", "description", "licence", "consent"])
    record(actor, "gold.dataset_changed", target=dataset, project=dataset.project)
    if not are_others:
        return None
    if not is_large(dataset):
        write_terms(dataset)
        return None
    return enqueue_on_commit(
        "gold.tasks.run_terms",
        args={"dataset": dataset.pk},
        project_uid=dataset.project.uid,
        total=dataset.gold_items.filter(retired_at=None).count(),
        requested_by=actor.pk,
    )


def write_terms(dataset: GoldDataset, tell: Callable[[int], None] = lambda done: None) -> int:
    """Bring every current item to the terms of its dataset, page by page; how many there are."""
    last, done = 0, 0
    while page := _write_page(dataset, last):
        last, done = page[-1].pk, done + len(page)
        tell(done)
    return done


@transaction.atomic
def _write_page(dataset: GoldDataset, after: int) -> list[GoldItem]:
    rows = GoldItem.objects.select_for_update(of=("self",)).filter(
        dataset=dataset, retired_at=None, pk__gt=after
    )
    page = list(rows.order_by("pk")[:PAGE])
    changed = []
    terms = {"licence": dataset.licence, "consent": dataset.consent}
    for item in page:
        said = {key: item.payload.get(key) for key in terms}
        if "licence" in item.payload and said != terms:
            item.payload |= terms
            item.content_hash = hash_of(item.payload)
            changed.append(item)
    GoldItem.objects.bulk_update(changed, ["payload", "content_hash"])
    return page
