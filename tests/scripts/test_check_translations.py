"""The gate finds a string wherever Django's own collector would."""

from django.utils.translation.template import templatize

from scripts.check_translations import calls, messages_in


def messages_of(template: str) -> list[tuple[str | None, str]]:
    return [m for call in calls(templatize(template)) for m in messages_in(call)]


def test_parentheses_and_quotes_in_a_string_do_not_end_it():
    assert messages_of("""(don't) {% translate "Save (now)" %}""") == [(None, "Save (now)")]


def test_a_block_is_found_with_its_placeholders_and_a_plural_by_its_singular():
    block = (
        "{% blocktranslate count n=n %}{{ n }} item{% plural %}{{ n }} items{% endblocktranslate %}"
    )
    assert messages_of(block) == [(None, "%(n)s item")]


def test_a_context_is_part_of_the_message():
    assert messages_of('{% translate "Open" context "verb" %}') == [("verb", "Open")]
    assert list(messages_in('pgettext("verb", "Open")')) == [("verb", "Open")]


def test_strings_written_over_several_lines_are_one():
    assert list(messages_in('gettext("one "\n"two")')) == [(None, "one two")]
