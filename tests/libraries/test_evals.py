"""`oaieval` of OpenAI runs the exported registry with the command that its README gives."""

import json
import re
from collections import Counter

import pytest

from tests.gold_payloads import ANSWER, NASTY, TOOLS, contested, conversation, payload
from tests.libraries.conftest import LIBRARIES
from tests.libraries.model import answering, says

GRADED = re.compile(
    r"\[Question\]: (.*?)\n\*{12}\n\[Expert\]: (.*)\n\*{12}\n"
    r"\[Submission\]: (.*)\n\*{12}\n\[END DATA\]",
    re.DOTALL,
)


def graded(asked):
    """Question, expert's answer and submission of the template `fact`; None of another request."""
    found = GRADED.search(asked["messages"][-1]["content"])
    return found and found.groups()


def echo(asked):
    """Says what it was asked; as the grader, whether a submission is the expert's answer."""
    if found := graded(asked):
        _question, expert, submission = found
        return says(f"I compared them.\n{'C' if expert == submission else 'D'}")
    return says(asked["messages"][-1]["content"])


@pytest.fixture
def report(library, tmp_path):
    """Runs an eval; gives the counts of its final report."""

    def run(model, place, name):
        record = tmp_path / f"{name}.jsonl"
        library(
            model,
            LIBRARIES / "bin/oaieval",
            "gpt-4",
            name,
            "--registry_path",
            place / "registry",
            "--record_path",
            record,
        )
        with record.open(encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        (final,) = (one["final_report"] for one in lines if "final_report" in one)
        return {name: n for name, n in final.items() if name.startswith("counts/")}

    return run


def test_every_sample_is_asked_and_graded_as_the_text_it_is(exported, report):
    place = exported("openai_evals", *[payload(text, text) for text in NASTY])
    with answering(echo) as model:
        assert report(model, place, "gold.test") == {"counts/C": len(NASTY)}
    asked = Counter(one["messages"][-1]["content"] for one in model.completions if not graded(one))
    experts = Counter(graded(one)[1] for one in model.completions if graded(one))
    assert asked == experts == Counter(NASTY)


def test_an_answer_that_is_not_the_expected_one_is_graded_as_such(exported, report):
    place = exported("openai_evals", payload("q", "q"), payload("q", "another"))
    with answering(echo) as model:
        assert report(model, place, "gold.test") == {"counts/C": 1, "counts/D": 1}


def test_each_split_is_an_eval_and_contested_items_are_in_none(exported, report):
    items = [payload("train", "train", split="train"), payload("q", "q"), contested("q", "a")]
    place = exported("openai_evals", *items)
    with answering(echo) as model:
        assert report(model, place, "gold.train") == {"counts/C": 1}
        assert report(model, place, "gold.test") == {"counts/C": 1}


def test_calls_of_tools_reach_the_model(exported, report):
    place = exported("openai_evals", payload(first=conversation(TOOLS)))
    with answering(lambda asked: echo(asked) if graded(asked) else says(ANSWER)) as model:
        assert report(model, place, "gold.test") == {"counts/C": 1}
    (asked,) = (one["messages"] for one in model.completions if not graded(one))
    assert [one["role"] for one in asked] == ["user", "assistant", "tool"]
    assert asked[1]["tool_calls"][0]["function"]["arguments"] == '{"q":1}'
    assert asked[2]["tool_call_id"] == asked[1]["tool_calls"][0]["id"]
