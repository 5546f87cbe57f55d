"""What the API tells of projects and of background work."""

from typing import Any

from rest_framework import serializers

from jobs.models import Job


class ProjectSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    team = serializers.CharField(source="team.name")
    synthetic = serializers.BooleanField(help_text="The data are made up.")
    created_at = serializers.DateTimeField()


class JobSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Job.State.choices)
    done = serializers.IntegerField(help_text="Of `total`, in a unit of the work's own.")
    total = serializers.IntegerField(help_text="0 while nobody knows.")
    percent = serializers.IntegerField(allow_null=True)
    note = serializers.CharField(help_text="A sentence; why it failed, if it did.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
