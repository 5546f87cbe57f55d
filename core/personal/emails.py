"""E-mail addresses, from their sign outward, so that Japanese words beside one stay outside it."""

import re
from collections.abc import Iterator

from core.personal.spans import Span

SIGN = re.compile(r"@(?<=[A-Za-z0-9_+\"-]@)(?=[A-Za-z0-9])")
BEFORE = re.compile(r"[A-Za-z0-9._%+'-]{0,63}[A-Za-z0-9_+-]\Z")
AFTER = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,7}\.[A-Za-z][A-Za-z0-9-]{1,62}")
LONGEST_LOCAL = 64
EDGES = ".'-%"
"""What ends or begins a sentence rather than an address."""


def emails_in(plain: str) -> Iterator[Span]:
    done = 0
    for sign in SIGN.finditer(plain):
        at = sign.start()
        after = AFTER.match(plain, at + 1)
        before = BEFORE.search(plain[max(done, at - LONGEST_LOCAL) : at])
        if after and before:
            local = before[0].lstrip(EDGES)
            end = after.end() - (len(after[0]) - len(after[0].rstrip("-")))
            yield Span(at - len(local), end, "email")
            done = end
