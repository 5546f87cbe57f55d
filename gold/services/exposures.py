"""Inputs that were used elsewhere: told by people, line by line, and withdrawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import record
from accounts.models import Project, User
from conversations.models import Conversation
from core.errors import InvalidError
from core.phrases import consecutive
from core.text import storable
from gold.asked import input_key_of
from gold.models import Exposure

BATCH = 500
KEY_LENGTH = 255
MOST_KEYS = 100_000


@dataclass(frozen=True, slots=True)
class Told:
    """How many inputs are new on the list, and how many stood there for that use already."""

    new: int
    known: int


def read_keys(text: str) -> list[str]:
    """One key a line, each once; the line that holds none that can be stored is named, and why."""
    keys: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        key = line.strip().strip("\ufeff")
        if not key:
            continue
        if not storable(key):
            raise InvalidError(
                _("Line %(line)d holds a NUL or half a character. Remove it.") % {"line": number}
            )
        if len(key) > KEY_LENGTH:
            raise InvalidError(
                _("Line %(line)d is no input key: one has at most %(most)d characters.")
                % {"line": number, "most": KEY_LENGTH}
            )
        keys[key] = None
    if not keys:
        raise InvalidError(_("No input key was given. Write one on each line."))
    if len(keys) > MOST_KEYS:
        raise InvalidError(
            _("%(n)d input keys are too many at once. Tell at most %(most)d at a time.")
            % {"n": len(keys), "most": MOST_KEYS}
        )
    return list(keys)


@transaction.atomic
def tell_exposures(
    *,
    actor: User | None,
    project: Project,
    keys: Sequence[str],
    use: str,
    note: str,
    now: datetime,
) -> Told:
    """Note that these inputs were used; a conversation's id stands for its input."""
    inputs = inputs_named(project, keys)
    before = Exposure.objects.filter(project=project, use=use)
    known: set[str] = set()
    for start in range(0, len(inputs), BATCH):
        found = before.filter(input_key__in=inputs[start : start + BATCH])
        known.update(found.values_list("input_key", flat=True))
    new = [key for key in inputs if key not in known]
    Exposure.objects.bulk_create(
        (
            Exposure(project=project, input_key=key, use=use, note=note, told_by=actor, told_at=now)
            for key in new
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    if new:
        record(
            actor, "gold.exposures_told", target=project, project=project, count=len(new), use=use
        )
    return Told(len(new), len(inputs) - len(new))


def inputs_named(project: Project, keys: Sequence[str]) -> list[str]:
    """The input keys that were meant: one that is a conversation's id means what that asked."""
    meant: dict[str, str] = {}
    for start in range(0, len(keys), BATCH):
        rows = Conversation.objects.filter(
            project=project, external_id__in=keys[start : start + BATCH]
        ).values_list("external_id", "input_key", "turns")
        meant.update({one: input_key_of(key, turns) for one, key, turns in rows})
    return list(dict.fromkeys(meant.get(key, key) for key in keys))


@transaction.atomic
def withdraw_exposures(*, actor: User | None, project: Project, rows: Iterable[int]) -> int:
    """Take rows off the list, since they were told in error; how many."""
    count, _by_model = Exposure.objects.filter(project=project, pk__in=list(rows)).delete()
    if not count:
        raise InvalidError(_("No line was chosen. Choose at least one."))
    record(actor, "gold.exposures_withdrawn", target=project, project=project, count=count)
    return count


def told_words(told: Told) -> str:
    new = ngettext(
        "%(n)d input is on the list now.", "%(n)d inputs are on the list now.", told.new
    ) % {"n": told.new}
    if not told.known:
        return new
    known = ngettext("%(n)d stood there already.", "%(n)d stood there already.", told.known) % {
        "n": told.known
    }
    return consecutive([new, known])
