"""What the API tells of gold."""

from typing import Any

from rest_framework import serializers

from core.api.queries import Query


class GoldDatasetSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    description = serializers.CharField()
    created_at = serializers.DateTimeField()


class ReleaseLineSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    number = serializers.IntegerField()
    parent = serializers.UUIDField(  # type: ignore[assignment]
        source="parent.uid", default=None, allow_null=True
    )
    n_items = serializers.IntegerField()
    manifest_hash = serializers.CharField(help_text="What the release is cited by.")
    manifest_version = serializers.IntegerField(
        help_text="From 2 on the hash covers everything that the release says, too."
    )
    note = serializers.CharField()
    published_at = serializers.DateTimeField()


class ReleaseSerializer(ReleaseLineSerializer):
    rubric_versions = serializers.JSONField()
    agreement = serializers.JSONField(help_text="As it was when the release was published.")
    datasheet = serializers.JSONField()
    changes = serializers.JSONField(
        help_text="Added, revised and retired since the parent, with reasons."
    )
    coverage = serializers.JSONField(help_text="Beside production, slice by slice, at that moment.")
    label_error = serializers.JSONField(
        allow_null=True, help_text="As the newest finished audit had measured it; null: not yet."
    )


class DiffQuery(Query):
    against = serializers.IntegerField(
        required=False, min_value=1, help_text="Number of the other release; default: the parent."
    )
    kind = serializers.ChoiceField(["added", "revised", "retired"], required=False)
    after = serializers.IntegerField(
        required=False, min_value=0, help_text="From `after` of the page before."
    )


class DiffSerializer(serializers.Serializer[Any]):
    dataset = serializers.UUIDField()
    older = serializers.IntegerField()
    newer = serializers.IntegerField()
    added = serializers.IntegerField()
    revised = serializers.IntegerField()
    retired = serializers.IntegerField()
    same = serializers.IntegerField()
    kind = serializers.CharField(help_text="Of the items that follow.")
    items = serializers.JSONField(help_text="Each with its fields before and after.")
    after = serializers.IntegerField(allow_null=True, help_text="Where the next page begins.")
