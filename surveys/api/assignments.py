"""Dealing variants over the API."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import May
from accounts.api.operations import ApiRequest, operation
from accounts.api.places import place_of
from surveys.assigning import LONGEST_NAME
from surveys.services.assignments import record_assignments

MOST_SUBJECTS = 1000


class AssignmentsSerializer(serializers.Serializer[Any]):
    project = serializers.UUIDField(
        required=False, help_text="Its uid; a key knows its own project, a session must say."
    )
    experiment = serializers.CharField(max_length=LONGEST_NAME)
    shares = serializers.DictField(
        child=serializers.FloatField(),
        help_text='Variant and share, in any unit: {"A": 1, "B": 1}.',
    )
    seed = serializers.CharField(max_length=LONGEST_NAME, default="", allow_blank=True)
    subjects = serializers.ListField(
        child=serializers.CharField(max_length=128), min_length=1, max_length=MOST_SUBJECTS
    )


class AssignmentSerializer(serializers.Serializer[Any]):
    subject = serializers.CharField()
    variant = serializers.CharField()


class AssignedSerializer(serializers.Serializer[Any]):
    experiment = serializers.CharField()
    assignments = AssignmentSerializer(many=True)


@operation(
    "POST",
    "Deal variants to subjects",
    may=May.MANAGE,
    answer=AssignedSerializer,
    body=AssignmentsSerializer,
    refusals=(404,),
)
def assign_variants(request: ApiRequest) -> Response:
    """By a hash, so the same question always has the same answer, here and in the client.

    Who was assigned is remembered as a hash, once; so comparisons know how many were.
    """
    given = AssignmentsSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    wanted = given.validated_data
    place = place_of(request, May.MANAGE, wanted.get("project"))
    dealt = record_assignments(
        project=place.project,
        experiment=wanted["experiment"],
        shares=wanted["shares"],
        seed=wanted["seed"],
        subjects=wanted["subjects"],
        now=timezone.now(),
    )
    lines = [{"subject": subject, "variant": variant} for subject, variant in dealt.items()]
    answer = {"experiment": wanted["experiment"], "assignments": lines}
    return Response(AssignedSerializer(answer).data)
