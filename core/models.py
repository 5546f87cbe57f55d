"""Pieces that models of every app share."""

import os
import time
import uuid

from django.db import models


def new_uid() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): time-ordered, so that bulk inserts append to the unique index."""
    return uuid.UUID(int=_uid(time.time_ns() // 1_000_000, os.urandom(10)))


def new_uids(count: int) -> list[str]:
    """The same for a bulk insert, as hex and ascending: the clock and the dice are asked once."""
    now, dice = time.time_ns() // 1_000_000, os.urandom(10 * count)
    made = sorted(_uid(now, dice[start : start + 10]) for start in range(0, 10 * count, 10))
    return [f"{value:032x}" for value in made]


def _uid(milliseconds: int, dice: bytes) -> int:
    value = milliseconds << 80 | int.from_bytes(dice)
    value = value & ~(0xF << 76) | 0x7 << 76
    return value & ~(0x3 << 62) | 0x2 << 62


class PublicUid(models.Model):
    """A public name: `uid` in URLs and exports, the integer key inside."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)

    class Meta:
        abstract = True


class FrozenPermit(models.Model):
    """While its one row stands, triggers let frozen rows be changed.

    Only erasure of a person, `demo --reset` and the flush between tests set it, in their own
    transaction; see `core.frozen`.
    """

    reason = models.CharField(max_length=200)

    class Meta:
        db_table = "core_frozen_permit"

    def __str__(self) -> str:
        return self.reason
