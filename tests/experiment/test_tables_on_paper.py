"""Tables of years, chains and dates, from a ledger written by hand to the number."""

from __future__ import annotations

from typing import Any

import pytest

from tests.experiment.handmade_results import five, results_of
from tests.experiment.test_lines import YEAR


@pytest.fixture(scope="module")
def results():
    return results_of({"hand": [five()] * 3})


def region(frame: Any, year: str) -> Any:
    return frame[(frame["municipality"] == "") & (frame["year"] == year)]


RATE = YEAR / 730
DWELLINGS = {  # in 2026, in 2027, and a year on average
    "start": (1, 0, 0.5),
    "needed": (2, 2, 4 * RATE),
    "used": (2, 1, 3 * RATE),
    "without": (0, 0, 0),
    "ended": (1, 0, RATE),
    "end": (0, 1, 0.5),
    "unmet": (-1, 1, 0),
    "short": (0, 1, RATE),
    "agreed": (10 * 365 / YEAR, 10 * 365 / YEAR, 10),
    "realised": (2, 2, 4 * RATE),
    "lost": (0, 1, RATE),
}


@pytest.mark.parametrize(("at", "year"), list(enumerate(["2026", "2027", "2026-2027"])))
def test_dwellings(results, at, year):
    found = region(results.dwellings, year).set_index("measure")["value"].to_dict()
    assert found == pytest.approx({name: numbers[at] for name, numbers in DWELLINGS.items()})


BALANCE = {
    "2026": {"start": 2, "in_notified": 2, "out_gave_up": 1, "out_to_light": 1, "out_to_other": 1},
    "2027": {"start": 1, "in_notified": 1, "in_returned": 1},
}


@pytest.mark.parametrize(("year", "end"), [("2026", 1), ("2027", 3)])
def test_balance(results, year, end):
    (row,) = region(results.balance, year).to_dict("records")
    counted = {k: v for k, v in row.items() if isinstance(v, float) and v and "_p" not in k}
    counted = {k: v for k, v in counted.items() if k not in ("end_low", "end_high")}
    assert counted == BALANCE[year] | {"end": end}


def test_staff(results):
    # Ten hours are needed in place, two in aftercare; given are ten in bw, five in bt, two after.
    for year, needed, given in (
        ("2026", 280 * 10 + 75 * 2, 120 * 10 + 160 * 5 + 75 * 2),
        ("2027", 170 * 10 + 15 * 2, 170 * 5 + 15 * 2),
    ):
        frame = region(results.staff, year).set_index("measure")
        assert set(frame["unit"]) == {"hours a week"}
        assert frame["value"].to_dict() == pytest.approx(
            {"needed": needed / 365, "given": given / 365, "available": 40, "short": 0}
        )


def test_chains(results):
    frame = results.chains
    found = {
        link: {
            (row["wait"], row["variant"], row["detail"]): row["value"] * 730
            for row in frame[frame["link"] == link].to_dict("records")
        }
        for link in ("all", "missing", "end", "holder")
    }
    assert found["all"] == pytest.approx(
        {("", "", "in_use"): 10, ("", "", "turning_over"): 20, ("", "", "dwelling"): 580}
    )
    assert found["missing"] == pytest.approx(
        {
            ("placement", "bt", "dwelling"): 60 + 60,
            ("internal", "bw", "dwelling"): 50,
            ("outflow", "bt", "dwelling"): 60,
            ("return", "bt", "dwelling"): 350,
        }
    )
    assert found["end"] == pytest.approx(
        {("placement", "bw", "in_use"): 10, ("placement", "bw", "turning_over"): 20}
    )
    assert found["holder"] == pytest.approx(
        {("", "bw", "settled"): 10, ("", "bw", "turning_over"): 20}
    )


@pytest.mark.parametrize(
    ("date", "residents", "waiting"),
    [
        ("2026-01-01", {"bw": 1}, {"": 1, "dwelling": 1}),
        ("2026-04-01", {"bw": 1}, {"": 1, "dwelling": 1}),
        ("2026-07-01", {"bt": 1}, {}),
        ("2027-04-01", {}, {"": 2, "dwelling": 1, "assessor": 1}),
        ("2028-01-01", {"bt": 1}, {"": 2, "dwelling": 1, "assessor": 1}),
    ],
)
def test_dates(results, date, residents, waiting):
    frame = results.over_time[results.over_time["date"] == date]
    for measure, expected in (("residents", residents), ("waiting", waiting)):
        mine = frame[(frame["measure"] == measure) & (frame["mean"] != 0)]
        assert dict(zip(mine["detail"], mine["mean"], strict=True)) == pytest.approx(expected)
        assert (mine["median"] == mine["mean"]).all()
        assert (mine["p10"] == mine["p90"]).all()
