"""The only way to gold on somebody's behalf."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.access import May, Place, place_in, require
from accounts.models import Project, User
from core.errors import NotFoundError
from gold.models import Candidate, GoldDataset, GoldItem, Release


def get_dataset_for(user: User, uid: UUID, may: May) -> tuple[GoldDataset, Place]:
    dataset = (
        GoldDataset.objects.filter(uid=uid, project__in=Project.objects.visible_to(user))
        .select_related("project__team")
        .first()
    )
    if dataset is None:
        raise NotFoundError(_("There is no such gold dataset, or it belongs to another team."))
    return dataset, require(place_in(user, dataset.project), may)


def get_candidate_for(user: User, uid: UUID, may: May) -> tuple[Candidate, Place]:
    candidate = (
        Candidate.objects.filter(uid=uid, dataset__project__in=Project.objects.visible_to(user))
        .select_related("dataset__project__team")
        .first()
    )
    if candidate is None:
        raise NotFoundError(_("There is no such candidate, or it belongs to another team."))
    return candidate, require(place_in(user, candidate.dataset.project), may)


def get_gold_item_for(user: User, uid: UUID, may: May) -> tuple[GoldItem, Place]:
    gold_item = (
        GoldItem.objects.filter(uid=uid, dataset__project__in=Project.objects.visible_to(user))
        .select_related(
            "dataset__project__team",
            "approved_by",
            "candidate__item__study__rubric_version__rubric",
            "candidate__item__conversation",
            "candidate__item__draw",
        )
        .first()
    )
    if gold_item is None:
        raise NotFoundError(_("There is no such gold item, or it belongs to another team."))
    return gold_item, require(place_in(user, gold_item.dataset.project), may)


def get_release_for(user: User, uid: UUID, may: May) -> tuple[Release, Place]:
    release = (
        Release.objects.filter(uid=uid, dataset__project__in=Project.objects.visible_to(user))
        .select_related("dataset__project__team", "parent", "published_by")
        .first()
    )
    if release is None:
        raise NotFoundError(_("There is no such release, or it belongs to another team."))
    return release, require(place_in(user, release.dataset.project), may)
