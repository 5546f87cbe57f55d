"""What a study does so that its raters stay good: control items, retests, a qualification."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from annotation.models import Item, Qualification, Study
from annotation.services.answer_keys import keyed_items, refuse_another_rubric
from annotation.services.same_answers import in_items
from core.errors import InvalidError

MOST_CHECKS = 0.5
"""Share of a rater's items: with more the study itself would hardly go on."""
FIELDS = (
    "controls", "control_rate", "accuracy_bar", "retest_rate", "retest_after_hours",
    "requires", "show_own_severity",
)  # fmt: skip


@transaction.atomic
def change_quality(*, actor: User, study: Study, changes: Mapping[str, Any]) -> Study:
    """Set how raters are checked; it holds for what they are given from now on."""
    study = Study.objects.select_for_update(of=("self",), no_key=True).get(pk=study.pk)
    touched = sorted(name for name in FIELDS if getattr(study, name) != changes[name])
    for name in touched:
        setattr(study, name, changes[name])
    _check_controls(study)
    if study.requires is not None:
        check_fits(study, study.requires)
    if "requires" in touched and study.requires and study.links.filter(revoked_at=None).exists():
        _refuse(
            "requires",
            _(
                "End users rate here by a link, and they cannot have a qualification. Withdraw the "
                "link, or ask for no qualification."
            ),
        )
    if touched:
        study.save(update_fields=touched)
        record(actor, "study.changed", target=study, project=study.project, fields=touched)
    return study


def _check_controls(study: Study) -> None:
    controls = study.controls
    if controls is None:
        if study.control_rate:
            _refuse(
                "controls", _("Control items come from a set. Choose one, or set the share to 0.")
            )
        if study.accuracy_bar is not None:
            _refuse(
                "accuracy_bar",
                _("Accuracy is known on control items only. Choose a set, or leave the bar empty."),
            )
    elif controls.purpose != Study.Purpose.CONTROL or controls.project_id != study.project_id:
        _refuse("controls", _("Choose a set of control items of this project."))
    else:
        refuse_another_rubric(study, controls, "controls")
        if controls.excluded_turns != study.excluded_turns:
            _refuse(
                "controls", _("The set and the study ask about different turns of a conversation.")
            )
        if not keyed_items(controls).exists():
            _refuse(
                "controls",
                _("No item of “%(set)s” has an expected answer yet, so none can check anybody.")
                % {"set": controls},
            )
        own = Item.objects.filter(in_items(), study=study.pk)
        if not keyed_items(controls).filter(~Exists(own)).exists():
            _refuse(
                "controls",
                _(
                    "All items of “%(set)s” stand in this study too, and nobody is given the same "
                    "twice, so none can check anybody here. Take items of other conversations."
                )
                % {"set": controls},
            )
    if study.control_rate + study.retest_rate > MOST_CHECKS:
        _refuse(
            "retest_rate",
            _("Control items and repeated ones are half of a rater’s items at most, together."),
        )


def check_fits(study: Study, qualification: Qualification, field: str = "requires") -> None:
    """A qualification by training fits studies of the version of the rubric that was trained."""
    if qualification.project_id != study.project_id:
        _refuse(field, _("The qualification belongs to another project."))
    if qualification.training is not None:
        refuse_another_rubric(study, qualification.training, field)


def _refuse(field: str, words: str) -> None:
    raise InvalidError(words, fields={field: words})
