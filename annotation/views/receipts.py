"""An end user's receipt: what they gave, to see, to go on from, and to erase.

Whoever holds the code holds the receipt, as with a ticket; there is nothing else to go by.
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotation.link_forms import CodeForm
from annotation.link_tokens import canonical
from annotation.receipt_page import Receipt
from annotation.seats import RECEIPT, participation_behind, seat_of
from annotation.services.erasure import erase_all, erase_rating
from core.errors import NotFoundError
from core.http import whole

a_form = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@a_form
def find(request: HttpRequest) -> HttpResponse:
    """For those who kept the code on paper."""
    form = CodeForm(request.POST or None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "annotation/receipt_find.html", {"form": form}, status=status)
    code = canonical(form.cleaned_data["code"])
    if not code:
        form.add_error("code", _("A code has 16 letters and digits, without 0, 1, I, L, O and U."))
        return render(request, "annotation/receipt_find.html", {"form": form}, status=422)
    participation_behind(code)
    return redirect("annotation:receipt", code)


@login_not_required
@never_cache
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    participation = participation_behind(code)
    seat = seat_of(request)
    context = {
        "code": code,
        "address": request.build_absolute_uri(reverse("annotation:receipt", args=[code])),
        "receipt": Receipt(participation, timezone.now(), whole(request.GET.get("before"))),
        "is_here": seat is not None and seat.receipt_hash == participation.receipt_hash,
    }
    return render(request, "annotation/receipt.html", context)


@login_not_required
@require_POST
def resume(request: HttpRequest, code: str) -> HttpResponse:
    """Go on rating, on this device from now on."""
    participation = participation_behind(code)
    if request.user.is_authenticated:
        messages.error(
            request,
            _("You are signed in as %(name)s. Sign out first, or open the receipt in a private "
              "window: what you rate with it is not your own work.")
            % {"name": request.user},
        )  # fmt: skip
        return redirect("annotation:receipt", code)
    request.session[RECEIPT] = code
    return redirect("annotation:rate", participation.link.study.uid)


@login_not_required
@never_cache
@a_form
def erase(request: HttpRequest, code: str) -> HttpResponse:
    participation = participation_behind(code)
    back = reverse("annotation:receipt", args=[code])
    if request.method != "POST":
        context = {
            "title": _("Erase everything you gave?"),
            "finding": _("This is final: nobody can bring it back, and you rate no more here."),
            "lines": stays(),
            "action": reverse("annotation:receipt_erase", args=[code]),
            "button": _("Erase everything"),
            "back": back,
        }
        return render(request, "components/_confirm.html", context)
    n = erase_all(participation=participation, now=timezone.now())
    request.session.pop(RECEIPT, None)
    words = ngettext("Erased: %(n)d rating.", "Erased: %(n)d ratings.", n)
    messages.success(request, words % {"n": n})
    return redirect(back)


@login_not_required
@never_cache
@a_form
def erase_one(request: HttpRequest, code: str, rating: UUID) -> HttpResponse:
    participation = participation_behind(code)
    found = participation.rater.ratings.filter(uid=rating, current=True).first()
    if found is None:
        raise NotFoundError(_("There is no such rating on this receipt, or it was erased."))
    back = reverse("annotation:receipt", args=[code])
    if request.method != "POST":
        context = {
            "title": _("Erase this rating?"),
            "finding": _("This is final: nobody can bring it back."),
            "lines": stays(),
            "action": reverse("annotation:receipt_erase_one", args=[code, rating]),
            "button": _("Erase the rating"),
            "back": back,
        }
        return render(request, "components/_confirm.html", context)
    erase_rating(participation=participation, rating=found, now=timezone.now())
    messages.success(request, _("Erased."))
    return redirect(back)


def stays() -> list[str]:
    """What an erasure does and what it cannot reach."""
    return [
        _("Your answers, comments, and anything begun and not submitted are deleted."),
        _("Figures that were published or downloaded before stay as they are; they hold counts."),
        _("That you took part, and when you erased it, stays noted under a number."),
    ]
