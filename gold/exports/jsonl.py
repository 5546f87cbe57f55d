"""JSON Lines: everything a release holds, and the only format that proves itself line by line.

Every line carries its own content hash and the release's manifest hash (`gold.manifest`).
"""

from collections.abc import Iterator
from itertools import tee

from django.utils.translation import gettext_lazy as _

from gold.exports.formats import Format
from gold.exports.source import Source
from gold.exports.tally import Tally
from gold.manifest import heads, line_of

MEDIA = "application/x-ndjson"


def pieces(source: Source, tally: Tally) -> Iterator[bytes]:
    """A part of a release says which part it is, and keeps the positions of the whole."""
    lines, named = tee(source.lines())
    each = heads(source.release, ((line.uid, line.content_hash) for line in named))
    part = source.part
    for head, line in zip(each, lines, strict=True):
        if part:
            head = {**head, **part, "position": line.position}
        tally.items += 1
        yield line_of(head, line.payload)


FORMAT = Format(
    key="jsonl",
    name="JSON Lines",
    purpose=_("Everything that the release holds, for programs and for checking it."),
    leaves_out=_("Nothing; of what was erased, the hash is in it."),
    opens='import pandas\n\nitems = pandas.read_json("NAME", lines=True)\n',
    suffix=".jsonl",
    media=MEDIA,
    pieces=pieces,
)
