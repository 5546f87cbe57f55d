"""What people write beside conversations: looked through on demand, hidden for good."""

import pytest
from django.urls import reverse

from annotation.models import (
    Assignment,
    CriterionHold,
    ExampleProposal,
    ExpectedAnswer,
    Rating,
    Verdict,
)
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


@pytest.fixture
def written(alice, project, rating):
    """A row of each kind that is beside a rating, with the same words."""
    item = rating.item
    criterion = item.study.rubric_version.criteria.get()
    chair = factories.make_study_rater(item.study, rating.rater)
    chair.excluded_at, chair.excluded_because = NOON, COMMENT
    chair.save()
    skipped = factories.make_assignment(item, skip_reason=COMMENT, state=Assignment.State.SKIPPED)
    hold = CriterionHold.objects.create(
        study=item.study, criterion=criterion, item=item, reason=COMMENT, actor=alice
    )
    verdict = Verdict.objects.create(
        item=item, criterion=criterion, value=0, source=Verdict.Source.ADJUDICATION
    )
    example = ExampleProposal.objects.create(verdict=verdict, words=COMMENT)
    why = {"en": COMMENT, "ja": f"はい。{COMMENT}"}
    key = ExpectedAnswer.objects.create(item=item, criterion=criterion, value=0, why=why)
    ExpectedAnswer.objects.create(item=item, criterion=criterion, value=0, turn=0)
    return {
        "skips": (skipped, "skip_reason"),
        "holds": (hold, "reason"),
        "examples": (example, "words"),
        "left-out": (chair, "excluded_because"),
        "keys": (key, "why"),
    }


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


@pytest.mark.parametrize("name", ["skips", "holds", "examples", "left-out"])
def test_what_is_written_around_a_rating_is_looked_through_and_hidden(
    alice, project, written, name
):
    row, field = written[name]
    source = SOURCES[name]
    mail, _tel = look(project, source).places
    decide(project, mail, alice, source)
    decide(project, look(project, source).places[0], alice, source)
    row.refresh_from_db()
    assert getattr(row, field) == "𠮷田: [e-mail], [telephone]"
    assert look(project, source) == ([], 1, None)


def test_words_in_several_languages_are_hidden_each_where_it_stands(alice, project, written):
    key, _field = written["keys"]
    source = SOURCES["keys"]
    looked = look(project, source)
    assert (looked.n_texts, len(looked.places)) == (1, 4)
    decide(project, looked.places[2], alice, source)
    key.refresh_from_db()
    assert key.why == {"en": COMMENT, "ja": "はい。𠮷田: ［メールアドレス］, 090-1234-5678"}
    with pytest.raises(InvalidError, match="any more"):
        decide(project, looked.places[3], alice, source)
    assert len(look(project, source).places) == 3


def test_the_same_words_in_two_languages_are_one_place(alice, project, written):
    key, _field = written["keys"]
    ExpectedAnswer.objects.filter(pk=key.pk).update(why={"en": COMMENT, "ja": COMMENT})
    source = SOURCES["keys"]
    mail, _tel = look(project, source).places
    decide(project, mail, alice, source)
    key.refresh_from_db()
    assert set(key.why.values()) == {"𠮷田: [e-mail], 090-1234-5678"}


def test_a_label_that_is_longer_than_what_it_hides_finds_room(alice, project, written):
    row, _field = written["skips"]
    Assignment.objects.filter(pk=row.pk).update(skip_reason=f"a@b.de {'x' * 193}")
    source = SOURCES["skips"]
    decide(project, look(project, source).places[0], alice, source)
    row.refresh_from_db()
    assert row.skip_reason == f"[e-mail] {'x' * 191}"


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_kind_of_text_has_a_page(client, alice, project, written, name):
    client.force_login(alice)
    answer = client.get(reverse("conversations:written", args=[project.uid]), {"source": name})
    assert answer.status_code == 200
    assert ("ann@example.com" in answer.text) is (name in {"comments", *written})


@pytest.mark.parametrize("name", ["comments", "skips", "holds", "examples", "left-out", "keys"])
def test_each_place_leads_to_a_page_where_its_words_stand(client, alice, project, written, name):
    client.force_login(alice)
    Rating.objects.update(comment="")  # the page of an item shows several kinds
    if name == "comments":
        Rating.objects.update(comment=COMMENT)
    source = SOURCES[name]
    if name == "keys":
        row, _field = written[name]
        type(row.item.study).objects.update(purpose="training")
    answer = client.get(reverse(source.page, args=[look(project, source).places[0].uid]))
    assert answer.status_code == 200
    assert "ann@example.com" in answer.text


def test_a_kind_that_there_is_not_is_refused(client, alice, project):
    client.force_login(alice)
    answer = client.get(reverse("conversations:written", args=[project.uid]), {"source": "x"})
    assert answer.status_code == 404
