"""What no page of ours sends: values that break a database, a parser or a column, by a seed."""

import random
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote_from_bytes

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

NAME = re.compile(rb'name="([^"]+)"')

TEXTS: tuple[bytes, ...] = (
    b"",
    b" ",
    b"\x00",
    b"a\x00b",
    b"\xed\xa0\xbd",  # half an emoji in bytes
    b"\xff\xfe",
    rb"\ud83d",
    rb"\u0000",
    b"x" * 300,
    b"y" * 70_000,
    "配送👩‍👩‍👧\u202e".encode(),
    b"<script>alert(1)</script>",
    b"{{ 7 }}{% now %}%s%(a)s{0}",
    b"../../etc/passwd",
    b"' OR 1=1 --",
    b"\r\nSet-Cookie: a=b",
    b"None",
    b"null",
    b"[]",
    b"{}",
    b"[" * 5_000,
    b'{"a":' * 2_000,
    b"[[0].__class__][0]",
)
NUMBERS: tuple[bytes, ...] = (
    *(str(sign * (2**bits + more)).encode()
      for bits in (7, 15, 16, 31, 32, 53, 63, 64, 200) for sign in (1, -1) for more in (-1, 0)),
    b"9" * 5_000,
    b"0", b"-0", b"-1", b"1.5", b"1e5", b"1e400", b"-1e400", b"1e-400", b"NaN", b"Infinity",
    b"1_000", b"0x10", "٣".encode(), "³".encode(), "１".encode(), b" 1 ",
)  # fmt: skip
KEYS: tuple[bytes, ...] = (
    b"00000000-0000-0000-0000-000000000000",
    b"ffffffff-ffff-ffff-ffff-ffffffffffff",
    b"{00000000-0000-0000-0000-000000000000}",
    b"urn:uuid:00000000-0000-0000-0000-000000000000",
    b"00000000-0000-0000-0000-00000000000g",
)
VALUES = TEXTS + NUMBERS + KEYS
FILE_NAMES = ("", "a", "a.jsonl", "a.csv", "a.zip", "a.json.gz", "\u202exslx.json", "あ" * 120)


def field_names(pages: bytes = b"") -> set[str]:
    """Every field of a form of ours, and every name that a page shows."""
    found = {name.decode() for name in NAME.findall(pages)} - {"csrfmiddlewaretoken", "viewport"}
    pending: list[type] = [forms.BaseForm]
    while pending:
        one = pending.pop()
        pending += one.__subclasses__()
        if not one.__module__.startswith(("django.", "allauth.")):
            found |= set(getattr(one, "base_fields", ()))
    return found


def spoiled(
    data: Mapping[str, Any], names: list[str], chance: random.Random
) -> dict[str, list[bytes | SimpleUploadedFile]]:
    """What makes a door succeed, with some of its fields, or of others', filled with garbage."""
    found: dict[str, list[Any]] = {name: _plain(value) for name, value in data.items()}
    ours = sorted(data)
    wanted = chance.sample(ours, chance.randint(min(1, len(ours)), len(ours)))
    wanted += chance.sample(names, min(len(names), chance.choice((0, 1, 3, len(names)))))
    for name in wanted:
        if chance.random() < 0.1:
            found.pop(name, None)
        elif isinstance(data.get(name), SimpleUploadedFile):
            found[name] = [garbage_file(chance)]
        else:
            found[name] = [chance.choice(VALUES) for _ in range(chance.choice((1, 1, 1, 2)))]
    return found


def garbage_file(chance: random.Random) -> SimpleUploadedFile:
    return SimpleUploadedFile(chance.choice(FILE_NAMES) or "-", chance.choice(VALUES))


def _plain(value: Any) -> list[Any]:
    if isinstance(value, SimpleUploadedFile):
        value.seek(0)
        return [value]
    return [str(one).encode() for one in (value if isinstance(value, list | tuple) else [value])]


def query(data: Mapping[str, list[Any]]) -> str:
    """As a browser that minds nothing would write it."""
    return "&".join(
        f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}"
        for name, values in data.items()
        for value in values
        if isinstance(value, bytes)
    )


BOUNDARY = "a-boundary-of-garbage"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(data: Mapping[str, list[Any]]) -> bytes:
    return b"".join(_parts(data)) + f"--{BOUNDARY}--\r\n".encode()


def _parts(data: Mapping[str, list[Any]]) -> Iterator[bytes]:
    for name, values in data.items():
        for value in values:
            head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
            if isinstance(value, bytes):
                yield f"{head}\r\n\r\n".encode() + value + b"\r\n"
            else:
                kind = "Content-Type: application/octet-stream"
                yield f'{head}; filename="{value.name}"\r\n{kind}\r\n\r\n'.encode()
                value.seek(0)
                yield value.read() + b"\r\n"
