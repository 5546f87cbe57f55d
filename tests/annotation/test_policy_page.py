"""The page on which a manager says how a study gives out its items."""

import pytest
from django.urls import reverse

from annotation.models import Qualification, StudyRater
from tests import factories

pytestmark = pytest.mark.django_db
LANES = {
    "lane0-name": "Japanese",
    "lane0-where": "language == ja",
    "lane1-name": "rest",
}


@pytest.fixture
def study(project):
    study = factories.make_study(project, state="draft")
    for language in ("en", "ja", "en"):
        factories.make_item(study, factories.make_conversation(project, language=language))
    return study


@pytest.fixture
def send(signed_in, alice, study):
    def post(do="save", **fields):
        given = {"do": do, "open_to": "named", "policy": "in_order"} | fields
        return signed_in(alice).post(reverse("annotation:study_policy", args=[study.uid]), given)

    return post


def test_all_of_it_is_saved_together(send, study):
    answer = send(open_to="everyone", policy="shuffled", overlap_max="4", **LANES)
    study.refresh_from_db()
    assert answer.url == study.get_absolute_url()
    assert (study.open_to, study.policy, study.overlap_max) == ("everyone", "shuffled", 4)
    assert study.lanes == [{"name": "Japanese", "where": "language == ja"}, {"name": "rest"}]
    assert sorted(study.items.values_list("lane", flat=True)) == [0, 1, 1]


def test_a_count_saves_nothing(send, study):
    page = send(do="preview", **LANES).content.decode()
    assert "Of the 3 items drawn, the first 3 were looked at." in page
    assert "<dt>Japanese</dt><dd>1</dd>" in page
    study.refresh_from_db()
    assert study.lanes == []


def test_before_a_draw_the_pool_is_counted(signed_in, alice, project):
    study = factories.make_study(project, state="draft")
    factories.make_conversation(project, language="ja")
    given = {"do": "preview", "open_to": "named", "policy": "in_order"} | LANES
    page = signed_in(alice).post(reverse("annotation:study_policy", args=[study.uid]), given)
    assert "Nothing is drawn yet." in page.content.decode()
    assert "<dt>Japanese</dt><dd>1</dd>" in page.content.decode()


def test_a_lane_for_each_language_asks_for_its_qualification(send, project):
    Qualification.objects.create(project=project, name="Japanese", slug="japanese")
    page = send(do="by_language").content.decode()
    assert 'value="language == en"' in page
    assert '<option value="japanese" selected>' in page


def test_urgent_ones_first_is_a_beginning_to_edit(send):
    page = send(do="urgent_first").content.decode()
    assert "&quot;meta.priority&quot; == high" in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"lane0-where": "language =="}, "Give the lane a name."),
        ({"lane0-name": "a", "lane0-where": "language =="}, "a: "),
        ({"lane0-name": "a", "lane1-name": "b"}, "would stay empty"),
        ({"overlap_max": "2"}, "Name a higher number"),
        ({"policy": "blocks", "open_to": "everyone"}, "Name the raters."),
        ({"policy": "nonsense"}, "Select a valid choice"),
        ({"lane0-name": "a", "lane0-qualification": "none"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_in_its_place(send, study, fields, words):
    answer = send(**fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    study.refresh_from_db()
    assert study.lanes == []


def test_lanes_that_cannot_be_are_not_counted(send):
    answer = send(do="preview", **{"lane0-name": "a", "lane1-name": "b"})
    assert answer.status_code == 422
    assert "would stay empty" in answer.content.decode()


def test_an_opened_study_leads_back_to_its_page(signed_in, alice, project):
    study = factories.make_study(project)
    answer = signed_in(alice).get(reverse("annotation:study_policy", args=[study.uid]))
    assert answer.url == study.get_absolute_url()


def test_the_study_page_says_it_in_sentences(signed_in, alice, project):
    Qualification.objects.create(project=project, name="Japanese, spoken", slug="ja")
    lanes = [{"name": "J", "where": "language == ja", "qualification": "ja"}, {"name": "rest"}]
    study = factories.make_study(project, overlap_max=4, lanes=lanes)
    page = signed_in(alice).get(study.get_absolute_url()).content.decode()
    assert "Where the first 2 disagree, one rater more is asked at a time, up to 4." in page
    assert "raters need Japanese, spoken" in page


def test_whoever_may_rate_takes_a_place_at_the_first_visit(signed_in, bob, project):
    study = factories.make_study(project, open_to="everyone")
    factories.make_item(study)
    mine = signed_in(bob).get(reverse("annotation:my_studies")).content.decode()
    assert study.name in mine
    for _visit in range(2):
        assert signed_in(bob).get(reverse("annotation:rate", args=[study.uid])).status_code == 200
    assert StudyRater.objects.get(study=study).rater.user == bob


@pytest.mark.parametrize(
    "fields", [{"open_to": "named"}, {"open_to": "everyone", "state": "paused"}]
)
def test_otherwise_the_list_decides(signed_in, bob, project, fields):
    study = factories.make_study(project, **fields)
    answer = signed_in(bob).get(reverse("annotation:rate", args=[study.uid]))
    assert answer.status_code == 403
    assert not study.study_raters.exists()
