"""Which verdicts are in gold: what raters may be held against."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from annotation.models import Item, Study
from gold.models import GoldDataset, GoldItem


def name_verdicts(study: Study, uids: set[str]) -> None:
    """Add the verdicts of gold items whose conversation is in the study, from any study.

    The datasets are named and the rows are read whole. Joined, PostgreSQL would expect one item and
    read every candidate for each; through a cursor it plans for the first tenth, as badly.
    """
    datasets = GoldDataset.objects.filter(project=study.project_id).values_list("pk", flat=True)
    found = GoldItem.objects.filter(
        dataset__in=list(datasets),
        retired_at=None,
        candidate__item__conversation__in=study.items.values("conversation"),
    ).values_list("provenance__verdicts", flat=True)
    for verdicts in found:
        uids.update(verdicts or ())


def name_changes(study: Study, since: datetime, uids: set[str]) -> None:
    """Add a gold item of a conversation of the study that was approved or retired since, if any.

    Not by a join, for which SQLite would begin at all items of the study.
    """
    of_study = Item.objects.filter(
        study=study, conversation=OuterRef("candidate__item__conversation")
    )
    changed = GoldItem.objects.filter(
        Q(approved_at__gte=since) | Q(retired_at__gte=since),
        Exists(of_study),
        dataset__project=study.project_id,
    )
    uids.update(map(str, changed.values_list("uid", flat=True)[:1]))
