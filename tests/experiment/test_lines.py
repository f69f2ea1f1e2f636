"""Every line of the summary, from a ledger written by hand to the number, in every period."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.experiment.quantities.lines import lines
from flowsim.ledger import EventKind as K
from flowsim.metrics import measure
from tests.experiment.handmade_results import five, results_of, two_years
from tests.handmade import BEDS, CARE, CLUSTER, HOMES_A, HOMES_B, cells, pool_row, row

YEAR = 365.25
BW, BT, AFTER = 200.0, 300 / 60 / 7 * 70, 2 / 7 * 50
"""EUR a day: sheltered, at home, aftercare."""

DAYS = {  # of 2026 and of 2027
    ("waiting", "access"): (10 + 65, 365),
    ("waiting", "access_assessor"): (2 + 65, 365),
    ("waiting", "access_assessing"): (3, 0),
    ("waiting", "access_paperwork"): (5, 0),
    ("waiting", "placement"): (30 + 60, 350 + 60),
    ("waiting", "placement_place"): (30, 0),
    ("waiting", "placement_hours"): (0, 0),
    ("waiting", "placement_dwelling"): (60, 350 + 60),
    ("blocked", ""): (50 + 60, 0),
    ("blocked", "place"): (0, 0),
    ("blocked", "hours"): (0, 0),
    ("blocked", "dwelling"): (50 + 60, 0),
    ("residents_by_variant", "bw"): (40 + 80, 0),
    ("residents_by_variant", "bt"): (160, 170),
    ("residents", "own"): (160, 170),
    ("residents", "provider"): (40 + 80, 0),
    ("supported", ""): (40 + 80 + 160, 170),
    ("ends_in", "in_use"): (10, 0),
    ("ends_in", "turning_over"): (10 + 10, 0),
    ("ends_in", "dwelling"): (50 + 60 + 60, 350 + 60),
    ("staff_short", "care"): (0, 0),
}
NUMBERS = {
    ("notifications", ""): (2, 0),
    ("unserved_awards", ""): (0, 0),
    ("starts", ""): (1, 1),
    ("moves", ""): (1, 0),
    ("gave_up", ""): (1, 0),
    ("outflow", ""): (2, 0),
    ("outflow", "to_light"): (1, 0),
    ("outflow", "to_none"): (0, 0),
    ("outflow", "to_other"): (1, 0),
    ("outflow_to_dwelling", ""): (1, 0),
    ("dwellings", "agreed"): (10 * 365 / YEAR, 10 * 365 / YEAR),
    ("dwellings", "offered"): (2, 2),
    ("dwellings", "lost"): (0, 1),
    ("dwellings", "needed"): (2, 2),
    ("dwellings", "used"): (2, 1),
    ("dwellings", "without"): (0, 0),
    ("dwellings", "ended"): (1, 0),
    ("dwellings", "unmet"): (-1, 1),
    ("dwellings", "short"): (0, 1),
    ("cost", ""): (120 * BW + 160 * BT + 75 * AFTER, 170 * BT + 15 * AFTER),
    ("cost", "care"): (120 * BW + 160 * BT, 170 * BT),
    ("cost", "aftercare"): (75 * AFTER, 15 * AFTER),
}
ENDS = {("need_dwelling", ""): (0, 1)}
SHARES = {
    ("at_home_share", ""): ((160, 170), (280, 170)),
    ("ends_in_dwelling", ""): ((170, 410), (200, 410)),
    ("late_decisions", ""): ((0, 0), (1, 0)),
    ("got_first_choice", ""): ((1, 1), (1, 1)),
    ("turned_away", ""): ((1, 0), (2, 1)),
    ("placed_later", ""): ((1, 1), (1, 1)),
    ("full", "bw"): ((4, 0), (365, 365)),
    ("full", "bt"): ((0, 0), (1, 1)),
    ("cost_per_person", ""): (NUMBERS["cost", ""], (280 / YEAR, 170 / YEAR)),
}


@pytest.fixture(scope="module")
def results():
    return results_of({"hand": [five(), five()]})


def on_paper() -> dict[tuple[str, str], tuple[float, ...]]:
    """Each line over the window, in 2026 and in 2027."""
    out = {}
    for line, days in DAYS.items():
        out[line] = (sum(days) / 730, days[0] / 365, days[1] / 365)
    for line, number in NUMBERS.items():
        out[line] = tuple(
            n / d * YEAR for n, d in ((sum(number), 730), (number[0], 365), (number[1], 365))
        )
    for line, (first, last) in ENDS.items():
        out[line] = ((first + last) / 2, first, last)
    for line, (above, below) in SHARES.items():
        pairs = ((sum(above), sum(below)), *zip(above, below, strict=True))
        out[line] = tuple(a / b if b else np.nan for a, b in pairs)
    return out


def values(frame) -> dict[tuple[str, str], float]:
    mine = frame[frame["measure"] != "wait"]
    return dict(zip(zip(mine["measure"], mine["detail"], strict=True), mine["value"], strict=True))


def test_every_line_over_the_window_is_what_was_written(results):
    expected = {line: numbers[0] for line, numbers in on_paper().items()}
    found = values(results.summary)
    assert set(found) == set(expected)
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_every_line_has_these_years(results):
    found = {
        (one.line.measure, one.line.detail): one.over_periods(
            np.eye(2, dtype=bool), results.years.length
        )
        for one in lines(results.years, results.scenarios)
    }
    for line, (_, *by_year) in on_paper().items():
        number = found.pop(line)
        over = np.ones(2) if number.over is None else number.over[0, 0]
        mine = [a / b if b else np.nan for a, b in zip(number.values[0, 0], over, strict=True)]
        assert mine == pytest.approx(by_year, rel=1e-12, abs=1e-12, nan_ok=True), line
    assert not found


def test_who_waits_after_relapse_is_on_the_list_beside_who_awaits_a_decision_or_a_first_place():
    found = measure(five(), two_years())
    by_date = {
        date: {key[1::2]: n for key, n in cells(found, "list_persons", period=date).items()}
        for date in ("2026-01-01", "2027-04-01", "2027-07-01")
    }
    relapsed, asks = ("a", "active"), ("a", "awaiting_decision")
    assert by_date == {
        "2026-01-01": {("b", "active"): 1},
        "2027-04-01": {relapsed: 1, asks: 1},
        "2027-07-01": {relapsed: 1, asks: 1, ("b", "active"): 1},
    }


def test_waits_of_less_than_a_day_are_not_rounded_away():
    rows = [pool_row(0, pool, 9) for pool in (BEDS, CLUSTER)]
    rows += [pool_row(0, CARE, 1000), pool_row(0, HOMES_A, 0), pool_row(0, HOMES_B, 0)]
    for client, days in enumerate((0.2, 0.4, 0.6, 1.6)):
        rows += [row(10, client, K.AWARDED, ref=0), row(10 + days, client, K.PLACED, ref=0)]
    frame = results_of({"hand": [five(rows)] * 3}).summary
    line = frame[(frame["detail"] == "placement") & (frame["statistic"] == "mean_104_weeks")]
    assert line["value"].tolist() == pytest.approx([0.7 / 7])
