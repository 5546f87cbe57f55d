"""The cutter against the standard library's parser, and its refusals one by one."""

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.importers import elements as module
from conversations.importers.base import Limits
from conversations.importers.elements import Element, elements

scalars = st.none() | st.booleans() | st.integers() | st.text(alphabet='a"\\[]{},:\né😀')
names = st.text(max_size=3)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
records = st.lists(st.dictionaries(names, values, max_size=3), max_size=4)


def cut(text: str | bytes, limits: Limits | None = None) -> list[Element]:
    raw = text.encode() if isinstance(text, str) else text
    return list(elements(io.BytesIO(raw), limits or Limits()))


def codes(text: str) -> list[str]:
    return [element.problem.code for element in cut(text) if element.problem]


@pytest.fixture(params=[1, 2, 3, 7, 64 * 1024])
def chunk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(module, "_CHUNK", request.param)
    return int(request.param)


@settings(max_examples=60)
@given(records=records, indent=st.sampled_from([None, 2]), size=st.integers(1, 9))
def test_an_array_is_cut_into_the_elements_that_a_parser_sees(
    records: list[dict[str, Any]], indent: int | None, size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CHUNK", size)
        found = cut(json.dumps(records, indent=indent, ensure_ascii=False))
    assert [json.loads(element.raw) for element in found] == records


@settings(max_examples=60)
@given(
    document=st.dictionaries(st.text(min_size=1), records | scalars, min_size=1, max_size=3),
    size=st.integers(1, 9),
)
def test_arrays_of_an_object_are_cut_under_their_keys(document: dict[str, Any], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CHUNK", size)
        found = cut(json.dumps(document))
    expected = [
        (key, record)
        for key, value in document.items()
        if isinstance(value, list)
        for record in value
    ]
    assert [(element.key, json.loads(element.raw)) for element in found] == expected


@pytest.mark.usefixtures("chunk")
def test_line_and_number_of_an_element_are_those_of_its_brace() -> None:
    found = cut('[\n  {"a":\n 1},\n\n  {"b": "x\\ny"}\n]\n')
    assert [(element.number, element.line) for element in found] == [(1, 2), (2, 5)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"a": 1},]', ["trailing_comma"]),
        ('[{"a": 1} {"b": 2}]', ["missing_comma"]),
        ('[{"a": 1}, 5, {"b": 2}]', ["not_a_record"]),
        ('[{"a": 1}, {"b":', ["truncated_json"]),
        ('[{"a": 1}', ["truncated_json"]),
        ('[{"a": 1}] rest', ["text_after_end"]),
        ('[{"a": 1}]', []),
        ("[]", []),
    ],
)
def test_what_stands_between_and_after_records_is_told(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_the_records_around_a_fault_are_read() -> None:
    good = [element for element in cut('[{"a": 1}, nonsense, {"b": 2},]') if not element.problem]
    assert [element.raw for element in good] == [b'{"a": 1}', b'{"b": 2}']


@pytest.mark.usefixtures("chunk")
def test_a_deep_element_is_refused_and_the_next_one_read() -> None:
    bomb = '{"a":' + "[" * 3000 + "]" * 3000 + "}"
    deep, good = cut(f'[{bomb}, {{"b": 2}}]')
    assert deep.problem is not None
    assert deep.problem.code == "too_deep"
    assert good.raw == b'{"b": 2}'


def test_a_large_element_is_not_held() -> None:
    limits = Limits(line=1000, raw=100)
    large, good = cut('[{"a": "' + "x" * 1_000_000 + '"}, {"b": 2}]', limits)
    assert large.size > 1_000_000
    assert len(large.raw) <= 2000
    assert good.raw == b'{"b": 2}'
