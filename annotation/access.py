"""The only way to a rubric, a study or an item on somebody's behalf."""

from typing import Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    Exists,
    OuterRef,
    QuerySet,
    UUIDField,
)
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from accounts.access import May, Place, reach, require
from accounts.models import Project, Role, User
from annotation.models import (
    Assignment,
    CriterionHold,
    ExampleProposal,
    Item,
    Qualification,
    Qualified,
    Rater,
    Rating,
    RatingLink,
    Reply,
    Reveal,
    Rubric,
    RubricVersion,
    Study,
    StudyRater,
)
from annotation.selectors import at_its_study, with_what_is_asked
from annotation.services.deciding import may_join
from annotation.services.studies import join_study
from core.errors import NotAllowedError, NotFoundError
from core.prepared import Parameter, Prepared


def get_rubric_for(user: User, uid: UUID, may: May) -> tuple[Rubric, Place]:
    rows = Rubric.objects.all()
    absent = _("There is no such rubric, or it belongs to another team.")
    return reach(user, rows, "project", uid, may, absent=absent)


def get_rubric_version_for(user: User, uid: UUID, may: May) -> tuple[RubricVersion, Place]:
    rows = RubricVersion.objects.all()
    absent = _("There is no such rubric version, or it belongs to another team.")
    return reach(user, rows, "rubric__project", uid, may, absent=absent)


def get_study_for(user: User, uid: UUID, may: May) -> tuple[Study, Place]:
    rows = Study.objects.select_related("rubric_version__rubric")
    absent = _("There is no such study, or it belongs to another team.")
    return reach(user, rows, "project", uid, may, absent=absent)


def get_study_in(place: Place, uid: UUID | None) -> Study:
    """A study that a form on a page of this project names."""
    study = place.project.studies.filter(uid=uid).first() if uid else None
    if study is None:
        raise NotFoundError(_("There is no such study, or it belongs to another team."))
    return study


def get_item_for(user: User, uid: UUID, may: May) -> tuple[Item, Place]:
    rows = Item.objects.select_related("study__rubric_version__rubric", "conversation")
    absent = _("There is no such item, or it belongs to another team.")
    return reach(user, rows, "study__project", uid, may, absent=absent)


def get_hold_for(user: User, uid: UUID, may: May) -> tuple[CriterionHold, Place]:
    """A criterion of a study that was sent back for rewording."""
    rows = CriterionHold.objects.select_related("criterion")
    absent = _("There is no such criterion, or it belongs to another team.")
    return reach(user, rows, "study__project", uid, may, absent=absent)


def get_reply_for(user: User, uid: UUID) -> tuple[Reply, Place]:
    """A person's own place to answer a question about an item."""
    rows = Reply.objects.filter(rater__user=user).select_related(
        "rater",
        "inquiry__item__study__rubric_version__rubric",
        "inquiry__item__conversation",
        "inquiry__item__conversation_b",
    )
    absent = _("There is no such question, or it was put to somebody else.")
    return reach(user, rows, "inquiry__item__study__project", uid, May.RATE, absent=absent)


def get_example_for(user: User, uid: UUID, may: May) -> tuple[ExampleProposal, Place]:
    """What was proposed as an example of a point of a rubric."""
    rows = ExampleProposal.objects.select_related("verdict__criterion__version__rubric")
    absent = _("There is no such proposal, or it belongs to another team.")
    return reach(user, rows, "verdict__item__study__project", uid, may, absent=absent)


def get_qualification_for(user: User, uid: UUID, may: May) -> tuple[Qualification, Place]:
    rows = Qualification.objects.select_related("training")
    absent = _("There is no such qualification, or it belongs to another team.")
    return reach(user, rows, "project", uid, may, absent=absent)


def get_holder_for(user: User, uid: UUID, rater_uid: UUID, may: May) -> tuple[Qualified, Place]:
    """Who holds a qualification now."""
    qualification, place = get_qualification_for(user, uid, may)
    held = (
        qualification.holders.filter(revoked_at=None, rater__uid=rater_uid)
        .select_related("rater", "qualification__project")
        .first()
    )
    if held is None:
        raise NotFoundError(_("This rater does not hold the qualification."))
    return held, place


def get_study_rater_for(
    user: User, study_uid: UUID, rater_uid: UUID, may: May
) -> tuple[StudyRater, Place]:
    """A rater on the list of a study that the person may act on."""
    study, place = get_study_for(user, study_uid, may)
    study_rater = study.study_raters.select_related("rater").filter(rater__uid=rater_uid).first()
    if study_rater is None:
        raise NotFoundError(_("This rater is not on the list of the study."))
    study_rater.study = study
    return study_rater, place


