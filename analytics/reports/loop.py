"""From thumbs to verdicts and back: how good answers are, and what a thumb is worth.

What was shown is the pool, conversation by conversation: one with any thumb down counts as down,
else one with any thumb up as up, else nobody said anything. Verdicts of a study speak for it by how
likely each conversation was to be rated.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    FloatField,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import Project
from analytics.stats.estimates import Estimate
from annotation.models import Criterion, Item, Study, Verdict
from core.scales import Kind as ScaleKind
from core.scales import Target
from surveys.models import CurrentFeedback, Kind

DOWN, UP, NONE = 0, 1, 2
JUDGED = (ScaleKind.BINARY, ScaleKind.ORDINAL)


@dataclass(frozen=True)
class Judged:
    """A verdict on a conversation that end users were shown."""

    signal: int
    good: bool
    probability: float | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class LoopReport:
    """Everything that the page of the loop tells.

    Items without a verdict yet are taken for a random part of the study's: the probability of each
    verdict is that of its item times the share of items that have one.

    `good_from` is the position from which a verdict is good; `everybody` counts conversations by
    signal (down, up, none).
    """

    study: Study
    criterion: Criterion
    good_from: int
    everybody: tuple[int, int, int]
    judged: tuple[Judged, ...]
    n_items: int  # of the study, on conversations that were shown: with a verdict or without

    @property
    def n_shown(self) -> int:
        return sum(self.everybody)

    @cached_property
    def thumbs(self) -> Estimate:
        """The raw share of thumbs up, as a dashboard would show it."""
        from analytics.stats.comparisons.proportions import share

        down, up, _none = self.everybody
        return share(up, up + down)

    @cached_property
    def level(self) -> Any:
        """`QualityLevel` of what was drawn with a known probability."""
        from analytics.stats.feedback.quality import quality_level

        done = len(self.judged) / self.n_items if self.n_items else 1.0
        drawn = [(one, one.probability * done) for one in self.judged if one.probability]
        return quality_level(
            [one.signal for one, _probability in drawn],
            [one.good for one, _probability in drawn],
            [probability for _one, probability in drawn],
            self.everybody,
        )

    @cached_property
    def matrix(self) -> Any:
        """`UserExpertMatrix` of conversations with a thumb and a verdict."""
        from analytics.stats.feedback.experts import user_expert_matrix

        down, up, _none = self.everybody
        return user_expert_matrix(
            self.counts(UP), self.counts(DOWN), thumbs=(up, down), by_reason=self._by_reason
        )

    def counts(self, signal: int) -> tuple[int, int]:
        """Good and bad verdicts where this was the signal."""
        good = Counter(one.good for one in self.judged if one.signal == signal)
        return good[True], good[False]

    @property
    def silent(self) -> tuple[int, int]:
        """Where nobody said anything."""
        return self.counts(NONE)

    @property
    def _by_reason(self) -> dict[str, tuple[int, int]]:
        found: dict[str, Counter[bool]] = {}
        for one in self.judged:
            if one.signal == DOWN:
                for reason in one.reasons:
                    found.setdefault(reason, Counter())[one.good] += 1
        return {reason: (n[True], n[False]) for reason, n in sorted(found.items())}


def judging_criteria(project: Project) -> "QuerySet[Criterion]":
    """Criteria by whose verdicts an answer is good or not: whole conversations, points in order."""
    settled = Verdict.objects.filter(
        criterion=OuterRef("pk"), current=True, item__study__purpose=Study.Purpose.RATING
    )
    return Criterion.objects.filter(
        Exists(settled),
        version__rubric__project=project,
        target=Target.CONVERSATION,
        kind__in=JUDGED,
    ).select_related("version")


def studies_with_verdicts(project: Project) -> "QuerySet[Study]":
    criteria = judging_criteria(project).order_by().values("pk")
    settled = Verdict.objects.filter(
        item__study=OuterRef("pk"), current=True, criterion__in=criteria
    )
    return project.studies.filter(Exists(settled), purpose=Study.Purpose.RATING).order_by("-pk")


def most_telling(project: Project) -> Study | None:
    """The study with the most verdicts of known probability, of several as many the newest."""
    known = Q(items__inclusion_probability__isnull=False, items__state=Item.State.SETTLED)
    studies = project.studies.filter(pk__in=studies_with_verdicts(project).order_by().values("pk"))
    return (
        studies.annotate(n_known=Count("items", filter=known)).order_by("-n_known", "-pk").first()
    )


def usually_good_from(criterion: Criterion) -> int:
    """The upper two of five points, the upper of two."""
    n = len(criterion.points)
    return n - max(1, round(0.4 * n))


def loop_report(project: Project, study: Study, criterion: Criterion, good_from: int) -> LoopReport:
    sums = _signals(_thumbs(project)).aggregate(
        down=Count(Case(When(signal=DOWN, then=Value(1)))),
        up=Count(Case(When(signal=UP, then=Value(1)))),
        none=Count(Case(When(signal=NONE, then=Value(1)))),
    )
    judged = tuple(_judged(project, study, criterion, good_from))
    everybody = (sums["down"], sums["up"], sums["none"])
    shown = Exists(_thumbs(project).filter(conversation=OuterRef("conversation")))
    n_items = study.items.filter(shown, conversation_b=None).count()
    return LoopReport(study, criterion, good_from, everybody, judged, max(n_items, len(judged)))


def _thumbs(project: Project) -> "QuerySet[CurrentFeedback]":
    """Of conversations that are here: what is asked of these stands in `feedback_signals`."""
    thumbs = CurrentFeedback.objects.filter(project=project, kind=Kind.THUMB)
    return thumbs.exclude(conversation=None)


def _signals(
    thumbs: "QuerySet[CurrentFeedback]",
) -> "QuerySet[CurrentFeedback, dict[str, Any]]":
    found = thumbs.values("conversation").annotate(low=Min("value"), high=Max("value"))
    return found.annotate(
        signal=Case(
            When(low=0, then=Value(DOWN)),
            When(high=1, then=Value(UP)),
            default=Value(NONE),
            output_field=IntegerField(),
        )
    )


def _judged(
    project: Project, study: Study, criterion: Criterion, good_from: int
) -> Iterator[Judged]:
    """What settled as a mean is held against the point from which an answer is good."""
    verdicts = (
        Verdict.objects.filter(item__study=study, criterion=criterion, current=True, turn=-1)
        .annotate(place=Coalesce("number", "value", output_field=FloatField()))
        .exclude(place=None)
    )
    about = _thumbs(project).filter(conversation__in=verdicts.values("item__conversation"))
    signal_of = {row["conversation"]: row["signal"] for row in _signals(about)}
    reasons = _reasons(about)
    for conversation, place, probability in verdicts.values_list(
        "item__conversation", "place", "item__inclusion_probability"
    ):
        if conversation in signal_of:
            yield Judged(
                signal_of[conversation],
                place >= good_from,
                probability,
                reasons.get(conversation, ()),
            )


def _reasons(thumbs: "QuerySet[CurrentFeedback]") -> dict[int | None, tuple[str, ...]]:
    """What those who pressed down ticked, by conversation."""
    found: dict[int | None, set[str]] = {}
    for conversation, reasons in thumbs.filter(value=0).values_list("conversation", "reasons"):
        found.setdefault(conversation, set()).update(reasons)
    return {conversation: tuple(sorted(ticked)) for conversation, ticked in found.items()}
