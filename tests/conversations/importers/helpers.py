"""What the tests of importers share: a way to say a record and a way to read it back."""

import json
from pathlib import Path
from typing import Any

from conversations.importers import (
    Limits,
    LineError,
    ParsedConversation,
    Source,
    guess,
    read,
)

HELLO = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}]


def line(**record: Any) -> str:
    return json.dumps({"messages": HELLO} | record, ensure_ascii=False) + "\n"


def read_all(
    path: Path,
    importer: str = "",
    *,
    mapping: dict[str, str] | None = None,
    limits: Limits | None = None,
    encoding: str = "utf-8",
) -> tuple[list[ParsedConversation], list[LineError]]:
    """The conversations of a source and its refused lines."""
    source = Source(path, limits=limits or Limits(), encoding=encoding)
    good, bad = [], []
    for _position, entry in read(source, importer=importer or guess(source), mapping=mapping):
        if isinstance(entry, LineError):
            bad.append(entry)
        else:
            good.append(entry)
    return good, bad


def one(path: Path, importer: str = "", **options: Any) -> ParsedConversation:
    good, bad = read_all(path, importer, **options)
    assert not bad, bad
    assert len(good) == 1
    return good[0]


def refusal(path: Path, importer: str = "", **options: Any) -> LineError:
    _good, bad = read_all(path, importer, **options)
    assert len(bad) == 1, bad
    return bad[0]
