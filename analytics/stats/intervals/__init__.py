"""Intervals: whole groups drawn again, left out, or linearised; `methods` knows each by name."""
