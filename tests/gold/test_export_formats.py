"""What each format holds and leaves out, from lists of payloads alone."""

import csv
import io
import json
from pathlib import Path

import pytest

from core.errors import InvalidError
from gold.exports import FORMATS, Tally, format_named
from gold.exports.folders import unfolded
from gold.exports.manifest import verify_folder
from tests.gold_payloads import (
    ANSWER,
    CALL,
    QUESTION,
    TOOLS,
    contested,
    conversation,
    files,
    label,
    older,
    pair,
    payload,
    rows,
    said,
    source_of,
    tombstone,
    turn,
    written,
)

FOLDERS = [form.key for form in FORMATS.values() if form.folder]
ONE_ANSWER = [form.key for form in FORMATS.values() if form.one_answer]


def table(*payloads, **asked):
    whole, tally = written("csv", *payloads, **asked)
    return list(csv.DictReader(io.StringIO(whole.decode("utf-8-sig"), newline=""))), tally


@pytest.mark.parametrize("key", list(FORMATS))
def test_equal_releases_are_equal_bytes(key):
    items = [payload(), contested("q", "a", split="train"), pair("p", "x", "y"), older()]
    assert written(key, *items)[0] == written(key, *items)[0]


def backwards(value):
    """Equal JSON with its keys the other way round: PostgreSQL keeps no order of keys."""
    if isinstance(value, dict):
        return {key: backwards(one) for key, one in reversed(value.items())}
    return [backwards(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("key", list(FORMATS))
def test_the_order_of_keys_in_the_database_changes_no_byte(key):
    several = {"helpful": {**label("good"), "distribution": {"good": 2, "bad": 1}}}
    items = [
        payload(first=conversation(TOOLS), labels=several | {"tone": label("warm")}),
        payload(labels={"tone": label("cold"), **several}),
        pair("p", "x", "y"),
    ]
    assert written(key, *items)[0] == written(key, *backwards(items))[0]


@pytest.mark.parametrize("key", list(FORMATS))
def test_each_format_is_documented_with_the_code_that_opens_it(key):
    page = (Path(__file__).parents[2] / "docs/reference/gold-formats.md").read_text()
    assert f"\n## {key}\n" in page
    assert FORMATS[key].opens.strip() in page


@pytest.mark.parametrize("key", list(FORMATS))
def test_an_older_release_is_exported_like_any_other(key):
    reference = conversation(said(QUESTION, ANSWER), reference="You do not.")
    whole, tally = written(key, older(conversation=reference), older("q", "a"), tombstone())
    assert whole
    assert tally.left_out["erased"] == (0 if key == "jsonl" else 1)


@pytest.mark.parametrize("key", FOLDERS)
def test_a_folder_proves_its_files(key, tmp_path):
    source = source_of(payload(), pair("p", "x", "y"))
    unfolded(FORMATS[key].members(source, Tally()), tmp_path)
    found = verify_folder(tmp_path)
    assert (found.format, found.release, found.manifest_hash) == (key, 3, "m" * 64)


def test_a_zip_proves_its_files_too(tmp_path):
    path = tmp_path / "gold.zip"
    path.write_bytes(written("inspect", payload())[0])
    assert verify_folder(path).n_items == 1


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda place: (place / "test.jsonl").write_text("{}"), "was changed"),
        (lambda place: (place / "test.jsonl").unlink(), "is missing"),
        (lambda place: (place / "more.jsonl").write_text("{}"), "was added afterwards"),
        (lambda place: (place / "manifest.json").write_text("{}"), "is not one of"),
        (lambda place: (place / "manifest.json").unlink(), "is no exported release"),
    ],
)
def test_a_folder_that_was_changed_is_refused(tmp_path, spoil, words):
    unfolded(FORMATS["inspect"].members(source_of(payload()), Tally()), tmp_path)
    spoil(tmp_path)
    with pytest.raises(InvalidError, match=words):
        verify_folder(tmp_path)


