"""Whatever a page can set, hear or call of the widget has its heading in the reference."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from surveys.instruments import BUILT_IN, DEFAULT_REASONS, WORDS_OF_ELEMENT

ROOT = Path(settings.BASE_DIR)
SOURCES = ROOT / "static" / "widget" / "src"
PAGE = (ROOT / "docs" / "reference" / "widget.md").read_text(encoding="utf-8")


def source(name: str) -> str:
    return (SOURCES / name).read_text(encoding="utf-8")


def attributes() -> set[str]:
    named = re.search(r"ABOUT = \[(.*?)\]", source("view.js"))
    observed = re.search(r"observedAttributes = \[(.*?)\]", source("element.js"))
    assert named
    assert observed
    return {*re.findall(r'"([\w-]+)"', named[1] + observed[1]), "project-key"}


def parts() -> set[str]:
    return set(re.findall(r'part: "(\w+)"', source("view.js"))) | {"up", "down", "send", "undo"}


@pytest.mark.parametrize("name", sorted(attributes()))
def test_an_attribute_is_documented(name: str):
    assert f"\n### `{name}`\n" in PAGE


@pytest.mark.parametrize("name", sorted(parts()))
def test_a_part_is_documented(name: str):
    assert f"`::part({name})`" in PAGE


@pytest.mark.parametrize("name", sorted(set(re.findall(r"--touchstone-\w+", source("style.js")))))
def test_a_variable_is_documented(name: str):
    assert f"\n### `{name}`\n" in PAGE


@pytest.mark.parametrize("name", ["feedback", "impression", "survey", "sent", "waiting", "error"])
def test_an_event_is_documented(name: str):
    assert f"\n### `touchstone:{name}`\n" in PAGE


def test_the_element_and_the_server_have_the_same_words():
    for locale, words in BUILT_IN.items():
        block = source("words.js").split(f"  {locale}: {{", 1)[1].split("  },", 1)[0]
        found = dict(re.findall(r'(\w+): "([^"]*)"', block))
        assert found == {name: words[name] for name in (*WORDS_OF_ELEMENT, *DEFAULT_REASONS)}


TYPES = (ROOT / "static" / "widget" / "dist" / "touchstone.d.ts").read_text(encoding="utf-8")


def members(interface: str) -> set[str]:
    """The names at the first depth of an interface."""
    found = re.search(rf"export interface {interface} {{\n(.*?)\n}}", TYPES, re.DOTALL)
    assert found
    return set(re.findall(r'^  "?([\w-]+)"?\??[:(]', found[1], re.MULTILINE))


def test_the_types_know_every_attribute_and_function():
    assert members("FeedbackAttributes") == attributes()
    of_survey = set(re.findall(r'#of\("([\w-]+)"\)', source("survey-element.js")))
    assert members("SurveyAttributes") == of_survey | {"ended", "floating", "streaming"}
    documented = set(re.findall(r"^### `touchstone\.(\w+)`", PAGE, re.MULTILINE))
    assert members("Touchstone") == documented | {"survey"}


def test_the_types_of_react_19_are_those_of_every_element():
    react = (ROOT / "static" / "widget" / "dist" / "touchstone-react.d.ts").read_text("utf-8")
    assert 'declare module "react"' in react
    assert "IntrinsicElements extends Elements" in react
    assert members("Elements") == {"touchstone-feedback", "touchstone-survey"}
