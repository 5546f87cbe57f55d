"""Published data sets in the tables: conversations stored plainly, ratings by the real import."""

from pathlib import Path

from django.utils import timezone

from accounts.models import Project
from annotation.models import Study
from annotation.services.imported_ratings import create_imported_study, import_ratings
from conversations.importers import ParsedConversation, Source, read
from conversations.models import Conversation


def load_study(project: Project, folder: Path, importer: str) -> Study:
    """A study of a published data set's ratings, with the rubric that its source brings."""
    load_conversations(project, folder, importer)
    now = timezone.now()
    study = create_imported_study(
        actor=None, project=project, name=importer, source=importer, now=now
    )
    import_ratings(actor=None, study=study, source=Source(folder), importer=importer, now=now)
    study.refresh_from_db()
    return study


def load_conversations(project: Project, folder: Path, importer: str) -> None:
    entries = (entry for _position, entry in read(Source(folder), importer=importer))
    Conversation.objects.bulk_create(
        Conversation(
            project=project,
            external_id=entry.external_id,
            group_key=entry.group_key,
            input_key=entry.input_key,
            turns=entry.turns,
            content_hash=entry.content_hash,
            n_turns=entry.n_turns,
            n_chars=entry.n_chars,
            title=entry.turns[0]["content"][:100],
        )
        for entry in entries
        if isinstance(entry, ParsedConversation)
    )
