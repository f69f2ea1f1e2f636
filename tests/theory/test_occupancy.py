"""How full places are, beside what theory says of M/M/c: Erlang."""

from __future__ import annotations

import numpy as np

from flowsim.experiment.occupancy import packed_occupancy
from flowsim.metrics import Reading, measure
from flowsim.store.packed import open_arrays
from tests.handmade import Columns
from tests.theory import formulas
from tests.theory.laws import run
from tests.theory.measure import Estimate, assert_agrees, mean_of, ratio_of
from tests.worlds import clients, copies, places

AREAS = 40
RATE, STAY, PLACES = 1.0, 4.0, 5


def ratio(found: Columns, measure: str, detail: str) -> Estimate:
    """Return the share of a detail, from areas that are independent."""
    mine = found["measure"] == measure
    areas, number = np.unique(found["municipality"][mine].astype(str), return_inverse=True)
    value = found["value"][mine]
    below = np.bincount(number, value, len(areas))
    above = np.bincount(number, value * (found["detail"][mine] == detail), len(areas))
    return ratio_of(above, below)


def test_who_comes_to_m_m_c_finds_it_full_and_waits_as_often_as_erlang_c_says():
    scenario = copies(
        4000, areas=AREAS, follow_up=100,
        demand=[clients(RATE)], variant=[places(PLACES, {"exponential": STAY})],
    )  # fmt: skip
    ledger = run(scenario)
    reading = Reading(ledger, scenario)
    found = measure(ledger, scenario, reading)
    theory = formulas.erlang_c(PLACES, RATE * STAY)
    assert_agrees(ratio(found, "place_days_by_room", "full"), theory, within=0.1)
    assert_agrees(ratio(found, "placement_at_once", "later"), theory, within=0.1)

    kept = open_arrays(packed_occupancy(reading))
    pools = np.unique(kept["pool"])
    assert len(pools) == AREAS
    for most in (2, 5, 9):  # the number in the system: taken and waited for
        beyond = [
            kept["asked"][(kept["pool"] == one) & (kept["number"] >= most)].sum() / 4000
            for one in pools
        ]
        exact = formulas.birth_death(
            lambda n: RATE, lambda n: min(n, PLACES) / STAY, 400
        )[most:].sum()  # fmt: skip
        assert_agrees(mean_of(beyond), float(exact), within=0.2)


def test_places_nobody_waits_for_are_full_as_often_as_erlang_b_says():
    scenario = copies(
        1500, areas=AREAS, follow_up=100,
        demand=[clients(RATE, patience_days=0)], variant=[places(PLACES, {"exponential": STAY})],
    )  # fmt: skip
    ledger = run(scenario)
    found = measure(ledger, scenario)
    theory = formulas.erlang_b(PLACES, RATE * STAY)
    assert_agrees(ratio(found, "place_days_by_room", "full"), theory, within=0.1)
