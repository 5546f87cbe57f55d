"""What the API tells of gold."""

from typing import Any

from rest_framework import serializers


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
    note = serializers.CharField()
    published_at = serializers.DateTimeField()


class ReleaseSerializer(ReleaseLineSerializer):
    rubric_versions = serializers.JSONField()
    agreement = serializers.JSONField(help_text="As it was when the release was published.")
    datasheet = serializers.JSONField()
