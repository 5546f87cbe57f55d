"""Surveys that people answered, for reports."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from surveys.models import Response, Survey
from surveys.services.responses import Arrival, save_response
from tests.factories import NOON

EVERY_ANSWER: dict[str, Any] = {
    "thumb": "up",
    "star": 4,
    "scale": 3,
    "csat": 5,
    "ces": 6,
    "nps": 9,
    "two": {"ease": 5, "needs": 4},
    "single": "a",
    "multi": ["a", "b"],
    "grid": {"r": "1", "s": "3"},
    "rank": ["y", "x", "w"],
    "age": 30,
    "more": "Thank you.",
    "pair": "a",
    "agree": True,
}
"""For `forms_of.every_type`."""


def answer(
    survey: Survey,
    answers: dict[str, Any],
    *,
    now: datetime = NOON,
    finished: bool = True,
    seconds: int = 60,
    **fields: Any,
) -> Response:
    """One person's response, through the one way in."""
    arrival = Arrival(
        uid=uuid4(),
        seq=1,
        answers=answers,
        version=fields.pop("version", 1),
        source=fields.pop("source", "server"),
        finished=finished,
        respondent_key=f"s:{uuid4()}",
        started_at=now - timedelta(seconds=seconds),
        **fields,
    )
    return save_response(survey=survey, arrival=arrival, now=now).response
