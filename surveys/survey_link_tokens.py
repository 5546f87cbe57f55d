"""What opens a link to a survey, and what brings a respondent back to their answers.

A link's token is its uid under a signature: the database holds nothing that opens it. A resume code
follows from the response's uid and the installation's secret, so that each page can show it while
the database holds its hash alone.
"""

import hmac
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from annotation.link_tokens import ALPHABET, LENGTH, canonical
from core.http import uid_in
from surveys.models import Survey, SurveyLink

SIGNER = Signer(sep=".", salt="surveys.survey-link")


def token_of(link: SurveyLink) -> str:
    return SIGNER.sign(link.uid.hex)


def link_of(survey: Survey, token: str) -> SurveyLink | None:
    """The link of this survey that a token opens; None for what opens none."""
    try:
        uid = uid_in(SIGNER.unsign(token))
    except BadSignature:
        return None
    return SurveyLink.objects.filter(survey=survey, uid=uid).first() if uid else None


def resume_code(uid: UUID) -> str:
    """78 bits in groups of four, short enough to copy by hand."""
    words = f"surveys.resume.{uid.hex}".encode()
    number = int.from_bytes(hmac.digest(settings.SECRET_KEY.encode(), words, "sha256"))
    letters = []
    for _place in range(LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return canonical("".join(letters))


def resume_hash(code: str) -> str:
    """Empty for what can be no code: nothing is stored under that."""
    known = canonical(code)
    return sha256(known.encode()).hexdigest() if known else ""
