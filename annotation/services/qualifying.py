"""Qualifications: passed by a training, or given and taken by hand, always with a reason."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from accounts.services import free_slug
from annotation.marking import Key, marks_of, n_right
from annotation.models import (
    Assignment,
    Layer,
    Qualification,
    Qualified,
    Rater,
    Rating,
    Study,
    StudyRater,
)
from annotation.services.answer_keys import keyed_items
from annotation.services.deciding import checked_reason
from annotation.services.lane_raters import count_planned_of
from annotation.services.rounds import OVER, give
from core.errors import DomainError, InvalidError

MAX_REASON = 200


@dataclass(frozen=True)
class Result:
    """How a rater did in a round of a training; `needed` is None where nothing is to be passed."""

    right: int
    asked: int
    needed: int | None
    is_over: bool
    attempt: int

    @property
    def is_passed(self) -> bool:
        return self.needed is not None and self.right >= self.needed


@transaction.atomic
def make_qualification(
    *,
    actor: User,
    project: Project,
    name: str,
    training: Study | None = None,
    needed: int | None = None,
) -> Qualification:
    """Something a study can ask of its raters; with a training it is passed by right answers."""
    if training is not None:
        _check_training(project, training)
    qualification = Qualification(
        project=project,
        name=name,
        slug=free_slug(name, project.qualifications, "qualification"),
        training=training,
        needed=_checked_needed(training, needed),
    )
    qualification.save()
    record(
        actor, "qualification.made", target=qualification, project=project,
        needed=qualification.needed,
    )  # fmt: skip
    return qualification


def _check_training(project: Project, training: Study) -> None:
    if training.purpose != Study.Purpose.TRAINING or training.project_id != project.pk:
        words = _("Choose a training of this project.")
        raise InvalidError(words, fields={"training": words})
    if other := Qualification.objects.filter(training=training).first():
        words = _("“%(training)s” leads to “%(qualification)s” already. Choose another training.")
        words = words % {"training": training, "qualification": other}
        raise InvalidError(words, fields={"training": words})


def _checked_needed(training: Study | None, needed: int | None) -> int | None:
    if training is None:
        return None
    n = keyed_items(training).count()
    if not n:
        words = _("No item of “%(training)s” has an expected answer yet. Give it some first.") % {
            "training": training
        }
        raise InvalidError(words, fields={"training": words})
    if needed is None or not 1 <= needed <= n:
        words = _("Ask for 1 to %(n)d right items: so many have an expected answer.") % {"n": n}
        raise InvalidError(words, fields={"needed": words})
    return needed


@transaction.atomic
def change_needed(*, actor: User, qualification: Qualification, needed: int | None) -> None:
    """Set the bar anew; who holds the qualification keeps it."""
    qualification.needed = _checked_needed(qualification.training, needed)
    qualification.save(update_fields=["needed"])
    record(
        actor, "qualification.changed", target=qualification, project=qualification.project,
        needed=qualification.needed,
    )  # fmt: skip


@transaction.atomic
def grant(
    *, actor: User, qualification: Qualification, rater: Rater, reason: str, now: datetime
) -> Qualified:
    """Give a qualification by a manager's word."""
    if rater.project_id != qualification.project_id:
        raise InvalidError(_("The rater belongs to another project."))
    words = _checked(reason)
    held, is_new = Qualified.objects.get_or_create(
        qualification=qualification,
        rater=rater,
        revoked_at=None,
        defaults={"at": now, "by": actor},
    )
    if not is_new:
        raise DomainError(
            _("%(rater)s holds “%(name)s” already.") % {"rater": rater, "name": qualification}
        )
    record(
        actor, "qualification.granted", target=qualification, project=qualification.project,
        rater=str(rater), reason=words,
    )  # fmt: skip
    count_planned_of(rater)
    return held


@transaction.atomic
def revoke(*, actor: User, held: Qualified, reason: str, now: datetime) -> None:
    """Take a qualification away; the row stays and says when and why."""
    words = _checked(reason)
    is_taken = Qualified.objects.filter(pk=held.pk, revoked_at=None).update(
        revoked_at=now, revoked_because=words
    )
    if not is_taken:
        raise DomainError(_("This qualification has been taken away already."))
    record(
        actor, "qualification.revoked", target=held.qualification,
        project=held.qualification.project, rater=str(held.rater), reason=words,
    )  # fmt: skip
    count_planned_of(held.rater)


