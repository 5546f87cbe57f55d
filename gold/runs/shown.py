"""What the pages of runs show: lines of the list, and one run held against another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.reports.method_lines import method_line
from analytics.stats.estimates import Estimate
from core.languages import language_name
from core.phrases import consecutive
from gold.asked import question_of
from gold.label_words import LabelWords, label_words_of
from gold.manifest import HEAVY_THROUGH
from gold.models import Difficulty, GoldDataset, Release, Run, RunOutput, Source, Tier
from gold.runs.comparing import BROKEN, FIXED, Change, Outcome, compare, share
from gold.runs.gate import Gate, decide
from gold.runs.inputs import is_erased
from gold.runs.judging import expected_of, rule_from
from gold.runs.outcomes import SLICES, Slice, facts_of, judged, pair_of, slices_of
from gold.runs.words import (
    counts_words,
    finding,
    gate_words,
    grown_words,
    people_words,
    points_with_limits,
    rule_words,
    share_words,
    state_words,
)

PAGE = 50
FILTERS = (BROKEN, FIXED, "failed", "passed", "unjudged")


@dataclass(frozen=True, slots=True)
class RunLine:
    run: Run
    rule: str
    share: Estimate


def run_lines(dataset: GoldDataset) -> list[RunLine]:
    """The newest first. A list's shares take every item for itself; the run's page knows groups."""
    from analytics.stats.comparisons.proportions import share as plain

    runs = Run.objects.filter(release__dataset=dataset).select_related("release", "created_by")
    runs = runs.defer(*HEAVY_THROUGH)
    labels = label_words_of(
        one["uid"]
        for versions in dataset.releases.values_list("rubric_versions", flat=True)
        for one in versions
    )
    return [
        RunLine(run, rule_words(rule_from(run.rule), labels), plain(run.n_passed, run.n_judged))
        for run in runs.order_by("-pk")
    ]


CHOICES: Mapping[str, Mapping[Any, Any]] = {
    "difficulty": dict(Difficulty.choices),
    "source": dict(Source.choices),
    "tier": dict(Tier.choices),
}
BY = {
    "language": gettext_lazy("language"),
    "difficulty": gettext_lazy("difficulty"),
    "source": gettext_lazy("what brought it"),
    "tier": gettext_lazy("tier"),
    "split": gettext_lazy("split"),
    "tag": gettext_lazy("tag"),
}


@dataclass(frozen=True, slots=True)
class SliceLine:
    """A slice with its words, for a table."""

    by: str
    value: str
    words: str
    by_words: Any
    share: Estimate
    change: Change | None
    moved: str


def slice_words(by: str, value: str) -> str:
    return language_name(value) if by == "language" else str(CHOICES.get(by, {}).get(value, value))


def slice_line(one: Slice) -> SliceLine:
    return SliceLine(
        by=one.by,
        value=one.value,
        words=slice_words(one.by, one.value),
        by_words=BY[one.by],
        share=share(list(one.outcomes.values())),
        change=one.change,
        moved="" if one.change is None else points_with_limits(one.change.difference),
    )


@dataclass(frozen=True, slots=True)
class Report:
    """One run, held against an earlier one where there is one."""

    run: Run
    earlier: Run | None
    share: Estimate
    change: Change | None
    gate: Gate
    margin: float
    at_least: float | None
    slices: list[SliceLine]
    outcomes: Mapping[int, Outcome]
    judged: str = ""
    agreed: tuple[int, int] = (0, 0)
    mixed: int = 0

    @property
    def n_by_people(self) -> int:
        return sum(one.by_people for one in self.outcomes.values())

    @property
    def method_words(self) -> str:
        return method_line(self.change.difference.method) if self.change else ""

    @property
    def people_words(self) -> str:
        return people_words(self.n_by_people, len(self.outcomes), self.agreed, self.mixed)

    @property
    def finding(self) -> str:
        if self.change is None or self.earlier is None:
            return _("“%(variant)s” passes %(share)s of %(n)d judged items.") % {
                "variant": self.run.variant,
                "share": share_words(self.share),
                "n": self.share.n,
            }
        named = (
            self.earlier.variant
            if self.earlier.variant != self.run.variant
            else _("%(variant)s of %(day)s")
            % {"variant": self.earlier.variant, "day": f"{self.earlier.created_at:%Y-%m-%d}"}
        )
        return finding(self.change, self.run.variant, named)

    @property
    def beneath(self) -> list[str]:
        """What the finding rests on: how many items changed, and what a larger gold did."""
        if self.change is None or self.change.difference.value is None:
            return []
        return [one for one in (counts_words(self.change), grown_words(self.change)) if one]

    @property
    def state_words(self) -> str:
        return state_words(self.gate)

    @property
    def gate_words(self) -> str:
        return gate_words(self.gate, margin=self.margin, at_least=self.at_least)

    def as_data(self) -> dict[str, Any]:
        """For programs: every number with its interval, and the answer for a build."""
        change = self.change
        return {
            "run": str(self.run.uid),
            "variant": self.run.variant,
            "release": self.run.release.number,
            "against": None
            if self.earlier is None
            else {
                "run": str(self.earlier.uid),
                "variant": self.earlier.variant,
                "release": self.earlier.release.number,
            },
            "state": self.gate.state,
            "words": consecutive([self.state_words, self.gate_words]),
            "finding": self.finding,
            "margin": self.margin,
            "at_least": self.at_least,
            "more_items": self.gate.more,
            "judged": self.judged or "both",
            "by_people": self.n_by_people,
            "judged_differently": self.mixed,
            "people_and_rule": {"same": self.agreed[0], "both": self.agreed[1]},
            "outputs": self.run.n_outputs,
            "share": self.share.as_dict(),
            "change": None if change is None else change_data(change),
            "slices": [
                {
                    "by": one.by,
                    "value": one.value,
                    "share": one.share.as_dict(),
                    "change": None if one.change is None else change_data(one.change),
                }
                for one in self.slices
            ],
        }


def change_data(change: Change) -> dict[str, Any]:
    return {
        **change.counts,
        "items": len(change.items),
        "difference": change.difference.as_dict(),
        "before": change.before.as_dict(),
        "after": change.after.as_dict(),
        "all_items": {
            "before": change.before_all.as_dict(),
            "after": change.after_all.as_dict(),
            "by_same_items": change.difference.value,
            "by_new_items": change.by_new_items,
        },
    }


def report_of(
    run: Run,
    earlier: Run | None,
    *,
    margin: float = 0.0,
    at_least: float | None = None,
    by: str = "",
) -> Report:
    found = judged(run)
    outcomes = found.said(by)
    pair = None if earlier is None else pair_of(judged(earlier, run.release), found, by)
    change = None if pair is None else compare(pair.before, pair.after)
    whole = share(list(outcomes.values()))
    gate = decide(
        None if change is None else change.difference, whole, margin=margin, at_least=at_least
    )
    slices = [slice_line(one) for one in slices_of(run.release, outcomes, pair)]
    mixed = pair.mixed if pair else 0
    return Report(
        run, earlier, whole, change, gate, margin, at_least, slices, outcomes, by, found.agreed,
        mixed,
    )  # fmt: skip


def labels_of(release: Release) -> LabelWords:
    return label_words_of(one["uid"] for one in release.rubric_versions)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of a release with what two variants said to it."""

    position: int
    uid: str
    name: str
    question: str
    expected: str
    now: RunOutput | None
    was: RunOutput | None
    became: str
    outcome: Outcome | None
    labels: LabelWords
    is_erased: bool = False

    @property
    def scores_now(self) -> list[tuple[str, str]]:
        return self._scores(self.now)

    @property
    def scores_before(self) -> list[tuple[str, str]]:
        return self._scores(self.was)

    def _scores(self, output: RunOutput | None) -> list[tuple[str, str]]:
        """What the file said of it, by the names of the rubrics where they are theirs."""
        found = output.scores if output else {}
        return [(self.labels.name(key), self.labels.said(key, one)) for key, one in found.items()]


