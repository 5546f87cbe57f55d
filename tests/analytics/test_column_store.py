"""Large CSV files and Parquet: the strict reader's numbers, and its sentences."""

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from analytics import column_store, plain_csv, plain_files
from analytics.plain_table import PlainTable
from analytics.reports.file_ratings import Columns, FileRatings, read_ratings
from analytics.reports.files import Asked, agreement_of_file, brief_of_file, coefficients_of_file
from core.errors import InvalidError

COLUMNS = Columns("item", "rater", "value")
ASKED: dict[str, Any] = {"filled": ["item", "rater"], "values": ["value"]}

Cells = list[tuple[Any, Any, Any]]


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file counts as large."""
    monkeypatch.setattr(plain_files, "LARGE", 0)


def as_csv(folder: Path, text: str | bytes) -> Path:
    path = folder / "ratings.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def lines_of(rows: Cells) -> str:
    return "item,rater,value\n" + "".join(
        f"{item},{rater},{value}\n" for item, rater, value in rows
    )


def as_parquet(folder: Path, source: Path | str) -> Path:
    """A Parquet file of the text of a CSV file, or of a statement's answer."""
    path = folder / "ratings.parquet"
    asked = (
        f"FROM read_csv('{source}', all_varchar=true, comment='', "
        "delim=',', header=true, quote='\"')"
        if isinstance(source, Path)
        else source
    )
    duckdb.execute(f"COPY ({asked}) TO '{path}' (FORMAT parquet)")
    return path


def cells_of(table: PlainTable) -> Cells:
    """The names in each row; rows sorted, since some readers keep no order."""
    columns = [
        [column.names[code] if code >= 0 else None for code in column.codes]
        for column in table.columns
    ]
    return sorted(zip(*columns, strict=True), key=str)


def strictly(path: Path) -> Cells:
    return cells_of(plain_csv.read_columns(path, **ASKED))


def at_once(path: Path) -> PlainTable:
    table = plain_files.read_at_once(path, **ASKED)
    assert table is not None
    return table


def same(one: FileRatings, other: FileRatings) -> bool:
    return (
        [*one.items] == [*other.items]
        and [*one.raters] == [*other.raters]
        and one.scale.categories == other.scale.categories
        and one.n_missing == other.n_missing
        and all(
            np.array_equal(getattr(one, name), getattr(other, name))
            for name in ("item", "rater", "value")
        )
    )


def a_table(seed: int) -> Cells:
    """Items that look like numbers, like text and like words for nothing; gaps in any order."""
    rng = np.random.default_rng(seed)
    names = [
        "01",
        "1",
        "1.0",
        "none",
        "NA",
        "日本語",
        "a b",
        "'",
        "#x",
        "-",
        "é",
        *map(str, range(2, 9)),
    ]
    items = rng.permutation(names)[: rng.integers(2, len(names))]
    words = ["1", "2", "2.0", "3", "10", "", "NA", "nan", "Null"]
    rows = [
        (item, f"r{rater}", words[rng.integers(len(words))])
        for item in items
        for rater in range(4)
        if rng.random() < 0.8
    ]
    return [rows[place] for place in rng.permutation(len(rows))]


# The same numbers


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_all_readers_give_the_same_ratings(tmp_path: Path, seed: int, level: str) -> None:
    path = as_csv(tmp_path, lines_of(a_table(seed)))
    assert plain_files.read_at_once(path, **ASKED) is not None
    quick = read_ratings(path, COLUMNS, level=level)
    parquet = read_ratings(as_parquet(tmp_path, path), COLUMNS, level=level)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_files, "LARGE", 1 << 40)
        strict = read_ratings(path, COLUMNS, level=level)
    assert same(quick, strict)
    assert same(parquet, strict)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(
    "text",
    [
        '"item","rater","value"\n"a","r","1"\n"b","r",""\n',
        "\ufeffitem,rater,value\na,r,1\n",
        "item;rater;value\na,b;r;1\n",
        "item\trater\tvalue\na\tr\t1",
        "item,rater,value\r\na,r,1\r\n\u3000a , s ,2\r\n",
        "value,note,rater,item\n1,x,r,a\n,y,s,a\n",
        "item,rater,value\n",
    ],
)
def test_regular_files_are_numbered_at_once(tmp_path: Path, text: str) -> None:
    path = as_csv(tmp_path, text)
    assert cells_of(at_once(path)) == strictly(path)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(
    "text",
    [
        'item,rater,value\na,r,"1""2"\n',
        'item,rater,value\n"a,b",r,1\n',
        'item,rater,value\n"a\nb",r,1\n',
        'item,rater,value\na, "r",1\n',
        'item,rater,value\n"a" ,r,1\n',
        "item,rater,value\na,r,1,\n",
        "item,rater,value\na,r\n",
        "item,rater,value\n\na,r,1\n",
        "item,rater,value\n,,\na,r,1\n",
        "item,rater,value\ra,r,1\r",
        'item,rater,value\na,r,"1\n',
        b"item,rater,value\na,r,\xff\n",
    ],
)
def test_whatever_can_be_read_in_two_ways_is_left_to_the_strict_reader(
    tmp_path: Path, text: str | bytes
) -> None:
    assert plain_files.read_at_once(as_csv(tmp_path, text), **ASKED) is None


