"""Where the file of an import lies from its upload until its end."""

import os
import shutil
from pathlib import Path

from django.conf import settings

from conversations.importers import Source
from conversations.models import ImportRun

NAME_LENGTH = 255


def folder_of(run: ImportRun) -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / str(run.uid)


def seen_ids_of(run: ImportRun) -> Path:
    return folder_of(run) / "seen.sqlite3"


def kept_of(run: ImportRun) -> Path | None:
    """Where what a check read of an upload is kept; a command's own file may still change."""
    return folder_of(run) / "read" if is_uploaded(run) else None


def is_uploaded(run: ImportRun) -> bool:
    return Path(run.path).is_relative_to(folder_of(run))


def take(run: ImportRun, path: Path) -> Path:
    """Move an uploaded file into the run's folder; on one disk nothing is copied."""
    folder = folder_of(run)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "file"
    shutil.move(path, target)
    return target


def drop(run: ImportRun) -> None:
    """Remove what was uploaded; refused lines are in the database."""
    shutil.rmtree(folder_of(run), ignore_errors=True)


def source_of(run: ImportRun) -> Source:
    """An upload is read under the name it came with; a command's own file or folder as it lies."""
    return Source(
        Path(run.path),
        name=run.file_name if is_uploaded(run) else "",
        encoding=run.options.get("encoding") or "utf-8",
    )


def shown_name(name: str) -> str:
    """A file's name without folders and what no database or page can hold; its end tells most."""
    plain = os.path.basename(name.replace("\\", "/"))
    plain = plain.encode("utf-8", "replace").decode("utf-8", "replace")
    return "".join(letter for letter in plain if letter.isprintable())[-NAME_LENGTH:] or "file"
