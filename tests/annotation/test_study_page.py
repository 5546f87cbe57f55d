"""The page of a study: what comes next, when it will be full, its rules in words."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from annotation.consensus import Rule
from annotation.models import Study
from annotation.pool import singles
from annotation.pool_facts import pool_facts
from annotation.settling_words import rule_words, settling_lines
from conversations.models import ImportRun
from tests import factories
from tests.annotation.link_helpers import link_to

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def study(project):
    return factories.make_study(project, opened_at=NOW - timedelta(days=5))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            {"min_raters": 3, "aggregate": "median", "max_spread": 1},
            "Settles at the median when the scores lie at most 1 apart.",
        ),
        ({"min_raters": 3, "aggregate": "mean", "max_spread": 0}, "when all scores are equal"),
        ({"min_raters": 3, "aggregate": "mean", "max_spread": 2.5}, "at most 2.50 apart"),
        ({"min_raters": 3, "aggregate": "majority", "min_share": 0.667}, "2 of 3 raters"),
        ({"min_raters": 3, "aggregate": "majority", "min_share": 1}, "3 of 3 raters"),
        ({"min_raters": 1, "aggregate": "majority"}, "what most raters say"),
        (None, "Never settles by itself"),
    ],
)
def test_a_rule_reads_as_a_sentence(rule, words):
    assert words in rule_words(Rule.from_json(rule) if rule else None, 3)


def test_criteria_of_one_rule_share_its_line(project):
    version = factories.make_rubric_version(
        factories.make_rubric(project), criteria={"helpful": {}, "kind": {}}
    )
    rule = {"min_raters": 2, "aggregate": "median", "max_spread": 1}
    study = factories.make_study(project, version, settling={"helpful": rule, "kind": rule})
    (line,) = settling_lines(study)
    assert len(line.criteria) == 2


def test_a_study_without_rules_of_its_own_follows_those_of_its_scales(project):
    study = factories.make_study(project, settling={})
    (line,) = settling_lines(study)
    assert "Settles" in line.words


def test_the_pool_is_what_the_study_does_not_hold(study):
    factories.make_item(study)
    factories.make_conversation(study.project, metadata={"topic": "refund"}, language="ja")
    found = pool_facts(study)
    assert (found.left, found.metadata) == (1, [("topic", ["refund"])])
    assert "ja" in found.languages


def test_what_a_variant_answered_to_gold_is_not_in_the_pool_and_not_counted(study):
    run = ImportRun.objects.create(project=study.project, source=ImportRun.OF_GOLD)
    of_gold = factories.make_conversation(study.project, run=run, metadata={"gold_run": "3"})
    factories.make_item(study, of_gold)
    factories.make_conversation(study.project, metadata={"topic": "refund"})
    found = pool_facts(study)
    assert found.left == len(list(singles(study))) == 1
    assert found.metadata == [("topic", ["refund"])]


def test_the_pool_names_a_few_values_and_no_long_ones(study):
    for n in range(5):
        factories.make_conversation(
            study.project, metadata={"topic": f"topic {n}", "note": "x" * 99}
        )
    found = pool_facts(study)
    assert found.metadata == [
        ("note", []),
        ("topic", ["topic 4", "topic 3", "topic 2", "…"]),
    ]


def test_a_new_study_leads_through_three_steps(signed_in, alice, project):
    study = factories.make_study(project, state=Study.State.DRAFT)
    client = signed_in(alice)
    begun = client.get(study.get_absolute_url()).content.decode()
    assert "Possible once items are drawn." in begun
    assert begun.count("btn primary") == 1
    factories.make_item(study)
    drawn = client.get(study.get_absolute_url()).content.decode()
    assert "Next: who rates it?" in drawn
    factories.make_study_rater(study, factories.make_rater(project, alice))
    ready = client.get(study.get_absolute_url()).content.decode()
    assert "Open the study when you are ready." in ready
    assert ready.count("btn primary") == 1


def test_a_link_for_end_users_is_somebody_who_rates(signed_in, alice, project):
    study = factories.make_study(project, state=Study.State.DRAFT)
    factories.make_item(study)
    link_to(study)
    page = signed_in(alice).get(study.get_absolute_url()).content.decode()
    assert "Open the study when you are ready." in page
    assert "End users rate by the links that are open." in page
    links = signed_in(alice).get(reverse("annotation:links", args=[study.uid])).content.decode()
    assert "Whoever opens it reads: “Rating has not begun yet." in links


def test_of_many_raters_of_a_file_a_few_are_seen_and_the_others_unfold(signed_in, alice, project):
    study = factories.make_study(project, imported=True)
    factories.make_item(study)
    for _n in range(52):
        factories.make_study_rater(study, factories.make_rater(project))
    page = signed_in(alice).get(study.get_absolute_url()).content.decode()
    seen, folded = page.split("2 raters more")
    assert seen.count('<td data-l="Now">') == 50
    assert folded.count('<td data-l="Now">') == 2


def test_a_draw_larger_than_the_pool_keeps_what_was_typed(signed_in, alice, project):
    study = factories.make_study(project, state=Study.State.DRAFT)
    factories.make_conversation(project)
    answer = signed_in(alice).post(
        reverse("annotation:study_draw", args=[study.uid]),
        {"size": 999, "seed": 77, "allocation": "proportional"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "the pool holds 1" in page
    assert 'value="999"' in page


def test_closing_is_asked_once_more(signed_in, alice, study):
    factories.make_item(study)
    page = signed_in(alice).get(reverse("annotation:study_close", args=[study.uid]))
    assert "does not open again" in page.content.decode()
    study.refresh_from_db()
    assert study.state == Study.State.OPEN


def test_a_share_that_no_raters_can_have_comes_back_in_its_place(signed_in, alice, project):
    version = factories.make_rubric_version(
        factories.make_rubric(project), criteria={"kind": {"kind": "nominal", "level": "nominal"}}
    )
    rule = {"min_raters": 2, "aggregate": "majority", "min_share": 0.667}
    study = factories.make_study(project, version, settling={"kind": rule})
    address = reverse("annotation:study_settling", args=[study.uid])
    for share in ("1.5", "0"):
        answer = signed_in(alice).post(address, {"bar": "0.667", "kind.min_share": share})
        assert answer.status_code == 422
        assert f'value="{share}"' in answer.content.decode()
    study.refresh_from_db()
    assert study.settling == {"kind": rule}
