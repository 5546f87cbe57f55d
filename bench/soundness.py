"""What must hold after raters were at work, whatever the speed."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from annotation.models import Assignment, Item, Layer, Rating, Study


class BrokenError(Exception):
    """What must hold after every run did not: a figure of such a run would be worth nothing."""


@dataclass(frozen=True)
class Kept:
    """What a study holds once its raters have stopped."""

    over: int
    """Items with more ratings than their overlap."""
    twice: int
    """Items that one rater has rated more than once."""
    ratings: int
    submitted: int
    told: int
    """The sum of what the study says of its raters."""
    full: int
    """Items whose every slot is filled."""

    @property
    def is_sound(self) -> bool:
        return not self.over and not self.twice and self.ratings == self.submitted == self.told


def kept_of(study: Study) -> Kept:
    ratings = Rating.objects.filter(item__study=study, layer=Layer.BLIND, current=True)
    return Kept(
        over=ratings.values("item").annotate(n=Count("id")).filter(n__gt=study.overlap).count(),
        twice=ratings.values("item", "rater").annotate(n=Count("id")).filter(n__gt=1).count(),
        ratings=ratings.count(),
        submitted=Assignment.objects.filter(
            item__study=study, state=Assignment.State.SUBMITTED, layer=Layer.BLIND
        ).count(),
        told=study.study_raters.aggregate(told=Sum("n_submitted"))["told"] or 0,
        full=Item.objects.filter(study=study, slots_open=0, n_submitted=study.overlap).count(),
    )


def check_study(study: Study) -> None:
    """No item over its overlap, no rater twice on one, no acknowledged rating lost."""
    kept = kept_of(study)
    if not kept.is_sound:
        raise BrokenError(
            f"Study {study}: {kept.over} items over their overlap, {kept.twice} rated twice by one "
            f"rater, {kept.ratings} ratings of {kept.submitted} submitted and {kept.told} counted."
        )
