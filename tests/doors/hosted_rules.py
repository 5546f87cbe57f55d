"""Doors of a survey's own page, open to whoever has its address; see `tests.doors.rules`."""

from uuid import uuid4

from surveys.hosted_forms import Ticket
from tests.doors.doors import Ask, Rule, everybody
from tests.doors.world import Side

LOOK = Ask()


def a_page(side: Side) -> dict[str, str]:
    """The first page as somebody sends it who began a moment ago."""
    ticket = Ticket(
        uid=uuid4().hex, survey=side.asked_survey.uid.hex, version=1, started=1_790_000_000
    )
    return {
        "ticket": ticket.signed(),
        "page": "first",
        "shown": "satisfied",
        "a.satisfied": "4",
    }


HOSTED: dict[str, Rule] = {
    "surveys:hosted": everybody(slug="asked_survey.slug", GET=LOOK, POST=Ask(a_page)),
    "surveys:hosted_resume": everybody(slug="asked_survey.slug", code="resume_code", GET=LOOK),
    "surveys:hosted_link": everybody(slug="asked_survey.slug", token="survey_link_token", GET=LOOK),
}
