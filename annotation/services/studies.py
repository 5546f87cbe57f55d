"""What can happen to a study: made, opened, paused, closed, and who rates in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import Project, User
from accounts.services import free_slug
from annotation.consensus import Rule, default_rule, rule_problem
from annotation.criteria import scale_of
from annotation.models import Item, Rater, RubricVersion, Study, StudyRater
from annotation.services import policies
from annotation.services.calibration import fit_slots
from annotation.services.lane_choice import lay_out_blocks
from annotation.services.lane_raters import count_planned
from annotation.services.locking import lock_in_order
from annotation.services.raters import rater_for
from annotation.services.reveals import keep_from_named
from annotation.services.watching import ACCURACY
from core.errors import DomainError, InvalidError


@transaction.atomic
def create_study(
    *,
    actor: User | None,
    project: Project,
    name: str,
    rubric_version: RubricVersion,
    overlap: int = 3,
    slug: str = "",
    **options: Any,
) -> Study:
    """A draft study; its settling rules begin as the defaults of the rubric's scales.

    A training is open to everybody who may rate, unless something else is said.
    """
    if rubric_version.rubric.project_id != project.pk:
        raise InvalidError(_("The rubric belongs to another project."))
    if rubric_version.state != RubricVersion.State.PUBLISHED:
        raise DomainError(
            _("“%(rubric)s” is still a draft. Publish the version before raters see it.")
            % {"rubric": rubric_version}
        )
    if options.get("purpose") == Study.Purpose.TRAINING:
        options.setdefault("open_to", Study.OpenTo.EVERYONE)
    study = Study.objects.create(
        project=project,
        name=name,
        slug=slug or free_slug(name, project.studies, "study"),
        rubric_version=rubric_version,
        overlap=overlap,
        created_by=actor,
        settling=default_settling(rubric_version, overlap),
        **options,
    )
    record(actor, "study.created", target=study, project=project, overlap=overlap)
    return study


def default_settling(version: RubricVersion, overlap: int) -> dict[str, Any]:
    rules = {
        criterion.key: default_rule(scale_of(criterion), overlap)
        for criterion in version.criteria.all()
    }
    return {key: rule.to_json() for key, rule in rules.items() if rule}


@transaction.atomic
def change_study(*, actor: User, study: Study, changes: Mapping[str, Any]) -> Study:
    """Change what may still change: words and rules always, the shape only before it opened."""
    frozen = {"rubric_version", "overlap", "excluded_turns", "blinding", *policies.FIELDS}
    touched = {name for name, value in changes.items() if getattr(study, name) != value}
    if study.state != Study.State.DRAFT and touched & frozen:
        raise DomainError(
            _(
                "Study “%(study)s” has been opened, so its raters, rubric and overlap stay as they "
                "are. Make another study for another design."
            )
            % {"study": study}
        )
    for name in touched:
        setattr(study, name, changes[name])
    if "settling" in touched:
        check_settling(study)
    study.save(update_fields=sorted(touched) or None)
    record(actor, "study.changed", target=study, project=study.project, fields=sorted(touched))
    return study


def check_settling(study: Study) -> None:
    for criterion in study.rubric_version.criteria.all():
        if data := study.settling.get(criterion.key):
            problem = rule_problem(Rule.from_json(data), scale_of(criterion))
            if problem:
                raise InvalidError(problem, fields={criterion.key: problem})


@transaction.atomic
def open_study(*, actor: User | None, study: Study, now: datetime) -> Study:
    """Let raters in; a study without items or raters says what is missing."""
    if study.state == Study.State.CLOSED:
        raise DomainError(
            _("Study “%(study)s” is closed. Make another study for more ratings.")
            % {"study": study}
        )
    if not study.items.exists():
        raise DomainError(
            _("Study “%(study)s” has no items yet. Draw conversations into it first.")
            % {"study": study}
        )
    if study.purpose == Study.Purpose.CONTROL:
        raise DomainError(
            _(
                "“%(study)s” is a set of control items. It is not rated by itself; choose it in "
                "the studies whose raters it is to check."
            )
            % {"study": study}
        )
    if study.policy == Study.Policy.BLOCKS and study.has_slots and not study.lanes:
        _make_blocks(actor, study)
    else:
        count_planned(study)
    fit_slots(study)
    study.state, study.opened_at = Study.State.OPEN, study.opened_at or now
    study.save(update_fields=["state", "opened_at"])
    record(actor, "study.opened", target=study, project=study.project)
    return study


def _make_blocks(actor: User | None, study: Study) -> None:
    design = lay_out_blocks(study)
    record(
        actor, "study.blocks_made", target=study, project=study.project, seed=design.seed,
        blocks=len(design.blocks), raters=len(design.raters),
        fewest_meetings=design.fewest_meetings, most_meetings=design.most_meetings,
    )  # fmt: skip


@transaction.atomic
def pause_study(*, actor: User | None, study: Study) -> Study:
    """Hand out no more items for now; what raters hold they may still submit."""
    if study.state != Study.State.OPEN:
        raise DomainError(_("Only an open study can be paused."))
    study.state = Study.State.PAUSED
    study.save(update_fields=["state"])
    record(actor, "study.paused", target=study, project=study.project)
    return study


@transaction.atomic
def close_study(*, actor: User | None, study: Study, now: datetime) -> Study:
    """End it; ratings that still arrive are kept as late and do not count in the agreement."""
    if study.state == Study.State.DRAFT:
        raise DomainError(_("A study that was never open cannot be closed."))
    if study.state == Study.State.CLOSED:
        return study
    study.state, study.closed_at = Study.State.CLOSED, now
    study.save(update_fields=["state", "closed_at"])
    asked_for_more = study.items.filter(
        state=Item.State.OPEN,
        slots_total__gt=study.overlap,
        n_submitted__gte=study.overlap,
    )
    lock_in_order(asked_for_more)
    asked_for_more.update(state=Item.State.DISPUTED)  # one rater more was asked for, and none comes
    record(actor, "study.closed", target=study, project=study.project)
    return study


@transaction.atomic
def name_rater(
    *,
    actor: User | None,
    study: Study,
    rater: Rater,
    cap: int | None = None,
    cap_day: int | None = None,
    joins: bool = False,
) -> StudyRater:
    """Put a rater on the study's list; a second time changes only the caps.

    Whoever `joins` by coming changes nothing where somebody has named them meanwhile.
    """
    if rater.project_id != study.project_id:
        raise InvalidError(_("The rater belongs to another project."))
    caps = {"cap": cap, "cap_day": cap_day}
    study_rater, is_new = StudyRater.objects.update_or_create(
        study=study, rater=rater, defaults={} if joins else caps, create_defaults=caps
    )
    if is_new:
        keep_from_named(study, rater, study_rater.added_at)
        count_planned(study, [study_rater])
        if study.state != Study.State.DRAFT:
            fit_slots(study)
        record(
            actor,
            "study.rater_joined" if joins else "study.rater_named",
            target=study,
            project=study.project,
            rater=str(rater),
        )
    return study_rater


def join_study(*, user: User, study: Study) -> StudyRater:
    """A person's first visit to a study that is open to everybody; the door has asked the role."""
    return name_rater(actor=user, study=study, rater=rater_for(user, study.project), joins=True)


