"""The rules of admission as data, and what they say of facts: pure."""

import pytest

from core.errors import InvalidError
from gold.admission.checks import (
    Check,
    failed,
    is_contested,
    judge,
    may_admit_against,
    outcome_of,
)
from gold.admission.rules import RULES, Agreement, Rules, read_rules
from gold.admission.words import why_failed

GOOD = {
    "settled": {"state": "settled", "held": False, "verdicts": 4},
    "min_raters": {"raters": 3},
    "min_agreement": {
        "computed": True,
        "low": {"krippendorff_alpha": 0.7, "gwet": None},
        "criterion": {"krippendorff_alpha": "helpful", "gwet": "polite"},
    },
    "personal_data": {"searched": True, "open": 0},
    "near_duplicate": {"similarity": 0.4, "gold_item": ""},
    "split_isolation": {"split": "test", "kin_in": {"test": ["input"]}},
    "not_exposed": {"uses": []},
}
BAR = Rules(min_agreement=Agreement(bar=0.75))


def facts(**changed):
    return {rule: {**known, **changed.get(rule, {})} for rule, known in GOOD.items()}


def missed(rules=None, **changed):
    return failed(judge(facts(**changed), rules or Rules()))


def test_every_rule_answers_in_its_order():
    assert tuple(one.rule for one in judge(facts(), Rules())) == RULES


def test_what_holds_everything_passes():
    assert missed() == []


@pytest.mark.parametrize(
    ("rule", "known"),
    [
        ("settled", {"state": "disputed"}),
        ("settled", {"state": "open"}),
        ("settled", {"held": True}),
        ("settled", {"verdicts": 0}),
        ("min_raters", {"raters": 1}),
        ("personal_data", {"searched": False}),
        ("personal_data", {"open": 2}),
        ("near_duplicate", {"similarity": 0.8}),
        ("split_isolation", {"kin_in": {"test": ["input"], "train": ["end_user"]}}),
        ("not_exposed", {"uses": ["few_shot"]}),
    ],
)
def test_each_rule_fails_alone_and_says_why(rule, known):
    checks = judge(facts(**{rule: known}), Rules())
    assert failed(checks) == [rule]
    ((_name, words),) = why_failed(checks, Rules())
    assert words.endswith(".")


@pytest.mark.parametrize(
    ("known", "asked", "holds"),
    [
        ({}, Agreement(bar=0.7), True),
        ({}, Agreement(bar=0.71), False),
        ({}, Agreement("gwet", 0.1), False),
        ({"computed": False, "low": {}, "criterion": {}}, Agreement(bar=0.0), False),
    ],
)
def test_agreement_is_held_against_its_bar_and_unknown_is_below(known, asked, holds):
    rules = Rules(min_agreement=asked)
    checks = judge(facts(min_agreement=known), rules)
    assert (failed(checks) == []) is holds
    assert bool(why_failed(checks, rules)) is not holds


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != "settled"])
def test_a_rule_that_is_off_holds(rule):
    off = read_rules({rule: False})
    worst = facts(
        min_raters={"raters": 0},
        min_agreement={"computed": False, "low": {}, "criterion": {}},
        personal_data={"searched": False, "open": 3},
        near_duplicate={"similarity": 1.0},
        split_isolation={"kin_in": {"a": ["input"], "b": ["group"]}},
        not_exposed={"uses": ["training"]},
    )
    assert rule not in failed(judge(worst, off))


def test_an_open_item_is_admitted_by_no_rules():
    assert missed(Rules(settled=False), settled={"state": "open"}) == ["settled"]


def test_what_people_differ_on_can_be_contested():
    assert outcome_of(judge(facts(settled={"state": "disputed", "verdicts": 0}), Rules())) == (
        "contested"
    )
    assert outcome_of(judge(facts(), BAR)) == "contested"


@pytest.mark.parametrize(
    "changed",
    [
        {"settled": {"state": "open"}},
        {"settled": {"held": True}},
        {"settled": {"state": "disputed"}, "personal_data": {"open": 1}},
        {"near_duplicate": {"similarity": 0.9}},
        {},
    ],
)
def test_nothing_else_is_contested(changed):
    assert not is_contested(judge(facts(**changed), Rules()))


def test_no_reason_outweighs_personal_data_or_a_missing_verdict():
    assert not may_admit_against(judge(facts(personal_data={"open": 1}), Rules()))
    assert not may_admit_against(judge(facts(settled={"state": "disputed"}), Rules()))
    assert may_admit_against(judge(facts(not_exposed={"uses": ["training"]}), Rules()))


def test_a_check_survives_its_json():
    check = Check("min_raters", passed=False, facts={"raters": 1})
    assert Check.from_json(check.to_json()) == check


def test_only_what_differs_from_the_defaults_is_stored():
    assert Rules().to_json() == {}
    rules = Rules(min_raters=3, near_duplicate=None, min_agreement=Agreement(bar=0.5))
    assert read_rules(rules.to_json()) == rules


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "are an object"),
        ({"raters": 2}, "no rule of admission “raters”"),
        ({"min_raters": True}, "from 1 to 100"),
        ({"min_raters": 0}, "it was “0”"),
        ({"settled": 1}, "true or false"),
        ({"near_duplicate": 0.3}, "from 0.7 to 1"),
        ({"near_duplicate": "high"}, "it was “high”"),
        ({"min_agreement": 0.6}, "“coefficient” and “bar”"),
        ({"min_agreement": {"coefficient": "kappa"}}, "“kappa” has no bar"),
        ({"min_agreement": {"bar": 2}}, "it was “2”"),
        ({"min_agreement": {"bar": 10**400}}, "from -1 to 1"),
        ({"near_duplicate": 10**400}, "from 0.7 to 1"),
        ({"min_agreement": {"limit": 0}}, "“coefficient” and “bar”"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_in_a_sentence(data, words):
    with pytest.raises(InvalidError, match=words):
        read_rules(data)
