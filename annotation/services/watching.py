"""A rater's accuracy on control items, watched at every one of them.

It runs in the transaction of the submit and decides by limits that hold at any time
(`analytics.stats.raters.control_items`). Nothing on the rater's page tells what was asked. An item
that was skipped is wrong, as one is that the rater could not judge: else whoever skips until an
easy one comes would be as good as who knows.
"""

from collections import defaultdict
from datetime import datetime

from django.db.models import Exists, OuterRef

from accounts.audit import record
from analytics.stats.raters.control_items import WatchedAccuracy, watched_accuracy
from annotation.marking import by_criterion, marks_of
from annotation.models import Assignment, Layer, Rating, Reveal, Study, StudyRater

ACCURACY = "accuracy"
"""Why a rater is paused whom nobody paused."""


def accuracies(study: Study) -> dict[int, WatchedAccuracy]:
    """Accuracy on the control items given in a study, by rater."""
    items: dict[int, list[dict[str, bool]]] = defaultdict(list)
    for rater, marks in _marked(study):
        items[rater].append(marks)
    return {rater: watched_accuracy(found) for rater, found in items.items()}


def accuracy_of(study_rater: StudyRater) -> WatchedAccuracy:
    """One rater's, since they were let go on after a pause, if they were."""
    marked = _marked(study_rater.study, rater=study_rater.rater_id, since=study_rater.checks_from)
    return watched_accuracy(marks for _rater, marks in marked)


def _marked(
    study: Study, rater: int | None = None, since: datetime | None = None
) -> list[tuple[int, dict[str, bool]]]:
    """Which criteria of each control item are right, with who was asked.

    What an end user has erased bears no reason, and was not skipped. Whoever had read the key by
    then was not checked.
    """
    key_read = Reveal.objects.filter(item=OuterRef("item"), rater=OuterRef("rater"))
    ratings = Rating.objects.filter(
        ~Exists(key_read.filter(at__lte=OuterRef("submitted_at"))),
        assignment__study=study, layer=Layer.CONTROL, current=True,
    )  # fmt: skip
    skipped = Assignment.objects.filter(
        ~Exists(key_read.filter(at__lte=OuterRef("lease_until"))),
        study=study, layer=Layer.CONTROL, state=Assignment.State.SKIPPED,
    ).exclude(skip_reason="")  # fmt: skip
    if rater is not None:
        ratings, skipped = ratings.filter(rater=rater), skipped.filter(rater=rater)
    if since is not None:
        ratings = ratings.filter(submitted_at__gt=since)
        skipped = skipped.filter(lease_until__gt=since)  # which ends when it is skipped
    names = ("pk", "item_id", "rater_id")
    asked = {pk: (item, who) for pk, item, who in ratings.values_list(*names)}
    asked |= {-pk: (item, who) for pk, item, who in skipped.values_list(*names)}
    marks = marks_of({key: item for key, (item, _who) in asked.items()})
    return [(asked[key][1], by_criterion(found)) for key, found in marks.items()]


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