def test_a_zip_of_which_a_byte_was_changed_is_refused(tmp_path):
    path = tmp_path / "gold.zip"
    whole = written("inspect", payload())[0]
    path.write_bytes(whole.replace(QUESTION.encode(), QUESTION.upper().encode()))
    with pytest.raises(InvalidError, match="was changed"):
        verify_folder(path)


@pytest.mark.parametrize("left_out", ["files", "items", "part"])
def test_a_manifest_that_lacks_something_is_refused(tmp_path, left_out):
    unfolded(FORMATS["inspect"].members(source_of(payload()), Tally()), tmp_path)
    manifest = tmp_path / "manifest.json"
    said_of = json.loads(manifest.read_bytes())
    del said_of[left_out]
    manifest.write_text(json.dumps(said_of))
    with pytest.raises(InvalidError, match="is not one of"):
        verify_folder(tmp_path)


def test_the_note_in_a_folder_speaks_to_whoever_stands_in_it():
    found, _tally = files("promptfoo", payload())
    assert "\npromptfoo eval\n" in found["README.md"].decode()
    assert "NAME" not in found["README.md"].decode()


@pytest.mark.parametrize("key", FOLDERS)
def test_the_manifest_says_how_many_items_were_left_out(key):
    found, tally = files(key, payload(), pair("p", "x", "y"), tombstone(), contested("q", "a"))
    said_of = json.loads(found["manifest.json"])
    assert said_of["left_out"] == dict(tally.left_out)
    assert said_of["left_out"]["erased"] == 1
    assert ("contested" in said_of["left_out"]) == (key in ONE_ANSWER)
    assert "erased on request" in found["README.md"].decode()


@pytest.mark.parametrize("key", FOLDERS)
def test_licence_and_consent_are_stated(key):
    found, _tally = files(key, payload(), pair("p", "x", "y"))
    assert "CC-BY-4.0" in found["README.md"].decode()
    assert "terms of use" in found["README.md"].decode()


@pytest.mark.parametrize("key", FOLDERS)
def test_a_release_of_nothing_but_erased_items_is_an_empty_file(key):
    found, tally = files(key, tombstone())
    assert tally.items == 0
    assert any("test" in name for name in found)


@pytest.mark.parametrize("key", FOLDERS)
def test_each_split_has_its_file(key):
    items = [
        item
        for split in ("train", "test")
        for item in (payload(f"q {split}", "a", split=split), pair("p", "x", "y", split=split))
    ]
    names = list(files(key, *items)[0])
    assert any("train." in name for name in names)
    assert any("test." in name for name in names)


def test_a_part_of_a_release_says_so():
    found, tally = files("inspect", payload(split="train"), payload(), split="train")
    assert tally.items == 1
    assert json.loads(found["manifest.json"])["part"] == {"split": "train"}
    assert "A part of the release: split train." in found["README.md"].decode()


def test_a_part_in_json_lines_keeps_its_positions():
    whole, _tally = written("jsonl", payload(split="train"), payload(), split="test")
    (line,) = [json.loads(one) for one in whole.splitlines()]
    assert (line["gold"]["position"], line["gold"]["split"]) == (1, "test")


@pytest.mark.parametrize("key", ONE_ANSWER)
def test_contested_items_cannot_be_asked_of_a_format_that_needs_one_answer(key):
    with pytest.raises(InvalidError, match="contested items have none"):
        format_named(key, tier="contested")


def test_an_item_longer_than_duckdb_reads_unasked_is_exported_to_parquet():
    whole, tally = written("parquet", payload("q", "a" * 9_000_000))
    assert (tally.items, whole[:4], whole[-4:]) == (1, b"PAR1", b"PAR1")


def test_an_unknown_format_is_named():
    with pytest.raises(InvalidError, match="“xml” is no format"):
        format_named("xml")


