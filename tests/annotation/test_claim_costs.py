"""What made claims slow elsewhere must not come back: counted in work done, not in time.

SQLite tells how many steps its machine took, PostgreSQL how many rows it read; neither depends on
how busy the machine is.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotation.models import Assignment, Item, Study, StudyRater
from annotation.services.ahead import TAKE_NEXT
from annotation.services.assignment import Side, take_slot_sql
from conversations.models import Conversation
from core.places import with_numbers
from tests import factories
from tests.annotation.rating_helpers import NOW, claim, rater_in, study_of, submit

MANY = 1_500


def fill(study: Study, count: int) -> list[Item]:
    """As many items more, each with a conversation of its own."""
    like = factories.make_conversation(study.project)
    conversations = Conversation.objects.bulk_create(
        Conversation(
            project=study.project,
            external_id=f"{study.pk}-{number}",
            group_key=f"{study.pk}-{number}",
            turns=like.turns,
            content_hash=like.content_hash,
            n_turns=like.n_turns,
            n_chars=like.n_chars,
        )
        for number in range(count)
    )
    first = study.next_seq
    study.next_seq += count
    study.save(update_fields=["next_seq"])
    return Item.objects.bulk_create(
        Item(
            study=study,
            seq=first + number,
            conversation=conversation,
            group_key=conversation.group_key,
            slots_open=study.overlap,
            slots_total=study.overlap,
        )
        for number, conversation in enumerate(conversations)
    )


def work_of(act: Callable[[], object]) -> int:
    """Steps of SQLite's machine, in hundreds, or rows that PostgreSQL read, in tens."""
    if connection.vendor == "sqlite":
        steps = [0]

        def count() -> None:
            steps[0] += 1

        connection.ensure_connection()
        connection.connection.set_progress_handler(count, 100)
        try:
            act()
        finally:
            connection.connection.set_progress_handler(None, 0)
        return steps[0]
    before = rows_read()
    act()
    return (rows_read() - before) // 10


def rows_read() -> int:
    """In this transaction, by scans and through indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
        )
        return int(cursor.fetchone()[0])


def analyze() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # what it does by itself some minutes later
            cursor.execute("ANALYZE")


def test_the_items_of_other_studies_are_not_walked_through(project):
    small = study_of(project, items=5)
    alone = work_of(lambda: claim(rater_in(small)))
    for _number in range(2):
        fill(study_of(project, items=0), MANY)
    later = study_of(project, items=5)
    analyze()
    beside = work_of(lambda: claim(rater_in(later)))
    assert beside <= alone + 10


def test_what_a_rater_has_done_is_not_walked_through(project):
    """Others lag behind, so everything this rater has done is still open to them."""
    study = study_of(project, items=0)
    items = fill(study, MANY)
    fresh, busy = rater_in(study), rater_in(study)
    Assignment.objects.bulk_create(
        Assignment(
            study=study,
            item=item,
            rater=busy.rater,
            slot=1,
            state=Assignment.State.SUBMITTED,
            lease_until=NOW,
            submitted_at=NOW + timedelta(seconds=number),
        )
        for number, item in enumerate(items[:-10])
    )
    Item.objects.filter(pk__in=[item.pk for item in items[:-10]]).update(
        slots_open=1, n_submitted=1
    )
    StudyRater.objects.filter(pk=busy.pk).update(cursor=items[-11].seq, n_submitted=len(items) - 10)
    analyze()
    first = work_of(lambda: claim(fresh))
    next_one = work_of(lambda: claim(StudyRater.objects.get(pk=busy.pk)))
    assert next_one <= first + 10


@pytest.mark.django_db
def test_a_page_counts_nothing(project, client):
    study = study_of(project, items=3)
    rater = rater_in(study)
    client.force_login(rater.rater.user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("annotation:rate", args=[study.uid])).status_code == 200
    assert [one["sql"] for one in queries if "COUNT(" in one["sql"].upper()] == []


@pytest.mark.parametrize("model", [Item, Assignment, StudyRater])
def test_no_long_text_stands_beside_a_counter(model):
    fields = model._meta.concrete_fields
    assert [field.name for field in fields if isinstance(field, models.TextField)] == []


@pytest.mark.services
@pytest.mark.django_db
@pytest.mark.parametrize(
    "take", [*(take_slot_sql(1, side, skips_locked=True) for side in Side), TAKE_NEXT]
)
@pytest.mark.parametrize("statistics_are", ["young", "there"])
def test_the_probe_for_what_a_rater_has_done_goes_by_the_item(statistics_are, take):
    """Before PostgreSQL has looked at a table it takes one index for as good as another.

    A claim whose plan was made then went through the rater's whole history for every candidate.
    """
    statement, names = take
    types = ", ".join("bigint" if name in {"study", "rater", "done"} else "int" for name in names)
    values = ", ".join("1" for _name in names)
    with connection.cursor() as cursor:
        if statistics_are == "there":
            analyze()
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"PREPARE claim ({types}) AS {with_numbers(statement).decode()}")
        cursor.execute(f"EXPLAIN EXECUTE claim ({values})")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("DEALLOCATE claim")
    probes = re.findall(r"using (\w+) on annotation_assignment x", plan)
    assert probes == ["assignment_once_a_rater"], plan


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_the_statements_of_a_cycle_are_prepared(project):
    rater = rater_in(study_of(project, items=12))
    for _number in range(10):
        submit(claim(rater), {"helpful": "4"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        prepared = [row[0] for row in cursor.fetchall()]
    assert any(one.lstrip().startswith("UPDATE annotation_item SET slots_open") for one in prepared)
    assert any("annotation_rating" in one and "INSERT" in one for one in prepared)
