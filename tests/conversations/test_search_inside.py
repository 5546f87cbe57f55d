"""Words inside messages are found by looking through, and the page says how far it looked."""

import re

import pytest
from django.urls import reverse

from conversations import searching
from conversations.searching import said_in, spellings
from tests.conversations.conftest import lines, record
from tests.factories import make_conversation, make_variant

pytestmark = pytest.mark.django_db

ANSWERS = {
    "en": "The courier tried twice; call the Depot.",
    "ja": "返品の送料は当店が負担します。",
    "wide": "型番はＡＢＣ－１２です。",
    "narrow": "ｶﾀﾛｸﾞをお送りします。",
    "quoted": 'She said "not \\ yet" twice.',
}


@pytest.fixture
def client(signed_in, alice):
    return signed_in(alice)


@pytest.fixture
def search(client, project):
    def looked(words, **query):
        answer = client.get(
            reverse("conversations:list", args=[project.uid]), {"q": words, **query}
        )
        assert answer.status_code == 200
        return answer

    return looked


def found(answer):
    return [hit.conversation.external_id for hit in answer.context["inside"].hits]


def messages(answer):
    return [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": answer}]


def say(project, name, answer, **fields):
    return make_conversation(project, name, messages(answer), **fields)


@pytest.fixture
def said(bring):
    """Stored as an import stores them: JSON in UTF-8."""
    bring(lines(*(record(0, id=name, messages=messages(words)) for name, words in ANSWERS.items())))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("depot", "en"),
        ("DEPOT courier", "en"),
        ("送料", "ja"),
        ("送料 返品", "ja"),
        ("ABC-12", "wide"),
        ("ａｂｃ", "wide"),
        ("カタログ", "narrow"),
        ('"not', "quoted"),
        ("\\", "quoted"),
    ],
)
def test_words_inside_messages_are_found(said, search, words, name):
    assert found(search(words)) == [name]


@pytest.mark.parametrize("words", ["assistant", "content", "100%", "_", "送料 depot"])
def test_what_nobody_said_is_not_found(said, search, words):
    assert found(search(words)) == []


def test_the_match_is_marked_and_the_link_opens_its_turn(search, project):
    conversation = say(project, "a", "Call the <b>Depot</b> now.")
    page = search("depot").content.decode()
    assert '<mark class="hit">Depot</mark>' in page
    assert "&lt;b&gt;" in page
    assert f'href="{conversation.get_absolute_url()}#turn-1"' in page


def test_what_the_opening_or_the_id_names_is_listed_once(search, project):
    make_conversation(project, "opening")
    say(project, "inside", "Your parcel left on Monday.")
    answer = search("parcel")
    assert [one.external_id for one in answer.context["found"].rows] == ["opening"]
    assert found(answer) == ["inside"]


def test_other_projects_are_not_looked_into(search, project, other_project):
    say(other_project, "theirs", "Call the depot.")
    answer = search("depot")
    assert found(answer) == []
    assert "No conversation matches." in answer.content.decode()


def test_filters_and_order_hold_inside_too(search, project):
    variant = make_variant(project, "v13")
    say(project, "a", "the depot", variant=variant)
    say(project, "b", "the depot")
    say(project, "c", "the depot", variant=variant)
    assert found(search("depot", variant=str(variant.uid))) == ["c", "a"]
    assert found(search("depot", order="oldest")) == ["a", "b", "c"]


@pytest.mark.parametrize("order", ["", "oldest"])
def test_without_time_it_says_how_far_it_looked_and_goes_on(search, project, monkeypatch, order):
    monkeypatch.setattr(searching, "BUDGET", 0)
    monkeypatch.setattr(searching, "FIRST_CHUNK", 2)
    for name in "abcde":
        say(project, name, "the depot" if name in "ae" else "nothing")
    first = search("depot", order=order)
    assert "Looked through 2 of 5 conversations; 1 found." in first.content.decode()
    after = str(first.context["inside"].further)
    second = search("depot", order=order, after=after)
    assert "Looked through 3 to 4 of 5 conversations; 0 found" in second.content.decode()
    third = search("depot", order=order, after=str(second.context["inside"].further))
    assert "Looked through 5 to 5 of 5 conversations; 1 found" in third.content.decode()
    assert third.context["further"] == ""
    assert found(first) + found(third) == (["a", "e"] if order else ["e", "a"])


def test_a_full_page_ends_at_its_last_find(search, project, monkeypatch):
    monkeypatch.setattr(searching, "PAGE", 2)
    for name in "abc":
        say(project, name, "the depot")
    first = search("depot")
    assert found(first) == ["c", "b"]
    assert first.context["inside"].end == 2
    assert found(search("depot", after=str(first.context["inside"].further))) == ["a"]


def test_looking_through_takes_few_questions(search, project, django_assert_max_num_queries):
    for name in "abcdef":
        say(project, name, "the depot", variant=make_variant(project))
    with django_assert_max_num_queries(20):
        search("depot")


def test_a_long_message_is_cut_around_what_was_found():
    said = said_in([{"content": "a " * 500 + "depot" + " b" * 500}], [re.compile("depot")])
    assert said
    assert said.before.startswith("…")
    assert said.after.endswith("…")
    assert len(said.before) <= searching.BEFORE + 1


def test_spellings_are_few():
    assert spellings("送料") == ["送料"]
    assert spellings("ガス") == ["ガス", "ｶﾞｽ"]
    assert spellings("ab") == ["ab", "ａｂ", "ＡＢ"]
