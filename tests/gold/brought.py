"""Outputs of a variant as a file brings them."""

from pathlib import Path
from tempfile import TemporaryDirectory

from conversations.importers import Source
from gold.runs.reading import Entry, read


def outputs_in(text: bytes) -> list[Entry]:
    """What a file of these bytes holds."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "outputs"
        path.write_bytes(text)
        return list(read(Source(path)))
