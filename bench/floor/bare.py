"""The floor without any middleware: what a view costs that inserts one event and does no more."""

from bench.floor.settings import *  # noqa: F403

MIDDLEWARE: list[str] = []
