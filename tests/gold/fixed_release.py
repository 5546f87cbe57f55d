"""A small release in which nothing is left to chance: names, times and figures are given.

Its bytes follow from this file and the product alone, so they can be written down.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any
from unittest.mock import patch
from uuid import NAMESPACE_OID, uuid5

from django.db.models import Model
from django.db.models.signals import post_init

from accounts.models import Project, Role, Team
from analytics.models import AgreementSnapshot, newest_rating
from annotation.models import Item, Study, Verdict
from conversations.deciding import mark_words
from conversations.models import Redaction
from core.models import PublicUid
from core.scales import Kind, Level, Target
from gold.admission.rules import Rules
from gold.models import GoldDataset, Release, Tier
from gold.services import releases
from gold.services.candidates import (
    approve_candidates,
    create_dataset,
    propose_settled,
    retire,
)
from gold.services.items import revise
from gold.services.releases import publish_release
from tests import factories

NOON = factories.NOON
LATER = NOON + timedelta(days=3)
NASTY = '=1+1 "quoted" <b>\u2028 \u0001 𠮷 ﾊﾟ Zürich\r\n'
PASSAGES = [
    {
        "id": "p1",
        "title": "返品",
        "text": "返品の送料はお客様のご負担です。",
        "rank": 1,
        "score": 0.5,
    },
    {"id": "p2", "text": NASTY, "rank": 2, "score": 1e16},
]
CALL = {"id": "call_1", "type": "function", "function": {"name": "find", "arguments": '{"q":1}'}}
SAID: dict[str, list[dict[str, Any]]] = {
    "ja": [
        {"id": "u", "role": "user", "content": "返品した商品の送料はどちらの負担ですか。"},
        {"id": "a", "role": "assistant", "content": "お客様です。", "passages": PASSAGES},
    ],
    "private": [
        {"id": "u", "role": "user", "content": "I am Ann Miller. Is my order on its way?"},
        {"id": "a", "role": "assistant", "content": "Yes, Ann Miller, since Monday."},
    ],
    "nasty": [
        {"id": "u", "role": "user", "content": NASTY},
        {"id": "c", "role": "assistant", "content": "", "tool_calls": [CALL]},
        {"id": "t", "role": "tool", "content": "found", "tool_call_id": "call_1"},
        {"id": "a", "role": "assistant", "content": "It was found."},
    ],
    "disputed": [
        {"id": "u", "role": "user", "content": "Is that a good price?"},
        {"id": "a", "role": "assistant", "content": "That depends."},
    ],
    "one": [
        {"id": "u", "role": "user", "content": "When do you open?"},
        {"id": "a", "role": "assistant", "content": "At nine, on every day but Sunday."},
    ],
    "other": [
        {"id": "u", "role": "user", "content": "When do you open?"},
        {"id": "a", "role": "assistant", "content": "Early."},
    ],
    "old": [
        {"id": "u", "role": "user", "content": "Do you sell stamps?"},
        {"id": "a", "role": "assistant", "content": "No longer."},
    ],
}
MORE: dict[str, dict[str, Any]] = {
    "ja": {"language": "ja", "input_key": "ja-01", "metadata": {"topic": "返品"}},
    "nasty": {"reference": "It is there.", "guidance": {"points": [{"text": "finds it"}]}},
    "one": {"input_key": "opening"},
    "other": {"input_key": "opening"},
}
COVERAGE = {"production": 7, "distance": 0.25, "slices": []}


def two_releases() -> Release:
    """The second of two; the first held an item that the second has retired.

    Coverage is given like agreement: what is said of production may change, and no byte with it.
    """
    with given_uids(), patch.object(releases, "coverage_of", lambda *_args, **_options: COVERAGE):
        return _Made().release()


@contextmanager
def given_uids() -> Iterator[None]:
    """New rows are numbered model by model, so that a row of another kind moves no name."""
    numbers: dict[str, count[int]] = defaultdict(lambda: count(1))

    def name(sender: type[Model], instance: Model, **_signal: Any) -> None:
        if isinstance(instance, PublicUid) and instance.pk is None:
            kind = sender._meta.label
            instance.uid = uuid5(NAMESPACE_OID, f"{kind} {next(numbers[kind])}")

    post_init.connect(name)
    try:
        yield
    finally:
        post_init.disconnect(name)


class _Made:
    def __init__(self) -> None:
        self.alice = factories.make_user("alice")
        team = Team.objects.create(slug="north", name="North")
        factories.make_membership(team, self.alice, Role.OWNER)
        self.project = Project.objects.create(team=team, slug="helpdesk", name="Help desk")
        variants = [factories.make_variant(self.project, name) for name in ("v1", "v2")]
        self.said = {
            key: factories.make_conversation(
                self.project,
                key,
                turns,
                variant=variants[key == "other"],
                **{"language": "en", **MORE.get(key, {})},
            )
            for key, turns in SAID.items()
        }
        mark_words(
            actor=self.alice,
            conversation=self.said["private"],
            words="Ann Miller",
            kind=Redaction.Kind.NAME,
            now=NOON,
        )

    def release(self) -> Release:
        self.rated()
        dataset = self.dataset()
        propose_settled(actor=self.alice, dataset=dataset, study=None, now=NOON)
        propose_settled(actor=self.alice, dataset=dataset, study=None, now=NOON, disputed=True)
        for tier in (Tier.GOLD, Tier.CONTESTED):
            outcome = "passes" if tier == Tier.GOLD else "contested"
            uids = list(dataset.candidates.filter(outcome=outcome).values_list("uid", flat=True))
            approve_candidates(actor=self.alice, dataset=dataset, uids=uids, now=NOON, tier=tier)
        publish_release(actor=self.alice, dataset=dataset, now=NOON, note="The first.")
        self.changed(dataset)
        return publish_release(actor=self.alice, dataset=dataset, now=LATER, note="次の版。")

    def rated(self) -> None:
        single = self.study(
            "answers",
            {"helpful": {}, "grounded": {"target": Target.PASSAGE, "points": factories.likert()}},
        )
        draw = factories.make_draw(single, seed=7, size=2, pool_size=6)
        for key in ("ja", "private", "nasty", "old"):
            item = factories.make_item(
                single, self.said[key], draw=draw, inclusion_probability=1 / 3
            )
            units = {"helpful": [(-1, -1)]}
            if key == "ja":
                units["grounded"] = [(1, 0), (1, 1)]
            self.settle(item, units)
        disputed = factories.make_item(single, self.said["disputed"], state=Item.State.DISPUTED)
        for value in (0, 4):
            self.rate(disputed, {"helpful": value})
        better = {
            "target": Target.PAIR,
            "kind": Kind.NOMINAL,
            "level": Level.NOMINAL,
            "points": factories.points("a", "b", "tie"),
        }
        pairs = self.study("pairs", {"better": better})
        pair = factories.make_item(
            pairs, self.said["one"], conversation_b=self.said["other"], group_key="opening"
        )
        self.settle(pair, {"better": [(-1, -1)]}, value=0)
        for study in (single, pairs):
            self.agreed(study)

    def study(self, slug: str, criteria: Mapping[str, Mapping[str, Any]]) -> Study:
        rubric = factories.make_rubric(self.project, slug)
        version = factories.make_rubric_version(rubric, criteria=criteria)
        return factories.make_study(self.project, version, slug)

    def rate(self, item: Item, scores: Mapping[str, int], unit: tuple[int, int] = (-1, -1)) -> str:
        number = item.ratings.count()
        rater = item.study.project.raters.filter(key=f"rater-{number}").first()
        rater = rater or factories.make_rater(self.project, key=f"rater-{number}")
        return str(factories.make_rating(item, rater, scores, unit=unit).uid)

    def settle(
        self, item: Item, units: Mapping[str, list[tuple[int, int]]], value: int = 3
    ) -> None:
        uids = [self.rate(item, {next(iter(units)): value}) for _rater in range(2)]
        for criterion in item.study.rubric_version.criteria.filter(key__in=units):
            for turn, passage in units[criterion.key]:
                Verdict.objects.create(
                    item=item,
                    criterion=criterion,
                    turn=turn,
                    passage=passage,
                    value=value,
                    distribution={criterion.points[value]["key"]: 2},
                    rating_uids=uids,
                    source=Verdict.Source.CONSENSUS,
                )
        item.state, item.settled_at = Item.State.SETTLED, NOON
        item.save()

    def agreed(self, study: Study) -> None:
        """Figures are given: how floats add up is not asked here."""
        alpha = {"value": 0.71, "low": 0.63, "high": 0.78, "reason": None}
        criteria = [
            {
                "criterion": one.key,
                "n_items": 4,
                "n_ratings": 8,
                "coefficients": {"krippendorff_alpha": alpha},
                "raters": [],
            }
            for one in study.rubric_version.criteria.all()
        ]
        AgreementSnapshot.objects.create(
            study=study,
            computed_at=NOON,
            last_rating=newest_rating(),
            seed=1,
            replicates=10,
            data={"criteria": criteria},
        )

    def dataset(self) -> GoldDataset:
        dataset = create_dataset(
            actor=self.alice,
            project=self.project,
            name="Gold 金",
            slug="gold",
            rules=Rules(near_duplicate=None),
        )
        dataset.licence, dataset.consent = "CC-BY-4.0", "利用規約"
        dataset.splits = {"train": 0.5, "test": 0.5}
        dataset.save()
        return dataset

    def changed(self, dataset: GoldDataset) -> None:
        by_key = {
            one.candidate.item.conversation.external_id: one for one in dataset.gold_items.all()
        }
        revise(
            actor=self.alice,
            gold_item=by_key["ja"],
            changes={
                "expected": "送料はお客様のご負担です。",
                "guidance": "根拠を示すこと。",
                "passages": [(1, 0)],
                "tags": ["税", "a tag"],
                "difficulty": "hard",
            },
            reason="短すぎる。",
            seen=by_key["ja"].content_hash,
            now=LATER,
        )
        retire(actor=self.alice, gold_item=by_key["old"], reason="Sold no more.", now=LATER)
