"""What the audit log repeats of people's words, named to those who look for personal data in it."""

from django.utils.translation import gettext_lazy as _

from accounts.audited_words import entries_with_words, rewrite_entry
from conversations.written import Rewrite, Source, add

LOG = "log"


def connect() -> None:
    add(
        Source(
            name=LOG,
            label=_("Reasons in the audit log"),
            rows=entries_with_words,
            field="words",
            rewrite=hide,
        )
    )


def hide(change: Rewrite) -> None:
    rewrite_entry(change.row, change.new)
