"""What end users gave, as files: the same for programs as for people, and typed in Parquet."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet
import pytest
from django.urls import reverse

from analytics.feedback_exports import COLUMNS
from core.models import new_uid
from surveys.models import CurrentFeedback, Respondent, Response, Survey
from tests.analytics.answered import EVERY_ANSWER, answer
from tests.surveys.forms_of import document, every_type, make_survey, question

NOW = datetime(2026, 11, 26, 9, 30, 20, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def given(project: Any, **fields: Any) -> CurrentFeedback:
    usual = {
        "target": new_uid(),
        "kind": "thumb",
        "conversation_key": "c_1",
        "value": 0,
        "day": NOW.date(),
        "at": NOW,
        "event_id": 1,
        "trust": "signed",
        "mode": "unsolicited",
        "shown": True,
    }
    person, _is_new = Respondent.objects.get_or_create(project=project, key="s:1")
    return CurrentFeedback.objects.create(project=project, respondent=person, **{**usual, **fields})


@pytest.fixture
def survey(project: Any) -> Survey:
    return make_survey(every_type(), project)


def sent(client: Any, name: str, **query: Any) -> bytes:
    return b"".join(client.get(reverse(f"api:{name}"), query).streaming_content)


def table_of(file: bytes) -> Any:
    """Read by another library than wrote it, as whoever gets the file does."""
    return pyarrow.parquet.read_table(io.BytesIO(file))


def test_feedback_as_parquet_has_types(program: Any, project: Any) -> None:
    given(project, comment="=1+1 日本\n", reasons=["incorrect", "too_long"], p=0.5, turn=3)
    given(project, value=None)
    first, second = table_of(sent(program(), "feedback_parquet")).to_pylist()
    assert (first["comment"], first["reasons"]) == ("=1+1 日本\n", ["incorrect", "too_long"])
    assert (first["value"], first["p"], first["turn"]) == (0, 0.5, 3)
    assert (first["at"], first["first_day"]) == (NOW, NOW.date())
    assert (second["value"], second["shown"]) == (None, True)


def test_an_empty_parquet_file_has_its_columns(program: Any) -> None:
    table = table_of(sent(program(), "feedback_parquet"))
    assert (table.num_rows, tuple(table.column_names)) == (0, COLUMNS)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_programs_get_the_files_of_the_page(
    program: Any, signed_in: Any, alice: Any, project: Any, form: str
) -> None:
    given(project, comment="wrong")
    page = signed_in(alice).get(reverse(f"analytics:feedback_{form}", args=[project.uid]))
    assert sent(program(), f"feedback_{form}") == b"".join(page.streaming_content)


def test_programs_get_responses_as_they_were_given(program: Any, survey: Survey) -> None:
    answer(survey, EVERY_ANSWER)
    (line,) = sent(program(), "responses_jsonl", survey=survey.uid).splitlines()
    assert json.loads(line)["answers"] == Response.objects.get().answers
    assert json.loads(line)["state"] == "complete"


def test_responses_as_parquet_have_types(program: Any, survey: Survey) -> None:
    answer(survey, {**EVERY_ANSWER, "more": "=1+1"})
    (row,) = table_of(sent(program(), "responses_parquet", survey=survey.uid)).to_pylist()
    assert (row["multi"], row["nps"], row["two.ease"], row["age"]) == (["a", "b"], 9, 5, 30.0)
    assert (row["more"], row["grid.s"], row["agree"]) == ("=1+1", "3", True)
    assert row["started_at"] == Response.objects.get().started_at


def test_questions_called_alike_or_as_another_column_keep_columns_of_their_own(
    program: Any, project: Any
) -> None:
    names = ("state", "Good", "good")
    survey = make_survey(document([question("nps", name) for name in names]), project)
    answer(survey, {"state": 1, "Good": 2, "good": 3})
    (row,) = table_of(sent(program(), "responses_parquet", survey=survey.uid)).to_pylist()
    assert (row["state"], row["state_2"], row["Good"], row["good_2"]) == ("complete", 1, 2, 3)
