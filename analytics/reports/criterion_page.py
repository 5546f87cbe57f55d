"""One criterion: its health over rubric versions and studies, and over its wordings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.models import AgreementSnapshot
from analytics.reports.kind_words import KindsPart, kinds_part
from analytics.reports.page import KRIPPENDORFF, point_words
from analytics.reports.plainly import Plainly, plainly_of
from analytics.reports.sentences import parting, verdict_of, verdict_words
from analytics.reports.why import reason_words
from annotation.criteria import spoken
from annotation.models import Study
from core.errors import NotFoundError
from core.languages import language_name
from core.templatetags.figures import Axis


@dataclass(frozen=True, slots=True)
class VersionLine:
    """The criterion in one study under one version of its rubric; `data` as `brief_of` has it."""

    study: Study
    data: Mapping[str, Any]
    verdict_words: str
    is_this: bool

    @property
    def alpha(self) -> Mapping[str, Any]:
        return self.data["coefficients"]["krippendorff_alpha"]  # type: ignore[no-any-return]

    @property
    def percent(self) -> Mapping[str, Any]:
        return self.data["coefficients"]["percent_agreement"]  # type: ignore[no-any-return]

    @property
    def reason(self) -> str:
        return reason_words(self.alpha["reason"])

    @property
    def cannot_judge(self) -> float | None:
        """Share of ratings that could not judge."""
        asked = self.data["n_ratings"] + self.data["n_cannot_judge"]
        return self.data["n_cannot_judge"] / asked if asked else None


@dataclass(frozen=True, slots=True)
class CriterionPage:
    study: Study
    data: Mapping[str, Any]
    name: str
    question: str
    points: Sequence[str]
    plain: Plainly
    parting: str
    versions: Sequence[VersionLine]
    axis: Axis

    @property
    def kinds(self) -> KindsPart | None:
        """Agreement within and between kinds of raters, where there are several."""
        return kinds_part(self.data)

    @property
    def wordings(self) -> list[dict[str, Any]]:
        """Each language with its alpha."""
        within = (self.data.get("wordings") or {}).get("within", {})
        return [
            {
                "language": language_name(code),
                "alpha": found,
                "reason": reason_words(found["reason"]),
            }
            for code, found in sorted(within.items())
        ]

    @property
    def wording_pairs(self) -> list[dict[str, Any]]:
        """Each two languages, with the difference of scores and the agreement between them."""
        return [
            {
                "first": language_name(pair["first"]),
                "second": language_name(pair["second"]),
                "difference": pair["difference"],
                "agreement": pair["agreement"],
                "reason": reason_words(
                    (pair["difference"] or {}).get("reason") or pair["agreement"]["reason"]
                ),
            }
            for pair in (self.data.get("wordings") or {}).get("between", [])
        ]

    def as_data(self) -> dict[str, Any]:
        """The JSON of one criterion: its report, and its health in other studies."""
        return {
            **{
                key: cell for key, cell in self.data.items() if key not in ("raters", "rater_pairs")
            },
            "versions": [
                {
                    "study": str(line.study.uid),
                    "rubric_version": line.study.rubric_version.number,
                    "krippendorff_alpha": dict(line.alpha),
                    "percent_agreement": dict(line.percent),
                    "n_items": line.data["n_items"],
                    "n_ratings": line.data["n_ratings"],
                    "n_cannot_judge": line.data["n_cannot_judge"],
                }
                for line in self.versions
            ],
        }


def criterion_page(snapshot: AgreementSnapshot, study: Study, key: str) -> CriterionPage:
    """The page of one criterion, from what was computed last.

    Raises:
        NotFoundError: The report has no such criterion.
    """
    data = _of(snapshot.data, key)
    if data is None:
        raise NotFoundError(
            _("The report of study “%(study)s” has no criterion “%(key)s”.")
            % {"study": study, "key": key}
        )
    points = [
        point_words(point, spoken(label, point))[0]
        for point, label in zip(data["categories"], data["labels"], strict=True)
    ]
    versions = _versions(study, key)
    ends = (line.alpha[end] for line in versions for end in ("value", "low"))
    return CriterionPage(
        study=study,
        data=data,
        name=spoken(data["name"], key),
        question=spoken(data["question"]),
        points=points,
        plain=plainly_of(data, points),
        parting=parting(data, points),
        versions=versions,
        axis=Axis.of_coefficients(
            ends,
            thresholds=sorted({study.bar, *KRIPPENDORFF}),
            low_words=_("chance"),
            high_words=_("perfect"),
        ),
    )


def _versions(study: Study, key: str) -> list[VersionLine]:
    """The same criterion wherever its rubric was used, oldest version first."""
    others = (
        AgreementSnapshot.objects.filter(
            study__project=study.project_id,
            study__rubric_version__rubric=study.rubric_version.rubric_id,
        )
        .select_related("study__rubric_version")
        .defer("data")
        .order_by("study__rubric_version__number", "study__pk")
    )
    return [
        VersionLine(
            one.study,
            data,
            verdict_words(verdict_of(data, one.study.bar), one.study.bar),
            one.study_id == study.pk,
        )
        for one in others
        if (data := _of(one.brief, key))
    ]


def _of(report: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    criteria: Sequence[Mapping[str, Any]] = report["criteria"]
    return next((one for one in criteria if one["criterion"] == key), None)
