"""Who sits at a rater's desk: somebody with an account, or an end user whom a link let in.

An end user has no account. The code of their receipt lies in the signed cookie of their browser; it
opens the desk of the one study that they agreed to rate in, and no other door.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db.models import CharField, QuerySet, UUIDField
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.access import (
    as_a_submit_reads,
    as_held,
    get_assignment_for,
    get_desk_for,
    held_fast,
)
from annotation.link_tokens import receipt_hash, uid_of
from annotation.models import Assignment, Participation, RatingLink, StudyRater
from annotation.selectors import at_its_study, with_what_is_asked
from core.errors import NotFoundError
from core.http import AuthedRequest
from core.prepared import Parameter, Prepared

RECEIPT = "receipt"
"""Where the session holds the code."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Seat:
    """One of the two is there: the account, or the code of a receipt."""

    user: User | None = None
    code: str = ""

    @cached_property
    def receipt_hash(self) -> str:
        return receipt_hash(self.code)

    @property
    def owner(self) -> str:
        """Under which name a browser keeps what was not sent yet."""
        return str(self.user.uid) if self.user else self.receipt_hash


class SeatedRequest(AuthedRequest):
    seat: Seat


def respondents_too(view: View) -> View:
    """A view that end users may open as well; it goes by `request.seat`, not by the user."""
    view.respondents_too = True  # type: ignore[attr-defined]
    return view


class SeatMiddleware(LoginRequiredMiddleware):
    """Sign-in is asked for everywhere, except of a respondent at a desk."""

    def process_view(
        self, request: Any, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if getattr(view_func, "respondents_too", False):
            request.seat = seat_of(request)
            if request.seat is not None:
                return None
        return super().process_view(request, view_func, view_args, view_kwargs)


def seat_of(request: HttpRequest) -> Seat | None:
    """An account comes before a receipt: nobody is two raters at once."""
    if request.user.is_authenticated:
        return Seat(user=request.user)
    code = request.session.get(RECEIPT)
    return Seat(code=code) if code else None


def desk_at(seat: Seat, study_uid: UUID) -> StudyRater:
    """The place among a study's raters of whoever sits here."""
    if seat.user is not None:
        return get_desk_for(seat.user, study_uid)[0]
    desk = (
        StudyRater.objects.filter(
            study__uid=study_uid,
            rater__participation__receipt_hash=seat.receipt_hash,
            rater__participation__erased_at=None,
        )
        .select_related("rater", "study__project__team", "study__rubric_version__rubric")
        .first()
    )
    if desk is None:
        raise NotFoundError(
            _("Your link does not lead here. Open it again, or go on from your receipt.")
        )
    return desk


def _respondents_assignment() -> QuerySet[Assignment]:
    return as_a_submit_reads(
        Assignment.objects.filter(
            uid=Parameter("uid", UUIDField()),
            rater__participation__receipt_hash=Parameter("receipt", CharField()),
            rater__participation__erased_at=None,
        )
    )


RESPONDENTS_ASSIGNMENT = Prepared(_respondents_assignment)
RESPONDENTS_TO_SUBMIT = Prepared(lambda: held_fast(_respondents_assignment()))


def assignment_at(seat: Seat, uid: UUID, *, to_submit: bool = False) -> Assignment:
    """The seat's own assignment, with all that a submit reads; `to_submit` locks it."""
    if seat.user is not None:
        return get_assignment_for(seat.user, uid, to_submit=to_submit)[0]
    door = RESPONDENTS_TO_SUBMIT if to_submit else RESPONDENTS_ASSIGNMENT
    assignment = door.first(receipt=seat.receipt_hash, uid=uid)
    if assignment is None:
        raise NotFoundError(_("There is no such assignment, or it is somebody else's."))
    with_what_is_asked(at_its_study(assignment))
    return as_held(assignment) if to_submit else assignment


def link_behind(token: str) -> RatingLink:
    """What a link that somebody opened leads to, whatever has become of it."""
    link = (
        RatingLink.objects.select_related("study__project__team").filter(uid=uid_of(token)).first()
    )
    if link is None:
        raise NotFoundError(_("There is no such link. Check that it is complete."))
    return link


def participation_behind(code: str) -> Participation:
    """Whose receipt this is."""
    found = (
        Participation.objects.select_related("rater", "link__study__project__team")
        .filter(receipt_hash=receipt_hash(code))
        .first()
    )
    if found is None:
        raise NotFoundError(_("There is no such receipt. Check each letter of the code."))
    return found
