"""What was decided becomes an example of the point chosen: proposed, then taken into the draft.

A published version never changes, so an example that is taken waits in the draft of the next, where
it can still be shortened or put into the other language.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.criteria import can_exemplify, spoken
from annotation.models import ExampleProposal, Item, Rubric, Verdict
from annotation.rubric_forms import MAX_EXAMPLES
from annotation.services.rubrics import rubric_data, save_draft, start_draft
from annotation.standing import Standing
from conversations.redacting import said
from core.errors import DomainError
from core.templatetags.prose import language_of

State = ExampleProposal.State
EXCERPT = 600
"""Characters of an answer that an example shows; the manager may choose others in the draft."""
QUOTED = {"ja": "「{said}」 {reason}", "en": "“{said}” {reason}"}


def propose_examples(
    actor: User, standing: Standing, verdicts: Iterable[Verdict], names: Collection[str]
) -> None:
    """In the transaction of the decision; `names` are those of its questions."""
    for verdict in verdicts:
        key = (verdict.criterion_id, verdict.turn, verdict.passage)
        question = standing.questions.get(key)
        criterion = verdict.criterion
        if question is None or question.name not in names or verdict.value is None:
            continue
        if not can_exemplify(criterion):
            continue
        said = shortened(said_in(standing.item, verdict))
        words = QUOTED[language_of(said)].format(said=said, reason=verdict.reason)
        proposal = ExampleProposal.objects.create(
            verdict=verdict, words=words, proposed_by=actor, at=verdict.at
        )
        record(actor, "example.proposed", target=proposal, project=standing.item.study.project)


def shortened(text: str) -> str:
    return text if len(text) <= EXCERPT else text[:EXCERPT] + "…"


def said_in(item: Item, verdict: Verdict) -> str:
    """The words that the verdict speaks of: a passage, a turn, or the last answer."""
    turns = said(item.conversation)
    if verdict.turn < 0:
        answers = [turn for turn in turns if turn["role"] == "assistant"] or turns
        return str(answers[-1].get("content") or "")
    turn = turns[verdict.turn]
    if verdict.passage < 0:
        return str(turn.get("content") or "")
    return str(turn["passages"][verdict.passage]["text"])


def waiting_examples(rubric: Rubric) -> QuerySet[ExampleProposal]:
    return (
        ExampleProposal.objects.filter(
            state=State.WAITING, verdict__criterion__version__rubric=rubric
        )
        .select_related("verdict__criterion", "verdict__item__study", "proposed_by")
        .order_by("at")
    )


@transaction.atomic
def take_example(*, actor: User, proposal: ExampleProposal, now: datetime) -> None:
    """Write it under its point in the draft of the next version, which is begun if need be."""
    proposal = locked(proposal)
    criterion = proposal.verdict.criterion
    draft = start_draft(actor=actor, rubric=criterion.version.rubric)
    data = rubric_data(draft)
    places = [
        place
        for one in data["criteria"]
        if one["key"] == criterion.key
        for place in one["points"]
        if place["key"] == proposal.point
    ]
    facts = {"criterion": spoken(criterion.name, criterion.key), "point": proposal.point}
    if not places:
        raise DomainError(
            _(
                "The draft has no point “%(point)s” of “%(criterion)s” any more. Decline the "
                "example, or put the point back."
            )
            % facts
        )
    examples = places[0].setdefault("examples", [])
    if len(examples) >= MAX_EXAMPLES:
        raise DomainError(
            _(
                "Point “%(point)s” of “%(criterion)s” has %(limit)d examples, which is the most. "
                "Take one away in the draft first."
            )
            % {**facts, "limit": MAX_EXAMPLES}
        )
    language = language_of(proposal.words)
    examples.append({"verdict": "good", "text": {language: proposal.words}})
    save_draft(actor=actor, version=draft, data=data)
    close(actor, proposal, State.TAKEN, now)
    record(actor, "example.taken", target=proposal, project=criterion.version.rubric.project)


@transaction.atomic
def decline_example(*, actor: User, proposal: ExampleProposal, now: datetime) -> None:
    proposal = locked(proposal)
    close(actor, proposal, State.DECLINED, now)
    project = proposal.verdict.criterion.version.rubric.project
    record(actor, "example.declined", target=proposal, project=project)


def locked(proposal: ExampleProposal) -> ExampleProposal:
    found = (
        ExampleProposal.objects.select_for_update(of=("self",))
        .select_related("verdict__criterion__version__rubric__project", "verdict__item__study")
        .get(pk=proposal.pk)
    )
    if found.state != State.WAITING:
        raise DomainError(
            _("This example has been decided on already: %(state)s.")
            % {"state": found.get_state_display()}
        )
    return found


def close(actor: User, proposal: ExampleProposal, state: str, now: datetime) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, actor, now
    proposal.save(update_fields=["state", "decided_by", "decided_at"])
