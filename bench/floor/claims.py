"""Taking an item and giving a rating, in as few statements as each database allows."""

from typing import Any

from django.db import connection, transaction

OVERLAP = 3
CANDIDATE = """
    SELECT i.id FROM floor_item i
    WHERE i.is_open
      AND i.id > COALESCE((SELECT last_item FROM floor_cursor WHERE rater = %(rater)s), 0)
      AND NOT EXISTS (
        SELECT 1 FROM floor_rating x WHERE x.item_id = i.id AND x.rater = %(rater)s)
    ORDER BY i.id LIMIT 1 {lock}"""
TAKE = """
    UPDATE floor_item SET n_claimed = n_claimed + 1, is_open = (n_claimed + 1 < %(overlap)s)
    WHERE id = ({candidate}) RETURNING id, payload"""
NOTE = """
    INSERT INTO floor_rating (item_id, rater, comment, claimed_at)
    VALUES (%s, %s, '', CURRENT_TIMESTAMP)"""
MOVE = """
    INSERT INTO floor_cursor (rater, last_item) VALUES (%s, %s)
    ON CONFLICT (rater) DO UPDATE SET last_item = excluded.last_item"""
FINISH = """
    UPDATE floor_rating SET score = %s, comment = %s, done_at = CURRENT_TIMESTAMP
    WHERE item_id = %s AND rater = %s AND done_at IS NULL"""


@transaction.atomic
def claim(rater: int) -> tuple[int, Any] | None:
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    sql = TAKE.format(candidate=CANDIDATE.format(lock=lock))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"rater": rater, "overlap": OVERLAP})
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute(NOTE, [row[0], rater])
        cursor.execute(MOVE, [rater, row[0]])
    return row[0], row[1]


def finish(item: int, rater: int, score: int, comment: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(FINISH, [score, comment, item, rater])
        return bool(cursor.rowcount == 1)
