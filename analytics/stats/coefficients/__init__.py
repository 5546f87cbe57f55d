"""Coefficients of agreement as functions of additive sums, and the distances they weigh by."""
