"""What people settled about the outputs of a run, and which outputs can be put before them."""

from collections.abc import Iterator, Sequence

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from annotation.models import Verdict
from core.scales import Target
from gold.models import Run, RunOutput, RunStudy
from gold.runs.bars import bar_of
from gold.runs.comparing import BROKEN

BATCH = 500
UNJUDGED, CHANGED, ALL = "unjudged", "changed", "all"
WHICH = {
    ALL: _("any of them"),
    UNJUDGED: _("those that are not judged yet"),
    CHANGED: _("those that were fixed or broken since the run before"),
    BROKEN: _("those that were broken since the run before"),
}


def settled_of(run: Run) -> dict[int, bool]:
    """By gold item, whether people let its output pass; what they have not settled is not in it.

    What they settled of another run counts too where this one said the same words.
    """
    found: dict[int, bool] = {}
    of_dataset = RunStudy.objects.filter(run__release__dataset=run.release.dataset_id)
    for one in of_dataset.select_related("study__rubric_version").order_by("pk"):
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
    """By item. Of a criterion of turns the last counts: with it the output stands there."""
    bar = bar_of(one)
    if bar is None:
        return {}
    rows = Verdict.objects.filter(
        item__study=one.study_id, criterion=bar.criterion, passage=-1, current=True
    )
    if bar.criterion.target == Target.TURN:
        rows = rows.filter(turn=F("item__conversation__n_turns") - 1)
    said = rows.values_list("item__uid", "value", "number")
    passed = {str(uid): bar.lets_pass(value, number) for uid, value, number in said}
    return {uid: one for uid, one in passed.items() if one is not None}


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
