"""What a respondent gave, for whoever holds the address: to see, to change, to erase.

The address is signed and stored nowhere; there is nothing else by which a respondent is known.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import NotFoundError
from surveys.models import CurrentFeedback, Respondent
from surveys.own_page import OwnPage
from surveys.services.folding import fold_batch
from surveys.services.forgetting import forget_feedback, forget_response, forget_subject
from surveys.services.giving import change_own, value_of
from surveys.tokens import respondent_of

View = Callable[..., HttpResponse]
MOST_BATCHES = 10
"""Folded while a respondent waits: on a busy day far more may wait than this one change."""
a_form = require_http_methods(["GET", "HEAD", "POST"])


def of_respondent(view: View) -> View:
    """Find who is meant; answers are kept by nobody on the way and no site is told the address."""

    @login_not_required
    @never_cache
    @wraps(view)
    def found(request: HttpRequest, token: str, **rest: Any) -> HttpResponse:
        uid = respondent_of(token)
        respondent = Respondent.objects.filter(uid=uid).first() if uid else None
        if respondent is None:
            raise NotFoundError(_("There is no such page. Check that the address is complete."))
        answer = view(request, respondent, token, **rest)
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    return found


@require_safe
@of_respondent
def own(request: HttpRequest, respondent: Respondent, token: str) -> HttpResponse:
    context = {"token": token, "own": OwnPage(respondent)}
    return render(request, "surveys/own.html", context)


@require_POST
@of_respondent
def change(request: HttpRequest, respondent: Respondent, token: str, pk: int) -> HttpResponse:
    """The other thumb, or with `retract` none: it is done when the page comes back."""
    feedback = _feedback(respondent, pk)
    value = "" if "retract" in request.POST else value_of(feedback)
    if not value and "retract" not in request.POST:
        raise NotFoundError(_("This can only be taken back or erased."))
    change_own(feedback=feedback, value=value, now=timezone.now())
    for _batch in range(MOST_BATCHES):  # a worker folds what may be left
        if not fold_batch():
            break
    messages.success(request, _("Changed.") if value else _("Taken back."))
    return redirect("surveys:own", token)


@require_POST
@of_respondent
def erase_one(request: HttpRequest, respondent: Respondent, token: str, pk: int) -> HttpResponse:
    forget_feedback(feedback=_feedback(respondent, pk))
    messages.success(request, _("Erased."))
    return redirect("surveys:own", token)


@require_POST
@of_respondent
def erase_response(
    request: HttpRequest, respondent: Respondent, token: str, pk: int
) -> HttpResponse:
    response = respondent.responses.filter(pk=pk).first()
    if response is None:
        raise NotFoundError(_("This is not there, or was erased."))
    forget_response(response=response, now=timezone.now())
    messages.success(request, _("Erased."))
    return redirect("surveys:own", token)


@a_form
@of_respondent
def erase_all(request: HttpRequest, respondent: Respondent, token: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, "surveys/own_erase.html", {"token": token})
    if respondent.erased_at is None:
        forget_subject(
            actor=None, project=respondent.project, key=respondent.key, now=timezone.now()
        )
    messages.success(request, _("Everything was erased."))
    return redirect("surveys:own", token)


def _feedback(respondent: Respondent, pk: int) -> CurrentFeedback:
    found = respondent.feedback.filter(pk=pk).exclude(value=None).first()
    if found is None:
        raise NotFoundError(_("This is not there, or was erased."))
    return found
