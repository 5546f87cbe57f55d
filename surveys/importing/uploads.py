"""Where the file of an import of answers lies, from its upload until it is read."""

import hashlib
import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings

from conversations.importers import Source
from core.http import uid_in
from core.leftovers import days_before, remove, untouched
from surveys.models import ResponseImport


def folder_of(run: ResponseImport) -> Path:
    return _uploads() / str(run.uid)


def source_of(run: ResponseImport) -> Source:
    return Source(folder_of(run) / "file", name=run.file_name, encoding=run.encoding)


def take(run: ResponseImport, path: Path) -> None:
    folder_of(run).mkdir(parents=True, exist_ok=True)
    shutil.move(path, folder_of(run) / "file")


def is_there(run: ResponseImport) -> bool:
    return (folder_of(run) / "file").is_file()


def drop(run: ResponseImport) -> None:
    shutil.rmtree(folder_of(run), ignore_errors=True)


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove_forgotten_uploads(now: datetime) -> None:
    """Files whose columns nobody chose, and those whose import is over."""
    since = days_before(now, settings.LEFTOVER_DAYS)
    at_work = ResponseImport.objects.filter(state=ResponseImport.State.IMPORTING)
    needed = {str(uid) for uid in at_work.values_list("uid", flat=True)}
    for folder in untouched(_uploads(), since):
        if uid_in(folder.name) and folder.name not in needed:
            remove(folder)


def _uploads() -> Path:
    return Path(settings.MEDIA_ROOT) / "responses"
