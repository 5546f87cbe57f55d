"""What stands between words and between sentences, as the language of the page wants it.

English parts sentences by a space and writes its commas and colons half as wide as a letter of
Japanese, in which the full stop is the gap.
"""

import re

from django.template import Context, Node, NodeList
from django.template.base import Parser, Token

from core import phrases
from core.templatetags.numerals import is_japanese

GAP = re.compile(r"(?<=[。！？：])((?:</[a-z]+>)*)\s+(?=\S)")
"""White space after a full stop or a colon, whatever inline elements end there."""


def comma() -> str:
    """`{% comma %}` between the words of a list."""
    return phrases.comma()


def colon() -> str:
    """`{% colon %}` between a name and what is said of it."""
    return phrases.colon()


class Sentences(Node):
    """Sentences that parts of a template say one after the other."""

    def __init__(self, inside: NodeList) -> None:
        self.nodelist = inside

    def render(self, context: Context) -> str:
        """What its parts have rendered and escaped; the list of nodes around takes it so."""
        said = self.nodelist.render(context)
        return GAP.sub(r"\1", said) if is_japanese() else said


def sentences(parser: Parser, _token: Token) -> Sentences:
    """`{% sentences %}…{% endsentences %}`: no white space after a Japanese full stop or colon."""
    inside = parser.parse(("endsentences",))
    parser.delete_first_token()
    return Sentences(inside)
