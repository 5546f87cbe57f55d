"""Seeing what others said: written down, because nothing said afterwards is blind.

Whoever looks at the ratings of an item, or at what is expected of it, may still say what they think
of it, and it is kept in the informed layer. An item that had not come to them yet does not come
any more. The same holds wherever the same is asked about the same answers: a conversation met in a
training is not rated blind in a study. Of a control item nothing is shown, so nothing is noted:
whoever was checked by a conversation in one study may rate it blind in another.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.audit import record
from accounts.models import AuditEntry, User
from annotation.models import Assignment, Criterion, Item, Rater, Rating, Reveal, Study, StudyRater
from annotation.models.ratings import COUNTED
from annotation.services.deciding import blind_to, comes_to
from annotation.services.raters import rater_for
from annotation.services.rounds import goes_round
from annotation.services.same_answers import Shown, shown_by
from core.errors import DomainError

State = Assignment.State
AT_ONCE = 500
"""Items whose likes in other studies are sought by one query."""
SHOWN = ("study", "conversation", "conversation_b", "n_answers")
"""What of an item tells where it stands and what it shows."""
FETCHED = "study.ratings_fetched"
Given = Callable[[int, int], None]
"""Called before the ratings of some items leave: behind one number in the study, up to another."""


class How(StrEnum):
    """Where somebody saw what others said."""

    ITEM = "item"  # all ratings of an item side by side
    KEY = "key"  # what is expected of a training or control item
    TRAINING = "training"  # the same, beside one's own answer
    CALIBRATION = "calibration"
    EXPORT = "export"  # all ratings of a study


@transaction.atomic
def reveal_to(*, user: User, item: Item, how: How, now: datetime) -> None:
    """Note that a person sees what was said of an item; repeating it changes nothing.

    Whoever does not rate here may be named later, so they become a rater by looking.
    """
    rater_for(user, item.study.project)
    for rater in Rater.objects.filter(user=user, project=item.study.project_id):
        reveal(rater, [item], how, now)


def look_at(*, user: User, item: Item, how: How, now: datetime) -> None:
    """The same for whoever is shown ratings without having to ask; their own show them nothing."""
    if said_by_others(user, item.study.items.filter(pk=item.pk)).exists():
        reveal_to(user=user, item=item, how=how, now=now)


@transaction.atomic
def look_at_words(*, user: User, study: Study, items: Collection[int], now: datetime) -> None:
    """The same for several items of a study, of which a list tells what others wrote."""
    told = said_by_others(user, study.items.filter(pk__in=items))
    if not told.exists():
        return
    rater_for(user, study.project)
    for rater in Rater.objects.filter(user=user, project=study.project_id):
        _reveal_all(rater, told, study, How.ITEM, now)


def said_by_others(user: User, items: QuerySet[Item]) -> QuerySet[Item]:
    """Those of some items of which a person could learn something."""
    others = Rating.objects.filter(item=OuterRef("pk"), current=True).exclude(rater__user=user)
    return items.filter(Exists(others))


def still_hidden(user: User, study: Study) -> int:
    """How many items of a study others have rated that a person may still rate blind."""
    return said_by_others(user, blind_to(user, study)).count()


@transaction.atomic
def hand_out_ratings(
    *, user: User, study: Study, now: datetime, looks: bool = False
) -> Given | None:
    """Before all ratings of a study are given to a person: refused while theirs would be blind.

    Unless they would rather see them (`looks`) than stay blind. Of whoever rates there every item
    is noted as it leaves, by what is returned. Of others the trail keeps that they fetched them,
    and the items are noted once they are named.
    """
    n = still_hidden(user, study)
    if n and not looks:
        raise StillBlindError(n, study)
    if n:
        record(user, "study.ratings_revealed", target=study, project=study.project, items=n)
    record(user, "study.ratings_fetched", target=study, project=study.project)
    is_noted = study.state != Study.State.CLOSED and (n or comes_to(user, study))
    return partial(_see, user, study) if is_noted else None


@transaction.atomic
def _see(user: User, study: Study, behind: int, upto: int) -> None:
    """Note that a person sees what others said of items of a study, by their numbers."""
    items = said_by_others(user, study.items.filter(seq__gt=behind, seq__lte=upto))
    rater_for(user, study.project)
    for rater in Rater.objects.filter(user=user, project=study.project_id):
        _reveal_all(rater, items, study, How.EXPORT, timezone.now())


class StillBlindError(DomainError):
    """All ratings of a study were asked for by somebody who may still rate blind there."""

    code = "still_blind"

    def __init__(self, n: int, study: Study) -> None:
        words = ngettext(
            "You may still rate %(n)d item of “%(study)s” that others have rated, so its "
            "ratings are not handed out to you. Let somebody fetch them who does not rate "
            "there, wait until the study is closed, or ask to see them all the same: what you "
            "say of it afterwards is kept apart.",
            "You may still rate %(n)d items of “%(study)s” that others have rated, so its "
            "ratings are not handed out to you. Let somebody fetch them who does not rate "
            "there, wait until the study is closed, or ask to see them all the same: what you "
            "say of them afterwards is kept apart.",
            n,
        )
        super().__init__(words % {"n": n, "study": study})
        self.n = n


def keep_from_named(study: Study, rater: Rater, now: datetime) -> None:
    """What a rater saw before they were named does not come to them."""
    if rater.user and _fetched(study, rater.user.pk):
        _reveal_all(rater, said_by_others(rater.user, study.items.all()), study, How.EXPORT, now)
    keep_away(study, rater, now)


def _fetched(study: Study, user: int) -> bool:
    return AuditEntry.objects.filter(
        project=study.project_id, verb=FETCHED, target_uid=study.uid, actor=user
    ).exists()


def _reveal_all(rater: Rater, items: QuerySet[Item], study: Study, how: How, now: datetime) -> None:
    """Of one study."""
    seen = Reveal.objects.filter(item=OuterRef("pk"), rater=rater)
    unseen = list(items.exclude(Exists(seen)).only(*SHOWN))
    for start in range(0, len(unseen), AT_ONCE):
        _reveal(rater, unseen[start : start + AT_ONCE], study, how, now)


def reveal(rater: Rater, items: Sequence[Item], how: How, now: datetime) -> None:
    """Note that a rater has seen what is said of items of a study, and keep their likes away."""
    if items:
        _reveal(rater, items, items[0].study, how, now)


def _reveal(rater: Rater, items: Sequence[Item], study: Study, how: How, now: datetime) -> None:
    alike = _alike(items, study)
    known = set(
        Reveal.objects.filter(rater=rater, item__in=[one.pk for one in alike]).values_list(
            "item", flat=True
        )
    )
    _note(rater, [one for one in alike if one.pk not in known], how, now)


def keep_from_who_saw(study: Study, items: Sequence[Item], now: datetime) -> None:
    """New items are seen from the start by whoever has seen what is said of their likes."""
    new = {shown_by(item): item for item in items}
    seen: dict[Rater, set[Item]] = defaultdict(set)
    for one in Reveal.objects.filter(item__in=_asking_alike(new, study)).select_related(
        "item", "rater"
    ):
        if like := new.get(shown_by(one.item)):
            seen[one.rater].add(like)
    for rater, likes in seen.items():
        _note(rater, likes, How.ITEM, now)


def _alike(items: Iterable[Item], study: Study) -> list[Item]:
    """These and all others of which the same is asked, and that show the same answers."""
    shown = {shown_by(item) for item in items}
    near = _asking_alike(shown, study).only(*SHOWN).order_by("pk")
    return [item for item in near if shown_by(item) in shown]


def _asking_alike(shown: Iterable[Shown], study: Study) -> QuerySet[Item]:
    """What is asked about any of some answers by the same rubric, or by one that shares a question.

    A copy of a rubric asks the same: what was said by one of them is no secret by the other.
    """
    version = study.rubric_version
    asked = Criterion.objects.filter(version=version).values("meaning_hash")
    same = Criterion.objects.filter(
        meaning_hash__in=asked, version__rubric__project=study.project_id
    )
    return Item.objects.filter(
        Q(study__rubric_version__rubric=version.rubric_id)
        | Q(study__rubric_version__in=same.values("version")),
        conversation__in={pk for answers, _n in shown for pk in answers},
    )


def _note(rater: Rater, items: Collection[Item], how: How, now: datetime) -> None:
    Reveal.objects.bulk_create(
        (Reveal(item=item, rater=rater, at=now, how=how) for item in items), ignore_conflicts=True
    )
    by_study: dict[int, list[int]] = defaultdict(list)
    for item in items:
        by_study[item.study_id].append(item.pk)
    for study in Study.objects.filter(pk__in=by_study):
        keep_away(study, rater, now, by_study[study.pk])


def keep_away(
    study: Study, rater: Rater, now: datetime, items: Collection[int] | None = None
) -> None:
    """What a rater has seen and never held does not come to them any more; all, or some `items`.

    A lease that has lapsed becomes what was seen; one that is held stays, and what is submitted on
    it is informed. A round comes to everybody whole: nothing in it is blind.
    """
    if goes_round(study) or not StudyRater.objects.filter(study=study, rater=rater).exists():
        return
    own = Assignment.objects.filter(rater=rater, layer__in=COUNTED, occasion=0)
    sent = Assignment.objects.filter(rater=rater, occasion=0, state=State.SUBMITTED)
    seen = study.items.filter(Exists(Reveal.objects.filter(item=OuterRef("pk"), rater=rater)))
    if items is not None:
        seen = seen.filter(pk__in=items)
    own.filter(item__in=seen, state__in=[State.EXPIRED, State.RELEASED]).update(state=State.SEEN)
    Assignment.objects.bulk_create(
        (
            Assignment(
                study=study,
                item_id=item,
                rater=rater,
                slot=0,
                state=State.SEEN,
                claimed_at=now,
                lease_until=now,
            )
            for item in seen.exclude(pk__in=(own | sent).values("item")).values_list(
                "pk", flat=True
            )
        ),
        ignore_conflicts=True,
    )
