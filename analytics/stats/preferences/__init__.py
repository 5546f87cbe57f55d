"""Votes between two systems: win rates, strengths, ranks, and whether votes can place them."""
