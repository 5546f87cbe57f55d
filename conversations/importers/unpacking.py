"""Packed data as a stream that refuses bombs and says what is damaged."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO

from django.utils.translation import gettext as _

from conversations.importers.base import Limits, RefusedError


class Unpacked(io.RawIOBase):
    """A stream out of an archive that refuses bombs and says what is damaged."""

    def __init__(
        self,
        inner: BinaryIO,
        name: str,
        packed: int,
        limits: Limits,
        *,
        place: Callable[[], int] = lambda: 0,
        outer: BinaryIO | None = None,
    ) -> None:
        super().__init__()
        self._place = place
        self._outer = outer
        self._inner = inner
        self._name = name
        self._packed = packed
        self._allowed = max(limits.unpacked, packed * limits.ratio)
        self._limits = limits
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
        except (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error) as error:
            raise RefusedError(
                "corrupt_archive",
                _(
                    "The packed data of %(name)s is damaged (%(detail)s). The lines before the "
                    "damage were read; pack the file again for the rest."
                )
                % {"name": self._name, "detail": error},
            ) from error
        self._count += len(data)
        if self._count > self._allowed:
            raise RefusedError(
                "archive_bomb",
                _(
                    "%(name)s unpacks to more than %(ratio)s times its packed size; an archive "
                    "may not. Send the file unpacked."
                )
                % {"name": self._name, "ratio": self._limits.ratio},
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
