"""A page of an application, as tests play it: it sends events and asks what it may ask."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
from django.test import Client

from accounts.models import Project
from surveys.models import WidgetKey
from surveys.tokens import sign

SITE = "https://app.example.com"


def make_key(project: Project, **fields: Any) -> WidgetKey:
    return WidgetKey.objects.create(
        project=project, name=fields.pop("name", "Support page"), **fields
    )


def an_event(value: Any = "up", **fields: Any) -> dict[str, Any]:
    """A thumb about one answer; whatever is given stands in for it."""
    return {
        "id": str(uuid4()),
        "type": "feedback",
        "kind": "thumb",
        "value": value,
        "target": {"conversation": "c_91", "message": "m_7"},
    } | fields


def token(key: WidgetKey, conversation: str = "c_91", **fields: Any) -> str:
    fields.setdefault("expires", datetime.now(UTC) + timedelta(days=7))
    return sign(key, conversation=conversation, **fields)


@dataclass
class Page:
    key: WidgetKey
    origin: str = SITE
    respondent: str = "b:4f1c9a2e7d"
    client: Client = field(default_factory=Client)

    def send(self, *events: Any, **envelope: Any) -> Any:
        said = {"key": self.key.key, "respondent": self.respondent, "events": list(events)}
        return self.post("/v1/ingest", orjson.dumps(said | envelope))

    def post(self, path: str, body: bytes, **headers: Any) -> Any:
        headers.setdefault("content_type", "text/plain;charset=UTF-8")
        return self.client.generic("POST", path, body, HTTP_ORIGIN=self.origin, **headers)
