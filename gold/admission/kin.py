"""Who belongs together: what must stand in one split, or a model is tested on what it learned.

Kin share an input, a group (a source that conversations were cut from) or an end user. The end user
of a conversation is the only one who gave feedback on it or answered a survey about it; of several,
nobody knows who was speaking.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import F

from conversations.models import Conversation
from gold.models import GoldDataset, GoldItem
from surveys.models import CurrentFeedback, Response

Tie = tuple[str, str]
"""What kin have in common: "input", "group" or "end_user", and which."""


@dataclass
class Kin:
    """By tie, the split of each candidate that is gold already."""

    splits: dict[Tie, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, candidate: int, ties: Iterable[Tie], split: str) -> None:
        for tie in ties:
            self.splits[tie][candidate] = split

    def of(self, candidate: int, ties: Iterable[Tie]) -> dict[str, list[str]]:
        """The splits where its kin stand, each with the kinds of tie; not counting itself."""
        found: dict[str, list[str]] = defaultdict(list)
        for kind, key in ties:
            others = self.splits.get((kind, key), {})
            for split in {one for other, one in others.items() if other != candidate}:
                found[split].append(kind)
        return {split: sorted(found[split]) for split in sorted(found)}


def ties_of(
    input_key: str, conversation: Conversation, end_users: Mapping[int, str]
) -> tuple[Tie, ...]:
    ties = [("input", input_key)]
    if conversation.group_key != conversation.external_id:
        ties.append(("group", conversation.group_key))
    if end_user := end_users.get(conversation.pk):
        ties.append(("end_user", end_user))
    return tuple(ties)


def end_users_of(conversations: Iterable[int]) -> dict[int, str]:
    """The one respondent of each conversation that has one."""
    keys = list(conversations)
    found: dict[int, set[int]] = defaultdict(set)
    for model in (CurrentFeedback, Response):
        rows = model._default_manager.filter(conversation__in=keys, respondent__erased_at=None)
        rows = rows.exclude(conversation=None)  # or SQLite misses the index that leaves those out
        for conversation, respondent in rows.values_list("conversation", "respondent").distinct():
            if respondent is not None:
                found[conversation].add(respondent)
    return {key: str(next(iter(who))) for key, who in found.items() if len(who) == 1}


def kin_in(dataset: GoldDataset, ties: Iterable[Tie]) -> Kin:
    """What of the dataset is kin to any of these, retired items too: a release may hold them."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for kind, key in ties:
        wanted[kind].add(key)
    kin = Kin()
    # The dataset is compared here: SQLite would take its index and read every item of it.
    asked_alike = GoldItem.objects.filter(input_key__in=wanted["input"])
    for candidate, key, split, of in asked_alike.values_list(
        "candidate", "input_key", "split", "dataset"
    ):
        if of == dataset.pk:
            kin.add(candidate, [("input", key)], split)
    said = Conversation.objects.filter(project=dataset.project_id)
    grouped = said.filter(group_key__in=wanted["group"]).exclude(group_key=F("external_id"))
    _add(kin, dataset, "group", dict(grouped.values_list("pk", "group_key")))
    _add(kin, dataset, "end_user", _said_by(wanted["end_user"]))
    return kin


def _add(kin: Kin, dataset: GoldDataset, kind: str, keys: Mapping[int, str]) -> None:
    if not keys:
        return
    rows = GoldItem.objects.filter(candidate__item__conversation__in=list(keys))
    for candidate, conversation, split, of in rows.values_list(
        "candidate", "candidate__item__conversation", "split", "dataset"
    ):
        if of == dataset.pk:
            kin.add(candidate, [(kind, keys[conversation])], split)


def _said_by(respondents: Iterable[str]) -> dict[int, str]:
    """The conversations whose only end user is one of these."""
    keys = [int(one) for one in respondents]
    if not keys:
        return {}
    theirs: set[int] = set()
    for model in (CurrentFeedback, Response):
        rows = model._default_manager.filter(respondent__in=keys).exclude(conversation=None)
        theirs.update(rows.values_list("conversation", flat=True).distinct())
    return {pk: who for pk, who in end_users_of(theirs).items() if int(who) in keys}
