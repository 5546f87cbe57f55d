"""A folder that `datasets.load_dataset` opens: Parquet by split, and a dataset card."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from gold.exports.card import card
from gold.exports.folders import Folder, Rows
from gold.exports.formats import Format
from gold.exports.manifest import Written
from gold.exports.rows import row_line, table
from gold.exports.source import Source
from gold.exports.tally import Tally

OPENS = 'import datasets\n\ngold = datasets.load_dataset("NAME", split="test")\n'


def rows(source: Source, tally: Tally) -> Rows:
    for line in tally.read(source):
        yield source.file_of(line.payload, "data/{}.parquet"), row_line(line)


def beside(source: Source, tally: Tally, files: list[Written]) -> Iterator[tuple[str, str]]:
    yield card(source, tally, files)


FORMAT = Format(
    key="hf",
    name="Hugging Face datasets",
    purpose=_("A folder for load_dataset, with a dataset card; ready to be pushed to a hub."),
    leaves_out=_("What was erased."),
    opens=OPENS,
    folder=Folder(rows=rows, beside=beside, convert=table, empty="data/test.parquet"),
)
