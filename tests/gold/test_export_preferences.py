"""Which of two answers an export says people prefer, and the frames beside them."""

import json
from collections import Counter

from gold.exports.preferences import differing_in, ticket_of
from gold.exports.tally import MOST_PAIRS, SEED, Tally
from tests.gold_payloads import (
    QUESTION,
    TOOLS,
    conversation,
    files,
    label,
    pair,
    payload,
    ranking,
    rows,
    said,
    turn,
)


def test_a_pair_prefers_the_side_that_people_preferred():
    (row,), _tally = rows("dpo", "data/test.jsonl", pair("p", "x", "y", winner="b"))
    assert row["prompt"] == [{"role": "user", "content": "p"}]
    assert row["chosen"] == [{"role": "assistant", "content": "y"}]
    assert row["rejected"] == [{"role": "assistant", "content": "x"}]


def test_a_tie_prefers_nothing():
    _found, tally = files("dpo", pair("p", "x", "y", winner="tie"))
    assert tally.left_out == {"without_preference": 1}


def test_what_else_was_asked_of_a_pair_prefers_neither_side():
    item = pair("p", "x", "y", winner="b")
    item["labels"] |= {"faults": label(["rude", "long"]), "sure": label("very")}
    found, _tally = rows("dpo", "data/test.jsonl", item)
    assert [one["criterion"] for one in found] == ["better"]


def test_a_ranking_gives_a_pair_for_each_two_answers():
    outcomes = {(0, 1): "b", (0, 2): "tie", (1, 2): "a"}
    found, _tally = rows("dpo", "data/test.jsonl", ranking("p", "x", "y", "z", outcomes=outcomes))
    texts = [(one["chosen"][0]["content"], one["rejected"][0]["content"]) for one in found]
    assert texts == [("y", "x"), ("y", "z")]


def test_of_answers_rated_alone_the_higher_is_chosen():
    items = [
        payload("p", answer, labels={"helpful": label(value), "tone": label(tone)})
        for answer, value, tone in (("x", "fair", "warm"), ("y", "good", "cold"))
    ]
    (row,), _tally = rows("dpo", "data/test.jsonl", *items, payload("alone", "z"))
    assert (row["chosen"][0]["content"], row["rejected"][0]["content"]) == ("y", "x")
    assert (row["criterion"], row["chosen_label"], row["rejected_label"]) == (
        "helpful",
        "good",
        "fair",
    )


def test_the_prompt_of_a_pair_ends_where_its_conversations_part():
    other = conversation([turn("user", QUESTION), turn("assistant", "Nobody.")])
    item = payload(first=conversation(TOOLS), labels={"better": label("a")}, conversation_b=other)
    (row,), _tally = rows("dpo", "data/test.jsonl", item)
    assert [one["role"] for one in row["prompt"]] == ["user"]
    assert [one["role"] for one in row["chosen"]] == ["assistant", "tool", "assistant"]


def test_conversations_in_which_the_user_went_on_are_no_pair():
    other = conversation(said(QUESTION, "Nobody.", "Why?", "Because."))
    first = conversation(said(QUESTION, "We.", "Why?", "So."))
    item = payload(first=first, labels={"better": label("a")}, conversation_b=other)
    _found, tally = files("dpo", item)
    assert (tally.items, tally.left_out) == (0, {"without_preference": 1})


def test_the_pool_of_preferences_names_the_winner_by_its_letter():
    (row,), _tally = rows("langcheck", "preferences/test.jsonl", pair("p", "x", "y", winner="b"))
    assert (row["prompt"], row["model_a"], row["model_b"], row["winner"]) == ("p", "x", "y", "B")
    assert (row["variant_a"], row["variant_b"]) == ("v1", "v2")


def test_a_frame_has_the_passages_that_an_answer_needs():
    passages = [{"id": "1", "text": "one"}, {"id": "2", "text": "two"}]
    turns = [turn("user", "q"), turn("assistant", "a", passages=passages)]
    all_given = payload(first=conversation(turns))
    chosen = payload(first=conversation(turns), passages=[[1, 1]])
    found, _tally = rows("langcheck", "outputs/test.jsonl", all_given, chosen)
    assert [one["sources"] for one in found] == ["one\n\ntwo", "two"]


def test_a_conversation_of_several_turns_is_one_prompt():
    (row,), _tally = rows("langcheck", "outputs/test.jsonl", payload("q", "a", "r", "b"))
    assert row["prompts"] == "User: q\n\nAssistant: a\n\nUser: r"


def many(n):
    """Answers to one input, each third of them good."""
    return [
        payload("p", f"answer {k}", labels={"helpful": label("good" if k % 3 == 0 else "bad")})
        for k in range(n)
    ]


def test_answers_to_one_input_make_no_more_pairs_than_a_trainer_has_use_for():
    (found, tally), whole = rows("dpo", "data/test.jsonl", *many(60)), 20 * 40
    manifest = json.loads(files("dpo", *many(60))[0]["manifest.json"])
    assert len(found) == MOST_PAIRS
    assert manifest["pairs"] == {"left_out": whole - MOST_PAIRS, "most": MOST_PAIRS, "seed": SEED}
    assert f"{whole - MOST_PAIRS} pairs" in "".join(tally.left_out_words())


def test_the_pairs_that_are_taken_are_spread_over_the_answers():
    found, tally = rows("dpo", "data/test.jsonl", *many(60))
    stood = Counter(one[side][0]["content"] for one in found for side in ("chosen", "rejected"))
    assert tally.items == len(stood) > 50
    assert max(stood.values()) < 15


def test_pairs_that_all_fit_are_all_there_and_nothing_is_said_of_a_bound():
    found, tally = rows("dpo", "data/test.jsonl", *many(12))
    manifest = json.loads(files("dpo", *many(12))[0]["manifest.json"])
    assert (
        len({(one["chosen"][0]["content"], one["rejected"][0]["content"]) for one in found}) == 32
    )
    assert "pairs" not in manifest
    assert not tally.left_out_words()


def test_the_pool_of_preferences_is_bounded_and_its_manifest_says_so():
    found, _tally = files("langcheck", *many(60))
    assert len(found["preferences/test.jsonl"].splitlines()) == MOST_PAIRS
    assert json.loads(found["manifest.json"])["pairs"]["most"] == MOST_PAIRS


def test_thousands_of_answers_to_one_input_are_paired_in_passing():
    group = [(ticket_of(str(k)), k, {("r", "helpful"): float(k == 7)}) for k in range(5_000)]
    tally = Tally()
    assert len(list(differing_in(group, tally))) == MOST_PAIRS
    assert tally.pairs_left == 4_999 - MOST_PAIRS
