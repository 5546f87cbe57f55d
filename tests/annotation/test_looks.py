"""Who has seen what others said of an item, or what is expected of it, never rates it blind."""

import json

import pytest
from django.urls import reverse

from accounts.models import Role
from annotation.models import Layer, Reveal, Study
from annotation.services.adjudication import reopen
from annotation.services.chairs import Why
from annotation.services.draws import draw_items
from annotation.services.extending import extend_study
from annotation.services.raters import rater_for
from annotation.services.studies import name_rater
from tests import factories
from tests.annotation.quality_helpers import expect, keyed_study, trainee
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit


@pytest.fixture
def study(project):
    return study_of(project, items=1, overlap=1)


@pytest.fixture
def item(study):
    return study.items.get()


@pytest.fixture
def adam(project):
    user = factories.make_user("adam")
    factories.make_membership(project.team, user, Role.ADJUDICATOR)
    return user


def rated_by_another(study, **fields):
    return submit(claim(rater_in(study)), {"helpful": "4"}, **fields).rating


def look(client, item, name="annotation:item"):
    assert client.get(reverse(name, args=[item.uid])).status_code == 200


DOORS = ("annotation:item", "analytics:item", "analytics:item_json", "api:item_report")


@pytest.mark.parametrize("door", DOORS)
def test_who_looked_before_they_were_named_is_not_given_what_they_saw(
    door, signed_in, alice, adam, project
):
    study = study_of(project, items=2, overlap=2)
    rated_by_another(study)
    seen, unseen = study.items.order_by("seq")
    look(signed_in(adam), seen, door)
    chair = name_rater(actor=alice, study=study, rater=rater_for(adam, project))
    assert submit(claim(chair), {"helpful": "4"}).rating.item == unseen
    assert no_item(chair).why == Why.DONE


def test_an_item_nobody_has_rated_shows_nothing_that_could_be_noted(signed_in, adam, item):
    look(signed_in(adam), item)
    assert not Reveal.objects.exists()


def test_what_was_seen_when_it_was_settled_stays_away_when_it_opens_again(
    signed_in, alice, adam, study, item
):
    chair = rater_in(study, adam)
    rated_by_another(study)
    look(signed_in(adam), item)
    extend_study(actor=alice, study=study, more=1)
    assert no_item(chair).why == Why.DONE


def test_who_saw_a_decision_changes_their_rating_informed_though_it_was_reopened(
    signed_in, alice, adam, project
):
    study = study_of(project, items=1, overlap=2)
    own = submit(claim(rater_in(study, adam)), {"helpful": "1"}).rating
    rated_by_another(study)
    item = study.items.get()
    factories.make_membership(project.team, factories.make_user("mia"), Role.MANAGER)
    client = signed_in(alice)
    page = client.get(reverse("annotation:item", args=[item.uid])).content.decode()
    version = page.split('name="seen" value="')[1].split('"')[0]
    client.post(
        reverse("annotation:item_decide", args=[item.uid]),
        {"seen": version, "q.helpful": "3", "reason": "Between the two."},
    )
    look(signed_in(adam), item)
    reopen(actor=alice, item=item, now=NOW)
    assert submit(own.assignment, {"helpful": "4"}, revises=own.uid).rating.layer == Layer.INFORMED


@pytest.mark.parametrize("name", ["ratings_csv", "ratings_jsonl"])
def test_ratings_leave_the_house_only_to_who_will_not_rate_them_blind(
    name, signed_in, alice, adam, project
):
    study = study_of(project, items=2, overlap=2)
    rated_by_another(study)
    chair = rater_in(study, adam)
    for door in (f"analytics:{name}", f"api:{name}"):
        refused = signed_in(adam).get(reverse(door, args=[study.uid]))
        assert refused.status_code == 409
    b"".join(signed_in(alice).get(reverse(f"analytics:{name}", args=[study.uid])).streaming_content)
    assert claim(chair).item == study.items.order_by("seq").first()
    named = name_rater(actor=None, study=study, rater=rater_for(alice, project))
    assert claim(named).item == study.items.order_by("seq").last()


def test_a_closed_study_is_handed_out_to_all_who_settle(signed_in, adam, study):
    rater_in(study, adam)
    rated_by_another(study)
    Study.objects.update(state=Study.State.CLOSED)
    address = reverse("analytics:ratings_csv", args=[study.uid])
    assert signed_in(adam).get(address).status_code == 200


@pytest.fixture
def training(study):
    """Of the very conversation that the study asks about."""
    keyed = keyed_study(study, Study.Purpose.TRAINING, items=0)
    expect(factories.make_item(keyed, study.items.get().conversation, slots_total=0))
    return keyed


def test_what_a_training_has_shown_does_not_come_blind(study, training):
    chair = rater_in(study)
    submit(claim(trainee(training, chair.rater)), {"helpful": "1"})
    assert no_item(chair).why == Why.DONE


def test_what_a_training_has_shown_does_not_come_to_who_is_named_later(alice, study, training):
    learner = trainee(training)
    submit(claim(learner), {"helpful": "1"})
    assert no_item(name_rater(actor=alice, study=study, rater=learner.rater)).why == Why.DONE


def test_what_a_training_has_shown_does_not_come_when_it_is_drawn_later(alice, study, training):
    learner = trainee(training)
    submit(claim(learner), {"helpful": "1"})
    later = factories.make_study(study.project, study.rubric_version, overlap=1)
    chair = factories.make_study_rater(later, learner.rater)
    draw_items(actor=alice, study=later, size=1, seed=1, now=NOW)
    assert later.items.get().conversation == study.items.get().conversation
    assert no_item(chair).why == Why.DONE


def test_what_a_training_shows_of_an_item_in_hand_makes_it_informed(study, training):
    held = claim(rater_in(study))
    submit(claim(trainee(training, held.rater)), {"helpful": "1"})
    assert submit(held, {"helpful": "2"}).rating.layer == Layer.INFORMED


def test_another_rubric_asks_something_else(project, training):
    other = study_of(project, items=0, overlap=1, criteria={"polite": {}})
    factories.make_item(other, training.items.get().conversation)
    chair = rater_in(other)
    submit(claim(trainee(training, chair.rater)), {"helpful": "1"})
    assert claim(chair).item.study == other


def test_a_training_goes_on_for_who_has_seen_an_item_of_it(study, training):
    """Its answers are shown to everybody; what they say there is never blind."""
    factories.make_item(training, slots_total=0)
    learner = trainee(training)
    submit(claim(learner), {"helpful": "1"})
    assert claim(learner).layer == Layer.TRAINING


def test_who_read_the_key_of_a_control_item_is_not_checked_by_it(signed_in, alice, study, item):
    controls = keyed_study(study, Study.Purpose.CONTROL, items=1)
    look(signed_in(alice), controls.items.get(), "annotation:key")
    assert Reveal.objects.get().item == controls.items.get()


def test_the_hardest_items_are_listed_without_those_the_reader_may_still_rate(
    signed_in, alice, adam, project
):
    from analytics.reports.snapshots import take_snapshot

    study = study_of(project, items=1, overlap=3)
    for point in ("1", "5"):
        submit(claim(rater_in(study)), {"helpful": point})
    take_snapshot(study, now=NOW, replicates=50)
    rater_in(study, adam)
    address = reverse("analytics:agreement_json", args=[study.uid])
    listed = {
        user: json.loads(signed_in(user).get(address).content)[0]["hardest_items"]
        for user in (alice, adam)
    }
    assert (len(listed[alice]), listed[adam]) == (1, [])
