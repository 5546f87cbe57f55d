"""The pages of settling: who may come in, what is hidden until when, and where one goes on."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from annotation.answers import Unit
from annotation.item_ratings import ItemPage, Typed
from annotation.models import CriterionHold, Item, Layer, Verdict
from annotation.standing import standing_of
from core.scales import Kind, Level, Target
from tests import factories
from tests.annotation.settling_helpers import (
    TWO,
    decision,
    get,
    post,
    rated_item,
    sent,
    settle,
    settled,
    study_with,
)
from tests.browser import settle_cases
from tests.conftest import member

SPLIT = ({"helpful": 3}, {"helpful": 0}, {"helpful": 3})


@pytest.fixture
def study(project):
    return study_with(project)


@pytest.fixture
def item(study):
    return rated_item(study, *SPLIT)


@pytest.fixture
def carol(team):
    return member(team, "carol", Role.ADJUDICATOR)


def page_of(item, **fields):
    return ItemPage(item=item, standing=standing_of(item), typed=Typed(), **fields)


# Doors


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OWNER, 200),
        (Role.MANAGER, 200),
        (Role.ADJUDICATOR, 200),
        (Role.RATER, 403),
        (Role.VIEWER, 403),
    ],
)
def test_all_ratings_are_for_those_who_settle(team, item, signed_in, role, status):
    client = signed_in(member(team, "dora", role))
    assert get(client, "item", item).status_code == status
    assert get(client, "settle", item.study).status_code == (302 if status == 200 else 403)


@pytest.mark.parametrize("role", [Role.RATER, Role.VIEWER])
def test_only_those_who_settle_may_write(team, item, signed_in, role):
    client = signed_in(member(team, "dora", role))
    for name in ("item_decide", "item_reopen", "item_take_up"):
        assert post(client, name, item).status_code == 403
    assert not Verdict.objects.exists()


def test_another_team_finds_nothing(charlie, item, signed_in):
    hold = CriterionHold.objects.create(
        study=item.study, criterion=item.study.rubric_version.criteria.get(), item=item, reason="x"
    )
    client = signed_in(charlie)
    assert get(client, "item", item).status_code == 404
    assert get(client, "settle", item.study).status_code == 404
    assert post(client, "item_decide", item).status_code == 404
    assert post(client, "hold_lift", hold).status_code == 404


@pytest.mark.parametrize("name", ["item_decide", "item_reopen", "item_take_up"])
def test_reading_changes_nothing(alice, item, signed_in, name):
    assert get(signed_in(alice), name, item).status_code == 405


# What is hidden


def test_names_and_variant_are_hidden_until_the_decision(alice, project, signed_in):
    variant = factories.make_variant(project, "prompt 7")
    conversation = factories.make_conversation(project, "task<::>prompt-7", variant=variant)
    study = study_with(project)
    rater = factories.make_rater(project, display_name="Yoshida")
    item = rated_item(study, *SPLIT, raters=[rater], conversation=conversation)
    client = signed_in(alice)
    before = get(client, "item", item).content.decode()
    settle(alice, item, {"helpful": "3"})
    after = get(client, "item", item).content.decode()
    for secret in ("Yoshida", "prompt 7"):
        assert secret not in before
        assert secret in after
    assert "prompt-7" not in before


def test_letters_do_not_follow_the_order_of_ratings(study):
    raters = [factories.make_rater(study.project) for _number in range(3)]
    items = [rated_item(study, *SPLIT, raters=raters) for _number in range(8)]
    first = {page_of(item).voices[0].rating.rater_id for item in items}
    assert len(first) > 1


def is_swapped(page: ItemPage) -> bool:
    return page.stand.is_swapped(Unit())


def test_the_sides_of_a_pair_change_places(project):
    pages = [page_of(settle_cases.pair(project)) for _number in range(8)]
    assert {is_swapped(page) for page in pages} == {True, False}
    for page in pages:
        left = page.item.conversation_b if is_swapped(page) else page.item.conversation
        assert page.sides[0][-1].content == left.turns[-1]["content"]


def test_a_point_of_a_pair_is_stored_for_its_conversation(alice, project, signed_in):
    item = settle_cases.pair(project)
    post(signed_in(alice), "item_decide", item, sent(item, **{"q.preference": "left"}))
    assert Verdict.objects.get().value == (1 if is_swapped(page_of(item)) else 0)


def test_a_rater_of_the_study_sees_no_ratings_while_the_item_may_come(study, carol, signed_in):
    factories.make_study_rater(study, factories.make_rater(study.project, carol))
    item = factories.make_item(study)
    factories.make_rating(item, None, {"helpful": 3}, comment="Marvellous")
    page = get(signed_in(carol), "item", item)
    assert b"Marvellous" not in page.content
    assert b"may still come to you" in page.content


def test_who_rated_the_item_sees_no_ratings_while_own_may_change(study, carol, signed_in):
    own = factories.make_rater(study.project, carol)
    item = rated_item(study, *SPLIT, raters=[own])
    page = get(signed_in(carol), "item", item)
    assert b"hidden from you" in page.content
    assert b"names hidden" not in page.content


def test_who_rated_sees_all_but_decides_nothing_when_the_study_is_closed(study, carol, signed_in):
    item = rated_item(study, *SPLIT, raters=[factories.make_rater(study.project, carol)])
    study.state = "closed"
    study.save()
    page = get(signed_in(carol), "item", item)
    assert b"names hidden" in page.content
    assert b"data-decide" not in page.content
    answer = post(signed_in(carol), "item_decide", item, sent(item, **{"q.helpful": "3"}))
    assert answer.status_code == 403


# What is shown


def test_a_deviant_stands_alone(item):
    (row,) = page_of(item).rows
    alone = [cell.text for cell in row.cells if cell.is_alone]
    assert alone == ["1"]
    assert row.why == "The scores lie too far apart: 1, 4."


def test_who_could_not_judge_says_why(study):
    item = factories.make_item(study, slots_total=2)
    for value in (3, None):
        rating = factories.make_rating(item, None, {"helpful": value})
        if value is None:
            score = rating.scores.get()
            score.text = (
                type(score)
                ._meta.get_field("text")
                .related_model.objects.create(score=score, cannot_judge=True, words="no idea")
            )
    cells = page_of(settled(item)).rows[0].cells
    assert {(cell.text, cell.cannot_judge, cell.why) for cell in cells} == {
        ("4", False, ""),
        ("", True, "no idea"),
    }


def test_many_raters_are_counted(project):
    page = page_of(settle_cases.by_turn(project, raters=30))
    assert not page.is_side_by_side
    assert len(page.groups) == 11
    assert [(count.name, count.n) for count in page.groups[0].rows[0].counts] == [
        ("O", 10),
        ("T", 10),
        ("X", 10),
    ]


def test_a_page_of_thirty_raters_asks_no_more_than_one_of_three(alice, project, signed_in):
    client, counts = signed_in(alice), []
    for raters in (3, 30):
        item = settle_cases.by_turn(project, raters=raters)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            get(client, "item", item)
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 40


def test_consensus_stands_beside_what_is_open(alice, project, signed_in):
    item = settle_cases.side_by_side(project)
    html = get(signed_in(alice), "item", item).content.decode()
    assert "4 by consensus" in html
    assert "Danger by consensus" in html


def test_late_ratings_are_told_and_not_counted(alice, item, signed_in):
    factories.make_rating(item, None, {"helpful": 1}, layer=Layer.EXTRA, comment="Too late")
    html = get(signed_in(alice), "item", item).content.decode()
    assert "1 more rating does not count" in html
    assert "3 ratings, names hidden" in html


def test_nothing_foreign_becomes_markup(alice, study, signed_in):
    item = factories.make_item(study, slots_total=2)
    for value in (0, 4):
        factories.make_rating(item, None, {"helpful": value}, comment="<script>alert(1)</script>")
    html = get(signed_in(alice), "item", settled(item)).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_an_item_without_ratings_is_shown(alice, study, signed_in):
    assert b"No ratings yet" in get(signed_in(alice), "item", factories.make_item(study)).content


def test_a_passage_is_named_in_its_row(project):
    study = study_with(
        project,
        {"relevant": {
            "target": Target.PASSAGE, "kind": Kind.BINARY, "level": Level.NOMINAL,
            "points": factories.points("no", "yes"),
        }},
    )  # fmt: skip
    conversation = factories.make_conversation(project, turns=settle_cases.ANSWER)
    item = factories.make_item(study, conversation, slots_total=2)
    for value in (0, 1):
        factories.make_rating(item, None, {"relevant": value}, unit=(1, 0))
    (row,) = page_of(settled(item)).rows
    assert row.title == "Relevant, passage 1"
    assert row.ask is not None


# Deciding


def test_a_decision_leads_on_to_the_next_item(alice, study, item, signed_in):
    following = rated_item(study, *SPLIT)
    client = signed_in(alice)
    answer = client.post(
        reverse("annotation:item_decide", args=[item.uid]),
        sent(item, **{"q.helpful": "3"}),
        follow=True,
    )
    assert answer.context["item"] == following
    assert answer.context["last"] == item


def test_the_last_decision_leads_to_what_is_next(alice, item, signed_in):
    client = signed_in(alice)
    answer = client.post(
        reverse("annotation:item_decide", args=[item.uid]),
        sent(item, **{"q.helpful": "3"}),
        follow=True,
    )
    assert b"Everything is settled." in answer.content
    assert reverse("gold:datasets", args=[item.study.project.uid]).encode() in answer.content


def test_a_decision_left_out_comes_back_with_what_was_typed(alice, project, signed_in):
    item = rated_item(
        study_with(project, TWO),
        {"helpful": 4, "correct": 0},
        {"helpful": 0, "correct": 4},
        {"helpful": 4, "correct": 4},
    )
    answer = post(signed_in(alice), "item_decide", item, sent(item, **{"q.helpful": "2"}))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "“Correct” is still open" in html
    assert "It suits the question." in html
    assert 'name="q.helpful" value="2" data-shortcut="2" checked' in html


def test_the_rest_may_be_called_unsettleable(alice, project, signed_in):
    item = rated_item(
        study_with(project, TWO),
        {"helpful": 4, "correct": 0},
        {"helpful": 0, "correct": 4},
        {"helpful": 4, "correct": 4},
    )
    post(signed_in(alice), "item_decide", item, sent(item, rest="1", **{"q.helpful": "2"}))
    item.refresh_from_db()
    assert item.state == Item.State.UNSETTLEABLE
    assert dict(Verdict.objects.values_list("criterion__key", "value")) == {
        "helpful": 1,
        "correct": None,
    }


def test_the_second_adjudicator_keeps_what_was_typed(alice, carol, item, signed_in):
    late = sent(item, **{"q.helpful": "2"})
    settle(alice, item, {"helpful": "3"})
    client = signed_in(carol)
    answer = post(client, "item_decide", item, late | {"anew": "1"})
    assert answer.status_code == 409
    assert b"Alice decided on this item" in answer.content
    assert b"It suits the question." in answer.content


def test_the_second_adjudicator_may_supersede_knowingly(alice, carol, item, signed_in):
    late = sent(item, **{"q.helpful": "2"})
    settle(alice, item, {"helpful": "3"})
    client = signed_in(carol)
    html = post(client, "item_decide", item, late).content.decode()
    assert 'name="q.helpful" value="2" data-shortcut="2" checked' in html
    item.refresh_from_db()
    post(client, "item_decide", item, late | {"seen": decision(item).seen})
    assert Verdict.objects.get(current=True).value == 1


def test_deciding_anew_shows_what_stands(alice, item, signed_in):
    settle(alice, item, {"helpful": "3"})
    html = get(signed_in(alice), "item", item, "?anew=1").content.decode()
    assert 'name="q.helpful" value="3" data-shortcut="3" checked' in html


def test_the_history_keeps_what_is_superseded(alice, item, signed_in):
    settle(alice, item, {"helpful": "3"}, reason="First thought.")
    first = item.verdicts.filter(reason="First thought.")
    first.update(at=F("at") - timedelta(minutes=1))  # at one moment neither would be the newer
    settle(alice, item, {"helpful": "4"}, reason="Second thought.")
    html = get(signed_in(alice), "item", item).content.decode().partition('id="history"')[2]
    assert html.index("Second thought.") < html.index("First thought.")
    assert "superseded" in html


def test_a_criterion_is_sent_back_and_lifted_from_the_page(alice, item, signed_in):
    client = signed_in(alice)
    post(client, "item_decide", item, sent(item, rewording="helpful"))
    html = get(client, "item", item).content.decode()
    assert "sent back for rewording" in html
    assert item.study.rubric_version.rubric.get_absolute_url() in html
    post(client, "hold_lift", CriterionHold.objects.get())
    assert len(standing_of(item).open) == 1


def test_a_reopened_item_is_in_the_queue_again(alice, item, signed_in):
    settle(alice, item, {"helpful": "3"})
    client = signed_in(alice)
    post(client, "item_reopen", item)
    assert get(client, "settle", item.study).url == reverse("annotation:item", args=[item.uid])


# A computed score alone in dispute


@pytest.fixture
def total_alone(project):
    """The bases lie one apart and settle; the totals lie two apart, because one ticked."""
    criteria = {
        "base": {},
        "wrong": {
            "kind": Kind.BINARY, "level": Level.NOMINAL, "points": factories.points("no", "yes"),
            "effect": {"minus": 1},
        },
        "total": {"derived": {"base": "base", "floor": 1}},
    }  # fmt: skip
    return rated_item(
        study_with(project, criteria),
        {"base": 3, "wrong": 0, "total": 3},
        {"base": 4, "wrong": 0, "total": 4},
        {"base": 3, "wrong": 1, "total": 2},
    )


def test_a_computed_score_alone_in_dispute_is_confirmed_with_a_reason(
    alice, total_alone, signed_in
):
    client = signed_in(alice)
    html = get(client, "item", total_alone).content.decode()
    assert "Settle a disagreement" in html
    assert "data-decide" in html
    assert "<b>4</b> <span" in html
    assert 'name="rest"' not in html
    post(client, "item_decide", total_alone, sent(total_alone))
    total_alone.refresh_from_db()
    assert total_alone.state == Item.State.SETTLED
    decided = Verdict.objects.get(source=Verdict.Source.ADJUDICATION)
    assert (decided.criterion.key, decided.value) == ("total", 3)


def test_confirming_a_computed_score_twice_is_once(alice, total_alone, signed_in):
    data = sent(total_alone)
    answers = [post(signed_in(alice), "item_decide", total_alone, data) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Verdict.objects.filter(source=Verdict.Source.ADJUDICATION).count() == 1


def test_a_computed_score_without_its_part_cannot_be_settled(alice, total_alone, signed_in):
    Verdict.objects.filter(criterion__key="base").update(value=None)
    html = get(signed_in(alice), "item", total_alone).content.decode()
    assert "<b>cannot be settled</b>" in html
    post(signed_in(alice), "item_decide", total_alone, sent(total_alone))
    total_alone.refresh_from_db()
    assert total_alone.state == Item.State.UNSETTLEABLE
