"""What the page on which a team tries its widget sends under: no variant of theirs."""

TRYING = "touchstone-test"
"""Variant of what is sent there, and the beginning of its conversations and persons."""
