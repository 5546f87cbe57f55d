"""What an end user erases is gone, and everything that counted it counts it no more."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from annotation.models import (
    Assignment,
    AssignmentDraft,
    Item,
    Rating,
    Score,
    ScoreText,
    StudyRater,
    Verdict,
)
from annotation.services.chairs import Why
from annotation.services.drafting import save_draft
from annotation.services.erasure import erase_all, erase_rating
from core.errors import NotFoundError
from core.scales import Kind, Level
from tests.annotation.link_helpers import by_link, joined, link_to
from tests.annotation.rating_helpers import claim, no_item, rater_in, study_of, submit

WORDS = {"kind": Kind.TEXT, "level": Level.NOMINAL, "points": [], "required": False}


@pytest.fixture
def study(project):
    return study_of(project, items=2, overlap=2, criteria={"helpful": {}, "why": WORDS})


def rate(chair, value="4", **fields):
    now = timezone.now()
    return submit(claim(chair, now), {"helpful": value, "why": "It was mine."}, now=now, **fields)


def counts(item):
    item.refresh_from_db()
    return item.slots_open, item.n_submitted, item.state


def test_one_rating_goes_with_its_words_and_its_place_opens(study):
    came, chair = joined(link_to(study))
    rating = rate(chair, comment="I live at 3 Mill Lane").rating
    rate(chair)
    erase_rating(participation=came, rating=rating, now=timezone.now())
    assert Rating.objects.count() == 1
    assert Score.objects.filter(rating__item=rating.item).count() == 0
    assert ScoreText.objects.count() == 1
    assert counts(rating.item) == (2, 0, Item.State.OPEN)
    chair.refresh_from_db()
    assert (chair.n_submitted, chair.n_day) == (1, 1)


def test_revisions_go_with_it(study):
    came, chair = joined(link_to(study))
    first = rate(chair).rating
    assignment = Assignment.objects.select_related("item", "rater", "study").get()
    changed = submit(assignment, {"helpful": "2"}, revises=first.uid, now=timezone.now()).rating
    erase_rating(participation=came, rating=changed, now=timezone.now())
    assert not Rating.objects.exists()
    assert not Score.objects.exists()


def test_what_was_erased_does_not_come_again(study):
    came, chair = joined(link_to(study))
    erased = rate(chair).rating
    erase_rating(participation=came, rating=erased, now=timezone.now())
    assert rate(chair).rating.item != erased.item
    assert no_item(chair, timezone.now()).why == Why.DONE


def test_what_a_device_sends_once_more_brings_nothing_back(study):
    browser, code = by_link(link_to(study))
    chair = StudyRater.objects.select_related("study", "rater").get()
    rating = rate(chair).rating
    url = reverse("annotation:submit", args=[rating.assignment.uid])
    browser.post(reverse("annotation:receipt_erase_one", args=[code, rating.uid]))
    sent = {"client_key": str(rating.client_key), "q.helpful": "4"}
    assert browser.post(url, sent).status_code == 404
    assert not Rating.objects.exists()


def test_a_consensus_that_rested_on_it_is_withdrawn(study):
    came, chair = joined(link_to(study))
    person = rater_in(study)
    rating = rate(chair).rating
    rate(person)
    assert counts(rating.item) == (0, 2, Item.State.SETTLED)
    erase_rating(participation=came, rating=rating, now=timezone.now())
    assert counts(rating.item) == (1, 1, Item.State.OPEN)
    assert not Verdict.objects.filter(current=True).exists()


def test_what_a_person_decided_stands(study, alice):
    came, chair = joined(link_to(study))
    rating = rate(chair, "1").rating
    rate(rater_in(study), "5")
    Verdict.objects.create(
        item=rating.item,
        criterion=study.rubric_version.criteria.get(key="helpful"),
        value=2,
        source=Verdict.Source.ADJUDICATION,
        adjudicator=alice,
    )
    Item.objects.filter(pk=rating.item_id).update(state=Item.State.SETTLED)
    erase_rating(participation=came, rating=rating, now=timezone.now())
    assert counts(rating.item) == (1, 1, Item.State.SETTLED)
    assert Verdict.objects.get(current=True).value == 2


def test_everything_goes_and_a_tombstone_stays(study):
    came, chair = joined(link_to(study))
    now = timezone.now()
    rate(chair)
    held = claim(chair, now)
    save_draft(assignment=held, answers={}, comment="My name is", flagged=False, version=1, now=now)
    assert erase_all(participation=came, now=now) == 1
    for model in (Rating, Score, ScoreText, AssignmentDraft, Assignment, StudyRater):
        assert not model.objects.exists(), model
    assert [counts(item) for item in study.items.all()] == [(2, 0, Item.State.OPEN)] * 2
    came.refresh_from_db()
    assert came.erased_at == came.rater.tombstoned_at == now
    assert erase_all(participation=came, now=now) == 0


def test_nobody_erases_what_another_gave(study):
    link = link_to(study)
    _came, chair = joined(link)
    other, _chair = joined(link)
    with pytest.raises(NotFoundError):
        erase_rating(participation=other, rating=rate(chair).rating, now=timezone.now())
    assert Rating.objects.count() == 1


def test_the_trail_says_that_and_not_what(study):
    came, chair = joined(link_to(study))
    rate(chair, comment="I live at 3 Mill Lane")
    erase_all(participation=came, now=timezone.now())
    entry = AuditEntry.objects.get(verb="receipt.all_erased")
    assert entry.data == {"respondent": "Panel #1", "ratings": 1}
    assert "Mill" not in str(list(AuditEntry.objects.values()))


# The receipt


def test_a_receipt_shows_what_was_given_and_erases_it(study):
    browser, code = by_link(link_to(study))
    chair = StudyRater.objects.select_related("study", "rater").get()
    rating = rate(chair, comment="Quite good").rating
    url = reverse("annotation:receipt", args=[code])
    page = browser.get(url).content.decode()
    assert "Quite good" in page
    assert "It was mine." in page
    assert code in page
    one = reverse("annotation:receipt_erase_one", args=[code, rating.uid])
    assert "This is final" in browser.get(one).content.decode()
    assert browser.post(one).url == url
    assert "Quite good" not in browser.get(url).content.decode()
    assert browser.get(one).status_code == 404


def test_a_receipt_works_without_its_browser_and_after_the_link(study, client):
    link = link_to(study)
    _browser, code = by_link(link)
    link.expires_at = timezone.now()
    link.save()
    answer = client.post("/receipts/", {"code": code.lower().replace("-", " ")})
    assert answer.url == reverse("annotation:receipt", args=[code])
    assert "This link expired" in client.get(answer.url).content.decode()
    client.post(f"{answer.url}erase/")
    assert "You erased everything" in client.get(answer.url).content.decode()


def test_after_erasing_the_desk_is_closed(study):
    browser, code = by_link(link_to(study))
    browser.post(f"/receipts/{code}/erase/")
    assert browser.get(reverse("annotation:rate", args=[study.uid])).status_code == 302
    browser.post(f"/receipts/{code}/resume/")
    assert browser.get(reverse("annotation:rate", args=[study.uid])).status_code == 404


@pytest.mark.parametrize("code", ["ABCD", "2345-6789-ABCD-EFGH"])
def test_a_wrong_code_says_so(client, db, code):
    assert client.post("/receipts/", {"code": code}).status_code in {404, 422}
