"""The candidates of a dataset: filters, an order, pages by key, and a line for each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from annotation.criteria import spoken
from annotation.models import Study, Verdict
from gold.admission.checks import Check
from gold.admission.rules import Rules
from gold.admission.words import rule_name, sentence
from gold.models import Candidate, GoldDataset
from gold.payload import answer_of
from gold.services.candidates import proposable
from gold.why import in_words

PAGE = 50
NEWEST = "newest"
NOT_YET = "unchecked"


@dataclass(frozen=True)
class Failed:
    """A rule that a candidate fails: in a word or two, in a sentence, and where to see more."""

    name: str
    sentence: str
    url: str


@dataclass(frozen=True)
class CandidateLine:
    candidate: Candidate
    labels: list[tuple[str, str]]
    adjudicated: bool
    failed: list[Failed]

    @property
    def outcome(self) -> str:
        return str(self.candidate.outcome)


@dataclass(frozen=True)
class Page:
    lines: list[CandidateLine]
    after: int | None


def filtered(dataset: GoldDataset, wanted: Mapping[str, Any]) -> QuerySet[Candidate]:
    """The candidates that match every filter; the waiting ones, unless others are asked for."""
    found = dataset.candidates.filter(state=wanted.get("state") or Candidate.State.WAITING)
    if outcome := wanted.get("outcome"):
        found = found.filter(outcome="" if outcome == NOT_YET else outcome)
    if rule := wanted.get("rule"):
        found = found.filter(failed__contains=rule)
    if source := wanted.get("source"):
        found = found.filter(source=source)
    for word in (wanted.get("q") or "").split():
        found = found.filter(
            Q(item__conversation__title__icontains=word)
            | Q(item__conversation__external_id__icontains=word)
            | Q(item__study__name__icontains=word)
        )
    return found


def page_of(
    dataset: GoldDataset, wanted: Mapping[str, Any], rules: Rules, after: int | None
) -> Page:
    newest_first = wanted.get("order") == NEWEST
    found = filtered(dataset, wanted)
    if after is not None:
        found = found.filter(**{"pk__lt" if newest_first else "pk__gt": after})
    rows = list(
        found.select_related("item__conversation__variant", "item__study", "decided_by")
        .defer("item__conversation__turns")
        .order_by("-pk" if newest_first else "pk")[: PAGE + 1]
    )
    shown = rows[:PAGE]
    return Page(lines_of(shown, rules), shown[-1].pk if len(rows) > PAGE else None)


def lines_of(candidates: Sequence[Candidate], rules: Rules) -> list[CandidateLine]:
    """With their verdicts, in one query; labels of turns are counted, not listed."""
    verdicts: dict[int, list[Verdict]] = defaultdict(list)
    rows = Verdict.objects.filter(
        item__in=[one.item_id for one in candidates], current=True
    ).select_related("criterion")
    for verdict in rows.order_by("criterion__position", "turn", "passage"):
        verdicts[verdict.item_id].append(verdict)
    return [
        CandidateLine(
            candidate=one,
            labels=[
                (
                    spoken(verdict.criterion.name, verdict.criterion.key),
                    in_words(verdict.criterion, answer_of(verdict, one.item)),
                )
                for verdict in verdicts[one.item_id]
                if verdict.turn < 0
            ],
            adjudicated=any(
                verdict.source == Verdict.Source.ADJUDICATION for verdict in verdicts[one.item_id]
            ),
            failed=failed_of(one, rules),
        )
        for one in candidates
    ]


def failed_of(candidate: Candidate, rules: Rules) -> list[Failed]:
    checks = [Check.from_json(one) for one in candidate.checks]
    return [
        Failed(rule_name(one.rule), sentence(one.rule, one.facts, rules), url_of(candidate, one))
        for one in checks
        if not one.passed
    ]


def url_of(candidate: Candidate, check: Check) -> str:
    """Where what a rule found can be seen or mended; "" where the line itself leads there."""
    match check.rule:
        case "min_agreement":
            return reverse("analytics:agreement", args=[candidate.item.study.uid])
        case "personal_data":
            return candidate.item.conversation.get_absolute_url()
        case "near_duplicate" if check.facts.get("gold_item"):
            return reverse("gold:item", args=[check.facts["gold_item"]])
        case _:
            return ""


def counts_of(dataset: GoldDataset) -> dict[str, int]:
    """How many wait, by what the rules let them become; `total` are all that wait."""
    rows = (
        dataset.candidates.filter(state=Candidate.State.WAITING)
        .values_list("outcome")
        .annotate(n=Count("pk"))
        .order_by()
    )
    counts = {(outcome or NOT_YET): n for outcome, n in rows}
    return {**counts, "total": sum(counts.values())}


def waiting_in_studies(dataset: GoldDataset) -> list[Study]:
    """Studies with items that are no candidates yet: how many settled, and how many disputed."""
    settled = proposable(dataset).values("pk")
    disputed = proposable(dataset, disputed=True).values("pk")
    return list(
        Study.objects.filter(project=dataset.project_id)
        .annotate(
            n_settled=Count("items", filter=Q(items__in=settled)),
            n_disputed=Count("items", filter=Q(items__in=disputed)),
        )
        .filter(Q(n_settled__gt=0) | Q(n_disputed__gt=0))
        .order_by("-id")
    )