def get_rater_for(
    user: User, study_uid: UUID, rater_uid: UUID, may: May
) -> tuple[Study, Rater, Place]:
    """Whoever rated in a study, on its list or in a file of ratings."""
    study, place = get_study_for(user, study_uid, may)
    rater = Rater.objects.filter(project=study.project_id, uid=rater_uid).first()
    if rater is None or not _is_of(study, rater):
        raise NotFoundError(
            _("This rater is not on the list of the study and rated nothing in it.")
        )
    return study, rater, place


def _is_of(study: Study, rater: Rater) -> bool:
    is_named = study.study_raters.filter(rater=rater).exists()
    return is_named or Rating.objects.filter(rater=rater, item__study=study).exists()


def get_link_for(user: User, uid: UUID, may: May) -> tuple[RatingLink, Place]:
    """A link for end users, on behalf of the team; respondents come by `annotation.seats`."""
    rows = RatingLink.objects.select_related("study")
    absent = _("There is no such link, or it belongs to another team.")
    return reach(user, rows, "study__project", uid, may, absent=absent)


def get_desk_for(user: User, study_uid: UUID) -> tuple[StudyRater, Place]:
    """A person's own place among the raters of a study; the first visit takes one that is free."""
    study, place = get_study_for(user, study_uid, May.RATE)
    desk = StudyRater.objects.filter(study=study, rater__user=user).select_related("rater").first()
    if desk is None and may_join(study):
        desk = join_study(user=user, study=study)
    if desk is None:
        raise NotAllowedError(
            _("You are not among the raters of “%(study)s”. Whoever manages the study can add you.")
            % {"study": study}
        )
    desk.study = study
    return desk, place


UNSAID = (
    "rater__key", "rater__created_at", "rater__tombstoned_at",
    "item__group_key", "item__has_slot",
    "item__inclusion_probability", "item__conditional_probability", "item__draw",
    "item__study__open_to",
    "item__study__show_own_severity", "item__study__bar", "item__study__adjudicate_own",
    "item__study__census", "item__study__imported", "item__study__created_by",
    "item__study__created_at", "item__study__opened_at", "item__study__closed_at",
    "item__study__project__created_at", "item__study__project__synthetic",
)  # fmt: skip
"""What neither a submit nor the next page asks for; whoever does gets it by a query of its own."""


def as_a_submit_reads(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """With everything that a submit needs, and not a word more.

    Not the conversation, which most rubrics ask nothing of (`with_what_is_asked`), and not the
    rubric's version, which a process keeps (`at_its_study`).
    """
    return assignments.select_related("rater", "item__study__project").defer(*UNSAID)


def held_fast(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Locked with their items until the transaction ends, and whether the rater has seen others."""
    reveals = Reveal.objects.filter(item=OuterRef("item_id"), rater=OuterRef("rater_id"))
    return assignments.select_for_update(of=("self", "item"), no_key=True).annotate(
        has_seen=Exists(reveals)
    )


def as_held(assignment: Any) -> Any:
    """What a door gave that holds it fast: it need not be read again to be locked."""
    assignment.is_locked, assignment.is_revealed = True, assignment.has_seen
    return assignment


OF_THE_TEAM = (
    '"accounts_membership"."team_id" = "accounts_project"."team_id"'
    ' AND "accounts_membership"."user_id" = %s'
)


def _own_assignment() -> QuerySet[Assignment]:
    """Joined to the membership, where other doors ask `visible_to` by subqueries.

    By hand: by names Django would join the team between, of which nothing is asked.
    """
    user = Parameter("user", BigIntegerField())
    own = Assignment.objects.filter(uid=Parameter("uid", UUIDField()), rater__user=user)
    rows: QuerySet[Assignment] = as_a_submit_reads(own).extra(  # noqa: S610  # constants
        tables=["accounts_membership"], where=[OF_THE_TEAM], params=[user]
    )
    return rows.annotate(
        role=RawSQL('"accounts_membership"."role"', [], CharField()),
        limited=RawSQL('"accounts_membership"."limited"', [], BooleanField()),
    )


OWN_ASSIGNMENT = Prepared(_own_assignment)
OWN_TO_SUBMIT = Prepared(lambda: held_fast(_own_assignment()))


def get_assignment_for(
    user: User, uid: UUID, *, to_submit: bool = False
) -> tuple[Assignment, Place]:
    """A person's own assignment, with all that a submit reads: one query, this door is hot.

    `to_submit` locks it in the caller's transaction, so that it need not be read once more.
    """
    door = OWN_TO_SUBMIT if to_submit else OWN_ASSIGNMENT
    assignment: Any = door.first(user=user.pk, uid=uid)
    if assignment is None or (assignment.limited and not _is_visible(assignment, user)):
        raise NotFoundError(_("There is no such assignment, or it is somebody else's."))
    with_what_is_asked(at_its_study(assignment))
    place = Place(assignment.study.project, Role(assignment.role), user)
    return as_held(assignment) if to_submit else assignment, require(place, May.RATE)


def _is_visible(assignment: Assignment, user: User) -> bool:
    return Project.objects.visible_to(user).filter(pk=assignment.item.study.project_id).exists()
