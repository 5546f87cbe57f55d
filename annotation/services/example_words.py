"""Examples repeat what a conversation says: what is hidden of it later is hidden in them as well.

A published version keeps its words; the draft of the next does not.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from annotation.models import Criterion, ExampleProposal, RubricVersion
from conversations.leaves import changed_leaves, leaves_of
from conversations.repeated import Hiding, without

State = ExampleProposal.State
EXAMPLES = "examples"


def hide_in_examples(
    *, conversations: Collection[int], hidden: Mapping[int, Sequence[Hiding]]
) -> None:
    """In the caller's transaction; proposals in the order of keys, so that two never wait."""
    proposals = (
        ExampleProposal.objects.select_for_update(of=("self",))
        .filter(verdict__item__conversation__in=conversations)
        .select_related("verdict__item", "verdict__criterion__version")
        .order_by("pk")
    )
    for proposal in proposals:
        hidings = hidden.get(proposal.verdict.item.conversation_id, ())
        words = without(proposal.words, hidings)
        if words != proposal.words:
            proposal.words = words
            proposal.save(update_fields=["words"])
        if proposal.state == State.TAKEN:
            hide_in_draft(proposal.verdict.criterion.version.rubric_id, hidings)


def hide_in_draft(rubric: int, hidings: Sequence[Hiding]) -> None:
    """The manager may have shortened the example there, so its words are sought, not the whole."""
    criteria = Criterion.objects.select_for_update(of=("self",)).filter(
        version__rubric=rubric, version__state=RubricVersion.State.DRAFT
    )
    for criterion in criteria.order_by("pk"):
        points = [point_without(point, hidings) for point in criterion.points]
        if points != criterion.points:
            criterion.points = points
            criterion.save(update_fields=["points"])


def point_without(point: dict[str, Any], hidings: Sequence[Hiding]) -> dict[str, Any]:
    if not point.get(EXAMPLES):
        return point
    texts = {path: without(text, hidings) for path, text in leaves_of(point[EXAMPLES])}
    return {**point, EXAMPLES: changed_leaves(point[EXAMPLES], texts)}
