"""What items say, beside their payloads: always the same as a recount, and found by an index."""

import random
from importlib import import_module
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation.models import Item, Verdict
from core.errors import DomainError
from core.scales import Kind, Level, Target
from gold.listing import label_choices, page_of, splits_of, tags_of
from gold.models import GoldDataset, GoldItem, GoldLabel, GoldWords
from gold.removal import remove_team
from gold.services import items, returning, terms
from gold.services.candidates import approve_candidates, propose_settled, retire
from gold.services.erasing import forget_conversations
from gold.services.following import follow_hidden_words, forget_written_words
from tests import factories
from tests.gold.conftest import settle
from tests.gold.many import many_more

pytestmark = pytest.mark.django_db
NOON = factories.NOON
POINTS = {
    "helpful": ["1", "2", "3", "4", "5"],
    "flaws": ["rude", "wrong", "long"],
    "grounded": ["no", "yes"],
}
RUBRIC = {
    "helpful": {},
    "flaws": {
        "kind": Kind.MULTI, "level": Level.NOMINAL, "points": factories.points(*POINTS["flaws"]),
    },
    "grounded": {
        "kind": Kind.BINARY, "level": Level.NOMINAL, "target": Target.TURN,
        "points": factories.points(*POINTS["grounded"]),
    },
    "note": {"kind": Kind.TEXT, "level": "", "points": []},
}  # fmt: skip


@pytest.fixture
def study(project):
    version = factories.make_rubric_version(factories.make_rubric(project), criteria=RUBRIC)
    return factories.make_study(project, version)


@pytest.fixture
def judged(study):
    """Makes another settled item: a point, labels as a mask, an answer a turn, and words."""
    numbers = count()

    def make(helpful: int = 3, flaws: int = 0, grounded: tuple[int, ...] = (1, 1)) -> Item:
        conversation = factories.make_conversation(
            study.project, input_key=f"question-{next(numbers)}"
        )
        item = factories.make_item(study, conversation)
        by = [factories.make_rating(item, scores={"helpful": helpful}) for _rater in range(2)]
        answers = [("helpful", -1, helpful), ("flaws", -1, flaws), ("note", -1, None)]
        answers += [("grounded", turn, value) for turn, value in enumerate(grounded)]
        for key, turn, value in answers:
            decide(item, key, turn, value, [str(one.uid) for one in by])
        item.state, item.settled_at = Item.State.SETTLED, NOON
        item.save()
        return item

    return make


def decide(item: Item, key: str, turn: int, value: int | None, by: Any = ()) -> None:
    """A verdict, in place of the one before; what is said in words is called like a point."""
    item.verdicts.filter(criterion__key=key, turn=turn).update(current=False)
    Verdict.objects.create(
        item=item,
        criterion=item.study.rubric_version.criteria.get(key=key),
        turn=turn,
        value=value,
        words="yes" if value is None else "",
        rating_uids=list(by),
        source=Verdict.Source.CONSENSUS,
    )


def stored() -> list[tuple[int, int, str, str]]:
    names = ("dataset_id", "gold_item_id", "criterion", "point")
    return sorted(GoldLabel.objects.values_list(*names))


def recounted() -> list[tuple[int, int, str, str]]:
    """From the payloads, by themselves."""
    found = set()
    for one in GoldItem.objects.all():
        found |= {(one.dataset_id, one.pk, "", tag) for tag in one.tags}
        for key, labels in one.payload["labels"].items():
            for label in labels if isinstance(labels, list) else [labels]:
                said = label["value"] if isinstance(label["value"], list) else [label["value"]]
                found |= {
                    (one.dataset_id, one.pk, key, point)
                    for point in said
                    if point in POINTS.get(key, ())
                }
    return sorted(found)


def kept_words() -> dict[int, tuple[str, list[str]]]:
    rows = GoldWords.objects.values_list("gold_item_id", "language", "words")
    return {item: (language, words.split("\n")) for item, language, words in rows}


def words_in_payloads() -> dict[int, tuple[str, list[str]]]:
    """How each item opens, its id, and the answer that somebody wrote: in small letters."""
    found = {}
    for one in GoldItem.objects.all():
        said = one.payload["conversation"]
        opening = " ".join(said["turns"][0]["content"].split()) if said["turns"] else ""
        parts = [part.lower() for part in (opening, said["id"], one.expected) if part]
        found[one.pk] = (said["language"], parts or [""])
    return found


