"""The audit log names a gold item by what was asked, for as long as that may be read."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from conversations.erasing import ERASED
from gold.services.candidates import retire
from gold.services.erasing import forget_conversations
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(client, alice, golden):
    """The page after Alice retired an item that asks for opening hours."""
    item = golden()
    conversation = item.candidate.item.conversation
    conversation.title = "When do you open?"
    conversation.save(update_fields=["title"])
    retire(actor=alice, gold_item=item, reason="Closed.", now=NOON)
    client.force_login(alice)
    page = reverse("accounts:audit", args=[item.dataset.project.team.uid])
    return item, conversation, lambda: client.get(page).content.decode()


def test_the_page_says_what_was_asked(log):
    item, _conversation, shown = log
    assert "When do you open?" in shown()
    assert str(item.uid) not in shown()


def test_the_entry_itself_holds_no_word_of_the_conversation(log):
    item, *_rest = log
    assert AuditEntry.objects.get(verb="gold.retired").target_name == str(item.uid)


def test_what_was_erased_is_named_by_its_uid_again(log, alice):
    item, conversation, shown = log
    forget_conversations(
        actor=alice, project=item.dataset.project, conversations=[conversation.pk], now=NOON
    )
    conversation.title = ERASED
    conversation.save(update_fields=["title"])
    assert str(item.uid) in shown()
