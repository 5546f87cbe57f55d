"""Whether somebody or something has learned from an input already: then it proves nothing any more.

Told in `Exposure` rows (training, examples in prompts, calibration of a judge), and found in the
project itself: inputs that raters trained or calibrated on, and those whose judged answer became
an example in a rubric.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Project
from annotation.models import ExampleProposal, Item, Study
from gold.models import Exposure

CALIBRATION_STUDY = "calibration_study"
TRAINING_STUDY = "training_study"
RUBRIC_EXAMPLE = "rubric_example"
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
    """By the keys of `asked`, for what each input was used; four queries, however many they are."""
    by_input: dict[str, set[str]] = defaultdict(set)
    by_conversation: dict[int, set[str]] = defaultdict(set)
    keys = {one.input_key for one in asked.values()}
    own = {one.own_key for one in asked.values()} - {""}
    conversations = {one.conversation for one in asked.values()}
    told = Exposure.objects.filter(project=project, input_key__in=keys)
    for key, use in told.values_list("input_key", "use"):
        by_input[key].add(use)
    learned = Item.objects.filter(study__project=project, study__purpose__in=list(IN_STUDY))
    fields = ("conversation", "conversation__input_key", "study__purpose")
    for where in (Q(conversation__in=conversations), Q(conversation__input_key__in=own)):
        for conversation, key, purpose in learned.filter(where).values_list(*fields):
            by_conversation[conversation].add(IN_STUDY[purpose])
            by_input[key].add(IN_STUDY[purpose])
    shown = ExampleProposal.objects.filter(
        verdict__item__study__project=project, state=ExampleProposal.State.TAKEN
    ).values_list("verdict__item__conversation", "verdict__item__conversation__input_key")
    for conversation, key in shown:
        by_conversation[conversation].add(RUBRIC_EXAMPLE)
        by_input[key].add(RUBRIC_EXAMPLE)
    by_input.pop("", None)
    return {
        key: sorted(by_conversation[one.conversation] | by_input[one.input_key])
        for key, one in asked.items()
    }
