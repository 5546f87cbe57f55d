"""Every format is opened by the library that it is for, and says what was said, rune by rune."""

import csv
import json
import re
import warnings
from pathlib import Path

import pytest

from core.csv_cells import DANGEROUS
from gold.exports import FORMATS, Tally
from gold.exports.folders import unfolded
from tests.gold_payloads import (
    NASTY,
    TOOLS,
    contested,
    conversation,
    older,
    pair,
    payload,
    source_of,
    tombstone,
)

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _libraries_warn(monkeypatch, tmp_path):
    """They warn while they are imported, and would keep files and ask the network."""
    for name in ("HF_HOME", "XDG_CACHE_HOME", "INSPECT_LOG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "HF_DATASETS_DISABLE_PROGRESS_BARS"):
        monkeypatch.setenv(name, "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture
def exported(tmp_path):
    """Writes a format of some payloads; gives the file or the folder."""

    def write(key, *payloads) -> Path:
        form, source = FORMATS[key], source_of(*payloads)
        place = tmp_path / f"gold{'' if form.folder else form.suffix}"
        if form.folder:
            unfolded(form.members(source, Tally()), place)
        else:
            place.write_bytes(b"".join(form.write(source, Tally())))
        return place

    return write


def by_json_lines(place):
    with place.open() as file:
        lines = [json.loads(line) for line in file]
    return [(one["input"][0]["content"], one["expected"]["text"]) for one in lines]


def by_csv(place):
    csv.field_size_limit(10_000_000)
    with place.open(encoding="utf-8-sig", newline="") as file:
        found = [(row["question"], row["answer"]) for row in csv.DictReader(file)]
    return [tuple(map(without_guard, one)) for one in found]


def without_guard(cell):
    """A spreadsheet shows the apostrophe before a formula as text; a program takes it away."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(DANGEROUS) else cell


def by_parquet(place):
    from pyarrow import parquet

    return [
        (one["input"][0]["content"], one["answer"]) for one in parquet.read_table(place).to_pylist()
    ]


def by_datasets(place):
    import datasets

    found = datasets.load_dataset(str(place), split="test")
    return [(one["input"][0]["content"], one["expected"]) for one in found]


def by_preferences(place):
    import datasets

    found = datasets.load_dataset("json", data_dir=str(place / "data"), split="test")
    return [(one["prompt"][0]["content"], one["chosen"][0]["content"]) for one in found]


def by_evals(place):
    path = place / "registry/data/gold/test.jsonl"
    with path.open() as file:
        found = [json.loads(line) for line in file]
    for one in found:
        messages_of_openai(one["input"])
    return [(one["input"][0]["content"], one["ideal"]) for one in found]


def by_fine_tuning(place):
    with (place / "test.jsonl").open() as file:
        found = [json.loads(line) for line in file]
    for one in found:
        messages_of_openai(one["messages"])
    return [(one["messages"][0]["content"], one["messages"][-1]["content"]) for one in found]


def messages_of_openai(messages):
    """The package brings types and no validator of files: what it would send must be of them."""
    from openai.types.chat import ChatCompletionMessageParam
    from pydantic import TypeAdapter

    TypeAdapter(list[ChatCompletionMessageParam]).validate_python(messages)


def by_inspect(place):
    from inspect_ai.dataset import json_dataset

    return [(one.input[0].text, one.target) for one in json_dataset(str(place / "test.jsonl"))]


def by_promptfoo(place):
    """It renders templates by Nunjucks: variables and assertions come out as what was said."""
    with (place / "tests/test.jsonl").open() as file:
        found = [json.loads(line) for line in file]
    return [
        (
            json.loads(rendered(one["vars"]["messages"]))[0]["content"],
            rendered(one["assert"][0]["value"]),
        )
        for one in found
    ]


TEXT_IN_QUOTES = re.compile(r'\{\{ "([^"]*)" \}\}')


def rendered(template):
    """Of a template that holds nothing but texts in quotes."""
    assert not re.search(r"\{[{%#]|#\}|^(file|javascript):", TEXT_IN_QUOTES.sub("", template))
    return TEXT_IN_QUOTES.sub(r"\1", template)


def by_pandas(place):
    import pandas

    found = pandas.read_json(place / "outputs/test.jsonl", lines=True, dtype=False)
    return list(zip(found.prompts, found.generated_outputs, strict=True))


def by_croissant(place):
    import mlcroissant

    found = mlcroissant.Dataset(str(place / "croissant.json"))
    assert not found.metadata.ctx.issues.errors
    return [
        (json.loads(one["test/input"])[0]["content"], one["test/answer"].decode())
        for one in found.records("test")
    ]


READERS = {
    "jsonl": by_json_lines,
    "csv": by_csv,
    "parquet": by_parquet,
    "hf": by_datasets,
    "openai_evals": by_evals,
    "openai_chat": by_fine_tuning,
    "dpo": by_preferences,
    "inspect": by_inspect,
    "promptfoo": by_promptfoo,
    "langcheck": by_pandas,
    "croissant": by_croissant,
}


def test_every_format_is_read_back():
    assert READERS.keys() == FORMATS.keys()


@pytest.mark.parametrize("key", list(READERS))
def test_whatever_was_said_survives_as_text(exported, key):
    if key == "dpo":
        items = [pair(text, text, "another") for text in NASTY]
    else:
        items = [payload(text, text) for text in NASTY]
    assert READERS[key](exported(key, *items)) == [(text, text) for text in NASTY]


def test_datasets_sees_splits_turns_and_how_people_differ(exported):
    import datasets

    place = exported(
        "hf", payload(split="train"), contested("q", "a"), pair("p", "x", "y"), older(), tombstone()
    )
    found = datasets.load_dataset(str(place))
    assert {name: one.num_rows for name, one in found.items()} == {"test": 3, "train": 1}
    differing = found["test"][0]
    assert differing["tier"] == "contested"
    assert differing["labels"][0]["distribution"] == [
        {"answer": "bad", "n": 1},
        {"answer": "good", "n": 2},
    ]
    assert [one["variant"] for one in found["test"][1]["conversations"]] == ["v1", "v2"]
    assert found["train"][0]["licence"] == "CC-BY-4.0"


def test_datasets_tells_releases_apart_whose_folders_have_one_name(exported):
    """It keeps what it opened under the folder's name, and must not answer with that."""
    import datasets

    found = []
    for items in ([payload()], [payload(), payload("q", "a")]):
        found.append(datasets.load_dataset(str(exported("hf", *items)), split="test").num_rows)
    assert found == [1, 2]


def test_the_card_is_one_of_a_hub(exported):
    from huggingface_hub import DatasetCard

    place = exported("hf", payload(), payload("質問", "回答", language="ja"))
    found = DatasetCard.load(place / "README.md")
    assert found.data.license == "cc-by-4.0"
    assert found.data.language == ["en", "ja"]
    assert found.data.size_categories == ["n<1K"]
    assert "## 概要" in found.text


def test_inspect_reads_calls_of_tools(exported):
    from inspect_ai.dataset import json_dataset

    (sample,) = json_dataset(
        str(exported("inspect", payload(first=conversation(TOOLS))) / "test.jsonl")
    )
    assert sample.input[1].tool_calls[0].arguments == {"q": 1}
    assert sample.input[2].tool_call_id == "call_1"
    assert sample.metadata["labels"] == {"helpful": "good"}


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("openai_evals", "registry/evals/gold.yaml"),
        ("promptfoo", "promptfooconfig.yaml"),
    ],
)
def test_configurations_are_yaml(exported, key, name):
    import yaml

    found = yaml.safe_load((exported(key, payload()) / name).read_text())
    if key == "promptfoo":
        assert found["tests"] == ["file://tests/test.jsonl"]
    else:
        assert found["gold.test"]["id"] == "gold.test.release-3"
        assert found["gold.test.release-3"]["args"]["samples_jsonl"] == "gold/test.jsonl"


def test_croissant_knows_each_split(exported):
    import mlcroissant

    place = exported("croissant", payload(split="train"), payload(), contested("q", "a"))
    found = mlcroissant.Dataset(str(place / "croissant.json"))
    assert [one.uuid for one in found.metadata.record_sets] == ["test", "train"]
    tiers = [one["test/tier"].decode() for one in found.records("test")]
    assert tiers == ["gold", "contested"]
