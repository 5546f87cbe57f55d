"""Which variant of an experiment a subject gets: the hash that the clients use, word for word.

Every variant draws a number for the subject, and the smallest exponential waiting time wins
(weighted rendezvous hashing). So the order of the variants does not matter, and a variant that is
added takes subjects from the others without moving anybody between those. The client in
`clients/python` holds its own copy, because it imports nothing of ours; tests hold both to one list
of answers.
"""

from collections.abc import Mapping
from hashlib import sha256
from math import isfinite, log

from django.utils.translation import gettext as _

from core.errors import InvalidError
from core.text import storable

LONGEST_NAME = 120
MOST_VARIANTS = 20


def assign(experiment: str, subject: str, shares: Mapping[str, float], seed: str = "") -> str:
    """The variant of one subject, the same whenever it is asked.

    >>> assign("new-prompt", "user-17", {"A": 0.5, "B": 0.5}, seed="1")
    'A'
    """
    begun = f"{seed}\0{experiment}\0{subject}\0"
    waits = {
        name: -log(number_of(begun + name)) / share for name, share in shares.items() if share > 0
    }
    return min(waits, key=lambda name: (waits[name], name))


def number_of(text: str) -> float:
    """Between 0 and 1, neither included: the first 53 bits of a SHA-256."""
    drawn = int.from_bytes(sha256(text.encode()).digest()[:8], "big") >> 11
    return (drawn + 0.5) / (1 << 53)


def checked_shares(shares: Mapping[str, float]) -> dict[str, float]:
    """Shares that somebody can be assigned by, or a refusal."""
    if len(shares) > MOST_VARIANTS:
        raise InvalidError(
            _("The experiment has %(n)d variants; at most %(most)d are dealt. Leave some out.")
            % {"n": len(shares), "most": MOST_VARIANTS}
        )
    for name, share in shares.items():
        if not 0 < len(name) <= LONGEST_NAME or not storable(name):
            raise InvalidError(
                _("A variant’s name has 1 to %(most)d characters. Correct it.")
                % {"most": LONGEST_NAME}
            )
        if not isfinite(share) or share < 0:
            raise InvalidError(
                _("The share of variant “%(name)s” must be 0 or more. Write 0.5 for half.")
                % {"name": name}
            )
    if not any(share > 0 for share in shares.values()):
        raise InvalidError(
            _("No variant has a share above 0. Name at least one that subjects get.")
        )
    return dict(shares)
