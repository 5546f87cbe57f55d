"""What the audit log repeats of people's words: it says no more than what it repeats."""

import pytest
from django.urls import reverse

from accounts.audit import record
from accounts.models import AuditEntry
from annotation.models import Assignment, CriterionHold, ExampleProposal, Verdict
from annotation.services.drafting import skip_item
from annotation.services.examples import decline_example
from annotation.services.holds import hold_criterion
from conversations.written import SOURCES, decide_written, look
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

WORDS = "𠮷田: ann@example.com, 090-1234-5678"
HIDDEN = "𠮷田: [e-mail], [telephone]"
LOG = SOURCES["log"]


def hide_all(actor, project, source):
    while places := look(project, source).places:
        decide_written(
            actor=actor, project=project, source=source, key=places[0].key, seen=places[0].seen,
            state="accepted", now=NOON,
        )  # fmt: skip


def reasons():
    return {entry.data["reason"] for entry in AuditEntry.objects.all() if "reason" in entry.data}


@pytest.fixture
def skipped(bob, project):
    item = factories.make_item(factories.make_study(project))
    rater = factories.make_rater(project, user=bob)
    assignment = factories.make_assignment(item, rater=rater, state=Assignment.State.LEASED)
    skip_item(actor=bob, assignment=assignment, reason=WORDS, now=NOON)
    return item


def test_a_reason_hidden_where_it_was_written_is_hidden_in_the_log(alice, project, skipped):
    assert reasons() == {WORDS}
    hide_all(alice, project, SOURCES["skips"])
    assert reasons() == {HIDDEN}


def test_a_reason_of_a_hold_and_of_another_project_are_apart(alice, project, skipped):
    other = factories.make_project()
    record(alice, "qualification.granted", target=other, project=other, reason=WORDS)
    criterion = skipped.study.rubric_version.criteria.get()
    hold_criterion(alice, skipped, criterion, "ann@example.com wrote so.", NOON)
    hide_all(alice, project, SOURCES["holds"])
    assert CriterionHold.objects.get().reason == "[e-mail] wrote so."
    assert reasons() == {WORDS, "[e-mail] wrote so."}


def test_what_stands_in_the_log_alone_is_found_and_hidden_there(alice, project, signed_in):
    record(
        alice, "qualification.revoked", target=project, project=project, rater="Bob", reason=WORDS
    )
    record(alice, "item.raters_asked", target=project, project=project, question=WORDS, raters=2)
    record(alice, "study.created", target=project, project=project, overlap=2)
    assert look(project, LOG).n_texts == 2
    page = signed_in(alice).get(
        reverse("conversations:written", args=[project.uid]), {"source": "log"}
    )
    assert page.content.decode().count("<b>ann@example.com</b>") == 2
    hide_all(alice, project, LOG)
    kept = AuditEntry.objects.filter(verb__in=["qualification.revoked", "item.raters_asked"])
    assert [entry.data for entry in kept.order_by("pk")] == [
        {"rater": "Bob", "reason": HIDDEN},
        {"question": HIDDEN, "raters": 2},
    ]


def test_an_entry_calls_a_text_by_what_it_says_now(alice, project, skipped):
    criterion = skipped.study.rubric_version.criteria.get()
    verdict = Verdict.objects.create(
        item=skipped, criterion=criterion, value=0, source=Verdict.Source.ADJUDICATION
    )
    example = ExampleProposal.objects.create(verdict=verdict, words=WORDS)
    decline_example(actor=alice, proposal=example, now=NOON)
    entry = AuditEntry.objects.get(verb="example.declined")
    assert entry.target_name == WORDS
    hide_all(alice, project, SOURCES["examples"])
    entry.refresh_from_db()
    assert entry.target_name == HIDDEN
