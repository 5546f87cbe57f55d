"""How much a round still holds for a rater, and how far each is with the second one.

A training and a calibration are small and give every item to every rater, so what is left can be
counted. A study with slots tells what may be expected instead (`services.chairs.total_for`): of it
nobody knows what others will leave.
"""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotation.models import Assignment, Item, Layer, Rating, Study, StudyRater
from annotation.services.calibration import Through
from annotation.services.chairs import cap_of, total_for
from annotation.services.rounds import OVER, layer_of_round, left_in_round, occasion_of

State = Assignment.State
AWAY = (*OVER, State.SEEN)
"""What does not come in the blind round of a calibration: skipped, or met with its answers."""


def total_of(chair: StudyRater) -> int:
    """What a rater will have sent in a study, as far as it is known: sent by now, and left.

    What they skip, or what does not come to them, is neither; it would be waited for without end.
    """
    left = left_for_rater(chair)
    if left is None:
        return total_for(chair)
    total, cap = chair.n_submitted + chair.n_checks + left.count(), cap_of(chair)
    return total if cap is None else min(total, cap)


def left_for_rater(chair: StudyRater) -> QuerySet[Item] | None:
    """The items of a round that are still to come to a rater; None of a study with slots."""
    study, layer = chair.study, layer_of_round(chair.study)
    if layer is not None:
        return left_in_round(chair, layer, occasion_of(chair, layer))
    if study.purpose == Study.Purpose.CALIBRATION:
        away = Assignment.objects.filter(
            item__study=study, rater=chair.rater_id, layer=Layer.BLIND, state__in=AWAY
        )
        return study.items.exclude(pk__in=away.values("item"))
    return None


def second_round(study: Study) -> list[Through]:
    """Every rater of a calibration with how many items they have rated once more.

    Those that they rated blind come again, less what they skip the second time; who rated none is
    not in it.
    """
    blind = Rating.objects.filter(item__study=study, layer=Layer.BLIND, current=True)
    n_blind = dict(blind.values_list("rater_id").annotate(n=Count("pk")))
    again = Assignment.objects.filter(
        Exists(blind.filter(item=OuterRef("item"), rater=OuterRef("rater"))),
        item__study=study,
        layer=Layer.INFORMED,
    )
    counts = again.values("rater").annotate(
        done=Count("pk", filter=Q(state=State.SUBMITTED)),
        skipped=Count("pk", filter=Q(state=State.SKIPPED)),
    )
    found = {row["rater"]: row for row in counts}
    nothing = {"done": 0, "skipped": 0}
    chairs = study.study_raters.select_related("rater").order_by("rater__display_name")
    return [
        Through(chair, row["done"], n_blind[chair.rater_id] - row["skipped"])
        for chair in chairs
        if chair.rater_id in n_blind
        for row in [found.get(chair.rater_id, nothing)]
    ]
