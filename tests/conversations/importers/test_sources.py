"""Files, folders, archives and uploads, whole and damaged."""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from conversations.importers import (
    Limits,
    LineError,
    Position,
    RefusedError,
    Source,
    guess,
    read,
    read_ratings,
)
from conversations.importers.csv_rows import rows
from conversations.importers.sources import Member
from tests.conversations.importers.helpers import line, read_all, refusal

MakeFile = Callable[..., Path]


def zipped(**files: bytes | str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def many_lines() -> str:
    """About 3 MB that cannot be packed small."""
    noise = random.Random(7)
    return "".join(line(id=str(number), note=noise.randbytes(60).hex()) for number in range(12_000))


def ids(path: Path, importer: str = "jsonl") -> list[str]:
    return [found.external_id for found in read_all(path, importer)[0]]


def test_gzip_is_known_by_its_first_bytes(make_file: MakeFile) -> None:
    packed = gzip.compress(line(id="a").encode())
    assert ids(make_file(packed, "a.jsonl.gz")) == ["a"]
    assert ids(make_file(packed, "b.jsonl")) == ["a"]


def test_a_zip_is_read_member_by_member_with_gzip_inside(make_file: MakeFile) -> None:
    content = zipped(
        **{
            "b/one.jsonl": line(id="1"),
            "a/two.jsonl.gz": gzip.compress(line(id="2").encode()),
            "__MACOSX/b/._one.jsonl": "litter",
            "../../etc/three.jsonl": line(id="3"),
        }
    )
    good, bad = read_all(make_file(content, "all.zip"), "jsonl")
    assert ([found.external_id for found in good], bad) == (["1", "2", "3"], [])
    assert [found.file for found in good] == [
        "all.zip/b/one.jsonl",
        "all.zip/a/two.jsonl.gz",
        "all.zip/etc/three.jsonl",
    ]


def test_a_folder_is_read_in_order_and_unrelated_files_are_mentioned(make_file: MakeFile) -> None:
    make_file(line(id="2"), "folder/b/two.jsonl")
    make_file(line(id="1"), "folder/a.jsonl")
    make_file(zipped(**{"three.jsonl": line(id="3")}), "folder/c.zip")
    make_file("picture", "folder/d.png")
    folder = make_file("", "folder/.hidden").parent
    good, bad = read_all(folder)
    assert [found.external_id for found in good] == ["1", "3", "2"]
    assert [(error.file, error.code, error.notice) for error in bad] == [
        ("d.png", "unrelated_file", True)
    ]


def test_lines_before_the_end_of_a_cut_gzip_are_read(make_file: MakeFile) -> None:
    lines = many_lines()
    packed = gzip.compress(lines.encode())
    good, bad = read_all(make_file(packed[: len(packed) // 2], "cut.jsonl.gz"), "jsonl")
    assert len(good) > 1000
    assert [error.code for error in bad] == ["truncated_archive"]
    assert bad[0].line == good[-1].line + 1


def test_a_damaged_member_does_not_keep_the_next_from_being_read(make_file: MakeFile) -> None:
    content = bytearray(zipped(**{"a.jsonl": line(id="a" * 200), "b.jsonl": line(id="b")}))
    content[60:80] = b"\xff" * 20
    good, bad = read_all(make_file(bytes(content), "all.zip"), "jsonl")
    assert [found.external_id for found in good] == ["b"]
    assert {error.code for error in bad} == {"corrupt_archive"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_member_is_told_however_it_is_packed(make_file: MakeFile, method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("a.jsonl", line(id="a" * 200))
    content = bytearray(packed.getvalue())
    content[44:90] = b"\xff" * 46
    found = refusal(make_file(bytes(content), "a.zip"), "jsonl")
    assert found.code == "corrupt_archive"


def test_an_encoding_that_is_none_of_text_is_refused(make_file: MakeFile) -> None:
    file = make_file(line(id="a"))
    assert refusal(file, "jsonl", encoding="base64").code == "unknown_encoding"


def test_a_zip_that_is_none_is_told(make_file: MakeFile) -> None:
    assert refusal(make_file(b"PK\x03\x04 no", "a.zip"), "jsonl").code == "corrupt_archive"


def test_an_encrypted_member_is_refused(make_file: MakeFile) -> None:
    content = bytearray(zipped(**{"a.jsonl": line(id="a")}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert refusal(make_file(bytes(content), "a.zip"), "jsonl").code == "corrupt_archive"


def test_a_spreadsheet_is_refused_with_the_way_out(make_file: MakeFile) -> None:
    content = zipped(**{"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"})
    error = refusal(make_file(content, "a.xlsx"), "csv")
    assert error.code == "office_file"
    assert "CSV" in error.reason


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.jsonl.gz"])
def test_a_bomb_is_stopped_early(make_file: MakeFile, name: str) -> None:
    lines = ("{}\n" * 1_000_000).encode()
    packed = gzip.compress(lines) if name.endswith("gz") else zipped(**{"a.jsonl": lines})
    source = Source(make_file(packed, name), limits=Limits(unpacked=100_000, ratio=50))
    entries = [entry for _position, entry in read(source, importer="jsonl")]
    assert isinstance(entries[-1], LineError)
    assert entries[-1].code == "archive_bomb"
    assert len(entries) < 500_000


def test_too_many_members_are_stopped(make_file: MakeFile) -> None:
    content = zipped(**{f"{number}.jsonl": line(id=str(number)) for number in range(5)})
    good, bad = read_all(make_file(content, "a.zip"), "jsonl", limits=Limits(members=3))
    assert len(good) == 3
    assert [error.code for error in bad] == ["too_many_files"]


def test_progress_ends_at_the_size_on_disk_and_never_falls(make_file: MakeFile) -> None:
    lines = many_lines()
    content = zipped(**{"a.jsonl": lines, "b.jsonl.gz": gzip.compress(lines.encode())})
    source = Source(make_file(content, "a.zip"))
    seen = [source.bytes_read for _entry in read(source, importer="jsonl")]
    assert seen == sorted(seen)
    assert len(set(seen)) > 5
    assert 0.9 * source.bytes_total < source.bytes_read <= source.bytes_total


def test_progress_of_a_csv_file_follows_its_rows(make_file: MakeFile) -> None:
    text = "id,said\n" + "".join(f"{n},{'x' * 200}\n" for n in range(5_000))
    source = Source(make_file(text, "a.csv"))
    members = source.members()
    member = next(members)
    assert isinstance(member, Member)
    seen = [source.bytes_read for _row in rows(member)]
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    assert seen[-1] == source.bytes_total


@pytest.mark.parametrize("container", ["zip", "array", "csv", "folder"])
def test_reading_goes_on_from_any_position(make_file: MakeFile, container: str) -> None:
    lines = line(id="a") + "nonsense\n" + line(id="b") + line(id="c")
    path, importer = {
        "zip": lambda: (
            make_file(zipped(**{"1.jsonl": lines, "2.jsonl": lines}), "a.zip"),
            "jsonl",
        ),
        "array": lambda: (
            make_file("[" + ",".join(lines.splitlines()) + "]", "a.json"),
            "jsonl",
        ),
        "csv": lambda: (
            make_file("id,role,text\n1,user,a\n1,bot,b\n2,nobody,c\n3,user,d\n", "a.csv"),
            "csv",
        ),
        "folder": lambda: (
            [
                make_file(lines, "all/1.jsonl"),
                make_file("", "all/2.jsonl"),
                make_file("x", "all/3.png"),
                make_file(gzip.compress(many_lines().encode())[:3000], "all/4.jsonl.gz"),
                make_file(lines, "all/5.jsonl"),
            ][-1].parent,
            "jsonl",
        ),
    }[container]()
    whole = told(Source(path), importer)
    assert len(whole) >= 3
    for number, (position, *_entry) in enumerate(whole):
        stored = Position(*json.loads(json.dumps(position)))
        assert told(Source(path), importer, stored) == whole[number + 1 :]


def told(source: Source, importer: str, start: Position | None = None) -> list[tuple[object, ...]]:
    return [
        (position, entry.file, entry.code if isinstance(entry, LineError) else entry.turns_json)
        for position, entry in read(source, importer=importer, start=start)
    ]


def test_an_upload_does_not_see_the_files_beside_it(make_file: MakeFile) -> None:
    make_file('{"id": 1, "text": "a stranger\'s prompt"}\n', "prompts.jsonl")
    answers = make_file('{"model": 1, "prompt": 1, "result": "x"}\n', "results.jsonl")
    assert len(read_all(answers, "llmfao")[0]) == 1
    upload = Source(answers, name="results.jsonl")
    (_position, entry), *_rest = read(upload, importer="llmfao")
    assert isinstance(entry, LineError)
    assert entry.code == "prompts_missing"


def test_an_upload_is_known_by_its_original_name(make_file: MakeFile) -> None:
    path = make_file("input,output\na,b\n", "3f9c")
    assert guess(Source(path, name="talks.csv")) == "csv"
    entries = [entry for _position, entry in read(Source(path, name="talks.csv"), importer="csv")]
    assert [entry.file for entry in entries] == ["talks.csv"]


def test_a_folder_without_data_is_told(make_file: MakeFile) -> None:
    folder = make_file("x", "folder/a.png").parent
    with pytest.raises(RefusedError, match="no JSON"):
        guess(Source(folder))
    assert [error.code for error in read_all(folder, "jsonl")[1]] == [
        "unrelated_file",
        "nothing_to_read",
    ]
    entries = [entry for _position, entry in read_ratings(Source(folder), importer="mtrag")]
    assert [entry.code for entry in entries if isinstance(entry, LineError)] == ["nothing_to_read"]


def refused_by(path: Path, limits: Limits | None = None) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        guess(Source(path, limits=limits or Limits()))
    return refused.value


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"messages":' * 2_000 + b"1" + b"}" * 2_000,
        b'[\n{"id": "x",\n"messages": ' + b"[" * 500 + b"]" * 500 + b"}\n]",
    ],
    ids=["lists", "objects", "a record of a document"],
)
def test_a_file_that_is_nested_too_deep_is_told_so(make_file: MakeFile, content: bytes) -> None:
    refused = refused_by(make_file(content, "nested.json"))
    assert refused.code == "too_deep"
    assert "nested deeper than 64" in refused.message


@pytest.mark.parametrize("name", ["a.json.gz", "a.zip"])
def test_a_bomb_that_holds_nothing_readable_is_told_so(make_file: MakeFile, name: str) -> None:
    zeros = b"0" * 2_000_000
    content = gzip.compress(zeros) if name.endswith("gz") else zipped(**{"a.json": zeros})
    refused = refused_by(make_file(content, name), Limits(unpacked=1_000_000))
    assert refused.code == "archive_bomb"
    assert "100 times its packed size" in refused.message


def test_a_bomb_of_good_lines_is_stopped_too(make_file: MakeFile) -> None:
    packed = gzip.compress(line(id="a").encode() * 20_000)
    good, bad = read_all(make_file(packed, "a.jsonl.gz"), limits=Limits(unpacked=100_000))
    assert [one.code for one in bad] == ["archive_bomb"]
    assert sum(len(one.turns_json) for one in good) < 100 * len(packed)


def test_a_bomb_in_many_small_pieces_is_stopped_too(make_file: MakeFile) -> None:
    pieces = {f"{number}.jsonl": line(id="a").encode() * 1_000 for number in range(20)}
    limits = Limits(unpacked=200_000)
    _good, bad = read_all(make_file(zipped(**pieces), "a.zip"), limits=limits)
    assert "archive_bomb" in {one.code for one in bad}


def test_no_archive_holds_more_than_the_most(make_file: MakeFile) -> None:
    packed = gzip.compress(many_lines().encode())
    _good, bad = read_all(make_file(packed, "a.jsonl.gz"), limits=Limits(most=1_000_000))
    assert [one.code for one in bad] == ["archive_bomb"]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.zip"])
def test_what_is_packed_twice_is_told_so(make_file: MakeFile, name: str) -> None:
    once = gzip.compress(line(id="a").encode())
    content = gzip.compress(once) if name.endswith("gz") else zipped(**{"b.zip": zipped(a="x")})
    assert refused_by(make_file(content, name)).code == "packed_twice"
