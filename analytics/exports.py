"""Ratings on their way out: one line or row a rating with its scores, as a stream.

Pages are stretches of items by their number in the study, which an index holds: memory does not
grow and the first line leaves at once. The database packs the scores of a rating into its row, and
no model instance is made. JSON Lines have the shape that `import_ratings` reads.
A ranking is written as its pairs, by the positions of the two answers.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import lru_cache
from typing import Any, Generic, TypeVar

import orjson
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Max

from annotation.derived import guidance_labels
from annotation.models import Criterion, Study
from annotation.rubric_cache import criteria_of
from annotation.services.reveals import Given
from core.csv_cells import block, cell
from core.scales import POINT_KINDS, Kind, Target, labels_of

FIRST_ITEMS, MOST_ITEMS = 250, 8_000
ROWS_A_PAGE = {"sqlite": 750, "postgresql": 2_000}
"""A server and we work at the same time for as long as a page is; what is in this process gains
nothing by it."""
NO_ANSWER = "N/A"
KNOWN, SHORT = 4_096, 400
_known = lru_cache(maxsize=KNOWN)(cell)
"""A cell of text that comes again soon: a rater, a conversation, a point of a scale."""
HEAD = (
    "uid", "external_id", "external_id_b", "item", "rater", "kind", "layer", "occasion", "at",
    "seconds", "flagged", "comment",
)  # fmt: skip
QUERY = """
SELECT {uid}, c.external_id, CASE WHEN i.n_answers > 2 THEN {others}
  ELSE COALESCE(b.external_id, '') END, i.seq, p.key, p.kind, r.layer,
  r.occasion, {at}, r.seconds, CASE WHEN r.flagged THEN 1 ELSE 0 END, r.comment, {guidance},
  (SELECT {pack} FROM annotation_score s WHERE s.rating_id = r.id)
