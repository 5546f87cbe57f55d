"""Items are found by words of their conversations, and the page says how far it looked."""

import json

import pytest
from django.db import connection, transaction
from django.urls import reverse

from annotation import item_search
from annotation.models import ItemAnswer
from conversations import searching
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(project):
    return factories.make_study(project)


@pytest.fixture
def search(signed_in, alice, study):
    client = signed_in(alice)

    def looked(words, **query):
        address = reverse("annotation:items", args=[study.uid])
        answer = client.get(address, {"q": words, **query})
        assert answer.status_code == 200
        return answer

    return looked


def say(study, name, answer, **fields):
    turns = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": answer}]
    conversation = factories.make_conversation(study.project, name, turns)
    with connection.cursor() as cursor:  # as an import stores them: JSON in UTF-8
        cursor.execute(
            "UPDATE conversations_conversation SET turns = %s WHERE id = %s",
            [json.dumps(turns, ensure_ascii=False), conversation.pk],
        )
    return factories.make_item(study, conversation, **fields)


def found(answer):
    return [item.conversation.external_id for item, _said in answer.context["found"].items]


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("depot", ["a-1"]),
        ("DEPOT courier", ["a-1"]),
        ("送料", ["b-2"]),
        ("b-2", ["b-2"]),
        ("b-2 送料", ["b-2"]),
        ("hello", ["a-1", "b-2"]),
        ("depot 送料", []),
        ("assistant", []),
        ("%", []),
    ],
)
def test_items_are_found_by_words_and_by_id(study, search, words, names):
    say(study, "a-1", "The courier tried; call the Depot.")
    say(study, "b-2", "返品の送料は当店が負担します。")
    assert found(search(words)) == names


def test_what_was_said_is_shown_with_the_word_marked(study, search):
    say(study, "a", "Call the <b>Depot</b> now.")
    page = text(search("depot"))
    assert '<mark class="hit">Depot</mark>' in page
    assert "&lt;b&gt;" in page


def test_what_was_redacted_is_not_found(study, search):
    item = say(study, "a", "Call Dora now.")
    type(item.conversation).objects.update(redacted=[[1, "content", 5, 9, "name"]])
    assert found(search("dora")) == []


def test_a_word_of_any_answer_finds_what_is_compared(study, search):
    pair = say(study, "a", "I cannot help.")
    other = say(study, "b", "Call the depot.").conversation
    pair.conversation_b = other
    pair.save()
    third = say(study, "c", "Ask at the counter.", n_answers=3)
    deep = factories.make_conversation(
        study.project, "d", [{"role": "assistant", "content": "Try the warehouse."}]
    )
    ItemAnswer.objects.create(item=third, position=2, conversation=deep)
    assert found(search("depot")) == ["a", "b"]
    assert found(search("warehouse")) == ["c"]


def test_a_state_and_words_narrow_together(study, search):
    say(study, "a", "the depot", state="settled")
    say(study, "b", "the depot")
    answer = search("depot", state="settled")
    assert found(answer) == ["a"]
    assert "Looked through all 1 items; 1 found." in text(answer)
    assert 'href="?q=depot&amp;state=open"' in text(answer)


def test_without_time_it_says_how_far_it_looked_and_goes_on(study, search, monkeypatch):
    monkeypatch.setattr(searching, "BUDGET", 0)
    monkeypatch.setattr(searching, "FIRST_CHUNK", 2)
    for name in "abcde":
        say(study, name, "the depot" if name in "ae" else "nothing")
    first = search("depot")
    assert "Looked through 2 of 5 items; 1 found." in text(first)
    second = search("depot", after=first.context["found"].after)
    assert "Looked through 3 to 4 of 5 items; 0 found" in text(second)
    third = search("depot", after=second.context["found"].after)
    assert "Looked through 5 to 5 of 5 items; 1 found" in text(third)
    assert (found(first), found(third)) == (["a"], ["e"])
    assert "Look further" not in text(third)


def test_a_full_page_ends_at_its_last_find(study, search, monkeypatch):
    monkeypatch.setattr(item_search, "PAGE", 2)
    for name in "abc":
        say(study, name, "the depot")
    first = search("depot")
    assert found(first) == ["a", "b"]
    assert first.context["found"].looked.end == 2
    assert found(search("depot", after=first.context["found"].after)) == ["c"]


def test_other_studies_are_not_looked_into(study, search, project):
    say(factories.make_study(project), "theirs", "Call the depot.")
    assert found(search("depot")) == []


def test_what_no_database_can_store_is_sought_for_by_nobody(study, search):
    say(study, "a", "the depot")
    assert found(search("de\0pot")) == ["a"]


def test_a_search_stands_above_many_items_only(study, search):
    say(study, "a", "the depot")
    assert 'type="search"' not in text(search(""))
    for number in range(8):
        say(study, f"more-{number}", "nothing")
    assert 'type="search"' in text(search(""))


def test_looking_through_takes_few_questions(study, search, django_assert_max_num_queries):
    for name in "abcdef":
        say(study, name, "the depot")
    with django_assert_max_num_queries(16):
        search("depot")


@pytest.mark.services
def test_only_conversations_of_the_items_are_read_for_words(study):
    items = study.items.filter(seq__range=(1, 8_000)).order_by("seq")
    holding = item_search.holding_words(items, "seq", "conversation__", ["depot"])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")  # as the planner has it for many items
        plan = holding.values_list("seq").explain().splitlines()
    (reads,) = [n for n, line in enumerate(plan) if "on conversations_conversation" in line]
    assert any("Join Filter" in line and "turns" in line for line in plan)
    assert not any("turns" in line for line in plan[reads:])
