"""Each rater beside the rest: severity, agreement without them, drift, habits, flags."""
