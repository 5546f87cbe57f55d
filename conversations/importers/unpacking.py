"""Packed data as a stream that refuses bombs and says what is damaged."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from conversations.importers.base import Limits, RefusedError

_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError)
"""OSError is what gzip and bzip2 say of data that is none."""


def allowed(packed: int, limits: Limits) -> int:
    """How many bytes so many packed ones may become."""
    return min(max(limits.unpacked, packed * limits.ratio), limits.most)


class Spending:
    """What all files of an archive have unpacked to: a bomb may come in many small pieces."""

    def __init__(self, packed: int, limits: Limits) -> None:
        self._allowed = allowed(packed, limits)
        self._before = 0
        self._current = 0

    @property
    def left(self) -> int:
        return max(self._allowed - self._before, 0)

    def note(self, count: int) -> None:
        """The file that is read now has come so far; it may be opened several times."""
        self._current = max(self._current, count)

    def next_file(self) -> None:
        self._before += self._current
        self._current = 0


class Unpacked(io.RawIOBase):
    """A stream out of an archive that refuses bombs and says what is damaged."""

    def __init__(
        self,
        inner: BinaryIO,
        name: str,
        packed: int,
        limits: Limits,
        *,
        spending: "Spending",
        place: Callable[[], int] = lambda: 0,
        outer: BinaryIO | None = None,
    ) -> None:
        super().__init__()
        self._place = place
        self._outer = outer
        self._inner = inner
        self._name = name
        self._packed = packed
        self._allowed = min(allowed(packed, limits), spending.left)
        self._limits = limits
        self._spending = spending
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            data = self._inner.read1(len(buffer))  # type: ignore[attr-defined]
        except EOFError as error:
            raise RefusedError(
                "truncated_archive",
                _(
                    "The archive ends in the middle of %(name)s. The lines before its end were "
                    "read; send the file again in full for the rest."
                )
                % {"name": self._name},
            ) from error
        except _DAMAGED as error:
            raise RefusedError(
                "corrupt_archive",
                _(
                    "The packed data of %(name)s is damaged (%(detail)s). The lines before the "
                    "damage were read; pack the file again for the rest."
                )
                % {"name": self._name, "detail": error},
            ) from error
        self._count += len(data)
        self._spending.note(self._count)
        if self._count > self._allowed:
            raise RefusedError(
                "archive_bomb",
                _(
                    "%(name)s unpacks to too much: an archive may hold %(ratio)s times its packed "
                    "size and at most %(most)s. Send the file unpacked, or in parts."
                )
                % {
                    "name": self._name,
                    "ratio": self._limits.ratio,
                    "most": filesizeformat(self._limits.most),
                },
            )
        buffer[: len(data)] = data
        return len(data)

    def tell(self) -> int:
        """How many packed bytes were read, for the progress bar."""
        return min(max(self._place(), 0), self._packed)

    def close(self) -> None:
        self._inner.close()
        if self._outer is not None:
            self._outer.close()
        super().close()
