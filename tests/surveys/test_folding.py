"""What holds follows from the events, in whatever order, number of times and parts they come."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Project
from conversations.models import ImportRun
from core import registry
from jobs.models import Job
from jobs.testing import run_pending_jobs
from surveys.folding import day_of
from surveys.incoming import Row
from surveys.models import (
    CurrentFeedback,
    FeedbackCell,
    FeedbackEvent,
    ReasonCell,
    Respondent,
    Survey,
    SurveyDay,
)
from surveys.services import folding, soon
from surveys.services.folding import fold_batch
from surveys.services.forgetting import forget_subject
from surveys.services.ingest import stored
from surveys.services.joining import join_batch
from surveys.services.recounting import recount
from tests import factories

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TURNS = (
    {"id": "u1", "role": "user", "content": "Where is my parcel?"},
    {"id": "m_7", "role": "assistant", "content": "On its way."},
)


@pytest.fixture
def project() -> Project:
    return factories.make_project()


def row(project: Project, number: int, **fields: Any) -> Row:
    at = NOON + timedelta(seconds=number)
    return Row(
        **{
            "project_id": project.pk,
            "uid": UUID(int=number),
            "type": "feedback",
            "source": "web",
            "key_id": None,
            "trust": "signed",
            "respondent_key": "s:emma",
            "at": at,
            "received_at": at,
            "seq": 0,
            "kind": "thumb",
            "value": "up",
            "conversation_key": "c_91",
            "message": "m_7",
            "variant_name": "",
            "reasons": [],
            "comment": "",
            "locale": "ja",
            "instrument": 1,
            "mode": "unsolicited",
            "p": None,
            "data": {},
        }
        | fields
    )


def fold(*rows: Row, at_once: int = 500) -> None:
    if rows:
        stored(rows)
    while fold_batch(at_once):
        pass


def shown(project: Project, number: int, **fields: Any) -> Row:
    return row(project, number, type="impression", value="", **fields)


def retracted(project: Project, number: int, **fields: Any) -> Row:
    return row(project, number, type="retract", value="", **fields)


def test_a_thumb_is_current_and_counted(project: Project) -> None:
    fold(
        shown(project, 1),
        row(project, 2, value="down", reasons=["incorrect"], comment="No.", seq=1),
    )
    feedback = CurrentFeedback.objects.get()
    assert (feedback.value, feedback.shown, feedback.reasons) == (0, True, ["incorrect"])
    cell = FeedbackCell.objects.get()
    assert (cell.n_shown, cell.n_answered, cell.n_comments, cell.v0, cell.v1) == (1, 1, 1, 1, 0)
    assert ReasonCell.objects.values_list("value", "reason", "n").get() == (0, "incorrect", 1)
    assert Respondent.objects.get().key == "s:emma"
    assert not FeedbackEvent.objects.filter(respondent=None).exists()


def test_a_changed_mind_moves_the_counts(project: Project) -> None:
    fold(row(project, 1, value="down", reasons=["incorrect"], seq=1))
    fold(row(project, 2, value="up", seq=2))
    cell = FeedbackCell.objects.get()
    assert (cell.v0, cell.v1) == (0, 1)
    assert ReasonCell.objects.get().n == 0


def test_what_comes_late_changes_nothing(project: Project) -> None:
    fold(row(project, 2, value="up", seq=2))
    fold(row(project, 1, value="down", seq=1), shown(project, 3, seq=9))
    assert CurrentFeedback.objects.get().value == 1
    assert CurrentFeedback.objects.get().shown


def test_taken_back_is_counted_as_that_and_as_no_answer(project: Project) -> None:
    fold(shown(project, 1), row(project, 2, seq=1), retracted(project, 3, seq=2))
    cell = FeedbackCell.objects.get()
    assert (cell.n_shown, cell.n_answered, cell.n_retracted, cell.v1) == (1, 0, 1, 0)
    fold(row(project, 4, seq=3))
    cell.refresh_from_db()
    assert (cell.n_answered, cell.n_retracted, cell.v1) == (1, 0, 1)


def test_the_day_is_that_of_the_earliest_event(project: Project) -> None:
    fold(row(project, 1))
    fold(shown(project, 2, at=NOON - timedelta(days=2)))
    assert CurrentFeedback.objects.get().day == day_of(NOON - timedelta(days=2))
    assert FeedbackCell.objects.filter(v1=1).get().day == day_of(NOON - timedelta(days=2))


def test_feedback_finds_conversation_turn_and_variant(project: Project) -> None:
    variant = factories.make_variant(project, "v13")
    there = factories.make_conversation(project, "c_91", TURNS, variant=variant, language="ja")
    fold(row(project, 1))
    feedback = CurrentFeedback.objects.get()
    assert (feedback.conversation, feedback.turn) == (there, 1)
    assert (feedback.variant_name, feedback.language) == ("v13", "ja")


def test_a_variant_that_the_event_names_stays(project: Project) -> None:
    variant = factories.make_variant(project, "v13")
    factories.make_conversation(project, "c_91", TURNS, variant=variant)
    fold(row(project, 1, variant_name="v14"))
    assert CurrentFeedback.objects.get().variant_name == "v14"


def test_a_conversation_of_another_project_is_not_found(project: Project) -> None:
    factories.make_conversation(factories.make_project(), "c_91", TURNS)
    fold(row(project, 1))
    assert CurrentFeedback.objects.get().conversation is None


def test_a_conversation_that_comes_later_is_joined(project: Project) -> None:
    fold(row(project, 1), shown(project, 2, conversation_key="c_92"))
    variant = factories.make_variant(project, "v13")
    run = ImportRun.objects.create(project=project, file_name="late.jsonl")
    there = factories.make_conversation(project, "c_91", TURNS, variant=variant, language="ja")
    registry.announce("conversations_imported", project=project, run=run)
    (job,) = [one for one in run_pending_jobs() if one.runner.endswith("join_feedback")]
    assert job.state == Job.State.DONE
    feedback = CurrentFeedback.objects.get(conversation=there)
    assert (feedback.turn, feedback.variant_name) == (1, "v13")
    assert FeedbackCell.objects.get(v1=1).variant_name == "v13"
    assert recount(project.pk, mend=False).is_right


def test_a_message_is_found_in_what_continues_its_conversation(project: Project) -> None:
    first = factories.make_conversation(project, "c_91", TURNS[:1])
    fold(row(project, 1))
    assert CurrentFeedback.objects.get().turn == -1
    run = ImportRun.objects.create(project=project, file_name="grown.jsonl")
    second = factories.make_conversation(project, "c_91@2", TURNS[:1], continues=first, run=run)
    third = factories.make_conversation(project, "c_91@3", TURNS, continues=second, run=run)
    registry.announce("conversations_imported", project=project, run=run)
    run_pending_jobs()
    feedback = CurrentFeedback.objects.get()
    assert (feedback.conversation, feedback.turn) == (third, 1)


def test_a_survey_that_is_shown_is_counted_by_day(project: Project) -> None:
    survey = Survey.objects.create(project=project, name="CSAT", slug="csat", salt="x")
    about = {"kind": "", "value": "", "conversation_key": "", "message": ""}
    named = {"survey": {"slug": "csat", "number": 2}}
    unknown = {"survey": {"slug": "gone", "number": 1}}
    fold(
        row(project, 1, type="survey_shown", data=named, **about),
        row(project, 2, type="survey_shown", data=named, **about),
        row(project, 3, type="survey_dismissed", data=named, **about),
        row(project, 4, type="survey_shown", data=unknown, **about),
    )
    day = SurveyDay.objects.get(survey=survey)
    assert (day.number, day.source, day.n_shown, day.n_dismissed) == (2, "widget", 2, 1)
    assert not CurrentFeedback.objects.exists()
    assert recount(project.pk, mend=False).is_right


def test_whoever_is_drawn_stands_for_those_who_are_not(project: Project) -> None:
    survey = Survey.objects.create(project=project, name="CSAT", slug="csat", salt="x")
    about = {
        "kind": "", "value": "", "conversation_key": "", "message": "", "type": "survey_shown",
        "data": {"survey": {"slug": "csat", "number": 1}},
    }  # fmt: skip
    drawn = {"mode": "solicited", "p": 0.1}
    tiny = {"mode": "solicited", "p": 1e-300}
    fold(row(project, 1, **about), *(row(project, n, **about, **drawn) for n in range(2, 5)))
    day = SurveyDay.objects.get(survey=survey)
    assert (day.n_shown, day.n_eligible) == (4, 31)
    fold(row(project, 5, **about, **tiny))
    day.refresh_from_db()
    assert day.n_eligible == 1_031
    assert recount(project.pk, mend=False).is_right
    forget_subject(actor=None, project=project, key="s:emma", now=NOON)
    day.refresh_from_db()
    assert (day.n_shown, day.n_eligible) == (0, 0)


def test_requests_ask_for_a_fold_once_a_second(
    project: Project, django_capture_on_commit_callbacks: Any
) -> None:
    soon.pace.forget()
    stored([row(project, 1)])
    for _request in range(3):
        soon.fold_soon()
    assert Job.objects.filter(runner=soon.RUNNER).count() == 1
    run_pending_jobs()
    assert CurrentFeedback.objects.count() == 1


def test_the_sweep_folds_what_nobody_asked_for(project: Project) -> None:
    registry.announce("sweeping", now=NOON)
    assert not Job.objects.filter(runner=soon.RUNNER).exists()
    stored([row(project, 1)])
    registry.announce("sweeping", now=NOON)
    assert Job.objects.filter(runner=soon.RUNNER).count() == 1


# Fold and recount


class Killed(BaseException):
    """What a worker meets in the middle of a batch."""


EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "uid": st.integers(1, 12).map(lambda n: UUID(int=n)),
            "type": st.sampled_from(["feedback", "feedback", "retract", "impression"]),
            "respondent_key": st.sampled_from(["s:emma", "b:4f1c9a2e"]),
            "message": st.sampled_from(["m_7", "m_8"]),
            "seq": st.integers(0, 3),
            "at": st.integers(-60, 60).map(lambda hours: NOON + timedelta(hours=hours)),
            "value": st.sampled_from(["up", "down"]),
            "variant_name": st.sampled_from(["", "v14"]),
            "trust": st.sampled_from(["signed", "open"]),
            "reasons": st.lists(st.sampled_from(["incorrect", "too_long"]), unique=True),
            "comment": st.sampled_from(["", "No."]),
            "mode": st.sampled_from(["unsolicited", "solicited"]),
        }
    ),
    min_size=1,
    max_size=14,
)
STEPS = st.lists(st.sampled_from(["fold", "killed", "join", "nothing"]), min_size=14, max_size=14)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=EVENTS, steps=STEPS, at_once=st.integers(1, 4), joins_at=st.integers(0, 14))
def test_folding_is_what_a_recount_finds(
    monkeypatch: pytest.MonkeyPatch,
    events: list[dict[str, Any]],
    steps: list[str],
    at_once: int,
    joins_at: int,
) -> None:
    """Duplicates, disorder, changes, late conversations, small batches and killed workers."""
    project = factories.make_project()
    first_of: dict[UUID, Row] = {}
    for number, (event, step) in enumerate(zip(events, steps, strict=False)):
        event = event if event["type"] == "feedback" else event | {"value": ""}
        if not event["value"]:
            event = event | {"reasons": [], "comment": ""}
        one = row(project, number, **event)
        stored([one])
        first_of.setdefault(one.uid, one)
        if number == joins_at:
            factories.make_conversation(
                project, "c_91", TURNS, variant=factories.make_variant(project, f"v{project.pk}")
            )
        take_step(step, project, at_once, monkeypatch)
    fold(at_once=at_once)
    while_joining(project)
    found = recount(project.pk, mend=False)
    assert found.is_right, found.told
    assert found.events == len(first_of)
    assert_as_by_hand(project, list(first_of.values()))


def take_step(step: str, project: Project, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if step == "fold":
        fold_batch(at_once)
    elif step == "join":
        while_joining(project)
    elif step == "killed":
        with monkeypatch.context() as patch, suppress(Killed), transaction.atomic():
            patch.setattr(folding, "_mark", killed)
            fold_batch(at_once)


def killed(*_given: Any) -> None:
    raise Killed


def while_joining(project: Project) -> None:
    after = ""
    while after := join_batch(project.pk, after):
        pass


def assert_as_by_hand(project: Project, rows: list[Row]) -> None:
    """The same by sorting all events, without anything that folding uses."""
    pks = dict(FeedbackEvent.objects.filter(project=project).values_list("uid", "pk"))
    about: dict[tuple[str, str], list[Row]] = {}
    for one in rows:
        about.setdefault((one.respondent_key, one.message), []).append(one)
    for (respondent, message), given_rows in about.items():
        current = CurrentFeedback.objects.get(
            respondent__project=project, respondent__key=respondent, message=message
        )
        said = sorted(
            (one for one in given_rows if one.type != "impression"),
            key=lambda one: (one.seq, one.at, pks[one.uid]),
        )
        last = said[-1].value if said else ""
        assert current.value == {"up": 1, "down": 0, "": None}[last]
        assert current.shown == any(one.type == "impression" for one in given_rows)
        assert current.day == min(one.at for one in given_rows).date()


@pytest.fixture
def folded(project: Project) -> Project:
    fold(shown(project, 1), row(project, 2, reasons=["clear"], comment="Good."))
    return project


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: CurrentFeedback.objects.update(value=0),
        lambda: CurrentFeedback.objects.all().delete(),
        lambda: FeedbackCell.objects.update(n_shown=7),
        lambda: FeedbackCell.objects.all().delete(),
        lambda: ReasonCell.objects.update(n=5),
        lambda: FeedbackEvent.objects.all().delete(),
    ],
)
def test_a_recount_finds_and_mends_what_differs(folded: Project, spoil: Any) -> None:
    spoil()
    assert not recount(folded.pk, mend=False).is_right
    assert not recount(folded.pk, mend=True).is_right
    assert recount(folded.pk, mend=False).is_right
