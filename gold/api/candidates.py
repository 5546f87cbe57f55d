"""Candidates for gold, for programs: with what each rule says, and on which facts."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import May
from accounts.api.operations import ApiRequest, operation
from core.api.queries import PageQuery, asked, page
from gold.access import get_dataset_for
from gold.admission.rules import RULES
from gold.candidate_list import NOT_YET, filtered
from gold.models import Candidate, Source

OUTCOMES = (*(one for one in Candidate.Outcome.values if one), NOT_YET)


class CandidateQuery(PageQuery):
    state = serializers.ChoiceField(choices=Candidate.State.choices, default="waiting")
    outcome = serializers.ChoiceField(
        choices=OUTCOMES, required=False, help_text="What the rules let it become."
    )
    rule = serializers.ChoiceField(choices=RULES, required=False, help_text="A rule that fails.")
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=Source.choices, required=False
    )


class CandidateSerializer(serializers.Serializer[Any]):
    uid = serializers.UUIDField()
    item = serializers.UUIDField(source="item.uid")
    study = serializers.UUIDField(source="item.study.uid")
    conversation = serializers.CharField(source="item.conversation.external_id")
    state = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    outcome = serializers.SerializerMethodField()
    checks = serializers.JSONField(help_text="Each rule in its order, with its facts.")
    checked_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    proposed_at = serializers.DateTimeField()

    def get_outcome(self, candidate: Candidate) -> str:
        return str(candidate.outcome) or NOT_YET


@operation(
    "GET",
    "List the candidates of a gold dataset",
    may=May.READ,
    answer=CandidateSerializer,
    query=CandidateQuery,
    refusals=(404,),
)
def list_candidates(request: ApiRequest, uid: UUID) -> Response:
    """Those that wait, unless another state is asked for, as they were checked last."""
    dataset, _place = get_dataset_for(request.user, uid, May.READ)
    wanted = asked(CandidateQuery, request)
    rows = (
        filtered(dataset, wanted)
        .select_related("item__study", "item__conversation")
        .defer("item__conversation__turns")
    )
    return page(request, rows, CandidateSerializer, wanted)
