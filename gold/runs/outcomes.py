"""Two stored runs as outcomes by gold item, ready to be held against each other."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gold.manifest import HEAVY_THROUGH
from gold.models import Release, Run
from gold.runs.comparing import Change, Outcome, compare
from gold.runs.judging import Said, passes, rule_from
from gold.runs.people import settled_of
from gold.runs.storing import BATCH, payloads_of

Facts = Mapping[str, Any]


PEOPLE, RULE = "people", "rule"
JUDGED = ("", PEOPLE, RULE)
"""By whom: what people settled before what the rule says, one of the two alone."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the run's own rule and what people say of its outputs, by gold item."""

    rule: dict[int, Outcome]
    people: dict[int, Outcome]

    def said(self, by: str = "") -> dict[int, Outcome]:
        return {"": {**self.rule, **self.people}, PEOPLE: self.people, RULE: self.rule}[by]

    @property
    def agreed(self) -> tuple[int, int]:
        """In how many outputs people and the rule say the same, and how many both judged."""
        both = self.rule.keys() & self.people.keys()
        return sum(self.rule[pk].passed == self.people[pk].passed for pk in both), len(both)


def judged(run: Run, release: Release | None = None) -> Judged:
    """What passed of a run; on another release, by what that one says of the items.

    A run of old outputs is judged again where its rule looks at labels or expected answers and the
    item was revised since. What the other release does not hold keeps what was said of it. What
    people settled stays as they did.
    """
    later = release if release is not None and release.pk != run.release_id else None
    groups = dict(run.release.items.values_list("gold_item_id", "payload__group"))
    found = {
        pk: Outcome(passed, groups.get(pk) or f"#{pk}")
        for pk, passed in run.outputs.values_list("gold_item_id", "passed")
        if passed is not None
    }
    if later is not None and rule_from(run.rule).looks_at_gold:
        _judge_again(run, later, found, groups)
    people = {
        pk: Outcome(passed, groups.get(pk) or f"#{pk}", by_people=True)
        for pk, passed in settled_of(run).items()
    }
    return Judged(found, people)


def outcomes_of(run: Run, release: Release | None = None, by: str = "") -> dict[int, Outcome]:
    return judged(run, release).said(by)


def _judge_again(
    run: Run, later: Release, found: dict[int, Outcome], groups: Mapping[int, Any]
) -> None:
    rule = rule_from(run.rule)
    hashes = dict(run.release.items.values_list("gold_item_id", "content_hash"))
    revised = [
        pk
        for pk, content in later.items.values_list("gold_item_id", "content_hash")
        if pk in hashes and hashes[pk] != content
    ]
    for start in range(0, len(revised), BATCH):
        some = revised[start : start + BATCH]
        payloads = payloads_of(later, some)
        for one in run.outputs.filter(gold_item__in=some):
            said = Said(one.output, one.scores, one.passed)
            passed = passes(rule, said, payloads.get(one.gold_item_id, {"conversation": {}}))
            if passed is None:
                found.pop(one.gold_item_id, None)
            else:
                found[one.gold_item_id] = Outcome(
                    passed, groups.get(one.gold_item_id) or f"#{one.gold_item_id}"
                )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two runs as they are compared: an item that both answered is judged alike in both.

    People may be stricter than the rule, so an item of which people settled one output and the rule
    judged the other alone says nothing of the variants: it is left out, and counted as `mixed`.
    """

    before: dict[int, Outcome]
    after: dict[int, Outcome]
    mixed: int = 0


def pair_of(before: Judged, after: Judged, by: str = "") -> Pair:
    """By people where they settled both, else by the rule; or by one of the two alone."""
    was, now = before.said(by), after.said(by)
    if by:
        return Pair(was, now)
    mixed = 0
    for pk in was.keys() & now.keys():
        if was[pk].by_people == now[pk].by_people:
            continue
        if pk in before.rule and pk in after.rule:
            was[pk], now[pk] = before.rule[pk], after.rule[pk]
        else:
            del was[pk], now[pk]
            mixed += 1
    return Pair(was, now, mixed)


def change_between(before: Run, after: Run) -> Change:
    found = pair_of(judged(before, after.release), judged(after))
    return compare(found.before, found.after)


def predecessor_of(run: Run) -> Run | None:
    """The run that came last before it on this dataset."""
    earlier = Run.objects.filter(release__dataset=run.release.dataset_id, pk__lt=run.pk)
    return earlier.select_related("release__dataset").defer(*HEAVY_THROUGH).order_by("pk").last()


def facts_of(release: Release) -> dict[int, dict[str, Any]]:
    """By gold item, what slices are cut by."""
    names = ("language", "difficulty", "source", "tier", "split", "tags")
    rows = release.items.values_list(
        "gold_item_id", "payload__conversation__language", *(f"payload__{one}" for one in names)
    )
    return {
        pk: {**dict(zip(names, values, strict=True)), "language": values[0] or language}
        for pk, language, *values in rows.iterator(chunk_size=2_000)
    }


SLICES: dict[str, Callable[[Facts], Iterable[str]]] = {
    "language": lambda facts: [facts["language"] or ""],
    "difficulty": lambda facts: [facts["difficulty"] or ""],
    "source": lambda facts: [facts["source"] or ""],
    "tier": lambda facts: [facts["tier"] or "gold"],
    "split": lambda facts: [facts["split"] or "test"],
    "tag": lambda facts: facts["tags"] or [],
}


@dataclass(frozen=True, slots=True)
class Slice:
    """Items alike in one respect; `change` is None where no earlier run is there."""

    by: str
    value: str
    outcomes: dict[int, Outcome]
    change: Change | None


def slices_of(release: Release, outcomes: Mapping[int, Outcome], pair: Pair | None) -> list[Slice]:
    """Every respect in which the items of a release differ."""
    members: dict[tuple[str, str], set[int]] = defaultdict(set)
    for pk, facts in facts_of(release).items():
        for by, values in SLICES.items():
            for value in values(facts):
                members[by, value].add(pk)
    kinds = defaultdict(list)
    for by, value in sorted(members):
        kinds[by].append(value)
    return [
        Slice(by, value, mine, None if pair is None else _change_in(pair, pks))
        for (by, value), pks in sorted(members.items())
        if (len(kinds[by]) > 1 or by == "tag") and value and (mine := _only(outcomes, pks))
    ]


def _change_in(pair: Pair, pks: set[int]) -> Change:
    return compare(_only(pair.before, pks), _only(pair.after, pks))


def _only(outcomes: Mapping[int, Outcome], pks: set[int]) -> dict[int, Outcome]:
    return {pk: one for pk, one in outcomes.items() if pk in pks}
