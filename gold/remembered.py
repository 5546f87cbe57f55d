"""What somebody chose last in the list of a dataset, kept in their own browser.

A page that is opened writes nothing here, so it cannot be kept with us; the cookie goes to this
list alone, and what stands in it is only ever read as filters.
"""

from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse

from gold.item_forms import ItemFilterForm

NAME = "gold-items"
SECONDS = 90 * 24 * 60 * 60
LONGEST = 1_000


def remembered(request: HttpRequest) -> str:
    """Where to go when the list is opened without a choice; "" where nothing is remembered."""
    chosen = "" if request.GET else request.COOKIES.get(NAME, "")[:LONGEST]
    kept = [(name, value) for name, value in parse_qsl(chosen) if is_filter(name)]
    return f"{request.path}?{urlencode(kept)}" if kept else ""


def remember(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Keep the choice of this request; one that asks for everything is forgotten."""
    chosen = urlencode([(n, value) for n, value in request.GET.items() if value and is_filter(n)])
    if chosen and len(chosen) <= LONGEST:
        response.set_cookie(
            NAME,
            chosen,
            max_age=SECONDS,
            path=request.path,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    elif request.GET:
        response.delete_cookie(NAME, path=request.path)
    return response


def is_filter(name: str) -> bool:
    return name in ItemFilterForm.base_fields
