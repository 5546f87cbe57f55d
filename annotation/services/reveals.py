"""Seeing what others said: written down, because nothing said afterwards is blind.

Whoever rates in a study and looks at the ratings of one of its items may still say what they think
of it, and it is kept in the informed layer. An item that had not come to them yet does not come
any more.
"""

from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from annotation.models import Assignment, Item, Rater, Reveal, Study, StudyRater
from annotation.models.ratings import COUNTED
from annotation.services.deciding import comes_to
from annotation.services.raters import rater_for

State = Assignment.State


class How(StrEnum):
    """Where somebody saw what others said."""

    ITEM = "item"  # all ratings of an item side by side
    KEY = "key"  # what is expected of a training or control item
    CALIBRATION = "calibration"


@transaction.atomic
def reveal_to(*, user: User, item: Item, how: How, now: datetime) -> bool:
    """Note that a person sees what was said of an item; False where they rate nowhere here.

    Repeating it changes nothing. Whoever might yet join the study becomes a rater by looking.
    """
    if comes_to(user, item.study):
        rater_for(user, item.study.project)
    raters = list(Rater.objects.filter(user=user, project=item.study.project_id))
    for rater in raters:
        _revealed, is_new = Reveal.objects.get_or_create(
            item=item, rater=rater, defaults={"at": now, "how": str(how)}
        )
        if is_new:
            keep_away(item.study, rater, now)
    return bool(raters)


def keep_away(study: Study, rater: Rater, now: datetime) -> None:
    """What a rater has seen and never held does not come to them any more.

    A lease that has lapsed becomes what was seen; one that is held stays, and what is submitted on
    it is informed.
    """
    if not StudyRater.objects.filter(study=study, rater=rater).exists():
        return
    own = Assignment.objects.filter(rater=rater, layer__in=COUNTED, occasion=0)
    sent = Assignment.objects.filter(rater=rater, occasion=0, state=State.SUBMITTED)
    seen = study.items.filter(Exists(Reveal.objects.filter(item=OuterRef("pk"), rater=rater)))
    own.filter(item__in=seen, state__in=[State.EXPIRED, State.RELEASED]).update(state=State.SEEN)
    Assignment.objects.bulk_create(
        Assignment(
            study=study,
            item=item,
            rater=rater,
            slot=0,
            state=State.SEEN,
            claimed_at=now,
            lease_until=now,
        )
        for item in seen.exclude(pk__in=(own | sent).values("item"))
    )
