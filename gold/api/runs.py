"""Runs for programs: take the inputs, bring the outputs, ask whether it got better."""

from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import May
from accounts.api.operations import ApiRequest, operation
from analytics.views import attached
from core.api.queries import PageQuery, Query, asked, page
from core.errors import InvalidError
from gold.access import get_dataset_for, get_release_for, get_run_for
from gold.manifest import HEAVY_THROUGH
from gold.models import Run
from gold.runs.inputs import inputs_of
from gold.runs.judging import HOWS, KINDS, rule_from
from gold.runs.outcomes import PEOPLE, RULE, predecessor_of
from gold.runs.reading import line_of
from gold.runs.shown import report_of
from gold.runs.storing import store_run

NDJSON = "application/x-ndjson"
MOST_OUTPUTS = 10_000


class InputsQuery(Query):
    references = serializers.BooleanField(
        default=False, help_text="Also what people settled; keep it away from what is tested."
    )


@operation(
    "GET",
    "Download the inputs of a release",
    may=May.READ,
    media=NDJSON,
    query=InputsQuery,
    refusals=(404,),
)
def get_inputs(request: ApiRequest, uid: UUID) -> HttpResponseBase:
    """One input a line, each with the `input_key` under which its answer comes back."""
    release, _place = get_release_for(request.user, uid, May.READ)
    lines = inputs_of(release, with_references=asked(InputsQuery, request)["references"])
    stream = StreamingHttpResponse(lines, content_type=NDJSON)
    return attached(stream, f"{release.dataset.slug}-{release.number}-inputs.jsonl")


class RuleSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=KINDS, default="given")
    criterion = serializers.CharField(max_length=60, required=False, allow_blank=True)
    at_least = serializers.FloatField(required=False)
    how = serializers.ChoiceField(choices=HOWS, required=False)


class NewRunSerializer(serializers.Serializer[Any]):
    variant = serializers.CharField(max_length=120)
    note = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")
    rule = RuleSerializer(required=False)
    outputs = serializers.ListField(
        child=serializers.DictField(),
        max_length=MOST_OUTPUTS,
        help_text="Objects with input_key and output, and passed or scores.",
    )


class RunSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    variant = serializers.CharField()
    release = serializers.IntegerField(source="release.number")
    rule = serializers.JSONField()
    n_outputs = serializers.IntegerField()
    n_judged = serializers.IntegerField()
    n_passed = serializers.IntegerField()
    created_at = serializers.DateTimeField()


@operation(
    "POST",
    "Bring the outputs of a variant",
    may=May.MANAGE,
    body=NewRunSerializer,
    answer=RunSerializer,
    status=201,
    refusals=(404,),
)
def make_run(request: ApiRequest, uid: UUID) -> Response:
    """An output answers every item that asks the same. What names no input is counted, not kept."""
    release, _place = get_release_for(request.user, uid, May.MANAGE)
    body = NewRunSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    given = body.validated_data
    taken = store_run(
        actor=request.user,
        release=release,
        variant=given["variant"],
        rule=rule_from(given.get("rule") or {}),
        lines=(line_of(number, one) for number, one in enumerate(given["outputs"], start=1)),
        now=timezone.now(),
        note=given["note"],
    )
    counted = {"missing": taken.missing, "unknown": taken.unknown, "repeated": taken.repeated}
    return Response({**RunSerializer(taken.run).data, **counted}, status=201)


@operation(
    "GET",
    "List the runs of a gold dataset",
    may=May.READ,
    answer=RunSerializer,
    query=PageQuery,
    refusals=(404,),
)
def list_runs(request: ApiRequest, uid: UUID) -> Response:
    dataset, _place = get_dataset_for(request.user, uid, May.READ)
    runs = Run.objects.filter(release__dataset=dataset).select_related("release")
    runs = runs.defer(*HEAVY_THROUGH)
    return page(request, runs, RunSerializer, asked(PageQuery, request))


class GateQuery(Query):
    against = serializers.UUIDField(required=False, help_text="A run; default: the one before.")
    margin = serializers.FloatField(default=0.02, min_value=0, max_value=1)
    at_least = serializers.FloatField(required=False, min_value=0, max_value=1)
    judged = serializers.ChoiceField(
        choices=[PEOPLE, RULE],
        required=False,
        help_text="By people alone or by the rule alone; default: people, and else the rule.",
    )


@operation(
    "GET",
    "Hold a run against an earlier one",
    may=May.READ,
    answer={"type": "object"},
    query=GateQuery,
    refusals=(404,),
)
def get_run(request: ApiRequest, uid: UUID) -> Response:
    """`state` is pass, fail or unknown; every number comes with its interval."""
    run, _place = get_run_for(request.user, uid, May.READ)
    wanted = asked(GateQuery, request)
    earlier = predecessor_of(run)
    if "against" in wanted:
        earlier, _other = get_run_for(request.user, wanted["against"], May.READ)
        if earlier.release.dataset_id != run.release.dataset_id:
            raise InvalidError(_("The two runs are on different gold datasets."))
    found = report_of(
        run,
        earlier,
        margin=wanted["margin"],
        at_least=wanted.get("at_least"),
        by=wanted.get("judged", ""),
    )
    return Response(found.as_data())
