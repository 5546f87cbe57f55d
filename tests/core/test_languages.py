"""Languages by their names in the reader's language."""

import pytest
from django.template import Context, Template
from django.utils import translation

from core.languages import language_name


@pytest.mark.parametrize(
    ("reader", "code", "name"),
    [
        ("en", "ja", "Japanese"),
        ("ja", "ja", "日本語"),
        ("ja", "de", "ドイツ語"),
        ("en", "tlh", "tlh"),
    ],
)
def test_a_language_is_named_in_the_readers_own_or_by_its_code(reader, code, name):
    with translation.override(reader):
        assert language_name(code) == name


def test_no_language_has_no_name():
    assert Template('{{ code|language_name|default:"–" }}').render(Context({"code": ""})) == "–"
