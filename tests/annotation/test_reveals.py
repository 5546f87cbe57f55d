import pytest
from django.urls import reverse

from accounts.models import Role
from annotation.models import Assignment, Layer, Rating, Reveal, Study, Verdict
from annotation.services.chairs import Why
from annotation.services.raters import rater_for
from annotation.services.reveals import How, reveal_to
from annotation.services.studies import name_rater
from tests import factories
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit


@pytest.fixture
def study(project):
    return study_of(project, items=1, overlap=2)


@pytest.fixture
def item(study):
    return study.items.get()


@pytest.fixture
def adam(project):
    user = factories.make_user("adam")
    factories.make_membership(project.team, user, Role.ADJUDICATOR)
    return user


def show(client, item) -> str:
    return client.get(reverse("annotation:item", args=[item.uid])).content.decode()


def ask_to_see(client, item) -> None:
    client.post(reverse("annotation:item_reveal", args=[item.uid]))


def test_ratings_are_hidden_from_who_may_still_rate_until_they_ask(signed_in, adam, study, item):
    rater_in(study, adam)
    submit(claim(rater_in(study)), {"helpful": "4"}, comment="Well said")
    client = signed_in(adam)
    assert "Well said" not in show(client, item)
    assert not Reveal.objects.exists()
    ask_to_see(client, item)
    assert "Well said" in show(client, item)
    assert Reveal.objects.get().how == "item"


def test_what_was_seen_does_not_come_any_more(signed_in, adam, study, item):
    chair = rater_in(study, adam)
    ask_to_see(signed_in(adam), item)
    seen = Assignment.objects.get(rater=chair.rater)
    assert (seen.state, seen.slot) == (Assignment.State.SEEN, 0)
    assert no_item(chair).why == Why.DONE
    item.refresh_from_db()
    assert item.slots_open == 2


def test_what_is_in_hand_becomes_informed_and_leaves_its_place(signed_in, adam, study, item):
    held = claim(rater_in(study, adam))
    ask_to_see(signed_in(adam), item)
    assert submit(held, {"helpful": "2"}).rating.layer == Layer.INFORMED
    item.refresh_from_db()
    assert (item.slots_open, item.n_submitted) == (2, 0)


def test_a_rating_changed_after_looking_is_kept_beside_the_blind_one(signed_in, adam, study, item):
    first = submit(claim(rater_in(study, adam)), {"helpful": "2"}).rating
    ask_to_see(signed_in(adam), item)
    submit(first.assignment, {"helpful": "5"}, revises=first.uid)
    standing = Rating.objects.filter(rater=first.rater, current=True)
    assert set(standing.values_list("layer", flat=True)) == {Layer.BLIND, Layer.INFORMED}


def test_raters_who_may_decide_on_their_own_items_ask_too(signed_in, adam, project):
    study = study_of(project, items=1, overlap=2, adjudicate_own=True)
    submit(claim(rater_in(study, adam)), {"helpful": "2"})
    submit(claim(rater_in(study)), {"helpful": "5"}, comment="Well said")
    client, item = signed_in(adam), study.items.get()
    assert "Well said" not in show(client, item)
    ask_to_see(client, item)
    assert "Well said" in show(client, item)


def test_who_is_named_later_does_not_get_what_they_have_seen(alice, adam, study, item):
    rater = rater_for(adam, study.project)
    reveal_to(user=adam, item=item, how=How.ITEM, now=NOW)
    chair = name_rater(actor=alice, study=study, rater=rater)
    assert no_item(chair).why == Why.DONE


def test_looking_twice_is_one_reveal(adam, study, item):
    rater_in(study, adam)
    for _n in range(2):
        reveal_to(user=adam, item=item, how=How.ITEM, now=NOW)
    assert (Reveal.objects.count(), Assignment.objects.count()) == (1, 1)


def test_who_rates_nowhere_need_not_ask(signed_in, adam, study, item):
    submit(claim(rater_in(study)), {"helpful": "4"}, comment="Well said")
    assert "Well said" in show(signed_in(adam), item)


def test_what_is_decided_may_be_seen_without_asking(signed_in, adam, study, item):
    submit(claim(rater_in(study, adam)), {"helpful": "2"})
    submit(claim(rater_in(study)), {"helpful": "4"}, comment="Well said")
    Verdict.objects.create(
        item=item,
        criterion=study.rubric_version.criteria.get(),
        value=3,
        source=Verdict.Source.ADJUDICATION,
    )
    assert "Well said" in show(signed_in(adam), item)


def test_the_item_report_hides_the_same(signed_in, alice, adam, study, item):
    rater_in(study, adam)
    submit(claim(rater_in(study)), {"helpful": "4"})
    client = signed_in(adam)
    page = client.get(reverse("analytics:item", args=[item.uid])).content.decode()
    assert "The ratings are hidden from you" in page
    json = reverse("analytics:item_json", args=[item.uid])
    assert client.get(json).status_code == 409
    assert client.get(reverse("api:item_report", args=[item.uid])).status_code == 409
    assert signed_in(alice).get(json).status_code == 200


def test_a_closed_study_shows_all(signed_in, adam, study, item):
    rater_in(study, adam)
    submit(claim(rater_in(study)), {"helpful": "4"}, comment="Well said")
    Study.objects.update(state=Study.State.CLOSED)
    assert "Well said" in show(signed_in(adam), item)


def test_who_could_join_by_coming_asks_too_and_gets_nothing_they_have_seen(
    signed_in, adam, study, item
):
    Study.objects.update(open_to=Study.OpenTo.EVERYONE)
    submit(claim(rater_in(study)), {"helpful": "4"}, comment="Well said")
    client = signed_in(adam)
    assert "Well said" not in show(client, item)
    ask_to_see(client, item)
    assert "Well said" in show(client, item)
    page = client.get(reverse("annotation:rate", args=[study.uid])).content.decode()
    assert "there is nothing left for you to rate" in page


def test_a_flag_stays_silent_while_the_reader_may_change_their_own_rating(
    signed_in, alice, study, item
):
    own = submit(claim(rater_in(study, alice)), {"helpful": "2"}).rating
    submit(claim(rater_in(study)), {"helpful": "4"}, comment="Well said", flagged=True)
    flagged = reverse("annotation:flagged", args=[study.uid])
    client = signed_in(alice)
    assert "Well said" not in client.get(flagged).content.decode()
    reveal_to(user=alice, item=item, how=How.ITEM, now=NOW)
    assert "Well said" in client.get(flagged).content.decode()
    assert own.current


def test_who_reads_the_words_of_a_flag_does_not_get_the_item_later(signed_in, alice, study, item):
    submit(claim(rater_in(study)), {"helpful": "4"}, comment="Well said", flagged=True)
    client, page = signed_in(alice), reverse("annotation:flagged", args=[study.uid])
    for _time in range(2):
        assert "Well said" in client.get(page).content.decode()
    assert Reveal.objects.get().item == item
    name_rater(actor=alice, study=study, rater=rater_for(alice, study.project))
    assert no_item(study.study_raters.get(rater__user=alice)).why == Why.DONE
