"""Feedback for programs: give, list, take back."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import May, get_place_for
from accounts.api.operations import ApiRequest, operation
from accounts.api.places import place_of
from accounts.models import ApiKey
from core.api.queries import PageQuery, asked, page
from surveys.access import get_feedback_event_for
from surveys.models import CurrentFeedback, Kind
from surveys.services.calls import answered_once
from surveys.services.giving import give_feedback, retract_feedback

ONCE = {"Idempotency-Key": "Of your own choice; the same one again gets the same answer."}


class FeedbackBody(serializers.Serializer[Any]):
    """What is wrong with a value is said by the rules of events, so that all doors say the same."""

    project = serializers.UUIDField(
        required=False, help_text="Its uid; a key knows its own project, a session must say."
    )
    id = serializers.UUIDField(required=False, help_text="Made by you; one id is counted once.")
    kind = serializers.ChoiceField(Kind.choices, default=Kind.THUMB.value)
    value = serializers.JSONField(help_text='"up" or "down" of a thumb, else a number or a key.')
    conversation = serializers.CharField(max_length=255)
    message = serializers.CharField(max_length=255, required=False, allow_blank=True)
    variant = serializers.CharField(max_length=120, required=False, allow_blank=True)
    subject = serializers.CharField(
        max_length=128, required=False, allow_blank=True, help_text="Who gave it: a pseudonym."
    )
    reasons = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    comment = serializers.CharField(required=False, allow_blank=True)
    locale = serializers.CharField(max_length=10, required=False, allow_blank=True)
    context = serializers.DictField(required=False)  # type: ignore[assignment]
    at = serializers.CharField(max_length=40, required=False)


class GivenSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    value = serializers.CharField()
    conversation = serializers.CharField()
    message = serializers.CharField()
    is_new = serializers.BooleanField(help_text="False: this id was known and nothing changed.")


class FeedbackLineSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    value = serializers.IntegerField(
        allow_null=True,
        help_text="Thumb: 0 down, 1 up; null: shown and nothing said, or retracted.",
    )
    choice = serializers.CharField(source="words")
    conversation = serializers.CharField(source="conversation_key")
    message = serializers.CharField()
    turn = serializers.IntegerField(help_text="-1: the conversation as a whole, or not found yet.")
    variant = serializers.CharField(source="variant_name")
    reasons = serializers.ListField(child=serializers.CharField())
    comment = serializers.CharField()
    shown = serializers.BooleanField()
    at = serializers.DateTimeField()
    trust = serializers.CharField()
    mode = serializers.CharField()
    p = serializers.FloatField(allow_null=True)
    locale = serializers.CharField()
    instrument = serializers.IntegerField()
    respondent = serializers.CharField(source="respondent.key")
    context = serializers.DictField()  # type: ignore[assignment]


class FeedbackQuery(PageQuery):
    since = serializers.DateTimeField(required=False, help_text="Given or changed at or after.")
    kind = serializers.ChoiceField(Kind.choices, required=False)
    said = serializers.BooleanField(required=False, help_text="true: without what was only shown.")


class RetractedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    retracted = serializers.BooleanField()


@operation(
    "POST",
    "Give feedback",
    may=May.MANAGE,
    answer=GivenSerializer,
    status=201,
    body=FeedbackBody,
    headers=ONCE,
    refusals=(404, 409),
)
def create_feedback(request: ApiRequest) -> Response:
    """For feedback that reached your server by another way than the widget.

    It counts as signed: your key vouches for it. A call with an `Idempotency-Key` that comes again
    within two days gets the first answer with status 200; another body under the same key is
    refused with 422, and 409 says that the first is still being answered.
    """
    body = FeedbackBody(data=request.data)
    body.is_valid(raise_exception=True)
    said = dict(body.validated_data)
    place = place_of(request, May.MANAGE, said.pop("project", None))
    now = timezone.now()

    def answer() -> tuple[int, dict[str, Any]]:
        row, is_new = give_feedback(project=place.project, said=said, now=now)
        given = {
            "id": row.uid,
            "kind": row.kind,
            "value": row.value,
            "conversation": row.conversation_key,
            "message": row.message,
            "is_new": is_new,
        }
        return 201 if is_new else 200, dict(GivenSerializer(given).data)

    name = request.headers.get("Idempotency-Key", "")
    if not name or not isinstance(request.auth, ApiKey):
        status, given = answer()
        return Response(given, status=status)
    (status, given), was_answered = answered_once(
        key=request.auth, name=name, body=request.data, now=now, answer=answer
    )
    headers = {"Idempotent-Replayed": "true"} if was_answered else None
    return Response(given, status=200 if was_answered else status, headers=headers)


@operation(
    "DELETE",
    "Take feedback back",
    may=May.MANAGE,
    answer=RetractedSerializer,
    refusals=(404,),
)
def delete_feedback(request: ApiRequest, uid: UUID) -> Response:
    """It counts no more; that it was given and taken back stays in the history. Twice is once."""
    event, _place = get_feedback_event_for(request.user, uid, May.MANAGE)
    retract_feedback(event=event, now=timezone.now())
    return Response(RetractedSerializer({"id": uid, "retracted": True}).data)


@operation(
    "GET",
    "List feedback",
    may=May.READ,
    answer=FeedbackLineSerializer,
    query=FeedbackQuery,
    refusals=(404,),
)
def list_feedback(request: ApiRequest, uid: UUID) -> Response:
    """What holds now, one line for each respondent, answer and kind; newest first."""
    place = get_place_for(request.user, uid, May.READ)
    wanted = asked(FeedbackQuery, request)
    rows = CurrentFeedback.objects.filter(project=place.project).select_related("respondent")
    if since := wanted.get("since"):
        rows = rows.filter(at__gte=since)
    if kind := wanted.get("kind"):
        rows = rows.filter(kind=kind)
    if wanted.get("said"):
        rows = rows.exclude(value=None)
    return page(request, rows, FeedbackLineSerializer, wanted)
