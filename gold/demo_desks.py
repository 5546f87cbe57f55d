"""Simulated people at the desks of the demonstration: items are claimed and rated as on a page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from accounts.models import User
from annotation.answers import Answer, check
from annotation.models import Assignment, Item, Rater, Rating, Study, StudyRater
from annotation.models.ratings import RaterKind
from annotation.rating_page import questions_for
from annotation.rubric_cache import criteria_of
from annotation.services.assignment import claim_next
from annotation.services.judging import Judgement
from annotation.services.rating import submit_rating
from annotation.services.studies import change_study, name_rater
from conversations.models import Conversation
from core.models import new_uid
from fixtures.simulation import RATERS, SimulatedRater

BETWEEN = timedelta(seconds=8)
"""From one submit to the next claim."""
#: Raters differ on these two by taste, so two points are let pass.
WIDER = {"register": {"max_spread": 2}, "right_amount": {"max_spread": 2}}
BY_NAME = {one.name: one for one in RATERS}
Answers = Mapping[str, Answer]


@dataclass
class Sitter:
    """A simulated rater in a study, with a clock of their own."""

    chair: StudyRater
    simulated: SimulatedRater
    random: Random
    clock: datetime
    done: int = 0

    def claim(self) -> Assignment | None:
        claimed = claim_next(study_rater=self.chair, now=self.clock)
        return claimed if isinstance(claimed, Assignment) else None

    def submit(
        self, assignment: Assignment, answers: Answers, seconds: int, comment: str = "", **more: Any
    ) -> Rating:
        item, rater = assignment.item, self.chair.rater
        checked = check(
            questions_for(assignment),
            criteria_of(item.study.rubric_version),
            answers,
            item.conversation.guidance,
        )
        self.clock += timedelta(seconds=seconds)
        submission = submit_rating(
            actor=rater.user if rater.kind == RaterKind.PERSON else None,
            assignment=assignment,
            judgement=Judgement(given=checked.given, comment=comment, seconds=seconds, **more),
            client_key=new_uid(),
            now=self.clock,
        )
        self.clock += BETWEEN
        self.done += 1
        return submission.rating


def seat(
    study: Study, rater: Rater, *, at: datetime, seed: int, as_: SimulatedRater | None = None
) -> Sitter:
    """A rater's place in a study, given if they have none yet; `as_`: with other habits."""
    chair = StudyRater.objects.filter(study=study, rater=rater).first()
    chair = chair or name_rater(actor=None, study=study, rater=rater)
    chair.study, chair.rater = study, rater
    simulated = as_ or BY_NAME[rater.display_name]
    chance = Random(f"{seed} {simulated.name}")  # noqa: S311  # a simulation, not a secret
    return Sitter(chair, simulated, chance, at)


def widen(manager: User, study: Study) -> None:
    """Let a study of good dialogue settle where raters differ by taste alone."""
    settling = {key: {**rule, **WIDER.get(key, {})} for key, rule in study.settling.items()}
    change_study(actor=manager, study=study, changes={"settling": settling})


def take_turns(
    sitters: Iterable[Sitter], rate: Callable[[Sitter, Assignment], object], most: int
) -> None:
    """Everybody rates one item after the other, until nothing is left or each has rated `most`."""
    waiting = list(sitters)
    while waiting:
        for sitter in list(waiting):
            assignment = sitter.claim() if sitter.done < most else None
            if assignment is None:
                waiting.remove(sitter)
            else:
                rate(sitter, assignment)


def answers_from(scores: Mapping[str, Any]) -> dict[str, Answer]:
    """What the simulation says, as a form sends it."""
    return {
        key: Answer(cannot_judge=True) if chosen is None else Answer(chosen)
        for key, chosen in scores.items()
    }


def conversation_of(item: Item) -> dict[str, Any]:
    return as_fixture(item.conversation)


def as_fixture(conversation: Conversation) -> dict[str, Any]:
    """A stored conversation as the simulation reads it."""
    return {
        "id": conversation.external_id,
        "language": conversation.language,
        "messages": conversation.turns,
    }
