"""Reports of one rater, one criterion and one item, for programs."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import May
from accounts.api.operations import ApiRequest, operation
from analytics.models import has_newer_ratings
from analytics.reports.criterion_page import criterion_page
from analytics.reports.item_page import PATTERNS, item_page
from analytics.reports.rater_page import rater_page
from analytics.settled import has_newer_gold
from analytics.views import snapshot_for, snapshot_of
from annotation.access import get_desk_for, get_item_for, get_rater_for, get_study_for
from annotation.models import Rater, Study
from annotation.services.deciding import refuse_unblinding
from annotation.services.reveals import How, look_at


class ComputedSerializer(serializers.Serializer[Any]):
    study = serializers.UUIDField()
    computed_at = serializers.DateTimeField()
    has_newer_ratings = serializers.BooleanField(help_text="Ratings came in since; compute anew.")
    has_newer_gold = serializers.BooleanField(
        help_text="Gold has changed since, and raters are held against what it was."
    )


class RaterReportSerializer(ComputedSerializer):
    rater = serializers.UUIDField()
    control = serializers.DictField(
        allow_null=True,
        help_text="Control items right and asked, with limits of the accuracy that hold at any "
        "time; null without any.",
    )
    criteria = serializers.ListField(
        child=serializers.DictField(),
        help_text="One line a criterion: severity, accuracy on gold, drift and the rest, each with "
        "its interval or the reason why it is missing.",
    )


class CriterionVersionSerializer(serializers.Serializer[Any]):
    study = serializers.UUIDField()
    rubric_version = serializers.IntegerField()
    krippendorff_alpha = serializers.DictField()
    percent_agreement = serializers.DictField()
    n_items = serializers.IntegerField()
    n_ratings = serializers.IntegerField()
    n_cannot_judge = serializers.IntegerField()


class CriterionReportSerializer(ComputedSerializer):
    criterion = serializers.CharField()
    report = serializers.DictField(
        help_text="As in the agreement of the study, without its raters."
    )
    versions = CriterionVersionSerializer(
        many=True, help_text="The same criterion in every study of its rubric."
    )


class ItemUnitSerializer(serializers.Serializer[Any]):
    turn = serializers.IntegerField(help_text="-1 where the whole conversation is rated.")
    passage = serializers.IntegerField(help_text="-1 where no passage is rated.")
    counts = serializers.ListField(
        child=serializers.IntegerField(), help_text="Raters at each point of the scale."
    )
    unequal = serializers.FloatField(
        allow_null=True, help_text="Share of the pairs of ratings that differ; null without any."
    )
    pattern = serializers.ChoiceField(choices=[(key, key) for key in PATTERNS])


class ItemCriterionSerializer(serializers.Serializer[Any]):
    criterion = serializers.CharField()
    units = ItemUnitSerializer(many=True)


class ItemReportSerializer(serializers.Serializer[Any]):
    item = serializers.UUIDField()
    seq = serializers.IntegerField(help_text="The item's number in the study.")
    study = serializers.UUIDField()
    criteria = ItemCriterionSerializer(many=True)


@operation(
    "GET",
    "Read the figures of one rater",
    may=May.MANAGE,
    answer=RaterReportSerializer,
    refusals=(404,),
)
def get_rater_report(request: ApiRequest, uid: UUID, rater: UUID) -> Response:
    """As they were computed last; 404 before the first time. Raters read their own elsewhere."""
    study, found, _place = get_rater_for(request.user, uid, rater, May.MANAGE)
    return _of_rater(study, found)


@operation(
    "GET",
    "Read my own figures in a study",
    may=May.RATE,
    answer=RaterReportSerializer,
    refusals=(404,),
)
def get_my_report(request: ApiRequest, uid: UUID) -> Response:
    """For whoever is among the raters of the study.

    How they stand beside the others only where the study shows it, and what tells of checks once
    it is closed.
    """
    desk, _place = get_desk_for(request.user, uid)
    return _of_rater(desk.study, desk.rater, is_own=True)


@operation(
    "GET",
    "Read the report of one criterion",
    may=May.READ,
    answer=CriterionReportSerializer,
    refusals=(404,),
)
def get_criterion_report(request: ApiRequest, uid: UUID, key: str) -> Response:
    """Agreement, points that are confused, kinds of raters, wordings, and other versions."""
    study, _place = get_study_for(request.user, uid, May.READ)
    snapshot = snapshot_for(request.user, study)
    data = criterion_page(snapshot, study, key).as_data()
    report = {
        "study": study.uid,
        "computed_at": snapshot.computed_at,
        "has_newer_ratings": has_newer_ratings(snapshot),
        "has_newer_gold": has_newer_gold(study, snapshot.computed_at),
        "criterion": key,
        "versions": data.pop("versions"),
        "report": data,
    }
    return Response(CriterionReportSerializer(report).data)


@operation(
    "GET",
    "Read how the ratings of one item are split",
    may=May.READ,
    answer=ItemReportSerializer,
    refusals=(404, 409),
)
def get_item_report(request: ApiRequest, uid: UUID) -> Response:
    """Blind ratings by people as they stand now, without saying who gave which.

    Refused to whoever may still rate the item blind.
    """
    item, _place = get_item_for(request.user, uid, May.READ)
    refuse_unblinding(request.user, item)
    look_at(user=request.user, item=item, how=How.ITEM, now=timezone.now())
    return Response(ItemReportSerializer(item_page(item).as_data()).data)


def _of_rater(study: Study, rater: Rater, is_own: bool = False) -> Response:
    snapshot = snapshot_of(study)
    found = rater_page(snapshot, study, rater, is_own=is_own).as_data()
    report = {
        **found,
        "computed_at": snapshot.computed_at,
        "has_newer_ratings": has_newer_ratings(snapshot),
        "has_newer_gold": has_newer_gold(study, snapshot.computed_at),
    }
    return Response(RaterReportSerializer(report).data)
