"""The label error of gold: a random sample rated once more, blind, and what differs."""

import re

import pytest

from annotation.models import Assignment, Item, Study, Verdict
from annotation.services.raters import rater_for
from core.errors import DomainError, InvalidError
from gold.asked import question_of
from gold.audit_page import audit_shown
from gold.audits import in_words
from gold.independence import may_come_again
from gold.models import GoldItem
from gold.relabelled import position, steps
from gold.services.audits import create_audit, finish_audit
from tests import factories
from tests.factories import NOON
from tests.gold.published import admit, publish, reword

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit(alice, dataset, study, settled):
    """Of six gold items, four are drawn."""
    for _item in range(6):
        settled(3)
    admit(alice, dataset)
    publish(alice, dataset)
    return make(alice, dataset, study)


def make(alice, dataset, study, **options):
    return create_audit(
        actor=alice,
        dataset=dataset,
        version=study.rubric_version,
        **{
            "raters": [rater_for(alice, dataset.project)],
            "size": 4,
            "seed": 7,
            "overlap": 1,
            "now": NOON,
            **options,
        },
    )


def decide(audit, values):
    """The audit's items settled, one by one, on these values."""
    criterion = audit.study.rubric_version.criteria.get()
    for item, value in zip(audit.study.items.order_by("seq"), values, strict=False):
        Verdict.objects.create(item=item, criterion=criterion, value=value, source="consensus")
        item.state = Item.State.SETTLED
        item.save()


def test_the_sample_is_drawn_from_the_current_items_and_put_before_raters(audit, dataset):
    assert (len(audit.sample), audit.pool_size, audit.release.number) == (4, 6, 1)
    assert audit.study.state == Study.State.OPEN
    drawn = {one["gold"] for one in audit.sample}
    assert drawn <= {str(uid) for uid in dataset.gold_items.values_list("uid", flat=True)}
    shown = set(audit.study.items.values_list("conversation", flat=True))
    assert shown == set(
        dataset.gold_items.filter(uid__in=drawn).values_list(
            "candidate__item__conversation", flat=True
        )
    )


def test_its_items_claim_nothing_about_the_pool(audit):
    assert not audit.study.items.exclude(inclusion_probability=None).exists()


def test_a_conversation_is_rated_again_by_itself_and_not_beside_itself(audit):
    assert not audit.study.items.exclude(conversation_b=None, n_answers=1).exists()


def test_the_same_seed_draws_the_same(audit, alice, dataset, study):
    again = make(alice, dataset, study)
    assert [one["gold"] for one in again.sample] == [one["gold"] for one in audit.sample]


def test_it_is_finished_only_when_all_is_decided(audit, alice):
    decide(audit, [3, 3])
    with pytest.raises(DomainError, match="2 items of the audit are not decided yet"):
        finish_audit(actor=alice, audit=audit, now=NOON)


def test_what_differs_is_counted_told_and_stated_by_the_next_release(
    audit, alice, dataset, settled
):
    decide(audit, [3, 1, 3, 2])
    result = finish_audit(actor=alice, audit=audit, now=NOON).result
    assert (result["overall"]["n"], result["overall"]["n_differ"]) == (4, 2)
    assert result["overall"]["n_far"] == 1
    assert result["overall"]["error"]["value"] == 0.5
    assert [(one["was"], one["now"]) for one in result["differ"]] == [("4", "2"), ("4", "3")]
    settled()
    admit(alice, dataset)
    stated = publish(alice, dataset).label_error
    assert stated["audit"] == str(audit.uid)
    assert "differ" not in stated
    assert "label error 50.0" in in_words(stated)
    assert (stated["overall"]["n_ordered"], stated["overall"]["far"]["value"]) == (4, 0.25)
    assert stated["overall"]["far"]["low"] < 0.25 < stated["overall"]["far"]["high"]
    assert (
        "Of 4 labels on scales of several points, 25.0 % differ by more than a point"
        in in_words(stated).replace("\u202f", " ").replace("\xa0", " ").replace("25.0%", "25.0 %")
    )


