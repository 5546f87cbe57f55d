"""promptfoo checks the exported configuration and runs it with the command of its README."""

import json

import pytest

from tests.gold_payloads import ANSWER, NASTY, TOOLS, contested, conversation, label, payload
from tests.libraries.conftest import NODE, PROMPTFOO
from tests.libraries.model import answering, says

TESTS_FAILED = 100


def echo(asked):
    return says(asked["messages"][-1]["content"])


@pytest.fixture
def promptfoo(library):
    def run(model, place, *words, **more):
        return library(model, NODE, PROMPTFOO, *words, cwd=place, **more)

    return run


@pytest.fixture
def results(promptfoo, tmp_path):
    """Runs the folder's tests; gives their results in the order of the release."""

    def run(model, place, **more):
        found = tmp_path / "results.json"
        promptfoo(model, place, "eval", "--no-cache", "--no-table", "-o", found, **more)
        whole = json.loads(found.read_text(encoding="utf-8"))["results"]["results"]
        return sorted(whole, key=lambda one: one["testCase"]["description"])

    return run


def test_it_finds_the_configuration_valid(exported, promptfoo):
    place = exported("promptfoo", payload(split="train"), payload("質問", "回答", language="ja"))
    with answering(echo) as model:
        assert "Configuration is valid" in promptfoo(model, place, "validate")


def test_every_test_asks_and_expects_the_text_it_is(exported, results):
    place = exported("promptfoo", *[payload(text, text) for text in NASTY])
    with answering(echo) as model:
        found = results(model, place)
    assert [one["response"]["output"] for one in found] == NASTY
    assert [one["error"] for one in found if one.get("error")] == []
    assert [one["score"] for one in found] == [pytest.approx(1)] * len(NASTY)
    assert set(model.embedded) == set(NASTY)


def test_an_answer_that_is_not_the_expected_one_fails(exported, results):
    place = exported("promptfoo", payload("q", "q"), payload("q", "another"))
    with answering(echo) as model:
        found = results(model, place, fails_with=TESTS_FAILED)
    assert [one["success"] for one in found] == [True, False]


def test_every_split_is_run_and_contested_items_are_in_none(exported, results):
    items = [payload("train", "train", split="train"), payload("q", "q"), contested("q", "a")]
    with answering(echo) as model:
        found = results(model, exported("promptfoo", *items))
    assert [one["response"]["output"] for one in found] == ["train", "q"]
    assert [one["testCase"]["metadata"]["labels"] for one in found] == [{"helpful": "good"}] * 2


def test_calls_of_tools_reach_the_model(exported, results):
    with answering(lambda asked: says(ANSWER)) as model:
        (found,) = results(model, exported("promptfoo", payload(first=conversation(TOOLS))))
    assert found["success"]
    (asked,) = (one["messages"] for one in model.completions)
    assert [one["role"] for one in asked] == ["user", "assistant", "tool"]
    assert asked[1]["tool_calls"][0]["function"]["arguments"] == '{"q":1}'


def test_what_stands_beside_a_test_is_neither_loaded_nor_rendered(exported, results):
    item = payload(
        "q",
        "q",
        labels={"{{ x }}": label("file:///etc/hostname")},
        tags=["file:///etc/hostname"],
        licence="file:///etc/hostname",
        consent="{{ env.HOME }} #}",
    )
    with answering(echo) as model:
        (found,) = results(model, exported("promptfoo", item))
    metadata = found["testCase"]["metadata"]
    kept = " file:///etc/hostname"
    assert metadata["labels"] == {"{{ x }}": kept}
    assert (metadata["tags"], metadata["licence"]) == ([kept], kept)
    assert metadata["consent"] == "{{ env.HOME }} #}"
