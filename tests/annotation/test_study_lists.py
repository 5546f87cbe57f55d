"""The list of studies and that of a study's items: how far each is, one step to what waits."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from annotation.key_list import OPENING, keyed_list
from annotation.models import Study
from annotation.study_progress import progress_by_study, states_of
from tests import factories
from tests.conftest import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(project):
    return factories.make_study(project, overlap=1)


def page(client, name, of, query=""):
    return client.get(reverse(f"annotation:{name}", args=[of.uid]) + query).content.decode()


def filled(study, state, n=1):
    return [
        factories.make_item(study, n_submitted=1, slots_total=1, slots_open=0, state=state)
        for _n in range(n)
    ]


def test_a_full_study_says_so_and_leads_to_its_disagreements(signed_in, alice, study):
    filled(study, "disputed", 2)
    shown = page(signed_in(alice), "studies", study.project)
    assert "All ratings are in." in shown
    assert f'href="{reverse("annotation:items", args=[study.uid])}?state=disputed"' in shown
    assert "2 disagreements" in shown


def test_a_study_with_places_left_does_not_claim_to_be_full(signed_in, alice, study):
    filled(study, "disputed")
    factories.make_item(study)
    assert "All ratings are in." not in page(signed_in(alice), "studies", study.project)


def test_items_are_narrowed_by_states_that_say_how_many_they_hold(study):
    filled(study, "settled", 3)
    filled(study, "disputed")
    assert [(state, n) for state, _label, n in states_of(study)] == [
        ("", 4),
        ("disputed", 1),
        ("settled", 3),
    ]


def test_an_unknown_state_is_the_whole_list(signed_in, alice, study):
    filled(study, "settled")
    shown = page(signed_in(alice), "items", study, "?state=lost")
    assert 'href="?state=" aria-current="page"' in shown


def test_a_later_page_of_items_leads_back_to_the_first(signed_in, alice, study):
    (item,) = filled(study, "settled")
    client = signed_in(alice)
    assert "First items" not in page(client, "items", study)
    assert "First items" in page(client, "items", study, f"?after={item.seq - 1}")


def under_way(project):
    """A study with a place left, some of it rated."""
    study = factories.make_study(project, state="open", opened_at=factories.NOON)
    factories.make_rating(factories.make_item(study), scores={"helpful": 1})
    return study


def asked_by(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("name", ["annotation:studies", "gold:home"])
def test_a_list_of_studies_asks_no_more_for_more_of_them(signed_in, alice, project, name):
    client, address = signed_in(alice), reverse(name, args=[project.uid])
    for _n in range(2):
        under_way(project)
    client.get(address)  # what is asked once a session is asked
    few = asked_by(client, address)
    for _n in range(3):
        under_way(project)
    assert asked_by(client, address) == few


def test_each_study_of_a_list_has_its_own_numbers(project):
    one, other, empty = under_way(project), under_way(project), factories.make_study(project)
    filled(other, "settled", 2)
    found = progress_by_study([one, other, empty])
    assert [found[study.pk].items for study in (one, other, empty)] == [1, 3, 0]
    assert [found[study.pk].settled for study in (one, other, empty)] == [0, 2, 0]


def test_a_long_opening_ends_with_dots(project):
    controls = factories.make_study(project, purpose=Study.Purpose.CONTROL)
    turns = [{"role": "user", "content": "long words " * 20}]
    factories.make_item(controls, factories.make_conversation(project, turns=turns))
    (line,) = keyed_list(controls)
    assert len(line.opening) == OPENING
    assert line.opening.endswith("…")


def test_without_a_published_rubric_the_first_step_is_to_write_one(signed_in, alice, project):
    client = signed_in(alice)
    rubrics = f'class="btn primary" href="{reverse("annotation:rubrics", args=[project.uid])}"'
    new = f'class="btn primary" href="{reverse("annotation:study_new", args=[project.uid])}"'
    assert rubrics in page(client, "studies", project)
    factories.make_rubric_version(factories.make_rubric(project))
    assert new in page(client, "studies", project)


def test_whoever_may_not_settle_is_led_to_the_figures_of_an_item(signed_in, alice, study):
    (item,) = filled(study, "settled")
    viewer = member(study.project.team, "vera", Role.VIEWER)
    assert reverse("analytics:item", args=[item.uid]) in page(signed_in(viewer), "items", study)
    assert reverse("annotation:item", args=[item.uid]) in page(signed_in(alice), "items", study)
