"""One gold item for programs: what it says, and changing what people add to it."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import May
from accounts.api.operations import ApiRequest, operation
from annotation.services.deciding import MAX_REASON
from gold.access import get_gold_item_for
from gold.models import Difficulty, GoldItem
from gold.revising import EDITABLE, MAX_TAG, MAX_TAGS, MAX_WORDS
from gold.services.items import revise

MOST_PASSAGES = 1_000


class GoldItemSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    content_hash = serializers.CharField(help_text="Send it back as `seen` when you change it.")
    approved_at = serializers.DateTimeField()
    revised_at = serializers.DateTimeField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    payload = serializers.JSONField(help_text="What the next release publishes of it.")
    why = serializers.HyperlinkedIdentityField(
        view_name="api:gold_item_why", lookup_field="uid", help_text="Where it comes from."
    )


class RevisionSerializer(serializers.Serializer[Any]):
    seen = serializers.CharField(
        max_length=64,
        help_text="The `content_hash` you read; 409 when somebody changed the item since.",
    )
    reason = serializers.CharField(
        max_length=MAX_REASON, help_text="It stays in the history of the item."
    )
    expected = serializers.CharField(
        max_length=MAX_WORDS,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="The answer that a good one is held against; empty: the one that was approved.",
    )
    guidance = serializers.CharField(
        max_length=MAX_WORDS, required=False, allow_blank=True, trim_whitespace=False
    )
    passages = serializers.ListField(
        child=serializers.ListField(
            child=serializers.IntegerField(min_value=0, max_value=100_000),
            min_length=2,
            max_length=2,
        ),
        max_length=MOST_PASSAGES,
        required=False,
        help_text="Pairs of turn and passage that a good answer needs, counted from 0.",
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=MAX_TAG), max_length=MAX_TAGS, required=False
    )
    difficulty = serializers.ChoiceField(
        choices=Difficulty.choices, required=False, allow_blank=True
    )


@operation("GET", "Read a gold item", may=May.READ, answer=GoldItemSerializer, refusals=(404,))
def get_gold_item(request: ApiRequest, uid: UUID) -> Response:
    """As the next release would publish it. What a release published is among its items."""
    item, _place = get_gold_item_for(request.user, uid, May.READ)
    return told(request, item)


@operation(
    "POST",
    "Change a gold item",
    may=May.MANAGE,
    body=RevisionSerializer,
    answer=GoldItemSerializer,
    refusals=(404, 409),
)
def revise_gold_item(request: ApiRequest, uid: UUID) -> Response:
    """Fields that are left out stay as they are. The change is a step of the item's provenance."""
    item, _place = get_gold_item_for(request.user, uid, May.MANAGE)
    body = RevisionSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    sent = body.validated_data
    made = revise(
        actor=request.user,
        gold_item=item,
        changes={name: sent[name] for name in EDITABLE if name in sent},
        reason=sent["reason"],
        seen=sent["seen"],
        now=timezone.now(),
    )
    return told(request, made)


def told(request: ApiRequest, item: GoldItem) -> Response:
    return Response(GoldItemSerializer(item, context={"request": request}).data)
