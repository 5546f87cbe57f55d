"""A condition is said to hold never exactly where no way to answer makes it hold."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from core.expressions import evaluate
from surveys import reachability
from surveys.answering import check_answers
from surveys.document_check import document_problems, errors_of
from surveys.documents import parse_document
from tests.surveys.forms_of import document, options, question

COMPARISONS = st.sampled_from(
    [
        "a == 1", "a <= 2", "a > 4", "a != 3", "a is empty", "a is not empty", "a in (1, 5)",
        "b == x", "b != x", "b in (y, z)", "b is empty", "b == none", "m == x", "m != x",
        "m in (y, none)", "m is empty", "m == none",
    ]
)  # fmt: skip
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda three: f"({three[0]}) {three[1]} ({three[2]})"
        )
        | inner.map(lambda one: f"not ({one})")
    ),
    max_leaves=4,
)
SETS = [None, ["x"], ["y"], ["z"], ["x", "y"], ["x", "z"], ["y", "z"], ["none"]]


def a_survey(on_b, on_m, on_last, required):
    return document(
        [
            question("csat", "a", isRequired=required),
            question(
                "single", "b", choices=options("x", "y", "z", "none"), visibleIf=on_b,
                isRequired=required,
            ),
            question(
                "multi", "m", maxSelectedChoices=2, visibleIf=on_m,
                choices=options("x", "y", "z", "none", none={"exclusive": True}),
            ),
        ],
        {"elements": [question("long_text", "last")], "visibleIf": on_last},
    )  # fmt: skip


def by_trying(data):
    """Whether the last page is seen by any of all who answer."""
    whole = parse_document(data)
    required = whole.questions[0].required
    firsts = [None, 1, 2, 3, 4, 5][1 if required else 0 :]
    for a, b, m in product(firsts, [None, "x", "y", "z", "none"], SETS):
        given_answers = {k: v for k, v in {"a": a, "b": b, "m": m}.items() if v is not None}
        checked = check_answers(whole, given_answers)
        if not checked.missing("en") and len(checked.shown) == 2:
            return True
    return False


ON_B = st.sampled_from(["a == 1", "a <= 2", "a is empty", "a > 4 or a == 2"])
ON_M = st.sampled_from(["a == 1", "a > 1", "b == x", "b is empty and a == 2"])


@settings(max_examples=60)
@given(ON_B, ON_M, CONDITIONS, st.booleans())
def test_the_proof_agrees_with_trying_everything(on_b, on_m, on_last, required):
    data = a_survey(on_b, on_m, on_last, required)
    found = {(p.rule, p.page) for p in document_problems(data)}
    assert (("unreachable", "p1") in found) == (not by_trying(data))


def test_cycles_and_forward_references_are_refused_with_their_names():
    data = document(
        [
            question("csat", "a", visibleIf="c == 1"),
            question("csat", "b", visibleIf="a == 1"),
            question("csat", "c", visibleIf="b == 1"),
        ]
    )
    [problem] = document_problems(data)
    assert (problem.rule, problem.question) == ("cycle", "a")
    assert "“a” waits for “c”" in problem.message


def test_a_page_may_not_wait_for_its_own_questions():
    data = document({"elements": [question("csat", "a")], "visibleIf": "a == 1"})
    assert [p.rule for p in document_problems(data)] == ["cycle"]


def test_free_text_and_numbers_are_decided_too():
    data = document(
        [
            question("short_text", "age", inputType="number", min=0, max=120),
            question("short_text", "town"),
            question("csat", "never", visibleIf="age > 130"),
            question("csat", "between", visibleIf="age > 18 and age < 18.5"),
            question("csat", "named", visibleIf="town == Kyoto and not town in (Kyoto, Nara)"),
            question("csat", "other", visibleIf="town != Kyoto"),
        ]
    )
    assert [p.question for p in errors_of(document_problems(data))] == ["never", "named"]


def test_what_is_too_much_to_try_is_said_to_be_unknown():
    data = document(
        [question("short_text", "town"), question("csat", "a", visibleIf="town < Nara")]
    )
    [problem] = document_problems(data)
    assert (problem.rule, problem.is_error) == ("unknown", False)


def test_a_hundred_hard_conditions_cost_no_more_than_one(monkeypatch):
    """And an easy one behind them is proven all the same."""
    evaluated = 0

    def count(ast, lookup):
        nonlocal evaluated
        evaluated += 1
        assert evaluated <= 50_000
        return evaluate(ast, lookup)

    monkeypatch.setattr(reachability, "evaluate", count)
    monkeypatch.setattr(reachability, "MAX_STEPS", 50_000)
    scales = [question("scale", f"q{n}", min=1, max=11) for n in range(8)]
    either = " or ".join(f"(q{n} == {n + 1} and q{(n + 1) % 8} == {n + 3})" for n in range(8))
    hard = [
        question("csat", f"t{n}", visibleIf=f"({either}) and q7 < 2 and q7 > {n % 9 + 2}")
        for n in range(100)
    ]
    easy = question("csat", "easy", visibleIf="q0 < 2 and q0 > 5")
    problems = document_problems(document([*scales, *hard, easy]))
    assert [p.question for p in errors_of(problems)] == ["easy"]
    assert [p.rule for p in problems].count("unknown") == 100
    assert "within 50,000 comparisons" in problems[0].message


def test_rows_of_a_matrix_are_named_one_by_one():
    grid = question("matrix", "g", rows=options("r", "s"), columns=options("1", "2"))
    held = [
        document([grid, question("csat", "a", visibleIf=condition)])
        for condition in ("g.r == 1 and g.s == 2", "g.r == 3", "g == 1", "g.t == 1")
    ]
    assert [[p.rule for p in errors_of(document_problems(one))] for one in held] == [
        [], ["never"], ["condition"], ["condition"],
    ]  # fmt: skip


def test_more_ways_to_fill_a_matrix_than_can_be_held_are_made_one_by_one():
    """16 million here: they were all made before the first was tried."""
    rows = [f"r{n}" for n in range(12)]
    grid = question("matrix", "grid", rows=options(*rows), columns=options("1", "2", "3"))
    found = {
        word: document_problems(
            document([grid, question("csat", "b", visibleIf=f" {word} ".join(
                f"grid.{row} == 1 {word} grid.{row} == 2" for row in rows
            ))])
        )
        for word in ("or", "and")
    }  # fmt: skip
    assert found["or"] == []
    assert {problem.rule for problem in found["and"]} == {"unknown"}


def test_two_hundred_questions_that_hang_on_each_other_are_judged_quickly():
    questions = [question("csat", "q0")] + [
        question("csat", f"q{n}", visibleIf=f"q{n - 1} <= 3") for n in range(1, 60)
    ]
    assert errors_of(document_problems(document(questions))) == []
