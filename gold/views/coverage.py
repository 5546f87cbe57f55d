"""How far a dataset looks like what comes in, and what to add next."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import May
from accounts.pages import page
from annotation.services.naming import add_named
from core.csv_cells import lines as csv_lines
from core.http import AuthedRequest, whole
from gold.access import get_dataset_for
from gold.coverage import SEED, coverage_of, next_to_add
from gold.coverage_page import coverage_shown, next_lines, next_rows
from gold.release_forms import NextForm

WINDOWS = (30, 90, 365)
BOM = "\ufeff"
"""A spreadsheet then reads Japanese as it is."""


def days_in(request: AuthedRequest) -> int | None:
    """The window that is asked for, None for all that ever came in."""
    asked = whole(request.GET.get("days") or request.POST.get("days"))
    return asked if asked in WINDOWS else None


@require_safe
def coverage(request: AuthedRequest, uid: UUID) -> HttpResponse:
    dataset, place = get_dataset_for(request.user, uid, May.READ)
    days, now = days_in(request), timezone.now()
    context = {
        "dataset": dataset,
        "part": "coverage",
        "days": days,
        "windows": WINDOWS,
        "found": coverage_shown(coverage_of(dataset, now=now, days=days)),
    }
    return page(request, place, "gold/coverage.html", context, nav="gold")


@require_safe
def coverage_json(request: AuthedRequest, uid: UUID) -> JsonResponse:
    dataset, _place = get_dataset_for(request.user, uid, May.READ)
    return JsonResponse(coverage_of(dataset, now=timezone.now(), days=days_in(request)))


@require_safe
def next_page(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The fifty conversations that would bring the dataset nearest to production."""
    dataset, place = get_dataset_for(request.user, uid, May.READ)
    days = days_in(request)
    context = {
        "dataset": dataset,
        "part": "coverage",
        "days": days,
        "lines": next_lines(next_to_add(dataset, now=timezone.now(), days=days)),
        "form": NextForm(place=place),
        "may_manage": place.may(May.MANAGE),
    }
    return page(request, place, "gold/next.html", context, nav="gold")


@require_safe
def next_csv(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The same as a table: the place in the order, and each shortage that it fills."""
    dataset, _place = get_dataset_for(request.user, uid, May.READ)
    found = next_to_add(dataset, now=timezone.now(), days=days_in(request))
    text = "".join(csv_lines(next_rows(found)))
    response = HttpResponse(BOM + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{dataset.slug}-next.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def next_add(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """Bring them into a study; the choice is made anew, and is the same while nothing changed."""
    dataset, place = get_dataset_for(request.user, uid, May.MANAGE)
    form, days = NextForm(request.POST, place=place), days_in(request)
    found = next_to_add(dataset, now=timezone.now(), days=days)
    if not form.is_valid():
        context = {
            "dataset": dataset,
            "part": "coverage",
            "days": days,
            "lines": next_lines(found),
            "form": form,
            "may_manage": True,
        }
        return page(request, place, "gold/next.html", context, nav="gold", status=422)
    items = add_named(
        actor=request.user,
        study=form.cleaned_data["study"],
        units=[(one.conversation.pk,) for one in found],
        pool_size=len(found),
        seed=SEED,
        now=timezone.now(),
    )
    words = ngettext(
        "%(n)d conversation is in the study now.", "%(n)d conversations are in the study now.",
        len(items),
    )  # fmt: skip
    messages.success(request, words % {"n": len(items)})
    return redirect(form.cleaned_data["study"])
