"""The pages of gold items: filters that both databases understand, and an editor for two."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from annotation.models import Criterion, Verdict
from gold.answered import answered
from gold.item_forms import ItemFilterForm
from gold.labels import keep_labels, save_with_labels
from gold.listing import PAGE, page_of
from gold.models import GoldItem
from gold.why import Because, why
from gold.writing import rewrite
from tests import factories
from tests.gold.published import admit, publish, reword

pytestmark = pytest.mark.django_db


def change(item: GoldItem, **fields) -> GoldItem:
    GoldItem.objects.filter(pk=item.pk).update(**fields)
    item.refresh_from_db()
    keep_labels([item])
    return item


@pytest.fixture
def three(golden, settled):
    """Three items that differ in everything one may ask for."""
    return [
        change(golden(settled(0)), tags=["税", 'a "b"'], tier="contested", split="train"),
        change(golden(settled(3)), tags=["tax"], difficulty="hard", revised_at=factories.NOON),
        change(golden(settled(4)), source="expert", expected="From nine."),
    ]


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ({}, [2, 1, 0]),
        ({"order": "oldest"}, [0, 1, 2]),
        ({"tag": "税"}, [0]),
        ({"tag": 'a "b"'}, [0]),
        ({"tag": "ta"}, []),
        ({"tag": "税", "label": "helpful=1"}, [0]),
        ({"tag": "税", "label": "helpful=4"}, []),
        ({"tier": "contested"}, [0]),
        ({"split": "train"}, [0]),
        ({"difficulty": "hard"}, [1]),
        ({"source": "expert"}, [2]),
        ({"state": "revised"}, [1]),
        ({"state": "retired"}, []),
        ({"q": "from nine"}, [2]),
        ({"label": "helpful=4"}, [1]),
        ({"label": "helpful=9"}, []),
    ],
)
def test_what_a_filter_finds(dataset, three, wanted, places):
    assert page_of(dataset, wanted).rows == [three[place] for place in places]


@pytest.mark.parametrize("order", ["", "oldest", "changed"])
def test_pages_lead_through_all_items_and_back(dataset, golden, monkeypatch, order):
    monkeypatch.setattr("gold.listing.PAGE", 2)
    items = [golden() for _number in range(5)]
    change(items[1], revised_at=factories.NOON.replace(year=2030))
    wanted, seen, older = {"order": order}, [], None
    while True:
        found = page_of(dataset, wanted, older_than=older)
        seen += found.rows
        if not (older := found.older):
            break
    assert {one.pk for one in seen} == {one.pk for one in items}
    assert len(seen) == found.count == 5
    back = page_of(dataset, wanted, newer_than=found.rows[0].uid)
    assert back.rows == seen[2:4]


def test_a_page_holds_what_one_sees_at_once():
    assert PAGE == 50


def test_the_choices_of_the_list_are_those_that_find_something(dataset, three):
    form = ItemFilterForm({"tag": "税", "tier": "no such"}, dataset=dataset)
    assert form.wanted() == {"tag": "税"}
    points = dict(form.fields["label"].choices[1][1])
    assert points["helpful=4"]


def test_a_choice_is_remembered_until_all_are_asked_for(client, alice, dataset, three):
    client.force_login(alice)
    url = reverse("gold:items", args=[dataset.uid])
    client.get(url, {"tag": "tax", "older_than": str(three[0].uid)})
    assert client.get(url).url == f"{url}?tag=tax"
    client.get(url, {"all": "1"})
    assert client.get(url).status_code == 200


def test_the_second_editor_sees_what_the_first_one_saved(client, alice, golden):
    client.force_login(alice)
    item = golden()
    url = reverse("gold:item_edit", args=[item.uid])
    sent = {"seen": item.content_hash, "reason": "Better.", "difficulty": ""}
    assert client.post(url, {**sent, "expected": "First."}).status_code == 302
    answer = client.post(url, {**sent, "expected": "Second."})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody changed this item" in text
    assert "First" in text
    item.refresh_from_db()
    assert item.expected == "First."
    sent["seen"] = item.content_hash
    assert client.post(url, {**sent, "expected": "Second."}).status_code == 302


def test_the_difference_is_shown_without_a_reason_and_nothing_is_saved(client, alice, golden):
    client.force_login(alice)
    item = golden()
    url = reverse("gold:item_edit", args=[item.uid])
    sent = {"seen": item.content_hash, "act": "preview", "expected": "New words.", "difficulty": ""}
    answer = client.post(url, sent)
    assert answer.status_code == 200
    assert b"<ins>" in answer.content
    item.refresh_from_db()
    assert item.expected == ""


def test_a_field_that_does_not_fit_is_said_at_the_field(client, alice, golden):
    client.force_login(alice)
    item = golden()
    sent = {"seen": item.content_hash, "reason": "Why.", "expected": "", "new_tags": "x" * 41}
    answer = client.post(reverse("gold:item_edit", args=[item.uid]), sent)
    assert answer.status_code == 422
    assert "does not fit" in answer.content.decode()


def test_a_contested_item_shows_how_people_answered_in_the_order_of_the_scale(golden, project):
    item = factories.make_item(factories.make_study(project, overlap=3))
    for value in (4, 0, 0):
        factories.make_rating(item, scores={"helpful": value})
    contested = change(golden(item), tier="contested")
    rewrite(contested)
    (shown,) = answered(contested)
    assert [n for _words, n in shown.counts] == [2, 1]
    assert answered(golden()) == []


@pytest.mark.parametrize(
    ("target", "turn", "passage", "words"),
    [
        ("conversation", -1, -1, ""),
        ("turn", 1, -1, "turn 2"),
        ("passage", 1, 0, "turn 2, passage 1"),
        ("pair", 0, 2, "answers 1 and 3"),
        ("pair", -1, -1, ""),
    ],
)
def test_why_names_the_passage_or_the_answers_that_a_label_is_of(target, turn, passage, words):
    verdict = Verdict(criterion=Criterion(target=target), turn=turn, passage=passage)
    assert Because(verdict, answer=None, said=[]).place == words


def test_the_editor_of_a_retired_item_says_so_before_anybody_writes(client, alice, golden):
    item = change(golden(), retired_at=factories.NOON)
    client.force_login(alice)
    answer = client.get(reverse("gold:item_edit", args=[item.uid]))
    assert answer.status_code == 409
    assert "This gold item is retired" in answer.content.decode()


def test_the_releases_of_an_item_go_back_in_time_as_the_rest_does(client, alice, dataset, settled):
    settled()
    [item] = admit(alice, dataset)
    publish(alice, dataset)
    reword(item, "Said otherwise.", tags=["tax"])
    publish(alice, dataset)
    client.force_login(alice)
    shown = client.get(reverse("gold:item", args=[item.uid])).content.decode()
    assert shown.index("Release 2") < shown.index("Release 1")


def test_a_contested_item_says_of_each_criterion_how_often_each_answer_was_given(
    client, alice, golden, project
):
    item = factories.make_item(factories.make_study(project))
    for value in (0, 4, 0):
        factories.make_rating(item, scores={"helpful": value})
    contested = change(golden(item), tier="contested")
    save_with_labels(rewrite(contested))
    (one,) = why(contested).because
    assert (one.counts, one.words) == ([("1", 2), ("5", 1)], "")
    assert [said for _rater, said in one.said_in_words] == ["1", "5", "1"]
    (label,) = why(contested).as_data()["labels"]
    assert label["distribution"] == {"1": 2, "5": 1}
    assert (label["value"], label["source"]) == (None, "contested")
    told = StringIO()
    call_command("why", str(contested.uid), stdout=told)
    assert "  helpful = no value: 1 2×, 5 1× (contested)" in told.getvalue()
    client.force_login(alice)
    page = client.get(contested.get_absolute_url()).content.decode()
    assert "no value, because raters differ" in page


def test_a_long_id_is_cut_in_the_list_and_whole_on_the_page_of_the_item(
    client, alice, golden, settled
):
    name = "https://example.com/threads/" + "7f8a1c2e-" * 14 + "end"
    item = golden(settled(external_id=name))
    item.candidate.item.conversation.__class__.objects.update(title="")  # where nobody asked
    client.force_login(alice)
    rows = client.get(reverse("gold:items", args=[item.dataset.uid])).content.decode()
    assert f">{name[:119]}…</a>" in rows
    assert f'title="{name}"' in rows
    assert name in client.get(item.get_absolute_url()).content.decode()
