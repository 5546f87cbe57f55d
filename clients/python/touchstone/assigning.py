"""Which variant a subject gets: decided by a hash, the same wherever and whenever it is asked.

Every variant draws a number for the subject, and the smallest exponential waiting time wins
(weighted rendezvous hashing). So the order of the variants does not matter, and a variant that is
added takes subjects from the others without moving anybody between those.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from math import isfinite, log
from typing import Any

from .errors import TouchstoneError


def assign(experiment: str, subject: str, shares: Mapping[str, float], seed: str | int = "") -> str:
    """The variant of one subject; the same arguments always give the same answer.

    Args:
        experiment: Its name; another experiment deals the same subjects anew.
        subject: Who is assigned, as the application calls them.
        shares: How large a share each variant gets, in any unit: {"A": 0.5, "B": 0.5}.
        seed: Another seed deals anew under the same name.

    Raises:
        TouchstoneError: A text is empty or holds NUL, or a share is negative or not finite, or no
            share is above 0.

    Example:
        >>> assign("new-prompt", "user-17", {"A": 0.5, "B": 0.5}, seed=1)
        'A'
    """
    for what, text in (("experiment", experiment), ("subject", subject)):
        checked_text(what, text)
    begun = f"{seed}\0{experiment}\0{subject}\0"
    waits = {
        name: -log(number_of(begun + name)) / share
        for name, share in checked_shares(shares).items()
        if share > 0
    }
    return min(waits, key=lambda name: (waits[name], name))


def number_of(text: str) -> float:
    """Between 0 and 1, neither included: the first 53 bits of a SHA-256."""
    drawn = int.from_bytes(sha256(text.encode("utf-8")).digest()[:8], "big") >> 11
    return (drawn + 0.5) / (1 << 53)


def checked_shares(shares: Mapping[str, float]) -> Mapping[str, float]:
    for name, share in shares.items():
        checked_text("variant", name)
        if not is_share(share):
            raise TouchstoneError(
                f"The share {share!r} of variant '{name}' is no share. Write 0.5 for half."
            )
    if not any(share > 0 for share in shares.values()):
        raise TouchstoneError(
            "No variant has a share above 0. Name at least one that subjects get."
        )
    return shares


def is_share(share: Any) -> bool:
    try:
        return not isinstance(share, bool) and isfinite(share) and bool(share >= 0)
    except (TypeError, OverflowError):  # a text, or a whole number beyond every float
        return False


def checked_text(what: str, text: object) -> None:
    if not isinstance(text, str) or not text or "\0" in text:
        raise TouchstoneError(f"The {what} {text!r} is no name: it must be a text without NUL.")
