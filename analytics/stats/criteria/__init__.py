"""One criterion in one call: from ratings or counts to results with intervals and reasons."""
