"""What people wrote that the audit log repeats: reasons, questions, and names of what they wrote.

Entries are never edited but for this: what is hidden of a text, or goes with whoever is forgotten,
is hidden in the entries that repeat it, in the same transaction.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from accounts.models import AuditEntry, Project

WORDS = ("reason", "question")
"""Under these names an entry keeps written words; under all others facts."""
WORDLESS = ("rating.submitted", "rating.revised")
"""Nearly all entries of a large project, passed over before anything of them is read."""


def entries_with_words(project: Project) -> QuerySet[AuditEntry]:
    """Each with `words`: what somebody wrote."""
    entries = AuditEntry.objects.filter(project=project).exclude(verb__in=WORDLESS)
    written = Coalesce(
        *(KT(f"data__{name}") for name in WORDS), Value(""), output_field=TextField()
    )
    return entries.annotate(words=written)


def rewrite_entry(entry: AuditEntry, words: str) -> None:
    """Let an entry of `entries_with_words` say other words."""
    entry.data |= {name: words for name in WORDS if name in entry.data}
    entry.save(update_fields=["data"])


def follow_words(project: Project, old: str, new: str) -> None:
    """Entries that repeat a text which now says something else."""
    entries: QuerySet[Any] = entries_with_words(project)
    for entry in entries.filter(words=old).select_for_update(of=("self",)):
        rewrite_entry(entry, new)


def follow_names(project: Project, targets: Sequence[Model]) -> None:
    """Entries about rows of one kind that are now called something else."""
    names = {uid: str(row)[:200] for row in targets if (uid := getattr(row, "uid", None))}
    if not names:
        return
    entries = AuditEntry.objects.filter(
        project=project, target_type=targets[0]._meta.label_lower, target_uid__in=names
    )
    for entry in entries.select_for_update(of=("self",)):
        entry.target_name = names[entry.target_uid]
        entry.save(update_fields=["target_name"])
