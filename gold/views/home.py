from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import May, get_place_for
from accounts.pages import page
from core.http import AuthedRequest
from gold.home import home_of


@require_safe
def home(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """A project's first page; a rater has none and goes to the work."""
    place = get_place_for(request.user, uid, May.BELONG)
    if not place.may(May.READ):
        return redirect("annotation:my_studies")
    context = {"home": home_of(place, timezone.now()), "may_manage": place.may(May.MANAGE)}
    return page(request, place, "gold/home.html", context, nav="home")
