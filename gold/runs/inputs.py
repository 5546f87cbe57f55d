"""What a release asks of a variant: its inputs, by the keys under which answers come back."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson

from core.http import uid_in
from gold.asked import asked_in, input_key_of
from gold.models import GoldItem, Release, ReleaseItem
from gold.runs.judging import expected_of

PAGE = 500


def key_of(payload: Mapping[str, Any]) -> str:
    """The name of an input, the same for every variant that answers it."""
    said = payload["conversation"]
    return str(payload.get("input_key") or input_key_of(said["input"], said["turns"]))


def is_erased(payload: Mapping[str, Any]) -> bool:
    return "erased_at" in payload


def inputs_of(release: Release, *, with_references: bool) -> Iterator[bytes]:
    """One input a line, each key once; what a variant may not see only where it is asked for."""
    told: set[str] = set()
    last = -1
    items = release.items.select_related("gold_item").order_by("position")
    while page := list(items.filter(position__gt=last)[:PAGE]):
        for one in page:
            payload = one.payload
            if is_erased(payload) or (key := key_of(payload)) in told:
                continue
            told.add(key)
            line = {
                "input_key": key,
                "gold": str(one.gold_item.uid),
                "messages": [message(turn) for turn in asked_in(payload)],
                "language": payload.get("language") or payload["conversation"]["language"],
                "split": payload.get("split", "test"),
            }
            if with_references:
                line |= {
                    "reference": expected_of(payload),
                    "labels": {
                        name: label.get("value")
                        for name, label in payload["labels"].items()
                        if isinstance(label, dict)
                    },
                    "guidance": payload.get("guidance", ""),
                    "tier": payload.get("tier", "gold"),
                }
            yield orjson.dumps(line) + b"\n"
        last = page[-1].position


def message(turn: Mapping[str, Any]) -> dict[str, Any]:
    """A turn as a model takes it, with the passages that it was given."""
    kept = ("role", "content", "tool_calls", "tool_call_id", "name", "passages")
    return {name: turn[name] for name in kept if turn.get(name) not in (None, [], "")}


class Inputs:
    """Which items of a release an output answers, asked for a batch of keys at a time.

    A key names an input, or a gold item by its uid. Erased items have neither. Where an item's
    row has no key, as those of the first releases have none, its payload tells it.
    """

    def __init__(self, release: Release) -> None:
        self.release = release
        unnamed = release.items.filter(gold_item__input_key="").exclude(
            payload__has_key="erased_at"
        )
        self.unnamed: dict[str, list[int]] = defaultdict(list)
        for one in unnamed.iterator(chunk_size=PAGE):
            self.unnamed[key_of(one.payload)].append(one.gold_item_id)

    def asked_by(self, keys: Collection[str]) -> dict[str, list[int]]:
        """Gold items by key, in the order in which they became gold."""
        uids = {str(uid): key for key in keys if (uid := uid_in(key))}
        named = dict(GoldItem.objects.filter(input_key__in=keys).values_list("pk", "input_key"))
        rows = GoldItem.objects.filter(uid__in=uids).values_list("pk", "uid")
        by_uid = {pk: uids[str(uid)] for pk, uid in rows}
        alive = ReleaseItem.objects.filter(
            release=self.release, gold_item__in={*named, *by_uid}
        ).exclude(payload__has_key="erased_at")
        found: dict[str, list[int]] = defaultdict(list)
        for pk in sorted(alive.values_list("gold_item_id", flat=True)):
            for key in {names[pk] for names in (named, by_uid) if pk in names}:
                found[key].append(pk)
        for key in self.unnamed.keys() & set(keys):
            found[key] += self.unnamed[key]
        return dict(found)
