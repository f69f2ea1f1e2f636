"""Files are written whole or not at all."""

import csv
import errno
import gc
import hashlib
import io
import json
import math
import os
import weakref
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import flowsim
from flowsim.experiment.keys import scenario_hash
from flowsim.experiment.run import with_seed
from flowsim.experiment.writing.files import OutputError, check_writable, whole_file
from flowsim.experiment.writing.manifest import write_manifest
from flowsim.experiment.writing.tables_on_disk import (
    LARGE,
    TABLES,
    Sheet,
    write_frames,
    write_tables,
)
from tests.experiment.tiny_worlds import TINY, tiny, tiny_comparison


def test_a_file_that_fails_halfway_leaves_what_was_there(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")

    def write():
        with whole_file(path) as stream:
            stream.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_said_in_plain_words(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with (
        pytest.raises(OutputError, match=r"cannot write .*table.csv: the disk is full"),
        whole_file(tmp_path / "table.csv") as stream,
    ):
        stream.write(b"much")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_found_before_the_run(tmp_path):
    (tmp_path / "results").write_text("a file")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        check_writable(tmp_path / "results" / "name")
    check_writable(tmp_path / "new" / "name")
    assert not (tmp_path / "new").exists()


def rows(path: Path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_tables_hold_the_very_numbers_of_the_runs(tmp_path):
    comparison = tiny_comparison()
    paths = write_tables(comparison, tmp_path, everything=True)
    assert {path.stem for path in paths} == set(TABLES) | set(LARGE)
    frame = comparison.measures
    found = rows(tmp_path / "measures_by_period.csv")
    assert list(found[0]) == list(frame.columns)
    assert [float(row["value"]) for row in found] == frame["value"].tolist()
    for name in ("scenario", "period", "measure", "detail", "unit"):
        assert [row[name] for row in found] == frame[name].astype(str).tolist()


WINDOW = {
    "outflow": lambda years: sum(years.values()),
    "cost_eur": lambda years: sum(years.values()),
    "mean_persons": lambda years: sum(years.values()) / 2,  # both years have 365 days
}


@pytest.mark.parametrize("measure", WINDOW)
def test_measures_hold_the_whole_window(tmp_path, measure):
    comparison = tiny_comparison()
    write_tables(comparison, tmp_path)
    keys = ("scenario", "replication", "municipality", "variant", "detail")
    found = [row for row in rows(tmp_path / "measures.csv") if row["measure"] == measure]
    assert {row["period"] for row in found} == {"2026-2027"}
    said = {tuple(row[key] for key in keys): float(row["value"]) for row in found}
    frame = comparison.measures.query(f"measure == {measure!r}").astype({"replication": str})
    for key, part in frame.groupby(list(keys), observed=True):
        years = dict(zip(part["period"], part["value"], strict=True))
        assert said.pop(key, 0.0) == pytest.approx(WINDOW[measure](years))
    assert not said


def test_a_balance_over_the_window_begins_in_the_first_year_and_ends_in_the_last(tmp_path):
    comparison = tiny_comparison()
    write_tables(comparison, tmp_path)
    balance = [row for row in rows(tmp_path / "measures.csv") if row["measure"] == "balance"]
    frame = comparison.measures.query("measure == 'balance'")
    for detail, year in (("start", "2026"), ("end", "2027")):
        said = sum(float(row["value"]) for row in balance if row["detail"] == detail)
        there = frame[(frame["detail"] == detail) & (frame["period"] == year)]["value"].sum()
        assert said == there


def test_large_tables_of_an_earlier_run_do_not_stay_behind(tmp_path):
    write_tables(tiny_comparison(), tmp_path, everything=True)
    large = (tmp_path / "measures_by_period.csv").stat().st_size
    assert {one.stem for one in tmp_path.iterdir()} == {*TABLES, *LARGE}
    write_tables(tiny_comparison(), tmp_path)
    assert {one.stem for one in tmp_path.iterdir()} == {*TABLES}
    assert not {"waits", "measures_by_period"} & TABLES.keys()
    assert (tmp_path / "measures.csv").stat().st_size < large / 4


def test_a_table_says_that_a_number_is_not_known_by_leaving_it_out(tmp_path):
    write_tables(tiny_comparison(), tmp_path)
    summary = rows(tmp_path / "summary.csv")
    base = [row for row in summary if row["scenario"] == "base"]
    assert all(row["difference"] == "" and row["verdict"] == "base" for row in base)
    known = [row for row in base if row["value"] not in ("", "inf")]
    assert all(math.isfinite(float(row["value"])) for row in known)
    assert len(known) > len(base) / 2
    assert all(row["reason"] for row in base if row["value"] == "")


def test_scenarios_are_listed_with_their_titles(tmp_path):
    write_tables(tiny_comparison(), tmp_path)
    listed = {row["scenario"]: row for row in rows(tmp_path / "scenarios.csv")}
    assert listed["more_dwellings"]["title_nl"] == "Meer woningen"
    assert listed["base"]["role"] == "base"
    assert float(listed["base"]["window_days"]) == 730


def extending(tmp_path, name, places):
    """The same scenario from another base: only where its people of today come from differs."""
    folder = tmp_path / name
    folder.mkdir()
    base = (TINY / "base.toml").read_text("utf-8")
    assert base.count("places = 15") == 1
    (folder / "base.toml").write_text(base.replace("places = 15", f"places = {places}"), "utf-8")
    (folder / "other.toml").write_text(
        'extends = "base.toml"\n[[variant]]\nname = "bw"\nplaces = 20\n', "utf-8"
    )
    return flowsim.load(folder / "other.toml")


def test_the_hash_of_a_scenario_covers_its_base(tmp_path):
    one, other = extending(tmp_path, "a", 15), extending(tmp_path, "b", 16)
    assert one.model_dump() == other.model_dump(), "they say the same"
    assert scenario_hash(one) != scenario_hash(other), "but start from other people"
    assert scenario_hash(one) == scenario_hash(extending(tmp_path, "c", 15))


def test_the_hash_of_a_scenario_is_the_same_for_another_seed_and_keeps_its_base(tmp_path):
    one = extending(tmp_path, "a", 15)
    for seed in (1, 2):
        assert scenario_hash(with_seed(one, seed)) == scenario_hash(one)
    alone = one.known_as(base=None)
    assert scenario_hash(alone) != scenario_hash(one)


def test_the_manifest_says_what_was_run(tmp_path):
    comparison = tiny_comparison()
    paths = write_tables(comparison, tmp_path / "tables")
    write_manifest(comparison, tmp_path / "manifest.json", outputs=paths, wall_seconds=1.0, jobs=1)
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert manifest["status"] == "complete"
    assert manifest["seed"] == 7
    assert manifest["replications"] == {"planned": 4, "complete": [0, 1, 2, 3]}
    assert [one["name"] for one in manifest["scenarios"]] == list(comparison.keys)
    digest = hashlib.sha256((tmp_path / "tables" / "summary.csv").read_bytes()).hexdigest()
    assert manifest["files"]["tables/summary.csv"] == digest
    assert manifest["warnings"] == [str(one) for one in comparison.warnings]
    assert {"flowsim", "numpy", "python", "flowsim_code_sha256"} <= set(manifest["versions"])


def test_the_hash_of_a_scenario_is_of_what_it_says():
    plain = scenario_hash(tiny())
    assert plain == scenario_hash(tiny())
    assert plain == scenario_hash(tiny("base", "scenario.seed=8", "scenario.replications=9"))
    assert plain != scenario_hash(tiny("base", "variant.bw.places=16"))


def test_frames_are_written_one_at_a_time():
    there = []

    def frames():
        for number in range(5):
            frame = pd.DataFrame({"number": np.full(3, number)})
            there.append(weakref.ref(frame))
            yield frame
            del frame
            gc.collect()
            assert sum(one() is not None for one in there[1:]) <= 1

    stream = io.BytesIO()
    write_frames(frames(), Sheet(stream, None))
    assert stream.getvalue().split() == [b"number", *(str(i // 3).encode() for i in range(15))]
