"""What callers did wrong. What the *data* cannot answer is no error: see `reasons`."""


class StatisticsError(ValueError):
    """The arguments contradict each other; the message names value, rule and way out."""


class UnknownLevelError(StatisticsError):
    """A level of measurement other than nominal, ordinal, interval and ratio."""

    def __init__(self, level: str) -> None:
        """Name the level that nobody knows."""
        super().__init__(
            f"Level '{level}' is unknown; a scale is nominal, ordinal, interval or ratio. "
            "Choose the level that the scale was declared with."
        )


class ScaleError(StatisticsError):
    """The declared values do not suit the level or the counts."""


class RowsError(StatisticsError):
    """Rows of ratings that do not fit together: lengths, negative counts, unknown points."""


class DuplicateRatingError(RowsError):
    """One rater appears twice on one unit, so that rater would be paired with themselves."""
