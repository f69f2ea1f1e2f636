"""A row of the balance that claims a number has that of long runs; one that is a bound is true.

Stated tolerance: a tenth, or what chance makes of so many, whichever is more.
"""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import flowsim
from flowsim.balance import lines_of
from flowsim.balance.steady import steady_flow
from flowsim.ledger import EventKind, State
from flowsim.scenario import parse
from tests.balance import differing
from tests.theory import measure

Raw = dict[str, Any]
YEAR = 365.25
TENTH, FIFTH = 0.10, 0.25
"""Of a row that claims a number, and of one that says `about`."""
WORLDS = {
    "leavers, too few dwellings": differing.leavers(urgent=0.0),
    "leavers, urgency": differing.leavers(urgent=0.3),
    "leavers, much urgency": differing.leavers(urgent=0.6),
    "no dwellings": differing.leavers(urgent=0.0, a_year=0),
    "a line to dwellings": differing.line_to_dwellings(),
    "a place and a dwelling": differing.place_and_dwelling(),
    "dwellings by municipality": differing.dwellings_by_municipality(),
    "a preferred provider": differing.preferred(),
    "ready meanwhile": differing.ready_meanwhile(),
    "ready before there is a place": differing.ready_before_there_is_a_place(),
    "two before one": differing.merge(),
    "two unlike before one": differing.merge(6, 4.0),
    "a full circle": differing.circle(5.0),
    "a circle half full": differing.circle(0.5),
    "movers": differing.movers(),
    "movers without end": differing.movers(patient=None),
    "refusals": differing.refusing(),
}


def long_run(raw: Raw, replication: int) -> tuple[dict[str, float], float, float]:
    """Return who enter each variant a year, who wait on average, and their growth a year."""
    scenario = parse(copy.deepcopy(raw))
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario, replication))
    end, warm = ledger.end_days, ledger.end_days / 3
    placed = ledger.rows[(ledger.rows["kind"] == EventKind.PLACED) & (ledger.rows["day"] > warm)]
    entered = {}
    for name in ledger.variants:
        refs = [i for i, o in enumerate(ledger.options) if o.variant >= 0
                and ledger.variants[o.variant] == name]  # fmt: skip
        entered[name] = float(np.isin(placed["ref"], refs).sum()) / (end - warm) * YEAR
    waits = measure.spans(ledger).of(State.WAITING)
    inside = np.minimum(waits.end, end) - np.maximum(waits.begin, warm)
    at = [((waits.begin <= day) & (waits.end > day)).sum() for day in (warm, end - 1.0)]
    mean = float(np.maximum(inside, 0).sum() / (end - warm))
    return entered, mean, float(at[1] - at[0]) / (end - warm) * YEAR


def agrees(raw: Raw, runs: int = 1) -> None:
    """Hold a world to its balance."""
    scenario = parse(copy.deepcopy(raw))
    flow = steady_flow(scenario)
    assert flow.settled
    bounds = {x.path.removeprefix("variant."): x.bound for x in lines_of(scenario, flow)}
    found = [long_run(raw, replication) for replication in range(runs)]
    years = raw["scenario"]["days"] * 2 / 3 / YEAR * runs
    for name, station in flow.stations.items():
        mean = float(np.mean([one[0].get(name, 0.0) for one in found]))
        chance = 4 * math.sqrt(max(mean, station.entered) * 3 / years)
        bound = bounds.get(name, "")
        print(f"{name}: balance {station.entered:.1f}, runs {mean:.1f} enter a year {bound}")
        far = (FIFTH if bound == "about" else TENTH) * mean + chance
        assert mean < station.entered + far, name
        assert mean > station.entered - far or bound == "at most", name
    if set(bounds.values()) & {"at most", "about"}:
        return
    grows = sum(station.unserved for station in flow.stations.values())
    growth = float(np.mean([one[2] for one in found]))
    come = sum(flow.notified.values())
    print(f"queue: balance {grows:+.1f} a year, runs {growth:+.1f}")
    assert abs(growth - grows) < TENTH * grows + 6 * math.sqrt(come / years) + 2
    if grows < 1:
        waiting = float(np.mean([one[1] for one in found]))
        print(f"waiting: balance {flow.waiting:.1f}, runs {waiting:.1f}")
        assert abs(waiting - flow.waiting) < TENTH * waiting + 2 + 2 * math.sqrt(waiting)


@pytest.mark.parametrize("name", WORLDS)
def test_the_balance_is_that_of_a_long_run(name):
    agrees(WORLDS[name])


def test_a_wrong_balance_is_seen():
    raw = differing.leavers(urgent=0.0)
    wrong = copy.deepcopy(raw)
    wrong["dwellings"][0]["per_year"] = 70
    entered, _, _ = long_run(wrong, 0)
    assert entered["house"] > 1.2 * steady_flow(parse(raw)).stations["house"].entered


@st.composite
def worlds(draw: st.DrawFn) -> Raw:
    """Draw a world in which places, dwellings, providers or a next station are scarce."""

    def some(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    kind = some("leavers", "home", "merge", "ready", "preferred", "areas", "circle")
    if kind == "leavers":
        urgent = some(0.0, 0.2, 0.5, 0.8)  # with no dwellings it takes for ever to fill up
        a_year = some(30, 60, 120) if urgent else some(0, 30, 60, 120)
        return differing.leavers(urgent=urgent, a_year=a_year, patient=some(50.0, 100.0, 400.0))
    if kind == "home":
        raw = differing.place_and_dwelling()
        raw["demand"][0]["has_tenancy"] = some(0.0, 0.3, 0.8)
        raw["variant"][0]["places"] = some(80, 160, 500)
        raw["dwellings"][0] |= {"per_year": some(60, 120, 400), "hold_days": some(14.0, 60.0)}
        return raw
    if kind == "merge":
        return differing.merge(some(2, 3, 5, 8), some(1.0, 2.0, 4.0))
    if kind == "ready":
        raw = differing.ready_meanwhile()
        raw["variant"][0]["places"] = some(10, 20, 40)
        if some(True, False):
            raw["demand"][0]["patience_days"] = {"exponential": some(50.0, 200.0)}
        return raw
    if kind == "preferred":
        raw = differing.preferred(some("region", "municipality"))
        raw["demand"][0]["preferred_provider"] = some({"small": 0.3}, {"big": 0.4, "small": 0.4})
        return raw
    if kind == "areas":
        raw = differing.dwellings_by_municipality()
        raw["dwellings"][0]["per_year"] = {"x": some(20, 60, 90), "y": some(15, 45, 80)}
        raw["demand"][0]["patience_days"] = {"exponential": some(100.0, 400.0)}
        return raw
    return differing.circle(some(0.4, 1.5, 5.0))


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(raw=worlds())
def test_the_balance_of_random_worlds_is_that_of_long_runs(raw):
    note("\n".join(f"{key} = {value}" for key, value in raw.items()))
    agrees(raw, runs=2)
