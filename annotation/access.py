"""The only way to a rubric, a study or an item on somebody's behalf."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.access import May, Place, place_in, require
from accounts.models import Project, User
from annotation.models import Item, Rubric, RubricVersion, Study
from core.errors import NotFoundError


def get_rubric_for(user: User, uid: UUID, may: May) -> tuple[Rubric, Place]:
    rubric = (
        Rubric.objects.filter(uid=uid, project__in=Project.objects.visible_to(user))
        .select_related("project__team")
        .first()
    )
    if rubric is None:
        raise NotFoundError(_("There is no such rubric, or it belongs to another team."))
    return rubric, require(place_in(user, rubric.project), may)


def get_rubric_version_for(user: User, uid: UUID, may: May) -> tuple[RubricVersion, Place]:
    version = (
        RubricVersion.objects.filter(uid=uid, rubric__project__in=Project.objects.visible_to(user))
        .select_related("rubric__project__team")
        .first()
    )
    if version is None:
        raise NotFoundError(_("There is no such rubric version, or it belongs to another team."))
    return version, require(place_in(user, version.rubric.project), may)


def get_study_for(user: User, uid: UUID, may: May) -> tuple[Study, Place]:
    study = (
        Study.objects.filter(uid=uid, project__in=Project.objects.visible_to(user))
        .select_related("project__team", "rubric_version__rubric")
        .first()
    )
    if study is None:
        raise NotFoundError(_("There is no such study, or it belongs to another team."))
    return study, require(place_in(user, study.project), may)


def get_item_for(user: User, uid: UUID, may: May) -> tuple[Item, Place]:
    item = (
        Item.objects.filter(uid=uid, study__project__in=Project.objects.visible_to(user))
        .select_related("study__project__team", "study__rubric_version__rubric", "conversation")
        .first()
    )
    if item is None:
        raise NotFoundError(_("There is no such item, or it belongs to another team."))
    return item, require(place_in(user, item.study.project), may)
