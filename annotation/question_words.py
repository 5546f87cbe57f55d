"""What a question is called where it stands apart from what it asks about, and its answers."""

from django.utils.translation import gettext as _

from annotation.answers import Question
from annotation.criteria import spoken
from annotation.item_rows import Speech
from annotation.sides import Sides


def title_of(question: Question, sides: Sides) -> str:
    """The criterion, with the turn, the passage, or the two answers that are compared."""
    name = spoken(question.criterion.name, question.criterion.key)
    turn, passage = question.unit
    if question.is_ranked and (names := sides.names(question.unit)):
        return _("%(criterion)s: %(first)s or %(second)s") % {
            "criterion": name,
            "first": names[0],
            "second": names[1],
        }
    if passage >= 0:
        return _("%(criterion)s, turn %(turn)d, passage %(n)d") % {
            "criterion": name,
            "turn": turn + 1,
            "n": passage + 1,
        }
    if turn >= 0:
        return _("%(criterion)s, turn %(turn)d") % {"criterion": name, "turn": turn + 1}
    return name


def speech_of(question: Question, sides: Sides) -> Speech:
    """Puts answers into the words of a page on which what is compared stands in this order."""
    return Speech(
        question.criterion,
        question.scale,
        sides.is_swapped(question.unit),
        question.labels,
        sides.names(question.unit) if question.is_ranked else None,
    )
