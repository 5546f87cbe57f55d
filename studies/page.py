"""The page of the coverage study: docs/explanation/coverage.md."""

from collections.abc import Iterator, Sequence

from analytics.stats.intervals.coverage import NOMINAL, nearest
from analytics.stats.intervals.resampling import BCA_BELOW_GROUPS
from studies.plan import Cell, Plan
from studies.study import Found, Part
from studies.table import TABLE
from studies.tally import Tally

METHODS = {
    "default": "default",
    "percentile": "percentile",
    "bca": "BCa",
    "bca-widened": "BCa, widened",
    "studentized": "studentized",
    "jackknife": "jackknife t",
    "formula": "formula",
    "generalized": "generalized",
    "graded": "graded",
    "two-way": "two-way",
    "kalpha": "KALPHA",
    "turns": "turns drawn",
}
NEVER_ADVISED = frozenset({"default", "kalpha", "turns"})
"""The default is what is judged; the others are here to show how far off they are."""
WORDS = {
    "alpha": "Krippendorff's alpha: ordinal on points, nominal on labels",
    "AC": "Gwet's AC2 on points (quadratic weights), AC1 on labels",
    "percent": "Percent agreement",
    "Fleiss": "Fleiss' kappa, equality",
    "Brennan": "Brennan-Prediger's kappa, equality",
    "sets": "Krippendorff's alpha of sets of labels, MASI",
    "Scott": "Scott's pi of two raters, equality",
    "ICC(1,1)": "Intraclass correlation (1,1)",
    "Conger": "Conger's kappa, equality",
    "Cohen": "Cohen's kappa of two raters: quadratic weights on points, equality on labels",
    "ICC(3,1)": "Intraclass correlation (3,1)",
    "ICC(2,1)": "Intraclass correlation (2,1)",
    "W": "Kendall's W",
}
HEADS: dict[Part, str] = {
    "items": "Other items: coefficients of counts",
    "persons": "Other items: coefficients that tell raters apart",
    "dialogues": "Other dialogues: their turns are rated",
    "raters": "Other raters",
}
QUESTIONS: dict[Part, str] = {
    "items": "The same panel would rate other items like these.",
    "persons": "The same panel, no rating missing. The default of ICC is the formula (F), that of "
    "W the jackknife.",
    "dialogues": "Three raters rate all of the three to eight turns of each dialogue, in a mood "
    "that changes from dialogue to dialogue. The methods draw whole dialogues; *turns drawn* "
    "takes turns for independent, which they are not. The column *items* counts dialogues.",
    "raters": "Raters are drawn at random and differ more in severity than a panel. The default "
    "draws items only and does not speak of other raters; *two-way* draws both. The formula and "
    "the *generalized* and *graded* limits of ICC (2,1) are for other raters too. ICC (1,1) is of "
    "items that are each rated by raters of their own, so that drawing items draws raters. Limits "
    "of a mean of raters, (1,k) to (3,k), follow from those of one rater and cover as often.",
}


def page(plan: Plan, found: dict[Part, list[Found]]) -> str:
    """The whole page."""
    error = 100 * (NOMINAL * (1 - NOMINAL) / plan.simulations) ** 0.5
    parts = [
        INTRODUCTION.format(
            simulations=f"{plan.simulations:,}",
            replicates=plan.replicates,
            two_way=plan.replicates // 2,
            seed=plan.seed,
            crowd=f"{plan.crowd:,}",
            error=error,
            twice=2 * error,
            digest=plan.digest,
            minutes=MINUTES,
            border=BCA_BELOW_GROUPS,
        ),
        "## In short\n",
        "\n".join(_summary(found)),
        READING.format(table=TABLE, border=BCA_BELOW_GROUPS),
    ]
    for part, cells in found.items():
        parts.append(f"## {HEADS[part]}\n\n{QUESTIONS[part]}\n")
        parts += [_table(name, cells) for name in _coefficients(cells)]
    return "\n".join(parts)


def _coefficients(cells: Sequence[Found]) -> list[str]:
    return list(dict.fromkeys(name for one in cells for name, _method in one.tallies))


def _methods(name: str, cells: Sequence[Found]) -> list[str]:
    known = {method for one in cells for of, method in one.tallies if of == name}
    return [method for method in METHODS if method in known]


def _summary(found: dict[Part, list[Found]]) -> Iterator[str]:
    yield f"| rows | {' | '.join(METHODS.values())} |"
    yield "| --- |" + " --- |" * len(METHODS)
    for part, cells in found.items():
        for size in sorted({one.cell.items for one in cells}):
            unit = "dialogues" if part == "dialogues" else "items"
            label = f"{HEADS[part].partition(':')[0]}, {size} {unit}"
            if part == "persons":
                label += ", raters told apart"
            rows = [one for one in cells if one.cell.items == size]
            told = (_in_short(rows, method) for method in METHODS)
            yield f"| {label} | {' | '.join(told)} |"
    yield ""


def _in_short(cells: Sequence[Found], method: str) -> str:
    tallies = [tally for one in cells for (_name, by), tally in one.tallies.items() if by == method]
    if not tallies:
        return ""
    shares = [tally.share for tally in tallies]
    held = sum(tally.holds for tally in tallies)
    return f"{held}/{len(tallies)} ({_percent(min(shares))} to {_percent(max(shares))})"


