"""Lines of a file, numbered, none of them held when it is too long."""

from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from conversations.importers.base import Limits, RefusedError

_CHUNK = 64 * 1024


def numbered(stream: BinaryIO, limits: Limits) -> Iterator[tuple[int, bytes, int]]:
    """Yield (number, bytes, whole size): a line over the limit comes cut, with its whole size."""
    limit = limits.line
    number = 0
    while raw := stream.readline(limit + 1):
        number += 1
        size = len(raw)
        if size > limit:
            kept = raw[: limits.raw]
            while not raw.endswith(b"\n") and (raw := stream.readline(_CHUNK)):
                size += len(raw)
            raw = kept
        yield number, raw, size


def too_long(size: int, limits: Limits) -> RefusedError:
    return RefusedError(
        "too_long",
        _(
            "The record has %(size).1f MB; a record may have %(limit).0f MB. Split the "
            "conversation, or leave out what is not text."
        )
        % {"size": size / 1024**2, "limit": limits.line / 1024**2},
    )
