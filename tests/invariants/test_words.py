"""Words that no database can hold alike are refused with a sentence, and nothing is dropped."""

import pytest

from gold.models import Candidate, GoldItem, Release
from tests.doors.actors import World
from tests.doors.conftest import built_world, world  # noqa: F401  # the same world, built here
from tests.doors.rules import RULES

NUL = "a\x00b"


def post(world: World, door: str, **data: str):  # noqa: F811
    return world.client("owner").post(RULES[door].url(door, world.north), data)


def test_a_reason_for_declining_with_nul_is_refused(world: World) -> None:  # noqa: F811
    waiting = world.north.candidate
    answer = post(world, "gold:decide", candidate=str(waiting.uid), act="decline", reason=NUL)
    assert answer.status_code == 422
    assert "cannot be stored" in answer.content.decode()
    assert Candidate.objects.get(pk=waiting.pk).state == Candidate.State.WAITING


def test_a_reason_for_retiring_with_nul_is_refused(world: World) -> None:  # noqa: F811
    answer = post(world, "gold:retire", reason=NUL)
    assert answer.status_code == 422
    assert GoldItem.objects.get(pk=world.north.gold_item.pk).retired_at is None


def test_a_release_is_not_published_without_the_note_that_was_refused(world: World) -> None:  # noqa: F811
    before = Release.objects.count()
    answer = post(world, "gold:publish", note=NUL)
    assert answer.status_code == 422
    assert "Null characters" in answer.content.decode()
    assert Release.objects.count() == before


@pytest.mark.parametrize("back", ["x", "-1", "gold:home", "a\r\nSet-Cookie: b=c", "//evil.example"])
def test_the_way_back_after_choosing_a_language_names_no_page_of_ours(
    world: World,  # noqa: F811
    back: str,
) -> None:
    answer = post(world, "set_language", language="ja", next=back)
    assert answer.status_code == 302
    assert "evil" not in answer.url
    assert "b" not in answer.cookies
