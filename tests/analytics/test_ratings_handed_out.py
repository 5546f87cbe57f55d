"""All ratings of a study, to somebody who rates there: asked first, noted as they leave."""

import json

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Role
from analytics import exports
from annotation.models import Layer, Reveal, Study
from annotation.services.chairs import Why
from annotation.services.reveals import hand_out_ratings
from tests import factories
from tests.annotation.rating_helpers import NOW, claim, no_item, rater_in, study_of, submit

FORMS = ["csv", "jsonl"]


@pytest.fixture
def study(project):
    return study_of(project, items=2, overlap=2)


@pytest.fixture
def adam(project):
    user = factories.make_user("adam")
    factories.make_membership(project.team, user, Role.ADJUDICATOR)
    return user


def rate_one(study, **fields):
    return submit(claim(rater_in(study)), {"helpful": "4"}, **fields).rating


def page_for(study, form):
    return reverse(f"analytics:ratings_{form}", args=[study.uid])


def whole(response) -> str:
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content).decode()


@pytest.mark.parametrize("form", FORMS)
def test_the_page_asks_first_whoever_may_still_rate_blind(form, signed_in, adam, study):
    rate_one(study, comment="Well said")
    rater_in(study, adam)
    asked = signed_in(adam).get(page_for(study, form))
    page = asked.content.decode()
    assert asked.status_code == 409
    assert "Others have rated 1 item that you may still rate blind." in page
    assert f'action="{page_for(study, form)}"' in page
    assert "Well said" not in page
    assert not Reveal.objects.exists()
    assert not AuditEntry.objects.filter(verb="study.ratings_fetched").exists()


def test_a_program_at_the_page_is_told_in_its_envelope(signed_in, adam, study):
    rate_one(study)
    rater_in(study, adam)
    answer = signed_in(adam).get(page_for(study, "csv"), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "still_blind")


def at_the_page(client, study, form):
    return client.post(page_for(study, form))


def at_the_api(client, study, form):
    return client.post(reverse("api:ratings_reveal", args=[study.uid]) + f"?format={form}")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ask", [at_the_page, at_the_api])
def test_who_would_rather_see_them_gets_them_and_is_noted(form, ask, signed_in, adam, study):
    rate_one(study, comment="Well said")
    chair, client = rater_in(study, adam), signed_in(adam)
    assert "Well said" in whole(ask(client, study, form))
    seen, unseen = study.items.order_by("seq")
    assert [(one.item, one.how) for one in Reveal.objects.all()] == [(seen, "export")]
    assert submit(claim(chair), {"helpful": "3"}).rating.item == unseen
    assert no_item(chair).why == Why.DONE
    entry = AuditEntry.objects.get(verb="study.ratings_revealed")
    assert (entry.actor, entry.data) == (adam, {"items": 1})
    assert AuditEntry.objects.filter(verb="study.ratings_fetched", actor=adam).exists()
    assert "Well said" in whole(client.get(page_for(study, form)))


def test_the_api_refuses_with_a_code_that_names_the_way_out(signed_in, adam, study):
    rate_one(study)
    rater_in(study, adam)
    answer = signed_in(adam).get(reverse("api:ratings_jsonl", args=[study.uid]))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "still_blind")


def test_a_form_that_does_not_exist_is_refused_and_nothing_is_noted(signed_in, adam, study):
    rate_one(study)
    rater_in(study, adam)
    assert at_the_api(signed_in(adam), study, "parquet").status_code == 422
    assert not AuditEntry.objects.filter(verb="study.ratings_revealed").exists()


def test_what_is_in_hand_becomes_informed_by_the_file(signed_in, adam, study):
    held = claim(rater_in(study, adam))
    rate_one(study)
    whole(at_the_page(signed_in(adam), study, "csv"))
    assert submit(held, {"helpful": "2"}).rating.layer == Layer.INFORMED


def test_what_nobody_else_has_rated_stays_blind(signed_in, adam, project):
    study = study_of(project, items=2, overlap=2)
    own = submit(claim(rater_in(study, adam)), {"helpful": "2"}).rating
    factories.make_rating(study.items.get(seq=2), scores={"helpful": 3})
    whole(at_the_page(signed_in(adam), study, "csv"))
    assert [one.item.seq for one in Reveal.objects.all()] == [2]
    changed = submit(own.assignment, {"helpful": "5"}, revises=own.uid).rating
    assert changed.layer == Layer.BLIND


@pytest.fixture
def short_pages(monkeypatch):
    monkeypatch.setattr(exports, "FIRST_ITEMS", 1)
    monkeypatch.setattr(exports, "MOST_ITEMS", 1)


@pytest.mark.usefixtures("short_pages")
def test_what_is_rated_while_the_file_leaves_is_noted_before_it_leaves(adam, study):
    first, second = study.items.order_by("seq")
    factories.make_rating(first, scores={"helpful": 3})
    rater_in(study, adam)
    given = hand_out_ratings(user=adam, study=study, now=NOW, looks=True)
    lines = exports.jsonl(study, given)
    assert json.loads(next(lines))["item"] == 1
    factories.make_rating(second, scores={"helpful": 3})
    assert json.loads(next(lines))["item"] == 2
    assert set(Reveal.objects.values_list("item", flat=True)) == {first.pk, second.pk}
    lines.close()


@pytest.mark.usefixtures("short_pages")
def test_what_a_broken_off_file_did_not_hold_still_comes_blind(adam, study):
    for item in study.items.order_by("seq"):
        factories.make_rating(item, scores={"helpful": 3})
    chair = rater_in(study, adam)
    lines = exports.jsonl(study, hand_out_ratings(user=adam, study=study, now=NOW, looks=True))
    assert json.loads(next(lines))["item"] == 1
    lines.close()
    assert claim(chair).item.seq == 2


def test_who_does_not_rate_there_is_not_asked_and_nothing_is_noted(signed_in, adam, study):
    rate_one(study, comment="Well said")
    assert "Well said" in whole(signed_in(adam).get(page_for(study, "csv")))
    assert not Reveal.objects.exists()
    assert not AuditEntry.objects.filter(verb="study.ratings_revealed").exists()


def test_the_study_page_leads_to_the_ratings_once_there_are_any(signed_in, adam, study):
    address = reverse("annotation:study", args=[study.uid])
    assert page_for(study, "csv") not in signed_in(adam).get(address).content.decode()
    rate_one(study)
    Study.objects.update(state=Study.State.CLOSED)
    page = signed_in(adam).get(address).content.decode()
    assert page_for(study, "csv") in page
    assert page_for(study, "jsonl") in page
