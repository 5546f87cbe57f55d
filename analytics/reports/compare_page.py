"""The compare page: what it draws and tells, in the unit and the words of its reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from accounts.models import Project
from analytics.reports.compare import FEWEST, Comparison, Verdict
from analytics.reports.compare_experts import EXPERTS, Said, said_of
from analytics.reports.compare_formulas import Formula
from analytics.reports.compare_rows import Row, rows_of
from analytics.reports.compare_strata import Stratum
from analytics.reports.compare_sums import COLUMNS
from analytics.reports.compare_words import (
    chances,
    difference,
    finding,
    in_unit,
    limits,
    strata_words,
    verdict_words,
)
from analytics.reports.why import reason_words
from analytics.stats.estimates import Estimate
from annotation.models import RaterKind
from core.languages import language_name
from core.templatetags.figures import Axis
from core.templatetags.numerals import percent, span, thousands, written
from core.templatetags.prose import plain

HUNDRED = 100
SHAPES = {EXPERTS: "circle", RaterKind.JUDGE: "triangle"}
TONES = {Verdict.BETTER: "good", Verdict.WORSE: "alert", Verdict.BLOCKED: "alert"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a forest; `estimate` is in the unit of its axis."""

    name: str
    about: str
    estimate: Estimate
    value: str
    limits: str
    n: str
    words: str
    shape: str = "square"
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ComparePage:
    found: Comparison
    finding: str
    rows: Sequence[Row]
    axis: Axis
    raters: Sequence[tuple[str, Sequence[Line]]]
    strata_axis: Axis | None
    strata: Sequence[Line]
    pooled: Line
    within: Line | None
    chances: str
    planned: str
    said: Sequence[Said]

    @property
    def formula(self) -> Formula:
        return self.found.formula

    @property
    def by_words(self) -> str:
        """What the strata are."""
        return strata_words(self.found.strata.by) if self.found.strata else ""

    @property
    def tone(self) -> str:
        return TONES.get(self.found.verdict, "")

    @property
    def method(self) -> str:
        """What the verdict rests on, as a statistician names it."""
        from analytics.stats.feedback.differences import TUNED_FOR

        found = self.found
        words = {
            "b": thousands(found.b.sums.answers.respondents),
            "a": thousands(found.a.sums.answers.respondents),
            "tuned": thousands(TUNED_FOR),
        }
        if found.planned is not None:
            return _(
                "Difference of two means by the delta method, over the people of the planned look, "
                "with a t interval."
            )
        return (
            _(
                "Difference of two means, asymptotic confidence sequence (normal mixture) over "
                "%(b)s and %(a)s respondents, narrowest at %(tuned)s a side."
            )
            % words
        )

    @property
    def unit(self) -> str:
        return _("points of a hundred") if self.formula.scale > 1 else _("points of the scale")


def compare_page(project: Project, found: Comparison) -> ComparePage:
    said = said_of(project, found.a.name, found.b.name)
    raters = [*_users(found), *_raters(said)]
    lines = [line for _name, group in raters for line in group]
    ends = {
        "low_words": _("%(name)s higher") % {"name": found.a.name},
        "high_words": _("%(name)s higher") % {"name": found.b.name},
    }
    strata = [_stratum(line, found) for line in found.strata.lines] if found.strata else []
    pooled = _line(_("All together"), found.difference, found, found.difference)
    within = (
        _line(_("Within strata"), found.strata.within, found, found.strata.within)
        if found.strata
        else None
    )
    drawn = [*strata, pooled, *([within] if within else [])]
    return ComparePage(
        found=found,
        finding=finding(found),
        rows=rows_of(found),
        axis=Axis.around_zero(_reach(lines), **ends),
        raters=raters,
        strata_axis=Axis.around_zero(_reach(drawn), **ends) if found.strata else None,
        strata=strata,
        pooled=pooled,
        within=within,
        chances=chances(found),
        planned=_planned(found),
        said=said,
    )


def _reach(lines: Iterable[Line]) -> Iterable[float | None]:
    for line in lines:
        yield from (line.estimate.value, line.estimate.low, line.estimate.high)


