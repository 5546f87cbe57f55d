"""Webhooks for programs: made with their secret, listed, deleted."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import May, get_place_for
from accounts.api.operations import ApiRequest, operation
from accounts.api.places import place_of
from surveys.access import get_webhook_for
from surveys.services.webhooks import delete_webhook, make_webhook
from surveys.webhook_events import EVENTS
from surveys.webhook_forms import LONGEST, check_address
from surveys.webhook_signing import secret_of


class WebhookBody(serializers.Serializer[Any]):
    project = serializers.UUIDField(
        required=False, help_text="Its uid; a key knows its own project, a session must say."
    )
    url = serializers.CharField(max_length=LONGEST)
    events = serializers.MultipleChoiceField(choices=[(name, name) for name in EVENTS])

    def validate_url(self, url: str) -> str:
        try:
            check_address(url)
        except ValidationError as problem:
            raise serializers.ValidationError(problem.messages) from None
        return url

    def validate_events(self, events: set[str]) -> list[str]:
        return [name for name in EVENTS if name in events]


class WebhookSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    enabled = serializers.BooleanField()
    off_because = serializers.CharField(help_text="by_hand, failing or gone; empty while it is on.")
    failing_since = serializers.DateTimeField(allow_null=True)


class MadeWebhookSerializer(WebhookSerializer):
    secret = serializers.CharField(help_text="What signatures are checked with: whsec_…")


class WebhooksSerializer(serializers.Serializer[Any]):
    results = WebhookSerializer(many=True)


class DeletedSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    deleted = serializers.BooleanField()


@operation(
    "POST",
    "Make a webhook",
    may=May.MANAGE,
    answer=MadeWebhookSerializer,
    status=201,
    body=WebhookBody,
    refusals=(404,),
)
def create_webhook(request: ApiRequest) -> Response:
    """Events are posted to its address as Standard Webhooks says, signed with the secret."""
    body = WebhookBody(data=request.data)
    body.is_valid(raise_exception=True)
    given = body.validated_data
    place = place_of(request, May.MANAGE, given.get("project"))
    made = make_webhook(
        actor=request.user, project=place.project, url=given["url"], events=given["events"]
    )
    answer = {**WebhookSerializer(made).data, "secret": secret_of(made)}
    return Response(MadeWebhookSerializer(answer).data, status=201)


@operation("GET", "List webhooks", may=May.MANAGE, answer=WebhooksSerializer, refusals=(404,))
def list_webhooks(request: ApiRequest, uid: UUID) -> Response:
    """All of the project, with whether they are on and since when their receivers fail."""
    place = get_place_for(request.user, uid, May.MANAGE)
    return Response(WebhooksSerializer({"results": place.project.webhooks.order_by("pk")}).data)


@operation("DELETE", "Delete a webhook", may=May.MANAGE, answer=DeletedSerializer, refusals=(404,))
def remove_webhook(request: ApiRequest, uid: UUID) -> Response:
    """Nothing more is sent to it, and its log goes too."""
    found, _place = get_webhook_for(request.user, uid, May.MANAGE)
    delete_webhook(actor=request.user, webhook=found)
    return Response(DeletedSerializer({"uid": uid, "deleted": True}).data)
