"""A project's first page: the next step of a new one, what waits for a person in a running one."""

import pytest
from django.utils import timezone

from accounts.access import place_in
from annotation.models import Item, Study
from conversations.models import ImportRun
from gold.home import COUNTED, Counts, Step, home_of
from tests import factories
from tests.annotation.link_helpers import link_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(signed_in, alice, project):
    client = signed_in(alice)
    return lambda: client.get(project.get_absolute_url()).content.decode()


def test_a_new_project_names_one_step_at_a_time(home, project):
    assert "has no conversations yet" in home()
    factories.make_conversation(project)
    assert "Next: what makes a good one?" in home()
    rubric = factories.make_rubric(project)
    draft = factories.make_rubric_version(rubric, published=False)
    assert "Finish the draft" in home()
    factories.publish(draft)
    shown = home()
    assert "Next: do people agree on them?" in shown
    assert shown.count("btn primary") == 1


def test_a_new_project_leads_to_the_file_that_waits_before_to_another(home, project):
    run = ImportRun.objects.create(
        project=project, file_name="chats.jsonl", state=ImportRun.State.CHECKED
    )
    ImportRun.objects.create(project=project, file_name="old", state=ImportRun.State.DISCARDED)
    shown = home()
    assert "chats.jsonl is checked and waits for your word" in shown
    assert run.get_absolute_url() in shown
    assert shown.count("btn primary") == 1


def test_what_waits_for_a_person_is_named(home, project):
    study = factories.make_study(project, name="March")
    factories.make_item(study, state=Item.State.DISPUTED, slots_open=0)
    factories.make_study_rater(study, factories.make_rater(project))
    factories.make_study(project, name="April", state=Study.State.DRAFT)
    factories.make_rubric_version(factories.make_rubric(project))
    shown = home()
    assert "1 item of March waits for a decision" in shown
    assert "1 rater has not started on March" in shown
    assert "April is not open yet" in shown


def test_a_planned_study_says_what_it_needs(alice, project):
    study = factories.make_study(project, state=Study.State.DRAFT)

    def step():
        return home_of(place_in(alice, project), timezone.now()).planned[0][1]

    assert step() == Step.DRAW
    factories.make_item(study)
    assert step() == Step.RATERS
    factories.make_study_rater(study, factories.make_rater(project))
    assert step() == Step.OPEN


def test_a_planned_study_needs_no_names_where_others_may_come(alice, project):
    everybody = factories.make_study(project, state="draft", open_to=Study.OpenTo.EVERYONE)
    by_link = factories.make_study(project, state="draft")
    link_to(by_link)
    for study in (everybody, by_link):
        factories.make_item(study)
    planned = home_of(place_in(alice, project), timezone.now()).planned
    assert {step for _study, step in planned} == {Step.OPEN}


def test_end_users_who_came_and_did_not_rate_keep_nobody_waiting(alice, project):
    study = factories.make_study(project, state="open")
    for kind in ("respondent", "person"):
        factories.make_study_rater(study, factories.make_rater(project, kind=kind))
    (waiting,) = home_of(place_in(alice, project), timezone.now()).not_started
    assert waiting.waiting == 1


def test_a_large_project_is_not_counted_to_the_end():
    assert Counts(COUNTED + 1, 1, 1).is_more


def test_the_home_page_asks_few_questions(home, project, django_assert_max_num_queries):
    for _study in range(3):
        study = factories.make_study(project)
        factories.make_rating(factories.make_item(study), scores={"helpful": 1})
    with django_assert_max_num_queries(30):
        home()
