"""Laws that hold in every run, whatever the scenario: read from the ledger alone."""

from __future__ import annotations

import numpy as np

from flowsim import Cohort, Ledger, Scenario
from flowsim.ledger import EventKind, RequestKind, State
from flowsim.scenario.values import NO_LIMIT
from tests.theory.measure import (
    IN_PLACE,
    NO_STATE,
    Numbers,
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
    _everybody_comes_once(cohort, ledger, people)
    _states_follow_one_another(people)
    _stations_hold_what_they_can(ledger)
    _desks_hold_what_they_can(ledger)
    _hours_are_there(scenario, ledger, people)
    _dwellings_are_there(scenario, ledger)


def _everybody_comes_once(cohort: Cohort, ledger: Ledger, people: Numbers) -> None:
    days = people["day"][people["day"] >= 0]
    assert (np.diff(days) >= 0).all()
    assert ledger.rows["day"].max(initial=0) < ledger.end_days
    present = np.unique(people["client"])
    assert np.array_equal(present, np.arange(cohort.count))
    assert np.array_equal(ledger.clients.key, cohort.keys)
    assert len(np.unique(cohort.keys)) == cohort.count
    came = people["client"][np.sort(np.unique(people["client"], return_index=True)[1])]
    assert np.array_equal(came, np.arange(cohort.count))
    known = spans(ledger)
    lived = np.bincount(known.client, weights=known.days, minlength=cohort.count)
    gone = people[np.isin(people["kind"], (EventKind.GONE, EventKind.NOT_AWARDED))]
    assert len(np.unique(gone["client"])) == len(gone)
    until = np.full(cohort.count, ledger.end_days)
    until[gone["client"]] = gone["day"]
    since = np.array(cohort.arrival_days)
    today = len(cohort.today)
    since[:today] = people["day"][np.unique(people["client"], return_index=True)[1]][:today]
    assert np.allclose(lived, until - since, rtol=0, atol=1e-6)


def _states_follow_one_another(people: Numbers) -> None:
    states = states_of(people)
    people, states = people[states != NO_STATE], states[states != NO_STATE]
    order = np.argsort(people["client"], kind="stable")
    client, states = people["client"][order], states[order]
    before = np.append(NOWHERE, states[:-1])
    before[np.append(True, client[1:] != client[:-1])] = NOWHERE
    seen = {(int(a), int(b)) for a, b in np.unique(np.stack([before, states], axis=1), axis=0)}
    illegal = {(a, S(b).name) for a, b in seen if b not in LEGAL[a]}
    assert not illegal


def most_at_once(day: Numbers, change: Numbers) -> float:
    """Return the largest sum of changes at the end of an instant; none may be below zero."""
    if not len(day):
        return 0.0
    order = np.argsort(day, kind="stable")
    day, total = day[order], np.cumsum(change[order])
    last = np.append(day[1:] != day[:-1], True)
    assert total[last].min() > -1e-9
    return float(total[last].max())


def _stations_hold_what_they_can(ledger: Ledger) -> None:
    inside = spans(ledger).of(*IN_PLACE)
    pool = place_pool(ledger, inside.ref) if len(inside.ref) else np.empty(0, int)
    entries = ledger.rows[ledger.rows["kind"] == EventKind.PLACED]
    entered = place_pool(ledger, entries["ref"]) if len(entries) else np.empty(0, int)
    for number, info in enumerate(ledger.pools):
        if info.kind != "place":
            continue
        mine = inside.where(pool == number)
        day = np.concatenate([mine.begin, mine.end[~mine.open]])
        change = np.concatenate([np.ones(len(mine.begin)), -np.ones((~mine.open).sum())])
        assert most_at_once(day, change) <= info.capacity
        _assert_little(day, change, int((entered == number).sum()), mine.days, ledger.end_days)


def _assert_little(
    day: Numbers, change: Numbers, entered: int, times: Numbers, end: float
) -> None:
    """Mean number over the run = entries per day x mean time inside (cut off at the end)."""
    if not entered:
        assert not len(times)
        return
    first = min(0.0, day.min())
    order = np.argsort(day, kind="stable")
    numbers = np.cumsum(change[order])
    area = float(numbers @ np.diff(np.append(day[order], end)))
    length = end - first
    mean_number, rate, mean_time = area / length, entered / length, times.sum() / entered
    assert np.isclose(mean_number, rate * mean_time, rtol=1e-9)


def _desks_hold_what_they_can(ledger: Ledger) -> None:
    rows, at_work = ledger.rows, spans(ledger).of(S.ASSESSING)
    begun = np.isin(rows["kind"], (EventKind.REVIEW_STARTED, EventKind.OTHER_STARTED))
    ended = np.isin(rows["kind"], (EventKind.REVIEWED, EventKind.OTHER_ENDED))
    if (rows["kind"] == EventKind.REVIEW_STARTED).any():
        return  # a review can end without a row, when the client leaves
    for number, info in enumerate(ledger.pools):
        if info.kind != "desk":
            continue
        mine = at_work.where(at_work.ref == number)
        more, less = (rows[chosen & (rows["ref"] == number)]["day"] for chosen in (begun, ended))
        ups = np.concatenate([mine.begin, more])
        downs = np.concatenate([mine.end[~mine.open], less])
        change = np.concatenate([np.ones(len(ups)), -np.ones(len(downs))])
        assert most_at_once(np.concatenate([ups, downs]), change) <= info.capacity


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
            assert most_at_once(rows["day"], (up - down).astype(float)) <= info.capacity


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
        most = most_at_once(day, change)
        cap = caps[info.block]
        if cap.total is not None or cap.each is not None:
            assert most <= max(cap.total or cap.each or NO_LIMIT, info.capacity)


def _received_alone(rows: Numbers, dwelling_of_set: Numbers) -> dict[int, list[float]]:
    """Return the days on which someone in a line got a dwelling and stepped out, by pool."""
    mine = np.isin(rows["kind"], (EventKind.REQUESTED, EventKind.STEPPED_OUT))
    rows = rows[mine][np.argsort(rows["client"][mine], kind="stable")]
    asked = (rows["kind"] == EventKind.REQUESTED) & (rows["why"] == RequestKind.DWELLING)
    out = rows["kind"] == EventKind.STEPPED_OUT
    pair = asked[:-1] & out[1:] & (rows["client"][:-1] == rows["client"][1:])
    found: dict[int, list[float]] = {}
    for pool, day in zip(dwelling_of_set[rows["ref"][:-1][pair]], rows["day"][1:][pair], strict=True):
        found.setdefault(int(pool), []).append(float(day))
    return found
