"""An item in dispute goes back to its raters with a question; the blind layer stays as it is."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Role
from annotation.answers import Answer
from annotation.inquiry_page import own_inquiries
from annotation.models import Inquiry, Item, Layer, Rating, Reply, Score
from annotation.services.inquiries import answer_inquiry, ask_raters
from annotation.services.revising import may_change, take_back
from annotation.services.settling import cases_of
from core.errors import DomainError, InvalidError, NotAllowedError
from tests import factories
from tests.annotation.settling_helpers import LATER, TWO, rated_item, settle, study_with
from tests.conftest import member

pytestmark = pytest.mark.django_db
WORDS = "Did you see the second passage?"


@pytest.fixture
def ann(team):
    return member(team, "ann", Role.RATER)


@pytest.fixture
def rater(project, ann):
    return factories.make_rater(project, user=ann)


@pytest.fixture
def item(project, rater):
    study = study_with(project, TWO)
    return rated_item(
        study,
        {"helpful": 0, "correct": 4},
        {"helpful": 4, "correct": 4},
        {"helpful": 2, "correct": 4},
        raters=[rater],
    )


@pytest.fixture
def reply(alice, item):
    return ask_raters(actor=alice, item=item, words=WORDS, now=LATER).replies.get()


def answer(ann, reply, words="", **answers):
    said = {name: Answer(point) for name, point in answers.items()}
    return answer_inquiry(actor=ann, reply=reply, words=words, answers=said, now=LATER)


def test_those_with_an_account_are_asked_and_told(ann, item, reply):
    assert reply.rater.user == ann
    assert list(own_inquiries(ann)) == [reply]
    assert AuditEntry.objects.filter(verb="item.raters_asked").get().data["raters"] == 1


def test_the_same_question_sent_twice_is_one(alice, item, reply):
    ask_raters(actor=alice, item=item, words=WORDS, now=LATER)
    assert Inquiry.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "problem"), [("  ", "Write the question"), ("x" * 4_001, "4,?001")]
)
def test_a_question_has_words_and_an_end(alice, item, words, problem):
    with pytest.raises(InvalidError, match=problem):
        ask_raters(actor=alice, item=item, words=words, now=LATER)


def test_who_rated_the_item_does_not_ask_about_it(ann, item):
    with pytest.raises(NotAllowedError):
        ask_raters(actor=ann, item=item, words=WORDS, now=LATER)


def test_nobody_is_asked_about_what_is_decided(alice, item):
    settle(alice, item, {"helpful": "3"})
    with pytest.raises(DomainError, match="not in dispute"):
        ask_raters(actor=alice, item=item, words=WORDS, now=LATER)


def test_without_accounts_there_is_nobody_to_ask(alice, project):
    item = rated_item(study_with(project), {"helpful": 0}, {"helpful": 4}, {"helpful": 2})
    with pytest.raises(DomainError, match="nobody to ask"):
        ask_raters(actor=alice, item=item, words=WORDS, now=LATER)


def test_an_answer_may_be_words_alone(ann, reply, item):
    answer(ann, reply, "I overlooked it.")
    reply.refresh_from_db()
    assert (reply.words, reply.rating) == ("I overlooked it.", None)
    assert not own_inquiries(ann).exists()


def test_another_choice_is_a_rating_of_a_layer_of_its_own(ann, reply, item):
    before = cases_of(item)
    blind = Rating.objects.get(rater=reply.rater)
    informed = answer(ann, reply, helpful="4").rating
    assert (informed.layer, informed.revision_of) == (Layer.INFORMED, blind)
    assert sorted(informed.scores.values_list("criterion__key", "value")) == [
        ("correct", 4),
        ("helpful", 3),
    ]
    assert set(informed.scores.values_list("layer", flat=True)) == {"informed"}
    blind.refresh_from_db()
    assert blind.current
    assert [case.column for case in cases_of(item)] == [case.column for case in before]
    item.refresh_from_db()
    assert item.state == Item.State.DISPUTED


def test_the_same_choice_once_more_is_no_answer(ann, reply):
    with pytest.raises(InvalidError, match="choose another point"):
        answer(ann, reply, helpful="1")


def test_a_point_that_is_not_there_is_refused_and_nothing_is_kept(ann, reply):
    with pytest.raises(InvalidError):
        answer(ann, reply, "Now I see.", helpful="9")
    reply.refresh_from_db()
    assert reply.at is None
    assert not Rating.objects.filter(layer=Layer.INFORMED).exists()


def test_an_answer_sent_twice_is_one(ann, reply):
    answer(ann, reply, helpful="4")
    answer(ann, reply, helpful="5")
    assert Rating.objects.filter(layer=Layer.INFORMED).count() == 1


def test_a_second_question_may_change_the_answer_again(alice, ann, item, reply):
    answer(ann, reply, helpful="4")
    second = ask_raters(actor=alice, item=item, words="And the third?", now=LATER).replies.get()
    answer(ann, second, helpful="5")
    current = Rating.objects.filter(layer=Layer.INFORMED, current=True).get()
    assert current.scores.get(criterion__key="helpful").value == 4
    assert Score.objects.filter(layer="informed", current=True).count() == 2


def test_a_decision_ends_the_question(alice, ann, item, reply):
    settle(alice, item, {"helpful": "3"})
    assert not own_inquiries(ann).exists()
    with pytest.raises(DomainError, match="not in dispute"):
        answer(ann, reply, "Too late.")


def test_a_question_about_a_rating_that_was_set_aside_is_over(signed_in, ann, item, reply):
    Rating.objects.filter(rater=reply.rater).update(layer=Layer.EXTRA)
    assert not own_inquiries(ann)
    page = signed_in(ann).get(reply.get_absolute_url()).content.decode()
    assert "needs no answer any more" in page
    assert "decided" not in page
    with pytest.raises(DomainError, match="needs no answer"):
        answer(ann, reply, "I saw it.")


def test_who_was_asked_does_not_change_the_blind_rating_any_more(ann, item, rater, alice):
    assignment = factories.make_assignment(
        item, rater, state="submitted", submitted_at=LATER, layer=Layer.EXTRA
    )
    Rating.objects.filter(rater=rater).update(assignment=assignment)
    may_change(assignment)
    ask_raters(actor=alice, item=item, words=WORDS, now=LATER)
    with pytest.raises(DomainError, match="You were asked about this item"):
        take_back(actor=ann, assignment=assignment, draft={}, now=LATER)


def test_the_rater_finds_the_question_and_answers_it(signed_in, ann, item, reply):
    client = signed_in(ann)
    assert WORDS in client.get(reverse("annotation:my_studies")).content.decode()
    page = client.get(reply.get_absolute_url()).content.decode()
    assert WORDS in page
    assert "My parcel has not arrived." in page
    assert "Cannot be settled" not in page
    refused = client.post(reply.get_absolute_url(), {"words": "", "q.helpful": "1"})
    assert refused.status_code == 422
    assert "choose another point" in refused.content.decode()
    sent = client.post(reply.get_absolute_url(), {"words": "Yes.", "q.helpful": "4"})
    assert sent.status_code == 302
    assert (
        "You have answered this question" in client.get(reply.get_absolute_url()).content.decode()
    )
    mine = client.get(reverse("annotation:my_ratings", args=[item.study.uid]))
    assert mine.status_code in {200, 403}


def test_the_question_is_nobody_elses(signed_in, team, bob, alice, reply):
    for person in (bob, alice):
        assert signed_in(person).get(reply.get_absolute_url()).status_code == 404


def test_the_adjudicator_asks_on_the_item_and_reads_the_answers(signed_in, alice, ann, item):
    client = signed_in(alice)
    url = reverse("annotation:item", args=[item.uid])
    assert "Ask 1 rater" in client.get(url).content.decode()
    client.post(reverse("annotation:item_ask", args=[item.uid]), {"question": WORDS})
    assert "No answer yet" in client.get(url).content.decode()
    answer(ann, Reply.objects.get(), "I overlooked it.", helpful="4")
    page = client.get(url).content.decode()
    assert "I overlooked it." in page
    assert "→ <b>4</b>" in page
    assert "Ann" not in page.split('id="asked"')[1].split("</section>")[0]
