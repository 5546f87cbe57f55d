"""Many rows by one statement are what the ORM would have stored."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DataError, transaction

from core.many_rows import fields_of, insert_many
from surveys.models import FeedbackCell, FeedbackEvent, Respondent
from tests.factories import make_project

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 12, 30, 15, 123456, tzinfo=UTC)
EVENT = {
    "uid": UUID(int=7), "type": "feedback", "source": "web", "key_id": None, "trust": "signed",
    "respondent_key": "s:恵麻", "respondent_id": None, "at": AT, "received_at": AT, "seq": 3,
    "kind": "thumb", "value": "down", "conversation_key": "c-1", "message": "", "variant_name": "",
    "reasons": ["too_long", "other"], "comment": "{\"a\", NULL, \\\\}\n'猫'", "locale": "ja",
    "instrument": 2, "mode": "solicited", "p": 0.25, "data": {"context": {"話題": [1, None, "é"]}},
}  # fmt: skip


def test_every_kind_of_value_comes_back_as_it_was_given() -> None:
    project = make_project()
    given = [
        {**EVENT, "project_id": project.pk},
        {**EVENT, "project_id": project.pk, "uid": UUID(int=8), "p": None, "data": {}},
    ]
    fields = fields_of(FeedbackEvent, list(given[0]))
    insert_many(fields, [tuple(one.values()) for one in given])
    rows = FeedbackEvent.objects.order_by("uid")
    assert [{name: getattr(row, name) for name in given[0]} for row in rows] == given
    row = rows[0]
    found = FeedbackEvent.objects.filter(at=AT, uid=row.uid, data__context__has_key="話題")
    assert found.get() == row  # the ORM finds what it would have written


def test_a_known_row_is_changed_as_the_end_of_the_statement_says() -> None:
    project = make_project()
    fields = fields_of(FeedbackCell, ["project", "day", "kind", "trust", "mode", "widget", "v1"])
    fields += fields_of(FeedbackCell, [name for name in EMPTY if name not in ("v1", "widget")])
    rest = [EMPTY[field.attname] for field in fields[7:]]
    row = [project.pk, date(2026, 11, 20), "thumb", "open", "unsolicited", 0]
    key = "project_id, kind, day, variant_name, language, locale, trust, mode, widget, instrument"
    end = f"ON CONFLICT ({key}) DO UPDATE SET v1 = surveys_feedbackcell.v1 + excluded.v1"
    first = insert_many(fields, [[*row, 2, *rest]], f"{end} RETURNING id, v1")
    other = [*row[:2], "csat", *row[3:]]
    both = [[*other, 5, *rest], [*row, 40, *rest]]
    assert [n for _pk, n in insert_many(fields, both, f"{end} RETURNING id, v1")] == [5, 42]
    assert FeedbackCell.objects.get(kind="thumb").pk == first[0][0]


EMPTY = {
    field.attname: field.get_default()
    for field in FeedbackCell._meta.concrete_fields
    if field.attname not in ("id", "project_id", "day", "kind", "trust", "mode")
}


@pytest.mark.services
def test_words_too_long_for_their_column_are_refused_and_not_cut() -> None:
    fields = fields_of(Respondent, ["uid", "project", "key", "created_at"])
    with pytest.raises(DataError), transaction.atomic():
        insert_many(fields, [[UUID(int=1), make_project().pk, "s:" + "a" * 129, AT]])


def test_no_rows_are_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert insert_many(fields_of(Respondent, ["uid"]), []) == []
