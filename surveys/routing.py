"""Which conversations a route takes: by a hash of each, so that the same are taken again.

The number that a conversation throws never changes. It is taken where the number lies below the
probability of its class; feedback that comes later may move it to the other class, and as one
number decides for both, the probability of its last class is the one it came in with.
"""

from hashlib import sha256
from uuid import UUID

SHARES = 2**53


def throw(seed: int, conversation: UUID) -> float:
    """A number in [0, 1) that belongs to a conversation.

    >>> 0 <= throw(1, UUID(int=7)) < 1
    True
    """
    digest = sha256(f"{seed}:{conversation.hex}".encode()).digest()
    return (int.from_bytes(digest[:8]) >> 11) / SHARES
