"""Reading for the rater's own pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.text import Truncator

from accounts.access import May
from accounts.models import Project, User
from annotation.answers import Answer, Question, Unit
from annotation.asked_again import one_an_item, to_be_changed
from annotation.asks import MARK, Option
from annotation.criteria import ask_of_conversation, spoken
from annotation.derived import guidance_labels
from annotation.models import (
    Assignment,
    Criterion,
    CriterionHold,
    Item,
    Qualified,
    Rating,
    Score,
    Study,
    StudyRater,
)
from annotation.rankings import in_words, ranks_of
from annotation.rating_page import blind_turns
from annotation.rounds_ahead import total_of
from annotation.rubric_cache import criteria_of, with_version
from annotation.sides import Sides
from annotation.unread import READ, UNREAD
from conversations.models import Conversation
from conversations.redacting import said
from core.phrases import enumerated
from core.prepared import Parameter, Prepared
from core.scales import Stored, decode

OWN_PAGE = 100
OPENING = 80
ORDER = (Study.State.OPEN, Study.State.PAUSED, Study.State.DRAFT, Study.State.CLOSED)


SHOWN = Prepared(
    lambda: (
        Assignment.objects.filter(pk=Parameter("pk", BigIntegerField()))
        .select_related("draft", "item__conversation", "item__conversation_b")
        .defer(*UNREAD)
    )
)


def in_hand(assignment: Assignment, desk: StudyRater) -> Assignment:
    """A claimed assignment with what its page shows; the desk is known already."""
    if not Assignment.draft.related.is_cached(assignment):  # it was there before this claim
        assignment = SHOWN.get(pk=assignment.pk)
    assignment.study, assignment.rater = desk.study, desk.rater
    return at_its_study(assignment)


def is_sent_in(assignment: Assignment, client_key: UUID) -> bool:
    """Whether the page with this key has submitted its rating, as it stands or as it once stood."""
    return Rating.objects.filter(assignment=assignment, client_key=client_key).exists()


def at_its_study(assignment: Assignment) -> Assignment:
    """With its study and the rubric's version: but for a control item, the desk's study is one
    object with the item's."""
    if assignment.study_id == assignment.item.study_id:
        if Assignment.study.is_cached(assignment):
            assignment.item.study = assignment.study
        else:
            assignment.study = assignment.item.study
    with_version(assignment.item.study)
    return assignment


CONVERSATION = Prepared(
    lambda: Conversation.objects.filter(pk=Parameter("pk", BigIntegerField())).only(*READ)
)


def with_what_is_asked(assignment: Assignment) -> Assignment:
    """With its conversation, where the rubric asks about turns or about points of its own."""
    item = assignment.item
    if ask_of_conversation(criteria_of(item.study.rubric_version)):
        item.conversation = CONVERSATION.get(pk=item.conversation_id)
    return assignment


@dataclass(frozen=True)
class Work:
    """A study that somebody rates in, as their start page lists it."""

    study: Study
    n_submitted: int
    paused: bool
    total: int
    is_taken: bool = False
    """Others have filled every place: what was to come to this person will not come any more."""

    @property
    def is_wanted(self) -> bool:
        is_open = self.study.state == Study.State.OPEN and not self.paused
        return is_open and self.n_submitted < self.total

    @property
    def is_ready(self) -> bool:
        return self.is_wanted and not self.is_taken


def own_studies(user: User) -> list[Work]:
    """The studies a person rates in and may see, those that take ratings first."""
    rows = (
        StudyRater.objects.filter(
            rater__user=user, study__project__in=Project.objects.visible_to(user)
        )
        .exclude(study__imported=True)
        .select_related("study__project")
        .order_by("-study__opened_at", "-study__id")
    )
    works = [
        Work(row.study, row.n_submitted + row.n_checks, row.paused, total_of(row)) for row in rows
    ]
    works += [Work(study, 0, False, study.next_seq - 1) for study in _joinable(user)]
    taken = _taken({work.study.pk for work in works if work.is_wanted})
    works = [replace(work, is_taken=work.study.pk in taken) for work in works]
    return sorted(works, key=lambda one: (not one.is_ready, ORDER.index(one.study.state)))


def _taken(studies: set[int]) -> set[int]:
    """Those of the studies with places in which none is free and nobody holds one."""
    free = Item.objects.filter(study=OuterRef("pk"), has_slot=True, state=Item.State.OPEN)
    held = Assignment.objects.filter(study=OuterRef("pk"), state=Assignment.State.LEASED)
    with_places = Study.objects.filter(pk__in=studies, purpose=Study.Purpose.RATING)
    return set(with_places.exclude(Exists(free) | Exists(held)).values_list("pk", flat=True))


def _joinable(user: User) -> QuerySet[Study]:
    """Studies open to everybody who may rate, in which this person has no place yet."""
    member = "project__team__memberships"
    return (
        Study.objects.filter(
            project__in=Project.objects.visible_to(user),
            open_to=Study.OpenTo.EVERYONE,
            state=Study.State.OPEN,
            imported=False,
            **{f"{member}__user": user, f"{member}__role__in": May.RATE.value},
        )
        .exclude(study_raters__rater__user=user)
        .select_related("project")
        .order_by("-opened_at", "-id")
    )


