"""Estimates that a store has are those that its runs give, and never those of other runs."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from flowsim.experiment import estimated
from flowsim.experiment.compare import compare
from flowsim.experiment.estimated import KEPT, Estimated
from flowsim.experiment.keep import Keep
from flowsim.experiment.results import Results
from flowsim.experiment.stored import results_of
from flowsim.experiment.tables.packed_frame import open_frame, pack_frame
from flowsim.experiment.writing.tables_on_disk import write_tables
from flowsim.store import FILE, Filling, Store
from tests.experiment.tiny_worlds import tiny, tiny_comparison


def put(folder, n=4, others=("less_staff", "more_dwellings"), make=KEPT):
    """Fill a store, and keep some of its estimates."""
    with Filling.of(folder) as store:
        base, *rest = (tiny(name) for name in ("base", *others))
        results = compare(base, rest, n, keep=Keep(store))
        for name in make:
            getattr(results, name)
        Estimated(store, results.batch).put(store, vars(results))
    return folder


def there(folder):
    """Return the names of the estimates that a store has of what was asked last."""
    with Store.read(folder) as store:
        found = results_of(store).estimated
        return {name for name in KEPT if found.get(name) is not None}


@cache
def plain() -> dict[str, pd.DataFrame]:
    return {name: getattr(tiny_comparison(), name) for name in KEPT}


@pytest.mark.parametrize("name", KEPT)
def test_a_table_that_is_packed_comes_out_as_it_was(name):
    frame = plain()[name]
    found = open_frame(pack_frame(frame))
    assert len(frame) > 0
    pd.testing.assert_frame_equal(found, frame, check_exact=True)
    assert [str(one) for one in found.dtypes] == [str(one) for one in frame.dtypes]
    assert pack_frame(found) == pack_frame(frame)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": ["x", None]}),
        pd.DataFrame({"a": ["x", 1.0]}),
        pd.DataFrame({"a": pd.Categorical(["x", "y"])}),
        pd.DataFrame({"a": [1.0, 2.0]}, index=[1, 2]),
        pd.DataFrame({"a": pd.to_datetime(["2026-01-01"])}),
    ],
)
def test_what_is_no_table_of_numbers_and_words_is_not_kept(frame):
    assert pack_frame(frame) is None


def test_a_table_of_no_rows_is_kept_too():
    assert open_frame(pack_frame(pd.DataFrame())).equals(pd.DataFrame())


def test_what_is_kept_is_read_and_the_tables_are_the_same_to_the_byte(tmp_path, monkeypatch):
    assert there(put(tmp_path)) == set(KEPT)
    monkeypatch.setattr(Results, "warnings", None)
    monkeypatch.setattr(Results, "years", None)
    monkeypatch.setattr(Results, "_waits", None)  # nothing that estimates are made of is there
    with Store.read(tmp_path) as store:
        results = results_of(store)
        paths = write_tables(results, tmp_path / "again")
        for name in KEPT:
            pd.testing.assert_frame_equal(getattr(results, name), plain()[name], check_exact=True)
    monkeypatch.undo()
    write_tables(tiny_comparison(), tmp_path / "plain")
    for one in paths:
        assert one.read_bytes() == (tmp_path / "plain" / one.name).read_bytes(), one.name


@pytest.mark.parametrize(
    "more",
    [{"n": 5}, {"n": 3}, {"others": ("less_staff",)}, {"others": ("more_dwellings", "less_staff")}],
)
def test_other_runs_are_never_told_by_old_estimates(tmp_path, more):
    put(tmp_path, make=("balance",))
    put(tmp_path, make=(), **more)
    assert there(tmp_path) == set()
    with Store.read(tmp_path) as store:
        found = results_of(store).balance
    n, others = more.get("n", 4), more.get("others", ("less_staff", "more_dwellings"))
    wanted = compare(tiny(), [tiny(name) for name in others], n).balance
    pd.testing.assert_frame_equal(found, wanted, check_exact=True)
    put(tmp_path, make=())  # what was asked first is asked again, and its estimates are its own
    assert there(tmp_path) == {"balance"}


def test_other_code_and_other_libraries_make_their_own(tmp_path, monkeypatch):
    put(tmp_path, make=("summary",))
    mine = estimated.versions()
    for name in ("flowsim_code_sha256", "numpy", "scipy", "pandas", "platform"):
        monkeypatch.setattr(estimated, "versions", lambda name=name: mine | {name: "other"})
        assert there(tmp_path) == set(), name
    monkeypatch.undo()
    assert there(tmp_path) == {"summary"}


@pytest.mark.parametrize(
    "damage",
    [
        "packed = substr(packed, 1, 100)",
        "packed = zeroblob(length(packed))",
        "sha256 = ''",
        "name = 'balance_of_old'",
    ],
)
def test_what_is_damaged_is_made_again(tmp_path, damage):
    put(tmp_path, make=("summary", "balance"))
    with Filling.of(tmp_path) as store:
        store.database.execute(f"update derived set {damage} where name = 'balance'")
    assert there(tmp_path) == {"summary"}
    with Store.read(tmp_path) as store:
        results = results_of(store)
        pd.testing.assert_frame_equal(results.balance, plain()["balance"], check_exact=True)
    results.estimated.put_in(tmp_path, vars(results))
    assert there(tmp_path) == {"summary", "balance"}


@pytest.mark.parametrize("said", [b"", b"x" * 40, (4).to_bytes(8) + b"null" + b"x"])
def test_bytes_that_are_no_table_are_made_again_too(tmp_path, said):
    put(tmp_path, make=("staff",))
    with Filling.of(tmp_path) as store:
        (made_of,) = store.database.execute("select made_of from derived").fetchone()
        store.derive(made_of, {"staff": said})
    with Store.read(tmp_path) as store:
        found = results_of(store)
        pd.testing.assert_frame_equal(found.staff, plain()["staff"], check_exact=True)


def test_what_a_reader_made_is_kept_where_it_can_be_and_nothing_is_written_without_need(tmp_path):
    put(tmp_path, make=())
    with Store.read(tmp_path) as store:
        results = results_of(store)
        assert len(results.over_time) > 0
    results.estimated.put_in(tmp_path, vars(results))
    assert there(tmp_path) == {"over_time"}
    before = (tmp_path / FILE).stat().st_mtime_ns
    with Store.read(tmp_path) as store:
        results = results_of(store)
        assert len(results.over_time) > 0
    results.estimated.put_in(tmp_path, vars(results))
    assert (tmp_path / FILE).stat().st_mtime_ns == before


def test_estimates_of_what_was_asked_before_make_way(tmp_path):
    put(tmp_path)
    put(tmp_path, n=5, make=("chains",))
    with Store.read(tmp_path) as store:
        rows = store.database.execute("select name from derived").fetchall()
    assert rows == [("chains",)]
