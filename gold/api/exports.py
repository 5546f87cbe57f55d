"""A release in any of its formats, for programs."""

from uuid import UUID

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework import serializers

from accounts.access import May
from accounts.api.operations import ApiRequest, operation
from analytics.views import attached
from core.api.queries import Query, asked
from gold.access import get_release_for
from gold.exports import FORMATS, Tally, format_named, source_of
from gold.models import Tier


class ExportQuery(Query):
    format = serializers.ChoiceField(
        choices=list(FORMATS), default="jsonl", help_text="A format of several files comes as zip."
    )
    split = serializers.CharField(
        required=False, default="", max_length=20, help_text="Only items of this split."
    )
    tier = serializers.ChoiceField(
        choices=Tier.values, required=False, default="", help_text="Only items of this tier."
    )
    answers = serializers.CharField(
        required=False,
        default="",
        max_length=130,
        help_text="As in `helpful=4`: an answer that was judged is expected only where its label "
        "is this or better. For formats that take an answer for the right one.",
    )


@operation(
    "GET",
    "Export a release",
    may=May.READ,
    media="application/octet-stream",
    query=ExportQuery,
    refusals=(404,),
)
def export_release(request: ApiRequest, uid: UUID) -> HttpResponseBase:
    """Streamed in the order of the manifest. A format that needs one right answer leaves contested
    items out, and says so in its README and its `manifest.json`."""
    release, _place = get_release_for(request.user, uid, May.READ)
    query = asked(ExportQuery, request)
    form = format_named(query["format"], tier=query["tier"], bar=query["answers"])
    part = {"split": query["split"], "tier": query["tier"]}
    source = source_of(release, **part, bar=query["answers"])
    stream = StreamingHttpResponse(form.write(source, Tally()), content_type=form.media)
    return attached(stream, form.file_name(source))
