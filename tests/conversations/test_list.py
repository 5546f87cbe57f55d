"""The list and the page of a conversation."""

import pytest
from django.urls import reverse

from conversations import listing
from conversations.models import ImportRun
from tests.factories import make_conversation, make_item, make_study, make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in, alice):
    return signed_in(alice)


@pytest.fixture
def listed(client, project):
    """External ids on the list with these filters."""

    def ids(query=""):
        answer = client.get(reverse("conversations:list", args=[project.uid]) + query)
        assert answer.status_code == 200
        return [one.external_id for one in answer.context["found"].rows]

    return ids


def test_a_project_without_conversations_shows_the_first_steps(client, project):
    page = client.get(reverse("conversations:list", args=[project.uid])).content.decode()
    assert "This project has no conversations yet." in page
    assert reverse("conversations:import", args=[project.uid]) in page


def test_the_first_steps_name_a_file_that_is_being_read(client, project):
    run = ImportRun.objects.create(project=project, file_name="chats.jsonl")
    page = client.get(reverse("conversations:list", args=[project.uid])).content.decode()
    assert "chats.jsonl is being read" in page
    assert run.get_absolute_url() in page
    assert page.count("btn primary") == 1


def test_the_newest_come_first(listed, project):
    for name in "abc":
        make_conversation(project, name)
    assert listed() == ["c", "b", "a"]
    assert listed("?order=oldest") == ["a", "b", "c"]


def test_conversations_of_other_projects_are_not_listed(listed, project, other_project):
    make_conversation(project, "ours")
    make_conversation(other_project, "theirs")
    assert listed() == ["ours"]


def test_pages_follow_one_another_both_ways(client, project, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 2)
    for name in "abcde":
        make_conversation(project, name)
    url = reverse("conversations:list", args=[project.uid])
    seen, query = [], ""
    while True:
        answer = client.get(url + query)
        seen.append([one.external_id for one in answer.context["found"].rows])
        if not answer.context["older"]:
            break
        query = answer.context["older"]
    assert seen == [["e", "d"], ["c", "b"], ["a"]]
    back = client.get(url + answer.context["newer"])
    assert [one.external_id for one in back.context["found"].rows] == ["c", "b"]
    first = client.get(url + back.context["newer"])
    assert [one.external_id for one in first.context["found"].rows] == ["e", "d"]
    assert not first.context["newer"]


@pytest.mark.parametrize("key", ["older_than=nonsense", "order=worst", "variant=x", "run=%00"])
def test_a_filter_that_is_not_understood_filters_nothing(listed, project, key):
    make_conversation(project, "a")
    assert listed(f"?{key}") == ["a"]


def test_filters_by_variant_language_run_group_and_input(listed, project):
    variant = make_variant(project, "v13")
    run = ImportRun.objects.create(project=project, file_name="f", path="p")
    make_conversation(project, "a", variant=variant, input_key="q1")
    make_conversation(project, "b", language="ja", run=run)
    make_conversation(project, "c", group_key="b")
    assert listed(f"?variant={variant.uid}") == ["a"]
    assert listed("?language=ja") == ["b"]
    assert listed(f"?run={run.uid}") == ["b"]
    assert listed("?group=b") == ["c", "b"]
    assert listed("?input=q1") == ["a"]


@pytest.mark.parametrize(
    ("words", "found"),
    [("送料", ["ja"]), ("返品 送料", ["ja"]), ("PARCEL", ["en"]), ("en", ["en"]), ("%", [])],
)
def test_search_reads_opening_words_and_ids(listed, project, words, found):
    make_conversation(project, "ja", [{"role": "user", "content": "返品した商品の送料は？"}])
    make_conversation(project, "en", [{"role": "user", "content": "Where is my parcel?"}])
    assert listed(f"?q={words}") == found


def test_nothing_found_says_what_to_do(client, project):
    make_conversation(project, "a")
    page = client.get(reverse("conversations:list", args=[project.uid]) + "?q=zzz")
    assert "No conversation matches." in page.content.decode()


def test_a_long_list_is_counted_only_so_far(client, project, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 2)
    monkeypatch.setattr(listing, "COUNTED", 3)
    for name in "abcde":
        make_conversation(project, name)
    page = client.get(reverse("conversations:list", args=[project.uid]))
    assert page.context["found"].is_more


def test_the_list_asks_the_same_few_questions_however_long_it_is(
    client, project, django_assert_max_num_queries
):
    for name in "abcdef":
        make_conversation(project, name, variant=make_variant(project), language="ja")
    with django_assert_max_num_queries(12):
        client.get(reverse("conversations:list", args=[project.uid]))


def test_a_conversation_shows_turns_facts_and_where_it_stands(client, project):
    variant = make_variant(project, "v13", prompt="Be brief.")
    fields = {"variant": variant, "input_key": "q1", "latency_ms": 1234, "metadata": {"k": "web"}}
    conversation = make_conversation(project, "a", **fields)
    other = make_conversation(project, "b", input_key="q1", variant=make_variant(project, "v14"))
    item = make_item(make_study(project, name="March"), conversation)
    page = client.get(conversation.get_absolute_url()).content.decode()
    for words in ("My parcel has not arrived.", "v13", "Be brief.", "1,234", "web", "v14", "March"):
        assert words in page
    assert other.get_absolute_url() in page
    assert reverse("annotation:item", args=[item.uid]) in page


def test_a_conversation_takes_few_questions(client, project, django_assert_max_num_queries):
    conversation = make_conversation(project, "a", input_key="q1", variant=make_variant(project))
    study = make_study(project)
    for number in range(5):
        make_conversation(project, f"b{number}", input_key="q1", variant=make_variant(project))
    make_item(study, conversation)
    with django_assert_max_num_queries(10):
        client.get(conversation.get_absolute_url())


def test_script_in_every_field_is_text(client, project):
    evil = "<script>alert(1)</script>"
    variant = make_variant(project, evil, prompt=evil, model=evil)
    conversation = make_conversation(
        project,
        evil,
        [
            {"id": "1", "role": "user", "content": evil, "name": evil},
            {
                "id": "2",
                "role": "assistant",
                "content": evil,
                "passages": [{"id": "p", "text": evil, "title": evil, "source": evil}],
                "tool_calls": [{"id": "t", "function": {"name": evil, "arguments": evil}}],
            },
        ],
        variant=variant,
        metadata={evil: evil},
        reference=evil,
        error=evil,
        group_key=evil + "g",
        guidance={"text": evil},
        language=evil[:10],
    )
    for url in (conversation.get_absolute_url(), reverse("conversations:list", args=[project.uid])):
        assert "<script>alert" not in client.get(url).content.decode()
