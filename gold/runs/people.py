"""What people settled about the outputs of a run, and which outputs can be put before them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from annotation.criteria import spoken
from annotation.models import Criterion, RubricVersion, Verdict
from core.scales import Kind, Target
from gold.models import Release, Run, RunOutput, RunStudy
from gold.runs.comparing import BROKEN

BATCH = 500
ORDERED = (Kind.BINARY, Kind.ORDINAL)
UNJUDGED, CHANGED, ALL = "unjudged", "changed", "all"
WHICH = {
    ALL: _("any of them"),
    UNJUDGED: _("those that are not judged yet"),
    CHANGED: _("those that were fixed or broken since the run before"),
    BROKEN: _("those that were broken since the run before"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """From which point of which criterion on people let an output pass."""

    criterion: Criterion
    at_least: int

    @property
    def name(self) -> str:
        return f"{self.criterion.pk}:{self.at_least}"

    @property
    def words(self) -> str:
        point = self.criterion.points[self.at_least]
        name = spoken(self.criterion.name, self.criterion.key)
        return f"{name} ≥ {spoken(point['label'], point['key'])}"


def bars_of(release: Release) -> list[tuple[RubricVersion, list[Bar]]]:
    """By rubric version of the release; a point from which all pass is no bar.

    Only what judges one answer as a whole, on points that have an order.
    """
    uids = [one["uid"] for one in release.rubric_versions]
    versions = RubricVersion.objects.filter(uid__in=uids).select_related("rubric")
    found = []
    for version in versions.prefetch_related("criteria").order_by("-pk"):
        criteria = list(version.criteria.all())
        if any(one.target == Target.PAIR for one in criteria):
            continue
        bars = [
            Bar(one, place)
            for one in criteria
            if one.target == Target.CONVERSATION and one.kind in ORDERED and not one.points_from
            for place in range(1, len(one.points))
        ]
        if bars:
            found.append((version, bars))
    return found


def settled_of(run: Run) -> dict[int, bool]:
    """By gold item, whether people let its output pass; what they have not settled is not in it.

    What they settled of another run counts too where this one said the same words.
    """
    found: dict[int, bool] = {}
    of_dataset = RunStudy.objects.filter(run__release__dataset=run.release.dataset_id)
    for one in of_dataset.select_related("study").order_by("pk"):
        by_item = passed_in(one)
        passed = {
            entry["gold"]: by_item[entry["item"]]
            for entry in one.sample
            if entry["item"] in by_item
        }
        own = one.run_id == run.pk
        for pk, uid in _said_there(run, one, list(passed)):
            if own or pk not in found:
                found[pk] = passed[uid]
    return found


def passed_in(one: RunStudy) -> dict[str, bool]:
    """By item: means of positions are held against the position too."""
    rows = Verdict.objects.filter(
        item__study=one.study_id,
        criterion__key=one.criterion,
        criterion__version=one.study.rubric_version_id,
        turn=-1,
        passage=-1,
        current=True,
    ).values_list("item__uid", "value", "number")
    places = {str(uid): value if number is None else number for uid, value, number in rows}
    return {uid: place >= one.at_least for uid, place in places.items() if place is not None}


def asked_of(run: Run) -> set[str]:
    """Gold items whose outputs stand before raters, or have stood there."""
    return {entry["gold"] for one in run.studies.all() for entry in one.sample}


def _said_there(run: Run, one: RunStudy, uids: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Of the items that raters saw there, those of which this run said the same."""
    for start in range(0, len(uids), BATCH):
        rows = run.outputs.filter(gold_item__uid__in=uids[start : start + BATCH])
        if one.run_id != run.pk:
            there = RunOutput.objects.filter(run=one.run_id, gold_item=OuterRef("gold_item"))
            rows = rows.filter(Exists(there.filter(output=OuterRef("output"))))
        for pk, uid in rows.values_list("gold_item_id", "gold_item__uid"):
            yield pk, str(uid)
