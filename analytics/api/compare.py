"""Two variants on feedback, for programs."""

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import May
from accounts.api.operations import ApiRequest, operation
from accounts.api.places import ProjectQuery, place_of
from analytics.reports.compare import compare
from analytics.reports.compare_data import as_data
from analytics.reports.compare_formulas import FORMULAS
from analytics.reports.compare_sums import ALL_TRUST
from core.api.queries import asked
from surveys.models import Trust

LONGEST = 120


class CompareQuery(ProjectQuery):
    metric = serializers.ChoiceField(
        choices=[(key, key) for key in FORMULAS], default="thumb", help_text="What is compared."
    )
    a = serializers.CharField(max_length=LONGEST, help_text="The variant that is there.")
    b = serializers.CharField(max_length=LONGEST, help_text="The variant to compare with it.")
    by = serializers.CharField(
        max_length=LONGEST,
        default="",
        help_text="Strata: `language`, `locale` or a key of the context; by language where there "
        "are several, if it is left out.",
    )
    trust = serializers.ChoiceField(
        choices=[(name, name) for name in (*Trust.values, ALL_TRUST)],
        default=str(Trust.SIGNED),
        help_text="Whose feedback counts.",
    )
    since = serializers.DateField(
        required=False,
        help_text="First day; without, the one from which both variants were shown.",
    )


class ComparedVariantSerializer(serializers.Serializer[Any]):
    variant = serializers.CharField()
    assigned = serializers.IntegerField(
        allow_null=True, help_text="People; null where no assignment was reported."
    )
    people_shown = serializers.IntegerField()
    shown = serializers.IntegerField(help_text="Visible showings, once a person and answer.")
    answered_of_shown = serializers.IntegerField()
    coverage = serializers.FloatField(allow_null=True)
    people = serializers.IntegerField(help_text="Those who answered.")
    n = serializers.IntegerField(help_text="Answers.")
    mean = serializers.DictField(help_text="Of an answer, clustered by person.")


class ComparisonSerializer(serializers.Serializer[Any]):
    metric = serializers.CharField()
    trust = serializers.CharField()
    since = serializers.DateField(allow_null=True)
    verdict = serializers.CharField(
        help_text="Of b: better, worse, not yet known, or not comparable."
    )
    finding = serializers.CharField(help_text="The same as a sentence.")
    answers_needed = serializers.IntegerField(
        allow_null=True,
        help_text="About how many more of each variant; null where nobody can tell.",
    )
    a = ComparedVariantSerializer()
    b = ComparedVariantSerializer()
    difference = serializers.DictField(
        help_text="b minus a in the unit of an answer, with a confidence sequence clustered by "
        "person: it holds however often it is read."
    )
    planned = serializers.DictField(
        allow_null=True, help_text="The one look of a locked plan, once its number is reached."
    )
    response_rate = serializers.DictField(help_text="Coverage of b minus that of a.")
    assigned_ratio = serializers.DictField(
        allow_null=True, help_text="People assigned against the planned shares."
    )
    shown_ratio = serializers.DictField(help_text="People shown against the planned shares.")
    met_both = serializers.IntegerField(help_text="People who met both variants.")
    unsigned_share = serializers.FloatField(allow_null=True)
    strata = serializers.DictField(
        allow_null=True,
        help_text="The difference within strata, with Mantel-Haenszel weights, and each of them.",
    )
    bayesian = serializers.DictField(
        allow_null=True,
        help_text="Chances, a second lens; no cure for peeking, and null where a warning blocks.",
    )
    warnings = serializers.ListField(
        child=serializers.DictField(), help_text="Those with `blocks` take the verdict's place."
    )


@operation(
    "GET",
    "Compare two variants on feedback",
    may=May.READ,
    answer=ComparisonSerializer,
    query=CompareQuery,
    refusals=(404,),
)
def compare_variants(request: ApiRequest) -> Response:
    """Which of two variants end users like better, or how much more feedback it takes to know."""
    given = asked(CompareQuery, request)
    place = place_of(request, May.READ, given.get("project"))
    found = compare(
        place.project,
        given["a"],
        given["b"],
        metric=given["metric"],
        by=given["by"],
        trust=given["trust"],
        since=given.get("since"),
    )
    return Response(ComparisonSerializer(as_data(found)).data)
