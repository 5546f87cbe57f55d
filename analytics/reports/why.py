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
    gettext_noop(
        "Severity is fitted to 200,000 ratings drawn by lot, and none of this rater's was among "
        "them. Read how often each value was chosen."
    ),
    gettext_noop("All ratings were given in one week, so nothing can be said about time."),
    gettext_noop(
        "Fewer than 20 ratings can be compared with the others', too few to tell a drift. "
        "Wait for more."
    ),
    gettext_noop("Raters do not vary, so there is no severity to tell apart."),
    OWN_LABELS,
)


def reason_words(reason: str | None) -> str:
    """A stored reason in the reader's language."""
    return _(reason) if reason else ""
