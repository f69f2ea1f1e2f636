"""Lines of stations: blocking against its Markov chain, queues in a row and with feedback."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.ledger import EventKind, State
from tests.theory import formulas
from tests.theory.laws import run
from tests.theory.measure import (
    area_of,
    assert_agrees,
    mean_by_piece,
    spans,
    time_average,
    variant_of,
)
from tests.worlds import clients, copies, desks, places

AREAS = 25
WARM = 200.0
RATE, FIRST, SECOND = 0.6, 4.0, 5.0
PLACES_A, PLACES_B = 3, 2
ON = 0.75
"""Share that goes on from A to B."""


def two_in_a_row(days, patience, keep="next_step", rate=RATE):
    first = places(
        PLACES_A,
        {"exponential": FIRST},
        name="a",
        next={"b": ON, "out": 1 - ON},
        keep_place_until=keep,
    )
    second = places(PLACES_B, {"exponential": SECOND}, name="b")
    demand = [clients(rate, **patience)]
    return copies(days, areas=AREAS, demand=demand, variant=[first, second])


def blocking_chain(longest, rate=RATE):
    """States: waiting, at A, blocked at A, at B. Who leaves B lets the first blocked one in."""

    def moves(state):
        queue, busy, blocked, at_b = state
        if busy + blocked < PLACES_A:
            yield rate, (queue, busy + 1, blocked, at_b)
        elif queue < longest:
            yield rate, (queue + 1, busy, blocked, at_b)
        refill = (queue - 1, busy) if queue else (queue, busy - 1)
        if busy:
            yield busy / FIRST * (1 - ON), (*refill, blocked, at_b)
            if at_b < PLACES_B:
                yield busy / FIRST * ON, (*refill, blocked, at_b + 1)
            else:
                yield busy / FIRST * ON, (queue, busy - 1, blocked + 1, at_b)
        if at_b:
            if not blocked:
                yield at_b / SECOND, (queue, busy, 0, at_b - 1)
            elif queue:
                yield at_b / SECOND, (queue - 1, busy + 1, blocked - 1, at_b)
            else:
                yield at_b / SECOND, (queue, busy, blocked - 1, at_b)

    return formulas.stationary((0, 0, 0, 0), moves)


def numbers(ledger, days):
    """Estimate how many are settled in A, blocked in A, settled in B, and waiting."""
    everyone = spans(ledger)
    name = variant_of(ledger, np.where(everyone.state == State.WAITING, -1, everyone.ref))
    found = []
    for state, where in ((State.SETTLED, "a"), (State.MOVING, "a"), (State.SETTLED, "b")):
        mine = everyone.where((everyone.state == state) & (name == where))
        found.append(time_average(mine, area_of(ledger, mine), AREAS, WARM, days))
    waiting = everyone.of(State.WAITING)
    return [*found, time_average(waiting, area_of(ledger, waiting), AREAS, WARM, days)]


def test_a_line_of_two_without_a_queue_blocks_as_its_markov_chain():
    days = 3000
    ledger = run(two_in_a_row(days, {"patience_days": 0}))
    chain = blocking_chain(0)
    at_a, blocked, at_b, waiting = numbers(ledger, days)
    assert_agrees(at_a, formulas.mean(chain, lambda s: s[1]), within=0.04)
    assert_agrees(blocked, formulas.mean(chain, lambda s: s[2]), within=0.15)
    assert_agrees(at_b, formulas.mean(chain, lambda s: s[3]), within=0.04)
    assert waiting.mean == 0
    asked = spans(ledger).of(State.WAITING).begun(WARM, days)
    lost = mean_by_piece(asked.gave_up * 1.0, area_of(ledger, asked), AREAS)
    full = formulas.mean(chain, lambda s: s[1] + s[2] == PLACES_A)
    assert_agrees(lost, full, within=0.06)


def test_a_line_of_two_with_a_queue_blocks_as_its_markov_chain():
    """Blocking takes places away: the queue before A is longer than A alone would make it."""
    days, rate = 8000, 0.35
    ledger = run(two_in_a_row(days, {}, rate=rate))
    chain = blocking_chain(120, rate)
    at_a, blocked, at_b, waiting = numbers(ledger, days)
    assert_agrees(at_a, rate * FIRST, within=0.04)
    assert_agrees(blocked, formulas.mean(chain, lambda s: s[2]), within=0.15)
    assert_agrees(at_b, rate * ON * SECOND, within=0.04)
    assert_agrees(waiting, formulas.mean(chain, lambda s: s[0]), within=0.3)
    alone = rate * formulas.mean_wait_mmc(PLACES_A, rate, FIRST)
    assert waiting.mean - 4 * waiting.error > alone


def test_when_nobody_keeps_a_place_each_station_in_a_row_is_a_queue_of_its_own():
    """Burke and Jackson: what leaves M/M/c is Poisson again, so B is M/M/c too."""
    days, rate = 9000, 0.4
    first = places(3, {"exponential": 4.0}, name="a", next={"b": 1.0}, keep_place_until="never")
    second = places(2, {"exponential": 3.0}, name="b")
    ledger = run(copies(days, areas=15, demand=[clients(rate)], variant=[first, second]))
    waits = spans(ledger).of(State.WAITING).begun(WARM, days - 300)
    order = np.append(False, waits.client[1:] == waits.client[:-1])
    for at_second, theory in (
        (False, formulas.mean_wait_mmc(3, rate, 4.0)),
        (True, formulas.mean_wait_mmc(2, rate, 3.0)),
    ):
        mine = waits.where(order == at_second)
        found = mean_by_piece(mine.days, area_of(ledger, mine), 15)
        assert_agrees(found, theory, within=0.25)


def test_a_return_to_access_loads_both_stations_as_jackson_says():
    """A share p comes back: each station gets rate / (1 - p), and is M/M/c at that rate."""
    days, rate, again = 9000, 0.24, 0.4
    home = places(3, {"exponential": 4.0}, next={"access": again, "out": 1 - again})
    block = desks(2, {"exponential": 3.0})
    scenario = copies(days, areas=15, demand=[clients(rate)], desk=[block], variant=[home])
    ledger = run(scenario)
    whole = rate / (1 - again)
    for state, theory in (
        (State.QUEUE, formulas.mean_wait_mmc(2, whole, 3.0)),
        (State.WAITING, formulas.mean_wait_mmc(3, whole, 4.0)),
    ):
        waits = spans(ledger).of(state).begun(WARM, days - 300)
        found = mean_by_piece(waits.days, area_of(ledger, waits), 15)
        assert_agrees(found, theory, within=0.25)
    work = spans(ledger).of(State.ASSESSING)
    assert_agrees(
        time_average(work, area_of(ledger, work), 15, WARM, days), whole * 3.0, within=0.04
    )


@pytest.mark.parametrize("keep", ["next_step", "never"])
def test_shares_of_what_comes_next_are_kept(keep):
    ledger = run(two_in_a_row(1500, {"patience_days": 0}, keep))
    everyone = spans(ledger)
    name = variant_of(ledger, np.where(everyone.state == State.WAITING, -1, everyone.ref))
    left_a = everyone.where((everyone.state == State.SETTLED) & (name == "a") & ~everyone.open)
    went_on = (left_a.next_kind != EventKind.GONE) * 1.0
    assert_agrees(mean_by_piece(went_on, area_of(ledger, left_a), AREAS), ON, within=0.03)
