"""Criteria that no item of a study can ask are not in its report; it says so once."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from analytics.reports.agreement import agreement_of
from analytics.reports.snapshots import take_snapshot
from annotation import askable
from annotation.askable import could_be, never_asked
from annotation.models import ItemAnswer
from annotation.rubric_cache import criteria_of
from core.expressions import parse
from core.scales import Kind, Level, Target
from tests import factories

pytestmark = pytest.mark.django_db
BETTER = {
    "target": Target.PAIR,
    "kind": Kind.NOMINAL,
    "level": Level.NOMINAL,
    "points": factories.points("a", "b", "tie"),
}
STRENGTH = {"target": Target.PAIR, "show_if": "better in (a, b)", "name": {"en": "Strength"}}
TURNS = [
    {"role": "user", "content": "Where is it?"},
    {"role": "assistant", "content": "Here.", "passages": [{"text": "It is here."}]},
]


def study_of(project, **criteria):
    version = factories.make_rubric_version(factories.make_rubric(project), criteria=criteria)
    return factories.make_study(project, version, overlap=2)


def put_in_order(study, n_answers):
    """An item of so many answers."""
    answers = [factories.make_conversation(study.project) for _n in range(n_answers)]
    item = factories.make_item(study, answers[0], conversation_b=answers[1], n_answers=n_answers)
    if n_answers > 2:
        ItemAnswer.objects.bulk_create(
            ItemAnswer(item=item, position=place, conversation=one)
            for place, one in enumerate(answers)
        )
    return item


def asked_keys(study):
    criteria = criteria_of(study.rubric_version)
    never = {one.key for one in never_asked(study, criteria)}
    return {one.key for one in criteria} - never


@pytest.fixture
def ranked(project):
    """Rankings of three answers alone, rated by two."""
    study = study_of(project, better=BETTER, strength=STRENGTH)
    raters = [factories.make_rater(project), factories.make_rater(project)]
    for n in range(8):
        item = put_in_order(study, 3)
        for rater in raters:
            factories.make_rating(item, rater, {"better": n % 3}, unit=(0, 1))
    return study


def test_the_report_of_rankings_leaves_out_what_asks_about_two_answers(ranked):
    report = agreement_of(ranked, replicates=20)
    assert [one.criterion for one in report.criteria] == ["better"]
    assert report.not_asked == {"strength": {"en": "Strength"}}


def test_the_page_says_it_in_one_sentence(alice, ranked, signed_in):
    take_snapshot(ranked, now=timezone.now(), replicates=20)
    page = signed_in(alice).get(reverse("analytics:agreement", args=[ranked.uid]))
    words = page.content.decode()
    assert words.count("Strength") == 1
    assert "Not in this report, as no item of the study asks for it: Strength." in words
    assert "There are no ratings yet" not in words


@pytest.mark.parametrize("brief", [True, False])
def test_the_command_leaves_them_out_unless_it_is_asked_for_one(ranked, capsys, brief):
    def keys(**options):
        call_command(
            "agreement", study=str(ranked.uid), format="json", replicates=20, brief=brief, **options
        )
        found = json.loads(capsys.readouterr().out)
        return [one["criterion"] for one in (found if isinstance(found, list) else [found])]

    assert keys() == ["better"]
    assert keys(criterion="strength") == ["strength"]


def test_what_can_still_come_up_stays_without_ratings(project):
    study = study_of(project, better=BETTER, strength=STRENGTH)
    put_in_order(study, 2)
    report = agreement_of(study, replicates=20)
    assert [one.criterion for one in report.criteria] == ["better", "strength"]
    assert report.not_asked == {}


def test_one_item_that_asks_is_enough(ranked):
    put_in_order(ranked, 2)
    assert asked_keys(ranked) == {"better", "strength"}


def test_what_was_rated_is_reported_though_no_item_asks_for_it(ranked):
    factories.make_rating(ranked.items.first(), None, {"strength": 1})
    assert agreement_of(ranked, replicates=20).not_asked == {}


def test_a_study_without_items_says_nothing(project):
    assert asked_keys(study_of(project, better=BETTER, strength=STRENGTH)) == {"better", "strength"}


def test_a_passage_is_judged_where_there_is_one(project, monkeypatch):
    study = study_of(project, helpful={}, relevant={"target": Target.PASSAGE})
    factories.make_item(study, factories.make_conversation(project, turns=TURNS[:1]))
    assert asked_keys(study) == {"helpful"}
    monkeypatch.setattr(askable, "LOOKED", 0)
    assert asked_keys(study) == {"helpful", "relevant"}  # too many to read: nothing is claimed
    monkeypatch.undo()
    factories.make_item(study, factories.make_conversation(project, turns=TURNS))
    assert asked_keys(study) == {"helpful", "relevant"}


def test_what_hangs_on_what_is_never_asked_is_not_asked_either(project):
    why = {"show_if": "strength is not empty"}
    without = {"show_if": "strength is empty"}
    study = study_of(project, better=BETTER, strength=STRENGTH, why=why, without=without)
    put_in_order(study, 3)
    assert asked_keys(study) == {"better", "without"}


def test_a_study_of_which_nothing_is_asked_says_why(alice, project, signed_in):
    study = study_of(project, relevant={"target": Target.PASSAGE, "name": {"en": "Relevant"}})
    factories.make_item(study, factories.make_conversation(project, turns=TURNS[:1]))
    take_snapshot(study, now=timezone.now(), replicates=20)
    page = signed_in(alice).get(reverse("analytics:agreement", args=[study.uid]))
    assert "no item of the study asks for it: Relevant." in page.content.decode()


@pytest.mark.parametrize(
    ("words", "can"),
    [
        ("known == 1", (True, True)),
        ("other == 1", (False, True)),
        ("other != 1", (False, True)),
        ("not other == 1", (True, False)),
        ("other is empty", (True, False)),
        ("known is empty", (True, True)),
        ("known == 1 and other == 1", (False, True)),
        ("known == 1 or other == 1", (True, True)),
        ("not (known == 1 or other is empty)", (False, True)),
        ("other not in (1, 2)", (False, True)),
    ],
)
def test_an_expression_can_be_true_or_false_by_what_has_a_value(words, can):
    assert could_be(parse(words), {"known"}) == can
