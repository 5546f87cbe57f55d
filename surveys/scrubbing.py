"""What comments may hold of people who did not mean to leave it: masked before it is stored.

E-mail addresses, telephone and card numbers and My Numbers are found by their form
(`core.personal`), so what looks like one is masked too, and a name never is. `TOUCHSTONE_SCRUBBER`
names a function of the operator's that goes over the rest: it takes a text and gives the text to
store.
"""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from core.personal import find

MASKED = {"email": "[email]", "phone": "[phone]", "card": "[card]", "my_number": "[number]"}
"""Nobody looks at what is found in a comment, so postal addresses, which are less sure, stay."""


def scrubbed(text: str) -> str:
    """A comment as it is stored.

    >>> masked("Write to yuki@example.co.jp or call 090-1234-5678, order 4711.")
    'Write to [email] or call [phone], order 4711.'
    """
    own = own_scrubber(settings.SCRUBBER)
    text = masked(text)
    return own(text) if own else text


def masked(text: str) -> str:
    kept, done = [], 0
    for span in find(text):
        if name := MASKED.get(span.kind):
            kept.append(text[done : span.start] + name)
            done = span.end
    return "".join(kept) + text[done:]


@cache
def own_scrubber(path: str) -> Callable[[str], str] | None:
    """The operator's function; one that cannot be imported stops the first comment loudly."""
    if not path:
        return None
    found: Callable[[str], str] = import_string(path)
    return found
