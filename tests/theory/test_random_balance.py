"""Random large regions: where the balance says balance it is there, and else the queue grows."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import flowsim
from flowsim.balance import fluid_balance
from flowsim.balance.limits import Limit
from flowsim.balance.stays import Stays
from flowsim.balance.steady import steady_flow
from flowsim.balance.work import team_hours
from flowsim.layout import Layout
from flowsim.ledger import State
from flowsim.scenario import parse
from tests.identities.random_worlds import worlds
from tests.theory import measure

Raw = dict[str, Any]
A_YEAR, WARM_UP, END = 800.0, 300.0, 900.0
PLENTY, SCARCE = (1.4, 2.0), (0.5, 0.7)
"""What there is against what is asked: far enough from 1 for means to rule."""


def over(count: int) -> Any:
    return settings(max_examples=count, suppress_health_check=list(HealthCheck))


@st.composite
def large_regions(draw: st.DrawFn) -> Raw:
    """Draw a region of two levels of need, in which some things are scarce and others plenty.

    Movers compete only with people who give up, and for dwellings only where some find one alone:
    else they wait so long that they recover meanwhile, which the balance does not follow.
    """

    def some(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    heavy, light = some(20.0, 40.0), some(20.0, 40.0)
    alone = some(0.0, 6.0)
    patient = {"exponential": some(15.0, 40.0)}
    share = some(0.0, 0.5, 1.0)
    a_day = A_YEAR / 365.25
    variants: list[Raw] = [
        {"name": "bw", "serves": ["heavy", some("heavy", "heavy")], "team": "carers",
         "patience_days": patient},
        {"name": "cluster", "serves": ["light", "light"]},
        {"name": "home", "serves": ["light", "light"], "tenancy": "own", "dwellings": "shelf"},
    ]  # fmt: skip
    if some(True, False):
        variants.pop(some(1, 2))
    room = some(None, *PLENTY, *SCARCE)
    if room is not None:
        variants[0]["places"] = round(room * a_day * share * heavy) or 1
    if variants[1]["name"] == "cluster":
        variants[1]["places"] = round(some(0.3, 0.6, 2.0) * a_day * light)
    for variant in variants[1:]:
        if share or some(True, False):
            variant["patience_days"] = patient
    hours = some("unlimited", *PLENTY, *SCARCE)
    if hours != "unlimited":
        hours = hours * a_day * share * heavy * 5 or 100.0
    return {
        "scenario": {"days": END, "follow_up_days": 0.0, "seed": draw(st.integers(0, 9))},
        "level": [
            {"name": "ready", "hours_per_week": 0},
            {"name": "light", "hours_per_week": 2, "recovery_days": {"exponential": light}},
            {"name": "heavy", "hours_per_week": 5, "recovery_days": {"exponential": heavy}},
        ],
        "demand": [{"profile": "p", "per_year": A_YEAR,
                    "level_mix": {"light": 1 - share, "heavy": share}}],
        "exits_per_year": {"elsewhere": {"bw": some(0.0, 1.0)}},
        "variant": variants,
        "team": [{"name": "carers", "hours_per_week": hours}],
        "dwellings": [{"name": "shelf", "scale": "region",
                       "per_year": A_YEAR * (some(2.0, 3.0) if share and not alone
                                             else some(0.3, 0.6, 1.4, 2.0)),
                       "hold_days": some(5.0, 30.0)}],
        "leaving": {"ready_at": "ready", "find_alone_per_year": alone}
        | some({}, {"dwellings": "shelf"}),
        "placement": {"order": some("home_first", "lightest_first", "best_fit")},
    }  # fmt: skip


def in_the_run(raw: Raw) -> tuple[dict[str, float], float, float]:
    """Return the mean residents by variant, the mean of all who wait, and their growth a year."""
    scenario = parse(copy.deepcopy(raw))
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario))
    spans = measure.spans(ledger)
    inside = spans.of(*measure.IN_PLACE)
    name = measure.variant_of(ledger, inside.ref)

    def mean(part: Any) -> float:
        long = np.minimum(part.end, END) - np.maximum(part.begin, WARM_UP)
        return float(np.maximum(long, 0).sum() / (END - WARM_UP))

    residents = {v: mean(inside.where(name == v)) for v in ledger.variants}
    waits = spans.of(State.WAITING, State.MOVING, State.READY)
    one = np.zeros(len(waits.client), dtype=int)
    first, last = (int(measure.present(waits, one, 1, day)[0]) for day in (WARM_UP, END - 1.0))
    outside = mean(spans.of(State.WAITING))
    return residents, outside, (last - first) / (END - WARM_UP) * 365.25


def written(raw: Raw) -> str:
    return "\n".join(f"{key} = {value}" for key, value in raw.items())


@pytest.mark.slow
@over(40)
@given(raw=large_regions())
def test_where_the_balance_says_balance_the_run_is_there_and_else_its_queue_grows(raw):
    note(written(raw))
    scenario = parse(copy.deepcopy(raw))
    flow, balance = steady_flow(scenario), fluid_balance(scenario)
    residents, waiting, growth = in_the_run(raw)
    note(f"run {residents}, {waiting:.1f} wait, {growth:+.0f} a year")
    note(f"balance { {n: round(s.residents, 1) for n, s in flow.stations.items()} }, "
         f"{flow.waiting:.1f} wait")  # fmt: skip
    if not flow.settled:
        assert balance[-1].note.startswith("not settled")
        return
    told = sum(s.unserved for s in flow.stations.values())
    if not raw["leaving"]["find_alone_per_year"]:
        told += flow.short("shelf", flow.supply["shelf"])
    assert abs(growth - told) < 0.08 * A_YEAR
    assert any(line.grows for line in balance) is (told > 1e-3)
    if told > 1e-3:
        return
    for name, mean in residents.items():
        assert abs(flow.stations[name].residents - mean) < bound(mean)
    assert abs(flow.waiting - waiting) < bound(waiting)


def bound(mean: float) -> float:
    """Allow a tenth, and three times what chance makes of a number of this size."""
    return 0.10 * mean + 3 * math.sqrt(mean) + 3


@pytest.mark.slow
@over(50)
@given(raw=worlds())
def test_a_balance_uses_no_more_than_there_is_or_says_that_it_did_not_settle(raw):
    scenario = parse(copy.deepcopy(raw))
    flow, stays = steady_flow(scenario), Stays(Layout(scenario))
    balance = fluid_balance(scenario)
    if not flow.settled:
        assert balance[-1].note.startswith("not settled")
        return
    for variant in scenario.variant:
        station = flow.stations[variant.name]
        assert min([0.0, *station.entries.values(), station.blocked, station.waiting]) == 0.0
        room = Limit(stays.layout, variant, flow.inflow).total
        assert station.used <= room * 1.001 + 1e-3 or math.isinf(station.used)
    for team in scenario.team:
        room = Limit(stays.layout, team, flow.inflow).total
        assert team_hours(flow, team, stays) <= room * 1.001 + 1e-3
