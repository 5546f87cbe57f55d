"""What a language is called, in the reader's own."""

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _


def language_name(code: str) -> str:
    """“Japanese” for ja; the code of a language that Django does not know, and "" for none."""
    try:
        return _(get_language_info(code)["name"])
    except KeyError:
        return code
