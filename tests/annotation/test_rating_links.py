"""Links for end users: who they let in, how many, for how long, and what is written down."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from annotation.consent import DEFAULT, consent_hash
from annotation.link_tokens import canonical, new_code, path_of, receipt_hash, token_of
from annotation.models import Participation, RaterKind, RatingLink, Study, StudyRater
from annotation.services.chairs import Why
from annotation.services.links import extend_link, join, revoke_link, why_no_links
from annotation.services.policies import check_policy
from annotation.services.qualifying import make_qualification
from annotation.services.quality import FIELDS, change_quality
from core.errors import DomainError, InvalidError
from tests.annotation.link_helpers import by_link, joined, link_to
from tests.annotation.rating_helpers import claim, no_item, rater_in, study_of, submit


@pytest.fixture
def study(project):
    return study_of(project, items=4, overlap=2)


def test_joining_makes_a_respondent_with_a_cap(study):
    came, chair = joined(link_to(study), language="ja")
    assert came.rater.kind == RaterKind.RESPONDENT
    assert came.rater.user is None
    assert chair.cap == 3
    assert came.language == "ja"
    assert came.consent_hash == consent_hash("ja", DEFAULT["ja"])


def test_neither_the_link_nor_the_code_lies_in_the_database(study):
    link, code = link_to(study), new_code()
    joined(link, code=code)
    stored = [*RatingLink.objects.values(), *Participation.objects.values()]
    assert token_of(link) not in str(stored)
    assert code not in str(stored)
    assert Participation.objects.get().receipt_hash == receipt_hash(code.lower().replace("-", " "))


@pytest.mark.parametrize("code", ["", "ABCD", "0000-0000-0000-0000", "IIII" * 4, "ABCD" * 5])
def test_what_is_no_code_opens_nothing(code):
    assert canonical(code) == receipt_hash(code) == ""


def test_a_code_sent_twice_is_one_person(study):
    link, code = link_to(study), new_code()
    first, _chair = joined(link, code=code)
    again, _chair = joined(link, code=code)
    link.refresh_from_db()
    assert again == first
    assert link.n_joined == 1


def test_a_link_for_one_person_lets_in_one(study):
    link = link_to(study, quota=1)
    joined(link)
    with pytest.raises(DomainError, match="for one person and has been used"):
        joined(link)
    assert Participation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_crowd_at_the_door_does_not_pass_the_quota(project):
    link = link_to(study_of(project), quota=3)

    def come(_n):
        try:
            return bool(join(link=link, code=new_code(), language="en", now=timezone.now()))
        except DomainError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(come, range(8))) == 3
    link.refresh_from_db()
    assert link.n_joined == Participation.objects.count() == StudyRater.objects.count() == 3


def test_the_database_itself_holds_the_quota(study):
    link = link_to(study, quota=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        RatingLink.objects.filter(pk=link.pk).update(n_joined=2)


def test_whoever_came_rates_up_to_the_cap_and_is_told_of_the_receipt(study):
    _came, chair = joined(link_to(study, items_each=2))
    for _n in range(2):
        submit(claim(chair, timezone.now()), {"helpful": "4"}, now=timezone.now())
    assert no_item(chair, timezone.now()).why == Why.CAP


def test_a_withdrawn_link_gives_no_more_items_and_keeps_what_was_given(study):
    link = link_to(study)
    came, chair = joined(link)
    submit(claim(chair, timezone.now()), {"helpful": "4"}, now=timezone.now())
    revoke_link(actor=link.created_by, link=link, now=timezone.now())
    assert no_item(chair, timezone.now()).why == Why.LINK_OVER
    assert came.rater.ratings.count() == 1
    with pytest.raises(DomainError, match="withdrawn"):
        joined(link)


def test_what_is_in_hand_when_the_link_ends_may_still_be_submitted(study):
    link = link_to(study)
    _came, chair = joined(link)
    held = claim(chair, timezone.now())
    revoke_link(actor=link.created_by, link=link, now=timezone.now())
    assert claim(chair, timezone.now()) == held


def test_an_expired_link_says_when_and_an_extended_one_goes_on(study):
    now = timezone.now()
    link = link_to(study, days=1)
    _came, chair = joined(link)
    later = now + timedelta(days=2)
    assert no_item(chair, later).why == Why.LINK_OVER
    with pytest.raises(DomainError, match="expired on"):
        joined(link, now=later)
    extend_link(actor=link.created_by, link=link, quota=5, days=3, now=later)
    assert claim(chair, later)


def test_a_link_is_not_cut_below_those_who_joined(study):
    link = link_to(study)
    joined(link)
    joined(link)
    with pytest.raises(InvalidError, match="2 people have joined"):
        extend_link(actor=link.created_by, link=link, quota=1, days=1, now=timezone.now())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": Study.State.CLOSED}, "no more ratings"),
        ({"imported": True}, "no more ratings"),
        ({"purpose": Study.Purpose.TRAINING}, "ordinary studies"),
        ({"purpose": Study.Purpose.CALIBRATION}, "ordinary studies"),
        ({"policy": Study.Policy.BLOCKS}, "Balanced blocks"),
    ],
)
def test_studies_that_cannot_take_strangers_say_so(project, fields, words):
    study = study_of(project, **fields)
    assert words in why_no_links(study)
    with pytest.raises(DomainError, match=words):
        link_to(study)


@pytest.mark.parametrize("state", [Study.State.DRAFT, Study.State.PAUSED, Study.State.CLOSED])
def test_nobody_joins_a_study_that_is_not_open(study, state):
    link = link_to(study)
    Study.objects.filter(pk=study.pk).update(state=state)
    with pytest.raises(DomainError):
        joined(link)


def test_the_trail_names_the_respondent(study, client):
    browser, _code = by_link(link_to(study))
    assignment = claim(StudyRater.objects.select_related("study", "rater").get(), timezone.now())
    browser.post(
        reverse("annotation:skip", args=[assignment.uid]), {"reason": "It is about my mother."}
    )
    skipped = AuditEntry.objects.get(verb="item.skipped")
    assert skipped.actor is None
    assert skipped.data == {"respondent": "Panel #1", "reason": ""}
    assert AuditEntry.objects.filter(verb="link.made").exists()


# The pages


def test_the_page_of_a_link_asks_in_the_readers_language(study, client):
    path = path_of(link_to(study))
    assert "voluntary" in client.get(path).content.decode()
    page = client.get(path, headers={"accept-language": "ja"}).content.decode()
    assert "参加は任意です" in page
    assert 'lang="ja"' in page


def test_a_broken_link_is_told_from_an_ended_one(study, client):
    link = link_to(study)
    assert client.get(path_of(link)[:-3] + "/").status_code == 404
    revoke_link(actor=link.created_by, link=link, now=timezone.now())
    page = client.get(path_of(link))
    assert page.status_code == 200
    assert "was withdrawn" in page.content.decode()
    assert "I agree" not in page.content.decode()


def test_a_respondent_rates_on_the_page_of_all_raters(study):
    browser, _code = by_link(link_to(study))
    page = browser.get(reverse("annotation:rate", args=[study.uid]))
    assert page.status_code == 200
    assignment = page.context["desk"].assignment
    answer = browser.post(
        reverse("annotation:submit", args=[assignment.uid]),
        {"client_key": "018f0000-0000-7000-8000-000000000001", "q.helpful": "4"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    score = assignment.rater.scores.get()
    assert (score.kind, score.value) == ("respondent", 3)


def test_opening_the_link_again_leads_on(study):
    link = link_to(study)
    browser, code = by_link(link)
    page = browser.get(path_of(link))
    assert page.context["own_code"] == code
    assert browser.post(f"/receipts/{code}/resume/").url == reverse(
        "annotation:rate", args=[study.uid]
    )


def test_somebody_else_on_the_same_device_is_another_respondent(study):
    link = link_to(study)
    browser, _code = by_link(link)
    page = browser.get(path_of(link))
    browser.post(f"{path_of(link)}join/", {"code": page.context["code"]})
    assert Participation.objects.count() == 2


def test_who_is_signed_in_sees_the_page_and_joins_as_nobody_else(study, signed_in, bob):
    link = link_to(study)
    browser = signed_in(bob)
    assert "You are signed in as Bob" in browser.get(path_of(link)).content.decode()
    browser.post(f"{path_of(link)}join/", {"code": new_code()})
    assert not Participation.objects.exists()


def test_signing_in_takes_the_seat_of_the_account(study, bob):
    browser, _code = by_link(link_to(study))
    mine = rater_in(study, bob)
    browser.force_login(bob)
    page = browser.get(reverse("annotation:rate", args=[study.uid]))
    assert page.context["desk"].assignment.rater == mine.rater


def test_no_address_of_a_device_is_kept(study):
    browser, _code = by_link(link_to(study))
    browser.get(reverse("annotation:rate", args=[study.uid]), REMOTE_ADDR="198.51.100.7")
    rows = [*Participation.objects.values(), *AuditEntry.objects.values()]
    assert "198.51.100.7" not in str(rows)


def test_managers_make_extend_and_withdraw(study, signed_in, alice):
    browser = signed_in(alice)
    url = reverse("annotation:links", args=[study.uid])
    facts = {"name": "Readers", "quota": 2, "items_each": 3, "minutes": 5, "days": 7}
    words = {"consent_en": "Yes?", "consent_ja": "よろしいですか。"}
    assert browser.post(f"{url}make/", facts).status_code == 422
    assert browser.post(f"{url}make/", facts | words).url == url
    link = RatingLink.objects.get()
    assert link.consent == {"en": "Yes?", "ja": "よろしいですか。"}
    joined(link)
    page = browser.get(url).content.decode()
    assert "1 of 2 joined" in page
    assert path_of(link) in page
    browser.post(f"/links/{link.uid}/extend/", {"quota": 9, "days": 30})
    browser.post(f"/links/{link.uid}/revoke/")
    link.refresh_from_db()
    assert (link.quota, link.revoked_at is None) == (9, False)
    assert path_of(link) not in browser.get(url).content.decode()


def test_a_link_of_a_study_that_became_blocks_lets_nobody_in(study):
    link = link_to(study)
    Study.objects.update(policy=Study.Policy.BLOCKS)
    with pytest.raises(DomainError, match="Nobody can take part by this link"):
        joined(RatingLink.objects.get(pk=link.pk))
    assert not Participation.objects.exists()


def test_a_study_with_a_link_becomes_no_blocks_and_asks_no_qualification(alice, study):
    link_to(study)
    study.policy = Study.Policy.BLOCKS
    with pytest.raises(InvalidError, match="have no place for them"):
        check_policy(study)
    medicine = make_qualification(actor=alice, project=study.project, name="Medicine")
    changes = {name: getattr(study, name) for name in FIELDS} | {"requires": medicine}
    with pytest.raises(InvalidError, match="cannot have a qualification"):
        change_quality(actor=alice, study=study, changes=changes)


def test_the_page_of_links_shows_a_code_while_somebody_can_join(study, alice, signed_in):
    link = link_to(study)
    client, page = signed_in(alice), reverse("annotation:links", args=[study.uid])
    assert '<svg class="qr"' in client.get(page).content.decode()
    revoke_link(actor=alice, link=link, now=timezone.now())
    assert '<svg class="qr"' not in client.get(page).content.decode()
