"""Need goes on while people wait: in no place, or in a place that nothing else can take over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import flowsim
from flowsim.balance import fluid_balance
from flowsim.balance.steady import steady_flow
from flowsim.ledger import State
from flowsim.scenario import parse
from tests.theory import measure

Raw = dict[str, Any]
YEAR = 365.25
END, WARM_UP = 2500.0, 500.0


def world(bw: int, cluster: int, **more: Any) -> Any:
    """400 a year, half of them heavy (20 days) and half light (30 days); each has its variant."""
    return parse(
        {
            "scenario": {"days": END, "follow_up_days": 0.0, "seed": 5},
            "level": [
                {"name": "ready"},
                {"name": "light", "recovery_days": {"exponential": 30}},
                {"name": "heavy", "recovery_days": {"exponential": 20}},
            ],
            "demand": [
                {"profile": "p", "per_year": 400, "level_mix": {"light": 0.5, "heavy": 0.5}}
                | more.pop("demand", {})
            ],
            "variant": [
                {"name": "bw", "serves": ["heavy", "heavy"], "places": bw},
                {"name": "cluster", "serves": ["light", "light"], "places": cluster},
            ],
            "leaving": {"ready_at": "ready"},
        }
        | more,
        name="waits",
    )


def in_the_run(scenario: Any, state: State | None) -> measure.Estimate:
    """Estimate how many are in a state, or in a place of bw, on average."""
    means = []
    for replication in range(6):
        ledger = flowsim.simulate(scenario, flowsim.sample(scenario, replication))
        spans = measure.spans(ledger)
        part = spans.of(*measure.IN_PLACE if state is None else [state])
        if state is None:
            part = part.where(measure.variant_of(ledger, part.ref) == "bw")
        days = np.minimum(part.end, END) - np.maximum(part.begin, WARM_UP)
        means.append(np.maximum(days, 0).sum() / (END - WARM_UP))
    return measure.mean_of(means)


SLOW = {"situation": {"unsupported": {"recovery": 0.5}}}


def test_who_recovers_while_they_wait_goes_on_to_what_they_need_then():
    scenario = world(8, 60, **SLOW)
    flow = steady_flow(scenario)
    enter = 8 * YEAR / 20
    assert flow.stations["bw"].entered == pytest.approx(enter)
    assert flow.waiting == pytest.approx((200 - enter) * 40 / YEAR)
    assert flow.stations["cluster"].entered == pytest.approx(400)
    assert not any(line.grows for line in fluid_balance(scenario))


def test_who_does_not_recover_while_they_wait_has_no_balance():
    assert any(line.grows for line in fluid_balance(world(8, 60)))


def test_levels_that_the_same_variants_serve_are_waited_through():
    house = [{"name": "house", "serves": ["light", "heavy"], "places": 20}]
    flow = steady_flow(world(0, 0, variant=house, **SLOW))
    assert not flow.stations["house"].unserved
    assert flow.waiting > 0


def test_residents_live_on_where_all_that_would_serve_them_has_no_places():
    """They recover there: 20 days and 30; only newcomers who are light find nothing."""
    scenario = world(60, 0)
    flow = steady_flow(scenario)
    assert flow.stations["bw"].residents == pytest.approx(200 * 50 / YEAR)
    assert flow.stations["cluster"].unserved == pytest.approx(200)


def test_a_house_full_of_who_live_on_there_keeps_others_out():
    scenario = world(20, 0, demand={"patience_days": 20})
    flow = steady_flow(scenario)
    assert flow.stations["bw"].entered == pytest.approx(20 * YEAR / 50)
    assert not any(line.grows for line in fluid_balance(scenario))


def test_residents_move_where_something_else_serves_them():
    flow = steady_flow(world(60, 60))
    assert flow.stations["bw"].residents == pytest.approx(200 * 20 / YEAR)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scenario", "state"), [(world(8, 60, **SLOW), State.WAITING), (world(60, 0), None)]
)
def test_the_run_has_as_many(scenario, state):
    flow = steady_flow(scenario)
    told = flow.stations["bw"].residents if state is None else flow.waiting
    measure.assert_agrees(in_the_run(scenario, state), told, within=0.4)
