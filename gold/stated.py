"""What a release states of its own labels: the newest finished audit, as it was measured."""

from typing import Any

from gold.models import GoldDataset


def label_error_of(dataset: GoldDataset) -> dict[str, Any] | None:
    """The estimate with the names of what it rests on; None while nothing was measured."""
    audit = dataset.audits.exclude(finished_at=None).order_by("-finished_at", "-pk").first()
    if audit is None or audit.finished_at is None or not audit.result:
        return None
    figures = {name: one for name, one in audit.result.items() if name != "differ"}
    return {
        **figures,
        "audit": str(audit.uid),
        "study": str(audit.study.uid),
        "seed": audit.seed,
        "drawn_at": audit.created_at.isoformat(),
        "finished_at": audit.finished_at.isoformat(),
    }
