"""What the API asks and tells of rubrics, studies and imports of ratings."""

from typing import Any

from rest_framework import serializers

from annotation.imported_forms import SOURCES
from annotation.models import RubricVersion, Study
from annotation.study_progress import Progress
from core.api.queries import Query
from jobs.models import Job


class RubricVersionLineSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=RubricVersion.State.choices)
    content_hash = serializers.CharField()
    published_at = serializers.DateTimeField(allow_null=True)


class RubricSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField(), help_text="By language.")
    archived_at = serializers.DateTimeField(allow_null=True)
    versions = RubricVersionLineSerializer(many=True)


class StudyLineSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    state = serializers.ChoiceField(choices=Study.State.choices)
    rubric_version = serializers.UUIDField(source="rubric_version.uid")
    overlap = serializers.IntegerField(help_text="Ratings wanted an item.")
    imported = serializers.BooleanField(help_text="The ratings came from a file.")
    created_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class ProgressSerializer(serializers.Serializer[Progress]):
    items = serializers.IntegerField()
    settled = serializers.IntegerField()
    disputed = serializers.IntegerField()
    slots = serializers.IntegerField(help_text="Places for ratings.")
    submitted = serializers.IntegerField()


class StudySerializer(StudyLineSerializer):
    progress = ProgressSerializer()


class RatingImportQuery(Query):
    name = serializers.CharField(
        default="ratings.jsonl",
        max_length=255,
        help_text="What a raw body is called; its end tells a table (`.csv`) from JSON Lines.",
    )
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=[name for name, _words in SOURCES if name],
        required=False,
        help_text="Found out from the file if left out.",
    )
    revise = serializers.BooleanField(
        default=False, help_text="Replace ratings that say something else; otherwise refuse them."
    )


class RefusedRatingSerializer(serializers.Serializer[Any]):
    file = serializers.CharField()
    line = serializers.IntegerField()
    code = serializers.CharField()
    reason = serializers.CharField()


class RatingImportSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Job.State.choices)
    percent = serializers.IntegerField(allow_null=True)
    note = serializers.CharField(help_text="A sentence; why it failed, if it did.")
    new = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    revised = serializers.IntegerField()
    refused = serializers.IntegerField()
    lines = RefusedRatingSerializer(many=True, help_text="The first 200 that were refused.")
