"""The only way to a conversation or an import on somebody's behalf."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.access import May, Place, place_in, require
from accounts.models import Project, User
from conversations.models import Conversation, ImportRun
from core.errors import NotFoundError


def get_conversation_for(user: User, uid: UUID, may: May) -> tuple[Conversation, Place]:
    conversation = (
        Conversation.objects.filter(uid=uid, project__in=Project.objects.visible_to(user))
        .select_related("project__team", "variant", "run", "continues")
        .defer("continues__turns", "continues__metadata")
        .first()
    )
    if conversation is None:
        raise NotFoundError(_("There is no such conversation, or it belongs to another team."))
    return conversation, require(place_in(user, conversation.project), may)


def get_import_run_for(user: User, uid: UUID, may: May) -> tuple[ImportRun, Place]:
    run = (
        ImportRun.objects.filter(uid=uid, project__in=Project.objects.visible_to(user))
        .select_related("project__team", "started_by")
        .first()
    )
    if run is None:
        raise NotFoundError(_("There is no such import, or it belongs to another team."))
    return run, require(place_in(user, run.project), may)
