"""Outputs of a variant as a file brings them."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from conversations.importers import Source
from gold.runs.judging import PassRule
from gold.runs.reading import Entry, read
from gold.runs.storing import store_run
from tests import factories


def outputs_in(text: bytes) -> list[Entry]:
    """What a file of these bytes holds."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "outputs"
        path.write_bytes(text)
        return list(read(Source(path)))


def bring(release, passed, variant="v1", **given):
    """A run in which the items pass as the list says; None leaves one out."""
    items = release.items.select_related("gold_item").order_by("position")
    lines = [
        json.dumps({"gold": str(one.gold_item.uid), "output": f"{variant} {ok}", "passed": ok})
        for one, ok in zip(items, passed, strict=True)
        if ok is not None
    ]
    return store_run(
        actor=None,
        release=release,
        variant=variant,
        rule=given.get("rule", PassRule()),
        lines=outputs_in("\n".join(lines).encode()),
        now=factories.NOON,
    )
