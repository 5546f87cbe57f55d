"""CSV on the way out: the rows put together by hand are those of the csv module."""

import csv
import io
from typing import Any

import pytest

from core.csv_cells import block, cell

VALUES = (
    "", " ", "plain", "a,b", 'say "no"', '"', "two\nlines", "two\r\nlines", "\r", "=1+1", "+1",
    "-1", "@x", "\tx", "=a,b", '="a"', "-a\nb", "配送、まだ？", "'quoted",
    None, 0, -3, 2.5, 1e-07, True,
)  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_cell_is_what_the_csv_module_writes(value: Any) -> None:
    assert f"x,{cell(value)}\r\n" == block([["x", value]])


@pytest.mark.parametrize("value", [one for one in VALUES if isinstance(one, str)], ids=repr)
def test_a_reader_gets_the_text_back_and_a_spreadsheet_no_formula(value: str) -> None:
    [[_first, found]] = csv.reader(io.StringIO(f"x,{cell(value)}\r\n", newline=""))
    assert found.removeprefix("'") == value.removeprefix("'")
    assert not found.startswith(("=", "+", "-", "@", "\t", "\r"))
