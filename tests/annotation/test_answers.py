"""What is asked about an item and what may be stored; criteria here never touch the database."""

import pytest

from annotation.answers import Answer, Unit, check, questions_of
from annotation.asks import shortcuts, shown_side, shown_sides, side_key
from annotation.models import Criterion
from tests.factories import likert, points

TURNS = (
    {"role": "assistant", "content": "Hello."},
    {"role": "user", "content": "Where is it?"},
    {"role": "assistant", "content": "Here.", "passages": [{"text": "a"}, {"text": "b"}]},
)
GUIDANCE = {"points": ["The date", "One apology"], "deductions": [{"text": "Too long", "minus": 1}]}


def criterion(key="helpful", **fields):
    shape = {"target": "conversation", "kind": "ordinal", "level": "ordinal", "points": likert()}
    return Criterion(key=key, name={"en": key.capitalize()}, **{**shape, **fields})


def ask(*criteria, answers=None, guidance=None, excluded=()):
    questions = questions_of(criteria, TURNS, guidance, excluded)
    said = {k: v if isinstance(v, Answer) else Answer(v) for k, v in (answers or {}).items()}
    return check(questions, criteria, said, guidance)


def names(*criteria, guidance=None, excluded=()):
    return [question.name for question in questions_of(criteria, TURNS, guidance, excluded)]


def test_a_conversation_is_asked_once():
    assert names(criterion()) == ["helpful"]


def test_every_assistant_turn_is_asked_that_is_not_excluded():
    assert names(criterion(target="turn")) == ["helpful.0", "helpful.2"]
    assert names(criterion(target="turn"), excluded=[0]) == ["helpful.2"]


def test_every_passage_is_asked():
    assert names(criterion(target="passage")) == ["helpful.2.0", "helpful.2.1"]


def test_labels_of_a_conversation_that_has_none_are_not_asked():
    own = criterion(kind="multi", level="nominal", points=[], points_from="guidance.points")
    assert names(own) == []
    assert names(own, guidance=GUIDANCE) == ["helpful"]


def test_a_total_is_computed_and_not_asked():
    total = criterion("total", derived={"base": "helpful", "floor": 1})
    assert names(criterion(), total) == ["helpful"]


def test_an_answer_is_stored_by_the_place_of_its_point():
    given = ask(criterion(), answers={"helpful": "4"}).given
    assert [(one.value, one.unit) for one in given] == [(3, Unit())]


@pytest.mark.parametrize("said", ["", "17", " "])
def test_a_required_answer_must_be_there_and_on_the_scale(said):
    checked = ask(criterion(), answers={"helpful": said})
    assert list(checked.errors) == ["helpful"]
    assert checked.given == []


def test_what_is_optional_may_be_left_out():
    assert ask(criterion(required=False)).given == []
    assert ask(criterion(required=False)).errors == {}


def test_cannot_judge_stands_for_an_answer_where_the_criterion_allows_it():
    cannot = {"helpful": Answer(cannot_judge=True, why="not my field")}
    (given,) = ask(criterion(), answers=cannot).given
    assert (given.value, given.cannot_judge, given.words) == (None, True, "not my field")
    assert ask(criterion(cannot_judge=False), answers=cannot).errors


def test_no_label_is_an_answer_unless_the_scale_asks_for_some():
    labels = {"kind": "multi", "level": "nominal", "points": points("x", "y", "z")}
    assert ask(criterion(**labels)).given[0].value == 0
    assert ask(criterion(**labels, minimum=1)).errors
    assert ask(criterion(**labels), answers={"helpful": ("x", "z")}).given[0].value == 0b101


def test_a_number_keeps_to_its_bounds():
    number = criterion(kind="numeric", level="ratio", points=[], minimum=0, maximum=10)
    assert ask(number, answers={"helpful": "2.5"}).given[0].number == 2.5
    assert ask(number, answers={"helpful": "11"}).errors


