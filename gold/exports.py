"""A release, or what a dataset holds now, as lines of a file: streamed, in the manifest's order.

Every JSON line carries its own content hash and the release's manifest hash, so a file can be
verified with nothing but itself (`verify_lines`).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.csv_cells import lines as csv_lines
from core.errors import InvalidError
from gold.models import GoldDataset, Release, ReleaseItem
from gold.payload import hash_of
from gold.services.releases import manifest_hash

FORMATS = ("jsonl", "csv")
PAGE = 500
FACTS = ("gold", "release", "conversation", "language", "variant", "input", "question", "answer")


def items_of(release: Release) -> Iterator[ReleaseItem]:
    """In pages over the manifest's position, so that memory stays the same at any size."""
    items: QuerySet[ReleaseItem] = release.items.select_related("gold_item")
    last = -1
    while page := list(items.filter(position__gt=last).order_by("position")[:PAGE]):
        yield from page
        last = page[-1].position


def as_jsonl(release: Release) -> Iterator[bytes]:
    parent = release.parent.manifest_hash if release.parent else ""
    for one in items_of(release):
        gold = {
            "uid": str(one.gold_item.uid),
            "content_hash": one.content_hash,
            "release": release.number,
            "position": one.position,
            "n_items": release.n_items,
            "parent": parent,
            "manifest_hash": release.manifest_hash,
        }
        yield orjson.dumps({"gold": gold, **one.payload}) + b"\n"


def as_csv(release: Release) -> Iterator[bytes]:
    """One row an item; labels of turns are JSON in their criterion's column."""
    keys = sorted({key for one in items_of(release) for key in one.payload["labels"]})
    header = [*FACTS, *(f"label.{key}" for key in keys), "sources", "content_hash"]
    rows = (csv_row(release, one, keys) for one in items_of(release))
    for line in csv_lines([header]):
        yield b"\xef\xbb\xbf" + line.encode()
    for line in csv_lines(rows):
        yield line.encode()


def csv_row(release: Release, one: ReleaseItem, keys: list[str]) -> list[Any]:
    conversation, labels = one.payload["conversation"], one.payload["labels"]
    each = [label for key in keys if isinstance(label := labels.get(key), dict)]
    return [
        str(one.gold_item.uid),
        release.number,
        conversation["id"],
        conversation["language"],
        (conversation["variant"] or {}).get("name", ""),
        conversation["input"],
        last_said(conversation["turns"], "user"),
        last_said(conversation["turns"], "assistant"),
        *(cell(labels.get(key)) for key in keys),
        ", ".join(sorted({label["source"] for label in each})),
        one.content_hash,
    ]


def cell(label: Any) -> Any:
    if label is None:
        return ""
    if isinstance(label, list):
        return json.dumps(
            [{k: one[k] for k in ("turn", "passage", "value") if k in one} for one in label],
            ensure_ascii=False,
        )
    value = label["value"]
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def last_said(turns: list[dict[str, Any]], role: str) -> str:
    return next((turn["content"] or "" for turn in reversed(turns) if turn["role"] == role), "")


WRITERS: dict[str, Callable[[Release], Iterator[bytes]]] = {"jsonl": as_jsonl, "csv": as_csv}


def release_named(dataset: GoldDataset, number: int | None) -> Release:
    """The numbered release, or the newest."""
    releases = dataset.releases.select_related("parent", "dataset").order_by("-number")
    found = releases.filter(number=number).first() if number else releases.first()
    if found is None:
        raise InvalidError(
            _("“%(dataset)s” has no release %(number)d.") % {"dataset": dataset, "number": number}
            if number
            else _("“%(dataset)s” has no release yet. Publish one first.") % {"dataset": dataset}
        )
    return found


@dataclass(frozen=True)
class Verified:
    """What an exported file proves about itself.

    Of `n_erased` items only the hash is left: somebody asked to be forgotten. Nothing proves that
    of a single file; the dataset's own release says how many there are.
    """

    release: int
    n_items: int
    manifest_hash: str
    n_erased: int = 0


def verify_lines(lines: Iterable[bytes]) -> Verified:
    """Recompute every hash of an exported JSON Lines file; the first difference is refused."""
    manifest: list[tuple[str, str]] = []
    head: dict[str, Any] | None = None
    n_erased = 0
    for number, line in enumerate(lines, start=1):
        payload = orjson.loads(line)
        gold = payload.pop("gold")
        head = head or gold
        if is_tombstone(payload):
            n_erased += 1
        elif hash_of(payload) != gold["content_hash"]:
            raise InvalidError(
                _("Line %(line)d does not match its content hash: the item was changed.")
                % {"line": number}
            )
        manifest.append((gold["uid"], gold["content_hash"]))
    if head is None:
        raise InvalidError(_("The file is empty, so there is nothing to verify."))
    if len(manifest) != head["n_items"]:
        raise InvalidError(
            _("The file holds %(found)d items, and the release has %(expected)d.")
            % {"found": len(manifest), "expected": head["n_items"]}
        )
    if manifest_hash(head["release"], head["parent"], manifest) != head["manifest_hash"]:
        raise InvalidError(
            _("The items do not add up to the manifest hash: one is missing, added or moved.")
        )
    return Verified(head["release"], len(manifest), head["manifest_hash"], n_erased)


def is_tombstone(payload: dict[str, Any]) -> bool:
    """Whether an item was erased on request: it then says nothing at all."""
    return "erased_at" in payload and not payload["labels"] and not payload["conversation"]["turns"]
