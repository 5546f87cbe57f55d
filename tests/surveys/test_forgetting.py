"""A subject is forgotten everywhere: events, what holds now, sums, surveys, and gold."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.conf import settings
from django.db.models import Sum
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Project, Role
from conversations.importers.base import safe_excerpt
from conversations.models import Conversation, ImportRun, RefusedLine
from core.errors import NotFoundError
from surveys.models import (
    CurrentFeedback,
    FeedbackCell,
    FeedbackEvent,
    Respondent,
    SubjectErasure,
    SurveyDay,
    SurveyLink,
)
from surveys.services.assignments import record_assignments
from surveys.services.folding import fold_batch
from surveys.services.forgetting import forget_subject
from surveys.services.giving import give_feedback
from surveys.services.kept import kept_of
from surveys.services.recounting import recount
from surveys.services.survey_links import make_link
from tests.factories import make_conversation, make_membership, make_project, make_user
from tests.surveys.forms_of import make_survey

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


def test_links_and_variants_are_kept_too_and_go_though_nothing_was_said(project):
    survey = make_survey(project=project)
    SurveyLink.objects.create(
        survey=survey, name="for Ms Mori", subject="u-9", context={"topic": "fees"}, expires_at=NOW
    )
    record_assignments(
        project=project, experiment="new prompt", shares={"v2": 1}, seed="",
        subjects=["u-8", "u-9"], now=NOW,
    )  # fmt: skip
    kept = kept_of(project, "s:u-9")
    assert [(link["name"], link["context"]) for link in kept["links"]] == [
        ("for Ms Mori", {"topic": "fees"})
    ]
    assert [one["variant"] for one in kept["assignments"]] == ["v2"]
    for subject in ("u-8", "u-9"):
        erasure = forget_subject(actor=None, project=project, key=f"s:{subject}", now=NOW)
        assert erasure.counts["assignments"] == 1
        with pytest.raises(NotFoundError, match="Nothing is kept"):
            kept_of(project, f"s:{subject}")


def test_conversations_stay_unless_it_is_asked(project):
    conversation = make_conversation(project, external_id="c-1")
    before = conversation.turns
    say(project, "u-1", "c-1")
    fold()
    forget_subject(actor=None, project=project, key="s:u-1", now=NOW)
    conversation.refresh_from_db()
    assert conversation.turns == before


def test_the_page_of_an_erased_conversation_says_why_it_is_empty(client, project):
    conversation = make_conversation(project, external_id="c-1")
    say(project, "u-1", "c-1")
    fold()
    person = make_user()
    make_membership(project.team, person, Role.VIEWER)
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    told = "was erased on"
    assert told not in client.get(conversation.get_absolute_url()).text
    forget_subject(actor=None, project=project, key="s:u-1", now=NOW, conversations=True)
    assert told in client.get(conversation.get_absolute_url()).text


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


def show_survey(project: Project, slug: str, respondent: str) -> None:
    FeedbackEvent.objects.create(
        project=project, uid=uuid4(), type="survey_shown", trust="signed", at=NOW,
        respondent_key=respondent, data={"survey": {"slug": slug, "number": 1}},
    )  # fmt: skip


def test_how_often_a_survey_was_shown_is_as_if_the_subject_had_never_come(project):
    slug = make_survey(project=project).slug
    for respondent in ("s:u-1", "s:u-1", "s:u-2"):
        show_survey(project, slug, respondent)
    fold()
    show_survey(project, slug, "s:u-1")  # not counted yet
    forget_subject(actor=None, project=project, key="s:u-1", now=NOW)
    assert SurveyDay.objects.get().n_shown == 1
    assert recount(project.pk, mend=False).is_right


def test_a_link_says_no_more_whom_it_was_for_nor_what_was_known_of_them(project):
    link = SurveyLink.objects.create(
        survey=make_survey(project=project), name="u-1", subject="u-1", expires_at=NOW,
        context={"conversation": "c-1", "plan": "gold"},
    )  # fmt: skip
    forget_subject(actor=None, project=project, key="s:u-1", now=NOW)
    link.refresh_from_db()
    assert (link.subject, link.context) == ("", {})
    assert "u-1" not in link.name


def test_the_audit_log_says_no_more_whom_a_link_was_for(alice, project):
    survey = make_survey(project=project)
    for name, subject in (("for Ms Mori", "u-1"), ("for Mr Abe", "u-2")):
        make_link(actor=alice, survey=survey, name=name, days=9, subject=subject, now=NOW)
    forget_subject(actor=alice, project=project, key="s:u-1", now=NOW)
    names = AuditEntry.objects.filter(verb="survey_link.made").values_list("target_name", flat=True)
    assert sorted(names) == ["erased", "for Mr Abe"]


def grown(project: Project) -> list[Conversation]:
    """One conversation as it came in three times, longer each time; feedback names the middle."""
    first = make_conversation(project, external_id="c-1")
    second = make_conversation(project, external_id="c-1@3", continues=first)
    return [first, second, make_conversation(project, external_id="c-1@4", continues=second)]


@pytest.mark.parametrize("named", [0, 1, 2])
def test_the_words_go_from_all_that_continue_a_conversation(project, named):
    conversations = grown(project)
    other = make_conversation(project, external_id="c-2")
    say(project, "u-1", conversations[named].external_id)
    fold()
    words = other.turns[0]["content"]
    erasure = forget_subject(
        actor=None, project=project, key="s:u-1", now=NOW, conversations=True
    )  # fmt: skip
    assert erasure.counts["conversations"] == 3
    for one in conversations:
        one.refresh_from_db()
        assert words not in str(one.turns)
    other.refresh_from_db()
    assert words in str(other.turns)


def test_imports_keep_nothing_of_the_words_either(project):
    """Neither as one of the first rows that they showed nor as a line that they refused."""
    conversation = make_conversation(project, external_id="c-1")
    ImportRun.objects.create(
        project=project, file_name="a.jsonl", preview=[{"external_id": "c-1", "turns": ["secret"]}]
    )
    other = ImportRun.objects.create(
        project=project, file_name="b.jsonl", preview=[{"external_id": "c-2", "turns": ["mine"]}]
    )
    behind = b'{"turns":["secret' + b" and more" * 400 + b'"],"id":"%s"}'
    for raw in (
        b'{"id":"c-1","turns":["secret"]}', b"c-1,secret", b'{"id":"c-11","x":"mine"}',
        behind % b"c-1", (behind % b"c-11").replace(b"secret", b"mine too"),
    ):  # fmt: skip
        RefusedLine.objects.create(
            run=other, file="b.jsonl", line=1, code="id_taken", reason="It is taken.", raw=raw,
            excerpt=safe_excerpt(raw),
        )  # fmt: skip
    say(project, "u-1", conversation.external_id)
    fold()
    forget_subject(actor=None, project=project, key="s:u-1", now=NOW, conversations=True)
    kept = [one.preview for one in ImportRun.objects.order_by("pk")]
    assert kept == [[], other.preview]
    lines = [(bytes(one.raw or b""), one.excerpt) for one in RefusedLine.objects.order_by("pk")]
    assert "secret" not in str(lines)
    assert "mine" in str(lines)
    assert "mine too" in str(lines)


@pytest.mark.parametrize("role", Role)
def test_whoever_may_forget_on_the_page_may_over_the_api_and_nobody_else(
    client: Client, project: Project, role: Role
) -> None:
    person = make_user()
    make_membership(project.team, person, role)
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    wanted = 200 if role == Role.OWNER else 403
    path = f"/api/v1/subjects/u-1{{}}?project={project.uid}"
    for call, address, sent in (
        (client.post, reverse("surveys:subject_file", args=[project.uid]), {"subject": "u-1"}),
        (client.post, reverse("surveys:subject_forget", args=[project.uid]), {"subject": "u-1"}),
        (client.get, path.format("/kept"), {}),
        (client.delete, path.format(""), {}),
    ):
        say(project, "u-1", "c-1")
        fold()
        assert call(address, sent).status_code == wanted, address
