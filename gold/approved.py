"""Which verdicts are in gold: what raters may be held against."""

from annotation.models import Study
from gold.models import GoldItem


def name_verdicts(study: Study, uids: set[str]) -> None:
    """Add the verdicts of gold items whose conversation is in the study, from any study."""
    found = GoldItem.objects.filter(
        dataset__project=study.project_id,
        retired_at=None,
        candidate__item__conversation__in=study.items.values("conversation"),
    ).values_list("provenance__verdicts", flat=True)
    for verdicts in found.iterator():
        uids.update(verdicts or ())
