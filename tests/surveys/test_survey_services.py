"""What can happen to a survey, and what is refused with a sentence."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import AuditEntry
from core.errors import DomainError, InvalidError
from surveys.models import Survey, SurveyVersion
from surveys.services import survey_links as links
from surveys.services import surveys as service
from tests.factories import NOON, make_project, make_user
from tests.surveys.forms_of import document, make_survey, question

pytestmark = pytest.mark.django_db
OTHER = document([question("nps", "n")])


@pytest.fixture
def alice():
    return make_user("alice")


def test_what_is_published_is_frozen_and_the_next_version_begins_as_it(alice):
    survey = make_survey()
    version = survey.versions.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        SurveyVersion.objects.filter(pk=version.pk).update(document={})
    draft = service.start_draft(actor=alice, survey=survey)
    assert (draft.number, draft.document) == (2, version.document)
    assert service.start_draft(actor=alice, survey=survey) == draft
    assert service.published_version(survey) == version


def test_a_faulty_draft_is_kept_and_not_published(alice):
    survey = make_survey()
    faulty = document([question("csat", "a", visibleIf="b == 1")])
    service.save_draft(actor=alice, survey=survey, document=faulty, now=NOON)
    with pytest.raises(InvalidError, match="Page “p0”, question “a”") as caught:
        service.publish_survey(actor=alice, survey=survey, now=NOON)
    assert list(caught.value.fields) == ["p0.a.visibleIf"]
    assert survey.versions.filter(state="draft").get().document == faulty


def test_nothing_is_written_over_unseen(alice):
    survey = make_survey()
    seen = service.draft_hash(service.start_draft(actor=alice, survey=survey))
    service.save_draft(actor=alice, survey=survey, document=OTHER, now=NOON, seen=seen)
    with pytest.raises(DomainError) as caught:
        service.save_draft(actor=alice, survey=survey, document={}, now=NOON, seen=seen)
    assert caught.value.code == "draft_changed"


def test_a_copy_has_the_words_and_none_of_the_answers(alice):
    survey = make_survey()
    copy = service.copy_survey(actor=alice, survey=survey, project=make_project(), name="Copy")
    assert copy.versions.get().document == survey.versions.get().document
    assert (copy.state, copy.slug != survey.slug, copy.salt != survey.salt) == ("draft", True, True)


def test_states_lead_where_they_may(alice):
    survey = make_survey()
    service.pause_survey(actor=alice, survey=survey)
    service.reopen_survey(actor=alice, survey=survey)
    service.close_survey(actor=alice, survey=survey)
    assert Survey.objects.get().state == "closed"
    for act in (service.pause_survey, service.reopen_survey):
        with pytest.raises(DomainError):
            act(actor=alice, survey=survey)
    service.start_draft(actor=alice, survey=survey)
    with pytest.raises(DomainError, match="closed"):
        service.publish_survey(actor=alice, survey=survey, now=NOON)
    verbs = set(AuditEntry.objects.values_list("verb", flat=True))
    assert {"survey.published", "survey.paused", "survey.reopened", "survey.closed"} <= verbs


def test_settings_that_contradict_each_other_are_refused(alice):
    survey, other = make_survey(), make_survey()
    for changes, name in (
        ({"opens_at": NOON, "closes_at": NOON - timedelta(hours=1)}, "closes_at"),
        ({"slug": other.slug}, "slug"),
    ):
        with pytest.raises(InvalidError) as caught:
            service.change_settings(actor=alice, survey=survey, changes=changes)
        assert list(caught.value.fields) == [name]
    with pytest.raises(InvalidError):
        service.change_settings(actor=alice, survey=survey, changes={"n_complete": 0})


def test_links_are_made_extended_and_withdrawn(alice):
    survey, now = make_survey(), timezone.now()
    names = [f"Person {n}" for n in range(100)]
    made = links.make_links(actor=alice, survey=survey, names=names, days=7, now=now)
    assert survey.links.count() == len(made) == 100
    longer = links.extend_link(actor=alice, link=made[0], quota=3, days=30, now=now)
    assert (longer.quota, longer.is_over(now + timedelta(days=8))) == (3, False)
    links.revoke_link(actor=alice, link=longer, now=now)
    with pytest.raises(DomainError, match="withdrawn"):
        links.extend_link(actor=alice, link=longer, quota=3, days=30, now=now)
    with pytest.raises(InvalidError):
        links.make_link(
            actor=alice, survey=survey, name="x", days=7, now=now, quota=2, subject="dora"
        )
    service.close_survey(actor=alice, survey=survey)
    survey.refresh_from_db()
    with pytest.raises(DomainError):
        links.make_link(actor=alice, survey=survey, name="x", days=7, now=now)
