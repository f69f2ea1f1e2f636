"""The steady flow that a scenario asks for: rates instead of people, means instead of chance.

Nobody waits by chance here: a queue arises only where more is asked than there is. People who
give up, leave while they wait, or find a dwelling alone then bound it; where none of these can
happen it has no balance.
"""

from __future__ import annotations

import math

from flowsim.balance.endless import without_end
from flowsim.balance.flow import Flow, Kind, Station
from flowsim.balance.inflow import Inflow, in_the_mean
from flowsim.balance.limits import Limit
from flowsim.balance.room import Room
from flowsim.balance.stays import Stays
from flowsim.balance.sweep import Sweep
from flowsim.balance.work import desk_load
from flowsim.layout import Layout
from flowsim.scenario.model import Scenario

__all__ = ["Flow", "Kind", "Station", "desk_load", "steady_flow"]

SWEEPS = 2000
CLOSE = 1e-8
CLOSE_STOCKS = 1e-6
ROUGHLY = 1e4
"""So much less close is near enough where many balances are worked out: a tenth of a person."""


def steady_flow(scenario: Scenario, inflow: Inflow | None = None, *, roughly: bool = False) -> Flow:
    """Return the flow in which everything that comes in goes out, year after year.

    Parameters
    ----------
    inflow
        Notifications a year; left out: their mean over the window, or until another lever changes.
    roughly
        Whether to stop as soon as it is within a tenth of a person.
    """
    times = ROUGHLY if roughly else 1.0
    inflow = in_the_mean(scenario) if inflow is None else inflow
    stays = Stays(Layout(scenario))
    room = Room(stays, inflow)
    endless = without_end(stays)
    last = Flow(inflow=inflow)
    back: dict[Kind, float] = {}
    worse: dict[Kind, float] = {}
    for _ in range(SWEEPS):
        before = room.all()
        sweep = Sweep(stays, room, endless, last)
        flow = sweep.run(back, worse)
        back, worse = sweep.returns, sweep.worse
        room.adjust(flow)
        shares, stocks = _apart(before, room.all()), _apart(_stocks(last), _stocks(flow))
        last = flow
        if shares < times * CLOSE and stocks < times * CLOSE_STOCKS:
            last.settled = _fits(last, stays)
            return last
    last.settled = False
    return last


def _fits(flow: Flow, stays: Stays) -> bool:
    """Return whether no more places are used than there are: else these are no numbers to go by."""
    rooms = {
        one.name: Limit(stays.layout, one, flow.inflow).total
        for one in stays.layout.scenario.variant
    }
    used = {name: flow.stations[name].used for name in rooms}
    return all(math.isinf(used[name]) or used[name] <= 1.001 * rooms[name] + 1e-3 for name in rooms)


def _stocks(flow: Flow) -> list[float]:
    return [n for s in flow.stations.values() for n in (s.used, *s.entries.values())]


def _apart(before: list[float], after: list[float]) -> float:
    if len(before) != len(after):
        return float("inf")
    pairs = zip(before, after, strict=True)
    return max((abs(a - b) for a, b in pairs if a != b), default=0.0)
