"""What a plan begins with: the variant that is there, as its feedback has been until now."""

from collections.abc import Mapping
from typing import Any

from accounts.models import Project
from analytics.reports.compare_formulas import FORMULAS
from analytics.reports.compare_sums import Asked, sums_of
from surveys.models import Trust

UNKNOWN = {"baseline": "80", "coverage": "2", "per_person": "1"}
"""Where there is no feedback yet: thumbs of an assistant that is liked, by few who say so."""
USUAL_ALIKE = "0.3"
USUAL_DIFFERENCE = {"percent": "5", "points": "10", "mean": "0.2"}


def usual_plan(project: Project, given: Mapping[str, Any]) -> dict[str, str]:
    """Values of the plan's form for whatever is not given."""
    metric = given.get("metric") or "thumb"
    formula = FORMULAS.get(metric, FORMULAS["thumb"])
    usual = {
        **UNKNOWN,
        "metric": formula.key,
        "alike": USUAL_ALIKE,
        "difference": USUAL_DIFFERENCE[formula.form],
    }
    name = given.get("a") or ""
    if not name or "\0" in name:
        return usual
    sums = sums_of(Asked(project, formula, name, name, Trust.SIGNED))[name]
    answers, showings = sums.answers, sums.showings
    if answers.respondents:
        usual["per_person"] = f"{answers.n / answers.respondents:.2f}"
        if formula.is_share:
            usual["baseline"] = f"{min(99.0, max(1.0, 100 * answers.ratio)):.1f}"
    if showings.n and showings.x:
        usual["coverage"] = f"{100 * showings.ratio:.2f}"
    return usual