def scaled(estimate: Estimate, by: float) -> Estimate:
    value, low, high = (
        None if at is None else at * by for at in (estimate.value, estimate.low, estimate.high)
    )
    return replace(estimate, value=value, low=low, high=high)


def _users(found: Comparison) -> list[tuple[str, Sequence[Line]]]:
    in_hundred = scaled(found.deciding, HUNDRED / found.formula.length)
    people = found.a.sums.answers.respondents + found.b.sums.answers.respondents
    line = Line(
        name=str(found.formula.label),
        about=_("%(n)s people") % {"n": thousands(people)},
        estimate=in_hundred,
        value=_signed(in_hundred.value),
        limits=_span(in_hundred),
        n=thousands(found.deciding.n),
        words=verdict_words(found),
        tone=TONES.get(found.verdict, ""),
    )
    return [(_("End users"), [line])]


def _raters(said: Sequence[Said]) -> list[tuple[str, Sequence[Line]]]:
    names = {
        EXPERTS: _("Experts, settled scores"),
        RaterKind.JUDGE: _("Judges (models)"),
        RaterKind.METRIC: _("Metrics"),
        RaterKind.RULE: _("Rules"),
    }
    groups: dict[str, list[Line]] = {}
    for one in said:
        groups.setdefault(one.kind, []).append(_of_raters(one))
    return [(str(names[kind]), lines) for kind, lines in groups.items()]


def _of_raters(one: Said) -> Line:
    """Higher or lower: whether the highest point is the best one only the rubric's words say."""
    shown = scaled(one.difference, HUNDRED)
    few = min(one.a.n, one.b.n) < FEWEST
    low, high = one.difference.low, one.difference.high
    if low is None or high is None or few or low <= 0 <= high:
        words = _("not yet known")
    else:
        words = _("higher") if low > 0 else _("lower")
    return Line(
        name=plain(one.name),
        about=_("mean %(a)s and %(b)s of %(points)s")
        % {"a": written(one.mean_a, 2), "b": written(one.mean_b, 2), "points": one.points},
        estimate=shown,
        value=_signed(shown.value),
        limits=_span(shown),
        n=thousands(one.difference.n),
        words=words,
        shape=SHAPES.get(one.kind, "bar"),
    )


def _stratum(line: Stratum, found: Comparison) -> Line:
    formula, name = found.formula, line.name
    if found.strata and found.strata.by in COLUMNS:
        name = language_name(name)
    name = name or _("not named")
    n = _("%(a)s and %(b)s") % {
        "a": thousands(line.a.n),
        "b": thousands(line.b.n),
    }
    if line.is_small:
        empty = Estimate(None, None, None, 0.95, line.difference.n, line.difference.method)
        few = _("fewer than five people on a side")
        return Line(name, "", empty, "–", "", n, few)
    return Line(
        name,
        "",
        scaled(line.difference, formula.scale),
        difference(line.difference, formula),
        limits(line.difference, formula),
        n,
        _("weight %(share)s") % {"share": percent(line.weight)},
    )


def _line(name: str, estimate: Estimate, found: Comparison, told: Estimate) -> Line:
    return Line(
        name,
        "",
        scaled(estimate, found.formula.scale),
        difference(told, found.formula),
        limits(told, found.formula),
        thousands(estimate.n),
        reason_words(estimate.reason) if estimate.reason else "",
    )


def _planned(found: Comparison) -> str:
    if found.plan is None:
        return ""
    facts = {
        "n": thousands(found.plan.answers),
        "day": found.plan.first_day.isoformat(),
        "reach": in_unit(found.plan.difference, found.formula),
    }
    if found.planned is None:
        return (
            _(
                "A plan is locked: one look at %(n)s answers of each variant given since %(day)s, "
                "to find a difference of %(reach)s. Until then nothing is decided."
            )
            % facts
        )
    return (
        _(
            "A plan was locked and its number is reached: %(n)s answers of each variant since "
            "%(day)s, looked at once."
        )
        % facts
    )


def _signed(value: float | None) -> str:
    return "–" if value is None else written(value, 1, sign=True)


def _span(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return span(written(estimate.low, 1, sign=True), written(estimate.high, 1, sign=True))
