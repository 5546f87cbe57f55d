"""When an output passes, how files of outputs are read, and what a change says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.estimates import Estimate
from conversations.importers import LineError, RefusedError
from core.errors import InvalidError
from gold.runs.comparing import Outcome, compare
from gold.runs.gate import decide
from gold.runs.judging import PassRule, Said, passes, rule_from
from gold.runs.reading import Line, line_of
from gold.runs.words import gate_words
from tests.gold.brought import outputs_in

PAYLOAD = {
    "labels": {"tone": {"value": "polite"}, "kinds": {"value": ["a", "b"]}, "turns": [{}]},
    "conversation": {"reference": "At four o’clock."},
}


@pytest.mark.parametrize(
    ("rule", "said", "passed"),
    [
        (PassRule(), Said(passed=True), True),
        (PassRule(), Said("Yes."), None),
        (PassRule("score", "helpful", 3), Said(scores={"helpful": "3"}), True),
        (PassRule("score", "helpful", 3), Said(scores={"helpful": 2.9}), False),
        (PassRule("score", "helpful", 3), Said(scores={"helpful": True}), None),
        (PassRule("score", "helpful", 3), Said(scores={"other": 9}), None),
        (PassRule("score", "helpful", 3), Said(scores={"helpful": 10**400}), None),
        (PassRule("agrees", "tone"), Said(scores={"tone": " polite "}), True),
        (PassRule("agrees", "tone"), Said(scores={"tone": "rude"}), False),
        (PassRule("agrees", "kinds"), Said(scores={"kinds": "b;a"}), True),
        (PassRule("agrees", "turns"), Said(scores={"turns": "a"}), None),
        (PassRule("matches", how="alike"), Said("at  four O’CLOCK."), True),
        (PassRule("matches", how="exact"), Said("at four o’clock."), False),
        (PassRule("matches", how="contains"), Said("We open at four o’clock. Bye."), True),
    ],
)
def test_when_an_output_passes(rule, said, passed):
    assert passes(rule, said, PAYLOAD) is passed


def test_of_a_contested_item_no_answer_is_the_right_one():
    contested = {**PAYLOAD, "tier": "contested"}
    assert passes(PassRule("matches"), Said("At four o’clock."), contested) is None


@pytest.mark.parametrize(
    "data",
    [{"kind": "magic"}, {"kind": "score"}, {"kind": "matches", "how": "roughly"}]
    + [
        {"kind": "score", "criterion": "x", "at_least": bad}
        for bad in (None, "3", True, 1e999, 10**400)
    ],
)
def test_an_impossible_rule_is_refused(data):
    with pytest.raises(InvalidError):
        rule_from(data)


def test_a_rule_comes_back_as_it_was_stored():
    for rule in (PassRule(), PassRule("score", "x", 3.0), PassRule("matches", how="contains")):
        assert rule_from(rule.as_data()) == rule


LINES = b'{"input_key": "a", "output": "x", "passed": true}\n\n{"gold": "b", "scores": {"s": 2}}\n'
LIST = b'[{"input_key": "a", "output": "x", "passed": true}, {"gold": "b", "scores": {"s": 2}}]'
TABLE = b'\xef\xbb\xbfinput_key,output,passed,score.s\na,"x",yes,\nb,,,2\n'


@pytest.mark.parametrize("text", [LINES, b"\xef\xbb\xbf" + LINES, LIST, TABLE])
def test_three_formats_say_the_same(text):
    found = [(line.key, line.said.output, line.said.passed) for line in outputs_in(text)]
    assert found == [("a", "x", True), ("b", "", None)]
    assert str([line.said.scores for line in outputs_in(text)][1]["s"]) == "2"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (b'{"input_key": "a"}\n{"input_key": "b", "passed": 1}\n', 2, "neither true nor false"),
        (b'{"input_key": "a"}\n{"output": "b"}\n', 2, "no input_key"),
        (b'{"input_key": "a", "output": "\\u0000"}\n', 1, "NUL"),
        (b'{"input_key": "a", "scores": [1]}\n', 1, "scores"),
        (b'{"input_key": "a"}\n{oops\n', 2, "JSON"),
        (b"input_key,passed\na,perhaps\n", 2, "neither true nor false"),
        (b"input_key,output\n\xff,x\n", 2, "UTF-8"),
        (b"[1]", 1, "not one"),
    ],
)
def test_what_is_no_output_is_refused_with_its_line(text, line, why):
    (error,) = (one for one in outputs_in(text) if isinstance(one, LineError))
    assert error.line == line
    assert why in error.reason


def test_a_bad_line_leaves_the_good_ones():
    found = outputs_in(b'{"input_key": "a"}\nno\n{"input_key": "b"}\n')
    assert [one.key for one in found if isinstance(one, Line)] == ["a", "b"]


@pytest.mark.parametrize("score", [["polite", "ru\0de"], 1e999, 10**400, "\ud83d"])
def test_a_score_that_no_database_stores_is_refused_with_its_line(score):
    with pytest.raises(RefusedError, match="Line 3"):
        line_of(3, {"input_key": "a", "output": "Yes.", "scores": {"tone": score}})


def test_a_table_without_keys_is_refused_as_a_whole():
    with pytest.raises(InvalidError, match="input_key"):
        outputs_in(b"key,output\na,b\n")


def test_an_empty_file_holds_nothing():
    assert list(outputs_in(b"")) == []


@given(
    st.dictionaries(st.integers(0, 9), st.booleans()),
    st.dictionaries(st.integers(0, 9), st.booleans()),
)
def test_the_change_of_the_whole_is_that_of_the_same_items_and_of_the_others(before, after):
    change = compare(
        {key: Outcome(passed, str(key)) for key, passed in before.items()},
        {key: Outcome(passed, str(key)) for key, passed in after.items()},
    )
    assert sum(change.counts.values()) == len(before.keys() & after.keys())
    if change.by_new_items is not None:
        assert change.total == pytest.approx(change.difference.value + change.by_new_items)
        if before.keys() == after.keys():
            assert change.by_new_items == pytest.approx(0)


def test_items_of_one_group_do_not_count_as_many():
    was = {key: Outcome(False, str(key // 10)) for key in range(40)}
    now = {key: Outcome(key < 20, str(key // 10)) for key in range(40)}
    alone = {key: Outcome(one.passed, str(key)) for key, one in now.items()}
    grouped, single = compare(was, now).difference, compare(was, alone).difference
    assert grouped.value == single.value == 0.5
    assert grouped.high - grouped.low > single.high - single.low
    assert grouped.p > single.p


def estimate(low: float, high: float) -> Estimate:
    return Estimate((low + high) / 2, low, high, 0.95, 100, "")


@pytest.mark.parametrize(
    ("difference", "share", "wanted", "state"),
    [
        (estimate(-0.01, 0.05), estimate(0.8, 0.9), {"margin": 0.02}, "pass"),
        (estimate(-0.03, 0.05), estimate(0.8, 0.9), {"margin": 0.02}, "unknown"),
        (estimate(-0.09, -0.03), estimate(0.8, 0.9), {"margin": 0.02}, "fail"),
        (estimate(-0.01, 0.05), estimate(0.8, 0.9), {"margin": 0.02, "at_least": 0.95}, "fail"),
        (estimate(-0.01, 0.05), estimate(0.8, 0.9), {"margin": 0.02, "at_least": 0.85}, "unknown"),
        (None, estimate(0.8, 0.9), {"at_least": 0.8}, "pass"),
        (None, estimate(0.8, 0.9), {}, "unknown"),
    ],
)
def test_a_build_passes_only_where_the_whole_interval_does(difference, share, wanted, state):
    gate = decide(difference, share, **wanted)
    assert gate.state == state
    assert gate.more is None or gate.more > 0


@pytest.mark.parametrize(
    ("margin", "words"),
    [
        (0.0, "It does worse than before."),
        (0.02, "It lost more than 2.0 points."),
    ],
)
def test_a_loss_is_told_in_points_and_none_in_no_number(margin, words):
    worse = estimate(-0.09, -0.03)
    gate = decide(worse, estimate(0.8, 0.9), margin=margin)
    assert gate_words(gate, margin=margin, at_least=None) == words
