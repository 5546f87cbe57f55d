"""Something of gold put before raters in a study of its own, opened at once."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Project, User
from annotation.models import Item, Rater, RubricVersion
from annotation.services.naming import add_named
from annotation.services.studies import create_study, name_rater, open_study
from core.errors import InvalidError


def put_before_raters(
    *,
    actor: User | None,
    project: Project,
    name: str,
    version: RubricVersion,
    overlap: int,
    raters: Sequence[Rater] | None,
    units: Sequence[tuple[int, ...]],
    pool_size: int,
    seed: int,
    now: datetime,
) -> list[Item]:
    """The items, in the order of their units; in the caller's transaction.

    Raters see the name of the study, so it tells neither variant nor label. Without raters (None)
    the ratings are to be imported.
    """
    if raters is not None and len(raters) < overlap:
        raise InvalidError(
            _("%(overlap)d raters an item need as many names. Choose more raters.")
            % {"overlap": overlap},
            fields={"raters": _("Too few names.")},
        )
    study = create_study(
        actor=actor, project=project, name=name, rubric_version=version, overlap=overlap
    )
    for rater in raters or ():
        name_rater(actor=actor, study=study, rater=rater)
    items = add_named(
        actor=actor, study=study, units=units, pool_size=pool_size, seed=seed, now=now
    )
    open_study(actor=actor, study=study, now=now)
    return items
