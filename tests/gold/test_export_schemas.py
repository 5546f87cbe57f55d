"""Formats whose programs stand in an environment of their own: each field held to their documents.

`make libraries` lets the programs read the exports; a field that they pass over is found here.
promptfoo publishes a schema and looks at none of the tests by it before they run; `evals` of OpenAI
makes objects of its entries without what it does not know; LangCheck takes lists of text.
"""

import json
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gold.exports import FORMATS, Tally
from gold.exports.folders import unfolded
from tests.gold_payloads import (
    TOOLS,
    contested,
    conversation,
    label,
    older,
    pair,
    payload,
    source_of,
)

pytestmark = pytest.mark.once


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Assertion(Strict):
    """Of promptfoo's kinds of assertion those that compare with a text."""

    type: Literal["similar", "equals", "contains", "icontains", "llm-rubric", "factuality"]
    value: str
    threshold: float | None = Field(None, ge=0, le=1)
    weight: float | None = None
    metric: str | None = None


class TestCase(Strict):
    """A line of promptfoo's tests; `vars` may be anything, yet a list would make many tests."""

    __test__ = False
    description: str
    vars: dict[str, str]
    assertions: list[Assertion] = Field(alias="assert", min_length=1)
    metadata: dict[str, Any]
    threshold: float | None = None
    options: dict[str, Any] | None = None


class Config(Strict):
    """promptfooconfig.yaml; `prompts` alone is required."""

    description: str | None = None
    prompts: list[str] = Field(min_length=1)
    providers: list[str] = Field(min_length=1)
    tests: list[str] = Field(min_length=1)


class BaseEval(Strict):
    """An entry of the registry that names another one."""

    id: str
    metrics: list[str]
    description: str | None = None


class EvalArgs(Strict):
    """What `ModelBasedClassify` is made with here."""

    samples_jsonl: str
    eval_type: Literal["classify_cot", "cot_classify", "cot_classify_jp", "classify"]
    modelgraded_spec: Literal["fact", "closedqa", "battle"]


class Eval(Strict):
    kind: Literal["evals.elsuite.modelgraded.classify:ModelBasedClassify"] = Field(alias="class")
    args: EvalArgs


class Sample(Strict):
    input: list[dict[str, Any]] = Field(min_length=1)
    ideal: str = Field(min_length=1)
    metadata: dict[str, Any]


class Output(Strict):
    """A row of LangCheck's frames: the columns of its metrics, and ours beside them."""

    generated_outputs: str = Field(min_length=1)
    prompts: str
    reference_outputs: str
    sources: str
    gold: str
    place: int
    variant: str
    language: str
    split: str
    tier: Literal["gold", "contested"]
    labels: dict[str, Any]
    distributions: dict[str, dict[str, int]]
    licence: str
    consent: str


class Preferred(Strict):
    """A row of the pool by which LangCheck gives a comparison its confidence."""

    prompt: str = Field(min_length=1)
    model_a: str = Field(min_length=1)
    model_b: str = Field(min_length=1)
    winner: Literal["A", "B"]
    variant_a: str
    variant_b: str
    criterion: str
    language: str
    gold: str


@pytest.fixture
def exported(tmp_path):
    """Writes a format of one item of each kind; gives its folder."""

    def write(key) -> Path:
        items = [
            payload(split="train"),
            payload("質問", "回答", language="ja"),
            payload(first=conversation(TOOLS)),
            pair("p", "x", "y"),
            contested("q", "a"),
            older(),
        ]
        place = tmp_path / key
        unfolded(FORMATS[key].members(source_of(*items), Tally()), place)
        return place

    return write


def read_as(model, *paths):
    """Every line of the files as the model has it; at least one."""
    found = [
        model.model_validate_json(line)
        for path in paths
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert found
    return found


def test_promptfoo_finds_no_field_that_it_does_not_know(exported):
    place = exported("promptfoo")
    config = Config.model_validate(yaml.safe_load((place / "promptfooconfig.yaml").read_text()))
    files = [place / one.removeprefix("file://") for one in config.tests]
    assert sorted(files) == sorted(place.glob("tests/*.jsonl"))
    named = {one for test in read_as(TestCase, *files) for one in test.vars}
    assert [f"{{{{{one}}}}}" for one in sorted(named)] == config.prompts


def test_promptfoo_meets_no_text_that_it_would_take_for_a_file(tmp_path):
    address = "file:///etc/hostname"
    more = {"licence": address, "tags": [address], "labels": {"helpful": label(address)}}
    unfolded(
        FORMATS["promptfoo"].members(source_of(payload(address, address, **more)), Tally()),
        tmp_path,
    )
    (test,) = read_as(TestCase, tmp_path / "tests/test.jsonl")
    found = list(texts_in(test.model_dump()))
    assert sum(one.endswith(address) for one in found) >= 3
    assert not [one for one in found if one.startswith("file:")]


def texts_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_in(one)


def test_evals_can_make_every_entry_of_the_registry(exported):
    place = exported("openai_evals") / "registry"
    entries = yaml.safe_load((place / "evals/gold.yaml").read_text())
    aliases = {name: one for name, one in entries.items() if "id" in one}
    assert len(aliases) == 2
    samples = []
    for name, one in aliases.items():
        alias = BaseEval.model_validate(one)
        base, split, _release = alias.id.split(".")
        assert name == f"{base}.{split}"
        made = Eval.model_validate(entries[alias.id])
        samples.append(place / "data" / made.args.samples_jsonl)
    assert len(entries) == 2 * len(aliases)
    assert sorted(samples) == sorted(place.glob("data/**/*.jsonl"))
    read_as(Sample, *samples)


def test_langcheck_gets_texts_alone_and_a_winner_of_two(exported):
    place = exported("langcheck")
    rows = read_as(Output, *place.glob("outputs/*.jsonl"))
    assert {one.tier for one in rows} == {"gold", "contested"}
    read_as(Preferred, *place.glob("preferences/*.jsonl"))


def test_a_field_more_or_of_another_type_is_found():
    line = {"description": "d", "vars": {"messages": "[]"}, "metadata": {}}
    good = {**line, "assert": [{"type": "similar", "value": "a", "threshold": 0.8}]}
    TestCase.model_validate_json(json.dumps(good))
    for wrong in ({"extra": 1}, {"assert": []}, {"vars": {"messages": []}}):
        with pytest.raises(ValidationError):
            TestCase.model_validate_json(json.dumps(good | wrong))
