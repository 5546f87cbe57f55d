"""A subject is forgotten everywhere: events, what holds now, sums, surveys, and gold."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db.models import Sum

from accounts.models import Project
from core.errors import NotFoundError
from surveys.models import (
    CurrentFeedback,
    FeedbackCell,
    FeedbackEvent,
    Respondent,
    SubjectErasure,
)
from surveys.services.folding import fold_batch
from surveys.services.forgetting import forget_subject, kept_of
from surveys.services.giving import give_feedback
from tests.factories import make_conversation, make_project

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture
def project() -> Project:
    return make_project()


def say(project: Project, subject: str, conversation: str, value: str = "down") -> None:
    said = {
        "conversation": conversation, "subject": subject, "kind": "thumb", "value": value,
        "comment": f"{subject} was here", "reasons": ["incorrect"],
    }  # fmt: skip
    give_feedback(project=project, said=said, now=NOW)


def fold() -> None:
    while fold_batch():
        pass


def test_nothing_is_left_of_a_subject_and_the_sums_are_those_without(project):
    say(project, "u-1", "c-1")
    say(project, "u-2", "c-1")
    fold()
    erasure = forget_subject(actor=None, project=project, key="s:u-1", now=NOW)
    assert erasure.counts["events"] == 1
    assert not FeedbackEvent.objects.filter(comment__contains="u-1").exists()
    assert not CurrentFeedback.objects.filter(comment__contains="u-1").exists()
    assert FeedbackCell.objects.aggregate(n=Sum("v0"))["n"] == 1
    assert not Respondent.objects.filter(key="s:u-1").exists()


def test_what_is_not_folded_yet_is_forgotten_too(project):
    say(project, "u-1", "c-1")
    forget_subject(actor=None, project=project, key="s:u-1", now=NOW)
    fold()
    assert not FeedbackEvent.objects.exists()
    assert not CurrentFeedback.objects.exists()


def test_a_subject_of_another_project_is_not_touched(project):
    other = make_project()
    say(project, "u-1", "c-1")
    say(other, "u-1", "c-1")
    fold()
    forget_subject(actor=None, project=project, key="s:u-1", now=NOW)
    assert FeedbackEvent.objects.get().project == other


def test_nobody_is_forgotten_who_is_not_known(project):
    with pytest.raises(NotFoundError, match="Nothing is kept"):
        forget_subject(actor=None, project=project, key="s:nobody", now=NOW)
    assert not SubjectErasure.objects.exists()


def test_the_receipt_of_an_erasure_does_not_say_who(project):
    say(project, "u-1", "c-1")
    erasure = forget_subject(actor=None, project=project, key="s:u-1", now=NOW)
    assert "u-1" not in str(erasure.counts)


def test_what_is_kept_can_be_read(project):
    say(project, "u-1", "c-1")
    kept = kept_of(project, "s:u-1")
    assert kept["subject"] == "u-1"
    assert [event["comment"] for event in kept["events"]] == ["u-1 was here"]


def test_conversations_stay_unless_it_is_asked(project):
    conversation = make_conversation(project, external_id="c-1")
    before = conversation.turns
    say(project, "u-1", "c-1")
    fold()
    forget_subject(actor=None, project=project, key="s:u-1", now=NOW)
    conversation.refresh_from_db()
    assert conversation.turns == before


def test_only_signed_feedback_says_whose_a_conversation_is(project):
    conversation = make_conversation(project, external_id="c-1")
    before = conversation.turns
    FeedbackEvent.objects.create(
        project=project, uid=uuid4(), type="feedback", trust="open", respondent_key="b:12345678",
        at=NOW, kind="thumb", value="down", conversation_key="c-1",
    )  # fmt: skip
    fold()
    forget_subject(actor=None, project=project, key="b:12345678", now=NOW, conversations=True)
    conversation.refresh_from_db()
    assert conversation.turns == before
