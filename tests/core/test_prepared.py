"""A prepared query answers as the queryset it was made from, whatever its values."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import BigIntegerField, CharField, Count, F, UUIDField
from django.test.utils import CaptureQueriesContext

from annotation.models import Item, Rater, Score, StudyRater
from core.prepared import Parameter, Prepared, PreparedValues
from core.prepared_writes import PreparedDelete, PreparedInsert, PreparedUpdate
from core.writing import carry_out
from tests import factories

ITEM = Prepared(
    lambda: (
        Item.objects.filter(uid=Parameter("uid", UUIDField()))
        .select_related("study__project", "conversation", "conversation_b")
        .annotate(n=Count("ratings"), slug=F("study__slug"))
    )
)
OF_STUDY = Prepared(lambda: StudyRater.objects.filter(study=Parameter("study", BigIntegerField())))

SEQ = PreparedValues(
    lambda: (
        Item.objects.filter(study=Parameter("study", BigIntegerField()))
        .order_by("seq")
        .values_list("uid", "seq")
    )
)
TAKE = PreparedUpdate(
    lambda: Item.objects.filter(pk=Parameter("pk", BigIntegerField())),
    state=Parameter("state", CharField()),
    slots_open=F("slots_open") - 1,
)
LEAVE = PreparedDelete(lambda: StudyRater.objects.filter(pk=Parameter("pk", BigIntegerField())))


@pytest.fixture
def items(project) -> list[Item]:
    study = factories.make_study(project)
    return [factories.make_item(study) for _number in range(2)]


def test_each_call_gives_its_own_value(items):
    assert [ITEM.get(uid=item.uid) for item in items] == items


def test_what_it_selects_beside_is_loaded(items):
    factories.make_rating(items[0])
    item = ITEM.get(uid=items[0].uid)
    with CaptureQueriesContext(connection) as queries:
        assert item.study.project == items[0].study.project
        assert item.conversation.turns == items[0].conversation.turns
        assert item.conversation_b is None
        assert (item.n, item.slug) == (1, item.study.slug)
    assert not queries.captured_queries


def test_no_row_and_several_rows_are_told_apart(items):
    study = items[0].study
    with pytest.raises(StudyRater.DoesNotExist):
        OF_STUDY.get(study=study.pk)
    for _number in range(2):
        factories.make_study_rater(study, factories.make_rater(study.project))
    with pytest.raises(StudyRater.MultipleObjectsReturned):
        OF_STUDY.get(study=study.pk)
    assert len(OF_STUDY.all(study=study.pk)) == 2


@pytest.mark.django_db(transaction=True)
def test_another_thread_asks_on_its_own_connection(items):
    found = []

    def ask() -> None:
        try:
            found.append(ITEM.get(uid=items[1].uid))
        finally:
            connection.close()

    ITEM.get(uid=items[0].uid)
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [items[1]]


def test_a_value_of_each_row_comes_as_a_tuple(items):
    assert SEQ.all(study=items[0].study_id) == [(item.uid, item.seq) for item in items]


def test_an_insert_gives_each_object_its_key_and_stores_what_save_would(project):
    raters = [
        Rater(project=project, key=f"r{number}", display_name="R, “one”\n%s") for number in range(2)
    ]
    PreparedInsert(Rater).many(raters)
    assert list(Rater.objects.order_by("pk").filter(pk__in=[one.pk for one in raters])) == raters
    stored = Rater.objects.get(pk=raters[1].pk)
    assert (stored.uid, stored.display_name, stored.user) == (
        raters[1].uid, "R, “one”\n%s", None,
    )  # fmt: skip
    assert not PreparedInsert(Rater).many([])


def scores_for(items, values):
    rating = factories.make_rating(items[0])
    criterion = rating.rubric_version.criteria.first()
    return [
        Score(
            rating=rating, criterion=criterion, item_id=rating.item_id, turn=turn, value=value,
            number=number, rater_id=rating.rater_id, kind="person", layer="blind",
        )
        for turn, (value, number) in enumerate(values)
    ]  # fmt: skip


ALIKE = PreparedInsert(
    Score, alike=("rating_id", "item_id", "rater_id", "kind", "layer", "current")
)


def test_rows_that_share_columns_are_stored_as_they_are_in_their_order(items):
    scores = scores_for(items, [(3, None), (None, 0.5), (None, None), (70_000, -2.0)])
    ALIKE.many(scores)
    stored = list(Score.objects.order_by("pk"))
    assert stored == scores
    told = [(one.turn, one.value, one.number, one.kind, one.current) for one in stored]
    assert told == [
        (0, 3, None, "person", True),
        (1, None, 0.5, "person", True),
        (2, None, None, "person", True),
        (3, 70_000, -2.0, "person", True),
    ]


@pytest.mark.services
def test_rows_that_share_columns_are_one_statement_however_many(items):
    texts = {
        ALIKE.of(*scores[:number]).statement(connection, {})[0]
        for scores in [scores_for(items, [(1, None)] * 5)]
        for number in (2, 3, 5)
    }
    assert len(texts) == 1


def test_an_update_changes_the_rows_it_names_and_counts_them(items):
    assert TAKE.run(pk=items[0].pk, state="settled") == 1
    assert TAKE.run(pk=items[1].pk, state="disputed") == 1
    assert TAKE.run(pk=0, state="open") == 0
    assert [(item.state, item.slots_open) for item in Item.objects.order_by("pk")] == [
        ("settled", items[0].slots_open - 1),
        ("disputed", items[1].slots_open - 1),
    ]


def test_a_delete_removes_the_rows_it_names(items):
    rater = factories.make_study_rater(items[0].study, factories.make_rater(items[0].study.project))
    carry_out(LEAVE.of(pk=rater.pk))
    assert not StudyRater.objects.exists()


def test_writes_go_together_and_a_later_one_uses_the_key_of_an_earlier_one(items):
    rater = Rater(project=items[0].study.project, key="new", display_name="New")
    chairs = [StudyRater(study=items[0].study, rater=rater, cursor=3)]
    taken = TAKE.of("id", "slots_open", pk=items[0].pk, state="settled")
    nothing = TAKE.of("id", pk=0, state="settled")
    with CaptureQueriesContext(connection) as queries:
        carry_out(
            PreparedInsert(Rater).of(rater), PreparedInsert(StudyRater).of(*chairs), None,
            PreparedInsert(Rater).of(), taken, nothing,
        )  # fmt: skip
    assert len(queries) == (1 if connection.vendor == "postgresql" else 4)
    assert StudyRater.objects.get(pk=chairs[0].pk).rater == Rater.objects.get(key="new") == rater
    assert list(taken.rows) == [(items[0].pk, items[0].slots_open - 1)]
    assert list(nothing.rows) == []


def test_one_write_that_fails_takes_the_others_with_it(items):
    twice = Rater(project=items[0].study.project, key="twice", display_name="")
    PreparedInsert(Rater).one(twice)
    again = Rater(project=twice.project, key="twice", display_name="")
    with pytest.raises(IntegrityError), transaction.atomic():
        carry_out(TAKE.of(pk=items[0].pk, state="settled"), PreparedInsert(Rater).of(again))
    assert Item.objects.get(pk=items[0].pk).state == "open"
