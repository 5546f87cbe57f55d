"""The list of links to a survey, when there are many."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from surveys.models import Survey
from surveys.services.survey_links import make_links
from tests.surveys.forms_of import make_survey

pytestmark = pytest.mark.django_db
NAMES = [f"Shop Kyoto {number}" for number in range(1, 61)] + ["Fair Osaka", "渋谷店"]


@pytest.fixture
def survey(project: Any) -> Survey:
    return make_survey(project=project)


@pytest.fixture
def client(signed_in: Any, alice: Any) -> Client:
    return signed_in(alice)  # type: ignore[no-any-return]


def with_links(survey: Survey, names: list[str], subject: str = "") -> None:
    make_links(actor=None, survey=survey, names=names, days=3, now=timezone.now(), subject=subject)


def found(client: Client, survey: Survey, **query: Any) -> Any:
    answer = client.get(reverse("surveys:survey_links", args=[survey.uid]), query)
    return answer, re.findall(r"<li>\s*<h2>([^<]*)</h2>", answer.content.decode())


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("osaka", ["Fair Osaka"]),
        ("kyoto 60", ["Shop Kyoto 60"]),
        ("渋谷", ["渋谷店"]),
        ("Nara", []),
    ],
)
def test_links_are_found_by_every_word_of_their_name(
    client: Client, survey: Survey, words: str, names: list[str]
) -> None:
    with_links(survey, NAMES)
    assert found(client, survey, q=words)[1] == names


def test_links_are_found_by_whom_they_are_for(client: Client, survey: Survey) -> None:
    with_links(survey, NAMES)
    with_links(survey, ["Reminder"], subject="user-4711")
    assert found(client, survey, q="4711")[1] == ["Reminder"]


def test_what_was_searched_holds_on_the_next_page(client: Client, survey: Survey) -> None:
    with_links(survey, NAMES)
    answer, names = found(client, survey, q="kyoto")
    assert (answer.context["older"], len(names)) == ("?q=kyoto&page=2", 50)
    assert "60 of 62 links fit." in answer.content.decode()
    assert len(found(client, survey, q="kyoto", page=2)[1]) == 10


def test_few_links_need_no_search(client: Client, survey: Survey) -> None:
    with_links(survey, NAMES[:3])
    assert 'type="search"' not in found(client, survey)[0].content.decode()
    with_links(survey, NAMES[3:20])
    assert 'type="search"' in found(client, survey)[0].content.decode()
