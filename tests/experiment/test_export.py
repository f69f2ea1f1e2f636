"""Exports for other programs: the same numbers, typed, and put in their place when whole."""

from __future__ import annotations

import gc
import os
import re
import sys
import zipfile
from dataclasses import replace
from itertools import count
from pathlib import Path

import pandas as pd
import pytest
from pyarrow import parquet

from flowsim.experiment.estimated import NAMES
from flowsim.experiment.results import Results
from flowsim.experiment.writing import export
from flowsim.experiment.writing.export import FOLDER, LONG, write_export
from flowsim.experiment.writing.files import OutputError
from flowsim.experiment.writing.swap import folder_swapped, place_of, swapped_in
from flowsim.experiment.writing.tables_on_disk import write_tables
from tests.experiment.tiny_worlds import tiny_comparison


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    return write_export(tiny_comparison(), folder, ("csv", "parquet", "xlsx"))


def test_every_kind_is_there(exported):
    names = {f"{name}.{kind}" for name in (*LONG, *NAMES) for kind in ("csv", "parquet")}
    assert {one.name for one in exported.iterdir()} == names | {"results.xlsx"}
    assert {one.name for one in exported.parent.iterdir()} == {FOLDER}


@pytest.mark.parametrize("name", [*LONG, *NAMES])
def test_parquet_has_every_number_as_it_is(exported, name):
    frame = getattr(tiny_comparison(), name)
    found = parquet.read_table(exported / f"{name}.parquet").to_pandas()
    assert list(found.columns) == list(frame.columns)
    assert len(found) == len(frame) > 0
    for column in frame:
        mine, theirs = frame[column], found[column]
        if mine.dtype.kind in "biuf":
            assert theirs.dtype == mine.dtype, column
            pd.testing.assert_series_equal(theirs, mine, check_exact=True)
        else:
            words = [None if pd.isna(one) else str(one) for one in mine.tolist()]
            assert [None if pd.isna(one) else one for one in theirs.tolist()] == words, column


@pytest.mark.parametrize("name", ["measures", "waits"])
def test_a_run_is_a_group_of_rows_so_that_all_need_not_fit_in_memory(exported, name):
    file = parquet.ParquetFile(exported / f"{name}.parquet")
    assert file.num_row_groups == len(tiny_comparison().runs) == 12


def test_csv_is_that_of_the_tables(exported, tmp_path):
    write_tables(tiny_comparison(), tmp_path, everything=True)
    for name in ("waits", "summary", "balance", "chains"):
        mine = (exported / f"{name}.csv").read_text("utf-8")
        assert mine == (tmp_path / f"{name}.csv").read_text("utf-8"), name
    whole = (tmp_path / "measures_by_period.csv").read_text("utf-8")
    assert (exported / "measures.csv").read_text("utf-8") == whole


def sheet(path: Path, number: int) -> list[list[str]]:
    """Return the texts and numbers of a sheet, row by row."""
    with zipfile.ZipFile(path) as book:
        words = book.read("xl/sharedStrings.xml").decode()
        text = book.read(f"xl/worksheets/sheet{number}.xml").decode()
    shared = re.findall(r"<si><t[^>]*>(.*?)</t></si>", words)
    rows = []
    for row in re.findall(r"<row .*?</row>", text, re.S):
        cells = re.findall(r'<c r="[A-Z]+\d+"(?: s="\d+")?(?: t="(\w+)")?><v>(.*?)</v></c>', row)
        rows.append([shared[int(value)] if kind == "s" else value for kind, value in cells])
    return rows


def test_a_spreadsheet_has_a_sheet_a_table_with_numbers_as_numbers(exported):
    with zipfile.ZipFile(exported / "results.xlsx") as book:
        names = re.findall(r'<sheet name="(.*?)"', book.read("xl/workbook.xml").decode())
    assert tuple(names) == NAMES
    head, *rows = sheet(exported / "results.xlsx", NAMES.index("balance") + 1)
    frame = tiny_comparison().balance
    assert head == list(frame.columns)
    assert len(rows) == len(frame)
    assert float(rows[0][-1]) == pytest.approx(frame.iloc[0, -1], rel=1e-15)


def test_a_text_that_looks_like_a_formula_stays_text(tmp_path, monkeypatch):
    frame = pd.DataFrame(
        {"title": ["=1+1", "http://x", "plain"], "value": [1.0, float("nan"), 2.0]}
    )
    monkeypatch.setattr(export, "frames", lambda *_: iter([frame]))
    path = write_export(tiny_comparison(), tmp_path, ["xlsx"]) / "results.xlsx"
    assert sheet(path, 1) == [["title", "value"], ["'=1+1", "1"], ["http://x"], ["plain", "2"]]
    with zipfile.ZipFile(path) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


def test_more_rows_than_a_sheet_holds_are_refused_and_what_was_there_stays(tmp_path, monkeypatch):
    write_export(tiny_comparison(), tmp_path, ["csv"])
    before = sorted(one.name for one in (tmp_path / FOLDER).iterdir())
    monkeypatch.setattr(export, "MOST_ROWS", 10)
    with pytest.raises(OutputError, match="more than a sheet holds; use --parquet or --csv"):
        write_export(tiny_comparison(), tmp_path, ["xlsx"])
    assert sorted(one.name for one in (tmp_path / FOLDER).iterdir()) == before
    assert [one.name for one in tmp_path.iterdir()] == [FOLDER]


