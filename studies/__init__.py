"""Simulations that show whether the statistics keep what they promise; no part of the service."""