@transaction.atomic
def change_limits(
    *,
    actor: User,
    study_rater: StudyRater,
    cap: int | None,
    cap_day: int | None,
    share: float | None,
) -> None:
    """How much one rater is given at most: in all, on a day, as a share of all ratings."""
    study_rater.cap, study_rater.cap_day, study_rater.share = cap, cap_day, share
    study_rater.save(update_fields=["cap", "cap_day", "share"])
    record(
        actor, "study.rater_limited", target=study_rater.study, project=study_rater.study.project,
        rater=str(study_rater.rater), cap=cap, cap_day=cap_day, share=share,
    )  # fmt: skip


@transaction.atomic
def pause_rater(
    *, actor: User | None, study_rater: StudyRater, paused: bool, now: datetime
) -> StudyRater:
    """Stop or go on; whoever was paused by control items is then judged by later ones alone."""
    if study_rater.paused == paused:
        return study_rater  # by another click or person, who stands in the trail
    if study_rater.paused_because == ACCURACY and not paused:
        study_rater.checks_from = now
    study_rater.paused, study_rater.paused_because = paused, ""
    study_rater.save(update_fields=["paused", "paused_because", "checks_from"])
    record(
        actor,
        "study.rater_paused" if paused else "study.rater_resumed",
        target=study_rater.study,
        project=study_rater.study.project,
        rater=str(study_rater.rater),
    )
    return study_rater
