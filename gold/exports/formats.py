"""What a format is: words for people, a name for programs, and how it is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise

from gold.exports.folders import Folder, Member, members_of, zipped
from gold.exports.source import Source
from gold.exports.tally import Tally

ZIP = "application/zip"


@dataclass(frozen=True, kw_only=True)
class Format:
    """One file, of `pieces`, or a `folder` that travels as a zip."""

    key: str
    name: str
    purpose: Promise
    """What it is good for, in a sentence."""
    leaves_out: Promise
    """What of a release is not in it."""
    opens: str
    """Code that opens it; `NAME` stands for the file, or for the folder that it unpacks to."""
    suffix: str = ".zip"
    media: str = ZIP
    one_answer: bool = False
    """Whether it needs one right answer, and so holds no contested item."""
    expects: bool = False
    """Whether it takes an answer for the right one, so that how good it was judged matters."""
    pieces: Callable[[Source, Tally], Iterator[bytes]] | None = None
    folder: Folder | None = None

    def write(self, source: Source, tally: Tally) -> Iterator[bytes]:
        """In the order of the release, with no time of now: equal bytes on any day."""
        if self.pieces:
            return self.pieces(source, tally)
        return zipped(self.members(source, tally))

    def members(self, source: Source, tally: Tally) -> Iterator[Member]:
        """Of a folder."""
        assert self.folder is not None  # noqa: S101  # one of the two is given
        return members_of(self.folder, self.key, source, tally)

    def file_name(self, source: Source) -> str:
        return self.stem(source) + self.suffix

    def stem(self, source: Source) -> str:
        return f"{source.name}-{self.key.replace('_', '-')}" if self.folder else source.name

    def snippet(self, source: Source) -> str:
        """The code with the name of this release."""
        return self.opens.replace(
            "NAME", self.stem(source) if self.folder else self.file_name(source)
        )
