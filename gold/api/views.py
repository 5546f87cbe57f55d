"""Gold datasets, releases and why an item is gold, for programs."""

from uuid import UUID

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.response import Response

from accounts.access import May, get_place_for
from accounts.api.operations import ApiRequest, operation
from analytics.views import attached
from annotation.services.reveals import How, look_at
from core.api.queries import PageQuery, asked, page
from gold.access import get_dataset_for, get_gold_item_for, get_release_for
from gold.api.serializers import (
    DiffQuery,
    DiffSerializer,
    GoldDatasetSerializer,
    ReleaseLineSerializer,
    ReleaseSerializer,
)
from gold.diff_page import diff_data, nothing_before, release_against
from gold.exports import as_jsonl
from gold.manifest import HEAVY
from gold.why import why

NDJSON = "application/x-ndjson"


@operation(
    "GET",
    "List gold datasets",
    may=May.READ,
    answer=GoldDatasetSerializer,
    query=PageQuery,
    refusals=(404,),
)
def list_gold_datasets(request: ApiRequest, uid: UUID) -> Response:
    place = get_place_for(request.user, uid, May.READ)
    datasets = place.project.gold_datasets.all()
    return page(request, datasets, GoldDatasetSerializer, asked(PageQuery, request))


@operation(
    "GET",
    "List the releases of a gold dataset",
    may=May.READ,
    answer=ReleaseLineSerializer,
    query=PageQuery,
    refusals=(404,),
)
def list_releases(request: ApiRequest, uid: UUID) -> Response:
    dataset, _place = get_dataset_for(request.user, uid, May.READ)
    releases = dataset.releases.select_related("parent").defer(*HEAVY)
    return page(request, releases, ReleaseLineSerializer, asked(PageQuery, request))


@operation("GET", "Read a release", may=May.READ, answer=ReleaseSerializer, refusals=(404,))
def get_release(request: ApiRequest, uid: UUID) -> Response:
    """What it holds is at `items.jsonl`; this is about it. A release never changes."""
    release, _place = get_release_for(request.user, uid, May.READ)
    return Response(ReleaseSerializer(release).data)


@operation(
    "GET",
    "Download the items of a release",
    may=May.READ,
    media=NDJSON,
    refusals=(404,),
)
def get_release_items(request: ApiRequest, uid: UUID) -> HttpResponseBase:
    """One item a line, with the hashes by which the file proves itself (`verify_release`)."""
    release, _place = get_release_for(request.user, uid, May.READ)
    stream = StreamingHttpResponse(as_jsonl(release), content_type=NDJSON)
    return attached(stream, f"{release.dataset.slug}-{release.number}.jsonl")


@operation(
    "GET",
    "Compare two releases",
    may=May.READ,
    answer=DiffSerializer,
    query=DiffQuery,
    refusals=(404,),
)
def get_diff(request: ApiRequest, uid: UUID) -> Response:
    """How many items differ, and those of one kind field by field, 500 a page."""
    release, _place = get_release_for(request.user, uid, May.READ)
    wanted = asked(DiffQuery, request)
    older = release_against(release, wanted.get("against"))
    if older is None:
        raise nothing_before(release)
    found = diff_data(older, release, kind=wanted.get("kind"), after=wanted.get("after"))
    return Response(DiffSerializer(found).data)


@operation(
    "GET",
    "Ask why an item is gold",
    may=May.READ,
    answer={"type": "object"},
    refusals=(404,),
)
def get_why(request: ApiRequest, uid: UUID) -> Response:
    """From the labels back to each rating. Raters are named to those who settle."""
    gold_item, place = get_gold_item_for(request.user, uid, May.READ)
    look_at(user=request.user, item=gold_item.candidate.item, how=How.ITEM, now=timezone.now())
    return Response(why(gold_item).as_data(with_names=place.may(May.SETTLE)))
