"""Text encodings: everything behind this file reads UTF-8."""

import codecs
import io
from typing import BinaryIO

from django.utils.translation import gettext as _

from conversations.importers.base import RefusedError

BOM = codecs.BOM_UTF8
_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHUNK = 128 * 1024
_ILLEGAL = "\udcff"
"""Stands for a byte the encoding does not know; it becomes 0xFF, which no UTF-8 text holds, so
that the line is refused where it is read and not the whole file."""


def _mark_illegal(error: UnicodeError) -> tuple[str, int]:
    return _ILLEGAL, error.end if isinstance(error, UnicodeDecodeError) else 1


codecs.register_error("touchstone-mark", _mark_illegal)


class _Transcoded(io.RawIOBase):
    def __init__(self, inner: BinaryIO, encoding: str) -> None:
        super().__init__()
        self._inner = inner
        self._decoder = codecs.getincrementaldecoder(encoding)("touchstone-mark")
        self._pending = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        while not self._pending and not self._ended:
            data = self._inner.read(_CHUNK)
            self._ended = not data
            text = self._decoder.decode(data, final=self._ended)
            self._pending = text.encode("utf-8", "surrogateescape")
        taken = self._pending[: len(buffer)]
        self._pending = self._pending[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self._inner.close()
        super().close()


def as_utf8(stream: BinaryIO, encoding: str) -> BinaryIO:
    """The same text as UTF-8 bytes without a byte-order mark."""
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)  # refuses what is a codec of bytes, such as base64
    except (LookupError, UnicodeError) as error:
        raise RefusedError(
            "unknown_encoding",
            _("There is no encoding %(name)s. Use utf-8, cp932, euc-jp or utf-16.")
            % {"name": encoding},
        ) from error
    if name not in {"utf-8", "utf-8-sig"}:
        return as_utf8(io.BufferedReader(_Transcoded(stream, name)), "utf-8")
    head = stream.peek(3)[:3]  # type: ignore[attr-defined]
    if head.startswith(BOM):
        stream.read(len(BOM))
    elif head.startswith(_UTF16_BOMS):
        raise RefusedError(
            "wrong_encoding",
            _(
                "Line 1 starts with the mark of UTF-16; files are read as UTF-8. Save the file as "
                "UTF-8, or import it with the encoding utf-16."
            ),
        )
    return stream


def not_utf8(raw: bytes) -> RefusedError | None:
    """Why these bytes are not UTF-8 text that both databases hold; None when they are."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        try:
            raw.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return RefusedError(
                "wrong_encoding",
                _(
                    "Byte %(place)s of the line, 0x%(byte)02X, is not UTF-8%(guess)s. Save the "
                    "file as UTF-8, or import it with its encoding named."
                )
                % {
                    "place": error.start + 1,
                    "byte": raw[error.start],
                    "guess": _guess(raw),
                },
            )
        return lone_surrogate()
    return None


def lone_surrogate() -> RefusedError:
    return RefusedError(
        "lone_surrogate",
        _(
            "The line holds half of a surrogate pair (\\ud800 to \\udfff alone), which is no "
            "character. It was cut in the middle of an emoji or a rare kanji: export it again."
        ),
    )


def nul() -> RefusedError:
    return RefusedError(
        "nul",
        _("The line holds the character NUL (\\u0000), which cannot be stored. Remove it."),
    )


def _guess(raw: bytes) -> str:
    for encoding in ("cp932", "euc-jp"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any("\u3040" <= character <= "\u30ff" for character in text):
            return _(" (it reads well as %(encoding)s)") % {"encoding": encoding}
    return ""