def admit(alice, dataset, **options: Any) -> list[GoldItem]:
    propose_settled(actor=alice, dataset=dataset, study=None, now=NOON)
    uids = list(dataset.candidates.filter(state="waiting").values_list("uid", flat=True))
    approve_candidates(actor=alice, dataset=dataset, uids=uids, now=NOON, **options)
    return list(dataset.gold_items.order_by("pk"))


def test_points_of_the_whole_and_of_turns_are_labels_and_words_are_none(alice, dataset, judged):
    judged(helpful=3, flaws=0b101, grounded=(1, 0, 1))
    [made] = admit(alice, dataset)
    assert made.payload["labels"]["note"]["value"] == "yes"
    assert [one[2:] for one in stored()] == [
        ("flaws", "long"),
        ("flaws", "rude"),
        ("grounded", "no"),
        ("grounded", "yes"),
        ("helpful", "4"),
    ]


class Services:
    """Everything that writes the payload of an item, each on an item by lot."""

    def __init__(self, actor: Any, dataset: GoldDataset, judged: Any, lot: random.Random) -> None:
        self.actor, self.dataset, self.judged, self.lot = actor, dataset, judged, lot

    @property
    def item(self) -> GoldItem:
        return self.lot.choice(list(self.dataset.gold_items.order_by("pk")))

    def admit(self) -> None:
        self.judged(self.lot.randrange(5), self.lot.randrange(8), (self.lot.randrange(2),) * 2)
        admit(self.actor, self.dataset)

    def relabel(self) -> None:
        item = self.item
        rated = item.candidate.item
        decide(rated, "helpful", -1, self.lot.randrange(5))
        decide(rated, "grounded", self.lot.randrange(2), self.lot.randrange(2))
        items.relabel(
            actor=self.actor, gold_item=item, reason="Decided anew.", seen=item.content_hash,
            now=NOON,
        )  # fmt: skip

    def revise(self) -> None:
        item = self.item
        items.revise(
            actor=self.actor, gold_item=item, changes={"expected": f"Say {self.lot.random()}."},
            reason="Better.", seen=item.content_hash, now=NOON,
        )  # fmt: skip

    def restore(self) -> None:
        item = self.item
        items.restore(
            actor=self.actor, gold_item=item, number=1, reason="Back.", seen=item.content_hash,
            now=NOON,
        )  # fmt: skip

    def tag(self) -> None:
        items.tag_items(
            actor=self.actor, dataset=self.dataset, uids=[self.item.uid], tag="tax",
            is_added=self.lot.random() < 0.5, now=NOON,
        )  # fmt: skip

    def retire(self) -> None:
        retire(actor=self.actor, gold_item=self.item, reason="Old.", now=NOON)

    def reinstate(self) -> None:
        returning.reinstate(
            actor=self.actor, gold_item=self.item, reason="Back.", now=NOON, is_against=True
        )

    def change_terms(self) -> None:
        terms.change_dataset(
            actor=self.actor, dataset=self.dataset, name="Gold", licence=f"L{self.lot.random()}"
        )

    def hide_words(self) -> None:
        conversation = self.item.candidate.item.conversation
        conversation.redacted = [[0, "content", 0, self.lot.randrange(1, 5), "[name]"]]
        conversation.save()
        follow_hidden_words(conversations=[conversation.pk], hidden={})

    def hide_a_reason(self) -> None:
        forget_written_words(item=self.item.candidate.item, words="yes", now=NOON)

    def erase(self) -> None:
        conversation = self.item.candidate.item.conversation_id
        forget_conversations(
            actor=self.actor, project=self.dataset.project, conversations=[conversation], now=NOON
        )


SERVICES = sorted(name for name in vars(Services) if not name.startswith("_") and name != "item")


