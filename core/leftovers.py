"""What is left on the disk when a process dies between a file and its row."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path


def days_before(now: datetime, days: int) -> datetime:
    """At least one day: what is younger may belong to a transaction that is still open."""
    return now - timedelta(days=max(1, days))


def untouched(folder: Path, since: datetime, pattern: str = "*") -> Iterator[Path]:
    """Files and folders of the folder in which nothing was made or removed since then."""
    if not folder.is_dir():
        return
    for path in sorted(folder.glob(pattern)):
        with suppress(FileNotFoundError):
            if path.lstat().st_mtime < since.timestamp():
                yield path


def remove(path: Path) -> None:
    """The file, or the folder with all it holds; that another process was faster is no error."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