FROM annotation_item i
{ratings}
JOIN annotation_rater p ON p.id = r.rater_id
JOIN conversations_conversation c ON c.id = i.conversation_id
LEFT JOIN conversations_conversation b ON b.id = i.conversation_b_id
WHERE i.study_id = %s AND i.seq > %s AND i.seq <= %s
ORDER BY i.seq, r.id
"""
OF_TEXT = """CASE WHEN s.value IS NULL AND s.number IS NULL
    THEN (SELECT {said} FROM annotation_scoretext t WHERE t.score_id = s.id) END"""
OTHERS = """(SELECT {pack} FROM (SELECT o.external_id AS id FROM annotation_itemanswer y
    JOIN conversations_conversation o ON o.id = y.conversation_id
    WHERE y.item_id = i.id AND y.position > 0 ORDER BY y.position) x)"""
"""The answers of a ranking after the first, by position, as a list in JSON."""
SPOKEN = {
    "sqlite": {
        "uid": "r.uid",
        "others": OTHERS.format(pack="json_group_array(x.id)"),
        "ratings": "JOIN annotation_rating r ON r.item_id = i.id AND r.current",
        # Django leaves off what would be zeros there, and no other database does.
        "at": """replace(r.submitted_at, ' ', 'T') ||
    CASE length(r.submitted_at) WHEN 19 THEN '.000000Z' ELSE 'Z' END""",
        "pack": f"""json_group_array(json_array(s.criterion_id, s.turn, s.passage, s.value,
    s.number, {OF_TEXT.format(said="t.words")}))""",
    },
    "postgresql": {
        "uid": "r.uid::text",
        "others": OTHERS.format(pack="json_agg(x.id)::text"),
        "ratings": """JOIN LATERAL (SELECT * FROM annotation_rating
  WHERE item_id = i.id AND current ORDER BY id OFFSET 0) r ON TRUE""",
        "at": "to_char(r.submitted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
        "pack": f"""'[' || string_agg('[' || s.criterion_id || ',' || s.turn || ',' || s.passage
    || ',' || COALESCE(s.value::text, 'null') || ',' || COALESCE(s.number::text, 'null') || ','
    || COALESCE({OF_TEXT.format(said="to_json(t.words)::text")}, 'null') || ']', ',') || ']'""",
    },
}
"""How each database writes an identifier, a time in UTC and a packed row: as text, so that nothing
is converted twice. And how it is held to the index: PostgreSQL would rather read all ratings for
each page, up to some 100,000 of them."""

Rows = list[tuple[Any, ...]]
Page = tuple[int, CursorWrapper]
"""How many items, and what was found of them."""
Told = TypeVar("Told")


def ratings_of(
    study: Study, tell: Callable[[dict[str, Any]], Told], given: Given | None = None
) -> Generator[list[tuple[tuple[Any, ...], Told]], None, None]:
    """Pages of ratings that stand, in the order of the items.

    Of each the row of `QUERY`, which begins with the fields of HEAD, and its scores by criterion as
    `tell` writes them; ratings that say the same may share what it gives. `given` is called before
    a page leaves; it writes by our connection, so no page is sought meanwhile.
    """
    unpack = _Unpack(criteria_of(study.rubric_version), tell)
    told = unpack.told
    guidance = "c.guidance" if unpack.needs_guidance else "NULL"
    query = QUERY.format(guidance=guidance, **SPOKEN[connection.vendor])
    last = study.items.aggregate(last=Max("seq"))["last"] or 0
    pages = Pages(last, ROWS_A_PAGE[connection.vendor])
    here = connections[connection.alias]

    def page(behind: int, upto: int) -> Page:
        cursor = here.cursor()
        cursor.execute(query, [study.pk, behind, upto])
        return upto - behind, cursor

    is_ahead = connection.vendor == "postgresql" and given is None
    coming = _ahead(page, pages) if is_ahead else (page(*stretch) for stretch in pages)
    upto = 0
    with closing(coming):
        for n_items, found in coming:
            with found:
                rows: Rows = found.fetchall()
            pages.learn(n_items, len(rows))
            behind, upto = upto, upto + n_items
            if rows:
                if given:
                    given(behind, upto)
                yield [(row, told(row[13], row[12])) for row in rows]


class Pages:
    """Stretches of items, behind one number and up to another, of about so many ratings each.

    How many ratings an item has is known once a page is there; the first one is short, so that the
    first line leaves at once.
    """

    def __init__(self, last: int, n_rows: int) -> None:
        self.last, self.n_rows, self.items = last, n_rows, FIRST_ITEMS

    def __iter__(self) -> Iterator[tuple[int, int]]:
        behind = 0
        while behind < self.last:
            upto = behind + self.items
            yield behind, upto
            behind = upto

    def learn(self, n_items: int, n_rows: int) -> None:
        wanted = n_items * self.n_rows // max(1, n_rows)
        self.items = max(1, min(wanted, 2 * self.items, MOST_ITEMS))


def _ahead(
    page: Callable[[int, int], Page], stretches: Iterable[tuple[int, int]]
) -> Generator[Page, None, None]:
    """A server finds the next page while the last one is unpacked, written down and sent.

    Each page is a statement of its own, so whoever reads slowly holds no snapshot open.
    """
    coming: Future[Page] | None = None
    connection.inc_thread_sharing()
    try:
        with ThreadPoolExecutor(1) as thread:
            for stretch in stretches:
                found, coming = coming, thread.submit(page, *stretch)
                if found:
                    yield found.result()
            if coming:
                yield coming.result()
    finally:
        connection.dec_thread_sharing()


def dashed(uid: str) -> str:
    """An identifier as everything else writes it; SQLite holds it without dashes."""
    if len(uid) == 36:
        return uid
    return f"{uid[:8]}-{uid[8:12]}-{uid[12:16]}-{uid[16:20]}-{uid[20:]}"


def jsonl(study: Study, given: Given | None = None) -> Iterator[bytes]:
    for page in ratings_of(study, lambda scores: orjson.Fragment(orjson.dumps(scores)), given):
        yield b"".join([_line(row, scores) for row, scores in page])


def csv(study: Study, given: Given | None = None) -> Iterator[bytes]:
    """A column a criterion; scores of turns and passages stand in one cell, as JSON by number."""
    keys = [criterion.key for criterion in criteria_of(study.rubric_version)]

    def cells(scores: dict[str, Any]) -> str:
        return "".join([f",{_score_cell(scores.get(key))}" for key in keys])

    yield block([[*HEAD, *keys]]).encode()
    for page in ratings_of(study, cells, given):
        yield "".join([_row(row, said) for row, said in page]).encode()


Writer = Callable[[Study, Given | None], Iterator[bytes]]
WRITERS: Mapping[str, Writer] = {"csv": csv, "jsonl": jsonl}
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}


def _line(row: tuple[Any, ...], scores: orjson.Fragment) -> bytes:
    """Spelled out, as `_row` is, because a dictionary from HEAD takes twice the time."""
    uid, one, other, item, rater, kind, layer, occasion, at, seconds, flagged, comment, *_ = row
    return orjson.dumps(
        {
            "uid": dashed(uid),
            "external_id": one,
            "external_id_b": other,
            "item": item,
            "rater": rater,
            "kind": kind,
            "layer": layer,
            "occasion": occasion,
            "at": at,
            "seconds": seconds,
            "flagged": flagged,
            "comment": comment,
            "scores": scores,
        },
        option=orjson.OPT_APPEND_NEWLINE,
    )


def _row(row: tuple[Any, ...], said: str) -> str:
    """Only what people wrote can need quotes or an apostrophe; the rest is ours."""
    uid, one, other, item, rater, kind, layer, occasion, at, seconds, flagged, comment, *_ = row
    counted = "" if seconds is None else seconds
    return (
        f"{dashed(uid)},{_known(one)},{_known(other)},{item},{_known(rater)},{kind},{layer},"
        f"{occasion},{at},{counted},{flagged},{cell(comment)}{said}\r\n"
    )


def _score_cell(score: Any) -> str:
    return _known(score) if type(score) is str else cell(_cell(score))


def _cell(score: Any) -> Any:
    if isinstance(score, str) or score is None:
        return score
    if isinstance(score, dict):
        if "cannot_judge" in score:
            return NO_ANSWER
        if "text" in score:
            return score["text"]
        return orjson.dumps({unit: _cell(one) for unit, one in score.items()}).decode()
    return ";".join(score) if isinstance(score, list) else score


class _Unpack(Generic[Told]):
    """Packed scores as the answers that were given: points come back as their keys."""

    def __init__(
        self, criteria: tuple[Criterion, ...], tell: Callable[[dict[str, Any]], Told]
    ) -> None:
        self.tell = tell
        self.known = lru_cache(maxsize=KNOWN)(self._told)
        self.needs_guidance = any(criterion.points_from for criterion in criteria)
        self.criteria = {criterion.pk: criterion for criterion in criteria}
        self.points = {one.pk: [str(point["key"]) for point in one.points] for one in criteria}
        self.whole = {
            one.pk for one in criteria if one.target in (Target.CONVERSATION, Target.PAIR)
        }
        self.by_point = {
            one.pk: (one.key, self.points[one.pk])
            for one in criteria
            if one.kind in POINT_KINDS and one.pk in self.whole
        }

    def told(self, packed: Any, guidance: Any) -> Told:
        """From memory where there are few ways to say it: to read it anew takes a fifth."""
        if guidance is None and type(packed) is str and len(packed) <= SHORT:
            return self.known(packed)
        return self._told(packed, guidance)

    def _told(self, packed: Any, guidance: Any = None) -> Told:
        return self.tell(self._scores(packed, guidance))

    def _scores(self, packed: Any, guidance: Any) -> dict[str, Any]:
        scores: dict[str, Any] = {}
        found = orjson.loads(packed) if isinstance(packed, str) else packed or ()
        for pk, turn, passage, value, number, words in found:
            if value is not None and turn < 0 and pk in self.by_point:
                key, points = self.by_point[pk]
                scores[key] = points[value]
                continue
            said = self._said(self.criteria[pk], value, number, words, guidance)
            if pk in self.whole and turn < 0:
                scores[self.criteria[pk].key] = said
            else:
                unit = str(turn) if passage < 0 else f"{turn}:{passage}"
                scores.setdefault(self.criteria[pk].key, {})[unit] = said
        return scores

    def _said(
        self,
        criterion: Criterion,
        value: int | None,
        number: float | None,
        words: str | None,
        guidance: Any,
    ) -> Any:
        """A point, labels, a number, a free text, or why the rater could not judge."""
        if number is not None:
            return number
        if value is not None and criterion.kind == Kind.MULTI:
            return list(labels_of(self._labels(criterion, guidance), value))
        if value is not None:
            return self.points[criterion.pk][value]
        if criterion.kind == Kind.TEXT and words:
            return {"text": words}
        return {"cannot_judge": True, "text": words or ""}

    def _labels(self, criterion: Criterion, guidance: Any) -> list[str]:
        if not criterion.points_from:
            return self.points[criterion.pk]
        given = orjson.loads(guidance) if isinstance(guidance, str) else guidance
        return [label.key for label in guidance_labels(given, criterion.points_from)]
