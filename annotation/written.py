"""What raters and those who settle write, named to those who look for personal data in it."""

from django.utils.translation import gettext_lazy as _

from annotation.models import (
    Assignment,
    CriterionHold,
    ExampleProposal,
    ExpectedAnswer,
    Inquiry,
    Rating,
    Reply,
    ScoreText,
    StudyRater,
    Verdict,
)
from conversations.written import Rewrite, Source, add, save_field
from core.registry import announce

ITEM = "annotation:item"


def connect() -> None:
    add(*of_raters(), *of_those_who_settle(), *of_those_who_steer())


def of_raters() -> list[Source]:
    return [
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
            name="skips",
            label=_("Reasons for skipping or setting aside"),
            rows=lambda project: Assignment.objects.filter(study__project=project),
            field="skip_reason",
            page="annotation:skipped",
            uid="study__uid",
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
    ]


def of_those_who_settle() -> list[Source]:
    return [
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
        Source(
            name="holds",
            label=_("Reasons for sending criteria back"),
            rows=lambda project: CriterionHold.objects.filter(study__project=project),
            field="reason",
            page="annotation:settle",
            uid="study__uid",
        ),
        Source(
            name="examples",
            label=_("Proposed examples"),
            rows=lambda project: ExampleProposal.objects.filter(
                verdict__item__study__project=project
            ),
            field="words",
            page="annotation:rubric",
            uid="verdict__criterion__version__rubric__uid",
        ),
    ]


def of_those_who_steer() -> list[Source]:
    return [
        Source(
            name="keys",
            label=_("Explanations of expected answers"),
            rows=lambda project: ExpectedAnswer.objects.filter(item__study__project=project),
            field="why",
            blank={},
            page="annotation:key",
            uid="item__uid",
        ),
        Source(
            name="left-out",
            label=_("Reasons for leaving raters out"),
            rows=lambda project: StudyRater.objects.filter(study__project=project),
            field="excluded_because",
            page="annotation:study_quality",
            uid="study__uid",
        ),
    ]


def hide_and_tell(change: Rewrite) -> None:
    """Gold repeats what a decision says."""
    save_field(change)
    announce("words_rewritten", item=change.row.item, words=change.hidden, now=change.now)
