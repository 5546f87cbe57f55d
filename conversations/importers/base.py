"""What every importer speaks: parsed conversations, refused lines, and where to go on.

Importers are pure: they read bytes and yield entries, and the service that calls them stores.
So a preview, a dry run and an import are the same loop with another ending.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import orjson

from core.errors import InvalidError
from core.text import digest

if TYPE_CHECKING:
    from conversations.importers.sources import Member

MAX_KEY = 255
"""Longest external id, group key or input key; the database columns are as wide."""

MAX_NAME = 120
"""Longest name of a variant or a model."""


_RAW = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that keep memory constant whatever the file holds."""

    line: int = 10 * 1024 * 1024
    """Bytes of one line or record; a longer one is refused and never held."""
    depth: int = 64
    """Nesting of one record."""
    parts: int = 100_000
    """Objects and lists of one record: parsed, each takes twenty times its shortest text."""
    raw: int = _RAW
    """Bytes of a refused line that are kept for the download of refused lines."""
    members: int = 100_000
    """Files in one archive or folder."""
    unpacked: int = 64 * 1024 * 1024
    """Bytes an archive may unpack to before its ratio is looked at."""
    ratio: int = 100
    """Unpacked bytes per packed byte; text packs 3 to 20 times, one line over and over 250."""
    most: int = 64 * 1024**3
    """Bytes an archive may unpack to whatever its size."""


class Position(NamedTuple):
    """Where an entry ended: the number of its file and of its last record within it.

    JSON makes a list of it, and ``Position(*stored)`` makes it a position again.
    """

    member: int
    record: int


END = 2**53 - 1
"""The record number after the last: what is said of a file as a whole stands there."""


class RefusedError(InvalidError):
    """Why a line, a record or a whole file is not taken, as a code and a sentence."""

    def __init__(self, code: str, message: str, *, notice: bool = False) -> None:
        super().__init__(message, code=code)
        self.notice = notice

    def at(
        self, file: str, line: int, raw: bytes | None = None, *, keep: int = _RAW
    ) -> "LineError":
        """This refusal as the entry of one line."""
        return LineError(
            file=file,
            line=line,
            code=self.code,
            reason=self.message,
            excerpt=safe_excerpt(raw) if raw else "",
            raw=raw[:keep] if raw is not None else None,
            notice=self.notice,
        )


@dataclass(slots=True)
class LineError:
    """One refused line, told so that its owner can mend it without asking us."""

    file: str
    line: int
    """1-based; 0 when the file as a whole is meant."""
    code: str
    reason: str
    excerpt: str = ""
    raw: bytes | None = None
    notice: bool = False
    """Nothing was refused: something beside the data was left alone and is only mentioned."""
    record: int | None = None
    """Number of the record in a JSON array, 1-based; None in a file of lines."""


@dataclass(slots=True)
class ParsedVariant:
    """One frozen configuration; its fingerprint is what makes it that one."""

    name: str
    model: str = ""
    prompt: str = ""
    retrieval_index: str = ""
    code_revision: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        """Fingerprint everything but the name, which may be corrected later.

        A variant known by its name alone keeps the name as a parameter: otherwise all such
        variants of a project would be one.
        """
        facts = (self.model, self.prompt, self.retrieval_index, self.code_revision)
        if not any(facts) and not self.parameters:
            self.parameters = {"name": self.name}
        self.fingerprint = digest(
            {
                "model": self.model,
                "prompt": self.prompt,
                "retrieval_index": self.retrieval_index,
                "code_revision": self.code_revision,
                "parameters": self.parameters,
            }
        )
        self.name = self.name or self.model or self.fingerprint[:12]


@lru_cache(maxsize=4096)
def variant_of_model(model: str) -> ParsedVariant:
    """The variant of which only a model name is known; shared, because files repeat it."""
    return ParsedVariant(name=model, model=model)


@dataclass(slots=True)
class ParsedConversation:
    """A conversation ready to store; `turns_json` is hashed and stored as the same bytes.

    Turns are kept as that text alone: as objects, those of a chunk cost more than parsing them,
    because the collector walks through them all again and again.
    """

    external_id: str
    turns_json: str
    content_hash: str
    group_key: str
    title: str = ""
    input_key: str = ""
    variant: ParsedVariant | None = None
    reference: str = ""
    guidance: dict[str, Any] | None = None
    language: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    started_at: datetime | None = None
    latency_ms: int | None = None
    cost: float | None = None
    tokens: int | None = None
    error: str = ""
    n_turns: int = 0
    n_chars: int = 0
    file: str = ""
    line: int = 0

    @property
    def turns(self) -> list[dict[str, Any]]:
        """Read anew at every use, which only previews, continuations and refusals are."""
        turns: list[dict[str, Any]] = orjson.loads(self.turns_json)
        return turns


ScoreValue = str | int | float | tuple[str, ...] | None


@dataclass(slots=True)
class ParsedScore:
    """A value on one criterion: a point's key, a number, or several keys of a multi scale."""

    criterion: str
    turn: int = -1
    passage: int = -1
    value: ScoreValue = None
    cannot_judge: bool = False
    text: str = ""


@dataclass(slots=True)
class ParsedRating:
    """One rater's judgement of one conversation, or of a pair when `external_id_b` is set.

    `further` are the answers of a ranking after the second; `layer` is empty where a file says
    none, and all its ratings are blind then.
    """

    external_id: str
    rater: str
    rater_kind: str
    scores: list[ParsedScore]
    at: datetime | None = None
    seconds: float | None = None
    comment: str = ""
    file: str = ""
    line: int = 0
    external_id_b: str = ""
    further: tuple[str, ...] = ()
    layer: str = ""

    @property
    def answers(self) -> tuple[str, ...]:
        """What was rated, by external id: one conversation, or several side by side."""
        return tuple(name for name in (self.external_id, self.external_id_b, *self.further) if name)


def place_of(file: str, line: int) -> str:
    """Where a refusal stands, for the terminal; line 0 is the file as a whole."""
    return f"{file}, line {line}" if line else file


Entry = ParsedConversation | LineError
RatingEntry = ParsedRating | LineError
FieldMap = Mapping[str, str]


class Importer(Protocol):
    """A reader of one kind of file."""

    @property
    def name(self) -> str:
        """The word for it on the command line."""

    def accepts(self, member: "Member") -> bool:
        """Whether the file can hold conversations of this kind, by its name alone."""

    def ignores(self, member: "Member") -> bool:
        """Whether the file belongs to the data without holding conversations (prompts, say)."""

    def entries(
        self, member: "Member", mapping: FieldMap, skip: int
    ) -> Iterator[tuple[int, Entry]]:
        """Yield (record number, entry) for every record after number `skip`."""


_CONTROLS = (*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_UNSAFE = dict.fromkeys(_CONTROLS, "\N{REPLACEMENT CHARACTER}")
_EXCERPT = 500


def safe_excerpt(raw: bytes) -> str:
    """The start of a refused line as text that cannot disturb a page, a log or a terminal."""
    return raw[: 4 * _EXCERPT].decode("utf-8", "replace").strip()[:_EXCERPT].translate(_UNSAFE)
