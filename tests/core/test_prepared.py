"""A prepared query answers as the queryset it was made from, whatever its values."""

import threading

import pytest
from django.db import connection
from django.db.models import BigIntegerField, Count, F, UUIDField
from django.test.utils import CaptureQueriesContext

from annotation.models import Item, StudyRater
from core.prepared import Parameter, Prepared
from tests import factories

ITEM = Prepared(
    lambda: (
        Item.objects.filter(uid=Parameter("uid", UUIDField()))
        .select_related("study__project", "conversation", "conversation_b")
        .annotate(n=Count("ratings"), slug=F("study__slug"))
    )
)
OF_STUDY = Prepared(lambda: StudyRater.objects.filter(study=Parameter("study", BigIntegerField())))


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
