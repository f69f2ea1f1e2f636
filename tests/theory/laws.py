"""Laws that hold in every run, whatever the scenario: read from the ledger alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import flowsim
from flowsim import Cohort, Ledger, Scenario
from flowsim.ledger import EventKind, RequestKind, State
from tests.theory.measure import (
    IN_PLACE,
    NO_STATE,
    Numbers,
    Spans,
    place_pool,
    spans,
    states_of,
)

NOWHERE = -1
S = State
LEGAL: dict[int, set[int]] = {
    NOWHERE: {S.QUEUE, S.WAITING, S.SETTLED, S.AFTERCARE},
    S.QUEUE: {S.ASSESSING, S.PAPERWORK, S.WAITING, S.GONE},
    S.ASSESSING: {S.PAPERWORK, S.WAITING, S.GONE},
    S.PAPERWORK: {S.WAITING, S.GONE},
    S.WAITING: {S.WAITING, S.SETTLED, S.GONE},
    S.SETTLED: {S.MOVING, S.READY, S.WAITING, S.QUEUE, S.GONE},
    S.MOVING: {S.MOVING, S.SETTLED, S.READY, S.WAITING, S.GONE},
    S.READY: {S.READY, S.TRANSIT, S.SETTLED, S.GONE},
    S.TRANSIT: {S.AFTERCARE, S.GONE},
    S.AFTERCARE: {S.WAITING, S.QUEUE, S.GONE},
    S.GONE: set(),
}
"""States that may follow a state."""


def assert_nobody_is_lost(scenario: Scenario, cohort: Cohort, ledger: Ledger) -> None:
    """Everybody comes once, is in one state at a time, and no station holds more than it can;
    in every station the mean number is the rate of entry times the mean time there (Little)."""
    people = ledger.rows[ledger.rows["kind"] < EventKind.POOL]
    times = spans(ledger)
    _everybody_comes_once(cohort, ledger, people, times)
    _states_follow_one_another(people)
    _stations_hold_what_they_can(ledger, times.of(*IN_PLACE))
    _desks_hold_what_they_can(ledger, times.of(S.ASSESSING))
    _hours_are_there(scenario, ledger, people)
    _dwellings_are_there(scenario, ledger)


def _everybody_comes_once(cohort: Cohort, ledger: Ledger, people: Numbers, times: Spans) -> None:
    today = len(cohort.today)
    assert (np.diff(people["day"][people["day"] >= 0]) >= 0).all()
    assert ledger.rows["day"].max(initial=0) < ledger.end_days
    assert np.array_equal(ledger.clients.key, cohort.keys)
    assert len(np.unique(cohort.keys)) == cohort.count
    notified = people["client"][people["kind"] == EventKind.NOTIFIED]
    assert np.bincount(notified, minlength=cohort.count)[today:].all()
    begun = np.full(cohort.count, np.inf)
    np.minimum.at(begun, people["client"], people["day"])
    assert np.array_equal(begun[today:], cohort.arrival_days[today:])
    gone = people[np.isin(people["kind"], (EventKind.GONE, EventKind.NOT_AWARDED))]
    assert np.bincount(gone["client"], minlength=1).max() <= 1
    until = np.full(cohort.count, ledger.end_days)
    until[gone["client"]] = gone["day"]
    lived = np.bincount(times.client, weights=times.days, minlength=cohort.count)
    assert np.allclose(lived, until - begun, rtol=0, atol=1e-6)


def _states_follow_one_another(people: Numbers) -> None:
    states = states_of(people)
    people, states = people[states != NO_STATE], states[states != NO_STATE]
    order = np.argsort(people["client"], kind="stable")
    client, states = people["client"][order], states[order]
    before = np.append(NOWHERE, states[:-1])
    before[np.append(True, client[1:] != client[:-1])] = NOWHERE
    size = len(S) + 1
    pairs = np.unique((before + 1) * size + states + 1)
    seen = {(int(pair) // size - 1, int(pair) % size - 1) for pair in pairs}
    illegal = {(a, S(b).name) for a, b in seen if b not in LEGAL[a]}
    assert not illegal


def path(day: Numbers, change: Numbers) -> tuple[Numbers, Numbers]:
    """Return the days of change and the sum from then on, at the end of each instant."""
    order = np.argsort(day, kind="stable")
    day, total = day[order], np.cumsum(change[order])
    last = np.append(day[1:] != day[:-1], True)
    return day[last], total[last]


def assert_between_0_and(most: float, total: Numbers) -> None:
    assert total.min(initial=0) > -1e-9
    assert total.max(initial=0) <= most


def by_pool(pool: Numbers, *columns: Numbers) -> dict[int, tuple[Numbers, ...]]:
    """Split columns by pool."""
    order = np.argsort(pool, kind="stable")
    numbers, first = np.unique(pool[order], return_index=True)
    parts = [np.split(column[order], first[1:]) for column in columns]
    return {int(n): tuple(part[i] for part in parts) for i, n in enumerate(numbers)}


def _stations_hold_what_they_can(ledger: Ledger, inside: Spans) -> None:
    if not len(inside.ref):
        return
    entries = ledger.rows[ledger.rows["kind"] == EventKind.PLACED]
    entered = np.bincount(place_pool(ledger, entries["ref"]), minlength=len(ledger.pools))
    pool = place_pool(ledger, inside.ref)
    for number, (begin, end, still) in by_pool(pool, inside.begin, inside.end, inside.open).items():
        info = ledger.pools[number]
        assert info.kind == "place"
        ups, downs = np.ones(len(begin)), -np.ones((~still).sum())
        day, total = path(np.concatenate([begin, end[~still]]), np.concatenate([ups, downs]))
        assert_between_0_and(info.capacity, total)
        _assert_little(day, total, int(entered[number]), end - begin, ledger.end_days)


def _assert_little(day: Numbers, total: Numbers, entered: int, times: Numbers, end: float) -> None:
    """Mean number over the run = entries per day x mean time inside (cut off at the end)."""
    assert entered
    length = end - min(0.0, day[0])
    mean_number = total @ np.diff(np.append(day, end)) / length
    rate, mean_time = entered / length, times.sum() / entered
    assert np.isclose(mean_number, rate * mean_time, rtol=1e-9)


def _desks_hold_what_they_can(ledger: Ledger, at_work: Spans) -> None:
    rows = ledger.rows
    if (rows["kind"] == EventKind.REVIEW_STARTED).any():
        return  # a review can end without a row, when the client leaves
    begun = rows[rows["kind"] == EventKind.OTHER_STARTED]
    ended = rows[rows["kind"] == EventKind.OTHER_ENDED]
    done = ~at_work.open
    pool = np.concatenate([at_work.ref, at_work.ref[done], begun["ref"], ended["ref"]])
    day = np.concatenate([at_work.begin, at_work.end[done], begun["day"], ended["day"]])
    signs = [(1, len(done)), (-1, done.sum()), (1, len(begun)), (-1, len(ended))]
    change = np.concatenate([np.full(size, sign) for sign, size in signs])
    for number, (days, changes) in by_pool(pool, day, change).items():
        assert ledger.pools[number].kind == "desk"
        assert_between_0_and(ledger.pools[number].capacity, path(days, changes)[1])


def _hours_are_there(scenario: Scenario, ledger: Ledger, people: Numbers) -> None:
    aftercare = scenario.leaving.aftercare
    if aftercare is not None and aftercare.team is not None:
        return  # hours are held without a place
    teams = np.array([o.team for o in ledger.options], dtype=int)
    minutes = np.array([o.minutes for o in ledger.options], dtype=int)
    order = np.argsort(people["client"], kind="stable")
    rows = people[order]
    states = states_of(rows)
    placed = rows["kind"] == EventKind.PLACED
    support = rows["kind"] == EventKind.SUPPORT
    out = ~placed & (states != NO_STATE) & ~np.isin(states, IN_PLACE)
    marked = placed | support | out
    rows, placed, out = rows[marked], placed[marked], out[marked]
    at = np.maximum.accumulate(np.where(placed, np.arange(len(rows)), 0))
    option = rows["ref"][at]
    given = np.where(placed, minutes[option] if len(minutes) else 0, rows["ref"])
    given[out] = 0
    same = np.append(False, rows["client"][1:] == rows["client"][:-1])
    before = np.where(same, np.append(0, given[:-1]), 0)
    team_before = np.where(same, np.append(0, teams[option[:-1]] if len(teams) else []), -1)
    for number, info in enumerate(ledger.pools):
        if info.kind == "team":
            up = np.where((teams[option] == number) & ~out, given, 0)
            down = np.where(team_before == number, before, 0)
            assert_between_0_and(info.capacity, path(rows["day"], up - down)[1])


def _dwellings_are_there(scenario: Scenario, ledger: Ledger) -> None:
    rows = ledger.rows
    dwelling = np.array([*(o.dwelling for o in ledger.options), -1], dtype=int)
    sets = [ledger.options[one[0]].dwelling if len(one) == 1 else -1 for one in ledger.option_sets]
    taken = rows[np.isin(rows["kind"], (EventKind.PLACED, EventKind.HOUSED))]
    taken_at = dwelling[taken["ref"]]
    alone = _received_alone(rows, np.array([*sets, -1]))
    caps = {block.name: block.cap for block in scenario.dwellings}
    for number, info in enumerate(ledger.pools):
        if info.kind != "dwellings":
            continue
        offered = rows["day"][(rows["kind"] == EventKind.OFFERED) & (rows["ref"] == number)]
        lost = rows["day"][(rows["kind"] == EventKind.LOST) & (rows["ref"] == number)]
        used = np.concatenate([taken["day"][taken_at == number], alone.get(number, [])])
        day = np.concatenate([[-1e9], offered, lost, used])
        change = np.concatenate(
            [[info.capacity], np.ones(len(offered)), -np.ones(len(lost) + len(used))]
        )
        cap = caps[info.block].spread((info.area,), (1.0,))[0]
        assert_between_0_and(max(cap, info.capacity), path(day, change)[1])


def _received_alone(rows: Numbers, dwelling_of_set: Numbers) -> dict[int, list[float]]:
    """Return the days on which someone in a line got a dwelling and stepped out, by pool."""
    mine = np.isin(rows["kind"], (EventKind.REQUESTED, EventKind.STEPPED_OUT))
    rows = rows[mine][np.argsort(rows["client"][mine], kind="stable")]
    asked = (rows["kind"] == EventKind.REQUESTED) & (rows["why"] == RequestKind.DWELLING)
    out = rows["kind"] == EventKind.STEPPED_OUT
    pair = asked[:-1] & out[1:] & (rows["client"][:-1] == rows["client"][1:])
    found: dict[int, list[float]] = {}
    for pool, day in zip(
        dwelling_of_set[rows["ref"][:-1][pair]], rows["day"][1:][pair], strict=True
    ):
        found.setdefault(int(pool), []).append(float(day))
    return found


# ---------------------------------------------------------------- runs that keep to them
def sampled(scenario: Scenario, replication: int = 0) -> tuple[Cohort, Ledger]:
    """Simulate one replication; in every run nobody is lost or in two places."""
    cohort = flowsim.sample(scenario, replication)
    ledger = flowsim.simulate(scenario, cohort)
    assert_nobody_is_lost(scenario, cohort, ledger)
    return cohort, ledger


def run(scenario: Scenario, replication: int = 0) -> Ledger:
    """Simulate one replication, as `sampled`."""
    return sampled(scenario, replication)[1]


def by_law(*durations: Any, slow: tuple[Any, ...] = ()) -> Any:
    """Parametrise a test by the law of ``stay``; the later ones are slow tests."""
    fast = [pytest.param(one, id=next(iter(one))) for one in durations]
    more = [pytest.param(one, id=next(iter(one)), marks=pytest.mark.slow) for one in slow]
    return pytest.mark.parametrize("stay", [*fast, *more])
