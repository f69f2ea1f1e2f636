"""Tables that other processes make of a store are those of the process that gathered the runs."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from flowsim.experiment.compare import compare
from flowsim.experiment.estimated import NAMES, Estimated
from flowsim.experiment.keep import Keep
from flowsim.experiment.results import Results
from flowsim.experiment.stored import results_of
from flowsim.experiment.writing import apart
from flowsim.experiment.writing.apart import ORDER, tell_apart
from flowsim.experiment.writing.files import OutputError
from flowsim.experiment.writing.swap import swapped_in
from flowsim.experiment.writing.tables_on_disk import LARGE, TABLES, write_tables
from flowsim.store import Filling, Store
from tests.experiment.tiny_worlds import tiny, tiny_comparison


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A store of the tiny comparison, without estimates."""
    folder = tmp_path_factory.mktemp("stored")
    with Filling.of(folder) as store:
        compare(tiny(), [tiny("less_staff"), tiny("more_dwellings")], 4, keep=Keep(store))
    return folder


def same(paths, folder):
    """Tell whether files are those that this process writes of the same runs."""
    wanted = write_tables(tiny_comparison(), folder, everything=True)
    return [(one.name, one.read_bytes()) for one in paths] == [
        (one.name, one.read_bytes()) for one in wanted
    ]


def test_every_table_is_made_once():
    assert sorted(ORDER) == sorted(TABLES)
    assert set(NAMES) <= set(ORDER)


def test_tables_are_the_same_to_the_byte_and_this_process_works_nothing_out(
    stored, tmp_path, monkeypatch
):
    monkeypatch.setattr(Results, "years", None)
    monkeypatch.setattr(Results, "_waits", None)  # nothing that estimates are made of is here
    with Store.read(stored) as store:
        results = results_of(store)
        paths = tell_apart(results, 2, tmp_path / "apart", everything=True)
        for name in NAMES:
            assert len(getattr(results, name)), name
    monkeypatch.undo()
    assert {one.stem for one in paths} == {*TABLES, *LARGE}
    assert same(paths, tmp_path / "here")


def test_what_others_made_is_kept_and_is_not_made_again(stored, tmp_path, monkeypatch):
    folder = shutil.copytree(stored, tmp_path / "copy")
    with Store.read(folder) as store:
        results = results_of(store)
        assert tell_apart(results, 2, None) == []
        assert not set(NAMES) & set(vars(results))
    results.estimated.put_in(folder, {})
    monkeypatch.setattr(apart, "started", None)  # nobody is asked for anything
    with Store.read(folder) as store:
        again = results_of(store)
        assert all(again.estimated.has(name) for name in NAMES)
        assert tell_apart(again, 2, None) == []
    monkeypatch.undo()
    with Store.read(folder) as store:
        assert same(tell_apart(results_of(store), 2, tmp_path / "tables", everything=True),
                    tmp_path / "here")  # fmt: skip


def test_one_process_and_results_of_no_store_go_on_by_themselves(stored, tmp_path):
    assert tell_apart(tiny_comparison(), 2, tmp_path) is None
    with Store.read(stored) as store:
        assert tell_apart(results_of(store), 1, tmp_path) is None
    assert not list(tmp_path.iterdir())


def test_a_store_that_is_filled_meanwhile_can_be_told(tmp_path):
    with Filling.of(tmp_path) as store:
        others = [tiny("less_staff"), tiny("more_dwellings")]
        results = compare(tiny(), others, 4, keep=Keep(store))
        results = replace(results, estimated=Estimated(store, results.batch))
        paths = tell_apart(results, 2, tmp_path / "apart", everything=True)
        results.estimated.put(store, vars(results))
    assert same(paths, tmp_path / "here")
    with Store.read(tmp_path) as store:
        assert all(results_of(store).estimated.has(name) for name in NAMES)


def test_runs_of_other_code_are_never_told_and_that_is_one_message(stored, tmp_path, monkeypatch):
    with Store.read(stored) as store:
        results = results_of(store)
        monkeypatch.setattr(results.estimated, "made_of", "other")
        with pytest.raises(OutputError, match=r"^flowsim or one of its libraries was changed"):
            tell_apart(results, 2, tmp_path / "tables")
    assert not (tmp_path / "tables").exists()


def test_a_table_that_cannot_be_written_is_told_by_its_place(stored, tmp_path):
    (tmp_path / "tables").write_text("no folder")
    with Store.read(stored) as store, pytest.raises(OutputError, match="cannot write") as told:
        tell_apart(results_of(store), 2, tmp_path / "tables")
    assert str(tmp_path / "tables") in str(told.value.said)
    assert "path" in told.value.said.values


def test_who_is_stopped_meanwhile_leaves_nothing_behind(stored, tmp_path, monkeypatch):
    def stopped(*more):
        yield from list(tasks(*more))[:4]
        raise KeyboardInterrupt

    tasks = apart._tasks
    monkeypatch.setattr(apart, "_tasks", stopped)
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "summary.csv").write_text("earlier")
    with (
        Store.read(stored) as store,
        pytest.raises(KeyboardInterrupt),
        swapped_in(tmp_path) as new,
    ):
        tell_apart(results_of(store), 2, new / "tables")
    assert [one.name for one in tmp_path.rglob("*")] == ["tables", "summary.csv"]
    assert (tmp_path / "tables" / "summary.csv").read_text() == "earlier"
