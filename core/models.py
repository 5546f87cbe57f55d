"""Pieces that models of every app share."""

import os
import time
import uuid

from django.db import models


def new_uid() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): time-ordered, so that bulk inserts append to the unique index."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return uuid.UUID(int=value)


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
