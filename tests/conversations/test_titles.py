"""A conversation is listed by its opening words."""

from conversations.importers.records import TITLE_LENGTH, title_of


def opening(words):
    return title_of([{"role": "user", "content": words}])


def test_a_short_opening_is_there_to_the_last_word():
    assert opening("Where is\nmy parcel?") == "Where is my parcel?"
    assert opening("あ" * TITLE_LENGTH) == "あ" * TITLE_LENGTH


def test_a_long_opening_says_that_it_goes_on():
    cut = opening("あ" * (TITLE_LENGTH + 1))
    assert cut == "あ" * (TITLE_LENGTH - 1) + "…"
