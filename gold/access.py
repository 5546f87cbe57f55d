"""The only way to gold on somebody's behalf."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.access import May, Place, reach
from accounts.models import User
from gold.manifest import HEAVY_THROUGH
from gold.models import Candidate, GoldDataset, GoldItem, LabelAudit, OutputFile, Release, Run


def get_dataset_for(user: User, uid: UUID, may: May) -> tuple[GoldDataset, Place]:
    rows = GoldDataset.objects.all()
    absent = _("There is no such gold dataset, or it belongs to another team.")
    return reach(user, rows, "project", uid, may, absent=absent)


def get_candidate_for(user: User, uid: UUID, may: May) -> tuple[Candidate, Place]:
    rows = Candidate.objects.all()
    absent = _("There is no such candidate, or it belongs to another team.")
    return reach(user, rows, "dataset__project", uid, may, absent=absent)


def get_gold_item_for(user: User, uid: UUID, may: May) -> tuple[GoldItem, Place]:
    rows = GoldItem.objects.select_related(
        "approved_by",
        "candidate__item__study__rubric_version__rubric",
        "candidate__item__conversation",
        "candidate__item__draw",
    )
    absent = _("There is no such gold item, or it belongs to another team.")
    return reach(user, rows, "dataset__project", uid, may, absent=absent)


def get_release_for(user: User, uid: UUID, may: May) -> tuple[Release, Place]:
    rows = Release.objects.select_related("parent", "published_by")
    absent = _("There is no such release, or it belongs to another team.")
    return reach(user, rows, "dataset__project", uid, may, absent=absent)


def get_run_for(user: User, uid: UUID, may: May) -> tuple[Run, Place]:
    rows = Run.objects.select_related("release__dataset", "created_by").defer(*HEAVY_THROUGH)
    absent = _("There is no such run, or it belongs to another team.")
    return reach(user, rows, "release__dataset__project", uid, may, absent=absent)


def get_output_file_for(user: User, uid: UUID, may: May) -> tuple[OutputFile, Place]:
    rows = OutputFile.objects.select_related("release__dataset", "created_by", "run")
    rows = rows.defer(*HEAVY_THROUGH)
    absent = _("There is no such file of outputs, or it belongs to another team.")
    return reach(user, rows, "release__dataset__project", uid, may, absent=absent)


def get_audit_for(user: User, uid: UUID, may: May) -> tuple[LabelAudit, Place]:
    rows = LabelAudit.objects.select_related("release", "study__rubric_version__rubric")
    rows = rows.defer(*HEAVY_THROUGH)
    absent = _("There is no such label audit, or it belongs to another team.")
    return reach(user, rows, "dataset__project", uid, may, absent=absent)
