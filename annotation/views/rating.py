"""The rater's doors: an item at a time, and one's own earlier ratings.

Those marked `respondents_too` serve end users without an account as well.
"""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.pages import page
from annotation.access import get_desk_for
from annotation.forms import RatingForm, SkipForm
from annotation.inquiry_page import own_inquiries
from annotation.models import Assignment, Study, StudyRater
from annotation.rating_desk import NothingPage, desk_for, filled_from
from annotation.rating_sheet import fresh_page, has_sheet
from annotation.rating_undo import undo_last
from annotation.seats import SeatedRequest, assignment_at, desk_at, respondents_too
from annotation.selectors import (
    earlier,
    in_hand,
    is_sent_in,
    own_qualifications,
    own_ratings,
    own_studies,
)
from annotation.services.assignment import claim_after, claim_next
from annotation.services.chairs import NoItem
from annotation.services.drafting import save_draft, skip_item
from annotation.services.judging import Judgement, Kept, Submission
from annotation.services.rating import submit_rating
from annotation.services.revising import already_rated
from core.http import AuthedRequest, whole
from core.phrases import consecutive


@respondents_too
@require_safe
def rate(request: SeatedRequest, uid: UUID) -> HttpResponse:
    """The rater's current item, else the next.

    A GET that writes, and it stays safe to repeat: it takes a lease when the rater holds
    none, and however often it is asked for, the rater holds that same item.
    """
    desk = desk_at(request.seat, uid)
    following = claim_next(study_rater=desk, now=timezone.now())
    return answer(request, desk, following)


@respondents_too
@require_POST
def submit(request: SeatedRequest, uid: UUID) -> HttpResponse:
    """Store the judgement; the answer is the next item, in the same transaction and round trip."""
    with transaction.atomic():
        assignment = assignment_at(request.seat, uid, to_submit=True)
        form = RatingForm(request.POST, assignment=assignment)
        submission = submitted(request, assignment, form)
        if submission is not None and goes_on(assignment, form):
            desk, following = claim_after(
                assignment=assignment,
                chair=submission.chair,
                following=submission.following,
                now=timezone.now(),
            )
    if submission is None:
        return show(request, assignment, form, status=422)
    if form.revises:
        return revised(request, assignment)
    if assignment.study.purpose == Study.Purpose.TRAINING:
        return with_feedback(request, assignment)
    tell(request, submission.kept)
    return answer(request, desk, following)


def submitted(
    request: SeatedRequest, assignment: Assignment, form: RatingForm
) -> Submission | None:
    """The rating that was stored; None where the form has to be filled in better."""
    checked = form.check()
    if checked is None or form.client_key is None:
        return None
    return submit_rating(
        actor=request.seat.user,
        assignment=assignment,
        judgement=Judgement(
            given=checked.given,
            comment=form.comment,
            flagged=form.flagged,
            language=request.LANGUAGE_CODE,
            seconds=form.seconds,
        ),
        client_key=form.client_key,
        revises=form.revises,
        goes_on=goes_on(assignment, form),
        now=timezone.now(),
    )


def goes_on(assignment: Assignment, form: RatingForm) -> bool:
    """Whether the next item is taken: not after a change, and a training tells first."""
    return not form.revises and assignment.study.purpose != Study.Purpose.TRAINING


@respondents_too
@require_POST
def draft(request: SeatedRequest, uid: UUID) -> JsonResponse:
    """Keep what the rater has so far; an older save never replaces a newer one."""
    assignment = assignment_at(request.seat, uid)
    form = RatingForm(request.POST, assignment=assignment)
    if sentences := [*form.sentences, *form.unstorable()]:
        return JsonResponse({"message": consecutive(sentences)}, status=422)
    now = timezone.now()
    if assignment.state == Assignment.State.SUBMITTED:
        return overtaken(assignment, form, now)
    is_kept = save_draft(
        assignment=assignment,
        answers={name: said.to_json() for name, said in form.answers.items()},
        comment=form.comment,
        flagged=form.flagged,
        version=form.version,
        now=now,
    )
    if not is_kept:
        message = _("A newer draft was saved in another tab. Reload the page to go on with it.")
        return JsonResponse({"message": message}, status=409)
    return JsonResponse({"saved": clock(now)})


def overtaken(assignment: Assignment, form: RatingForm, now: datetime) -> JsonResponse:
    """A submit of the same page has all of the draft; one of another tab has none of it."""
    if form.client_key and is_sent_in(assignment, form.client_key):
        return JsonResponse({"saved": clock(now)})
    return JsonResponse({"message": already_rated()}, status=409)


@respondents_too
@require_POST
def skip(request: SeatedRequest, uid: UUID) -> HttpResponse:
    assignment = assignment_at(request.seat, uid)
    form = SkipForm(request.POST)
    if not form.is_valid():
        messages.error(request, consecutive(form.errors["reason"]))
        return show(request, assignment, status=422)
    now = timezone.now()
    with transaction.atomic():
        skip_item(
            actor=request.seat.user,
            assignment=assignment,
            reason=form.cleaned_data["reason"],
            now=now,
        )
        desk, following = claim_after(assignment=assignment, now=now)
    messages.success(request, _("Skipped. Your reason is noted, and the item goes to others."))
    return answer(request, desk, following)


