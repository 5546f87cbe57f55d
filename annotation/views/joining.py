"""The doors of a link: what is asked of an end user, and joining, without an account."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from annotation.link_tokens import canonical, new_code
from annotation.seats import RECEIPT, link_behind, seat_of
from annotation.services.links import join, why_shut
from core.errors import InvalidError


@login_not_required
@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """What it is, how long it takes, what is agreed to.

    The code of the receipt is dealt with the page: a form that is sent twice joins once.
    """
    found = link_behind(token)
    seat = seat_of(request)
    own = found.participations.filter(receipt_hash=seat.receipt_hash if seat else "")
    context = {
        "link": found,
        "token": token,
        "shut": why_shut(found, timezone.now()),
        "code": new_code(),
        "own_code": seat.code if seat and own.filter(erased_at=None).exists() else "",
    }
    return render(request, "annotation/link.html", context)


@login_not_required
@require_POST
def join_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Who has an account rates under it; the page of the link tells them what to do instead."""
    found = link_behind(token)
    if request.user.is_authenticated:
        return redirect("annotation:link", token)
    code = canonical(request.POST.get("code", ""))
    if not code:
        raise InvalidError(_("The page was sent without its code. Open the link once more."))
    join(link=found, code=code, language=request.LANGUAGE_CODE, now=timezone.now())
    request.session[RECEIPT] = code
    return redirect("annotation:receipt", code)
