"""What is kept of one end user: to be read, and to be forgotten."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import May
from accounts.api.operations import ApiRequest, operation
from accounts.api.places import ProjectQuery, place_of
from core.api.queries import asked
from core.errors import NotFoundError
from core.text import storable
from surveys.services.forgetting import SUBJECT, forget_subject
from surveys.services.kept import kept_of


class KeptSerializer(serializers.Serializer[Any]):
    subject = serializers.CharField()
    events = serializers.ListField(child=serializers.DictField())
    responses = serializers.ListField(child=serializers.DictField())
    links = serializers.ListField(
        child=serializers.DictField(), help_text="Links to surveys that were made for them."
    )
    assignments = serializers.ListField(
        child=serializers.DictField(), help_text="Variants that they were to get."
    )
    conversations = serializers.ListField(
        child=serializers.DictField(),
        help_text="What was said in conversations whose feedback they signed.",
    )
    gold = serializers.ListField(
        child=serializers.DictField(),
        help_text="Gold items made of these conversations, with the releases that hold them.",
    )


class ForgetQuery(ProjectQuery):
    conversations = serializers.BooleanField(
        default=False,
        help_text="true: also erase what was said in conversations whose feedback they signed.",
    )


class ErasureSerializer(serializers.Serializer[Any]):
    receipt = serializers.UUIDField(source="uid")
    at = serializers.DateTimeField()
    counts = serializers.DictField(child=serializers.IntegerField())


@operation(
    "GET",
    "Read what is kept of a subject",
    may=May.ADMINISTER,
    answer=KeptSerializer,
    query=ProjectQuery,
    refusals=(404,),
)
def get_subject(request: ApiRequest, subject: str) -> Response:
    """All that names the subject, as your application signs it, and forgetting would take."""
    place = place_of(request, May.ADMINISTER, asked(ProjectQuery, request).get("project"))
    return Response(KeptSerializer(kept_of(place.project, key_of(subject))).data)


@operation(
    "DELETE",
    "Forget a subject",
    may=May.ADMINISTER,
    answer=ErasureSerializer,
    query=ForgetQuery,
    refusals=(404,),
)
def forget_a_subject(request: ApiRequest, subject: str) -> Response:
    """Events, what holds now, every sum and all responses are as if the subject had never come.

    Gold items of erased conversations leave a tombstone in releases that were published, and a new
    release follows. The receipt says how much went and not who it was.
    """
    wanted = asked(ForgetQuery, request)
    place = place_of(request, May.ADMINISTER, wanted.get("project"))
    erasure = forget_subject(
        actor=request.user,
        project=place.project,
        key=key_of(subject),
        conversations=wanted["conversations"],
        now=timezone.now(),
    )
    return Response(ErasureSerializer(erasure).data)


def key_of(subject: str) -> str:
    """Under what a subject is kept; nothing is under what no database stores."""
    if not storable(subject):
        raise NotFoundError(_("Nothing is kept of this subject."))
    return SUBJECT + subject
