"""The payload of a gold item: what is asked, what is expected, and the same bytes everywhere."""

import pytest
from django.db import connection

from annotation.models import Item
from conversations.importers.records import title_of
from conversations.models import Conversation
from core.text import canonical, digest
from gold.asked import answer_in, input_key_of, input_of, judged_turn, question_of
from gold.models import GoldItem
from gold.numbers import even
from gold.payload import Facts, expected_of, payload_of
from tests import factories

ASK, ANSWER = {"role": "user", "content": "Open?"}, {"role": "assistant", "content": "Yes."}


@pytest.mark.parametrize(
    ("turns", "judged", "answer"),
    [
        ([ASK, ANSWER], 1, "Yes."),
        ([ASK, ANSWER, ASK, {**ANSWER, "content": "No."}], 3, "No."),
        ([ASK, ANSWER, {"role": "tool", "content": "x"}], 1, "Yes."),
        ([ASK], 1, ""),
        ([ASK, {"role": "assistant", "content": None, "tool_calls": []}], 1, ""),
    ],
)
def test_the_last_answer_is_judged(turns, judged, answer):
    assert (judged_turn(turns), answer_in(turns)) == (judged, answer)
    assert input_of(turns) == turns[:judged]


def test_an_input_is_known_by_what_was_asked_and_not_by_ids_times_or_passages():
    other = [{**ASK, "id": "7", "at": "2026-01-01"}, {**ANSWER, "passages": [{"text": "x"}]}]
    assert input_key_of("", [ASK, ANSWER]) == input_key_of("", other)
    assert input_key_of("", [ASK, ANSWER]) != input_key_of("", [{**ASK, "content": "?"}, ANSWER])
    assert input_key_of("task-7", [ASK, ANSWER]) == "task-7"


@pytest.mark.parametrize(
    ("number", "made"),
    [
        (0.25, 0.25),
        (1.0, 1.0),
        (-0.0, 0.0),
        (1e16, 10**16),
        (1.234567890123456e18, 1234567890123456000),
        (2**64, "18446744073709551616"),
        (1e-7, 1e-7),
        (9007199254740993, 9007199254740993),
        (True, True),
    ],
)
def test_numbers_are_written_as_both_databases_give_them_back(number, made):
    found = even({"n": [number]})["n"][0]
    assert (found, type(found)) == (made, type(made))


def item_of(reference: str, second: str = "") -> Item:
    """An item of one or two answers, never stored."""
    first = Conversation(turns=[ASK, ANSWER], reference=reference)
    other = Conversation(turns=[ASK, {**ANSWER, "content": second}]) if second else None
    return Item(conversation=first, conversation_b=other)


def preferred(side: str) -> dict[str, dict[str, str]]:
    return {"better": {"value": side}}


@pytest.mark.parametrize(
    ("item", "labels", "facts", "expected"),
    [
        (item_of("From 9."), {}, Facts(expected="From 8."), ("From 8.", "corrected")),
        (item_of("From 9."), {}, Facts(), ("From 9.", "reference")),
        (item_of(""), {}, Facts(), ("Yes.", "approved")),
        (item_of(""), {}, Facts(tier="contested"), ("", "")),
        (item_of("", "No."), preferred("b"), Facts(), ("No.", "approved")),
        (item_of("", "No."), preferred("a"), Facts(), ("Yes.", "approved")),
        (item_of("", "No."), preferred("tie"), Facts(), ("", "")),
        (
            item_of("", "No."),
            preferred("a") | {"faults": {"value": ["rude"]}},
            Facts(),
            ("", ""),
        ),
    ],
)
def test_whose_answer_is_expected(item, labels, facts, expected):
    assert tuple(expected_of(item, labels, facts).values()) == expected


HARD = 'Zürich 「東京」 🗼 \u2028 \u0001 "quoted" =1+1 𠮷 Ａ ﾊ'


@pytest.mark.django_db
def test_the_same_rows_give_the_same_bytes_on_both_databases(project):
    """The hash stands here in full: it must never depend on the database, the day or the run."""
    conversation = factories.make_conversation(
        project,
        external_id="hard",
        turns=[
            {"role": "user", "content": HARD, "zebra": 1, "a": {"b": 1, "aa": 2}},
            {
                "role": "assistant",
                "content": "Ja.",
                "passages": [{"id": "p", "text": HARD, "score": 1e16, "rank": -0.0}],
            },
        ],
    )
    Conversation.objects.filter(pk=conversation.pk).update(
        content_hash="c" * 64, group_key="g", language="ja", input_key="", reference=""
    )
    item = factories.make_item(factories.make_study(project), conversation)
    Item.objects.filter(pk=item.pk).update(inclusion_probability=1 / 3, group_key="g")
    stored = Item.objects.select_related("conversation").get(pk=item.pk)
    payload = payload_of(stored, [], facts=Facts(tags=("税", "a"), passages=((1, 0),)))
    payload["rubric"] = {}
    payload["conversation"]["variant"] = None
    assert digest(payload) == "2217a03e2912f2a8ce1923a84519ebeff3641ec8535a650567e69ac9f65a721a", (
        connection.vendor,
        canonical(payload),
    )


@pytest.mark.django_db
def test_what_was_approved_is_read_back_as_it_was_hashed(golden):
    made = golden()
    stored = GoldItem.objects.get(pk=made.pk)
    assert digest(stored.payload) == stored.content_hash == digest(made.payload)
    assert stored.payload["provenance"] == stored.provenance["steps"][-1]["hash"]


@pytest.mark.django_db
def test_a_contested_item_says_how_people_answered_and_settles_nothing(project):
    item = factories.make_item(factories.make_study(project, overlap=2))
    for value in (0, 4):
        factories.make_rating(item, scores={"helpful": value})
    label = payload_of(item, [], facts=Facts(tier="contested"))["labels"]["helpful"]
    assert label["value"] is None
    assert (label["distribution"], label["n"]) == ({"1": 1, "5": 1}, 2)


@pytest.mark.django_db
def test_what_was_hidden_of_a_conversation_is_hidden_in_gold(project):
    conversation = factories.make_conversation(
        project, turns=[{"role": "user", "content": "I am Ann."}, ANSWER]
    )
    conversation.redacted = [[0, "content", 5, 8, "[name]"]]
    conversation.save()
    item = factories.make_item(factories.make_study(project), conversation)
    payload = payload_of(item, [])
    assert payload["input"][0]["content"] == "I am [name]."
    assert b"Ann" not in canonical(payload)


def test_an_item_is_named_by_what_was_asked_first_as_its_conversation_is_everywhere():
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "May I send it back?"},
        {"role": "assistant", "content": "Yes."},
        {"role": "user", "content": "How?"},
        {"role": "assistant", "content": "By post."},
    ]
    assert question_of({"conversation": {"turns": turns}}) == title_of(turns)
    assert question_of({"erased_at": "2026-11-26"}) == ""
