"""Every two raters who met on one criterion: a table that few open and that hundreds make long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.access import Place
from analytics.models import AgreementSnapshot
from analytics.reports.page import rater_names
from annotation.criteria import spoken
from annotation.models import Study
from core.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class PairsPage:
    """Pairs of raters of one criterion, by the names that this reader may see."""

    study: Study
    key: str
    name: str
    pairs: Sequence[Mapping[str, Any]]


def pairs_page(snapshot: AgreementSnapshot, study: Study, place: Place, key: str) -> PairsPage:
    """The pairs of one criterion, from what was computed last.

    Raises:
        NotFoundError: The report has no such criterion.
    """
    names = rater_names(snapshot.data, place)
    for criterion in snapshot.data["criteria"]:
        if criterion["criterion"] == key:
            pairs = [
                {**pair, **{side: names.get(pair[side], "") for side in ("first", "second")}}
                for pair in criterion["rater_pairs"]
            ]
            return PairsPage(study, key, spoken(criterion["name"], key), pairs)
    raise NotFoundError(
        _("The report of study “%(study)s” has no criterion “%(key)s”.")
        % {"study": study, "key": key}
    )
