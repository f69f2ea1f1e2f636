from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowsim.metrics.columns import KEYS, stack, table
from flowsim.metrics.window import cut, on_days, window_of
from tests.handmade import ledger_of, scenario_of

days = st.lists(st.tuples(st.integers(-20, 60), st.integers(0, 40)), max_size=12)
EDGES = np.array([0.0, 10.0, 20.0, 35.0])


@given(days)
def test_cut_pieces_tile_what_lies_inside_the_periods(drawn):
    start = np.array([float(s) for s, _ in drawn])
    end = start + np.array([float(length) for _, length in drawn])
    index, period, begin, stop = cut(start, end, EDGES)
    assert (stop > begin).all()
    assert (begin >= EDGES[period]).all()
    assert (stop <= EDGES[period + 1]).all()
    inside = np.maximum(np.minimum(end, 35.0) - np.maximum(start, 0.0), 0.0)
    assert np.bincount(index, stop - begin, len(start)).tolist() == inside.tolist()


@given(days)
def test_an_interval_holds_its_first_day_and_not_its_last(drawn):
    start = np.array([float(s) for s, _ in drawn])
    end = start + np.array([float(length) for _, length in drawn])
    index, day = on_days(start, end, EDGES)
    expected = [
        (i, d)
        for i in range(len(start))
        for d in range(len(EDGES))
        if start[i] <= EDGES[d] < end[i]
    ]
    assert list(zip(index.tolist(), day.tolist(), strict=True)) == expected


def test_a_window_of_years_goes_from_date_to_date_by_quarter():
    window = window_of(ledger_of([]), scenario_of())
    assert window.years == ("2026",)
    assert window.length.tolist() == [365]
    assert window.dates == ("2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01", "2027-01-01")
    assert window.days.tolist() == [0, 90, 181, 273, 365]


def test_quarters_from_the_end_of_a_month_keep_to_the_end_of_the_month():
    start = date(2027, 11, 30)
    scenario = scenario_of(scenario={"years": 2, "start": start})
    window = window_of(ledger_of([], window_days=731.0, start=start), scenario)
    assert window.years == ("2027", "2028")
    assert window.length.tolist() == [366, 365]
    assert window.dates[:4] == ("2027-11-30", "2028-02-29", "2028-05-30", "2028-08-30")
    assert window.dates[-2:] == ("2029-08-30", "2029-11-30")


def window_with(dates, **about):
    scenario = scenario_of(scenario={"dates": dates} | about)
    start = about.get("start", date(2026, 1, 1))
    end = about["days"] if "days" in about else 365.0 * about.get("years", 1)
    return window_of(ledger_of([], window_days=end, start=start), scenario)


def test_dates_a_month_apart_go_from_day_to_day_of_the_month():
    window = window_with("monthly")
    assert window.dates[:3] == ("2026-01-01", "2026-02-01", "2026-03-01")
    assert window.dates[-2:] == ("2026-12-01", "2027-01-01")
    assert window.days[:3].tolist() == [0, 31, 59]
    assert len(window.days) == 13
    late = window_with("monthly", start=date(2027, 12, 31), years=1)
    assert late.dates[:4] == ("2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31")


def test_dates_a_day_apart_are_all_days_and_the_end():
    window = window_with("daily", years=2)
    assert window.days.tolist() == list(range(731))
    assert window.dates[0] == "2026-01-01"
    assert window.dates[-2:] == ("2027-12-31", "2028-01-01")
    assert window.years == ("2026", "2027")


def test_in_a_window_of_days_a_month_is_a_twelfth_of_a_year_and_the_end_is_a_date():
    assert window_with("monthly", years=None, days=100.0).days.tolist() == [
        0, 365.25 / 12, 2 * 365.25 / 12, 3 * 365.25 / 12, 100,
    ]  # fmt: skip
    daily = window_with("daily", years=None, days=2.5)
    assert daily.days.tolist() == [0, 1, 2.5]  # of one date the end
    assert daily.dates == ("2026-01-01", "2026-01-02", "2026-01-03")


def test_an_instant_on_the_border_belongs_to_the_year_that_begins():
    window = window_of(ledger_of([], window_days=730.0), scenario_of(scenario={"years": 2}))
    found = window.year_of(np.array([-0.5, 0.0, 364.9, 365.0, 729.9, 730.0]))
    assert found.tolist() == [-1, 0, 0, 1, 1, -1]


def test_a_table_has_a_row_for_every_cell_in_the_order_of_its_axes():
    written = table("m", [[1, 2], [3, 4]], {"period": ("x", "y"), "detail": ("p", "q")})
    assert list(written) == [*KEYS, "value"]
    assert list(zip(written["period"], written["detail"], written["value"], strict=True)) == [
        ("x", "p", 1), ("x", "q", 2), ("y", "p", 3), ("y", "q", 4),
    ]  # fmt: skip
    assert set(written["municipality"]) == set(written["variant"]) == {""}


def test_cells_that_cannot_be_are_left_out():
    keep = np.array([[True, False], [True, True]])
    written = table("m", [[1, 2], [3, 4]], {"period": ("x", "y"), "detail": ("p", "q")}, keep)
    assert written["value"].tolist() == [1, 3, 4]
    assert written["detail"].tolist() == ["p", "p", "q"]


def test_labels_that_do_not_fit_the_array_are_refused():
    with pytest.raises(ValueError, match="m: "):
        table("m", [1, 2, 3], {"period": ("x", "y")})


def test_no_tables_together_are_an_empty_table_with_all_columns():
    assert {key: len(column) for key, column in stack([]).items()} == dict.fromkeys(
        (*KEYS, "value"), 0
    )
