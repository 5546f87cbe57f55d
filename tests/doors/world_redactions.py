"""What was found in a conversation: one place to decide about, one that is decided."""

from typing import Any

from django.utils import timezone

from accounts.models import Role
from annotation.models import Rating
from conversations.marks import place_mark
from conversations.models import Redaction, RedactionRules
from core.personal import find


def redactions(side: Any) -> None:
    said = [turn["content"] for turn in side.conversation.turns]
    found = {
        "project": side.project,
        "conversation": side.conversation,
        "part": "content",
        "start": 0,
        "kind": Redaction.Kind.NAME,
        "label": "[name]",
    }
    side.put(
        redaction=Redaction.objects.create(turn=0, end=len(said[0]), text_mark="0" * 64, **found),
        decided_redaction=Redaction.objects.create(
            turn=1,
            end=len(said[1]),
            text_mark="1" * 64,
            state=Redaction.State.ACCEPTED,
            decided_by=side.people[Role.OWNER],
            decided_at=timezone.now(),
            **found,
        ),
    )
    names = " ".join(side.say("names").split())[:100]
    RedactionRules.objects.create(project=side.project, names=names)


def written(side: Any) -> None:
    """A comment that holds an address, of an item that other doors do not end."""
    comment = f"{side.rating.comment} ann@example.com"
    Rating.objects.filter(pk=side.rating.pk).update(comment=comment)
    span = find(comment)[-1]
    side.put(
        written={"key": side.rating.pk, "seen": place_mark(comment, span.start, span.end)},
    )
