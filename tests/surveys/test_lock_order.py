"""A form and its answers are locked in one order: nobody waits for who waits for them."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection, transaction

from conversations.written import SOURCES, Written, decide_written, look
from core.errors import InvalidError
from surveys.models import Answer, Response, Survey
from surveys.services.forgetting import forget_response
from surveys.services.responses import Arrival, save_response
from tests.annotation.test_lock_order import PATIENCE, wait_for_waiting
from tests.factories import NOON
from tests.surveys.forms_of import document, make_survey, question

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
UID = uuid4()


@pytest.fixture
def survey() -> Survey:
    return make_survey(document([question("long_text", "more")]))


def send(survey: Survey, seq: int, words: str) -> None:
    arrival = Arrival(uid=UID, seq=seq, answers={"more": words}, version=1, source="hosted")
    save_response(survey=survey, arrival=arrival, now=NOON)


def while_it_is_sent_again(survey: Survey, act: Callable[[], None]) -> list[Exception]:
    """Do it while somebody has the form in hand and is about to write its answers anew."""
    failures: list[Exception] = []

    def run() -> None:
        try:
            act()
        except Exception as error:  # told in the test's own thread
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        Response.objects.select_for_update(of=("self",)).get(uid=UID)
        thread.start()
        wait_for_waiting(1)
        send(survey, 2, "Nothing more")
    thread.join(PATIENCE)
    return failures


def test_words_are_hidden_while_their_form_is_sent_again(survey: Survey) -> None:
    send(survey, 1, "I am at 221B Baker Street")
    (place,) = look(survey.project, SOURCES["surveys"]).places
    (failure,) = while_it_is_sent_again(survey, lambda: hide(survey, place))
    assert isinstance(failure, InvalidError)  # the words do not stand there any more
    assert Response.objects.get().answers == {"more": "Nothing more"}
    assert Answer.objects.get().text == "Nothing more"


def hide(survey: Survey, place: Written) -> None:
    decide_written(
        actor=None, project=survey.project, source=SOURCES["surveys"], key=place.key,
        seen=place.seen, state="accepted", now=NOON,
    )  # fmt: skip


def test_a_form_is_erased_while_it_is_sent_again(survey: Survey) -> None:
    send(survey, 1, "Erase me")
    response = Response.objects.get()
    failures = while_it_is_sent_again(survey, lambda: forget_response(response=response, now=NOON))
    assert failures == []
    assert not Response.objects.exists()
    assert not Answer.objects.exists()
