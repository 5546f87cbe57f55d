"""Shares, differences, correlations and tests of scores; what is valid while data arrive."""
