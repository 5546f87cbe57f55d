"""The compare page, its tables and its plan; the command and the operation of the API."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.keys import make_api_key
from accounts.models import AuditEntry, Role
from analytics.models import ComparePlan
from analytics.reports.compare_experts import said_of
from analytics.reports.compare_facts import latest_two
from annotation.models import Verdict
from surveys.models import Trust
from surveys.trying import TRYING
from tests.factories import (
    make_conversation,
    make_item,
    make_project,
    make_rubric,
    make_rubric_version,
    make_study,
    make_variant,
)
from tests.feedback_rows import DAY, give

pytestmark = pytest.mark.django_db
PLAN = {
    "a": "a", "b": "b", "metric": "thumb", "baseline": 80, "difference": 5, "coverage": 2,
    "per_person": 1, "alike": 0,
}  # fmt: skip


@pytest.fixture
def browser(alice, signed_in):
    return signed_in(alice)


def address(name, project, /, **query):
    return f"{reverse(f'analytics:{name}', args=[project.uid])}?{urlencode(query)}"


def thumbs(project, a=(100, 100), b=(190, 10)):
    give(project, "a", [1] * a[0] + [0] * a[1])
    give(project, "b", [1] * b[0] + [0] * b[1])


def test_the_answer_stands_first_in_words(browser, project):
    thumbs(project)
    page = browser.get(address("compare", project, a="a", b="b"))
    said = page.content.decode()
    assert "“b” does better than “a”" in said
    assert "over 200 and 200 respondents, narrowest at 400 a side" in said
    assert page.status_code == 200


def test_two_variants_are_chosen_where_the_address_names_none(browser, project):
    thumbs(project)
    assert "against" in browser.get(address("compare", project)).content.decode()


def test_without_two_variants_the_page_says_how_to_begin(browser, project):
    give(project, "a", [1])
    page = browser.get(address("compare", project)).content.decode()
    assert "no two variants with feedback yet" in page


@pytest.mark.parametrize(
    "query",
    [
        {"a": "a", "b": "a"},
        {"a": "a", "b": "b", "metric": "likes"},
        {"a": "a", "b": "b", "trust": "x"},
        {"a": "a", "b": "b", "since": "yesterday"},
        {"a": "a\0", "b": "b"},
        {"a": "a" * 200, "b": "b"},
        {"a": "a", "b": "b", "by": "k" * 200},
    ],
)
def test_what_cannot_be_compared_is_refused_on_every_door(browser, project, query):
    assert browser.get(address("compare", project, **query)).status_code == 422
    assert browser.get(address("compare_days", project, **query)).status_code == 422
    assert browser.get(address("compare_days_json", project, **query)).status_code == 422


def test_a_name_nobody_gave_feedback_on_is_named_and_escaped(browser, project):
    thumbs(project)
    page = browser.get(address("compare", project, a="a", b="<script>")).content.decode()
    assert "no feedback on “&lt;script&gt;” yet" in page
    assert "<script>”" not in page


def test_the_page_is_told_in_japanese_numbers_too(browser, project):
    thumbs(project)
    browser.cookies["django_language"] = "ja"
    assert browser.get(address("compare", project, a="a", b="b")).status_code == 200


@pytest.mark.parametrize("name", ["variants", "differences", "strata", "days", "raters"])
def test_every_table_is_a_file(browser, project, name):
    thumbs(project)
    url = reverse("analytics:compare_table", args=[project.uid, name])
    answer = browser.get(f"{url}?a=a&b=b&by=language")
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert answer["Content-Type"].startswith("text/csv")
    assert all(len(row) == len(rows[0]) for row in rows)


def test_a_table_that_is_not_there_names_those_that_are(browser, project):
    url = reverse("analytics:compare_table", args=[project.uid, "likes"])
    answer = browser.get(f"{url}?a=a&b=b")
    assert answer.status_code == 404
    assert "variants, differences" in answer.content.decode()


def test_the_days_have_a_table_and_a_figure(browser, project):
    thumbs(project)
    assert "+45.0" in browser.get(address("compare_days", project, a="a", b="b")).content.decode()
    figure = browser.get(address("compare_days_json", project, a="a", b="b")).json()["days"]
    assert [len(trace["x"]) for trace in figure["data"]] == [1, 1, 1]


def test_a_plan_tells_answers_and_showings(browser, project):
    page = browser.get(address("compare_plan", project)).content.decode()
    assert "answers of each variant" not in page
    page = browser.get(address("compare_plan", project, **PLAN)).content.decode()
    assert "<b>910</b> answers, <b>46,000</b> showings" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"difference": 0},
        {"difference": 30},
        {"difference": "nan"},
        {"baseline": ""},
        {"coverage": 0},
        {"alike": 2},
        {"b": "a"},
        {"b": "x" * 200},
        {"metric": "likes"},
    ],
)
def test_an_impossible_plan_is_not_locked(browser, project, wrong):
    url = reverse("analytics:compare_lock", args=[project.uid])
    assert browser.post(url, {**PLAN, **wrong}).status_code == 422
    assert not ComparePlan.objects.exists()
    assert browser.get(address("compare_plan", project, **{**PLAN, **wrong})).status_code == 200


def test_a_plan_is_locked_once_and_told_on_the_page(browser, project):
    url = reverse("analytics:compare_lock", args=[project.uid])
    answer = browser.post(url, PLAN)
    assert answer.status_code == 302
    plan = ComparePlan.objects.get()
    assert (plan.answers, plan.difference) == (910, 0.05)
    assert AuditEntry.objects.filter(verb="compare_plan.locked").exists()
    assert browser.post(url, {**PLAN, "difference": 9}).status_code == 409
    assert "A plan is locked" in browser.get(answer.url).content.decode()


def test_no_plan_is_made_after_the_fact(browser, project):
    give(project, "b", [1])
    url = reverse("analytics:compare_lock", args=[project.uid])
    answer = browser.post(url, PLAN)
    assert answer.status_code == 409
    assert "after the fact" in answer.content.decode()


def test_a_plan_that_asks_nothing_yet_misses_nothing(browser, project):
    assert "aria-invalid" not in browser.get(address("compare_plan", project)).content.decode()
    assert "aria-invalid" in browser.get(address("compare_plan", project, a="")).content.decode()


def test_what_a_team_tries_on_its_own_widget_is_not_compared_unasked(browser, project):
    thumbs(project)
    give(project, TRYING, [None], day=DAY + timedelta(days=9))
    assert latest_two(project, "thumb") == ("a", "b")
    assert "b against a" in browser.get(address("compare", project)).content.decode()


def test_a_variant_that_nobody_answered_stands_behind_those_with_answers(project):
    thumbs(project)
    give(project, "new", [None] * 5, day=DAY + timedelta(days=9))
    assert latest_two(project, "thumb") == ("a", "b")


def test_experts_stand_beside_end_users_where_a_study_scored_both(browser, project):
    thumbs(project)
    study = make_study(project)
    criterion = study.rubric_version.criteria.first()
    for name, value in (("a", 1), ("b", 3)):
        variant = make_variant(project, name=name)
        for _step in range(12):
            item = make_item(study, make_conversation(project, variant=variant))
            Verdict.objects.create(
                item=item, criterion=criterion, value=value, source=Verdict.Source.CONSENSUS
            )
    page = browser.get(address("compare", project, a="a", b="b")).content.decode()
    assert "Experts, settled scores" in page
    assert "mean 2.00 and 4.00 of 5" in page


def settled(project, study, **of_side):
    """Twelve items of each variant, with its verdict on every criterion."""
    for name, fields in of_side.items():
        variant = make_variant(project, name=name)
        for _step in range(12):
            item = make_item(study, make_conversation(project, variant=variant))
            for criterion in study.rubric_version.criteria.order_by("-position"):
                Verdict.objects.create(
                    item=item, criterion=criterion, source=Verdict.Source.CONSENSUS, **fields
                )


def test_what_experts_settled_as_a_mean_counts_as_that_mean(project):
    settled(project, make_study(project), a={"number": 1.5}, b={"number": 2.75})
    [found] = said_of(project, "a", "b")
    assert (found.mean_a, found.mean_b, found.a.n) == (2.5, 3.75, 12)
    assert found.difference.value == pytest.approx(1.25 / 4)


def test_criteria_of_experts_stand_in_the_rubrics_order_and_cost_no_query_each(
    project, django_assert_num_queries
):
    rubric = make_rubric(project)
    names = ["zeal", "clear", "honest", "apt"]
    version = make_rubric_version(rubric, criteria={name: {} for name in names})
    settled(project, make_study(project, version), a={"value": 1}, b={"value": 3})
    with django_assert_num_queries(3):
        found = said_of(project, "a", "b")
    assert [one.key for one in found] == names


def test_a_difference_longer_than_the_scale_is_refused(browser, project):
    asked = {**PLAN, "metric": "star5_mean", "difference": 5}
    page = browser.get(address("compare_plan", project, **asked))
    assert "From the lowest to the highest it is 4 points." in page.content.decode()


def compare_command(*args):
    out = io.StringIO()
    call_command("compare", *args, stdout=out)
    return out.getvalue()


def test_the_command_says_the_same_as_text_and_as_json(project):
    thumbs(project)
    about = ("--project", str(project.uid), "--a", "a", "--b", "b")
    assert "“b” does better than “a”" in compare_command(*about)
    found = json.loads(compare_command(*about, "--format", "json", "--by", "locale"))
    assert found["verdict"] == "better"
    assert found["strata"]["by"] == "locale"


@pytest.mark.parametrize("wrong", [{"--b": "a"}, {"--project": "no/where"}])
def test_the_command_refuses_in_a_sentence(project, wrong):
    about = {"--project": str(project.uid), "--a": "a", "--b": "b", **wrong}
    with pytest.raises(CommandError):
        compare_command(*(word for pair in about.items() for word in pair))


def test_the_command_compares_on_a_criterion_or_says_what_is_missing(project):
    about = ("--project", str(project.uid), "--a", "a", "--b", "b", "--criterion", "helpful")
    with pytest.raises(CommandError, match="No scores of both 'a' and 'b'"):
        compare_command(*about)


def program(project, role=Role.VIEWER):
    _key, secret = make_api_key(
        actor=None, project=project, name="nightly", role=role, now=timezone.now()
    )
    return Client(headers={"authorization": f"Bearer {secret}"})


def test_a_program_reads_the_comparison_of_its_own_project(project):
    thumbs(project)
    give(project, "b", [0] * 150, trust=Trust.OPEN)
    found = program(project).get("/api/v1/compare?metric=thumb&a=a&b=b&by=language").json()
    assert found["verdict"] == "better"
    assert (found["a"]["n"], found["b"]["people"], found["b"]["coverage"]) == (200, 200, 1.0)
    assert found["difference"]["low"] > 0
    assert [line["name"] for line in found["strata"]["lines"]] == ["en"]
    assert [one["code"] for one in found["warnings"]] == ["unsigned"]


@pytest.mark.parametrize(
    "query", ["a=a", "a=a&b=a", "a=a&b=b&metric=likes", "a=a&b=b&since=x", "a=a&b=b&more=1"]
)
def test_a_program_that_asks_wrongly_is_told_what(project, query):
    answer = program(project).get(f"/api/v1/compare?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


def test_a_program_cannot_read_another_project(project):
    other = make_project()
    answer = program(project).get(f"/api/v1/compare?a=a&b=b&project={other.uid}")
    assert answer.status_code == 404
