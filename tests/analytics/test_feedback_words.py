"""What people wrote, what comes in now, what a conversation got, and all of it as a file."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Project
from analytics.reports.feedback_live import MINUTES, live
from analytics.reports.feedback_words import Edge, Sought, words_of
from core.models import new_uid
from surveys.models import CurrentFeedback, Respondent
from tests import factories

NOW = datetime(2026, 11, 26, 9, 30, 20, tzinfo=UTC)


@pytest.fixture
def person(project: Project) -> Respondent:
    return Respondent.objects.create(project=project, key="s:1")


@pytest.fixture
def give(project: Project, person: Respondent) -> Any:
    def give_feedback(comment: str = "", **fields: Any) -> CurrentFeedback:
        usual = {
            "target": new_uid(),
            "kind": "thumb",
            "conversation_key": "c_1",
            "value": 0,
            "day": NOW.date(),
            "at": NOW,
            "event_id": 1,
            "trust": "signed",
            "mode": "unsolicited",
            "shown": True,
        }
        return CurrentFeedback.objects.create(
            project=project, respondent=person, comment=comment, **{**usual, **fields}
        )

    return give_feedback


def texts(project: Project, **sought: Any) -> list[str]:
    return [one.feedback.comment for one in words_of(project, Sought(**sought)).rows]


# What they wrote.


def test_the_newest_words_stand_first_and_silence_is_left_out(project: Any, give: Any) -> None:
    give("earlier", at=NOW - timedelta(hours=1))
    give("later")
    give("")
    assert texts(project) == ["later", "earlier"]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ({"q": "PRICE wrong"}, ["The price is wrong"]),
        ({"value": 1}, ["Thanks"]),
        ({"reason": "incorrect"}, ["The price is wrong"]),
        ({"reason": "correct"}, []),
        ({"variant": "v2"}, ["Thanks"]),
        ({"kind": "nps"}, []),
    ],
)
def test_words_are_found_by(project: Any, give: Any, sought: Any, found: Any) -> None:
    give("The price is wrong", reasons=["incorrect"], variant_name="v1")
    give("Thanks", value=1, variant_name="v2")
    assert texts(project, **sought) == found


def test_pages_follow_each_other_whole_though_times_are_equal(project: Any, give: Any) -> None:
    for n in range(120):
        give(f"words {n}")
    seen: list[str] = []
    edge: Edge | None = None
    for _page in range(3):
        found = words_of(project, Sought(), edge)
        seen += [one.feedback.comment for one in found.rows]
        edge = Edge.read(found.older)
    assert len(seen) == len(set(seen)) == 120
    assert found.older == ""


@pytest.mark.parametrize("text", ["", "1", "x-1", "-1", "1-", "99999999999999999999-1", "1-1-1"])
def test_an_edge_that_is_none_begins_at_the_top(text: str) -> None:
    assert Edge.read(text) is None


def test_words_lead_to_their_turn_or_say_that_it_is_not_here(
    signed_in: Any, alice: Any, project: Any, give: Any
) -> None:
    conversation = factories.make_conversation(project, external_id="c_1")
    give("on a turn", conversation=conversation, turn=1)
    give("not here", conversation_key="c_2")
    address = reverse("analytics:feedback_words", args=[project.uid])
    page = signed_in(alice).get(address).content.decode()
    assert f'href="{conversation.get_absolute_url()}#turn-2"' in page
    assert "has not been imported yet" in page


def test_words_of_another_team_are_never_shown(project: Any, other_project: Any, give: Any) -> None:
    give("ours")
    assert texts(other_project) == []


# What a conversation got.


def test_a_conversation_tells_what_it_got(
    signed_in: Any, alice: Any, project: Any, give: Any
) -> None:
    conversation = factories.make_conversation(project, external_id="c_1")
    give("wrong", conversation=conversation, turn=1)
    give("", conversation=conversation, value=None)
    address = reverse("analytics:conversation_feedback", args=[conversation.uid])
    client = signed_in(alice)
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.count("<li>") == 1
    assert "on turn 2" in part
    assert address in client.get(conversation.get_absolute_url()).content.decode()


def test_raters_never_see_feedback(signed_in: Any, bob: Any, project: Any, give: Any) -> None:
    conversation = factories.make_conversation(project, external_id="c_1")
    give("wrong", conversation=conversation)
    address = reverse("analytics:conversation_feedback", args=[conversation.uid])
    assert signed_in(bob).get(address).status_code == 403


TELL = "Tell them it was mended"


def test_a_mend_is_offered_on_complaints_alone(
    signed_in: Any, alice: Any, project: Any, give: Any
) -> None:
    give("all well", value=1)
    give("wrong fee", conversation_key="c_2")
    page = signed_in(alice).get(reverse("analytics:feedback_words", args=[project.uid])).text
    assert page.count(TELL) == 1
    assert page.index("wrong fee") < page.index(TELL) < page.index("all well")


def test_a_complaint_without_words_is_told_of_its_mend_from_the_conversation(
    signed_in: Any, alice: Any, project: Any, give: Any
) -> None:
    conversation = factories.make_conversation(project, external_id="c_1")
    wordless = give(conversation=conversation)
    client = signed_in(alice)
    address = reverse("analytics:conversation_feedback", args=[conversation.uid])
    assert client.get(address).text.count(TELL) == 1
    sent = {"conversation": "c_1", "message": "", "from": str(conversation.uid)}
    answer = client.post(reverse("surveys:fixed", args=[project.uid]), sent)
    assert answer.url == conversation.get_absolute_url()
    wordless.refresh_from_db()
    assert wordless.fixed_at


# What comes in now.


def test_minutes_count_what_was_shown_and_what_was_given(project: Any, give: Any) -> None:
    give(at=NOW - timedelta(seconds=10))
    give(value=None, at=NOW - timedelta(minutes=2))
    give(at=NOW - timedelta(minutes=40))
    found = live(project, NOW)
    assert (found.n_given, found.n_shown, len(found.minutes)) == (1, 2, MINUTES)
    assert (found.minutes[-1].given, found.minutes[-3].shown) == (1, 1)


def test_the_part_is_empty_as_long_as_nothing_changed(
    signed_in: Any, alice: Any, project: Any, give: Any
) -> None:
    give("new", at=datetime.now(UTC) - timedelta(hours=1))
    address = reverse("analytics:feedback_live_part", args=[project.uid])
    client = signed_in(alice)
    first = client.get(address)
    assert first.status_code == 200
    again = [
        client.get(address, {"seen": live(project, datetime.now(UTC)).version}) for _n in range(2)
    ]
    assert 204 in {answer.status_code for answer in again}
    assert 'hx-swap-oob="innerHTML"' in first.content.decode()


def test_the_highest_bar_is_the_minute_with_most_feedback_however_many_were_shown(
    project: Any, give: Any
) -> None:
    for number in range(3):
        give(at=NOW - timedelta(seconds=number), value=1)
    for number in range(9):
        give(at=NOW - timedelta(minutes=2, seconds=number), value=None)
    give(at=NOW - timedelta(minutes=2), value=1)
    found = live(project, NOW)
    assert found.most == 3
    assert [round(one.height) for one in found.minutes[-3:]] == [33, 0, 100]


def test_a_rush_is_bounded_and_says_so(project: Any, give: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("analytics.reports.feedback_live.READ", 3)
    for n in range(5):
        give(at=NOW - timedelta(minutes=n))
    found = live(project, NOW)
    assert found.is_cut
    assert not found.minutes[0].is_whole


# Files.


def rows_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_feedback_as_csv_runs_no_formula(
    signed_in: Any, alice: Any, project: Any, give: Any
) -> None:
    give("=1+1", reasons=["incorrect", "too_long"])
    answer = signed_in(alice).get(reverse("analytics:feedback_csv", args=[project.uid]))
    (row,) = csv.DictReader(io.StringIO(rows_of(answer).decode()))
    assert row["comment"] == "'=1+1"
    assert row["reasons"] == "incorrect too_long"


def test_feedback_as_lines_holds_those_who_said_nothing_too(
    signed_in: Any, alice: Any, project: Any, give: Any
) -> None:
    give("wrong")
    give(value=None)
    answer = signed_in(alice).get(reverse("analytics:feedback_jsonl", args=[project.uid]))
    lines = [json.loads(line) for line in rows_of(answer).splitlines()]
    assert [line["value"] for line in lines] == [0, None]
    assert lines[0]["respondent"] != "s:1"


def test_a_file_is_read_page_by_page(project: Any, give: Any, monkeypatch: Any) -> None:
    from analytics import feedback_exports

    monkeypatch.setattr(feedback_exports, "ROWS_A_PAGE", 2)
    for _n in range(5):
        give()
    with CaptureQueriesContext(connection) as asked:
        pages = list(feedback_exports.feedback_of(project))
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len(asked) == 4
