"""Calls of the API that may be sent again: the first answer is kept and given to each."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import ApiKey
from core.errors import DomainError, InvalidError
from core.text import written
from surveys.models import IdempotentCall

LONGEST = 255
KEPT = timedelta(days=2)
GIVEN_UP = timedelta(minutes=1)
"""A call that was not answered by then was killed; the next with its key is answered instead."""

Answer = tuple[int, dict[str, Any]]


def answered_once(
    *, key: ApiKey, name: str, body: Any, now: datetime, answer: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """The answer of the first call under this name, and whether it was given before.

    What the call does and that it was answered are one transaction: after a kill it was both or
    neither.

    Raises:
        DomainError: `in_progress` (409) while another call under this name is being answered;
            `key_reused` (422) where that one had another body.
    """
    if len(name) > LONGEST:
        raise InvalidError(
            _("An Idempotency-Key has at most %(most)d characters.") % {"most": LONGEST}
        )
    body_hash = hashlib.sha256(written(body)).hexdigest()
    call, is_new = _call(key, name, body_hash, now)
    if call.body_hash != body_hash:
        raise InvalidError(
            _("This Idempotency-Key was used for another request. Take a new key for a new one."),
            code="key_reused",
        )
    if call.status is not None:
        return (call.status, call.answer or {}), True
    if not is_new and not _taken_over(call, now):
        raise _in_progress()
    mine = IdempotentCall.objects.filter(pk=call.pk, status=None, at=call.at if is_new else now)
    try:
        with transaction.atomic():
            status, said = answer()
            if not mine.update(status=status, answer=said):
                raise _in_progress()  # given up for killed, and answered by another
    except DomainError:
        mine.delete()
        raise
    return (status, said), False


def _in_progress() -> DomainError:
    return DomainError(
        _("A request with this Idempotency-Key is being answered. Try again in a moment."),
        code="in_progress",
    )


def _call(key: ApiKey, name: str, body_hash: str, now: datetime) -> tuple[IdempotentCall, bool]:
    try:
        with transaction.atomic():
            call = IdempotentCall.objects.create(key=key, name=name, body_hash=body_hash, at=now)
        return call, True
    except IntegrityError:
        return IdempotentCall.objects.get(key=key, name=name), False


def _taken_over(call: IdempotentCall, now: datetime) -> bool:
    late = IdempotentCall.objects.filter(pk=call.pk, status=None, at__lt=now - GIVEN_UP)
    return bool(late.update(at=now))


def forget_calls(now: datetime) -> None:
    """Once an hour: what nobody sends again any more."""
    IdempotentCall.objects.filter(at__lt=now - KEPT).delete()
