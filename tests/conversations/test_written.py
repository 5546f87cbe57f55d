"""What people write beside conversations: looked through on demand, hidden for good."""

import pytest
from django.urls import reverse

from annotation.models import Rating
from conversations.models import LeftText, RedactionRules
from conversations.written import SOURCES, decide_written, look
from core.errors import InvalidError
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

COMMENT = "𠮷田: ann@example.com, 090-1234-5678"
COMMENTS = SOURCES["comments"]


@pytest.fixture
def rating(project):
    study = factories.make_study(project)
    item = factories.make_item(study)
    return factories.make_rating(item, comment=COMMENT)


def decide(project, place, actor=None, source=COMMENTS, **given):
    decide_written(
        actor=actor, project=project, source=source, key=place.key, seen=place.seen, now=NOON,
        **{"state": "accepted", **given},
    )  # fmt: skip


def test_places_are_shown_and_what_is_hidden_is_rewritten(alice, project, rating):
    mail, tel = look(project, COMMENTS).places
    assert (mail.words, mail.before, tel.words) == ("ann@example.com", "𠮷田: ", "090-1234-5678")
    decide(project, mail, alice)
    rating.refresh_from_db()
    assert rating.comment == "𠮷田: [e-mail], 090-1234-5678"
    with pytest.raises(InvalidError, match="any more"):
        decide(project, tel, alice)
    (tel,) = look(project, COMMENTS).places
    decide(project, tel, alice)
    assert look(project, COMMENTS).places == []


def test_what_is_left_is_not_shown_again_and_words_are_left_for_the_project(project, rating):
    mail, tel = look(project, COMMENTS).places
    decide(project, mail, state="dismissed")
    decide(project, tel, state="dismissed", always=True)
    assert look(project, COMMENTS).places == []
    Rating.objects.filter(pk=rating.pk).update(comment=f"{COMMENT}!")
    (again,) = look(project, COMMENTS).places
    assert again.words == "ann@example.com"
    assert LeftText.objects.count() == 2


def test_names_of_the_list_are_found_and_other_projects_are_apart(project, rating):
    RedactionRules.objects.create(project=project, names="𠮷田")
    assert look(project, COMMENTS).places[0].words == "𠮷田"
    other = factories.make_project()
    assert look(other, COMMENTS).n_texts == 0
    with pytest.raises(InvalidError):
        decide(other, look(project, COMMENTS).places[0])


def test_a_page_ends_where_enough_was_found_and_the_next_goes_on(project, monkeypatch):
    monkeypatch.setattr("conversations.written.SHOWN", 2)
    item = factories.make_item(factories.make_study(project))
    for _n in range(3):
        factories.make_rating(item, comment="ann@example.com")
    first = look(project, COMMENTS)
    assert (len(first.places), first.n_texts) == (2, 2)
    rest = look(project, COMMENTS, first.following)
    assert (len(rest.places), rest.following) == (1, None)


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_kind_of_text_has_a_page(client, alice, project, rating, name):
    client.force_login(alice)
    answer = client.get(reverse("conversations:written", args=[project.uid]), {"source": name})
    assert answer.status_code == 200
    assert ("ann@example.com" in answer.text) is (name == "comments")


def test_a_kind_that_there_is_not_is_refused(client, alice, project):
    client.force_login(alice)
    answer = client.get(reverse("conversations:written", args=[project.uid]), {"source": "x"})
    assert answer.status_code == 404
