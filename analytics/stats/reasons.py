"""Why a number or its interval is missing: a closed set of constant sentences.

They hold no placeholders, so a page may look a sentence up in its own language.
"""

from typing import Final

NO_RATINGS: Final = "There are no ratings yet. Agreement needs two ratings of one item."
ONE_RATER: Final = "Only one rater has rated. Agreement needs a second rater on the same items."
NO_PAIRABLE_UNIT: Final = (
    "No item has two ratings, so no pair of ratings can be compared. "
    "Raise the overlap or wait for ratings."
)
NO_VARIATION: Final = (
    "Every rating that can be compared has the same value, so agreement beyond chance "
    "is not defined. Read the percent agreement instead."
)
FEW_GROUPS: Final = (
    "All ratings that can be compared come from one group (one conversation, say), and an interval "
    "needs at least two. Rate items of more groups."
)
MOSTLY_UNDEFINED: Final = (
    "In more than half of the resamples the ratings do not vary, so an interval would describe "
    "only the others. Rate more items."
)
CONSTANT_RESAMPLES: Final = (
    "Every resample gives the same value, so resampling cannot tell how sure the value is. "
    "Rate more items."
)

ONE_DECLARED: Final = (
    "The scale declares one value only, so raters cannot but agree. Read the percent agreement "
    "instead."
)
TWO_RATERS_ONLY: Final = (
    "This coefficient compares two raters, and there are more. Read the pairs of raters, or a "
    "coefficient for any number of them."
)
LONG_SCALE: Final = (
    "The scale has more than 64 values, and this coefficient needs a table of all pairs of them. "
    "Read Krippendorff's alpha instead."
)
MANY_RATERS_AND_UNITS: Final = (
    "There are too many raters and items to resample who chose what. Read the interval of "
    "Krippendorff's alpha or of Fleiss' kappa."
)
NO_COMPLETE_UNIT: Final = (
    "Fewer than two items were rated by every rater, and this coefficient compares raters on the "
    "same items. Read Krippendorff's alpha, which needs no complete table."
)
RATERS_NEVER_MEET: Final = (
    "The two raters have no item in common, so they cannot be compared. Give both the same items."
)
KINDS_NEVER_MEET: Final = (
    "No item was rated by raters of both kinds, so the kinds cannot be compared. "
    "Give both the same items."
)
MANY_SETS: Final = (
    "More than 64 different sets of labels were given, too many to compare kinds of raters by "
    "them. Read the agreement within each kind."
)
FEW_RATERS: Final = (
    "Fewer than five raters rated, so the data cannot tell how other raters would agree. "
    "Ask more raters, or read the interval for other items."
)
UNDEFINED_WITHOUT_ONE: Final = (
    "Without one of the groups the coefficient is not defined, so leaving groups out cannot tell "
    "how sure the value is. Rate more items."
)
NOT_THIS_INTERVAL: Final = (
    "This kind of interval is not known for this coefficient. Ask for the bootstrap."
)
NO_RESIDUAL: Final = (
    "The scores leave no variation within items to judge by, so an interval is not defined. "
    "Rate more items."
)

COEFFICIENT_REASONS: Final = (
    ONE_DECLARED,
    TWO_RATERS_ONLY,
    LONG_SCALE,
    MANY_RATERS_AND_UNITS,
    NO_COMPLETE_UNIT,
    RATERS_NEVER_MEET,
    KINDS_NEVER_MEET,
    MANY_SETS,
    FEW_RATERS,
    UNDEFINED_WITHOUT_ONE,
    NOT_THIS_INTERVAL,
    NO_RESIDUAL,
)

