"""Taking an import back removes what nothing stands on."""

from uuid import uuid4

import pytest
from django.urls import reverse

from conversations import services, taking_back
from conversations.models import Conversation, ImportRun
from core.errors import DomainError
from jobs.testing import run_pending_jobs
from surveys.models import CurrentFeedback, Respondent
from tests.conversations.conftest import lines, record
from tests.factories import NOON, make_item, make_study

pytestmark = pytest.mark.django_db


def taken_back(alice, run):
    services.take_back(actor=alice, run=run)
    run_pending_jobs()
    run.refresh_from_db()
    return run


def test_an_import_is_taken_back_whole(alice, bring, monkeypatch):
    monkeypatch.setattr(taking_back, "BATCH", 2)
    run = taken_back(alice, bring(lines(*(record(n) for n in range(5)))))
    assert not Conversation.objects.exists()
    assert run.state == ImportRun.State.TAKEN_BACK
    assert run.options["taken_back"] == {"removed": 5, "kept": {}}


def test_what_stands_in_a_study_stays_and_is_counted(alice, project, bring):
    run = bring(lines(record(1), record(2), record(3)))
    make_item(make_study(project), Conversation.objects.get(external_id="c2"))
    taken_back(alice, run)
    assert Conversation.objects.get().external_id == "c2"
    assert run.options["taken_back"] == {"removed": 2, "kept": {"annotation.item": 1}}


def test_the_second_of_a_pair_stays_too(alice, project, bring):
    run = bring(lines(record(1), record(2)))
    first, second = Conversation.objects.order_by("external_id")
    make_item(make_study(project), first, conversation_b=second)
    taken_back(alice, run)
    assert Conversation.objects.count() == 2
    assert run.options["taken_back"]["kept"] == {"annotation.item": 2}


def test_what_is_held_twice_is_counted_once_and_feedback_is_told_as_such(
    alice, client, project, bring
):
    run = bring(lines(record(1), record(2), record(3)))
    first, second, _third = Conversation.objects.order_by("external_id")
    make_item(make_study(project), first)
    for one in (first, second):
        respondent = Respondent.objects.create(project=project, key=f"s:{one.pk}")
        CurrentFeedback.objects.create(
            project=project, respondent=respondent, target=uuid4(), kind="thumb", value=1,
            conversation=one, conversation_key=one.external_id, day=NOON.date(), at=NOON,
            event_id=1, trust="signed", mode="unsolicited",
        )  # fmt: skip
    client.force_login(alice)
    page = client.get(reverse("conversations:import_take_back", args=[run.uid])).content.decode()
    assert "1 conversation of this import would be removed" in page
    assert "2 would stay" in page
    taken_back(alice, run)
    assert run.options["taken_back"]["kept"] == {
        "annotation.item": 1, "surveys.currentfeedback": 1,
    }  # fmt: skip
    page = client.get(run.get_absolute_url()).content.decode()
    assert "1 stays, because a study holds it." in page
    assert "1 stays, because end users gave feedback on it." in page


def test_what_a_later_conversation_continues_stays(alice, bring):
    run = bring(lines(record(1)))
    longer = record(1)
    longer["messages"] += [{"role": "user", "content": "Still not here."}]
    bring(lines(longer), grow=True)
    taken_back(alice, run)
    assert run.options["taken_back"]["kept"] == {"conversations.conversation": 1}


def test_other_imports_are_left_alone(alice, bring):
    first = bring(lines(record(1)))
    bring(lines(record(2)))
    taken_back(alice, first)
    assert Conversation.objects.get().external_id == "c2"


def test_what_was_taken_back_can_come_in_again(alice, bring):
    taken_back(alice, bring(lines(record(1))))
    assert bring(lines(record(1))).n_new == 1


def test_an_import_that_did_not_come_in_cannot_be_taken_back(alice, begin):
    with pytest.raises(DomainError, match="checked"):
        services.take_back(actor=alice, run=begin(lines(record(1))))
