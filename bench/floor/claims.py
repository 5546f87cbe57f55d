"""Taking an item and giving a rating, in as few statements as each database allows."""

from typing import Any

from django.db import connection, transaction

OVERLAP = 3
TRIES = 3
"""PostgreSQL gives nothing where another rater closed the item that was just looked at."""
LAST = "COALESCE((SELECT last_item FROM floor_cursor WHERE rater = %(rater)s), 0)"
CANDIDATE = """
    SELECT i.id FROM floor_item i
    WHERE i.is_open AND i.id > {last}
      AND NOT EXISTS (
        SELECT 1 FROM floor_rating x
        WHERE x.item_id = i.id AND x.rater = %(rater)s AND x.item_id > {last})
    ORDER BY i.id LIMIT 1 {lock}"""
"""Without the bound on the rating's item PostgreSQL reads all that a rater has done for each claim,
and the floor grows slower while one looks."""
TAKE = """
    UPDATE floor_item SET n_claimed = n_claimed + 1, is_open = (n_claimed + 1 < %(overlap)s)
    WHERE id = ({candidate}) RETURNING id, payload"""
AT_ONCE = """
    WITH taken AS ({take}),
    noted AS (
        INSERT INTO floor_rating (item_id, rater, comment, claimed_at)
        SELECT id, %(rater)s, '', CURRENT_TIMESTAMP FROM taken),
    moved AS (
        INSERT INTO floor_cursor (rater, last_item) SELECT %(rater)s, id FROM taken
        ON CONFLICT (rater) DO UPDATE SET last_item = excluded.last_item)
    SELECT id, payload FROM taken"""
"""The three of a claim together: PostgreSQL carries them out in one way there and back."""
NOTE = """
    INSERT INTO floor_rating (item_id, rater, comment, claimed_at)
    VALUES (%s, %s, '', CURRENT_TIMESTAMP)"""
MOVE = """
    INSERT INTO floor_cursor (rater, last_item) VALUES (%s, %s)
    ON CONFLICT (rater) DO UPDATE SET last_item = excluded.last_item"""
COUNT = "UPDATE floor_item SET n_done = n_done + 1 WHERE id = %s"
FINISH = """
    UPDATE floor_rating SET score = %s, comment = %s, done_at = CURRENT_TIMESTAMP
    WHERE item_id = %s AND rater = %s AND done_at IS NULL"""


@transaction.atomic
def claim(rater: int) -> tuple[int, Any] | None:
    values = {"rater": rater, "overlap": OVERLAP}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            take = TAKE.format(candidate=CANDIDATE.format(last=LAST, lock="FOR UPDATE SKIP LOCKED"))
            found: tuple[int, Any] | None = None
            for _try in range(TRIES):
                cursor.execute(AT_ONCE.format(take=take), values)
                if found := cursor.fetchone():
                    break
            return found
        cursor.execute(TAKE.format(candidate=CANDIDATE.format(last=LAST, lock="")), values)
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute(NOTE, [row[0], rater])
        cursor.execute(MOVE, [rater, row[0]])
    return row[0], row[1]


def finish(item: int, rater: int, score: int, comment: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(FINISH, [score, comment, item, rater])
        if cursor.rowcount != 1:
            return False
        cursor.execute(COUNT, [item])
    return True
