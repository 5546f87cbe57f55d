"""Where there are many, studies and their agreement are found by name and state, page by page."""

import pytest
from django.urls import reverse

from annotation import study_list
from annotation.study_list import FEW
from tests import factories

pytestmark = pytest.mark.django_db
LISTS = ["annotation:studies", "analytics:reports"]


@pytest.fixture
def version():
    return factories.make_rubric_version()


@pytest.fixture
def many(project, version):
    names = ["Tone of support, March", "Tone of sales, March", "丁寧さの評価"]
    names += [f"Round {n}" for n in range(FEW)]
    return [factories.make_study(project, version, name=name) for name in names]


@pytest.fixture
def shown(signed_in, alice, project):
    def read(name, query=""):
        answer = signed_in(alice).get(reverse(name, args=[project.uid]) + query)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=tone+march", {0, 1}),
        ("?q=SUPPORT", {0}),
        ("?q=丁寧", {2}),
        ("?q=100%25", set()),
        ("?q=tone&state=closed", {1}),
        ("?q=tone&state=lost", {0, 1}),
        ("?q=tone%00", set(range(3 + FEW))),
    ],
)
def test_they_are_found_by_every_word_and_by_state(name, query, found, shown, many):
    many[1].state = "closed"
    many[1].save()
    page = shown(name, query)
    assert {n for n, study in enumerate(many) if study.name in page} == found


@pytest.mark.parametrize("name", LISTS)
def test_what_does_not_fit_leads_back_to_all(name, shown, many):
    page = shown(name, "?q=nothing-like-it")
    assert "No study fits this search." in page
    assert 'value="nothing-like-it"' in page
    assert 'href="?"' in page


@pytest.mark.parametrize("name", LISTS)
def test_a_few_are_seen_at_a_glance(name, shown, many):
    assert 'role="search"' in shown(name)
    for study in many[:3]:
        study.delete()
    assert 'role="search"' not in shown(name)


@pytest.mark.parametrize("name", LISTS)
def test_each_page_goes_on_where_the_one_before_ended(name, shown, many, monkeypatch):
    monkeypatch.setattr(study_list, "PAGE", 4)
    seen, query = [], "?q=&state=open"
    while query:
        page = shown(name, query)
        seen.append([study for study in reversed(many) if f">{study.name}<" in page])
        query = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert [len(one) for one in seen] == [4, 4, 3]
    assert [study for one in seen for study in one] == many[::-1]
    assert "Newest studies" in page


def test_agreement_offers_no_state_that_has_none(shown, many):
    assert '<option value="draft">' in shown("annotation:studies")
    assert '<option value="draft">' not in shown("analytics:reports")


def test_a_list_of_many_asks_no_more_of_the_database_than_its_page(
    shown, many, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(study_list, "PAGE", 1)
    with django_assert_max_num_queries(25):
        shown("annotation:studies")