@respondents_too
@require_POST
def undo(request: SeatedRequest, uid: UUID) -> HttpResponse:
    """Take back the last submit in this study and show it again as it was."""
    desk = desk_at(request.seat, uid)
    last = undo_last(actor=request.seat.user, desk=desk, now=timezone.now())
    messages.info(request, _("Taken back. It does not count until you submit it again."))
    desk.refresh_from_db(fields=["n_submitted", "n_checks"])
    return answer(request, desk, last)


@respondents_too
@require_safe
def revise(request: SeatedRequest, uid: UUID) -> HttpResponse:
    """An earlier rating of one's own, to be changed; it stands until the change is submitted."""
    assignment = assignment_at(request.seat, uid)
    if assignment.state != Assignment.State.SUBMITTED:
        return redirect("annotation:rate", assignment.study.uid)
    if assignment.study.purpose == Study.Purpose.TRAINING:
        return redirect("annotation:feedback", assignment.uid)
    return show(request, assignment)


@respondents_too
@require_safe
def my_ratings(request: SeatedRequest, uid: UUID) -> HttpResponse:
    """Of a respondent, what their receipt shows."""
    if request.seat.user is None:
        desk_at(request.seat, uid)
        return redirect("annotation:receipt", request.seat.code)
    desk, place = get_desk_for(request.seat.user, uid)
    ratings = own_ratings(desk, whole(request.GET.get("before")))
    return page(
        request,
        place,
        "annotation/rate_mine.html",
        {"study": desk.study, "ratings": ratings, "desk": desk, "before": earlier(ratings)},
    )


@require_safe
def my_studies(request: AuthedRequest) -> HttpResponse:
    """Where a rater starts: the studies one rates in, the open ones first."""
    context = {
        "rows": own_studies(request.user),
        "inquiries": own_inquiries(request.user),
        "qualifications": own_qualifications(request.user),
    }
    return render(request, "annotation/rate_start.html", context)


def answer(
    request: AuthedRequest, desk: StudyRater, following: Assignment | NoItem
) -> HttpResponse:
    """The next item, or why there is none; without htmx a redirect: a reload sends nothing."""
    if request.method == "POST" and not request.htmx:
        return redirect("annotation:rate", desk.study.uid)
    if isinstance(following, NoItem):
        context = {"nothing": NothingPage(desk, following), "study": desk.study}
        return rendered(request, "rest", context)
    return show(request, in_hand(following, desk), desk=desk)


def show(
    request: AuthedRequest,
    assignment: Assignment,
    form: RatingForm | None = None,
    *,
    desk: StudyRater | None = None,
    status: int = 200,
) -> HttpResponse:
    desk = desk or StudyRater.objects.get(study=assignment.study_id, rater=assignment.rater_id)
    shown = desk_for(assignment, desk, filled_from(assignment, form))
    if request.htmx and form is None and not get_messages(request) and has_sheet(shown):
        return HttpResponse(fresh_page(shown, token_of(request)), status=status)
    context = {
        "desk": shown,
        "study": assignment.study,
        "form": form,
        "saved_at": clock(assignment.draft.saved_at) if hasattr(assignment, "draft") else "",
    }
    return rendered(request, "item", context, status=status)


def token_of(request: AuthedRequest) -> str:
    """The token that came with a form and was found good goes on to the next page."""
    brought = request.POST.get("csrfmiddlewaretoken") or request.headers.get("X-CSRFToken", "")
    is_checked = request.method == "POST" and brought.isascii() and brought.isalnum()
    return brought if is_checked else get_token(request)


def rendered(
    request: AuthedRequest, name: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    template = f"annotation/_rate_{name}.html" if request.htmx else f"annotation/rate_{name}.html"
    return render(request, template, context | {"is_part": bool(request.htmx)}, status=status)


def with_feedback(request: AuthedRequest, assignment: Assignment) -> HttpResponse:
    """What was expected, on a page of its own: nothing is in a hurry in a training."""
    url = reverse("annotation:feedback", args=[assignment.uid])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def revised(request: AuthedRequest, assignment: Assignment) -> HttpResponse:
    messages.success(request, _("Changed. Your earlier rating is kept beside the new one."))
    url = reverse("annotation:my_ratings", args=[assignment.study.uid])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def tell(request: AuthedRequest, kept: Kept) -> None:
    if kept == Kept.BEYOND:
        messages.info(
            request,
            _("Your time on that item had run out and others have filled it, so your rating is "
              "kept as an extra one."),
        )  # fmt: skip
    elif kept == Kept.INFORMED:
        messages.info(
            request,
            _("You had seen what others said of that item, so your rating is kept beside the "
              "blind ones."),
        )  # fmt: skip
    elif kept == Kept.PAUSED:
        messages.info(
            request,
            _("You were paused in the meantime, so your rating is kept as an extra one."),
        )
    elif kept == Kept.LATE:
        messages.info(
            request,
            _("The study was closed in the meantime, so your rating is kept as a late one."),
        )


def clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "H:i")
