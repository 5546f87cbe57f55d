"""What the audit log calls a gold item: what was asked, as it may be read today.

An entry stays for ever, so it holds the uid alone; the words go with the conversation.
"""

from collections.abc import Mapping, MutableMapping, Set
from uuid import UUID

from conversations.erasing import ERASED
from gold.models import GoldItem

NOTHING = ("", ERASED)


def name_targets(uids: Mapping[str, Set[UUID]], names: MutableMapping[UUID, str]) -> None:
    wanted = uids.get(GoldItem._meta.label_lower, ())
    rows = GoldItem.objects.filter(uid__in=wanted).values_list(
        "uid", "candidate__item__conversation__title"
    )
    names.update((uid, title) for uid, title in rows if title not in NOTHING)