def test_csv_shows_how_people_differ_on_a_contested_item():
    ((row),) = table(contested("q", "a"))[0]
    assert (row["tier"], row["label.helpful"]) == ("contested", "")
    assert json.loads(row["distributions"]) == {"helpful": {"bad": 1, "good": 2}}


def test_csv_has_labels_of_turns_and_further_answers_as_json():
    on_turns = {"helpful": [label("good", turn=1), label("bad", turn=3)]}
    one, two = table(payload(labels=on_turns), pair("p", "x", "y"))[0]
    assert json.loads(one["label.helpful"])[1] == {"turn": 3, "value": "bad"}
    assert json.loads(two["further_answers"]) == ["y"]


def test_calls_of_tools_stay_in_the_input_of_an_eval():
    (sample,), _tally = rows(
        "openai_evals", "registry/data/gold/test.jsonl", payload(first=conversation(TOOLS))
    )
    assert [one["role"] for one in sample["input"]] == ["user", "assistant", "tool"]
    assert sample["input"][1]["tool_calls"] == [CALL]
    assert sample["ideal"] == ANSWER


def test_inspect_gets_arguments_as_an_object():
    (sample,), _tally = rows("inspect", "test.jsonl", payload(first=conversation(TOOLS)))
    assert sample["input"][1]["tool_calls"][0]["function"] == "find"
    assert sample["input"][1]["tool_calls"][0]["arguments"] == {"q": 1}


def test_fine_tuning_leaves_out_calls_of_tools():
    _found, tally = files("openai_chat", payload(first=conversation(TOOLS)))
    assert tally.left_out == {"with_tools": 1}


@pytest.mark.parametrize("key", ["openai_evals", "openai_chat", "inspect", "promptfoo"])
def test_items_that_expect_nothing_or_ask_nothing_are_counted(key):
    unanswered = payload(first=conversation([turn("user", QUESTION)]))
    unasked = payload(first=conversation([turn("assistant", "Welcome.")]))
    _found, tally = files(key, payload(), unanswered, unasked)
    assert tally.items == 1
    assert tally.left_out == {"without_expected": 1, "without_input": 1}


AUDIT = {
    "n_items": 40,
    "pool_size": 200,
    "overall": {
        "n": 80,
        "n_differ": 2,
        "error": {"value": 0.025, "low": 0.007, "high": 0.087, "reason": ""},
    },
}
NOTHING = {**AUDIT, "overall": {"error": {"value": None, "reason": "Nothing is settled yet."}}}
ALPHA = {"value": 0.71, "low": 0.63, "high": 0.78}
AGREEMENT = [
    {
        "name": "Round | 1",
        "criteria": [
            {
                "criterion": "helpful",
                "n_items": 97,
                "n_ratings": 290,
                "coefficients": {"krippendorff_alpha": ALPHA},
            }
        ],
    }
]


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"label_error": AUDIT}, "Estimated label error 2.5 % [0.7, 8.7]: 2 of 80 labels"),
        ({"label_error": NOTHING}, "Not estimated: Nothing is settled yet."),
        ({}, "Not measured"),
        ({"agreement": AGREEMENT}, r"| Round \| 1 | helpful | 97 | 290 | 0.71 [0.63, 0.78] |"),
        ({"datasheet": {"synthetic": True}}, "The conversations are synthetic."),
    ],
)
def test_the_card_says_what_the_release_says_of_itself(stated, words):
    assert words in files("hf", payload(), **stated)[0]["README.md"].decode()


@pytest.mark.parametrize("names", [("a-b", "a_b"), ("Test", "test")])
def test_splits_that_would_share_a_file_are_kept_apart(names):
    items = [payload(f"in {name}", "a", split=name) for name in names]
    found, _tally = files("inspect", *items, datasheet={"splits": dict.fromkeys(names, 1)})
    lines = [len(text.splitlines()) for name, text in found.items() if name.endswith(".jsonl")]
    assert lines == [1, 1]
    assert len({name.casefold() for name in found}) == len(found)
