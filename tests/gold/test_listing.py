"""The list of gold items: any filters together, in any order, without a payload being read."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gold.listing import PAGE, page_of
from gold.models import Difficulty, GoldItem, GoldLabel, GoldWords, Source, Tier
from tests.factories import NOON
from tests.gold.many import many_more
from tests.gold.published import admit

pytestmark = pytest.mark.django_db
N = 130
CHOICES = {
    "tier": Tier.values,
    "difficulty": Difficulty.values,
    "source": Source.values,
    "split": ["test", "train"],
    "language": ["en", "ja"],
    "state": ["all", "retired", "revised"],
    "label": ["helpful=1", "helpful=5"],
    "tag": ["tax", "旅行"],
    "q": ["parcel", "小包 where", "nowhere"],
    "order": ["oldest", "changed"],
}


@pytest.fixture
def dataset(alice, dataset, settled):
    """Items of every kind, each fact drawn for itself."""
    settled()
    [item] = admit(alice, dataset)
    many_more(dataset, item, N)
    lot = random.Random(6)
    GoldLabel.objects.all().delete()
    for one in GoldItem.objects.all():
        for name in ("tier", "difficulty", "source", "split"):
            setattr(one, name, lot.choice(CHOICES[name]))
        one.approved_at = NOON + timedelta(minutes=lot.randrange(40))
        one.revised_at = lot.choice([None, NOON + timedelta(minutes=lot.randrange(80))])
        one.retired_at = lot.choice([None, None, None, NOON])
        one.tags = lot.sample(CHOICES["tag"], k=lot.randrange(3))
        one.save()
        labels = [("", tag) for tag in one.tags] + [("helpful", lot.choice("15"))]
        GoldLabel.objects.bulk_create(
            GoldLabel(dataset=dataset, gold_item=one, criterion=criterion, point=point)
            for criterion, point in labels
        )
        words = lot.choice(["where is parcel 7?", "小包 is where", "小包"])
        GoldWords.objects.filter(gold_item=one).update(
            language=lot.choice(["en", "ja"]), words=words
        )
    return dataset


def recounted(wanted):
    """What matches, item by item, in order."""
    found = []
    for one in GoldItem.objects.select_related("words").prefetch_related("labels"):
        said = {f"{label.criterion}={label.point}" for label in one.labels.all()}
        state = wanted.get("state")
        holds = [
            *(getattr(one, name) == wanted[name] for name in list(CHOICES)[:4] if name in wanted),
            state == "all" or (one.retired_at is not None) == (state == "retired"),
            state != "revised" or one.revised_at is not None,
            "language" not in wanted or one.words.language == wanted["language"],
            wanted.get("label") in {None, *said},
            "tag" not in wanted or f"={wanted['tag']}" in said,
            *(word in one.words.words for word in wanted.get("q", "").split()),
        ]
        if all(holds):
            found.append(one)
    if wanted.get("order") == "changed":
        return sorted(found, key=lambda one: (one.revised_at or one.approved_at, one.pk))[::-1]
    return sorted(found, key=lambda one: one.pk, reverse=wanted.get("order") != "oldest")


def test_filters_together_find_what_a_recount_finds_page_by_page_and_back(dataset):
    lot = random.Random(7)
    full = 0
    for _round in range(60):
        names = lot.sample(list(CHOICES), k=lot.randrange(5))
        wanted = {name: lot.choice(CHOICES[name]) for name in names}
        expected = recounted(wanted)
        page = page_of(dataset, wanted)
        seen = [*page.rows]
        while page.older:
            before, page = page, page_of(dataset, wanted, older_than=page.older)
            assert page_of(dataset, wanted, newer_than=page.newer).rows == before.rows
            seen += page.rows
        assert (wanted, seen, page.count) == (wanted, expected, len(expected))
        full += len(expected) > PAGE
    assert full > 5


@pytest.mark.embedded
@pytest.mark.parametrize(
    "wanted",
    [
        {"order": "changed"},
        {"order": "changed", "state": "all"},
        {"order": "changed", "tier": "gold", "split": "test"},
        {"order": "changed", "label": "helpful=5", "language": "en"},
        {"order": "changed", "q": "parcel"},
        {"label": "helpful=5", "q": "parcel"},
        {"label": "helpful=5", "difficulty": "hard"},
        {"tier": "gold", "language": "en", "q": "parcel", "tag": "tax"},
        {"state": "retired", "source": "expert"},
    ],
    ids=str,
)
def test_which_items_a_page_holds_is_told_by_indexes_in_their_order(dataset, wanted):
    """Never by an item's row, where the payload stands before whatever is asked."""
    with CaptureQueriesContext(connection) as sent:
        page_of(dataset, wanted)
    statements = [one["sql"] for one in sent if "LIMIT" in one["sql"]]
    assert statements
    for statement in statements:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + statement.replace("%", "%%"))
            plan = [row[-1] for row in cursor.fetchall()]
        of_items = [step for step in plan if "gold_golditem" in step]
        assert of_items
        assert all("INDEX gold_" in step for step in of_items), plan
        assert not any("SCAN gold_" in step or "TEMP B-TREE" in step for step in plan), plan
