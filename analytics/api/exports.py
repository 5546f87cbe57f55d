"""What end users gave, as files for programs."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from rest_framework import serializers

from accounts.access import May
from accounts.api.operations import ApiRequest, View, operation
from accounts.api.places import ProjectQuery, place_of
from analytics.feedback_views import streamed_feedback
from analytics.survey_views import streamed_responses
from core.api.queries import Query, asked
from core.parquet import TYPE as PARQUET

FORMS = {
    "csv": ("CSV", "text/csv"),
    "jsonl": ("JSON Lines", "application/jsonl"),
    "parquet": ("Parquet", PARQUET),
}


class SurveyQuery(Query):
    survey = serializers.UUIDField(help_text="Its uid.")


def export(what: str, form: str, query: type[Query]) -> Callable[[View], View]:
    """Every file holds what people wrote, so each is for those who settle."""
    name, media = FORMS[form]
    return operation(
        "GET",
        f"Export {what} as {name}",
        may=May.SETTLE,
        media=media,
        query=query,
        refusals=(404,),
    )


@export("feedback", "csv", ProjectQuery)
def export_feedback_csv(request: ApiRequest) -> HttpResponseBase:
    """What holds now, one row for each respondent, answer and kind, streamed. Who was shown an
    answer and said nothing is in it too."""
    return _feedback(request, "csv")


@export("feedback", "jsonl", ProjectQuery)
def export_feedback_jsonl(request: ApiRequest) -> HttpResponseBase:
    """The same, one object a line."""
    return _feedback(request, "jsonl")


@export("feedback", "parquet", ProjectQuery)
def export_feedback_parquet(request: ApiRequest) -> HttpResponseBase:
    """The same with typed columns; the file is whole on the server before its first byte is
    sent."""
    return _feedback(request, "parquet")


@export("the responses of a survey", "csv", SurveyQuery)
def export_responses_csv(request: ApiRequest) -> HttpResponseBase:
    """One row a response, with a column for each question or part of one, of all versions."""
    return _responses(request, "csv")


@export("the responses of a survey", "jsonl", SurveyQuery)
def export_responses_jsonl(request: ApiRequest) -> HttpResponseBase:
    """One object a line; `answers` holds the names and values of the document it was asked with."""
    return _responses(request, "jsonl")


@export("the responses of a survey", "parquet", SurveyQuery)
def export_responses_parquet(request: ApiRequest) -> HttpResponseBase:
    """The columns of the CSV file with their types; the file is whole on the server before its
    first byte is sent."""
    return _responses(request, "parquet")


def _feedback(request: ApiRequest, form: str) -> HttpResponseBase:
    place = place_of(request, May.SETTLE, asked(ProjectQuery, request).get("project"))
    return streamed_feedback(place, form)


def _responses(request: ApiRequest, form: str) -> HttpResponseBase:
    return streamed_responses(request.user, asked(SurveyQuery, request)["survey"], form)
