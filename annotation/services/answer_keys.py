"""Answer keys: what is known beforehand of the items of a training or a set of control items.

A key is typed in by a person or taken from verdicts. It may be changed at any time: what raters
said is marked when somebody looks, so nothing that was stored goes stale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.answers import Given
from annotation.criteria import spoken
from annotation.models import Criterion, ExpectedAnswer, Item, ItemAnswer, Study, Verdict
from annotation.services.draws import take_numbers
from annotation.services.same_answers import in_items
from core import registry
from core.errors import DomainError, InvalidError
from core.scales import POINT_KINDS, Kind
from core.templatetags.prose import language_of

BETWEEN = 0.5
"""A verdict between two points, as a mean may be, is met by either."""
KEYED = (Study.Purpose.TRAINING, Study.Purpose.CONTROL)


@dataclass(frozen=True)
class Expected:
    """One line of a key as a person gives it."""

    given: Given
    tolerance: float = 0.0
    why: Mapping[str, str] | None = None


class Which(StrEnum):
    """Which items of another study are taken over."""

    SETTLED = "settled"
    ADJUDICATED = "adjudicated"
    GOLD = "gold"


@transaction.atomic
def set_key(*, actor: User, item: Item, expected: Sequence[Expected], now: datetime) -> None:
    """Put this key in the place of the item's earlier one; without lines the item has none."""
    refuse_without_keys(item.study)
    ExpectedAnswer.objects.filter(item=item).delete()
    ExpectedAnswer.objects.bulk_create(
        ExpectedAnswer(
            item=item,
            criterion=one.given.criterion,
            turn=one.given.unit.turn,
            passage=one.given.unit.passage,
            value=one.given.value,
            number=one.given.number,
            tolerance=one.tolerance,
            why=dict(one.why or {}),
            by=actor,
            at=now,
        )
        for one in expected
    )
    record(
        actor, "item.keyed", target=item, project=item.study.project, expected=len(expected)
    )  # fmt: skip


@transaction.atomic
def take_items(
    *,
    actor: User,
    study: Study,
    source: Study,
    which: Which = Which.SETTLED,
    most: int | None = None,
    tolerance: float = 0.0,
    now: datetime,
) -> int:
    """Take settled items of another study with their verdicts as keys; how many were new.

    They come in the order of the other study, which a draw has made random.
    """
    study = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    refuse_without_keys(study)
    refuse_another_rubric(study, source)
    items = list(_takable(study, source, which)[:most])
    by_item: dict[int, list[Verdict]] = {}
    for verdict in _keying().filter(item__in=items).select_related("criterion"):
        by_item.setdefault(verdict.item_id, []).append(verdict)
    first = take_numbers(study, len(items))
    taken = Item.objects.bulk_create(
        Item(
            study=study,
            seq=first + place,
            conversation_id=item.conversation_id,
            conversation_b_id=item.conversation_b_id,
            n_answers=item.n_answers,
            group_key=item.group_key,
            slots_open=0,
            slots_total=0,
        )
        for place, item in enumerate(items)
    )
    _copy_answers(dict(zip((item.pk for item in items), taken, strict=True)))
    ExpectedAnswer.objects.bulk_create(
        _from_verdict(new, verdict, tolerance, actor, now)
        for new, item in zip(taken, items, strict=True)
        for verdict in by_item[item.pk]
    )
    record(
        actor, "study.items_taken", target=study, project=study.project,
        source=str(source.uid), which=str(which), items=len(taken),
    )  # fmt: skip
    return len(taken)


def _takable(study: Study, source: Study, which: Which) -> QuerySet[Item]:
    here = Item.objects.filter(in_items(), study=study)
    keying = _keying().filter(item=OuterRef("pk"))
    settled = source.items.filter(state=Item.State.SETTLED).order_by("seq")
    items = settled.filter(~Exists(here), Exists(keying))
    verdicts = Verdict.objects.filter(item=OuterRef("pk"), current=True)
    if which == Which.ADJUDICATED:
        return items.filter(Exists(verdicts.filter(source=Verdict.Source.ADJUDICATION)))
    if which == Which.GOLD:
        uids: set[str] = set()
        registry.announce("verdicts_in_use", study=source, uids=uids)
        return items.filter(Exists(verdicts.filter(uid__in=uids)))
    return items


def _keying() -> QuerySet[Verdict]:
    """Verdicts of which a key can be made: those that say something which `is_keyed`."""
    said = Verdict.objects.filter(current=True).exclude(value=None, number=None)
    return said.filter(criterion__derived__isnull=True).exclude(criterion__kind=Kind.TEXT)


def _copy_answers(new: Mapping[int, Item]) -> None:
    """What a ranking puts in order."""
    answers = ItemAnswer.objects.filter(item__in=new)
    ItemAnswer.objects.bulk_create(
        ItemAnswer(
            item=new[one.item_id], position=one.position, conversation_id=one.conversation_id
        )
        for one in answers
    )


def _from_verdict(
    item: Item, verdict: Verdict, tolerance: float, actor: User, now: datetime
) -> ExpectedAnswer:
    is_ordered = verdict.criterion.kind == Kind.ORDINAL
    is_between = verdict.criterion.kind in POINT_KINDS and verdict.number is not None
    reason = verdict.reason.strip()
    return ExpectedAnswer(
        item=item,
        criterion=verdict.criterion,
        turn=verdict.turn,
        passage=verdict.passage,
        value=verdict.value,
        number=verdict.number,
        tolerance=max(tolerance if is_ordered else 0.0, BETWEEN if is_between else 0.0),
        why={language_of(reason) or "en": reason} if reason else {},
        verdict=verdict,
        by=actor,
        at=now,
    )


def is_keyed(criterion: Criterion) -> bool:
    """Words are not right or wrong, and a computed score follows from what it is computed from."""
    return criterion.kind != Kind.TEXT and not criterion.derived


def refuse_without_keys(study: Study) -> None:
    if study.purpose not in KEYED:
        raise DomainError(
            _(
                "“%(study)s” is a study of %(purpose)s. Only the items of a training and of a set "
                "of control items have answers that are known beforehand."
            )
            % {"study": study, "purpose": study.get_purpose_display()}
        )


def refuse_another_rubric(study: Study, other: Study, field: str = "source") -> None:
    """What is right by one rubric version says nothing about answers to another."""
    if study.rubric_version_id != other.rubric_version_id:
        words = _(
            "“%(other)s” has %(theirs)s and “%(study)s” has %(ours)s, so what is right in one says "
            "nothing about the other. Choose one with the same version of the rubric."
        ) % {
            "other": other,
            "theirs": version_words(other),
            "study": study,
            "ours": version_words(study),
        }
        raise InvalidError(words, fields={field: words})


def version_words(study: Study) -> str:
    version = study.rubric_version
    return _("“%(rubric)s”, version %(number)d") % {
        "rubric": spoken(version.rubric.name, version.rubric.slug),
        "number": version.number,
    }


def keyed_items(study: Study) -> QuerySet[Item]:
    """The items of a study of which something is expected."""
    return study.items.filter(Exists(ExpectedAnswer.objects.filter(item=OuterRef("pk"))))