def own_qualifications(user: User) -> list[Qualified]:
    """What a person holds, in every project they may see."""
    return list(
        Qualified.objects.filter(
            rater__user=user,
            revoked_at=None,
            qualification__project__in=Project.objects.visible_to(user),
        )
        .select_related("qualification__project")
        .order_by("qualification__name")
    )


@dataclass(frozen=True)
class Said:
    name: Mapping[str, str]
    answer: str


@dataclass(frozen=True)
class OwnRating:
    """A standing rating of one's own; what a file brought has no assignment to change it by."""

    rating: Rating
    said: list[Said]
    number: int
    """The rater's own count: an item's number in its study would tell control items from others."""
    blinding: Mapping[str, Any]
    """Of the desk, for the same reason."""
    changes: UUID | None
    """The assignment to change it by."""

    @property
    def opening(self) -> str:
        """The first words that the rater saw: a title might be the hidden system turn."""
        item = self.rating.item
        shown = blind_turns(said(item.conversation), self.blinding)
        first = next((view.content for view in shown if view.content), "")
        return Truncator(first).chars(OPENING)


def own_ratings(
    desk: StudyRater, before: int | None = None, *, is_receipt: bool = False
) -> list[OwnRating]:
    """A page of a rater's standing ratings in a study, the newest first; `before` is a number.

    A receipt holds all that was given: each can be erased.
    """
    scores = Score.objects.select_related("criterion", "text").order_by(
        "turn", "passage", "criterion__position"
    )
    there = Rating.objects.filter(rater=desk.rater_id, current=True).filter(
        Q(assignment__study=desk.study_id) | Q(assignment=None, item__study=desk.study_id)
    )
    own = there if is_receipt else one_an_item(there, desk.study)
    ratings = (
        own.select_related("assignment", "item__conversation", "item__study")
        .prefetch_related(Prefetch("scores", scores))
        .order_by("-submitted_at", "-pk")
    )
    total = own.count()
    newest = total if before is None else max(0, min(total, before - 1))
    shown = list(ratings[total - newest : total - newest + OWN_PAGE])
    first = to_be_changed(shown, desk)
    return [
        OwnRating(
            rating,
            _said_in(rating),
            number,
            desk.study.blinding,
            first.get(rating.item_id, rating.assignment.uid) if rating.assignment else None,
        )
        for rating, number in zip(shown, range(newest, 0, -1), strict=False)
    ]


def earlier(ratings: Sequence[OwnRating]) -> int | None:
    """The number before which the next page begins; None where this one ends the list."""
    return ratings[-1].number if ratings and ratings[-1].number > 1 else None


def _said_in(rating: Rating) -> list[Said]:
    """The scores of a rating; those that make one ranking are told as one."""
    sides = Sides.of_display(rating.assignment.display if rating.assignment else {})
    said: dict[str, Said] = {}
    ranked: dict[str, dict[tuple[int, int], str]] = {}
    for score in rating.scores.all():
        one = _said(score, rating, sides)
        if sides.names(Unit(score.turn, score.passage)) is None:
            said[f"{score.criterion.key}.{score.turn}.{score.passage}"] = one
            continue
        key = score.criterion.key
        outcomes = ranked.setdefault(key, {})
        if score.value is not None:
            outcomes[score.turn, score.passage] = score.criterion.points[score.value]["key"]
        words = in_words(ranks_of(outcomes, len(sides.order)), sides.order)
        said[key] = Said(score.criterion.name, words or "–")
    return list(said.values())


def _said(score: Score, rating: Rating, sides: Sides) -> Said:
    """A score in the words that its rater saw; a dash where the rater could not judge."""
    criterion, text = score.criterion, getattr(score, "text", None)
    if score.value is None and score.number is None:
        words = "" if text is None or text.cannot_judge else Truncator(text.words).chars(OPENING)
        return Said(criterion.name, words or "–")
    labels = guidance_labels(rating.item.conversation.guidance, criterion.points_from)
    question = Question(criterion, Unit(score.turn, score.passage), labels)
    said = decode(question.scale, Stored(score.value, score.number))
    if isinstance(said, float):
        return Said(criterion.name, f"{said:g}")
    chosen = [
        _short(option) for option in sides.options(question, Answer(said)) if option.is_chosen
    ]
    return Said(criterion.name, enumerated(chosen) or "–")


def _short(option: Option) -> str:
    """A point's own number or letter says enough; what has none is shown by its label."""
    if MARK.fullmatch(option.value) or not option.label:
        return option.value
    return option.label if isinstance(option.label, str) else spoken(option.label, option.value)


@dataclass(frozen=True)
class Held:
    """A criterion that waits for better words in a study, and the items it was sent back with."""

    hold: CriterionHold
    holds: list[CriterionHold]

    @property
    def criterion(self) -> Criterion:
        return self.hold.criterion


def open_holds(study: Study) -> list[Held]:
    """The study's criteria that were sent back for rewording, the oldest first."""
    found = (
        CriterionHold.objects.filter(study=study, lifted_at=None)
        .select_related("criterion__version__rubric", "item", "actor")
        .order_by("at")
    )
    by_criterion: dict[int, list[CriterionHold]] = {}
    for hold in found:
        by_criterion.setdefault(hold.criterion_id, []).append(hold)
    return [Held(holds[0], holds) for holds in by_criterion.values()]
