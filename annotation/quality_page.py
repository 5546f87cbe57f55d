"""Rater quality of a study as its manager sees it: who was checked, who is paused, who left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from analytics.stats.raters.control_items import WatchedAccuracy
from annotation.controls_left import controls_left
from annotation.models import Layer, Rating, Study, StudyRater
from annotation.services.qualifying import Result, results_of
from annotation.services.watching import ACCURACY, accuracies


@dataclass(frozen=True)
class RaterQuality:
    """One rater; `accuracy` is None without a control item, `result` outside of a training.

    `n_left` counts the control items that can still come; None where none are given.
    """

    study_rater: StudyRater
    accuracy: WatchedAccuracy | None
    n_again: int
    result: Result | None
    n_left: int | None

    @property
    def is_paused_by_controls(self) -> bool:
        return self.study_rater.paused and self.study_rater.paused_because == ACCURACY


def quality_of(study: Study) -> Sequence[RaterQuality]:
    """Every rater of the study by name; the queries do not grow with the raters."""
    chairs = list(
        study.study_raters.select_related("rater", "excluded_by").order_by("rater__display_name")
    )
    watched = accuracies(study) if study.purpose == Study.Purpose.RATING else {}
    again = Rating.objects.filter(assignment__study=study, layer=Layer.RETEST, current=True)
    n_again = dict(again.values_list("rater_id").annotate(n=Count("pk")))
    is_training = study.purpose == Study.Purpose.TRAINING
    results = results_of(study, [chair.rater_id for chair in chairs]) if is_training else {}
    left = controls_left(study, chairs) if study.purpose == Study.Purpose.RATING else {}
    return [
        RaterQuality(
            study_rater=chair,
            accuracy=watched.get(chair.rater_id),
            n_again=n_again.get(chair.rater_id, 0),
            result=results.get(chair.rater_id),
            n_left=left.get(chair.rater_id),
        )
        for chair in chairs
    ]
