"""What one rater has in hand, has skipped, has flagged and what was set aside, for the manager."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from annotation.models import Assignment, Item, Rating, Study, StudyRater
from annotation.rater_lines import RaterLine, rater_lines
from annotation.services.deciding import still_blind
from annotation.services.handing_over import in_hand
from annotation.services.reveals import look_at_words
from annotation.services.setting_aside import aside_of

SHOWN = 20


@dataclass(frozen=True)
class Work:
    line: RaterLine
    in_hand: list[Assignment]
    skipped: list[Assignment]
    flagged: "list[Flag]"
    n_aside: int
    aside_because: str


@dataclass(frozen=True)
class Flag:
    """A rating that its rater flagged; `comment` is None where the reader may yet rate the item."""

    rating: Rating
    comment: str | None


def work_of(chair: StudyRater, reader: User, now: datetime) -> Work:
    (line,) = rater_lines(chair.study, now, only=chair.pk)
    aside = aside_of(chair)
    return Work(
        line=line,
        in_hand=list(in_hand(chair).select_related("item")[:SHOWN]),
        skipped=list(skipped_in(chair.study).filter(rater=chair.rater_id)[:SHOWN]),
        flagged=flags(
            chair.study, flagged_in(chair.study).filter(rater=chair.rater_id)[:SHOWN], reader, now
        ),
        n_aside=aside.count(),
        aside_because=aside.values_list("skip_reason", flat=True).last() or "",
    )


def skipped_in(study: Study) -> QuerySet[Assignment]:
    """Skipped items of a study with the reasons, the latest first.

    Without a reason stands what an end user has erased; who skips must give one.
    """
    return (
        Assignment.objects.filter(study=study, state=Assignment.State.SKIPPED)
        .exclude(skip_reason="")
        .select_related("rater", "item__conversation")
        .defer("item__conversation__turns")
        .order_by("-pk")
    )


def flagged_in(study: Study) -> QuerySet[Rating]:
    """Ratings of a study whose raters want somebody to look, the latest first.

    The study is probed from the flag: SQLite would begin with all items of the study.
    """
    in_study = Item.objects.filter(pk=OuterRef("item"), study=study)
    return (
        Rating.objects.filter(Exists(in_study), flagged=True, current=True)
        .select_related("rater", "item__conversation")
        .defer("item__conversation__turns")
        .order_by("-pk")
    )


def flags(
    study: Study, ratings: Sequence[Rating] | QuerySet[Rating], reader: User, now: datetime
) -> list[Flag]:
    """What raters wrote stays hidden from whoever may still rate the item: that must be blind.

    Who reads it is noted: named as a rater later, they do not get the item as if they had not.
    """
    found = list(ratings)
    hidden = still_blind(reader, study, {rating.item_id for rating in found})
    told = {one.item_id for one in found if one.comment and one.item_id not in hidden}
    look_at_words(user=reader, study=study, items=told, now=now)
    return [Flag(rating, None if rating.item_id in hidden else rating.comment) for rating in found]
