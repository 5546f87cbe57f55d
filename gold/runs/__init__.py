"""Runs of variants on a release: what they answered, what passed, and what changed since."""
