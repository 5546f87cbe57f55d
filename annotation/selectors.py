"""Reading for the rater's own pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from accounts.models import Project, User
from annotation.criteria import scale_of, spoken
from annotation.models import (
    Assignment,
    Criterion,
    CriterionHold,
    Rating,
    Score,
    Study,
    StudyRater,
)
from core.scales import Kind, ScaleError, Stored, decode

RECENT = 200
ORDER = (Study.State.OPEN, Study.State.PAUSED, Study.State.DRAFT, Study.State.CLOSED)


@dataclass(frozen=True)
class Work:
    """A study that somebody rates in, as their start page lists it."""

    study: Study
    n_submitted: int
    paused: bool
    cap: int | None

    @property
    def total(self) -> int:
        items = self.study.next_seq - 1
        return min(items, self.cap) if self.cap is not None else items

    @property
    def is_ready(self) -> bool:
        is_open = self.study.state == Study.State.OPEN and not self.paused
        return is_open and self.n_submitted < self.total


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
    works = [Work(row.study, row.n_submitted, row.paused, row.cap) for row in rows]
    return sorted(works, key=lambda one: (not one.is_ready, ORDER.index(one.study.state)))


@dataclass(frozen=True)
class Said:
    name: Mapping[str, str]
    answer: str


@dataclass(frozen=True)
class OwnRating:
    """A standing rating of one's own."""

    rating: Rating
    assignment: Assignment
    said: list[Said]


def own_ratings(desk: StudyRater) -> list[OwnRating]:
    """A rater's latest standing ratings in a study, the newest first."""
    scores = Score.objects.select_related("criterion", "text").order_by(
        "turn", "passage", "criterion__position"
    )
    ratings = (
        Rating.objects.filter(rater=desk.rater_id, item__study=desk.study_id, current=True)
        .exclude(assignment=None)
        .select_related("assignment", "item__conversation")
        .defer("item__conversation__turns", "item__conversation__metadata")
        .prefetch_related(Prefetch("scores", scores))
        .order_by("-submitted_at")[:RECENT]
    )
    return [
        OwnRating(
            rating,
            rating.assignment,
            [Said(s.criterion.name, spoken_score(s)) for s in rating.scores.all()],
        )
        for rating in ratings
        if rating.assignment
    ]


def spoken_score(score: Any) -> str:
    """A score in the words of its scale; a dash where the rater could not judge."""
    text = getattr(score, "text", None)
    if score.value is None and score.number is None:
        return "–" if text is None or text.cannot_judge else text.words[:60]
    try:
        said = decode(scale_of(score.criterion), Stored(score.value, score.number))
    except ScaleError:  # labels of a conversation's own
        return str(score.value)
    if score.criterion.kind == Kind.MULTI and isinstance(said, tuple):
        return ", ".join(_label(score.criterion, key) for key in said) or "–"
    return f"{said:g}" if isinstance(said, float) else _label(score.criterion, str(said))


def _label(criterion: Any, key: str) -> str:
    """Short keys say enough; others are shown by their label."""
    if len(key) <= 2:
        return key
    point = next(point for point in criterion.points if point["key"] == key)
    return spoken(point.get("label") or {}, key)


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
