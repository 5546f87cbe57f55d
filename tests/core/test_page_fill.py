"""PostgreSQL keeps a changed item on its page, and no index of it is written anew."""

import pytest
from django.db import connection

from annotation.models import Item
from tests.factories import make_item

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def changes() -> tuple[int, int]:
    """How often an item was changed, and how often without its indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables "
            "WHERE relname = 'annotation_item'"
        )
        found: tuple[int, int] = cursor.fetchone()
        return found


def test_new_rows_leave_room_on_their_page():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'annotation_item'")
        assert cursor.fetchone() == (["fillfactor=85"],)


def test_a_place_that_is_taken_beside_others_changes_no_index():
    item = make_item(slots_open=3, slots_total=3)
    before = changes()
    for left in (2, 1):
        Item.objects.filter(pk=item.pk).update(slots_open=left)
    all_now, alone_now = changes()
    assert (all_now - before[0], alone_now - before[1]) == (2, 2)
    Item.objects.filter(pk=item.pk).update(slots_open=0)
    assert changes() == (all_now + 1, alone_now)
