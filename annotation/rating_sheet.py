"""The page of an item that its rater has not touched, rendered once for all items of its kind.

Between two fresh items of one rubric hardly anything on the page differs: the conversation, what
the item is called, the number in the bar. The template is rendered once with stand-ins in their
places, and every item fills them; nothing goes stale, because a published rubric version is frozen.
Rendering took 3 of the 12 ms of CPU that a submit cost, on a busy machine.

The stand-ins are random numbers of this process and never leave it, so no text of a rubric or a
conversation can hold one. What is filled in is HTML already, or has nothing to escape.
"""

import copy
import re
import secrets
from collections.abc import Hashable, Mapping
from threading import Lock
from uuid import uuid4

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from annotation.models import Assignment, Layer, RubricVersion
from annotation.rating_page import Desk, Filled, Layout

ITEM, CLIENT_KEY = uuid4(), uuid4()
TOKEN, DIALOGUE = secrets.token_hex(32), secrets.token_hex(32)
N, TOTAL = (number * 10**17 + secrets.randbelow(10**17) for number in (1, 2))
"""Numbers, because the templates count with them: the one before N stands for what is done."""

STAND_INS = re.compile(
    "|".join(str(one) for one in (ITEM, CLIENT_KEY, TOKEN, DIALOGUE, N, N - 1, TOTAL)).join("()")
)
MOST = 128
"""Sheets of 10 to 30 KB that a process keeps. Orders drawn for each rater have one each."""


class Sheet:
    """A rendered page, cut at its stand-ins."""

    def __init__(self, html: str) -> None:
        self.parts = STAND_INS.split(html)

    def filled(self, values: Mapping[str, str]) -> str:
        parts = self.parts.copy()
        parts[1::2] = [values[stand_in] for stand_in in parts[1::2]]
        return "".join(parts)


_sheets: dict[Hashable, Sheet] = {}
_lock = Lock()


def has_sheet(desk: Desk) -> bool:
    """Whether nothing but a sheet's few values is the item's own.

    A draft, a rating to revise, what others said, a conversation with points of its own and
    questions that stand at the turns have their page rendered.
    """
    assignment = desk.assignment
    return (
        assignment.state == Assignment.State.LEASED
        and assignment.layer != Layer.INFORMED
        and not hasattr(assignment, "draft")
        and not assignment.item.conversation.guidance
        and assignment.item.study.rubric_version.state == RubricVersion.State.PUBLISHED
        and desk.layout == Layout.PANEL
    )


def fresh_page(desk: Desk, csrf_token: str) -> str:
    """The next item as htmx gets it, of a desk that `has_sheet`."""
    values = {
        str(ITEM): str(desk.assignment.uid),
        str(CLIENT_KEY): str(desk.filled.client_key),
        TOKEN: csrf_token,
        DIALOGUE: desk.dialogue,
        str(N): str(desk.n),
        str(N - 1): str(desk.n_done),
        str(TOTAL): str(desk.total),
    }
    return _sheet_of(desk).filled(values)


def _sheet_of(desk: Desk) -> Sheet:
    study = desk.study
    kind = (
        study.rubric_version.uid,
        study.uid,
        get_language(),
        tuple(sorted(desk.assignment.display.items())),
        tuple(question.name for question in desk.questions),
        desk.n > 1,
    )
    sheet = _sheets.get(kind)
    if sheet is None:
        sheet = Sheet(_rendered(desk))
        with _lock:
            while len(_sheets) >= MOST:
                del _sheets[next(iter(_sheets))]
            _sheets[kind] = sheet
    return sheet


def _rendered(desk: Desk) -> str:
    assignment = copy.copy(desk.assignment)
    assignment.uid = ITEM
    blank = Desk(
        assignment=assignment,
        filled=Filled(client_key=CLIENT_KEY),
        n=N if desk.n > 1 else desk.n,
        total=TOTAL,
    )
    blank.dialogue = mark_safe(DIALOGUE)  # noqa: S308  # hexadecimal
    return render_to_string(
        "annotation/_rate_item.html",
        {"desk": blank, "study": desk.study, "csrf_token": TOKEN, "is_part": True},
    )