def item_lines(
    report: Report, *, show: str = "", by: str = "", value: str = "", after: int = -1
) -> list[ItemLine]:
    """Items of the run's release that are asked for, one more than a page."""
    wanted = _wanted(report, show, by, value)
    items = report.run.release.items.filter(position__gt=after).select_related("gold_item")
    if wanted is not None:
        items = items.filter(gold_item__in=_some(report.run.release, wanted, after))
    lines = list(items.order_by("position")[: PAGE + 1])
    keys = [one.gold_item_id for one in lines]
    now = {one.gold_item_id: one for one in report.run.outputs.filter(gold_item__in=keys)}
    was = (
        {one.gold_item_id: one for one in report.earlier.outputs.filter(gold_item__in=keys)}
        if report.earlier
        else {}
    )
    became = report.change.items if report.change else {}
    labels = labels_of(report.run.release)
    return [
        ItemLine(
            position=one.position,
            uid=str(one.gold_item.uid),
            name=one.payload["conversation"]["id"],
            question=question_of(one.payload),
            expected=expected_of(one.payload),
            now=now.get(one.gold_item_id),
            was=was.get(one.gold_item_id),
            became=became.get(one.gold_item_id, ""),
            outcome=report.outcomes.get(one.gold_item_id),
            labels=labels,
            is_erased=is_erased(one.payload),
        )
        for one in lines
    ]


def _wanted(report: Report, show: str, by: str, value: str) -> set[int] | None:
    """Gold items that are asked for; None for all."""
    found: set[int] | None = None
    if show in (BROKEN, FIXED):
        became = report.change.items if report.change else {}
        found = {pk for pk, name in became.items() if name == show}
    elif show == "unjudged":
        keys = report.run.outputs.values_list("gold_item", flat=True)
        found = {pk for pk in keys if pk not in report.outcomes}
    elif show in FILTERS:
        found = {pk for pk, one in report.outcomes.items() if one.passed == (show == "passed")}
    if by in SLICES:
        facts = facts_of(report.run.release)
        members = {pk for pk, known in facts.items() if value in SLICES[by](known)}
        found = members if found is None else found & members
    return found


def _some(release: Release, wanted: set[int], after: int) -> Iterable[int]:
    """As many of them as a page takes, in the order of the release: SQLite binds few values."""
    rows = release.items.filter(position__gt=after).order_by("position")
    found = []
    for pk in rows.values_list("gold_item_id", flat=True).iterator(chunk_size=2_000):
        if pk in wanted:
            found.append(pk)
            if len(found) > PAGE:
                break
    return found
