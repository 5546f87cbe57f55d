"""What end users hold in their hands: a link's signed token, and a receipt's code.

A token is the link's uid under a signature, so the database holds nothing that opens a link. A code
is 78 random bits, short enough to copy by hand; the database holds its hash.
"""

import re
import secrets
from hashlib import sha256
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _

from annotation.models import RatingLink
from core.errors import NotFoundError
from core.http import uid_in

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what looks alike on paper: 0 O, 1 I L, U V."""

LENGTH, GROUP = 16, 4
CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
SIGNER = Signer(sep=".", salt="annotation.rating-link")


def token_of(link: RatingLink) -> str:
    return SIGNER.sign(link.uid.hex)


def path_of(link: RatingLink) -> str:
    """What respondents open."""
    return reverse("annotation:link", args=[token_of(link)])


def uid_of(token: str) -> UUID:
    """The uid of the link that a token opens."""
    try:
        uid = uid_in(SIGNER.unsign(token))
    except BadSignature:
        uid = None
    if uid is None:
        raise NotFoundError(_("There is no such link. Check that it is complete."))
    return uid


def new_code() -> str:
    return _in_groups("".join(secrets.choice(ALPHABET) for _place in range(LENGTH)))


def canonical(code: str) -> str:
    """A code as receipts show it, however it was typed; empty for what can be none."""
    letters = re.sub(r"[\s-]", "", code).upper()
    return _in_groups(letters) if CODE.fullmatch(letters) else ""


def receipt_hash(code: str) -> str:
    """Empty for what can be no code: nothing is stored under that."""
    known = canonical(code)
    return sha256(known.encode()).hexdigest() if known else ""


def _in_groups(letters: str) -> str:
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))
