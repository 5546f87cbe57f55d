"""Try to change a release through every door that the database has: all are shut, on both."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from gold.models import GoldItem, Release, ReleaseItem
from tests.gold.published import admit, exported, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def release(alice, dataset, settled):
    settled()
    settled()
    admit(alice, dataset)
    return publish(alice, dataset)


@pytest.fixture
def later(alice, dataset, release, settled) -> GoldItem:
    """An item that came to gold after the release."""
    settled()
    return admit(alice, dataset)[0]


def refused(act: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


def sql(statement: str, *values: object) -> Callable[[], None]:
    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return act


@pytest.mark.parametrize(
    "change",
    [
        {"note": "Better."},
        {"number": 7},
        {"manifest_hash": "0" * 64},
        {"agreement": []},
        {"changes": {}},
        {"coverage": {}},
        {"label_error": {"value": 0}},
        {"datasheet": {}},
        {"n_items": 1},
        {"published_by": None},
        {"parent": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_nothing_that_a_release_says_can_be_updated(release, change):
    before = exported(release)
    assert refused(lambda: Release.objects.filter(pk=release.pk).update(**change))
    assert exported(release) == before


def test_a_release_cannot_be_saved_again(release):
    release.note = "Better."
    assert refused(release.save)


@pytest.mark.parametrize("field", ["payload", "content_hash", "position"])
def test_no_line_can_be_updated(release, field):
    value = {"payload": "{}", "content_hash": "0" * 64, "position": 9}[field]
    assert refused(sql(f"UPDATE gold_releaseitem SET {field} = %s", value))  # ours


def test_a_line_cannot_be_moved_to_another_release(alice, dataset, release, later):
    second = publish(alice, dataset)
    line = release.items.first()
    assert refused(lambda: ReleaseItem.objects.filter(pk=line.pk).update(release=second))


@pytest.mark.parametrize("table", ["gold_releaseitem", "gold_release"])
def test_nothing_can_be_deleted(release, table):
    assert refused(sql(f"DELETE FROM {table}"))  # ours
    assert Release.objects.count(), ReleaseItem.objects.count() == (1, 2)


@pytest.mark.parametrize("position", [0, 1, 2, 99])
def test_no_line_can_be_added(release, later, position):
    assert refused(
        lambda: ReleaseItem.objects.create(
            release=release,
            position=position,
            gold_item=later,
            content_hash=later.content_hash,
            payload=later.payload,
        )
    )
    assert release.items.count() == 2


def test_a_number_is_published_once(dataset, release):
    again = {"dataset": dataset, "number": 1, "manifest_hash": "1", "n_items": 0}
    assert refused(lambda: Release.objects.create(**again))


@pytest.mark.embedded
def test_sqlite_replaces_no_line(release, later):
    line = release.items.get(position=0)
    columns = "(id, release_id, position, gold_item_id, content_hash, payload)"
    for row in (
        (line.pk, release.pk, 0, line.gold_item_id, "0", "{}"),
        (line.pk, release.pk, 0, later.pk, "0", "{}"),
        (None, release.pk, 0, later.pk, "0", "{}"),
        (None, release.pk, 1, line.gold_item_id, "0", "{}"),
    ):
        statement = f"INSERT OR REPLACE INTO gold_releaseitem {columns} VALUES ({'%s, ' * 5}%s)"
        assert refused(sql(statement, *row))


@pytest.mark.embedded
def test_sqlite_replaces_no_release(release):
    copied = """SELECT {}, 'x', n_items, rubric_versions, agreement, datasheet, note, published_at,
        dataset_id, parent_id, published_by_id, changes, coverage, label_error, manifest_version
        FROM gold_release"""
    columns = """(id, uid, number, manifest_hash, n_items, rubric_versions, agreement, datasheet,
        note, published_at, dataset_id, parent_id, published_by_id, changes, coverage, label_error,
        manifest_version)"""
    for names in ("id, uid, 8", "NULL, uid, 8", "NULL, 'other', number"):
        statement = f"INSERT OR REPLACE INTO gold_release {columns} {copied.format(names)}"
        assert refused(sql(statement))
    assert Release.objects.get().manifest_hash == release.manifest_hash


@pytest.mark.services
def test_postgresql_empties_no_table_of_releases(release):
    assert refused(sql("TRUNCATE gold_releaseitem"))
    assert refused(sql("TRUNCATE gold_release CASCADE"))
    assert release.items.count() == 2


@pytest.mark.services
def test_postgresql_upserts_no_line(release, later):
    line = release.items.get(position=0)
    assert refused(
        sql(
            "INSERT INTO gold_releaseitem (release_id, position, gold_item_id, content_hash, "
            "payload) VALUES (%s, 0, %s, '0', '{}') ON CONFLICT (release_id, position) DO UPDATE "
            "SET payload = '{}'",
            release.pk,
            line.gold_item_id,
        )
    )
