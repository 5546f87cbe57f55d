"""Gold items are found by words and by language without a payload being read."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gold.listing import page_of
from gold.models import GoldWords
from gold.removal import remove_team
from gold.services.erasing import forget_conversations
from gold.services.items import revise
from tests import factories
from tests.factories import NOON
from tests.gold.conftest import settle
from tests.gold.many import many_more
from tests.gold.published import admit

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(alice, dataset, study):
    """Makes a gold item of a question and its answer."""

    def make(question, answer="Yes.", **fields):
        said = [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
        ]
        conversation = factories.make_conversation(study.project, turns=said, **fields)
        settle(factories.make_item(study, conversation))
        return admit(alice, dataset)[-1]

    return make


def found(dataset, **wanted):
    return page_of(dataset, wanted).rows


@pytest.mark.parametrize("sought", ["PARCEL", "parcel where", "Ｐａｒｃｅｌ", "straße", "ﾊﾟﾝ"])
def test_width_and_capitals_make_no_difference(asked, dataset, sought):
    item = asked("Where is my parcel? Strasse 1. パン")
    asked("When do you open?")
    assert found(dataset, q=sought) == [item]


def test_every_word_must_be_there(asked, dataset):
    item = asked("Where is my parcel?", external_id="order-77")
    assert found(dataset, q="parcel order-77") == [item]
    assert found(dataset, q="parcel tomorrow") == []


@pytest.mark.parametrize("sign", ["%", "_", "\\"])
def test_signs_of_a_pattern_are_signs(asked, dataset, sign):
    asked("Where is my parcel?")
    item = asked(f"Is 5{sign}0 right?")
    assert found(dataset, q=f"5{sign}0") == [item]


def test_the_answer_that_somebody_wrote_is_searched_until_it_is_another(alice, asked, dataset):
    item = asked("Where is my parcel?")
    for answer, gone in (("On its way.", "nothing"), ("At the door.", "way")):
        item = revise(
            actor=alice, gold_item=item, changes={"expected": answer}, reason="Better.",
            seen=item.content_hash, now=NOON,
        )  # fmt: skip
        assert found(dataset, q=answer) == [item]
        assert found(dataset, q=gone) == []


def test_languages_are_told_apart_also_beside_words_and_labels(asked, dataset):
    japanese = asked("Where? どこですか。", language="ja")
    english = asked("Where is it?", language="en")
    assert found(dataset, language="ja") == [japanese]
    assert found(dataset, q="where") == [english, japanese]
    assert found(dataset, q="where", language="en") == [english]
    assert found(dataset, label="helpful=4", language="ja", q="where") == [japanese]


def test_an_erased_item_is_found_by_no_word(alice, asked, dataset):
    item = asked("Where is my parcel?")
    forget_conversations(
        actor=alice, project=dataset.project, now=NOON,
        conversations=[item.candidate.item.conversation_id],
    )  # fmt: skip
    assert found(dataset, q="parcel", state="all") == []
    assert GoldWords.objects.get().words == ""


def test_a_database_with_items_gets_their_words_and_a_second_attempt_adds_none(
    alice, asked, dataset, monkeypatch
):
    made = [asked(f"Where is parcel {n}?", language="en") for n in range(5)]
    forget_conversations(
        actor=alice, project=dataset.project, now=NOON,
        conversations=[made[0].candidate.item.conversation_id],
    )  # fmt: skip
    before = list(GoldWords.objects.order_by("pk").values_list("pk", "language", "words"))
    migration = import_module("gold.migrations.0011_word_what_is_gold")
    monkeypatch.setattr(migration, "PAGE", 2)
    GoldWords.objects.exclude(pk=made[1].pk).delete()
    for _attempt in range(2):
        migration.word_all(apps, SimpleNamespace(connection=connection))
        rows = GoldWords.objects.order_by("pk").values_list("pk", "language", "words")
        assert list(rows) == before


def test_a_team_leaves_with_the_words_of_its_items(asked, dataset):
    asked("Where is my parcel?")
    assert remove_team(dataset.project.team)["gold.GoldWords"] == 1


@pytest.mark.embedded
@pytest.mark.parametrize("wanted", [{"q": "parcel"}, {"q": "parcel", "order": "oldest"}])
def test_words_are_sought_in_short_rows_by_the_index_of_current_items(asked, dataset, wanted):
    """Neither way reads an item's row, with its payload, before its words were found."""
    item = asked("Where is my parcel?")
    many_more(dataset, item, 60)
    GoldWords.objects.update(words="where is my parcel?")
    with CaptureQueriesContext(connection) as sent:
        page_of(dataset, wanted)
    statements = [one["sql"] for one in sent if "gold_goldwords" in one["sql"]]
    assert len(statements) == 2
    for statement in statements:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + statement.replace("%", "%%"))
            plan = [row[-1] for row in cursor.fetchall()]
        assert any("gold_item_current (dataset_id=?" in step for step in plan)
        assert any("gold_goldwords USING INDEX" in step for step in plan)
        assert not any("SCAN gold_" in step or "TEMP B-TREE" in step for step in plan)
