"""The literature as a test: published numbers, and what this installation computes for them.

`cases` reads a case and gives its data as arrays (`layouts` knows the shapes), the other modules
say which function answers which statistic, `evaluate` compares the two. A case is a JSON object of
the format `touchstone-reference/1`: `data`, and a list of `expected` values.
"""
