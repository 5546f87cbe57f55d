"""From DATABASE_URL to Django's DATABASES entry: SQLite embedded, PostgreSQL in production."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# IMMEDIATE, because a read lock that is upgraded to a write lock fails at once in WAL mode,
# whatever the timeout; ATOMIC_REQUESTS stays off so that a GET never takes the write lock.
# A checkpoint after 16 MB instead of 4: whoever commits then carries each page back once, however
# often it was written, and waits for the disk, while all other writers wait for them.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous={synchronous};"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA journal_size_limit=27103364;"
    "PRAGMA wal_autocheckpoint=4000;"
    "PRAGMA cache_size=-8000;"
)


def database(url: str, home: Path, *, durable: bool = False) -> dict[str, Any]:
    if not url:
        return sqlite(home / "touchstone.sqlite3", home, durable=durable)
    parts = urlsplit(url)
    if parts.scheme in {"sqlite", "sqlite3"}:
        return sqlite(Path(parts.path), home, durable=durable)
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "core.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or dict(parse_qsl(parts.query)).get("host", ""),
            "PORT": str(parts.port or ""),
            # A new connection forks a process at the server and plans every prepared statement
            # anew, ten times each. Whether it still lives is looked up before each request.
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5},
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL begins with '{parts.scheme}'. Write postgres://USER:PASSWORD@HOST/NAME, "
        "or leave it out for the embedded SQLite database."
    )


def sqlite(path: Path, home: Path, *, durable: bool) -> dict[str, Any]:
    return {
        "ENGINE": "core.sqlite3",
        "NAME": path,
        # Opening it anew for every request would read the whole schema and empty the page cache,
        # which costs more than all that a submit asks of the database. Every thread keeps one, so
        # the page cache is small: the system's own stands behind it.
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": SQLITE_PRAGMAS.format(synchronous="FULL" if durable else "NORMAL"),
        },
        # A file, because the in-memory default cannot be shared with a live server's threads.
        "TEST": {"NAME": home / "test.sqlite3"},
    }
