"""What was said, how it came in, and what of it is hidden."""

from conversations.models.redactions import (
    LeftText,
    Redaction,
    RedactionQuerySet,
    RedactionRules,
    RedactionScan,
)
from conversations.models.said import (
    Conversation,
    ConversationQuerySet,
    ImportRun,
    RefusedLine,
    Variant,
)

__all__ = [
    "Conversation",
    "ConversationQuerySet",
    "ImportRun",
    "LeftText",
    "Redaction",
    "RedactionQuerySet",
    "RedactionRules",
    "RedactionScan",
    "RefusedLine",
    "Variant",
]
