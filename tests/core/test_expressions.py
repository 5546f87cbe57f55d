import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.expressions import (
    COMPARISONS,
    MAX_DEPTH,
    MAX_LENGTH,
    ExpressionError,
    evaluate,
    lookup_in,
    names,
    parse,
)

CASES = json.loads((Path(__file__).parent / "expression_cases.json").read_text(encoding="utf-8"))


def holds(text, **values):
    return evaluate(parse(text), values.get)


@pytest.mark.parametrize(
    ("text", "ast"),
    [
        ("variant == gpt-4o", ["==", "variant", "gpt-4o"]),
        ("meta.n_turns >= 12", [">=", "meta.n_turns", 12]),
        ("score < -0.5", ["<", "score", -0.5]),
        ('topic != "請求"', ["!=", "topic", "請求"]),
        ("breakdown in (T, X)", ["in", "breakdown", ["T", "X"]]),
        ("a not in (x, y)", ["and", ["!=", "a", "x"], ["!=", "a", "y"]]),
        ("comment is empty", ["empty", "comment"]),
        ("comment is not empty", ["not", ["empty", "comment"]]),
        ("a == 1 or b == 2 and not c == 3",
         ["or", ["==", "a", 1], ["and", ["==", "b", 2], ["not", ["==", "c", 3]]]]),
        ("(a == 1 or b == 2) and c == 3",
         ["and", ["or", ["==", "a", 1], ["==", "b", 2]], ["==", "c", 3]]),
        ("started_at >= 2026-11-01", [">=", "started_at", "2026-11-01"]),
        ('"meta.Question Type" == Factoid', ["==", "meta.Question Type", "Factoid"]),
        (r'a == "say \"no\""', ["==", "a", 'say "no"']),
        ('version == "007"', ["==", "version", "007"]),
        ("a == 1 AND b == 2", ["and", ["==", "a", 1], ["==", "b", 2]]),
    ],
)  # fmt: skip
def test_an_expression_becomes_a_tree_that_is_json(text, ast):
    assert parse(text) == ast
    assert json.loads(json.dumps(parse(text))) == ast


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 1, "ends at position 1, where a name is expected"),
        ("a", 2, "where a comparison such as"),
        ("a ==", 5, "a number or a word is expected"),
        ("a = 1", 3, "Write “==”"),
        ("a == 1 b == 2", 8, "“b” at position 8 stands where “and”, “or”"),
        ("(a == 1", 8, "“)”"),
        ('a == "open', 6, "not closed"),
        ("a == 請求", 6, "in double quotes"),
        ("5 == a", 1, "“5” at position 1 stands where a name"),
        ("a in x", 6, "“(”"),
        ("a is 5", 6, "“empty”"),
        ("a == and", 6, "“and” at position 6"),
        ("__import__('os')", 11, "a comparison"),
        ("a == 1; drop", 7, "“;” at position 7"),
    ],
)
def test_what_cannot_be_read_is_a_sentence_with_its_position(text, position, words):
    with pytest.raises(ExpressionError) as refusal:
        parse(text)
    assert refusal.value.position == position
    assert words in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_length_and_depth_are_limited():
    with pytest.raises(ExpressionError, match="characters"):
        parse("a == 1 or " * MAX_LENGTH + "a == 1")
    deep = "(" * (MAX_DEPTH + 1) + "a == 1" + ")" * (MAX_DEPTH + 1)
    with pytest.raises(ExpressionError, match="nested more than 20 deep at position 21"):
        parse(deep)
    with pytest.raises(ExpressionError, match="nested"):
        parse("not " * 400 + "a == 1")
    assert parse("(" * MAX_DEPTH + "a == 1" + ")" * MAX_DEPTH) == ["==", "a", 1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['text']} of {case['values']}")
def test_a_condition_means_what_the_shared_cases_say(case):
    """The rater page's evaluator can be held to the same file: both must show the same criteria."""
    assert parse(case["text"]) == case["ast"]
    assert evaluate(case["ast"], case["values"].get) is case["holds"]


def test_a_number_beyond_all_bounds_is_no_number():
    assert not holds("a == 1", a=10**400)


def test_names_are_all_that_is_looked_up():
    ast = parse("a == 1 and (b.c in (x) or not d is empty)")
    assert names(ast) == {"a", "b.c", "d"}


def test_dotted_names_reach_into_mappings_and_a_whole_key_wins():
    lookup = lookup_in({"meta": {"topic": "billing", "a": {"b": 1}}, "meta.source": "api", "n": 3})
    assert lookup("meta.topic") == "billing"
    assert lookup("meta.a.b") == 1
    assert lookup("meta.source") == "api"
    assert lookup("meta.absent") is lookup("absent") is lookup("n.x") is None


NAME = st.sampled_from(["a", "b", "meta.x"])
LITERAL = st.one_of(
    st.integers(-999, 999),
    st.sampled_from(["x", "7", "", "請求", 'a "quote"', "back\\slash", "and", "two words"]),
)
COMPARISON = st.one_of(
    st.tuples(st.sampled_from(COMPARISONS), NAME, LITERAL).map(list),
    st.tuples(st.just("in"), NAME, st.lists(LITERAL, min_size=1, max_size=3)).map(list),
    st.tuples(st.just("empty"), NAME).map(list),
)
TREE = st.recursive(
    COMPARISON,
    lambda inner: st.one_of(
        inner.map(lambda node: ["not", node]),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner).map(list),
    ),
    max_leaves=6,
)


def write(ast):
    def literal(value):
        if isinstance(value, int):
            return str(value)
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    match ast:
        case ["not", part]:
            return f"not ({write(part)})"
        case ["and" | "or" as word, left, right]:
            return f"({write(left)}) {word} ({write(right)})"
        case ["empty", name]:
            return f"{name} is empty"
        case ["in", name, literals]:
            return f"{name} in ({', '.join(map(literal, literals))})"
        case [operator, name, value]:
            return f"{name} {operator} {literal(value)}"


@given(TREE)
def test_what_is_written_out_is_read_back(ast):
    assert parse(write(ast)) == ast


@given(TREE, st.dictionaries(NAME, st.one_of(st.none(), LITERAL, st.lists(LITERAL)), max_size=3))
def test_not_negates_whatever_the_values(ast, values):
    assert evaluate(["not", ast], values.get) is not evaluate(ast, values.get)


def refused_position(text):
    try:
        parse(text)
    except ExpressionError as refusal:
        return refusal.position
    return 1


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_at_a_place_in_it(text):
    assert 1 <= refused_position(text) <= len(text) + 1