@pytest.mark.parametrize(("kind", "library"), [("parquet", "pyarrow"), ("xlsx", "xlsxwriter")])
def test_a_library_that_is_missing_is_named_with_what_to_do(tmp_path, monkeypatch, kind, library):
    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(export.importlib, "import_module", missing)
    with pytest.raises(OutputError, match=rf"--{kind} needs {library}: pip install .flowsim\[exp"):
        write_export(tiny_comparison(), tmp_path, [kind])
    assert list(tmp_path.iterdir()) == []


def test_what_is_partial_says_so_in_every_row(tmp_path):
    whole = tiny_comparison()
    part = Results(replace(whole.batch, planned=9, interrupted=True))
    assert part.mark == "PARTIAL 4/9"
    folder = write_export(part, tmp_path, ("csv", "parquet", "xlsx"))
    for name in (*LONG, *NAMES):
        found = parquet.read_table(folder / f"{name}.parquet").to_pandas()
        assert set(found["status"]) == {"PARTIAL 4/9"}, name
        lines = (folder / f"{name}.csv").read_text("utf-8").splitlines()
        assert all(line.endswith(("PARTIAL 4/9", ",status")) for line in lines), name
    assert sheet(folder / "results.xlsx", 1)[1][-1] == "PARTIAL 4/9"


# ---------------------------------------------------------------- put in place when whole
def _half(folder):
    with swapped_in(folder, ["tables/a.csv"]) as new:
        (new / "tables").mkdir(parents=True)
        (new / "tables" / "a.csv").write_text("new")
        raise OSError("full")


def test_nothing_is_put_in_place_when_something_goes_wrong(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "a.csv").write_text("old")
    (tmp_path / "manifest.json").write_text("old")
    with pytest.raises(OSError, match="full"):
        _half(tmp_path)
    assert (tmp_path / "tables" / "a.csv").read_text() == "old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["manifest.json", "tables"]


def test_the_manifest_comes_last_and_what_is_stale_goes(tmp_path):
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "old.svg").write_text("old")
    (tmp_path / "charts" / "mine.txt").write_text("mine")
    (tmp_path / ".exports-1").mkdir()
    (tmp_path / ".exports-1" / "left").write_text("by who was killed")
    with swapped_in(tmp_path, ["charts/old.svg", "charts/none.svg"]) as new:
        (new / "tables").mkdir(parents=True)
        (new / "manifest.json").write_text('{"status": "complete"}')
        (new / "tables" / "a.csv").write_text("new")
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")) == [
        "charts/mine.txt", "manifest.json", "tables/a.csv",
    ]  # fmt: skip


def test_a_place_that_refuses_is_named_and_not_where_the_file_waited(tmp_path):
    (tmp_path / "tables").write_text("a file where the folder belongs")
    with pytest.raises(OutputError) as refused, swapped_in(tmp_path) as new:
        write_tables(tiny_comparison(), new / "tables")
    assert str(tmp_path / "tables") in str(refused.value)
    assert ".exports-" not in str(refused.value)
    assert [one.name for one in tmp_path.iterdir()] == ["tables"]


def test_what_is_partial_never_goes_where_something_complete_is(tmp_path):
    assert place_of(tmp_path, partial=True) == tmp_path
    for text in ("{}", '{"status": "interrupted"}', "[]", "?", '{"status": "complete"}'):
        place = tmp_path / "partial" if "complete" in text else tmp_path
        (tmp_path / "manifest.json").write_text(text)
        assert place_of(tmp_path, partial=True) == place
        assert place_of(tmp_path, partial=False) == tmp_path


def test_a_folder_takes_the_place_of_another_whole(tmp_path):
    for text in ("one", "two"):
        with folder_swapped(tmp_path / "export") as new:
            new.mkdir()
            (new / text).write_text(text)
    assert [one.name for one in (tmp_path / "export").iterdir()] == ["two"]
    assert [one.name for one in tmp_path.iterdir()] == ["export"]


@pytest.mark.parametrize("stands", ["file", "link", "queue"])
def test_what_stands_in_the_place_of_a_folder_stays(tmp_path, stands):
    (tmp_path / "theirs").mkdir()
    match stands:
        case "file":
            (tmp_path / "export").write_text("x", "utf-8")
        case "link":
            (tmp_path / "export").symlink_to(tmp_path / "theirs")
        case "queue":
            os.mkfifo(tmp_path / "export")
    before = sorted(tmp_path.iterdir())
    with (
        pytest.raises(OutputError, match="export: something else stands there"),
        folder_swapped(tmp_path / "export") as new,
    ):
        new.mkdir()
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("kind", ["parquet", "xlsx"])
def test_who_stops_halfway_hears_nothing_of_it_afterwards(tmp_path, monkeypatch, kind):
    heard, calls = [], count()

    def stops(*given):
        if next(calls):
            raise KeyboardInterrupt
        return works(*given)

    where = {"parquet": (export, "_arrow"), "xlsx": (zipfile.ZipFile, "writestr")}[kind]
    works = getattr(*where)
    monkeypatch.setattr(*where, stops)
    monkeypatch.setattr(sys, "unraisablehook", heard.append)
    with pytest.raises(KeyboardInterrupt):
        write_export(tiny_comparison(), tmp_path, [kind])
    gc.collect()
    assert heard == []
    assert list(tmp_path.iterdir()) == []
