"""The only way to a conversation or an import on somebody's behalf."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.access import May, Place, reach
from accounts.models import User
from conversations.models import Conversation, ImportRun, Redaction


def get_conversation_for(user: User, uid: UUID, may: May) -> tuple[Conversation, Place]:
    rows = Conversation.objects.select_related("variant", "run", "continues").defer(
        "continues__turns", "continues__metadata"
    )
    absent = _("There is no such conversation, or it belongs to another team.")
    return reach(user, rows, "project", uid, may, absent=absent)


def get_import_run_for(user: User, uid: UUID, may: May) -> tuple[ImportRun, Place]:
    rows = ImportRun.objects.select_related("started_by")
    absent = _("There is no such import, or it belongs to another team.")
    return reach(user, rows, "project", uid, may, absent=absent)


def get_redaction_for(user: User, uid: UUID, may: May) -> tuple[Redaction, Place]:
    rows = Redaction.objects.select_related("conversation__project")
    absent = _(
        "There is no such place to redact, or it belongs to another team. It may have gone when "
        "the conversation was looked through again."
    )
    return reach(user, rows, "project", uid, may, absent=absent)
