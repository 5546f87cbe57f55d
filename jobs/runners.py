"""The functions that do background work, known by their dotted path."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

Runner = Callable[..., dict[str, Any]]
RUNNERS: dict[str, Runner] = {}


def runner(function: Runner) -> Runner:
    """Register `function(handle, **args) -> result` under ``module.name``."""
    RUNNERS[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def resolve(name: str) -> Runner:
    """The runner of that dotted path; its module is imported on demand.

    Only what was registered runs, so a row cannot name any function of the process. Enqueuing
    resolves too: a misspelt name fails where it was written, not in a worker an hour later.
    """
    if name not in RUNNERS:
        try:
            import_module(name.rpartition(".")[0])
        except (ImportError, ValueError) as problem:
            raise LookupError(f"No module holds the runner '{name}': {problem}.") from problem
    if name not in RUNNERS:
        raise LookupError(
            f"'{name}' is not a runner. Put @jobs.ledger.runner above the function, "
            "or correct the name."
        )
    return RUNNERS[name]
