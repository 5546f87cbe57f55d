"""Whether somebody or something has learned from an input already: then it proves nothing any more.

Told in `Exposure` rows (training, examples in prompts, calibration of a judge), and found in the
project itself: inputs that raters trained or calibrated on, and those whose judged answer became
an example in a rubric.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.models import Project
from annotation.models import ExampleProposal, Item, Study
from conversations.models import Conversation
from gold.models import Exposure

CALIBRATION_STUDY = "calibration_study"
TRAINING_STUDY = "training_study"
RUBRIC_EXAMPLE = "rubric_example"
AT_ONCE = 1_000
IN_STUDY = {
    Study.Purpose.CALIBRATION: CALIBRATION_STUDY,
    Study.Purpose.TRAINING: TRAINING_STUDY,
}
USES = {
    **{str(value): label for value, label in Exposure.Use.choices},
    CALIBRATION_STUDY: _("calibration of raters"),
    TRAINING_STUDY: _("training of raters"),
    RUBRIC_EXAMPLE: _("example in a rubric"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an item asked: the conversation, the key it came with, and the one that it has."""

    conversation: int
    own_key: str
    input_key: str


def uses_of(project: Project, asked: Mapping[int, Asked]) -> dict[int, list[str]]:
    """By the keys of `asked`, for what each input was used; few queries, however many they are."""
    by_input: dict[str, set[str]] = defaultdict(set)
    by_conversation: dict[int, set[str]] = defaultdict(set)
    keys = {one.input_key for one in asked.values()}
    told = Exposure.objects.filter(project=project, input_key__in=keys)
    for key, use in told.values_list("input_key", "use"):
        by_input[key].add(use)
    own_keys = _asking_the_same(project, asked.values())
    for conversation, use in _learned_from(list(own_keys)):
        by_conversation[conversation].add(use)
        by_input[own_keys[conversation]].add(use)
    by_input.pop("", None)
    return {
        key: sorted(by_conversation[one.conversation] | by_input[one.input_key])
        for key, one in asked.items()
    }


def _asking_the_same(project: Project, asked: Iterable[Asked]) -> dict[int, str]:
    """These conversations and all that came with the same key, each with that key."""
    found = {one.conversation: one.own_key for one in asked}
    rows = Conversation.objects.filter(project=project, input_key__in=set(found.values()))
    return found | dict(rows.exclude(input_key="").values_list("pk", "input_key"))


def _learned_from(conversations: Sequence[int]) -> Iterator[tuple[int, str]]:
    """What raters or rubrics learned from each.

    Conversations are named and no project is: SQLite would begin at all items of its studies.
    """
    for start in range(0, len(conversations), AT_ONCE):
        named = conversations[start : start + AT_ONCE]
        seen = Item.objects.filter(conversation__in=named, study__purpose__in=list(IN_STUDY))
        for conversation, purpose in seen.values_list("conversation", "study__purpose"):
            yield conversation, IN_STUDY[Study.Purpose(purpose)]
        shown = ExampleProposal.objects.filter(
            verdict__item__conversation__in=named, state=ExampleProposal.State.TAKEN
        )
        for conversation in shown.values_list("verdict__item__conversation", flat=True):
            yield conversation, RUBRIC_EXAMPLE