def _table(name: str, cells: Sequence[Found]) -> str:
    methods = _methods(name, cells)
    rows = [
        (one.cell, {method: one.tallies.get((name, method), Tally()) for method in methods})
        for one in cells
        if (name, "default") in one.tallies
    ]
    undefined = any(tallies["default"].undefined for _cell, tallies in rows)
    absent = any(tally.absent for _cell, tallies in rows for tally in tallies.values())
    head = ["scale", "scores", "items", "raters", "missing", *(METHODS[one] for one in methods)]
    head += ["holds instead"] + ["undefined"] * undefined + ["no limits"] * absent
    lines = [f"### {WORDS[name]}", "", f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
    for cell, tallies in rows:
        line = [*_cell(cell), *(_told(tally) for tally in tallies.values()), _instead(tallies)]
        default = tallies["default"]
        if undefined:
            line.append(f"{100 * default.undefined / max(default.replicates, 1):.2f} %")
        if absent:
            line.append(f"{max(tally.absent for tally in tallies.values())}")
        lines.append(f"| {' | '.join(line)} |")
    return "\n".join([*lines, ""])


def _cell(cell: Cell) -> list[str]:
    return [
        cell.population.scale,
        cell.population.scores,
        f"{cell.items}",
        f"{cell.raters}",
        f"{cell.missing:.0%}",
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _told(tally: Tally) -> str:
    if not tally.made:
        return "-"
    covered = _percent(tally.share)
    return f"{covered if tally.holds else f'**{covered}**'} ({tally.mean_width:.2f})"


def _instead(tallies: dict[str, Tally]) -> str:
    """The method nearest to 95 % where the default is off, if any is near enough."""
    if tallies["default"].holds:
        return ""
    kind = nearest(
        {name: tally.share for name, tally in tallies.items() if name not in NEVER_ADVISED}
    )
    if kind is None:
        return "none"
    return METHODS[kind] if tallies[kind].holds else f"{METHODS[kind]} (wide)"


MINUTES = "about 20 minutes"
INTRODUCTION = """# Do the intervals hold?

A 95 % interval should cover the truth 95 times of 100. Here is how often each kind does, by
simulation: items and raters with known habits, {simulations} studies for each row of a table,
{replicates} replicates for each bootstrap ({two_way} for the two-way one). The truth is the
coefficient of {crowd} items.

- Written by `make coverage-study`, {minutes} on two cores; seed {seed}; plan `{digest}`.
- A share near 95 is uncertain by {error:.1f} points (one standard error), so now and then a row is
  {twice:.1f} points off by chance.
- A cell reads: share of intervals that cover, in per cent, and their mean width. **Bold** is more
  than 2.5 points off; *holds instead* then names the kind that is nearest to 95 among those within
  2.5 points. *Wide* kinds cover more often than they say: they err on the safe side.
- *undefined* is the share of replicates without a value (no variation in them), which are left out;
  *no limits* counts simulations without an interval.
- The default is BCa below {border} groups (items that stand alone, or dialogues), percentile from
  there on.
- *Points*: five, ordered; *labels*: three, without order; *sets*: any of three labels. *Skewed*
  has most ratings on one value, of sets on the empty one.
"""

READING = """In each field: rows within 2.5 points of 95 %, of all; lowest and highest share.

## What is meant by the kinds

| Kind | Ask for it by | What it is |
| --- | --- | --- |
| default | nothing, or `bootstrap` | what reports show |
| percentile | `percentile` | percentiles of resamples of items, or of dialogues |
| BCa | `bca` | the same, bias-corrected and accelerated |
| BCa, widened | `bca-widened` | BCa asked for as much more confidence as few groups need |
| studentized | `studentized` | below {border} groups: each resample in standard errors of its own |
| jackknife t | `jackknife` | leaves out one item at a time; a t distribution |
| formula | `analytic` | Gwet's linearised error, Fleiss-Cohen-Everitt, F of Shrout and Fleiss |
| generalized | `generalized` | draws of the variance components, for ICC (2,1) and (2,k) |
| graded | `graded` | the same of normal scores behind the grades, from three raters on |
| two-way | `two-way` | draws raters and items |
| KALPHA | `kalpha` | to reproduce published limits, not to be used |

- The formula of Gwet counts an item rated once as if nobody had agreed on it: with three raters and
  a third of the ratings missing it is far too wide.
- With 30 items and skewed labels a handful of items tell the rare labels apart. A sample that has
  too few of them is too low and too sure of it, so most kinds fall short there. The *studentized*
  bootstrap asks each resample how sure it is, and holds there; its limits are wider for that.
- Tried there as well, and further from 95 than the studentized bootstrap on the coefficient's own
  scale: Fisher's z and the logarithm of what is missing to 1, under the jackknife and under the
  bootstrap; a jackknife centred on its own correction of bias; degrees of freedom from the spread
  of what is left out.
- The F limits of ICC (2,1) are those of Shrout and Fleiss, and of McGraw and Wong, to the digit.
  They take a sum of two mean squares for one chi-square variable. With few raters and many items
  the spread of a handful of raters is most of that sum, and they fall short on normal scores too;
  the generalized limits of Tian and Cappelleri give each mean square its own distribution, and
  hold on normal scores. Points have ends: raters who differ much see items less far apart, so the
  parts of raters and items hang together, and generalized limits fall short as well. The *graded*
  limits draw normal scores cut into points, and add how raters differ but for severity. Where
  raters hardly ever differ (0.8 and more) they are a little too close, and *generalized* ones hold.
- Tried for ICC (2,1) as well: modified large sample limits (Cappelleri and Ting), which hold on
  normal scores and are within a point of the generalized ones on points; a beta distribution, and
  an F distribution of the components, with variances from the mean squares (80 to 89 % with 300
  items); a jackknife over raters and items with a t distribution, plain, on Fisher's z, on the
  logit and on the logarithm of what is missing to 1 (98 % and more with 30 items; with 300 nearly
  all misses lie below the lower limit).
- Reports read these tables (`{table}`). Where the limits shown are
  off in the row that is most like the study, they say so and give those that hold.
- Where *holds instead* says none, no kind is near enough: rate more items, or more raters.
"""
