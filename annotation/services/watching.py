"""A rater's accuracy on control items, watched at every one of them.

It runs in the transaction of the submit and decides by limits that hold at any time
(`analytics.stats.raters.control_items`). Nothing on the rater's page tells what was asked.
"""

from collections import defaultdict

from django.db.models import QuerySet

from accounts.audit import record
from analytics.stats.raters.control_items import WatchedAccuracy, watched_accuracy
from annotation.marking import by_criterion, marks_of
from annotation.models import Assignment, Layer, Rating, Study, StudyRater

ACCURACY = "accuracy"
"""Why a rater is paused whom nobody paused."""


def accuracies(study: Study) -> dict[int, WatchedAccuracy]:
    """Accuracy on the control items given in a study, by rater."""
    ratings = _ratings_on_controls(study).values_list("pk", "item_id", "rater_id")
    rater_of = {rating: rater for rating, _item, rater in ratings}
    items: dict[int, list[dict[str, bool]]] = defaultdict(list)
    for rating, marks in marks_of({rating: item for rating, item, _rater in ratings}).items():
        items[rater_of[rating]].append(by_criterion(marks))
    return {rater: watched_accuracy(found) for rater, found in items.items()}


def accuracy_of(study_rater: StudyRater) -> WatchedAccuracy:
    """One rater's, since they were let go on after a pause, if they were."""
    ratings = _ratings_on_controls(study_rater.study).filter(rater=study_rater.rater_id)
    if study_rater.checks_from:
        ratings = ratings.filter(submitted_at__gt=study_rater.checks_from)
    marks = marks_of(dict(ratings.values_list("pk", "item_id")))
    return watched_accuracy(by_criterion(one) for one in marks.values())


def _ratings_on_controls(study: Study) -> QuerySet[Rating]:
    return Rating.objects.filter(assignment__study=study, layer=Layer.CONTROL, current=True)


def watch(assignment: Assignment) -> bool:
    """After an answer to a control item: pause its rater if even the upper limit is too low."""
    study = assignment.study
    if study.accuracy_bar is None:
        return False
    chair = StudyRater.objects.filter(study=study, rater=assignment.rater_id, paused=False).first()
    if chair is None:
        return False
    chair.study = study
    found = accuracy_of(chair)
    if not found.is_below(study.accuracy_bar):
        return False
    StudyRater.objects.filter(pk=chair.pk).update(paused=True, paused_because=ACCURACY)
    record(
        None, "study.rater_paused", target=study, project=study.project,
        rater=str(assignment.rater), because=ACCURACY, right=found.right, asked=found.asked,
    )  # fmt: skip
    return True
