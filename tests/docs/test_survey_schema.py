"""The published JSON Schema of surveys is the one that is checked, and the page names it all."""

import json

import pytest

from surveys.document_schema import document_schema
from surveys.question_properties import COMMON, OWN
from tests.docs.pages import ROOT

FILE = ROOT / "docs/reference/survey-schema.json"
PAGE = (ROOT / "docs/reference/survey-document.md").read_text(encoding="utf-8")
PROPERTIES = sorted({*COMMON, *(name for own in OWN.values() for name in own)})


def test_the_published_schema_is_fresh():
    made = json.dumps(document_schema(), indent=1, ensure_ascii=False) + "\n"
    assert FILE.read_text(encoding="utf-8") == made


@pytest.mark.parametrize("name", [*OWN, *PROPERTIES])
def test_the_page_tells_of_every_type_and_property(name):
    assert f"`{name}`" in PAGE
