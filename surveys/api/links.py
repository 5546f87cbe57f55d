"""Links that ask for a thumb, for mails and chats."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import May
from accounts.api.operations import ApiRequest, operation
from accounts.api.places import place_of
from core.errors import InvalidError
from surveys.tokens import sign

MOST_DAYS = 365


class FeedbackLinkBody(serializers.Serializer[Any]):
    project = serializers.UUIDField(
        required=False, help_text="Its uid; a key knows its own project, a session must say."
    )
    conversation = serializers.CharField(max_length=255)
    message = serializers.CharField(max_length=255, default="", allow_blank=True)
    variant = serializers.CharField(max_length=120, default="", allow_blank=True)
    subject = serializers.CharField(
        max_length=128, default="", allow_blank=True, help_text="Who is asked: a pseudonym."
    )
    days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS, default=30)


class FeedbackLinkSerializer(serializers.Serializer[Any]):
    url = serializers.URLField()
    expires_at = serializers.DateTimeField()


@operation(
    "POST",
    "Make a link that asks for a thumb",
    may=May.MANAGE,
    answer=FeedbackLinkSerializer,
    status=201,
    body=FeedbackLinkBody,
    refusals=(404,),
)
def create_feedback_link(request: ApiRequest) -> Response:
    """Opening the link shows two buttons; only a press is kept, so a mail scanner gives nothing."""
    body = FeedbackLinkBody(data=request.data)
    body.is_valid(raise_exception=True)
    said = body.validated_data
    place = place_of(request, May.MANAGE, said.get("project"))
    key = place.project.widget_keys.filter(revoked_at=None).order_by("pk").first()
    if key is None:
        raise InvalidError(
            _("The project has no widget key yet, by which links are signed. Make one first.")
        )
    expires = timezone.now() + timedelta(days=said["days"])
    token = sign(
        key,
        conversation=said["conversation"],
        message=said["message"],
        variant=said["variant"],
        subject=said["subject"],
        kinds=["thumb"],
        expires=expires,
    )
    address = request.build_absolute_uri(reverse("surveys:feedback_link", args=[token]))
    answer = FeedbackLinkSerializer({"url": address, "expires_at": expires})
    return Response(answer.data, status=201)