@pytest.mark.usefixtures("large")
def test_a_declared_category_may_be_called_none(tmp_path: Path) -> None:
    path = as_csv(tmp_path, "item,rater,value\na,r,none\na,s,None\nb,r,some\nb,s,na\n")
    quick = plain_files.read_at_once(path, **ASKED, kept=["none", "some"])
    strict = plain_csv.read_columns(path, **ASKED, kept=["none", "some"])
    assert quick is not None
    assert cells_of(quick) == cells_of(strict)


@pytest.mark.usefixtures("large")
def test_columns_may_be_the_same_and_titles_may_need_quoting(tmp_path: Path) -> None:
    text = "it\"em,o'hara,value\na,r,1\nb,s,2\n"
    path = as_csv(tmp_path, text)
    columns = Columns('it"em', "o'hara", "value")
    assert [*read_ratings(path, columns, level="ordinal").items] == ["a", "b"]
    parquet = as_parquet(tmp_path, 'SELECT \'a\' AS "it""em", \'r\' AS "o\'hara", 1 AS "value"')
    assert [*read_ratings(parquet, columns, level="ordinal").raters] == ["r"]
    twice = plain_files.read_at_once(path, filled=["o'hara", "o'hara"], values=["value"])
    assert twice is None or len(twice.columns) == 3


def test_numbers_of_parquet_are_read_as_they_are_written(tmp_path: Path) -> None:
    path = as_parquet(
        tmp_path,
        "SELECT * FROM (VALUES (7, 'r', 1.5::DOUBLE), (7, 's', 2.0), (10, 'r', 'nan'::DOUBLE), "
        "(10, 's', NULL)) AS rows(item, rater, value)",
    )
    found = read_ratings(path, COLUMNS, level="interval")
    assert ([*found.items], found.scale.categories, found.n_missing) == (["7"], ["1.5", "2"], 2)


@pytest.mark.usefixtures("large")
def test_names_of_items_need_not_be_read(tmp_path: Path) -> None:
    path = as_csv(tmp_path, lines_of([("b", "r", 1), ("b", "s", 2), ("a", "r", ""), ("c", "r", 1)]))
    found = read_ratings(path, COLUMNS, level="ordinal", are_items_named=False)
    assert (len(found.items), found.item.tolist()) == (2, [0, 0, 1])
    with pytest.raises(LookupError):
        found.items[0]


@pytest.mark.usefixtures("large")
def test_sheets_of_numbers_that_do_not_fit_one_are_sorted_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analytics.reports import file_ratings

    path = as_csv(tmp_path, lines_of(a_table(3)))
    packed = read_ratings(path, COLUMNS, level="ordinal")
    monkeypatch.setattr(file_ratings, "LARGEST", 0)
    assert same(read_ratings(path, COLUMNS, level="ordinal"), packed)


@pytest.mark.usefixtures("large")
def test_what_does_not_fit_into_memory_is_tried_with_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = as_csv(tmp_path, lines_of([(f"item-{n:020d}", "r", n % 5) for n in range(20_000)]))
    monkeypatch.setattr(column_store, "MEMORY", ("1MB", "80%"))
    assert at_once(path).n_rows == 20_000
    monkeypatch.setattr(column_store, "MEMORY", ("1MB",))
    assert plain_files.read_at_once(path, **ASKED) is None
    with pytest.raises(InvalidError, match="needs more memory than this machine has"):
        plain_files.read_columns(as_parquet(tmp_path, path), **ASKED)


# The command's answers


def asked_of(path: Path, level: str = "ordinal") -> Asked:
    return Asked(path, COLUMNS, level, replicates=100)


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_a_report_is_the_same_whichever_file_it_came_from(tmp_path: Path, level: str) -> None:
    path = as_csv(tmp_path, lines_of(a_table(5)))
    quick = agreement_of_file(asked_of(path, level))
    parquet = agreement_of_file(asked_of(as_parquet(tmp_path, path), level))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_files, "LARGE", 1 << 40)
        strict = agreement_of_file(asked_of(path, level))
    assert quick == parquet == strict


def test_what_is_told_of_a_part_is_what_the_whole_tells(tmp_path: Path) -> None:
    path = as_csv(tmp_path, lines_of(a_table(6)))
    whole, part = agreement_of_file(asked_of(path)), coefficients_of_file(asked_of(path))
    assert part == {key: whole[key] for key in part}
    brief = brief_of_file(asked_of(path))
    assert set(brief["coefficients"]) < set(whole["coefficients"])
    for key, one in brief["coefficients"].items():
        assert (one["value"], one["low"]) == (
            whole["coefficients"][key]["value"],
            whole["coefficients"][key]["low"],
        )


