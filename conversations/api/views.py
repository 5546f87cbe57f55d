"""Conversations and imports, for programs."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.response import Response

from accounts.access import May, get_place_for
from accounts.api.operations import ApiRequest, operation
from conversations import services
from conversations.access import get_conversation_for, get_import_run_for
from conversations.api.serializers import (
    ConversationLineSerializer,
    ConversationQuery,
    ConversationSerializer,
    ImportQuery,
    ImportSerializer,
)
from conversations.listing import filtered
from conversations.models import ImportRun
from conversations.refusals import as_json_lines
from conversations.views.imports import bounded
from conversations.views.refused import as_file, lines_of
from core.api.bodies import file_of
from core.api.queries import asked, page

KEY_LENGTH = 200
SAME_FOR = timedelta(days=1)
NDJSON = "application/x-ndjson"


@operation(
    "GET",
    "List conversations",
    may=May.READ,
    answer=ConversationLineSerializer,
    query=ConversationQuery,
    refusals=(404,),
)
def list_conversations(request: ApiRequest, uid: UUID) -> Response:
    """Newest first, without their turns. Filters that are given must all hold."""
    place = get_place_for(request.user, uid, May.READ)
    wanted = asked(ConversationQuery, request, project=place.project)
    found = filtered(place.project, wanted).for_list()
    return page(request, found, ConversationLineSerializer, wanted)


@operation(
    "GET",
    "Read a conversation",
    may=May.READ,
    answer=ConversationSerializer,
    refusals=(404,),
)
def get_conversation(request: ApiRequest, uid: UUID) -> Response:
    conversation, _place = get_conversation_for(request.user, uid, May.READ)
    return Response(ConversationSerializer(conversation).data)


@bounded
@operation(
    "POST",
    "Send a file of conversations",
    may=May.MANAGE,
    answer=ImportSerializer,
    status=202,
    query=ImportQuery,
    headers={"Idempotency-Key": "Of your own choice; the same one again is the same import."},
    takes_file=True,
    refusals=(404,),
)
def start_import(request: ApiRequest, uid: UUID) -> Response:
    """The file is the body, or the field `file` of a form: JSON Lines, JSON or CSV, also packed.

    It is checked in the background; with `confirm=true` what is good then comes in, otherwise it
    waits to be confirmed. Sending a file again changes nothing: known conversations are counted
    as unchanged. With the header `Idempotency-Key`, the same key within a day gives the same
    import and reads no second file.
    """
    place = get_place_for(request.user, uid, May.MANAGE)
    given = dict(asked(ImportQuery, request))
    key = request.headers.get("Idempotency-Key", "")[:KEY_LENGTH]
    now = timezone.now()
    runs = place.project.import_runs.filter(created_at__gte=now - SAME_FOR, options__key=key)
    run = runs.order_by("pk").first() if key else None
    if run is None:
        with file_of(request) as (path, name):
            run = services.begin_import(
                actor=request.user,
                project=place.project,
                path=path,
                file_name=name or given["name"],
                source=given.get("source", ""),
                mapping=given["map"],
                encoding=given["encoding"],
                all_or_nothing=given["all_or_nothing"],
                grow=given["grow"],
                confirmed=given["confirm"],
                key=key,
                now=now,
            )
    return Response(told(run), status=202)


@operation("GET", "Follow an import", may=May.READ, answer=ImportSerializer, refusals=(404,))
def get_import(request: ApiRequest, uid: UUID) -> Response:
    """Until `state` is `checked` (confirm it), `done` or `failed`, or its `job` has failed."""
    run, _place = get_import_run_for(request.user, uid, May.READ)
    return Response(told(run))


@operation(
    "POST",
    "Confirm a checked import",
    may=May.MANAGE,
    answer=ImportSerializer,
    status=202,
    refusals=(404, 409),
)
def confirm_import(request: ApiRequest, uid: UUID) -> Response:
    """Confirming twice imports once."""
    run, _place = get_import_run_for(request.user, uid, May.MANAGE)
    run = services.confirm_import(actor=request.user, run=run, now=timezone.now())
    return Response(told(run), status=202)


@operation(
    "GET",
    "Read the refused lines of an import",
    may=May.READ,
    media=NDJSON,
    refusals=(404,),
)
def get_refused_lines(request: ApiRequest, uid: UUID) -> HttpResponseBase:
    """An object a line: `file`, `line`, `code`, `reason`, and `raw`, the line itself."""
    run, _place = get_import_run_for(request.user, uid, May.READ)
    return as_file(as_json_lines(lines_of(run)), NDJSON, "refused.jsonl")


def told(run: ImportRun) -> object:
    """A run with the work on it."""
    run.job = services.job_of(run)  # type: ignore[attr-defined]
    return ImportSerializer(run).data
