"""A year of feedback in a project, made by the database itself."""

from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import Project
from bench.filling import ascending_uid, filling, without_indexes
from surveys.folding import COUNTS, CellKey

DAYS = 365
ANSWERS_EACH = 5
"""Answers that one respondent was shown."""
EVENTS_AN_ANSWER = 1.6
"""An impression of each, and a thumb for three of five."""

SERIES = (
    "WITH RECURSIVE series(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n + 1 < {n:d})"
)
RESPONDENTS = """
    INSERT INTO surveys_respondent (uid, project_id, key, created_at)
    {series} SELECT {uid}, %s, 's:u' || n, %s FROM series"""
FEEDBACK = """
    INSERT INTO surveys_currentfeedback (project_id, respondent_id, target, kind, conversation_key,
        message, turn, variant_name, language, shown, value, retracted, words, reasons, comment,
        day, at, seq, event_id, trust, locale, instrument, mode, context)
    {series} SELECT %s, {first} + n / {each:d}, {uid}, 'thumb', 'c_' || n, 'm_7', -1,
        CASE n %% 4 WHEN 0 THEN 'v12' ELSE 'v13' END, CASE n %% 3 WHEN 0 THEN 'en' ELSE 'ja' END,
        {true}, CASE WHEN n %% 5 < 3 THEN CASE n %% 7 WHEN 0 THEN 0 ELSE 1 END END, {false}, '',
        {reasons}, '', {day}, {at}, 1, n + 1, CASE n %% 10 WHEN 0 THEN 'open' ELSE 'signed' END,
        CASE n %% 3 WHEN 0 THEN 'en' ELSE 'ja' END, 1 + n %% {days:d} / 200, 'unsolicited',
        {context}
    FROM series"""
CELLS = """
    INSERT INTO surveys_feedbackcell ({columns})
    SELECT {keys}, {counts} FROM surveys_currentfeedback WHERE project_id = %s GROUP BY {keys}"""
REASONS = """
    INSERT INTO surveys_reasoncell (cell_id, value, reason, n)
    SELECT id, 0, 'incorrect', v0 FROM surveys_feedbackcell WHERE project_id = %s AND v0 > 0"""
EACH_COUNT = {
    "n_shown": "shown",
    "n_answered": "shown AND value IS NOT NULL",
    "n_comments": "value IS NOT NULL AND comment <> ''",
    "n_retracted": "retracted",
} | {f"v{place}": f"value = {place}" for place in range(11)}


def fill_feedback(project: Project, n_events: int) -> None:
    """So many events as current feedback, an impression for each answer and a thumb for most."""
    rows = max(1, round(n_events / EVENTS_AN_ANSWER))
    n_respondents = -(-rows // ANSWERS_EACH)
    with filling(), connection.cursor() as cursor:
        cursor.execute(
            RESPONDENTS.format(series=SERIES.format(n=n_respondents), uid=ascending_uid("n")),
            [project.pk, timezone.now()],
        )
        cursor.execute("SELECT min(id) FROM surveys_respondent WHERE project_id = %s", [project.pk])
        first = cursor.fetchone()[0]
        with without_indexes(cursor, "surveys_currentfeedback"):
            cursor.execute(_feedback(rows, first), [project.pk])
        cursor.execute(_cells(), [project.pk])
        cursor.execute(REASONS, [project.pk])


def _feedback(rows: int, first: int) -> str:
    today: date = timezone.localdate()
    begin = (today - timedelta(days=DAYS - 1)).isoformat()
    postgresql = connection.vendor == "postgresql"
    reasons = """CASE WHEN n %% 5 < 3 AND n %% 7 = 0 THEN '["incorrect"]' ELSE '[]' END"""
    if postgresql:
        day, at = (
            f"DATE '{begin}' + n %% {DAYS}",
            f"TIMESTAMPTZ '{begin}' + n %% {DAYS} * INTERVAL '1 day'",
        )
    else:
        day = f"date('{begin}', '+' || (n %% {DAYS}) || ' days')"
        at = f"datetime('{begin}', '+' || (n %% {DAYS}) || ' days')"
    return FEEDBACK.format(
        series=SERIES.format(n=rows),
        first=first,
        each=ANSWERS_EACH,
        uid=ascending_uid("n"),
        true="TRUE",
        false="FALSE",
        reasons=f"({reasons})::jsonb" if postgresql else reasons,
        context="'{}'",
        day=day,
        at=at,
        days=DAYS,
    )


def _cells() -> str:
    """As a recount sums them."""
    keys = ", ".join(name for name in CellKey._fields if name != "widget")
    counts = ", ".join(f"count(*) FILTER (WHERE {EACH_COUNT[name]})" for name in COUNTS)
    return CELLS.format(
        columns=f"{keys}, widget, {', '.join(COUNTS)}", keys=keys, counts=f"0, {counts}"
    )
