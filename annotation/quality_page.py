"""Rater quality of a study as its manager sees it: who was checked, who is paused, who left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.stats.raters.control_items import WatchedAccuracy
from annotation.models import Layer, Rating, Study, StudyRater
from annotation.services.qualifying import Result, result_of
from annotation.services.watching import ACCURACY, accuracies


@dataclass(frozen=True)
class RaterQuality:
    """One rater; `accuracy` is None without a control item, `result` outside of a training."""

    study_rater: StudyRater
    accuracy: WatchedAccuracy | None
    n_again: int
    result: Result | None

    @property
    def is_paused_by_controls(self) -> bool:
        return self.study_rater.paused and self.study_rater.paused_because == ACCURACY


def quality_of(study: Study) -> Sequence[RaterQuality]:
    chairs = study.study_raters.select_related("rater", "excluded_by").order_by(
        "rater__display_name"
    )
    watched = accuracies(study) if study.purpose == Study.Purpose.RATING else {}
    again: dict[int, int] = {}
    for (rater,) in Rating.objects.filter(
        assignment__study=study, layer=Layer.RETEST, current=True
    ).values_list("rater_id"):
        again[rater] = again.get(rater, 0) + 1
    found = []
    for chair in chairs:
        chair.study = study
        is_training = study.purpose == Study.Purpose.TRAINING
        found.append(
            RaterQuality(
                study_rater=chair,
                accuracy=watched.get(chair.rater_id),
                n_again=again.get(chair.rater_id, 0),
                result=result_of(chair) if is_training else None,
            )
        )
    return found


def paused_by_controls(study: Study) -> int:
    """How many raters wait for a manager's word after control items paused them."""
    return study.study_raters.filter(paused=True, paused_because=ACCURACY, excluded_at=None).count()
