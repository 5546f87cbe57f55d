"""The pages around a release: what changed, what is missing, how far labels are wrong."""

import csv
import io
import json
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from annotation.models import Criterion
from conversations.deciding import mark_words
from gold.changes import unpublished
from gold.coverage import next_to_add
from gold.diff_page import diff_page, spoken_value
from gold.models import GoldItem, LabelAudit, Release
from gold.rubric_names import versions_stated
from gold.services.items import revise
from tests import factories
from tests.gold.conftest import settle
from tests.gold.published import admit, publish, reword

pytestmark = pytest.mark.django_db


@pytest.fixture
def get(signed_in, alice):
    client = signed_in(alice)

    def opened(name, uid, **query):
        answer = client.get(reverse(f"gold:{name}", args=[uid]), query)
        assert answer.status_code == 200, answer.content.decode()[:2000]
        return answer

    return opened


@pytest.fixture
def two(alice, dataset, settled):
    """Two releases: one item added, one revised, one retired, one the same."""
    for _item in range(3):
        settled()
    _same, revised, retired = admit(alice, dataset)
    first = publish(alice, dataset)
    labels = {"helpful": {**revised.payload["labels"]["helpful"], "value": "1"}}
    reword(revised, "The rater slipped.", labels=labels, tags=["tax"])
    retired.retired_at, retired.retired_reason = factories.NOON, "No longer sold."
    retired.save()
    settled()
    admit(alice, dataset)
    return first, publish(alice, dataset)


def test_the_release_tells_its_changes_with_reasons(get, two):
    first, second = two
    shown = get("release", second.uid).content.decode()
    assert "Since release 1: 1 added, 1 revised, 1 retired." in shown
    assert "The rater slipped." in shown
    assert "No longer sold." in shown
    for change in (*second.changes["revised"], *second.changes["retired"]):
        item = GoldItem.objects.get(uid=change["uid"])
        assert f">{item.candidate.item.conversation.title}</a>" in shown  # not by its key
    assert get("release", first.uid)


def test_the_dataset_tells_what_no_release_holds_yet(get, two, alice, dataset, settled):
    """Until then the form that publishes stays folded."""
    page = get("dataset", dataset.uid)
    assert "Since release 2" not in page.content.decode()
    settled()
    admit(alice, dataset)
    item = dataset.gold_items.filter(retired_at=None).first()
    reword(item, "Said more briefly.", tags=["short"])
    page = get("dataset", dataset.uid)
    assert "Since release 2: 1 added, 1 revised, 0 retired." in page.content.decode()
    assert page.context["unpublished"] == unpublished(two[1], dataset)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("revised", "The rater slipped."), ("retired", "No longer sold."), ("added", "conversation-")],
)
def test_the_difference_of_two_releases_is_a_page(get, two, kind, words):
    shown = get("diff", two[1].uid, kind=kind, against=1).content.decode()
    assert words in shown
    assert "1 added, 1 revised, 1 retired; 1 are the same in both." in shown


def test_a_difference_gives_the_reason_of_the_revision_that_it_shows(get, alice, dataset, settled):
    """Of the one that the release holds, not of what was changed in the item later."""
    settled()
    [item] = admit(alice, dataset)
    publish(alice, dataset)
    for tag, reason in (("tax", "It is about taxes."), ("law", "And about the law.")):
        item = revise(
            actor=alice, gold_item=item, changes={"tags": [tag]}, reason=reason,
            seen=item.content_hash, now=factories.NOON,
        )  # fmt: skip
        second = dataset.releases.filter(number=2).first() or publish(alice, dataset)
    assert "It is about taxes." in get("diff", second.uid).content.decode()
    [told] = json.loads(get("diff_json", second.uid).content)["items"]
    assert told["reason"] == "It is about taxes."


def test_the_difference_turns_round(get, two):
    found = json.loads(get("diff_json", two[0].uid, against=2, kind="retired").content)
    assert (found["added"], found["retired"], len(found["items"])) == (1, 1, 1)


def test_the_difference_is_told_field_by_field(get, two):
    found = json.loads(get("diff_json", two[1].uid).content)
    (item,) = found["items"]
    assert item["fields"] == [
        {"criterion": "helpful", "before": "4", "after": "1"},
        {"field": "tags", "before": [], "after": ["tax"]},
    ]


def test_the_first_release_has_nothing_before_it(get, two):
    assert "Compare" in get("diff", two[0].uid).content.decode()


def test_coverage_names_the_gap_and_what_fills_it(get, alice, dataset, settled, study):
    for _item in range(4):
        settled()
    admit(alice, dataset)
    for number in range(30):
        factories.make_conversation(dataset.project, language="ja", turns=said(number))
    assert "Language “Japanese” is the gap" in get("coverage", dataset.uid).content.decode()
    found = json.loads(get("coverage_json", dataset.uid).content)
    assert (found["gold"], found["production"]) == (4, 34)
    assert "Language Japanese" in get("next", dataset.uid).content.decode()


def test_coverage_counts_conversations_of_one_source_as_one(get, alice, dataset, settled):
    for _item in range(2):
        settled(group_key="one ticket")
    admit(alice, dataset)
    words = "1 sources of 2 in gold, 1 of 2 in production"
    assert words in get("coverage", dataset.uid).content.decode()


def said(number):
    return [{"id": "u", "role": "user", "content": f"荷物 {number} が届きません。"}]