def test_a_long_scale_is_not_told_in_brief(tmp_path: Path) -> None:
    path = as_csv(tmp_path, lines_of([(n, rater, n) for n in range(65) for rater in "ab"]))
    with pytest.raises(InvalidError, match="has 65 values, and --brief counts up to 64"):
        brief_of_file(asked_of(path))


# Bad input


def refusal(path: Path, level: str = "ordinal", **options: Any) -> str:
    with pytest.raises(InvalidError) as refused:
        read_ratings(path, COLUMNS, level=level, **options)
    return str(refused.value)


BAD: list[tuple[Cells, dict[str, Any], str]] = [
    ([("a", "r", 1), ("a", "s", "two")], {}, "{2}: 'two' in column 'value' is not a number"),
    ([("a", "r", "x"), ("a", "s", "y")], {}, "The values x, y are words"),
    ([("a", "r", "x")], {"level": "interval"}, "{1}: 'x' in column 'value' is not a number, and"),
    ([("b", "r", 1), ("a", "r", -1)], {"level": "ratio"}, "{2}: -1 in column 'value' is below 0"),
    (
        [("a", "r", 1), ("a", "s", 7)],
        {"categories": ["1", "2"]},
        "{2}: '7' in column 'value' is not",
    ),
    ([("a", "r", 1), ("", "s", 1)], {}, "{2}: column 'item' is empty"),
    (
        [("b", "r", 1), ("a", "r", 1), ("b", "r", 2)],
        {},
        "ratings.KIND: a rater rates an item again in WORD {3} (rater 'r', item 'b').",
    ),
]


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(("rows", "options", "sentence"), BAD)
def test_bad_rows_get_the_strict_readers_sentences(
    tmp_path: Path, rows: Cells, options: dict[str, Any], sentence: str
) -> None:
    path = as_csv(tmp_path, lines_of(rows))
    told = refusal(path, **options)
    assert _with_places(sentence, "line", 1) in told
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_files, "LARGE", 1 << 40)
        assert refusal(path, **options) == told
    parquet = refusal(as_parquet(tmp_path, path), **options)
    assert _with_places(sentence, "row", 0) in parquet


def _with_places(sentence: str, word: str, first: int) -> str:
    kind = "csv" if word == "line" else "parquet"
    for row in (1, 2, 3):
        where = f"{word} {row + first}"
        sentence = sentence.replace(f"WORD {{{row}}}", where)
        sentence = sentence.replace(f"{{{row}}}", f"ratings.{kind}, {where}")
    return sentence.replace("KIND", kind)


def test_a_parquet_file_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    made = as_parquet(tmp_path, "SELECT 'a' AS item, 'r' AS rater, 1 AS \"value\"")
    renamed = made.rename(tmp_path / "ratings")
    assert len(read_ratings(renamed, COLUMNS, level="ordinal").items) == 1


def test_a_broken_parquet_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ratings.parquet"
    path.write_bytes(b"PAR1 and nothing more")
    assert "ratings.parquet cannot be read as a Parquet file" in refusal(path)


def test_a_column_that_is_not_there_or_holds_lists_is_told(tmp_path: Path) -> None:
    path = as_parquet(tmp_path, "SELECT 'a' AS item, [1, 2] AS \"value\"")
    assert "ratings.parquet has no column 'rater'; it has item, value" in refusal(path)
    path = as_parquet(tmp_path, "SELECT 'a' AS item, 'r' AS rater, [1, 2] AS \"value\"")
    assert "a cell of column 'value' holds several values (INTEGER[])" in refusal(path)


# What the store may reach


def test_it_reads_the_file_it_was_given_and_nothing_else(tmp_path: Path) -> None:
    path = as_csv(tmp_path, lines_of([("a", "r", 1)]))
    other = tmp_path / "other.csv"
    other.write_text("secret\n1\n")
    with column_store.connected(path, "100MB") as store:
        for asked in (
            f"SELECT * FROM read_csv('{other}')",
            "SELECT * FROM read_csv('https://example.org/ratings.csv')",
            "INSTALL httpfs",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                store.execute(asked)


def test_signs_in_the_name_of_a_file_are_only_its_name(tmp_path: Path, large: None) -> None:
    folder = tmp_path / "it's [a]*"
    folder.mkdir()
    as_csv(tmp_path, lines_of([("wrong", "r", 1)])).rename(tmp_path / "it's a.csv")
    path = as_csv(folder, lines_of([("a", "r", 1)]))
    assert cells_of(at_once(path)) == [("a", "r", "1")]
