"""LangCheck computes its metrics over the exported frames, and a confidence from the pool."""

import json
import math
import re
from pathlib import Path

import pytest

from tests.gold_payloads import NASTY, contested, conversation, pair, payload, ranking, turn
from tests.libraries.conftest import LIBRARIES
from tests.libraries.model import answering, message, says

READS = Path(__file__).with_name("langcheck_reads.py")
COMPARED = re.compile(
    r"\[Response A\]: (.*)\n\*{12}\n\[Response B\]: (.*)\n\*{12}\n\[END DATA\]", re.DOTALL
)
CORRECT = re.compile(
    r"\[Answer\]: (.*)\n\*{12}\n\[Reference Answer\]: (.*)\n\*{12}\n\[END DATA\]", re.DOTALL
)
CONSISTENT = re.compile(
    r"\[Source\]: (.*)\n\*{12}\n\[Submission\]: (.*)\n\*{12}\n\[END DATA\]", re.DOTALL
)
EXAMPLES = 5
ANNOTATORS = 5
SURE = 0.9
WORSE = "the worse answer"


def judge(asked):
    """Compares texts, notes down an assessment that it was told, and is sure of A."""
    text = asked["messages"][-1]["content"]
    if asked.get("logprobs"):
        return says("A", logprobs={"content": [sure_of_a()]})
    if asked.get("functions"):
        names = asked["functions"][0]["parameters"]["properties"]["assessment"]["enum"]
        (told,) = (one for one in names if f"verdict: {one}." in text)
        call = {"name": "save_assessment", "arguments": json.dumps({"assessment": told})}
        return says("", message={**message(""), "function_call": call})
    return says(f"verdict: {assessment(text)}.")


def assessment(text):
    if found := COMPARED.search(text):
        return "Response B" if found[1] == WORSE else "Response A"
    if found := CORRECT.search(text):
        return "Correct" if found[1] == found[2] else "Incorrect"
    found = CONSISTENT.search(text)
    return "Fully Consistent" if found[1] == found[2] else "Not Consistent"


def sure_of_a():
    chances = {"A": SURE, "B": 1 - SURE}
    tokens = [{"token": one, "logprob": math.log(p), "bytes": None} for one, p in chances.items()]
    return {**tokens[0], "top_logprobs": tokens}


@pytest.fixture
def read(library, tmp_path):
    def run(subject, place, model):
        answer = tmp_path / f"{subject}.json"
        library(model, LIBRARIES / "bin/python", READS, subject, place, answer)
        return json.loads(answer.read_text(encoding="utf-8"))

    return run


def test_metrics_take_the_frame_and_find_the_texts_it_holds(exported, read):
    items = [payload(first=conversation(supported(text))) for text in NASTY]
    with answering(judge) as model:
        found = read("frames", exported("langcheck", *items), model)
    for rows in found.values():
        assert [(one["prompts"], one["generated_outputs"]) for one in rows] == [
            (text, text) for text in NASTY
        ]
        assert [one["metric_values"] for one in rows] == [pytest.approx(1)] * len(NASTY)
    assert set(model.embedded) == set(NASTY)


def supported(text):
    return [turn("user", text), turn("assistant", text, passages=[{"text": text}])]


def test_an_answer_that_is_not_the_expected_one_gets_another_value(exported, read):
    expected = {"text": "another", "source": "corrected"}
    with answering(judge) as model:
        items = [payload("q", "a", expected=expected), contested("q", "a")]
        found = read("frames", exported("langcheck", *items), model)
    assert all(rows[0]["metric_values"] < 0.5 for rows in found.values())
    assert {name: len(rows) for name, rows in found.items()} == {
        "exact_match": 1,
        "semantic_similarity": 1,
        "answer_correctness": 1,
        "factual_consistency": 2,
    }


def test_a_comparison_takes_its_confidence_from_the_pool(exported, read):
    items = [pair(text, text, WORSE) for text in NASTY]
    items += [pair("p", WORSE, "better", winner="b"), pair("p", "x", "y", winner="tie")]
    with answering(judge) as model:
        found = read("pool", exported("langcheck", *items), model)
    pool = [(text, text, WORSE, "A") for text in NASTY] + [("p", WORSE, "better", "B")]
    names = ("prompt", "model_a", "model_b", "winner")
    assert [tuple(one[name] for name in names) for one in found["examples"]] == pool
    assert found["scores"] == [0.0] * len(NASTY) + [1.0]
    assert found["confidence"] == [pytest.approx(SURE)] * len(pool)
    assert all(f"Confidence score: {SURE:.1f}" in one for one in found["explanations"])
    assert_examples_are_of_the_pool(model, {prompt for prompt, *_others in pool})


def assert_examples_are_of_the_pool(model, prompts):
    """Of an example LangCheck 0.9 fills in the question alone and prints the names of the rest."""
    asked = [one["messages"][0]["content"] for one in model.completions if one.get("logprobs")]
    assert len(asked) == 2 * ANNOTATORS * len(prompts)
    for text in asked:
        shown = text.split("[Question]\n")[1:-1]
        assert len(shown) == EXAMPLES
        questions = {one.partition("\n\n[Assistant A's response]")[0] for one in shown}
        assert questions <= prompts


def test_a_ranking_fills_the_pool_with_each_two_answers(exported, read):
    outcomes = {(0, 1): "b", (0, 2): "tie", (1, 2): "a"}
    items = [ranking(f"p{n}", "x", "y", "z", outcomes=outcomes) for n in range(3)]
    with answering(judge) as model:
        found = read("pool", exported("langcheck", *items), model)
    texts = [(one["model_a"], one["model_b"], one["winner"]) for one in found["examples"]]
    assert texts == [("x", "y", "B"), ("y", "z", "A")] * 3
    assert found["confidence"] == [pytest.approx(SURE)] * 6
