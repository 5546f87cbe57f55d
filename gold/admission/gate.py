"""The gate: whether candidates may become gold, rule by rule, with the facts that say so.

The same answers come out whenever the same rows are there: nothing is drawn, and candidates are
looked at in the order given. One that passes counts as gold for those behind it, so that of two
near duplicates which wait together only the second is refused.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gold.admission.checks import Check, failed, judge
from gold.admission.facts import Known, gather
from gold.admission.kin import Kin, kin_in
from gold.admission.near import similarity
from gold.admission.near_index import Alike, Sketch, most_alike
from gold.admission.rules import Rules, read_rules
from gold.admission.splits import read_splits, split_of
from gold.models import Candidate, GoldDataset, GoldItem

BATCH = 500
CHARACTERS = 4_000_000
"""Candidates at once, and so many characters of theirs: what is known of them is held in memory,
texts and all, and the pieces of a text take some twenty times its room."""
NEEDED = (
    "item__study__rubric_version__rubric",
    "item__conversation__variant",
    "item__conversation_b__variant",
    "item__draw",
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What the gate says of a candidate, and what admitting it will need."""

    candidate: Candidate
    checks: list[Check]
    split: str
    sketch: Sketch

    @property
    def failed(self) -> list[str]:
        return failed(self.checks)


def check(
    dataset: GoldDataset, candidates: Sequence[Candidate], rules: Rules | None = None
) -> dict[Candidate, list[Check]]:
    """Every rule for every candidate, by the rules of the dataset or by others."""
    return {one.candidate: one.checks for one in look(dataset, candidates, rules)}


def look(
    dataset: GoldDataset, candidates: Sequence[Candidate], rules: Rules | None = None
) -> list[Looked]:
    """The same with splits and sketches. At most `BATCH` candidates, with `NEEDED` at hand."""
    rules = rules or read_rules(dataset.rules)
    known = gather(dataset.project, candidates)
    gate = _Gate.at(dataset, known, rules)
    return [gate.pass_through(one) for one in known]


def in_batches(keys: Sequence[int]) -> Iterator[list[int]]:
    """Candidates by key, as many at a time as are looked at at once; one long one stands alone."""
    sizes: dict[int, int] = {}
    batch: list[int] = []
    held = 0
    for place, key in enumerate(keys):
        if place % BATCH == 0:
            rows = Candidate.objects.filter(pk__in=keys[place : place + BATCH])
            sizes = dict(rows.values_list("pk", "item__conversation__n_chars"))
        held += sizes.get(key, 0)
        if batch and (len(batch) == BATCH or held > CHARACTERS):
            yield batch
            batch, held = [], sizes.get(key, 0)
        batch.append(key)
    if batch:
        yield batch


@dataclass
class _Gate:
    """What stands when the next candidate comes: the gold of the dataset, and who just passed."""

    rules: Rules
    salt: str
    splits: Mapping[str, float]
    kin: Kin
    alike: Mapping[int, Alike]
    passed: dict[int, list[tuple[str, Sketch]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def at(cls, dataset: GoldDataset, known: Sequence[Known], rules: Rules) -> "_Gate":
        return cls(
            rules=rules,
            salt=dataset.project.slug,
            splits=read_splits(dataset.splits),
            kin=kin_in(dataset, {tie for one in known for tie in one.ties}),
            alike=most_alike(
                dataset,
                {one.candidate.pk: one.sketch for one in known},
                before=gold_of(one.candidate for one in known),
            ),
        )

    def pass_through(self, known: Known) -> Looked:
        candidate = known.candidate
        standing = self.kin.of(candidate.pk, known.ties)
        split = self._split(known, standing)
        facts = {
            **known.facts,
            "near_duplicate": self._most_alike(known),
            "split_isolation": {"split": split, "kin_in": standing},
        }
        looked = Looked(candidate, judge(facts, self.rules), split, known.sketch)
        if not looked.failed and candidate.state == Candidate.State.WAITING:
            self.kin.add(candidate.pk, known.ties, split)
            for band in known.sketch.bands:
                self.passed[band].append((str(candidate.uid), known.sketch))
        return looked

    def _split(self, known: Known, standing: Mapping[str, list[str]]) -> str:
        """Where its kin stand; of kin in several, where its input does; else by the hash."""
        for split, ties in standing.items():
            if len(standing) == 1 or "input" in ties:
                return split
        if standing:
            return next(iter(standing))
        group = next((key for kind, key in known.ties if kind == "group"), "")
        return split_of(known.input_key, group, self.splits, self.salt)

    def _most_alike(self, known: Known) -> dict[str, Any]:
        """Of the gold items and of those who passed before it in this batch."""
        gold = self.alike[known.candidate.pk]
        best: dict[str, Any] = {"similarity": gold.similarity, "gold_item": gold.gold_item}
        for uid, sketch in self._sharing(known.sketch):
            value = similarity(known.sketch.pieces, sketch.pieces)
            if value > best["similarity"]:
                best = {"similarity": value, "candidate": uid}
        return {**best, "similarity": round(best["similarity"], 4)}

    def _sharing(self, sketch: Sketch) -> Iterable[tuple[str, Sketch]]:
        return {
            uid: (uid, other) for band in sketch.bands for uid, other in self.passed[band]
        }.values()


def gold_of(candidates: Iterable[Candidate]) -> dict[int, int]:
    """By candidate, the gold item that it is; one that is retired would come after all others."""
    approved = [one.pk for one in candidates if one.state == Candidate.State.APPROVED]
    rows = GoldItem.objects.filter(candidate__in=approved, retired_at=None)
    return dict(rows.values_list("candidate", "pk"))