def test_words_are_kept_as_text_within_limits():
    text = criterion(kind="text", level="", points=[])
    assert ask(text, answers={"helpful": " Plain. "}).given[0].words == "Plain."
    assert ask(text, answers={"helpful": "x" * 10_001}).errors
    assert ask(text, answers={"helpful": "a\x00b"}).errors


def test_a_hidden_question_is_neither_required_nor_stored():
    why = criterion("why", show_if="helpful < 3")
    assert [g.criterion.key for g in ask(criterion(), why, answers={"helpful": "4"}).given] == [
        "helpful"
    ]
    assert list(ask(criterion(), why, answers={"helpful": "2"}).errors) == ["why"]
    hidden = ask(criterion(), why, answers={"helpful": "4", "why": "1"})
    assert len(hidden.given) == 1


def test_what_hangs_on_a_hidden_question_is_hidden_too():
    chain = (
        criterion(),
        criterion("why", show_if="helpful < 3"),
        criterion("how", show_if="why == 1"),
    )
    checked = ask(*chain, answers={"helpful": "5", "why": "1", "how": "1"})
    assert [given.criterion.key for given in checked.given] == ["helpful"]


def test_a_condition_looks_at_its_own_unit():
    turn = {"target": "turn"}
    checked = ask(
        criterion(**turn),
        criterion("why", show_if="helpful < 3", **turn),
        answers={"helpful.0": "5", "helpful.2": "1", "why.2": "2"},
    )
    assert [(given.criterion.key, given.unit.turn) for given in checked.given] == [
        ("helpful", 0), ("helpful", 2), ("why", 2),
    ]  # fmt: skip


def test_deductions_lower_the_total_to_its_floor():
    yes_no = {"kind": "binary", "level": "nominal", "points": points("no", "yes")}
    rubric = (
        criterion("base"),
        criterion("odd", effect={"minus": 1}, **yes_no),
        criterion("refused", effect={"cap": 2}, **yes_no),
        criterion(
            "own", kind="multi", level="nominal", points=[], points_from="guidance.deductions"
        ),
        criterion("total", derived={"base": "base", "floor": 1}),
    )
    answers = {"base": "5", "odd": "yes", "own": ("d1",)}
    stored = {
        g.criterion.key: g.value for g in ask(*rubric, answers=answers, guidance=GUIDANCE).given
    }
    assert stored == {"base": 4, "odd": 1, "refused": 0, "own": 1, "total": 2}
    capped = ask(*rubric, answers={**answers, "refused": "yes"}, guidance=GUIDANCE).given
    assert capped[-1].value == 1


@pytest.mark.parametrize("swapped", [False, True])
def test_sides_turn_to_the_page_and_back(swapped):
    assert {side_key(shown_side(key, swapped), swapped) for key in "ab"} == {"a", "b"}
    assert side_key("left", swapped) == ("b" if swapped else "a")
    assert side_key("tie", swapped) == "tie"


def test_a_condition_on_a_pair_speaks_of_sides_in_the_page():
    assert shown_sides(["in", "better", ["a", "tie"]], swapped=True) == [
        "in", "better", ["right", "tie"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "pressed"),
    [
        (["1", "2", "3"], ["1", "2", "3"]),
        (["0", "1"], ["0", "1"]),
        (["O", "T", "X"], ["o", "t", "x"]),
        (["A", "B"], ["1", "2"]),  # A shows the anchors
        (["no", "yes"], ["1", "2"]),
        ([str(n) for n in range(11)], [*"0123456789", ""]),
        (["-1", "0", "1"], ["1", "2", "3"]),
    ],
)
def test_each_point_has_a_key(keys, pressed):
    assert shortcuts(keys) == pressed


def test_an_answer_survives_being_kept_as_json():
    for answer in (Answer("4"), Answer(("x", "y")), Answer(cannot_judge=True, why="no")):
        assert Answer.from_json(answer.to_json()) == answer
