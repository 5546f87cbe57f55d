"""What the home page of a project says: what needs a person, what goes on, what is kept."""

from dataclasses import dataclass

from django.db.models import Count, Q

from accounts.access import May, Place
from annotation.models import Item, RubricVersion, Study
from annotation.study_progress import Progress, progress_of
from conversations.models import ImportRun
from gold.models import Candidate, GoldDataset, Release

STUDIES_SHOWN = 5


@dataclass(frozen=True)
class DatasetLine:
    dataset: GoldDataset
    latest: Release | None
    waiting: int


@dataclass(frozen=True)
class Home:
    """Everything the page shows; `is_new` projects get the three first steps instead."""

    has_conversations: bool
    has_rubric: bool
    has_study: bool
    disputed: list[Study]
    refused: ImportRun | None
    to_confirm: list[ImportRun]
    datasets: list[DatasetLine]
    studies: list[tuple[Study, Progress]]

    @property
    def is_new(self) -> bool:
        return not (self.has_conversations and self.has_rubric and self.has_study)

    @property
    def needs_nobody(self) -> bool:
        return not (
            self.disputed
            or self.refused
            or self.to_confirm
            or any(line.waiting for line in self.datasets)
        )


def home_of(place: Place) -> Home:
    project = place.project
    studies = project.studies.select_related("rubric_version__rubric")
    going_on = studies.filter(state__in=["open", "paused"]).order_by("-id")
    runs = project.import_runs.order_by("-id")
    latest_run = runs.first()
    return Home(
        has_conversations=project.conversations.exists(),
        has_rubric=RubricVersion.objects.filter(
            rubric__project=project, state=RubricVersion.State.PUBLISHED
        ).exists(),
        has_study=studies.exists(),
        disputed=disputed_studies(place),
        refused=latest_run if latest_run and latest_run.n_refused and is_done(latest_run) else None,
        to_confirm=list(runs.filter(state=ImportRun.State.CHECKED)[:3])
        if place.may(May.MANAGE)
        else [],
        datasets=dataset_lines(place),
        studies=[(study, progress_of(study)) for study in going_on[:STUDIES_SHOWN]],
    )


def is_done(run: ImportRun) -> bool:
    return run.state == ImportRun.State.DONE


def disputed_studies(place: Place) -> list[Study]:
    """Studies with items that wait for a decision, most first."""
    if not place.may(May.SETTLE):
        return []
    waiting = Count("items", filter=Q(items__state=Item.State.DISPUTED))
    return list(
        place.project.studies.annotate(waiting=waiting).filter(waiting__gt=0).order_by("-waiting")
    )


def dataset_lines(place: Place) -> list[DatasetLine]:
    datasets = place.project.gold_datasets.annotate(
        waiting=Count("candidates", filter=Q(candidates__state=Candidate.State.WAITING))
    ).order_by("name")
    latest: dict[int, Release] = {}
    for release in Release.objects.filter(dataset__in=datasets).order_by("number"):
        latest[release.dataset_id] = release
    return [DatasetLine(one, latest.get(one.pk), one.waiting) for one in datasets]
