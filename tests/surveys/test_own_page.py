"""A respondent's own page: to see, change and erase what they said, without an account."""

from datetime import UTC, datetime
from functools import partial

import pytest
from django.db.models import Sum

from accounts.models import Project
from surveys.complaints import complaining, complains
from surveys.models import (
    CurrentFeedback,
    FeedbackCell,
    FeedbackEvent,
    Kind,
    Respondent,
    Webhook,
    WebhookMessage,
)
from surveys.services.fixing import say_fixed
from surveys.services.folding import fold_batch
from surveys.services.giving import give_feedback
from surveys.tokens import receipt_token
from surveys.views import own
from surveys.webhook_events import CREATED
from tests.factories import make_project

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def feedback(project) -> CurrentFeedback:
    said = {
        "conversation": "c-1", "subject": "u-1", "kind": "thumb", "value": "down",
        "comment": "Wrong fee.", "reasons": ["incorrect"],
    }  # fmt: skip
    give_feedback(project=project, said=said, now=NOW)
    while fold_batch():
        pass
    return CurrentFeedback.objects.get()


def address(feedback: CurrentFeedback, rest: str = "") -> str:
    return f"/my-feedback/{receipt_token(feedback.respondent)}/{rest}"


def test_it_shows_what_was_said_and_is_no_one_elses(client, feedback):
    page = client.get(address(feedback))
    assert "Wrong fee." in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert client.get("/my-feedback/forged.token/").status_code == 404


def test_a_mended_answer_is_told(client, project, feedback):
    assert say_fixed(
        actor=None, project=project, conversation_key="c-1", message="", fixed=True, now=NOW
    )
    assert "This answer was fixed" in client.get(address(feedback)).text


def test_whoever_was_content_is_not_thanked_for_a_complaint(client, project, feedback):
    give_feedback(
        project=project,
        said={"conversation": "c-1", "subject": "u-2", "kind": "thumb", "value": "up"},
        now=NOW,
    )
    while fold_batch():
        pass
    mended = {"actor": None, "project": project, "conversation_key": "c-1", "message": ""}
    assert say_fixed(**mended, fixed=True, now=NOW) == 1
    content = CurrentFeedback.objects.get(respondent__key="s:u-2")
    assert "This answer was fixed" not in client.get(address(content)).text


def test_taking_a_mend_back_reaches_who_is_content_since(project, feedback):
    mended = {"actor": None, "project": project, "conversation_key": "c-1", "message": ""}
    say_fixed(**mended, fixed=True, now=NOW)
    CurrentFeedback.objects.update(value=1)
    assert say_fixed(**mended, fixed=False, now=NOW) == 1
    assert CurrentFeedback.objects.get().fixed_at is None


@pytest.mark.parametrize("kind", Kind.values)
def test_the_row_and_the_database_agree_on_what_complains(project, feedback, kind):
    for value in [*range(11), None]:
        feedback.kind, feedback.value = kind, value
        feedback.save()
        asked = CurrentFeedback.objects.filter(complaining()).exists()
        assert complains(feedback) == asked, (kind, value)


def test_the_other_thumb_counts_at_once_and_the_first_stays_in_the_history(client, feedback):
    client.post(address(feedback, f"{feedback.pk}/change/"))
    feedback.refresh_from_db()
    assert feedback.value == 1
    assert FeedbackCell.objects.aggregate(up=Sum("v1"), down=Sum("v0")) == {"up": 1, "down": 0}
    assert FeedbackEvent.objects.count() == 2


def test_what_is_taken_back_counts_no_more(client, feedback):
    client.post(address(feedback, f"{feedback.pk}/change/"), {"retract": "1"})
    feedback.refresh_from_db()
    assert feedback.value is None
    assert FeedbackCell.objects.aggregate(down=Sum("v0"))["down"] == 0


def test_what_is_erased_leaves_nothing(client, feedback):
    client.post(address(feedback, f"{feedback.pk}/erase/"))
    assert not FeedbackEvent.objects.exists()
    assert not CurrentFeedback.objects.exists()


def test_what_came_in_a_moment_before_is_erased_too(client, project, feedback):
    said = {"conversation": "c-1", "subject": "u-1", "kind": "thumb", "value": "up", "seq": 9}
    give_feedback(project=project, said={**said, "comment": "Still wrong."}, now=NOW)
    give_feedback(project=project, said={**said, "conversation": "c-2"}, now=NOW)
    give_feedback(project=project, said={**said, "subject": "u-2"}, now=NOW)
    client.post(address(feedback, f"{feedback.pk}/erase/"))
    while fold_batch():
        pass
    left = CurrentFeedback.objects.values_list("respondent__key", "conversation_key")
    assert set(left) == {("s:u-1", "c-2"), ("s:u-2", "c-1")}


def test_no_webhook_is_told_of_what_was_erased_before_it_was_sent(client, project):
    hook = Webhook.objects.create(project=project, url="https://x.example", events=[CREATED])
    for conversation in ("c-1", "c-2"):
        said = {"conversation": conversation, "subject": "u-1", "kind": "thumb", "value": "up"}
        give_feedback(project=project, said=said, now=NOW)
    while fold_batch():
        pass
    feedback = CurrentFeedback.objects.get(conversation_key="c-1")
    client.post(address(feedback, f"{feedback.pk}/erase/"))
    told = WebhookMessage.objects.filter(webhook=hook).order_by("pk")
    assert [(one.state, bool(one.payload)) for one in told] == [
        ("given_up", False),
        ("waiting", True),
    ]


def test_another_respondents_feedback_is_not_there(client, project, feedback):
    other = Respondent.objects.create(project=project, key="s:u-2")
    answer = client.post(f"/my-feedback/{receipt_token(other)}/{feedback.pk}/erase/")
    assert answer.status_code == 404
    assert CurrentFeedback.objects.exists()


def test_everything_is_erased_after_a_question(client, feedback):
    assert client.get(address(feedback, "erase/")).status_code == 200
    assert FeedbackEvent.objects.exists()
    client.post(address(feedback, "erase/"))
    assert not FeedbackEvent.objects.exists()
    assert "Everything was erased" in client.get(address(feedback)).text


def test_a_change_does_not_wait_for_all_that_others_gave(client, project, feedback, monkeypatch):
    monkeypatch.setattr(own, "MOST_BATCHES", 2)
    monkeypatch.setattr(own, "fold_batch", partial(fold_batch, 1))
    for number in range(5):
        said = {"conversation": f"c-{number}", "subject": "u-2", "kind": "thumb", "value": "up"}
        give_feedback(project=project, said=said, now=NOW)
    assert client.post(address(feedback, f"{feedback.pk}/change/")).status_code == 302
    assert FeedbackEvent.objects.filter(respondent=None).count() == 4
