"""Retrieved passages as the world writes them: texts, or objects with a text and what is known."""

from typing import Any

from django.utils.translation import gettext as _

from conversations.importers import values
from conversations.importers.base import RefusedError

_TEXT = ("text", "content", "page_content", "passage")
_ID = ("id", "document_id", "doc_id", "chunk_id")
_SOURCE = ("source", "url", "uri", "path")


def passages(raw: Any) -> list[dict[str, Any]]:
    """Passages in the order in which they were retrieved; rank 1 stands first."""
    if raw is None:
        return []
    items = raw if isinstance(raw, list) else [raw]
    return [passage(rank, item) for rank, item in enumerate(items, 1)]


def passage(rank: int, raw: Any) -> dict[str, Any]:
    """One passage; its place in the list is its rank unless it says another."""
    if isinstance(raw, str):
        return {"id": str(rank), "text": raw, "rank": rank}
    text = _first(raw, _TEXT) if isinstance(raw, dict) else None
    if not isinstance(text, str):
        raise RefusedError(
            "passage_without_text",
            _("Passage %(rank)s has no text; a passage is a text or an object with one. Add it.")
            % {"rank": rank},
        )
    found: dict[str, Any] = {"id": values.key(_first(raw, _ID), "passages.id") or str(rank)}
    for name, value in (("title", raw.get("title")), ("source", _first(raw, _SOURCE))):
        if isinstance(value, str) and value:
            found[name] = value
    found["text"] = text
    if (score := values.number(raw.get("score"), "passages.score")) is not None:
        found["score"] = score
    found["rank"] = values.whole(raw.get("rank"), "passages.rank") or rank
    return found


def _first(raw: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((raw[name] for name in names if raw.get(name) is not None), None)
