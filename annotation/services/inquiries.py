"""An item in dispute goes back to those who rated it, with a question.

What they say now they say knowing that they were asked. It lies in a layer of its own, which no
rule counts and no figure of agreement reads; the blind ratings stay as they were.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.answers import Answer, check
from annotation.inquiry_page import own_answers, standing_rating
from annotation.models import (
    Inquiry,
    Item,
    Layer,
    Rater,
    RaterKind,
    Rating,
    Reply,
    Score,
    ScoreText,
)
from annotation.models.ratings import COUNTED
from annotation.services.deciding import checked_reason, locked, refuse_own
from annotation.standing import standing_of
from core.errors import DomainError, InvalidError
from core.phrases import consecutive


@transaction.atomic
def ask_raters(*, actor: User, item: Item, words: str, now: datetime) -> Inquiry:
    """Put a question to everybody with an account who rated the item; sent twice it is one."""
    item = locked(item)
    refuse_own(actor, item)
    refuse_decided(item)
    words = checked_reason(words, _("Write the question. It is all that the raters are told."))
    waiting = Inquiry.objects.filter(item=item, asked_by=actor, words=words, replies__at=None)
    if same := waiting.first():
        return same
    raters = list(askable(item).exclude(user=actor))
    if not raters:
        raise DomainError(
            _("Nobody who rated item %(seq)d has an account here, so there is nobody to ask.")
            % {"seq": item.seq}
        )
    inquiry = Inquiry.objects.create(item=item, words=words, asked_by=actor, at=now)
    Reply.objects.bulk_create(Reply(inquiry=inquiry, rater=rater) for rater in raters)
    record(
        actor, "item.raters_asked", target=item, project=item.study.project,
        question=words, raters=len(raters),
    )  # fmt: skip
    return inquiry


@transaction.atomic
def answer_inquiry(
    *, actor: User, reply: Reply, words: str, answers: Mapping[str, Answer], now: datetime
) -> Reply:
    """Answer in words, by another choice on what is open, or both; once."""
    reply = Reply.objects.select_for_update(of=("self",)).select_related("rater", "inquiry").get(
        pk=reply.pk
    )  # fmt: skip
    if reply.at is not None:
        return reply
    item = locked(reply.inquiry.item)
    refuse_decided(item)
    standing = standing_of(item)
    before = standing_rating(item, reply.rater)
    if before is None:
        raise DomainError(
            _("Item %(seq)d has changed in the meantime, so the question needs no answer any more.")
            % {"seq": item.seq}
        )
    own = own_answers(before, standing.questions)
    changed = {name: said for name, said in answers.items() if said != own.get(name)}
    words = words.strip()
    if words or not changed:
        words = checked_reason(words, _("Write an answer, or choose another point."))
    if changed:
        checked = check(
            standing.questions.values(),
            standing.criteria,
            {**own, **changed},
            item.conversation.guidance,
        )
        if wrong := {name: said for name, said in checked.errors.items() if name in changed}:
            raise InvalidError(consecutive(dict.fromkeys(wrong.values())), fields=wrong)
        reply.rating = _informed(before, words, now)
        for given in checked.given:
            score = Score.objects.create(
                rating=reply.rating,
                criterion=given.criterion,
                item=item,
                turn=given.unit.turn,
                passage=given.unit.passage,
                value=given.value,
                number=given.number,
                rater=reply.rater,
                kind=reply.rater.kind,
                layer=Layer.INFORMED,
            )
            if given.cannot_judge or given.words:
                ScoreText.objects.create(
                    score=score, cannot_judge=given.cannot_judge, words=given.words
                )
    reply.words, reply.at = words, now
    reply.save(update_fields=["words", "rating", "at"])
    record(
        actor, "item.inquiry_answered", target=item, project=item.study.project,
        rated_anew=bool(changed),
    )  # fmt: skip
    return reply


def askable(item: Item) -> QuerySet[Rater]:
    """Persons with an account whose blind rating of the item stands."""
    rated = Rating.objects.filter(item=item, layer__in=COUNTED, current=True)
    return Rater.objects.filter(
        pk__in=rated.values("rater"), kind=RaterKind.PERSON, user__isnull=False
    )


def refuse_decided(item: Item) -> None:
    if item.state != Item.State.DISPUTED:
        raise DomainError(
            _("Item %(seq)d is not in dispute any more, so there is nothing left to ask.")
            % {"seq": item.seq}
        )


def _informed(before: Rating, words: str, now: datetime) -> Rating:
    """The rating that knows the question; an earlier one of that layer stays as its former."""
    if before.layer == Layer.INFORMED:
        Rating.objects.filter(pk=before.pk).update(current=False)
        Score.objects.filter(rating=before).update(current=False)
    return Rating.objects.create(
        item_id=before.item_id,
        rater_id=before.rater_id,
        rubric_version_id=before.rubric_version_id,
        layer=Layer.INFORMED,
        revision_of=before,
        comment=words,
        language=before.language,
        submitted_at=now,
    )
