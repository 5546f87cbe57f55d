"""Plain CSV files: read strictly, whatever the separator or the packing, faults told by line."""

import gzip
import zipfile
from pathlib import Path

import pytest

from analytics.plain_csv import BATCH, read_columns
from core.errors import InvalidError


def written(folder: Path, text: str | bytes, name: str = "ratings.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_cells_become_numbers_of_names(tmp_path: Path) -> None:
    table = read_columns(
        written(tmp_path, "item,note,value\nb,x,5\na,y,NA\nb , z,5\n"),
        filled=["item"],
        values=["value"],
    )
    item, value = table.columns
    assert (item.names, item.codes.tolist()) == (["b", "a"], [0, 1, 0])
    assert (value.names, value.codes.tolist()) == (["5"], [0, -1, 0])


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    path = written(tmp_path, f"item{separator}value\na{separator}1\n")
    assert read_columns(path, filled=["item", "value"]).n_rows == 1


def test_a_byte_order_mark_is_no_part_of_a_title(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbfitem,value\na,1\n")
    assert read_columns(path, filled=["item"]).n_rows == 1


def test_packed_files_are_unpacked(tmp_path: Path) -> None:
    text = b"item,value\na,1\n"
    packed = written(tmp_path, gzip.compress(text), "ratings.csv.gz")
    with zipfile.ZipFile(tmp_path / "ratings.zip", "w") as archive:
        archive.writestr("ratings.csv", text)
    for path in (packed, tmp_path / "ratings.zip"):
        assert read_columns(path, filled=["item"]).columns[0].names == ["a"]


def test_quoted_cells_may_hold_lines_and_lines_are_still_told(tmp_path: Path) -> None:
    path = written(tmp_path, 'item,note\na,"one\ntwo"\n\nb,x\n')
    table = read_columns(path, filled=["item"])
    assert table.lines_of([0, 1]) == [2, 5]
    assert table.line_of(table.columns[0], "b") == 5


def test_a_declared_category_may_be_called_none(tmp_path: Path) -> None:
    path = written(tmp_path, "item,value\na,none\nb,some\n")
    kept = read_columns(path, filled=["item"], values=["value"], kept=["none", "some"])
    assert kept.columns[1].names == ["none", "some"]


def test_many_batches_are_one_table(tmp_path: Path) -> None:
    rows = "".join(f"i{number},{number % 3}\n" for number in range(3 * BATCH + 1))
    table = read_columns(written(tmp_path, "item,value\n" + rows), filled=["item", "value"])
    assert table.n_rows == 3 * BATCH + 1
    assert table.columns[1].codes[:4].tolist() == [0, 1, 2, 0]


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    assert read_columns(written(tmp_path, "item\n"), filled=["item"]).n_rows == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", r"ratings.csv is empty"),
        (b"item,a\n1,2\n", r"no column 'value'; it has item, a\."),
        (b"item,value,value\n1,2,3\n", r"2 columns 'value'"),
        (b"item,value\na,1\nb\n", r"ratings.csv, line 3: the row has 1 cells under 2 columns"),
        (b"item,value\na,1\nb,1,2\n", r"line 3: the row has 3 cells under 2 columns"),
        (b"item,value\na,1\n ,2\n", r"line 3: column 'item' is empty"),
        (b'item,value\na,"1\nb,2\n', r"line 3: the row that ends here is not CSV"),
        (b"item,value\na,1\nb,\xff\n", r"line 3: Byte 3 of the line, 0xFF, is not UTF-8"),
    ],
)
def test_a_fault_is_told_by_its_line(tmp_path: Path, text: bytes, message: str) -> None:
    with pytest.raises(InvalidError, match=message):
        read_columns(written(tmp_path, text), filled=["item"], values=["value"])


def test_an_absent_file_and_a_folder_of_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match="There is no file"):
        read_columns(tmp_path / "absent.csv", filled=["item"])
    written(tmp_path, "item\n", "one.csv")
    written(tmp_path, "item\n", "two.csv")
    with pytest.raises(InvalidError, match="holds 2 files"):
        read_columns(tmp_path, filled=["item"])