@pytest.mark.parametrize("seed", range(3))
def test_after_every_service_labels_are_what_a_recount_finds(alice, dataset, judged, seed):
    dataset.rules = {**dataset.rules, "personal_data": False}
    dataset.save()
    lot = random.Random(seed)
    services, done = Services(alice, dataset, judged, lot), set()
    steps = ["admit"] * 3 + [name for _round in range(3) for name in lot.sample(SERVICES, k=11)]
    for name in steps:
        try:
            getattr(services, name)()
            done.add(name)
        except DomainError:
            pass  # the item that came by lot is retired, erased, or was never revised
        assert stored() == recounted(), name
        assert kept_words() == words_in_payloads(), name
    assert {"admit", "relabel", "revise", "tag", "hide_words", "erase"} <= done
    assert stored()


def test_another_decision_moves_an_item_to_its_new_label(alice, dataset, judged):
    rated = judged(helpful=3)
    [item] = admit(alice, dataset)
    decide(rated, "helpful", -1, 0)
    assert page_of(dataset, {"label": "helpful=4"}).rows == [item]
    items.relabel(actor=alice, gold_item=item, reason="Wrong.", seen=item.content_hash, now=NOON)
    assert page_of(dataset, {"label": "helpful=4"}).rows == []
    assert page_of(dataset, {"label": "helpful=1"}).rows == [item]


def test_an_erased_item_says_nothing(alice, dataset, judged):
    judged()
    [item] = admit(alice, dataset)
    assert stored()
    forget_conversations(
        actor=alice, project=dataset.project, now=NOON,
        conversations=[item.candidate.item.conversation_id],
    )  # fmt: skip
    assert not stored()


def test_an_item_is_found_by_the_label_of_one_turn_and_by_one_of_several_labels(
    alice, dataset, judged
):
    judged(flaws=0b011, grounded=(1, 0))
    judged(flaws=0b010, grounded=(1, 1))
    first, second = admit(alice, dataset)
    found = {
        label: page_of(dataset, {"label": label}).rows
        for label in ("grounded=no", "grounded=yes", "flaws=rude", "flaws=wrong", "note=yes")
    }
    assert found == {
        "grounded=no": [first],
        "grounded=yes": [second, first],
        "flaws=rude": [first],
        "flaws=wrong": [second, first],
        "note=yes": [],
    }


def test_the_choices_tell_labels_of_turns_apart(alice, dataset, judged):
    judged()
    admit(alice, dataset)
    groups = dict(label_choices(dataset))
    assert list(groups) == ["Helpful", "Flaws", "Grounded (of any turn)"]
    assert groups["Flaws"][0] == ("flaws=rude", "Rude")


def test_a_point_that_a_later_version_adds_is_offered_too(alice, dataset, study, judged):
    judged()
    more = {"helpful": {"points": factories.points("5", "6")}}
    version = factories.make_rubric_version(study.rubric_version.rubric, criteria=more)
    later = factories.make_study(study.project, version)
    settle(factories.make_item(later), 1)
    admit(alice, dataset)
    values = [value for value, _words in dict(label_choices(dataset))["Helpful"]]
    assert values == [f"helpful={point}" for point in "123456"]


@pytest.mark.parametrize("order", ["", "oldest", "changed"])
def test_pages_of_a_label_lead_through_all_its_items_and_back(
    alice, dataset, judged, monkeypatch, order
):
    monkeypatch.setattr("gold.listing.PAGE", 2)
    for number in range(7):
        judged(helpful=4 if number in (1, 3) else 2)
    made = admit(alice, dataset)
    wanted, seen, older = {"order": order, "label": "helpful=3"}, [], None
    while True:
        found = page_of(dataset, wanted, older_than=older)
        seen += found.rows
        if not (older := found.older):
            break
    assert sorted(one.pk for one in seen) == [
        one.pk for place, one in enumerate(made) if place not in (1, 3)
    ]
    assert found.count == len(seen) == 5
    assert page_of(dataset, wanted, newer_than=found.rows[0].uid).rows == seen[2:4]


def test_a_database_with_items_gets_their_labels_and_a_second_attempt_adds_none(
    alice, dataset, judged, monkeypatch
):
    for number in range(5):
        judged(helpful=number, flaws=number, grounded=(number % 2, 1))
    made = admit(alice, dataset)
    forget_conversations(
        actor=alice, project=dataset.project, now=NOON,
        conversations=[made[0].candidate.item.conversation_id],
    )  # fmt: skip
    migration = import_module("gold.migrations.0007_label_what_is_gold")
    monkeypatch.setattr(migration, "PAGE", 2)
    GoldLabel.objects.exclude(gold_item=made[1]).delete()
    for _attempt in range(2):
        migration.label_all(apps, SimpleNamespace(connection=connection))
        assert stored() == recounted()
    assert {one[1] for one in stored()} == {one.pk for one in made[1:]}


