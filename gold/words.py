"""What a list of gold items searches, kept beside the payloads (`gold.models.words`)."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from conversations.importers.records import title_of
from gold.models import GoldItem, GoldWords


def keep_words(items: Iterable[GoldItem]) -> None:
    """Bring the words of saved items in line with their payloads; in the caller's transaction."""
    items = list(items)
    stored = GoldWords.objects.in_bulk([one.pk for one in items])
    wanted = {
        one.pk: GoldWords(
            gold_item_id=one.pk,
            dataset_id=one.dataset_id,
            language=language_in(one.payload),
            words=words_in(one.payload, one.expected),
        )
        for one in items
    }
    GoldWords.objects.bulk_create(one for pk, one in wanted.items() if pk not in stored)
    changed = [one for pk, one in wanted.items() if pk in stored and differ(one, stored[pk])]
    GoldWords.objects.bulk_update(changed, ["language", "words"])


def differ(one: GoldWords, other: GoldWords) -> bool:
    return (one.language, one.words) != (other.language, other.words)


def language_in(payload: dict[str, Any]) -> str:
    return payload.get("language") or payload["conversation"].get("language") or ""


def words_in(payload: dict[str, Any], expected: str) -> str:
    said = payload["conversation"]
    return folded("\n".join(filter(None, (title_of(said["turns"]), said["id"], expected))))


def folded(text: str) -> str:
    """As both what is searched and what is sought are written: full width and capitals are none.

    >>> folded("ＡＢＣ　Straße")
    'abc strasse'
    """
    return unicodedata.normalize("NFKC", text).casefold()
