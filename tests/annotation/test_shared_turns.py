"""Answers side by side: what all were asked stands once above, each of them in its place."""

import pytest

from annotation.rating_page import blind_turns, shared_turns


def views(*turns: str) -> list:
    """`u: …` of the user, `a: …` of the assistant."""
    roles = {"u": "user", "a": "assistant"}
    said = [{"role": roles[turn[0]], "content": turn[3:]} for turn in turns]
    return list(blind_turns(said, {}))


@pytest.mark.parametrize(
    ("left", "right", "shared"),
    [
        (["u: Who?", "a: Nike"], ["u: Who?", "a: Adidas"], 1),
        (["u: Who?", "a: Nike"], ["u: Who?", "a: Nike"], 1),
        (["u: Hi", "a: Hi", "u: Who?", "a: Nike"], ["u: Hi", "a: Hi", "u: Who?", "a: Nike"], 3),
        (["u: Who?", "a: Nike"], ["u: Who?", "a: Nike", "u: Sure?", "a: Yes"], 1),
        (["u: Hi", "a: Hi", "u: Who?"], ["u: Hi", "a: Hi", "u: Who?", "a: Nike"], 3),
        (["u: Who?"], ["u: What?"], 0),
    ],
    ids=["apart", "the same", "the same after a talk", "one goes on", "one is silent", "nothing"],
)
def test_what_all_were_asked_ends_before_the_first_answer_that_is_one(left, right, shared):
    answers = [views(*left), views(*right)]
    assert shared_turns(answers) == answers[0][:shared]


def test_of_three_the_two_that_are_alike_keep_their_answers_too():
    answers = [views("u: Who?", f"a: {name}") for name in ("Nike", "Nike", "Adidas")]
    assert len(shared_turns(answers)) == 1
