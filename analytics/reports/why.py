"""Why a number is missing: the sentences of statistics and of reports, here for translation.

Statistics know no languages, so their constant sentences stand here once more, word for word; a
test holds both against each other.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

OWN_LABELS = gettext_noop(
    "Each conversation has labels of its own, so there is no chance agreement over all of them."
)
REASONS = (
    gettext_noop("There are no ratings yet. Agreement needs two ratings of one item."),
    gettext_noop("Only one rater has rated. Agreement needs a second rater on the same items."),
    gettext_noop(
        "No item has two ratings, so no pair of ratings can be compared. "
        "Raise the overlap or wait for ratings."
    ),
    gettext_noop(
        "Every rating that can be compared has the same value, so agreement beyond chance "
        "is not defined. Read the percent agreement instead."
    ),
    gettext_noop(
        "All ratings that can be compared come from one group (one conversation, say), and an "
        "interval needs at least two. Rate items of more groups."
    ),
    gettext_noop(
        "In more than half of the resamples the ratings do not vary, so an interval would describe "
        "only the others. Rate more items."
    ),
    gettext_noop(
        "Every resample gives the same value, so resampling cannot tell how sure the value is. "
        "Rate more items."
    ),
    gettext_noop(
        "The scale declares one value only, so raters cannot but agree. Read the percent agreement "
        "instead."
    ),
    gettext_noop(
        "This coefficient compares two raters, and there are more. Read the pairs of raters, or a "
        "coefficient for any number of them."
    ),
    gettext_noop(
        "The scale has more than 64 values, and this coefficient needs a table of all pairs of "
        "them. Read Krippendorff's alpha instead."
    ),
    gettext_noop(
        "There are too many raters and items to resample who chose what. Read the interval of "
        "Krippendorff's alpha or of Fleiss' kappa."
    ),
    gettext_noop(
        "Fewer than two items were rated by every rater, and this coefficient compares raters on "
        "the same items. Read Krippendorff's alpha, which needs no complete table."
    ),
    gettext_noop(
        "The two raters have no item in common, so they cannot be compared. "
        "Give both the same items."
    ),
    gettext_noop(
        "No item was rated by raters of both kinds, so the kinds cannot be compared. "
        "Give both the same items."
    ),
    gettext_noop(
        "More than 64 different sets of labels were given, too many to compare kinds of raters by "
        "them. Read the agreement within each kind."
    ),
    gettext_noop(
        "Fewer than five raters rated, so the data cannot tell how other raters would agree. "
        "Ask more raters, or read the interval for other items."
    ),
    gettext_noop(
        "Without one of the groups the coefficient is not defined, so leaving groups out cannot "
        "tell how sure the value is. Rate more items."
    ),
    gettext_noop("This kind of interval is not known for this coefficient. Ask for the bootstrap."),
    gettext_noop(
        "The scores leave no variation within items to judge by, so an interval is not defined. "
        "Rate more items."
    ),
    gettext_noop(
        "Severity needs values in an order, and the values of a nominal scale have none. "
        "Read how often each value was chosen."
    ),
    gettext_noop(
        "No common item joins this rater to the others, so severity cannot be told from what was "
        "rated. Give them some of the same items."
    ),
    gettext_noop(
        "Nobody else rated what this rater rated, so there is nothing to compare with. "
        "Give them some of the same items."
    ),
    gettext_noop(
        "Without this rater no item has two ratings, so there is no agreement of the others to "
        "compare with. Let a third rater rate the same items."
    ),
    gettext_noop(
        "There are more than 200 raters, too many to compare each with the rest. "
        "Read the agreement of all of them."
    ),
    gettext_noop("All ratings were given in one week, so nothing can be said about time."),
    gettext_noop(
        "Fewer than 20 ratings can be compared with the others', too few to tell a drift. "
        "Wait for more."
    ),
    gettext_noop(
        "The ratings that can be compared come from fewer than three groups (conversations, say), "
        "too few to tell a drift. Rate items of more groups."
    ),
    gettext_noop("Raters do not vary, so there is no severity to tell apart."),
    gettext_noop(
        "Others have settled none of this rater's items that are in gold. Approve more of the "
        "items that this rater rates, or draw conversations of gold items into the study."
    ),
    gettext_noop(
        "Free numbers are hardly ever equal, so there is no share of right answers. "
        "Read how far off they are."
    ),
    gettext_noop(
        "How far off an answer is needs values in an order, and these have none. "
        "Read the share of right answers."
    ),
    gettext_noop(
        "There are no cases yet, so there is nothing to count. Wait for the first answers."
    ),
    gettext_noop(
        "There are too few cases to tell how much they vary, and an interval or a test needs "
        "that. Compare more items."
    ),
    gettext_noop(
        "All pairs differ by the same amount, so there is no spread to hold the difference "
        "against. Compare more items."
    ),
    gettext_noop(
        "No pair differs, so a test has nothing to weigh. Compare more items, or report that "
        "none differed."
    ),
    gettext_noop(
        "The scores of one side are all equal, so a correlation is not defined. Read the share "
        "of equal scores instead."
    ),
    gettext_noop(
        "All cases of both sides have the same outcome, so a test has nothing to weigh. Read the "
        "shares with their intervals instead."
    ),
    gettext_noop(
        "The mean moved while the scores arrived, so no limits hold for all of that time. Read "
        "the means by week instead."
    ),
    gettext_noop(
        "No rater shares enough items with other raters and the judge, so the judge cannot be "
        "compared. Let more raters rate the same items."
    ),
    gettext_noop(
        "No number of items or raters reaches the goal with what the pilot shows. Ask for less, "
        "or make ratings more reliable first."
    ),
    gettext_noop("There are no votes yet. Comparing systems needs votes between two of them."),
    gettext_noop(
        "There are more than 1,000 systems, too many to place on one scale. Compare fewer, or "
        "read the win rates."
    ),
    gettext_noop(
        "The systems form groups that never met, so there is no common scale. Compare systems "
        "across the groups, or rank each group alone."
    ),
    gettext_noop(
        "Some systems never lost to the rest or never won against it, so their strengths have no "
        "finite estimate. Collect more votes, or leave these systems out and tell their win "
        "rates."
    ),
    gettext_noop(
        "The votes fit an ever larger effect of the side or of ties, so it has no finite "
        "estimate. Collect more votes, or estimate the strengths without it."
    ),
    gettext_noop(
        "Each two systems were shown in one order only, so an effect of the side cannot be told "
        "from their strengths. Show pairs in both orders."
    ),
    gettext_noop("Every vote is a tie, so the strengths of the systems cannot be told apart."),
    gettext_noop(
        "All votes come from one item or one rater, and an interval needs at least two. Collect "
        "votes on more."
    ),
    gettext_noop(
        "In more than half of the resamples some system wins or loses all its votes, so an "
        "interval would describe only the others. Collect more votes."
    ),
    gettext_noop(
        "No vote is decisive, so there is no share of decisive votes. Read the share of ties "
        "instead."
    ),
    gettext_noop(
        "Where some label is taken for true, raters mostly say another, so labels may have "
        "changed places. Compare with the majority, and look at the items where the two differ."
    ),
    gettext_noop(
        "The estimate still moved when its steps ran out. Allow more steps, or read the majority."
    ),
    gettext_noop(
        "On common items this rater is always at one end of the others, so a severity in logits "
        "has no finite estimate. Read the severity in points."
    ),
    gettext_noop(
        "Fewer than 10 of this rater's items can tell raters apart, too few for a severity in "
        "logits. Read the severity in points."
    ),
    gettext_noop(
        "Fewer than 30 items can tell raters apart, too few for severity in logits. Read the "
        "severity in points."
    ),
    gettext_noop(
        "More than 15 points of the scale are in use, too many for severity in logits. Read the "
        "severity in points."
    ),
    gettext_noop(
        "There are more than 200 raters, or raters on criteria, too many for severity in logits. "
        "Read the severity in points."
    ),
    gettext_noop(
        "Raters share too few criteria, so a severe rater cannot be told from a hard criterion. "
        "Let more than one rater rate each criterion."
    ),
    gettext_noop(
        "The ratings do not tell how far apart the points of the scale are, so severity in "
        "logits has no finite estimate. Read the severity in points."
    ),
    gettext_noop(
        "Too few people have answered for limits that hold at every look. "
        "Wait until each side has 20 respondents."
    ),
    gettext_noop(
        "Fewer than 10 verdicts on conversations drawn at random are known, too few for a level. "
        "Rate more of a random draw."
    ),
    gettext_noop(
        "No conversation of a common kind of feedback has a verdict (most have no feedback at "
        "all), so nothing speaks for that kind. Rate conversations drawn at random from all."
    ),
    OWN_LABELS,
)


def reason_words(reason: str | None) -> str:
    """A stored reason in the reader's language."""
    return _(reason) if reason else ""