def test_the_page_gives_what_is_far_off_its_own_interval(audit, alice, signed_in):
    decide(audit, [3, 1, 3, 2])
    finish_audit(actor=alice, audit=audit, now=NOON)
    client = signed_in(alice)
    shown = client.get(audit.get_absolute_url()).content.decode()
    [row] = re.findall(r"<tr>\s*<th scope=\"row\">Helpful.*?</tr>", shown, re.DOTALL)
    assert row.count('class="iv"') == 2
    asked = question_of(GoldItem.objects.first().payload)
    assert f">{asked}</a>" in shown


def test_only_another_label_ends_what_is_to_be_looked_at(audit, alice):
    """Hidden words or a tag make it another item, and leave the label as it was."""
    decide(audit, [3, 1, 3, 2])
    finish_audit(actor=alice, audit=audit, now=NOON)
    first, second = (one.gold_item for one in audit_shown(audit).differing)
    reword(first, "A tag.", tags=["tax"])
    labels = {"helpful": {**second.payload["labels"]["helpful"], "value": "3"}}
    reword(second, "The rater slipped.", labels=labels)
    assert [one.revised for one in audit_shown(audit).differing] == [False, True]


def test_an_audit_from_before_says_nothing_of_what_is_far_off(audit, alice):
    decide(audit, [3, 1, 3, 2])
    result = finish_audit(actor=alice, audit=audit, now=NOON).result
    del result["overall"]["far"], result["overall"]["n_ordered"]
    assert "more than a point" not in in_words(result)


def test_gold_that_was_revised_meanwhile_is_measured_as_it_was(audit, alice, dataset):
    dataset.gold_items.update(payload={"labels": {}})
    decide(audit, [3, 3, 3, 3])
    assert finish_audit(actor=alice, audit=audit, now=NOON).result["overall"]["n"] == 4


def test_a_finished_audit_stays(audit, alice):
    decide(audit, [3, 3, 3, 3])
    finish_audit(actor=alice, audit=audit, now=NOON)
    with pytest.raises(DomainError, match="is finished"):
        finish_audit(actor=alice, audit=audit, now=NOON)


def test_too_few_raters_are_refused(audit, alice, dataset, study):
    with pytest.raises(InvalidError, match="2 raters an item"):
        make(alice, dataset, study, overlap=2)


def test_a_rubric_that_judged_nothing_is_refused(audit, alice, dataset):
    other = factories.make_study(dataset.project)
    with pytest.raises(DomainError, match="holds no item that was judged by"):
        make(alice, dataset, other)


def test_whoever_rated_an_item_before_does_not_get_it_again(alice, bob, dataset, study, settled):
    items = [settled(3) for _number in range(3)]
    admit(alice, dataset)
    knows, new = (rater_for(user, dataset.project) for user in (alice, bob))
    factories.make_rating(items[0], rater=knows, scores={"helpful": 3})
    audit = make(alice, dataset, study, size=3, raters=[knows, new])
    same = audit.study.items.get(conversation=items[0].conversation)
    assert [(one.rater, one.state) for one in same.assignments.all()] == [(knows, "seen")]
    assert Assignment.objects.filter(study=audit.study).count() == 1
    assert may_come_again(audit) == 0


def test_where_too_few_others_are_named_it_is_said(alice, dataset, study, settled):
    item = settled(3)
    admit(alice, dataset)
    knows = rater_for(alice, dataset.project)
    factories.make_rating(item, rater=knows, scores={"helpful": 3})
    audit = make(alice, dataset, study, size=1)
    assert may_come_again(audit) == 1
    assert not Assignment.objects.filter(study=audit.study).exists()
    factories.make_rating(audit.study.items.get(), rater=knows, scores={"helpful": 3})
    decide(audit, [3])
    stated = finish_audit(actor=alice, audit=audit, now=NOON).result
    assert stated["n_again"] == 1
    assert "rated again by somebody who had rated it before" in in_words(stated)


@pytest.mark.parametrize(
    ("was", "now", "apart"),
    [("1", "3", 2), (1.5, "3", 1.5), (1.25, 2.25, 1), ("1", "x", None), (True, "1", None)],
)
def test_labels_lie_so_far_apart_on_their_scale(was, now, apart):
    assert steps(was, now, ["1", "2", "3"]) == apart


def test_a_mean_has_no_place_among_points_that_are_words():
    assert position(1.5, ["bad", "good"]) is None
