"""One Parquet file with typed, nested columns."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from core.parquet import TYPE
from gold.exports.formats import Format
from gold.exports.rows import row_line, table
from gold.exports.source import Source
from gold.exports.tally import Tally


def pieces(source: Source, tally: Tally) -> Iterator[bytes]:
    return table(row_line(line) for line in tally.read(source))


FORMAT = Format(
    key="parquet",
    name="Parquet",
    purpose=_("One table with typed columns, for DuckDB, pandas, Spark or a warehouse."),
    leaves_out=_("What was erased."),
    opens='import pyarrow.parquet\n\nitems = pyarrow.parquet.read_table("NAME")\n',
    suffix=".parquet",
    media=TYPE,
    pieces=pieces,
)
