"""The balance of Drenthe against long runs of it: the list, who is blocked, and who lives where."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import flowsim
from flowsim.balance.steady import steady_flow

DRENTHE = Path(__file__).parents[2] / "scenarios" / "drenthe"
RUNS, YEARS = 3, 80
FEWER_HOURS = ["team.bw_team.fte=80", "team.bt_team.fte=27.2"]
TWICE_THE_DWELLINGS = ["dwellings.contingent.per_year=72"]


def long_runs(settings):
    """Return the mean counts of people in long runs, as the calibration of the base counts them."""
    spec = importlib.util.spec_from_file_location("calibrate", DRENTHE / "calibrate.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    base = flowsim.load(DRENTHE / "base.toml", settings)
    found = [script._mean_counts(base, run, YEARS) for run in range(RUNS)]
    return lambda what: float(np.mean([one[what] for one in found]))


def balance(settings):
    return steady_flow(flowsim.load(DRENTHE / "base.toml", settings))


def blocked(flow):
    return sum(s.blocked - s.in_transition for s in flow.stations.values())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "persons"),
    [([], 10), (FEWER_HOURS, 15), (TWICE_THE_DWELLINGS, 10)],
    ids=["as it is", "a fifth fewer hours", "twice the dwellings"],
)
def test_the_balance_has_the_list_and_the_blocked_of_long_runs(settings, persons):
    flow, run = balance(settings), long_runs(settings)
    assert abs(flow.waiting - run("all waiting")) < persons
    assert abs(blocked(flow) - run("all blocked")) < persons
    for name, station in flow.stations.items():
        assert abs(station.residents - run(f"residents {name}")) < persons


def test_with_fewer_hours_fewer_live_there_and_more_wait():
    now, fewer = balance([]), balance(FEWER_HOURS)
    assert fewer.stations["bw"].residents == pytest.approx(162, abs=3)  # 1,688 of 2,110 hours
    assert now.stations["bw"].residents == pytest.approx(194, abs=1)
    assert fewer.waiting > now.waiting + 15
    assert fewer.staffed["bw_team"] < 0.9
    assert now.staffed["bw_team"] == pytest.approx(1)


def test_with_dwellings_for_all_nobody_lives_in_a_cluster_that_is_named_last():
    flow = balance(TWICE_THE_DWELLINGS)
    assert flow.stations["bt_cluster"].residents < 1
    assert flow.stations["bt_home"].residents > 120
