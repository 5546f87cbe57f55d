"""Hiding spans: pure arithmetic of places."""

import json
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from conversations.redaction_page import segments
from conversations.rewriting import _moved
from conversations.spans import (
    Cut,
    hidden_reference,
    hidden_turns,
    merged,
    moved,
    redacted_text,
    shown,
    texts_of,
)
from core.templatetags.prose import exact

LABEL = "［電話番号］"
CALL = {"id": "c", "type": "function", "function": {"name": "mail", "arguments": '{"to": "ann"}'}}
TURNS: list[dict[str, Any]] = [
    {"id": "0", "role": "user", "content": "𠮷田です", "name": "ann"},
    {"id": "1", "role": "assistant", "content": "", "tool_calls": [CALL]},
    {
        "id": "2",
        "role": "assistant",
        "content": "ok",
        "passages": [{"id": "p", "text": "ann said", "title": "of ann", "source": "ann.txt"}],
    },
]


def test_every_text_of_a_turn_is_looked_at():
    assert [(one.turn, one.part) for one in texts_of(TURNS, "ann")] == [
        (0, "content"),
        (0, "name"),
        (1, "tool_calls.0.function.arguments"),
        (2, "content"),
        (2, "passages.0.text"),
        (2, "passages.0.title"),
        (2, "passages.0.source"),
        (-1, "reference"),
    ]


def test_each_part_can_be_hidden_and_what_was_given_stays():
    before = json.dumps(TURNS)
    cuts = [Cut(one.turn, one.part, 0, 2, "X") for one in texts_of(TURNS, "ann")]
    hidden = hidden_turns(TURNS, cuts)
    assert [one.text for one in texts_of(hidden, hidden_reference("ann", cuts))] == [
        "Xです", "Xn", 'X"to": "ann"}'.replace('X"', "X"), "X", "Xn said", "X ann", "Xn.txt", "Xn",
    ]  # fmt: skip
    assert json.dumps(TURNS) == before


def test_turns_without_cuts_are_the_very_turns():
    assert shown(TURNS, None) is TURNS


def test_places_count_code_points():
    assert redacted_text("𠮷田さん", [Cut(0, "content", 0, 2, "[name]")]) == "[name]さん"


TEXT = st.text(alphabet="ab𠮷", min_size=8, max_size=30)
PLACES = st.lists(
    st.tuples(st.integers(0, 7), st.integers(1, 6)).map(lambda at: (at[0], min(8, sum(at)))),
    max_size=5,
).map(lambda places: [Cut(0, "content", *place, LABEL) for place in places if place[0] < place[1]])


@given(TEXT, PLACES)
def test_nothing_that_was_cut_stays_and_nothing_else_goes(text, cuts):
    kept = "".join(
        sign for at, sign in enumerate(text) if not any(one.start <= at < one.end for one in cuts)
    )
    hidden = redacted_text(text, cuts)
    assert hidden.replace(LABEL, "") == kept
    assert hidden.count(LABEL) == len(merged(cuts))


@given(TEXT, PLACES)
def test_a_written_label_stands_where_its_span_is_moved_to(text, cuts):
    heaps = merged(cuts)
    hidden = redacted_text(text, cuts)
    for cut in cuts:
        start, end = moved(cut.start, cut.end, heaps)
        assert hidden[start:end] == LABEL


@given(TEXT, PLACES, st.integers(0, 7), st.integers(1, 8))
def test_a_span_beside_the_cuts_keeps_its_words(text, cuts, start, length):
    end = min(len(text), start + length)
    if any(start < one.end and one.start < end for one in cuts):
        return
    new_start, new_end = moved(start, end, merged(cuts))
    assert redacted_text(text, cuts)[new_start:new_end] == text[start:end]


def a_row(start: int, end: int, state: str) -> Any:
    return SimpleNamespace(
        turn=0, part="content", start=start, end=end, state=state, label="[x]", is_written=False,
        text_mark="",
    )  # fmt: skip


def test_rows_follow_the_words_that_were_rewritten():
    text = "call 0312345678 or Ann Bell"
    rows = [
        a_row(5, 15, "accepted"),
        a_row(5, 15, "dismissed"),
        a_row(19, 27, "proposed"),
        a_row(10, 18, "proposed"),
    ]
    new = redacted_text(text, rows[:1])
    stay = list(_moved(rows, new))
    assert [(one.state, new[one.start : one.end]) for one in stay] == [
        ("accepted", "[x]"),
        ("proposed", "Ann Bell"),
        ("proposed", " or"),
    ]


@given(TEXT, PLACES)
def test_a_page_shows_every_sign_of_a_text_once(text, cuts):
    rows = [a_row(one.start, one.end, "proposed") for one in sorted(cuts, key=lambda c: c.start)]
    assert "".join(piece.text for piece in segments(text, rows)) == text


def test_a_sign_that_hides_or_vanishes_is_kept_for_counting():
    assert exact("a\r\n<b>\u202e") == (
        'a&#13;\n&lt;b&gt;<span class="mark-char" data-sign>U+202E</span>'
    )
