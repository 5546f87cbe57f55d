"""What raters and those who settle write, named to those who look for personal data in it."""

from django.utils.translation import gettext_lazy as _

from annotation.models import Inquiry, Rating, Reply, ScoreText, Verdict
from conversations.written import Rewrite, Source, add, save_field
from core.registry import announce

ITEM = "annotation:item"


def connect() -> None:
    add(
        Source(
            name="comments",
            label=_("Comments of raters"),
            rows=lambda project: Rating.objects.filter(item__study__project=project),
            field="comment",
            page=ITEM,
            uid="item__uid",
        ),
        Source(
            name="answers",
            label=_("Free answers of raters"),
            rows=lambda project: ScoreText.objects.filter(
                score__rating__item__study__project=project
            ),
            field="words",
            page=ITEM,
            uid="score__rating__item__uid",
        ),
        Source(
            name="questions",
            label=_("Questions to raters"),
            rows=lambda project: Inquiry.objects.filter(item__study__project=project),
            field="words",
            page=ITEM,
            uid="item__uid",
        ),
        Source(
            name="replies",
            label=_("Replies of raters"),
            rows=lambda project: Reply.objects.filter(inquiry__item__study__project=project),
            field="words",
            page=ITEM,
            uid="inquiry__item__uid",
        ),
        Source(
            name="decisions",
            label=_("Free answers that were settled"),
            rows=lambda project: Verdict.objects.filter(item__study__project=project),
            field="words",
            page=ITEM,
            uid="item__uid",
            rewrite=hide_and_tell,
        ),
        Source(
            name="reasons",
            label=_("Reasons of decisions"),
            rows=lambda project: Verdict.objects.filter(item__study__project=project),
            field="reason",
            page=ITEM,
            uid="item__uid",
            rewrite=hide_and_tell,
        ),
    )


def hide_and_tell(change: Rewrite) -> None:
    """Gold repeats what a decision says."""
    save_field(change)
    announce("words_rewritten", item=change.row.item, words=change.hidden, now=change.now)
