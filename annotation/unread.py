"""Which fields of a conversation a rater's doors read."""

from conversations.models import Conversation

READ = frozenset({"id", "turns", "redacted", "guidance"})
UNREAD = [
    f"item__{side}__{field.name}"
    for side in ("conversation", "conversation_b")
    for field in Conversation._meta.concrete_fields
    if field.name not in READ
]
"""What a rater's doors leave in the database: the page may not show it, and parsing it costs."""
