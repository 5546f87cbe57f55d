"""Feedback brings conversations into a study: once, repeatably, with the right probability."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db.models import F

from accounts.models import Project
from annotation.models import Study
from annotation.services.draws import draw_items
from conversations.models import Conversation
from core.errors import DomainError
from surveys.models import CurrentFeedback, Kind, Respondent, Route, Routed
from surveys.routing import throw
from surveys.services.routing import follow, make_route, note_changes, switch_route
from tests.factories import make_conversation, make_project, make_rubric_version, make_study

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
Fate = Routed.Fate


@pytest.fixture
def study() -> Study:
    return make_study(state=Study.State.OPEN)


def say(conversation: Conversation, value: int | None, **fields: object) -> CurrentFeedback:
    """One respondent's thumb about a conversation, as the fold would leave it."""
    respondent = Respondent.objects.create(project=conversation.project, key=f"s:{uuid4()}")
    row = CurrentFeedback.objects.create(
        project=conversation.project, respondent=respondent, target=uuid4(), kind=Kind.THUMB,
        conversation=conversation, conversation_key=conversation.external_id, value=value,
        day=NOW.date(), at=NOW, event_id=1, trust="signed", mode="unsolicited", shown=True,
        **fields,
    )  # fmt: skip
    note_changes(conversation.project_id, [conversation.pk])
    return row


def many(project: Project, n: int) -> list[Conversation]:
    return [make_conversation(project, external_id=f"c{number}") for number in range(n)]


def run(route: Route, now: datetime = NOW) -> None:
    while follow(route.pk, now):
        pass


def down_route(study: Study, **fields: object) -> Route:
    settings = {"values": [0], "seed": 7, "now": NOW, **fields}
    return make_route(actor=None, study=study, kind=Kind.THUMB, **settings)


def test_a_down_thumb_brings_its_conversation_and_an_up_does_not(study):
    bad, good = many(study.project, 2)
    say(bad, 0)
    say(good, 1)
    run(down_route(study))
    item = study.items.get()
    assert item.conversation == bad
    assert item.inclusion_probability == 1.0


def test_following_twice_brings_nothing_twice(study):
    (one,) = many(study.project, 1)
    route = down_route(study)
    say(one, 0)
    run(route)
    say(one, 0)
    run(route)
    assert study.items.count() == 1
    assert Routed.objects.count() == 1


def test_the_share_of_the_rest_is_kept_and_each_item_knows_its_probability(study):
    for number, one in enumerate(many(study.project, 60)):
        say(one, 0 if number % 3 == 0 else 1)
    route = down_route(study, rate_rest=0.3)
    run(route)
    items = study.items.order_by("seq")
    assert {round(one.inclusion_probability, 9) for one in items} == {1.0, 0.3}
    rest = [c for c in Conversation.objects.all() if int(c.external_id[1:]) % 3]
    expected = sum(throw(7, one.uid) < 0.3 for one in rest)
    assert items.filter(inclusion_probability__lt=1).count() == expected > 0
    route.draw.refresh_from_db()
    assert [(row["stratum"], row["pool"], row["drawn"]) for row in route.draw.table] == [
        ("fits", 20, 20), ("rest", 40, expected),
    ]  # fmt: skip


def test_feedback_that_comes_later_moves_the_probability_and_not_the_item(study):
    one = next(c for c in many(study.project, 40) if throw(7, c.uid) < 0.3)
    route = down_route(study, rate_rest=0.3)
    say(one, 1)
    run(route)
    assert study.items.get().inclusion_probability == pytest.approx(0.3)
    say(one, 0)
    run(route)
    assert study.items.get().inclusion_probability == 1.0


def test_an_item_whose_feedback_was_taken_back_makes_no_claim_about_the_pool(study):
    one = next(c for c in many(study.project, 40) if throw(7, c.uid) >= 0.3)
    route = down_route(study, rate_rest=0.3)
    row = say(one, 0)
    run(route)
    assert study.items.get().inclusion_probability == 1.0
    CurrentFeedback.objects.filter(pk=row.pk).update(value=None)
    note_changes(study.project_id, [one.pk])
    run(route)
    assert study.items.get().inclusion_probability is None


def test_a_reason_can_be_asked_for(study):
    wrong, long = many(study.project, 2)
    say(wrong, 0, reasons=["incorrect"])
    say(long, 0, reasons=["too_long"])
    run(down_route(study, reasons=["incorrect"]))
    assert study.items.get().conversation == wrong


def test_what_the_day_does_not_allow_waits_for_the_next(study):
    for one in many(study.project, 5):
        say(one, 0)
    route = down_route(study, per_day=2)
    run(route)
    assert study.items.count() == 2
    run(route, NOW + timedelta(days=1))
    assert study.items.count() == 4
    assert Routed.objects.filter(fate=Fate.WAITING).count() == 1


def test_a_drawn_item_learns_that_feedback_would_have_brought_it_too(study):
    conversations = many(study.project, 10)
    draw_items(actor=None, study=study, size=5, seed=1, now=NOW + timedelta(days=1))
    drawn = study.items.first().conversation
    assert study.items.first().inclusion_probability == pytest.approx(0.5)
    say(drawn, 0)
    run(down_route(study, rate=0.6))
    item = study.items.get(conversation=drawn)
    assert item.inclusion_probability == pytest.approx(1 - 0.5 * 0.4)
    assert Routed.objects.get().fate == Fate.THERE
    assert len(conversations) == 10


def test_a_draw_after_a_route_counts_both_ways_in(study):
    passed_over = next(c for c in many(study.project, 30) if throw(7, c.uid) >= 0.5)
    say(passed_over, 0)
    run(down_route(study, rate=0.5))
    assert not study.items.exists()
    draw_items(actor=None, study=study, size=30, seed=1, now=NOW + timedelta(days=1))
    item = study.items.get(conversation=passed_over)
    assert item.inclusion_probability == 1.0
    assert item.conditional_probability == 1.0


def test_two_routes_into_one_study_add_up(study):
    one = next(
        c for c in many(study.project, 60) if throw(7, c.uid) < 0.5 and throw(8, c.uid) >= 0.5
    )
    say(one, 0)
    run(down_route(study, rate=0.5))
    run(down_route(study, rate=0.5, seed=8))
    assert study.items.get().inclusion_probability == pytest.approx(0.75)
    assert set(Routed.objects.values_list("fate", F("by_draws"))) == {("taken", 0), ("there", 0)}


def test_a_stopped_route_brings_nothing_until_it_goes_on(study):
    (one,) = many(study.project, 1)
    route = down_route(study)
    switch_route(actor=None, route=route, active=False)
    say(one, 0)
    run(route)
    assert not study.items.exists()
    switch_route(actor=None, route=route, active=True)
    run(route)
    assert study.items.count() == 1


def test_a_study_of_pairs_and_a_closed_one_take_no_route():
    version = make_rubric_version(criteria={"better": {"target": "pair"}})
    pairs = make_study(rubric_version=version)
    with pytest.raises(DomainError, match="compares no pairs"):
        down_route(pairs)
    with pytest.raises(DomainError, match="no more items"):
        down_route(make_study(project=make_project(), state=Study.State.CLOSED))
