"""What the home page of a project says: what needs a person, what goes on, what is kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, Q

from accounts.access import May, Place
from accounts.models import Project
from annotation.models import Item, RaterKind, RatingLink, RubricVersion, Study
from annotation.services.watching import ACCURACY
from annotation.study_forecast import Forecast, forecast_by_study
from annotation.study_progress import Progress, progress_by_study
from conversations.listing import COUNTED
from conversations.models import ImportRun
from conversations.run_page import unfinished
from gold.manifest import HEAVY
from gold.models import Candidate, GoldDataset, Release
from surveys.models import Webhook

STUDIES_SHOWN = 5


@dataclass(frozen=True)
class DatasetLine:
    dataset: GoldDataset
    latest: Release | None
    waiting: int


@dataclass(frozen=True)
class StudyLine:
    study: Study
    progress: Progress
    forecast: Forecast | None


class Step(StrEnum):
    """What a study that is not open yet still needs."""

    DRAW = "draw"
    RATERS = "raters"
    OPEN = "open"


@dataclass(frozen=True)
class Counts:
    """How much there is; conversations are counted as far as their list counts them."""

    conversations: int
    variants: int
    raters: int

    @property
    def is_more(self) -> bool:
        return self.conversations > COUNTED


@dataclass(frozen=True)
class Home:
    """Everything the page shows; `is_new` projects get the three first steps instead."""

    counts: Counts
    has_rubric: bool
    has_draft: bool
    has_study: bool
    disputed: list[Study]
    halted: list[Study]
    failed_webhooks: list[Webhook]
    planned: list[tuple[Study, Step]]
    not_started: list[Study]
    refused: ImportRun | None
    to_confirm: list[ImportRun]
    unfinished: list[ImportRun]
    datasets: list[DatasetLine]
    studies: list[StudyLine]

    @property
    def has_conversations(self) -> bool:
        return self.counts.conversations > 0

    @property
    def is_new(self) -> bool:
        return not (self.has_conversations and self.has_rubric and self.has_study)

    @property
    def needs_nobody(self) -> bool:
        return not (
            self.disputed
            or self.halted
            or self.failed_webhooks
            or self.planned
            or self.not_started
            or self.refused
            or self.to_confirm
            or any(line.waiting for line in self.datasets)
        )


def home_of(place: Place, now: datetime) -> Home:
    project = place.project
    studies = project.studies.select_related("rubric_version__rubric")
    going_on = studies.filter(state__in=["open", "paused"]).order_by("-id")
    runs = project.import_runs.order_by("-id")
    latest_run = runs.first()
    states = set(
        RubricVersion.objects.filter(rubric__project=project).values_list("state", flat=True)
    )
    may_manage = place.may(May.MANAGE)
    return Home(
        counts=counts_of(project),
        has_rubric=RubricVersion.State.PUBLISHED in states,
        has_draft=RubricVersion.State.DRAFT in states,
        has_study=studies.exists(),
        disputed=disputed_studies(place),
        halted=halted_studies(project) if may_manage else [],
        failed_webhooks=failed_webhooks(project) if may_manage else [],
        planned=planned_studies(project) if may_manage else [],
        not_started=waited_for(project) if may_manage else [],
        refused=latest_run if latest_run and latest_run.n_refused and is_done(latest_run) else None,
        to_confirm=list(runs.filter(state=ImportRun.State.CHECKED)[:3]) if may_manage else [],
        unfinished=unfinished(project) if may_manage else [],
        datasets=dataset_lines(place),
        studies=study_lines(list(going_on[:STUDIES_SHOWN]), now),
    )


def counts_of(project: Project) -> Counts:
    return Counts(
        conversations=project.conversations.order_by()[: COUNTED + 1].count(),
        variants=project.variants.count(),
        raters=project.raters.count(),
    )


def study_lines(studies: list[Study], now: datetime) -> list[StudyLine]:
    progress = progress_by_study(studies)
    forecasts = forecast_by_study({study: progress[study.pk] for study in studies}, now)
    return [StudyLine(one, progress[one.pk], forecasts.get(one.pk)) for one in studies]


def planned_studies(project: Project) -> list[tuple[Study, Step]]:
    """Drafts with what each needs next, newest first."""
    never_opened = Study.Purpose.CONTROL  # it is used by other studies
    drafts = project.studies.filter(state=Study.State.DRAFT).exclude(purpose=never_opened)
    drafts = drafts.annotate(
        n_items=Count("items", distinct=True),
        n_raters=Count("study_raters", distinct=True),
        has_link=Exists(RatingLink.objects.filter(study=OuterRef("pk"), revoked_at=None)),
    )
    return [(study, next_step(study)) for study in drafts.order_by("-id")[:STUDIES_SHOWN]]


def halted_studies(project: Project) -> list[Study]:
    """Studies in which control items paused somebody, with how many (`waiting`)."""
    paused = Count(
        "study_raters",
        filter=Q(
            study_raters__paused=True,
            study_raters__paused_because=ACCURACY,
            study_raters__excluded_at=None,
        ),
    )
    return list(
        project.studies.filter(state__in=[Study.State.OPEN, Study.State.PAUSED])
        .annotate(waiting=paused)
        .filter(waiting__gt=0)
        .order_by("-id")[:STUDIES_SHOWN]
    )


def failed_webhooks(project: Project) -> list[Webhook]:
    """Those that were switched off because nobody took what they sent."""
    why = [Webhook.Off.FAILING, Webhook.Off.GONE]
    return list(project.webhooks.filter(enabled=False, off_because__in=why).order_by("pk"))


def next_step(study: Study) -> Step:
    if not study.n_items:  # type: ignore[attr-defined]  # annotated
        return Step.DRAW
    is_open_to_all = study.open_to == Study.OpenTo.EVERYONE
    if study.n_raters or study.has_link or is_open_to_all:  # type: ignore[attr-defined]
        return Step.OPEN
    return Step.RATERS


def waited_for(project: Project) -> list[Study]:
    """Open studies in which somebody named has not begun, with how many (`waiting`)."""
    absent = Count(
        "study_raters",
        filter=Q(
            study_raters__n_submitted=0,
            study_raters__paused=False,
            study_raters__rater__kind=RaterKind.PERSON,
        ),
    )
    return list(
        project.studies.filter(state=Study.State.OPEN, imported=False)
        .annotate(waiting=absent)
        .filter(waiting__gt=0)
        .order_by("-id")[:STUDIES_SHOWN]
    )


def is_done(run: ImportRun) -> bool:
    return run.state == ImportRun.State.DONE


def disputed_studies(place: Place) -> list[Study]:
    """Studies with items that wait for a decision, most first."""
    if not place.may(May.SETTLE):
        return []
    waiting = Count("items", filter=Q(items__state=Item.State.DISPUTED))
    settled = Count("items", filter=Q(items__state=Item.State.SETTLED))
    return list(
        place.project.studies.annotate(waiting=waiting, settled=settled)
        .filter(waiting__gt=0)
        .order_by("-waiting")
    )


def dataset_lines(place: Place) -> list[DatasetLine]:
    datasets = place.project.gold_datasets.annotate(
        waiting=Count("candidates", filter=Q(candidates__state=Candidate.State.WAITING))
    ).order_by("name")
    latest: dict[int, Release] = {}
    for release in Release.objects.filter(dataset__in=datasets).defer(*HEAVY).order_by("number"):
        latest[release.dataset_id] = release
    return [DatasetLine(one, latest.get(one.pk), one.waiting) for one in datasets]
