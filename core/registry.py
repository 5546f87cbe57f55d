"""Where a lower floor announces and a higher one acts.

A lower floor may not import a higher one. It announces an event by name; apps above register what
they do about it in `AppConfig.ready()`. Handlers run in order of registration and in the
announcer's transaction, if it has one, so what they write stands or falls with what was announced.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Handler = Callable[..., None]
_handlers: dict[str, list[Handler]] = defaultdict(list)

#: The events that exist and what they carry; an unknown name is a mistake, not a silent no-op.
EVENTS = {
    "invitation_accepted": "invitation, user",
    "conversations_imported": "project, run",
    "project_emptied": "project",
    "project_links": "project, role, links",
    "audit_targets": "uids, names",  # by kind: handlers add what somebody is to read for a uid
    "jobs_in_use": "uids",  # handlers add the jobs that a page of theirs still tells of
    "verdicts_in_use": "study, uids",  # handlers add the verdicts that a set of theirs rests on
    "gold_changes": "study, since, uids",  # handlers add what came into gold since, or left it
    "ways_in": "study, conversations, probabilities",  # handlers add a chance without draws
    "subject_kept": "project, conversations, found",  # handlers add what is made of their words
    "subject_erased": "actor, project, conversations, now",  # their words are gone already
    "words_hidden": "conversations, hidden",  # by key: those that changed; what is hidden of each
    "words_rewritten": "item, words, now",  # what was said of an item says these no more
    "cleaning": "now",
    "sweeping": "now",  # every few seconds: handlers see to what nobody asked for
}


def on(event: str, handler: Handler) -> None:
    if event not in EVENTS:
        raise KeyError(f"No event '{event}'; core.registry.EVENTS lists them.")
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


def announce(event: str, **facts: Any) -> None:
    if event not in EVENTS:
        raise KeyError(f"No event '{event}'; core.registry.EVENTS lists them.")
    for handler in _handlers[event]:
        handler(**facts)


def announce_apart(event: str, **facts: Any) -> None:
    """The same outside a transaction, where no handler's trouble is another's: all of them run.

    What went wrong is raised together once all have run.
    """
    if event not in EVENTS:
        raise KeyError(f"No event '{event}'; core.registry.EVENTS lists them.")
    problems = []
    for handler in _handlers[event]:
        try:
            handler(**facts)
        except Exception as problem:  # raised below
            problems.append(problem)
    if problems:
        raise ExceptionGroup(f"Handlers of “{event}” failed.", problems)
