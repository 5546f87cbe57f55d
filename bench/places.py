"""Somewhere to measure: a home and a database that come and go, beside nobody's data."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit


class NoPlaceError(Exception):
    """Why no database could be made, in a sentence."""


@contextmanager
def throw_away(database_url: str) -> Iterator[dict[str, str]]:
    """The environment of a fresh home; with PostgreSQL, of a fresh database on that server.

    The queue is always the one in files, so that a bench starts every process that it measures.
    """
    home = Path(tempfile.mkdtemp(prefix="touchstone-bench-"))
    environment = {
        **os.environ,
        "TOUCHSTONE_HOME": str(home),
        "TOUCHSTONE_SECRET_KEY": secrets.token_urlsafe(50),
        "CELERY_BROKER_URL": "",
        "DATABASE_URL": "",
    }
    try:
        if database_url.startswith("postgres"):
            with scratch_database(database_url) as url:
                yield environment | {"DATABASE_URL": url}
        else:
            yield environment
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def scratch_database(server_url: str) -> Iterator[str]:
    import psycopg

    name = f"touchstone_bench_{secrets.token_hex(4)}"
    try:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
    except psycopg.Error as problem:
        raise NoPlaceError(
            f"No scratch database could be made beside the one in DATABASE_URL: {problem} "
            "Give its user the right CREATEDB, or unset DATABASE_URL to measure on SQLite."
        ) from problem
    try:
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    finally:
        with suppress(psycopg.Error), psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def server_pids(url: str) -> list[int]:
    """The database server's processes, whose CPU belongs to a request as well; none with SQLite."""
    if not url:
        return []
    import psycopg

    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None  # noqa: S101  # a function call has one row
        stat = Path("/proc", str(row[0]), "stat")
        # On another machine there is no such process here, and then its CPU stays unknown.
        return [int(stat.read_text().rpartition(")")[2].split()[1])] if stat.exists() else []
