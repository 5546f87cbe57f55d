"""Which split an item belongs to: by a hash, so that it never depends on what else there is."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.errors import InvalidError

ONLY = "test"
NAME_LENGTH = 20
MOST = 10


def split_of(input_key: str, group_key: str, splits: Mapping[str, float], salt: str) -> str:
    """The split of an input, or of its group where it has one.

    The hash falls evenly on [0, 1), which the splits divide in the order of their names: another
    item, another day or another database changes nothing, and what was in a split stays there
    while the dataset grows.

    Example:
        >>> split_of("ja-01", "", {"train": 0.8, "test": 0.2}, "helpdesk")
        'train'
        >>> split_of("ja-01", "", {}, "helpdesk")
        'test'
    """
    if not splits:
        return ONLY
    seen = hashlib.sha256(f"{salt}\n{group_key or input_key}".encode()).digest()
    place = int.from_bytes(seen[:8]) / 2**64 * sum(splits.values())
    names = sorted(splits)
    for name in names:
        place -= splits[name]
        if place < 0:
            return name
    return names[-1]


def read_splits(data: Any) -> dict[str, float]:
    """Shares by name that make up the whole; a sentence for what cannot be."""
    if not isinstance(data, Mapping):
        raise InvalidError(_('Splits are shares by name, as {"train": 0.8, "test": 0.2}.'))
    if len(data) > MOST:
        raise InvalidError(
            _("%(n)d splits are too many; at most %(most)d are kept apart.")
            % {"n": len(data), "most": MOST}
        )
    for name, share in data.items():
        named_split(name)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
            raise InvalidError(
                _("Split “%(name)s” has a share of %(share)s, which is not above 0 and at most 1.")
                % {"name": name, "share": share}
            )
    if data and abs(sum(data.values()) - 1) > 1e-6:
        raise InvalidError(
            _("The shares of the splits add up to %(sum)s instead of 1. Mend one of them.")
            % {"sum": round(sum(data.values()), 6)}
        )
    return {str(name): float(share) for name, share in data.items()}


def named_split(name: Any) -> str:
    """The name, if a split can have it."""
    if not _is_name(name):
        raise InvalidError(
            _("“%(name)s” is no name for a split. Use up to %(most)d letters, digits, - and _.")
            % {"name": str(name)[:40], "most": NAME_LENGTH}
        )
    return str(name)


def _is_name(name: Any) -> bool:
    return (
        isinstance(name, str)
        and 0 < len(name) <= NAME_LENGTH
        and name.isascii()
        and name.replace("-", "").replace("_", "").isalnum()
    )
