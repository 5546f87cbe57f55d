"""Tables: both layouts, and what spreadsheets do to them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conversations.importers import Limits
from tests.conversations.importers.helpers import one, read_all, refusal

MakeFile = Callable[..., Path]
TURN_TABLE = "conversation_id,role,content\n1,user,Hello\n1,assistant,Hi\n2,user,Bye\n"


def test_a_row_a_conversation(make_file: MakeFile) -> None:
    content = 'id,question,answer,expected,model,city\n1,"Hello, you",Hi,Hey,m,Kyoto\n'
    found = one(make_file(content, "a.csv"))
    assert [turn["content"] for turn in found.turns] == ["Hello, you", "Hi"]
    assert (found.external_id, found.reference, found.line) == ("1", "Hey", 2)
    assert found.metadata == {"city": "Kyoto"}
    assert found.variant is not None
    assert found.variant.model == "m"


def test_a_row_a_turn(make_file: MakeFile) -> None:
    good, bad = read_all(make_file(TURN_TABLE, "a.csv"))
    assert bad == []
    assert [(found.external_id, found.n_turns, found.line) for found in good] == [
        ("1", 2, 2),
        ("2", 1, 4),
    ]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_separator_mark_and_crlf_of_spreadsheets(make_file: MakeFile, separator: str) -> None:
    content = "\ufeff" + TURN_TABLE.replace(",", separator).replace("\n", "\r\n")
    assert len(read_all(make_file(content, "a.csv"))[0]) == 2


def test_line_breaks_inside_quotes_count_as_lines(make_file: MakeFile) -> None:
    content = 'input,output\n"a\nb\nc",d\ne\n,\nf,g\n'
    good, bad = read_all(make_file(content, "a.csv"))
    assert [found.line for found in good] == [2, 5, 7]
    assert good[0].turns[0]["content"] == "a\nb\nc"
    assert bad == []


def test_columns_are_mapped_by_name_place_and_path(make_file: MakeFile) -> None:
    content = 'Q.1,A,raw\nHello,Hi,"{""usage"": {""total"": [7]}}"\n'
    mapping = {"input": "Q.1", "output": "[1]", "tokens": "raw.usage.total[0]"}
    found = one(make_file(content, "a.csv"), "csv", mapping=mapping)
    assert [turn["content"] for turn in found.turns] == ["Hello", "Hi"]
    assert found.tokens == 7


def test_messages_and_contexts_may_be_json_in_a_cell(make_file: MakeFile) -> None:
    content = (
        "id,messages,contexts\n"
        '1,"[{""role"": ""assistant"", ""content"": ""a""}]","[""p""]"\n'
        "2,[{],\n"
    )
    good, bad = read_all(make_file(content, "a.csv"))
    assert good[0].turns[0]["passages"] == [{"id": "1", "text": "p", "rank": 1}]
    assert [error.code for error in bad] == ["cell_not_json"]


def test_a_second_header_is_left_out_and_mentioned(make_file: MakeFile) -> None:
    content = "id,input,output\n,What was asked,Open-ended\n1,a,b\n"
    good, bad = read_all(make_file(content, "a.csv"))
    assert len(good) == 1
    assert [(error.line, error.code, error.notice) for error in bad] == [(2, "second_header", True)]


def test_numbers_as_text_and_none_among_numbers(make_file: MakeFile) -> None:
    content = 'id,input,output,latency,cost\n1,a,7,"1,200",N/A\n2,a,b,slow,\n'
    mapping = {"latency_ms": "latency", "cost": "cost"}
    good, bad = read_all(make_file(content, "a.csv"), "csv", mapping=mapping)
    assert [(found.latency_ms, found.cost) for found in good] == [(1200, None)]
    assert [(error.line, error.code) for error in bad] == [(3, "not_a_number")]


def test_a_comma_that_parts_no_thousands_is_no_number(make_file: MakeFile) -> None:
    content = 'id,input,output,latency\n1,a,b,"1,5"\n2,a,b,"12,345.6"\n'
    good, bad = read_all(make_file(content, "a.csv"), mapping={"latency_ms": "latency"})
    assert [found.latency_ms for found in good] == [12_346]
    assert [(error.line, error.code) for error in bad] == [(2, "not_a_number")]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('[{"role": "user", "content": "a\\u0000"}]', "nul"),
        ("[" * 300 + "]" * 300, "too_deep"),
        ('{"role": ', "cell_not_json"),
    ],
)
def test_json_in_a_cell_holds_only_what_databases_hold(
    make_file: MakeFile, cell: str, code: str
) -> None:
    quoted = cell.replace('"', '""')
    found = refusal(make_file(f'id,messages\n1,"{quoted}"\n', "a.csv"), "csv")
    assert found.code == code


def test_of_two_columns_of_one_name_neither_is_lost(make_file: MakeFile) -> None:
    content = "id,input,output,note,note,\n1,a,b,first,second,third\n"
    found = one(make_file(content, "a.csv"))
    assert found.metadata == {"note": "first", "note [4]": "second", "[5]": "third"}


def test_roles_of_others_are_mapped(make_file: MakeFile) -> None:
    content = TURN_TABLE.replace("user", "customer")
    assert {error.code for error in read_all(make_file(content, "a.csv"))[1]} == {"unknown_role"}
    mapping = {"role.customer": "user"}
    assert len(read_all(make_file(content, "a.csv"), "csv", mapping=mapping)[0]) == 2


def test_a_refused_row_refuses_the_conversation_it_stands_in(make_file: MakeFile) -> None:
    content = b"id,role,text\n1,user,a\n1,user,\xff\n1,user,c\n2,user,d\n"
    good, bad = read_all(make_file(content, "a.csv"))
    assert [found.external_id for found in good] == ["2"]
    assert [(error.line, error.code) for error in bad] == [
        (3, "wrong_encoding"),
        (2, "incomplete"),
    ]


def test_a_row_without_its_conversation_is_refused(make_file: MakeFile) -> None:
    content = "id,role,text\n1,user,a\n,user,b\n2,user,c\n"
    good, bad = read_all(make_file(content, "a.csv"))
    assert len(good) == 2
    assert [(error.line, error.code) for error in bad] == [(3, "no_id")]


@pytest.mark.parametrize(
    ("content", "mapping", "code"),
    [
        ("", {}, "empty_file"),
        ("input,output\n", {}, "empty_file"),
        ("a,b\n1,2\n", {}, "columns_unknown"),
        ("input,output\na,b\n", {"reference": "x"}, "unknown_column"),
        ("input,output\na,b,c\n", {}, "too_many_cells"),
        ('input,output\n"a"b,c\n', {}, "not_csv"),
        ('input,output\n"a,b\n', {}, "not_csv"),
        ("input,output\ra,b\r", {}, "line_ends"),
        ("input,output\na,b\x00\n", {}, "nul"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(
    make_file: MakeFile, content: str, mapping: dict[str, str], code: str
) -> None:
    assert refusal(make_file(content, "a.csv"), "csv", mapping=mapping).code == code


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('input,output\n"a"b,c\n', "something follows the quotation mark"),
        ('input,output\n"a,b\n', "the quotation mark of a cell is not closed"),
        ('input,output\n"' + "a\n" * 3_000, "goes on for too long"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_in_our_words(
    make_file: MakeFile, content: str, told: str
) -> None:
    _good, bad = read_all(make_file(content, "a.csv"), "csv", limits=Limits(line=1_024))
    assert told in bad[0].reason


def test_a_row_after_a_bad_row_is_read(make_file: MakeFile) -> None:
    content = 'input,output\n"a"b,c\nd,e\n'
    good, bad = read_all(make_file(content, "a.csv"))
    assert (len(good), len(bad)) == (1, 1)
    assert bad[0].raw == b'"a"b,c\n'


def test_a_table_in_another_encoding_is_read_when_named(make_file: MakeFile) -> None:
    path = make_file("input,output\n住所,おしえて\n".encode("cp932"), "a.csv")
    assert refusal(path, "csv").line == 2
    assert one(path, "csv", encoding="cp932").turns[0]["content"] == "住所"


def test_columns_named_like_parts_of_a_turn_do_not_make_a_turn_table(make_file: MakeFile) -> None:
    content = "id,from,text,input,output\n1,web,note,Hello,Hi\n"
    found = one(make_file(content, "a.csv"))
    assert [turn["content"] for turn in found.turns] == ["Hello", "Hi"]
    assert found.metadata == {"from": "web", "text": "note"}
