"""Each line of a method that a page shows is said in the reader's language, clause by clause."""

import pytest
from django.utils import translation

from analytics.reports.calibration import WORDS
from analytics.reports.method_lines import clauses, method_line
from analytics.stats.coefficients.agreement import PercentAgreement
from analytics.stats.comparisons.finite_share import sampled_share
from analytics.stats.comparisons.paired_shares import MCNEMAR_WORDS, compare_paired_shares
from analytics.stats.criteria.before_after import before_and_after
from analytics.stats.intervals.methods import Draw
from gold.runs.comparing import Outcome, difference, share

BEFORE, AFTER = [[2, 0], [1, 1], [1, 1]], [[2, 0], [0, 2], [1, 1]]


def of_runs(n: int, groups: int) -> str:
    said = [Outcome(place % 3 > 0, str(place % groups)) for place in range(n)]
    now = [Outcome(place % 5 > 0, str(place % groups)) for place in range(n)]
    return difference(said, now).method


def of_calibration(name: str, n: int) -> str:
    found = before_and_after(
        PercentAgreement(), BEFORE[:n], AFTER[:n], list(range(n)), WORDS[name], Draw(replicates=99)
    )
    return found.difference.method


def lines() -> dict[str, str]:
    """As the pages of runs, audits and calibrations get them."""
    return {
        "a run, each item its own group": of_runs(12, 12),
        "a run, few groups": of_runs(60, 17),
        "a run, many groups": of_runs(1_200, 600),
        "a share of a run": share([Outcome(True, "a"), Outcome(False, "b")]).method,
        "a share of one group": share([Outcome(True, "a"), Outcome(False, "a")]).method,
        "an audit, one label an item": sampled_share([True, False], [1, 2], 9).method,
        "an audit, more labels": sampled_share([True, False, True], [1, 2, 2], 9).method,
        "a calibration": of_calibration("krippendorff_alpha", 3),
        "equal pairs of it": of_calibration("percent_agreement", 3),
        "one without an interval": of_calibration("krippendorff_alpha", 1),
        **{
            f"McNemar, {test}": compare_paired_shares(3, 1, 9, test=test).method
            for test in MCNEMAR_WORDS
        },
    }


@pytest.mark.parametrize("name", lines())
def test_every_clause_is_known_and_has_its_japanese(name):
    line = lines()[name]
    with translation.override("ja"):
        found = list(clauses(line))
    assert found
    assert [said for message, said in found if not message or said == message or " " in said] == []


@pytest.mark.parametrize("name", lines())
def test_english_stays_as_the_statistic_says_it(name):
    line = lines()[name]
    with translation.override("en"):
        assert method_line(line).replace(",", "") == line.replace(",", "")


def test_counts_are_written_as_on_a_page_and_a_seed_as_it_is_typed():
    with translation.override("ja"):
        said = method_line("BCa bootstrap over 17 groups, 2000 replicates, seed 12345")
    assert "2,000" in said
    assert "12345" in said


def test_a_clause_that_nobody_knows_is_shown_as_it_is():
    with translation.override("ja"):
        assert method_line("an oracle") == "an oracle"