def _checked(reason: str) -> str:
    words = checked_reason(reason, _("Say why. The reason is kept with the qualification."))
    if len(words) > MAX_REASON:
        raise InvalidError(
            _("The reason has %(n)d characters, and %(limit)d are allowed. Shorten it.")
            % {"n": len(words), "limit": MAX_REASON}
        )
    return words


def result_of(study_rater: StudyRater) -> Result:
    """How a rater stands in the present round of a training."""
    return results_of(study_rater.study, [study_rater.rater_id])[study_rater.rater_id]


def results_of(study: Study, raters: Collection[int]) -> dict[int, Result]:
    """How raters stand in their present round of a training, by rater."""
    own = Assignment.objects.filter(study=study, layer=Layer.TRAINING, rater__in=raters)
    round_of = dict(own.values_list("rater_id").annotate(Max("occasion")))
    over = Counter(
        rater
        for rater, occasion in own.filter(state__in=OVER).values_list("rater_id", "occasion")
        if occasion == round_of[rater]
    )
    given = Rating.objects.filter(
        item__study=study, layer=Layer.TRAINING, rater__in=raters, current=True
    ).values_list("pk", "item_id", "rater_id", "occasion")
    rater_of = {pk: (rater, item) for pk, item, rater, time in given if time == round_of.get(rater)}
    marks: dict[int, list[Mapping[Key, bool]]] = defaultdict(list)
    for rating, found in marks_of({pk: item for pk, (_r, item) in rater_of.items()}).items():
        marks[rater_of[rating][0]].append(found)
    qualification = Qualification.objects.filter(training=study).first()
    asked, n_items = keyed_items(study).count(), study.items.count()
    return {
        rater: Result(
            right=n_right(marks[rater])[0],
            asked=asked,
            needed=qualification.needed if qualification else None,
            is_over=0 < n_items <= over[rater],
            attempt=round_of.get(rater, 0) + 1,
        )
        for rater in raters
    }


def judge_round(assignment: Assignment, now: datetime) -> None:
    """After an item of a training: whoever is through and right often enough is qualified."""
    qualification = Qualification.objects.filter(training=assignment.study_id).first()
    if qualification is None:
        return
    chair = StudyRater.objects.get(study=assignment.study_id, rater=assignment.rater_id)
    chair.study = assignment.study
    result = result_of(chair)
    if not (result.is_over and result.is_passed):
        return
    _held, is_new = Qualified.objects.get_or_create(
        qualification=qualification,
        rater=assignment.rater,
        revoked_at=None,
        defaults={"at": now, "n_right": result.right, "n_asked": result.asked},
    )
    if is_new:
        count_planned_of(assignment.rater)
        record(
            None, "qualification.passed", target=qualification, project=qualification.project,
            rater=str(assignment.rater), right=result.right, asked=result.asked,
        )  # fmt: skip


@transaction.atomic
def allow_another_try(*, actor: User, study_rater: StudyRater, now: datetime) -> None:
    """Let a rater go through a training once more, from its first item.

    The first attempt stays; the new one is the next occasion, and its first item marks that it has
    begun.
    """
    chair = StudyRater.objects.select_for_update(of=("self",)).get(pk=study_rater.pk)
    chair.study, chair.rater = study_rater.study, study_rater.rater
    if chair.study.purpose != Study.Purpose.TRAINING:
        raise DomainError(_("Only a training can be gone through once more."))
    result = result_of(chair)
    if not result.is_over:
        raise DomainError(_("%(rater)s is not through the training yet.") % {"rater": chair.rater})
    first = chair.study.items.order_by("seq").first()
    if first is None:
        raise DomainError(_("The training has no items."))
    give(chair, first, Layer.TRAINING, now, occasion=result.attempt)
    StudyRater.objects.filter(pk=chair.pk).update(n_submitted=0)
    record(
        actor, "training.allowed_again", target=chair.study, project=chair.study.project,
        rater=str(chair.rater),
    )  # fmt: skip
