"""Agreement and ratings, for programs."""

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import May
from accounts.api.operations import ApiRequest, operation
from accounts.api.serializers import JobSerializer
from analytics.exports import WRITERS
from analytics.models import has_newer_ratings
from analytics.ratings_views import streamed_ratings
from analytics.reports.limits import KINDS, USUAL, with_limits
from analytics.reports.page import rater_names
from analytics.reports.snapshots import request_snapshot
from analytics.reports.tables import named_data
from analytics.settled import has_newer_gold
from analytics.views import snapshot_for
from annotation.access import get_study_for
from core.api.queries import Query, asked


class AgreementQuery(Query):
    interval = serializers.ChoiceField(
        choices=KINDS,
        default=USUAL,
        help_text="Kind of the limits, wherever a coefficient has such. "
        "docs/explanation/coverage.md shows which hold.",
    )


class AgreementSerializer(serializers.Serializer[Any]):
    computed_at = serializers.DateTimeField()
    has_newer_ratings = serializers.BooleanField(help_text="Ratings came in since; compute anew.")
    has_newer_gold = serializers.BooleanField(
        help_text="Gold has changed since, and raters are held against what it was."
    )
    criteria = serializers.ListField(
        child=serializers.DictField(), help_text="One report a criterion."
    )


@operation(
    "GET",
    "Read the agreement of a study",
    may=May.READ,
    answer=AgreementSerializer,
    query=AgreementQuery,
    refusals=(404,),
)
def get_agreement(request: ApiRequest, uid: UUID) -> Response:
    """As it was computed last; 404 before the first time. Raters are named to those who settle."""
    study, place = get_study_for(request.user, uid, May.READ)
    kind = asked(AgreementQuery, request)["interval"]
    snapshot = snapshot_for(request.user, study)
    report = {
        "computed_at": snapshot.computed_at,
        "has_newer_ratings": has_newer_ratings(snapshot),
        "has_newer_gold": has_newer_gold(study, snapshot.computed_at),
        "criteria": named_data(
            with_limits(snapshot.data, kind)["criteria"],
            rater_names(snapshot.data, place),
            manages=place.may(May.MANAGE),
        ),
    }
    return Response(AgreementSerializer(report).data)


@operation(
    "POST",
    "Compute the agreement of a study anew",
    may=May.SETTLE,
    answer=JobSerializer,
    status=202,
    refusals=(404,),
)
def compute_agreement(request: ApiRequest, uid: UUID) -> Response:
    """In the background; a request that still waits is joined."""
    study, _place = get_study_for(request.user, uid, May.SETTLE)
    job = request_snapshot(actor=request.user, study=study)
    return Response(JobSerializer(job).data, status=202)


class RevealQuery(Query):
    format = serializers.ChoiceField(choices=sorted(WRITERS), default="jsonl")


@operation(
    "GET",
    "Export the ratings of a study as JSON Lines",
    may=May.SETTLE,
    media="application/jsonl",
    refusals=(404, 409),
)
def export_ratings_jsonl(request: ApiRequest, uid: UUID) -> HttpResponseBase:
    """One rating a line, streamed; another study takes the lines as they are.

    Refused with `still_blind` to whoever may still rate an item there that others have rated.
    """
    study, _place = get_study_for(request.user, uid, May.SETTLE)
    return streamed_ratings(request.user, study, "jsonl")


@operation(
    "GET",
    "Export the ratings of a study as CSV",
    may=May.SETTLE,
    media="text/csv",
    refusals=(404, 409),
)
def export_ratings_csv(request: ApiRequest, uid: UUID) -> HttpResponseBase:
    """One rating a row, a column a criterion. Refused as the JSON Lines are."""
    study, _place = get_study_for(request.user, uid, May.SETTLE)
    return streamed_ratings(request.user, study, "csv")


@operation(
    "POST",
    "Export the ratings of a study that one still rates in",
    may=May.SETTLE,
    media="application/octet-stream",
    query=RevealQuery,
    refusals=(404,),
)
def reveal_ratings(request: ApiRequest, uid: UUID) -> HttpResponseBase:
    """For whoever would rather see them than stay blind, and was refused with `still_blind`.

    It is written down and cannot be taken back: what they say of these items from then on is kept
    apart from the blind ratings, and those that they have not rated do not come to them any more.
    """
    study, _place = get_study_for(request.user, uid, May.SETTLE)
    form = asked(RevealQuery, request)["format"]
    return streamed_ratings(request.user, study, form, looks=True)