def test_a_team_leaves_with_its_labels(alice, dataset, judged):
    judged()
    admit(alice, dataset)
    n_labels = len(stored())
    assert remove_team(dataset.project.team)["gold.GoldLabel"] == n_labels > 0


def asked_for(dataset: GoldDataset, **wanted: str) -> list[str]:
    """The statements that find and count the items of a page."""
    with CaptureQueriesContext(connection) as asked:
        page_of(dataset, wanted)
    return [one["sql"] for one in asked if "gold_goldlabel" in one["sql"]]


def plan_of(statement: str) -> str:
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # so small a table it would read whole
            cursor.execute("ANALYZE gold_goldlabel, gold_golditem")
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(explain + statement.replace("%", "%%"))
        return "\n".join(str(row) for row in cursor.fetchall())


@pytest.mark.parametrize("order", ["", "oldest"])
def test_a_label_is_found_and_counted_by_its_index(alice, dataset, judged, order):
    judged(helpful=3)
    [item] = admit(alice, dataset)
    many_more(dataset, item, 300)
    statements = asked_for(dataset, label="helpful=4", order=order)
    assert len(statements) == 1  # what is on the page is all there is
    if connection.vendor == "sqlite":  # what most items say PostgreSQL need not ask the index for
        statements += asked_for(dataset, label="helpful=5", order=order)
        assert len(statements) == 3
    for statement in statements:
        plan = plan_of(statement)
        index = {"sqlite": "sqlite_autoindex_gold_goldlabel_1"}
        assert index.get(connection.vendor, "gold_label_once_an_item") in plan
        assert "PRIMARY KEY" in plan or connection.vendor == "postgresql"
        assert "SCAN gold_" not in plan
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan


RARE = [
    {"label": "helpful=4"},
    {"tier": "contested"},
    {"difficulty": "hard"},
    {"source": "expert"},
    {"split": "train"},
    {"language": "ja"},
    {"state": "retired"},
    {"state": "revised"},
]


@pytest.mark.embedded
@pytest.mark.parametrize("wanted", RARE, ids=lambda wanted: next(iter(wanted)))
def test_what_is_rare_costs_the_same_however_many_items_there_are(alice, dataset, judged, wanted):
    judged(helpful=3)
    [item] = admit(alice, dataset)
    make_rare(item, **wanted)
    many_more(dataset, item, 100)
    page_of(dataset, wanted)
    costs = [steps_of(dataset, wanted)]
    many_more(dataset, item, 2_000)
    costs.append(steps_of(dataset, wanted))
    assert costs[1] < 1.2 * costs[0]


def make_rare(item: GoldItem, **wanted: str) -> None:
    wanted.pop("label", None)
    if language := wanted.pop("language", ""):
        GoldWords.objects.update(language=language)
    if state := wanted.pop("state", ""):
        wanted = {f"{state}_at": NOON}
    GoldItem.objects.filter(pk=item.pk).update(**wanted)


def steps_of(dataset: GoldDataset, wanted: dict[str, str]) -> int:
    """Instructions that SQLite carries out for a page: no clock, the same every time."""
    steps = count()
    connection.connection.set_progress_handler(lambda: next(steps) < 0, 1)
    try:
        assert page_of(dataset, wanted).count == 1
    finally:
        connection.connection.set_progress_handler(None, 1)
    return next(steps)


def test_the_tags_and_splits_on_offer_are_those_in_use_the_commonest_tag_first(
    alice, dataset, judged
):
    for _number in range(3):
        judged()
    made = admit(alice, dataset)
    for tag, of in (("tax", made[:1]), ("旅行", made)):
        items.tag_items(
            actor=alice, dataset=dataset, uids=[one.uid for one in of], tag=tag, is_added=True,
            now=NOON,
        )  # fmt: skip
    assert tags_of(dataset) == ["旅行", "tax"]
    GoldItem.objects.filter(pk=made[0].pk).update(split="train")
    assert splits_of(dataset) == ["test", "train"]
