"""A study: what it needs to open, what may still change, who rates in it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Role
from accounts.services import accept_invitation
from annotation.models import Study, StudyRater
from annotation.services.studies import (
    change_study,
    close_study,
    create_study,
    join_study,
    name_rater,
    open_study,
    pause_study,
)
from core.errors import DomainError, InvalidError
from tests import factories

pytestmark = pytest.mark.django_db
NOON = factories.NOON


@pytest.fixture
def version(project):
    return factories.make_rubric_version(factories.make_rubric(project))


def test_a_draft_rubric_cannot_be_put_before_raters(alice, project):
    draft = factories.make_rubric_version(factories.make_rubric(project), published=False)
    with pytest.raises(DomainError, match="still a draft"):
        create_study(actor=alice, project=project, name="March", rubric_version=draft)


def test_a_rubric_of_another_project_is_refused(alice, project, other_project):
    foreign = factories.make_rubric_version(factories.make_rubric(other_project))
    with pytest.raises(InvalidError):
        create_study(actor=alice, project=project, name="March", rubric_version=foreign)


def test_a_new_study_has_a_settling_rule_for_each_criterion(alice, project, version):
    study = create_study(actor=alice, project=project, name="March", rubric_version=version)
    assert study.settling["helpful"]["min_raters"] == 3


def test_two_studies_of_one_name_have_slugs_of_their_own(alice, project, version):
    names = [
        create_study(actor=alice, project=project, name="三月", rubric_version=version).slug
        for _study in range(2)
    ]
    assert len(set(names)) == 2


def test_a_study_without_items_does_not_open(alice, project):
    study = factories.make_study(project, state=Study.State.DRAFT)
    with pytest.raises(DomainError, match="no items yet"):
        open_study(actor=alice, study=study, now=NOON)


def test_a_closed_study_stays_closed(alice, project):
    study = factories.make_study(project)
    factories.make_item(study)
    close_study(actor=alice, study=study, now=NOON)
    with pytest.raises(DomainError, match="closed"):
        open_study(actor=alice, study=study, now=NOON)


def test_closing_once_more_changes_nothing(alice, project):
    study = factories.make_study(project)
    close_study(actor=alice, study=study, now=NOON)
    close_study(actor=alice, study=study, now=NOON + timedelta(days=1))
    study.refresh_from_db()
    assert study.closed_at == NOON
    assert AuditEntry.objects.filter(verb="study.closed").count() == 1


def test_whoever_joins_keeps_the_caps_by_which_they_were_named(alice, bob, project):
    study = factories.make_study(project)
    rater = factories.make_rater(project, user=bob)
    name_rater(actor=alice, study=study, rater=rater, cap=5, cap_day=2)
    chair = join_study(user=bob, study=study)
    assert (chair.cap, chair.cap_day) == (5, 2)
    assert study.study_raters.get().cap == 5


def test_only_an_open_study_pauses(alice, project):
    study = factories.make_study(project, state=Study.State.DRAFT)
    with pytest.raises(DomainError):
        pause_study(actor=alice, study=study)


def test_the_overlap_stays_once_raters_were_in(alice, project):
    study = factories.make_study(project)
    with pytest.raises(DomainError, match="another study"):
        change_study(actor=alice, study=study, changes={"overlap": 5})


def test_a_rule_that_no_scale_allows_is_refused(alice, project):
    study = factories.make_study(project)
    rules = {"helpful": {"min_raters": 2, "aggregate": "mean"}}
    with pytest.raises(InvalidError):
        change_study(actor=alice, study=study, changes={"settling": rules})


def test_naming_a_rater_twice_changes_only_the_cap(alice, project):
    study, rater = factories.make_study(project), factories.make_rater(project)
    name_rater(actor=alice, study=study, rater=rater)
    name_rater(actor=alice, study=study, rater=rater, cap=5)
    assert StudyRater.objects.get().cap == 5


def test_a_rater_of_another_project_is_refused(alice, project, other_project):
    with pytest.raises(InvalidError):
        name_rater(
            actor=alice,
            study=factories.make_study(project),
            rater=factories.make_rater(other_project),
        )


def test_a_link_of_a_study_makes_its_opener_a_rater_there(signed_in, alice, project):
    study, person = factories.make_study(project), factories.make_user()
    signed_in(alice).post(reverse("annotation:study_invite", args=[study.uid]), {"label": "Dora"})
    invitation = project.team.invitations.get()
    accept_invitation(user=person, token=invitation.token, now=timezone.now())
    assert study.study_raters.get().rater.user == person


def test_a_link_of_a_study_shows_no_other_project(signed_in, alice, project, team):
    study, person = factories.make_study(project), factories.make_user()
    factories.make_project(team)
    signed_in(alice).post(reverse("annotation:study_invite", args=[study.uid]), {})
    accept_invitation(user=person, token=project.team.invitations.get().token, now=timezone.now())
    assert list(type(project).objects.visible_to(person)) == [project]
    assert person.memberships.get().role == Role.RATER


def test_a_refused_name_of_an_invitation_says_so_and_invites_nobody(signed_in, alice, project):
    study = factories.make_study(project)
    answer = signed_in(alice).post(
        reverse("annotation:study_invite", args=[study.uid]), {"label": "D" * 151}
    )
    assert answer.status_code == 422
    assert "at most 150 characters" in answer.content.decode()
    assert not project.team.invitations.exists()


def test_a_study_is_made_on_its_page(signed_in, alice, project, version):
    answer = signed_in(alice).post(
        reverse("annotation:study_create", args=[project.uid]),
        {
            "name": "March",
            "rubric_version": version.pk,
            "overlap": 2,
            "policy": "in_order",
            "lease_minutes": 30,
        },
    )
    assert answer.url == reverse("annotation:study", args=[Study.objects.get().uid])


def test_a_refused_draw_keeps_what_was_typed(signed_in, alice, project):
    study = factories.make_study(project)
    answer = signed_in(alice).post(
        reverse("annotation:study_draw", args=[study.uid]),
        {"size": 3, "seed": 1, "allocation": "proportional", "where": "language =="},
    )
    assert answer.status_code == 422
    assert "language ==" in answer.content.decode()


def test_the_study_page_asks_few_questions(
    signed_in, alice, project, django_assert_max_num_queries
):
    study = factories.make_study(project)
    for _item in range(5):
        factories.make_rating(factories.make_item(study), scores={"helpful": 1})
    client = signed_in(alice)
    with django_assert_max_num_queries(24):
        client.get(study.get_absolute_url())
