"""What the API asks and tells of conversations and imports; fields bear the names of imports."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.api.serializers import JobSerializer
from accounts.models import Project
from conversations.forms import ENCODINGS
from conversations.importers import IMPORTERS
from conversations.importers.mapping import check
from conversations.models import Conversation, ImportRun, Variant
from conversations.redacting import expected, said, told_of
from core.api.queries import PageQuery, Query


class ConversationQuery(PageQuery):
    variant = serializers.UUIDField(required=False, help_text="The uid of a variant.")
    language = serializers.CharField(required=False, max_length=10)
    group_key = serializers.CharField(required=False, max_length=255)
    input_key = serializers.CharField(required=False, max_length=255)
    q = serializers.CharField(
        required=False, max_length=200, help_text="Words in the opening or the external id."
    )

    def validate_variant(self, uid: Any) -> Variant:
        project: Project = self.context["project"]
        variant = project.variants.filter(uid=uid).first()
        if variant is None:
            raise serializers.ValidationError(_("This project has no such variant."))
        return variant

    def validate(self, attrs: Any) -> Any:
        """In the words of `conversations.listing`."""
        words = {"group_key": "group", "input_key": "input"}
        return {words.get(name, name): value for name, value in attrs.items()}


class VariantSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    name = serializers.CharField()
    model = serializers.CharField()
    fingerprint = serializers.CharField()


class ConversationLineSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    external_id = serializers.CharField()
    group_key = serializers.CharField()
    input_key = serializers.CharField()
    variant = VariantSerializer(allow_null=True)
    language = serializers.CharField()
    title = serializers.CharField(help_text="The opening words.")
    n_turns = serializers.IntegerField()
    started_at = serializers.DateTimeField(allow_null=True)
    imported_at = serializers.DateTimeField()
    content_hash = serializers.CharField(help_text="SHA-256 of the turns.")


class ConversationSerializer(ConversationLineSerializer):
    turns = serializers.JSONField()
    reference = serializers.CharField()
    guidance = serializers.JSONField()
    metadata = serializers.JSONField()
    latency_ms = serializers.IntegerField(allow_null=True)
    cost = serializers.FloatField(allow_null=True)
    tokens = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    continues = serializers.UUIDField(source="continues.uid", default=None, allow_null=True)

    def to_representation(self, instance: Conversation) -> dict[str, Any]:
        """With what was redacted hidden."""
        told = super().to_representation(instance)
        hidden = {
            "turns": said(instance),
            "reference": expected(instance),
            "metadata": told_of(instance),
        }
        return {**told, **hidden}


class ImportQuery(Query):
    name = serializers.CharField(
        default="upload.jsonl",
        max_length=255,
        help_text="What a raw body is called; its end tells a table (`.csv`) from JSON Lines.",
    )
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=sorted(IMPORTERS), required=False, help_text="Found out from the file if left out."
    )
    map = serializers.ListField(
        child=serializers.CharField(max_length=500),
        default=list,
        help_text="FIELD=PATH, as in `input=question`, or `role.WORD=user`. Repeatable.",
    )
    encoding = serializers.ChoiceField(choices=[code for code, _name in ENCODINGS], default="utf-8")
    all_or_nothing = serializers.BooleanField(default=False)
    grow = serializers.BooleanField(
        default=False, help_text="Known conversations with more turns continue."
    )
    confirm = serializers.BooleanField(
        default=False, help_text="Import what the check lets through, without a look in between."
    )

    def validate_map(self, words: list[str]) -> dict[str, str]:
        mapping = {}
        for word in words:
            field, equals, path = word.partition("=")
            if not equals or not field or not path:
                raise serializers.ValidationError(
                    _("“%(word)s” is not FIELD=PATH, as in input=question.") % {"word": word}
                )
            mapping[field] = path
        check(mapping)
        return mapping


class ImportSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    file_name = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    state = serializers.ChoiceField(choices=ImportRun.State.choices)
    new = serializers.IntegerField(source="n_new")
    unchanged = serializers.IntegerField(source="n_unchanged")
    refused = serializers.IntegerField(source="n_refused")
    bytes_read = serializers.IntegerField()
    bytes_total = serializers.IntegerField()
    problem = serializers.CharField(help_text="Why the whole file was not taken.")
    created_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    job = JobSerializer(allow_null=True, help_text="The work on it that was queued last.")
