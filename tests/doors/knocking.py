"""One request whose traces are wiped away, and what it did while it lasted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client

TOKEN = re.compile(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+')
WRITTEN = """
    SELECT sum(
        pg_stat_get_xact_tuples_inserted(oid)
        + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid)
    )
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""
"""What `pg_stat_xact_user_tables` sums up, without its joins: a fifth of the time."""

UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Answer:
    status: int
    url: str
    text: str
    changed: list[str]

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 400 and not self.asks_to_sign_in

    @property
    def asks_to_sign_in(self) -> bool:
        return self.status == 302 and self.url.startswith("/accounts/login/?next=")

    @property
    def words(self) -> str:
        """The text without what differs between any two requests."""
        return UID.sub("UID", TOKEN.sub(r"\1", self.text))

    def outcome(self) -> str:
        """In the terms of `Rule.expected`."""
        if self.asks_to_sign_in:
            return "sign in"
        return "success" if self.is_success else str(self.status)


def knock(
    client: Client,
    method: str,
    url: str,
    data: Mapping[str, Any] | None = None,
    *,
    before: Mapping[str, str] | None,
    part: bool = False,
) -> Answer:
    """Send it, see what changed in any table since `before` (None: do not look), and undo that."""
    headers = {"HX-Request": "true"} if part else {}
    ask = getattr(client, method.lower())
    written = n_written() if before is not None else -1
    with transaction.atomic():
        if method in {"PUT", "PATCH", "DELETE"}:
            response = ask(url, query_params=data or None, headers=headers)
        elif method == "POST" and takes_json(url, data):
            response = ask(url, data, content_type="application/json", headers=headers)
        else:
            response = ask(url, data or {}, headers=headers)
        answer = Answer(
            status=response.status_code,
            url=response.headers.get("Location") or response.headers.get("HX-Redirect", ""),
            text=text_of(response),
            changed=changes_since(before, written) if before is not None else [],
        )
        transaction.set_rollback(True)
    return answer


def takes_json(url: str, data: Mapping[str, Any] | None) -> bool:
    """Programs send JSON, except for files, which go as those of a form."""
    values = (data or {}).values()
    return (
        bool(data) and url.startswith("/api/") and not any(hasattr(one, "read") for one in values)
    )


def n_written() -> int:
    """How many rows this connection has written so far, whatever became of them."""
    if connection.vendor == "sqlite":
        total: int = connection.connection.total_changes
        return total
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return int(cursor.fetchone()[0])


def changes_since(before: Mapping[str, str], written: int = -1) -> list[str]:
    """All tables are read to tell, unless `n_written` is still what it was: reading takes time."""
    if n_written() == written:
        return []
    return [name for name, now in fingerprints().items() if before[name] != now]


def text_of(response: HttpResponseBase) -> str:
    parts = response.streaming_content if response.streaming else [response.content]
    return b"".join(parts).decode(errors="replace")


def fingerprints() -> dict[str, str]:
    """A hash of every row of every table: whatever a door changes shows."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # our own tables
            rows = repr([tuple(map(plain, row)) for row in cursor.fetchall()])
            found[table] = blake2b(rows.encode(), digest_size=16).hexdigest()
    return found


def plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def tables() -> list[str]:
    models = apps.get_models(include_auto_created=True)
    return sorted(
        model._meta.db_table for model in models if model._meta.managed and not model._meta.proxy
    )