NO_CASES: Final = (
    "There are no cases yet, so there is nothing to count. Wait for the first answers."
)
FEW_ROWS: Final = (
    "There are too few cases to tell how much they vary, and an interval or a test needs that. "
    "Compare more items."
)
CONSTANT_DIFFERENCES: Final = (
    "All pairs differ by the same amount, so there is no spread to hold the difference against. "
    "Compare more items."
)
NO_DIFFERENCES: Final = (
    "No pair differs, so a test has nothing to weigh. Compare more items, or report that none "
    "differed."
)
CONSTANT_SCORES: Final = (
    "The scores of one side are all equal, so a correlation is not defined. "
    "Read the share of equal scores instead."
)
SAME_OUTCOME: Final = (
    "All cases of both sides have the same outcome, so a test has nothing to weigh. "
    "Read the shares with their intervals instead."
)
MOVED_MEAN: Final = (
    "The mean moved while the scores arrived, so no limits hold for all of that time. "
    "Read the means by week instead."
)
FEW_COMPARED: Final = (
    "No rater shares enough items with other raters and the judge, so the judge cannot be "
    "compared. Let more raters rate the same items."
)
FEW_RESPONDENTS: Final = (
    "Too few people have answered for limits that hold at every look. "
    "Wait until each side has 20 respondents."
)
FEW_VERDICTS: Final = (
    "Fewer than 10 verdicts on conversations drawn at random are known, too few for a level. "
    "Rate more of a random draw."
)
SIGNAL_WITHOUT_VERDICT: Final = (
    "No conversation of a common kind of feedback has a verdict (most have no feedback at all), so "
    "nothing speaks for that kind. Rate conversations drawn at random from all."
)
OUT_OF_REACH: Final = (
    "No number of items or raters reaches the goal with what the pilot shows. "
    "Ask for less, or make ratings more reliable first."
)

COMPARISON_REASONS: Final = (
    NO_CASES,
    FEW_ROWS,
    CONSTANT_DIFFERENCES,
    NO_DIFFERENCES,
    CONSTANT_SCORES,
    SAME_OUTCOME,
    MOVED_MEAN,
    FEW_COMPARED,
    FEW_RESPONDENTS,
    FEW_VERDICTS,
    SIGNAL_WITHOUT_VERDICT,
    OUT_OF_REACH,
)

NO_VOTES: Final = "There are no votes yet. Comparing systems needs votes between two of them."
TOO_MANY_SYSTEMS: Final = (
    "There are more than 1,000 systems, too many to place on one scale. "
    "Compare fewer, or read the win rates."
)
SEPARATE_GROUPS: Final = (
    "The systems form groups that never met, so there is no common scale. "
    "Compare systems across the groups, or rank each group alone."
)
ONE_SIDED: Final = (
    "Some systems never lost to the rest or never won against it, so their strengths have no "
    "finite estimate. Collect more votes, or leave these systems out and tell their win rates."
)
UNBOUNDED_EFFECT: Final = (
    "The votes fit an ever larger effect of the side or of ties, so it has no finite estimate. "
    "Collect more votes, or estimate the strengths without it."
)
CONFOUNDED_SIDE: Final = (
    "Each two systems were shown in one order only, so an effect of the side cannot be told from "
    "their strengths. Show pairs in both orders."
)
ONLY_TIES: Final = "Every vote is a tie, so the strengths of the systems cannot be told apart."
ONE_DRAW: Final = (
    "All votes come from one item or one rater, and an interval needs at least two. "
    "Collect votes on more."
)
UNCONNECTED_RESAMPLES: Final = (
    "In more than half of the resamples some system wins or loses all its votes, so an interval "
    "would describe only the others. Collect more votes."
)
NO_DECISIVE_VOTE: Final = (
    "No vote is decisive, so there is no share of decisive votes. Read the share of ties instead."
)

PREFERENCE_REASONS: Final = (
    NO_VOTES,
    TOO_MANY_SYSTEMS,
    SEPARATE_GROUPS,
    ONE_SIDED,
    UNBOUNDED_EFFECT,
    CONFOUNDED_SIDE,
    ONLY_TIES,
    ONE_DRAW,
    UNCONNECTED_RESAMPLES,
    NO_DECISIVE_VOTE,
)

SWITCHED_LABELS: Final = (
    "Where some label is taken for true, raters mostly say another, so labels may have changed "
    "places. Compare with the majority, and look at the items where the two differ."
)
NOT_CONVERGED: Final = (
    "The estimate still moved when its steps ran out. Allow more steps, or read the majority."
)

TRUTH_WARNINGS: Final = (SWITCHED_LABELS, NOT_CONVERGED)

REASONS: Final = (
    NO_RATINGS,
    ONE_RATER,
    NO_PAIRABLE_UNIT,
    NO_VARIATION,
    FEW_GROUPS,
    MOSTLY_UNDEFINED,
    CONSTANT_RESAMPLES,
)
