"""How a dataset grew, and whether more of it would change anything."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from accounts.access import May
from accounts.pages import page
from core.http import AuthedRequest
from gold.access import get_dataset_for
from gold.growth import figure_of, growth_of, saturation_words


@require_safe
def growth(request: AuthedRequest, uid: UUID) -> HttpResponse:
    dataset, place = get_dataset_for(request.user, uid, May.READ)
    found = growth_of(dataset)
    seen = [one for one in found.sources if any(one[0] in period.added for period in found.periods)]
    context = {
        "sources": seen,
        "periods": [
            {
                "begins": one.begins,
                "is_month": one.is_month,
                "counts": [one.added.get(value, 0) for value, _label, _n in seen],
                "retired": one.retired,
                "total": one.total,
            }
            for one in reversed(found.periods)
        ],
        "dataset": dataset,
        "part": "growth",
        "growth": found,
        "saturated": saturation_words(found.saturation) if found.saturation else "",
    }
    return page(request, place, "gold/growth.html", context, nav="gold")


@require_safe
def figures(request: AuthedRequest, uid: UUID) -> HttpResponse:
    """The plot of the page, when a reader opens it."""
    dataset, _place = get_dataset_for(request.user, uid, May.READ)
    figure = figure_of(growth_of(dataset))
    return JsonResponse({"growth": None if figure is None else figure.to_plotly_json()})