def test_what_is_missing_goes_to_a_study(client, alice, dataset, settled):
    settled()
    admit(alice, dataset)
    for number in range(60):
        factories.make_conversation(dataset.project, language="ja", turns=said(number))
    other = factories.make_study(dataset.project)
    client.force_login(alice)
    url = reverse("gold:next_add", args=[dataset.uid])
    assert client.post(url, {}).status_code == 422
    client.post(url, {"study": other.pk})
    items = other.items.order_by("seq")
    assert items.count() == 50
    assert items.filter(inclusion_probability=None).count() == 50


def test_what_is_missing_is_a_table_too_that_no_spreadsheet_runs(client, alice, dataset, settled):
    settled()
    admit(alice, dataset)
    for number in range(60):
        turns = [{"id": "u", "role": "user", "content": f"=1+{number}、届きません。"}]
        factories.make_conversation(dataset.project, language="ja", turns=turns)
    client.force_login(alice)
    found = client.get(reverse("gold:next_csv", args=[dataset.uid]))
    assert found["Content-Disposition"].endswith('-next.csv"')
    rows = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"), newline="")))
    chosen = next_to_add(dataset, now=timezone.now())
    assert [one["conversation"] for one in rows] == [one.conversation.external_id for one in chosen]
    assert [one["place"] for one in rows] == [str(n) for n in range(1, 51)]
    assert rows[0]["short_of"].startswith("language=ja ")
    assert all(one["question"].startswith("'=1+") for one in rows)
    page = client.get(reverse("gold:next", args=[dataset.uid])).content.decode()
    assert reverse("gold:next_csv", args=[dataset.uid]) in page


def test_an_audit_is_made_on_its_page(client, alice, dataset, settled):
    for _item in range(3):
        settled()
    admit(alice, dataset)
    client.force_login(alice)
    version = dataset.gold_items.first().candidate.item.study.rubric_version
    raters = [alice.memberships.get().pk]
    url = reverse("gold:audit_create", args=[dataset.uid])
    asked = {"version": version.pk, "size": 2, "overlap": 1, "seed": 7, "raters": raters}
    assert client.post(url, {**asked, "size": ""}).status_code == 422
    answer = client.post(url, asked)
    audit = LabelAudit.objects.get()
    assert answer.url == audit.get_absolute_url()
    for name, uid in (("audits", dataset.uid), ("audit", audit.uid), ("audit_json", audit.uid)):
        assert client.get(reverse(f"gold:{name}", args=[uid])).status_code == 200


def test_the_release_names_its_rubric_as_people_wrote_it(get, two, study):
    _first, second = two
    version = study.rubric_version
    shown = get("release", second.uid).content.decode()
    words = f"{version.rubric.name['en']}, version {version.number}"
    assert f'<a href="{version.get_absolute_url()}">{words}</a>' in shown
    assert f"{version.rubric.slug} {version.number}" not in shown
    with translation.override("ja"):
        [stated] = versions_stated(second)
    assert stated.words == f"{version.rubric.name['ja']}、バージョン{version.number}"


def test_a_version_that_is_no_longer_here_stands_as_it_was_stated():
    stated = {"uid": str(uuid4()), "slug": "answer", "version": 2, "content_hash": "c"}
    [shown] = versions_stated(Release(rubric_versions=[stated]))
    assert (shown.words, shown.url) == ("answer 2", "")


def test_the_changes_name_criteria_as_the_rubric_does(get, two):
    shown = get("release", two[1].uid).content.decode()
    name = Criterion.objects.get(key="helpful").name["en"]
    assert f'<span class="muted">{name}</span>' in shown


def test_an_item_that_a_run_made_is_known_by_what_was_asked(get, alice, dataset, study):
    asked = [
        {"role": "user", "content": "When do you open?"},
        {"role": "assistant", "content": "At nine."},
    ]
    long = f"run-{uuid4()}-{'0f' * 32}"
    settle(factories.make_item(study, factories.make_conversation(study.project, long, asked)))
    admit(alice, dataset)
    shown = get("release", publish(alice, dataset).uid).content.decode()
    assert ">When do you open?</a>" in shown
    assert f">{long}" not in shown  # cut, and whole on the pointer


def test_the_difference_says_choices_in_words(get, alice, dataset, settled):
    settled(language="en")
    [item] = admit(alice, dataset)
    first = publish(alice, dataset)
    item = revise(
        actor=alice, gold_item=item, changes={"difficulty": "hard", "expected": "From nine."},
        reason="Said.", seen=item.content_hash, now=factories.NOON,
    )  # fmt: skip
    second = publish(alice, dataset)
    with translation.override("ja"):
        [line] = diff_page(first, second, kind=None, after=None).lines
        said = {one.name: (one.before, one.after) for one in line.fields}
        assert said[gettext("Difficulty")] == ("–", gettext("hard"))
        origin = said[gettext("Origin of the expected answer")]
        assert origin == (gettext("the answer that was judged"), gettext("written for this item"))
        assert spoken_value("language", "ja") == "日本語"
    assert spoken_value("split", "train") == "train"


def test_the_difference_of_a_text_shows_the_words_that_went_and_came(get, alice, dataset, settled):
    said = [
        {"role": "user", "content": "Who is it?"},
        {"role": "assistant", "content": "Well. " * 200 + "It is Misaki Sato, as ever."},
    ]
    settled(turns=said)
    [item] = admit(alice, dataset)
    publish(alice, dataset)
    mark_words(
        actor=alice, conversation=item.candidate.item.conversation, words="Misaki Sato",
        kind="name", now=factories.NOON,
    )  # fmt: skip
    shown = get("diff", publish(alice, dataset).uid).content.decode()
    assert "<b>turn 2</b>" in shown
    assert "</span>Misaki Sato</del>" in shown
    assert "</span>[name]</ins>, as ever." in shown
    assert shown.count("Well.") < 3 * 60
    assert "&quot;role&quot;" not in shown
