"""Other ways out: hazards that compete with a stay, carried over from place to place."""

from __future__ import annotations

import math

from flowsim.ledger import EventKind, Reason, State
from tests.theory.laws import run
from tests.theory.measure import assert_agrees, mean_of, spans
from tests.worlds import YEAR, copies, crowd, places


def test_other_exits_end_a_stay_at_their_hazards():
    """A stay of s days survives with exp(-h s); each way out has its share of the hazard h."""
    exits = {"wlz": 0.05 * YEAR, "death": 0.02 * YEAR}
    home = places("unlimited", 10.0)
    ledger = run(copies(100, demand=[crowd(8000)], variant=[home], exits_per_year=exits))
    stays = spans(ledger).of(State.SETTLED)
    survive = math.exp(-0.7)
    for reason, share in (
        (Reason.DONE, survive),
        (Reason.WLZ, (1 - survive) * 5 / 7),
        (Reason.DEATH, (1 - survive) * 2 / 7),
    ):
        assert_agrees(mean_of((stays.next_why == reason) * 1.0), share, within=0.12)
    assert_agrees(mean_of(stays.days), (1 - survive) / 0.07, within=0.04)


def test_what_is_left_of_an_exit_threshold_is_carried_over_to_the_next_place():
    """One threshold for the whole life: the hazards of two places in a row add up."""
    exits = {"wlz": {"first": 0.05 * YEAR, "second": 0.2 * YEAR}}
    first = places("unlimited", 8.0, name="first", next={"second": 1.0})
    second = places("unlimited", 3.0, name="second")
    ledger = run(copies(100, demand=[crowd(8000)], variant=[first, second], exits_per_year=exits))
    gone = ledger.rows[ledger.rows["kind"] == EventKind.GONE]
    assert len(gone) == 8000
    assert_agrees(mean_of((gone["why"] == Reason.WLZ) * 1.0), 1 - math.exp(-1), within=0.04)


def test_people_who_wait_are_exposed_to_the_exits_of_waiting():
    """No place ever: everybody leaves by the exit, after an exponential time."""
    exits = {"wlz": {"waiting": 0.1 * YEAR}}
    home = places(0, 1.0)
    ledger = run(copies(400, demand=[crowd(8000)], variant=[home], exits_per_year=exits))
    waits = spans(ledger).of(State.WAITING)
    assert (waits.next_why == Reason.WLZ).all()
    assert_agrees(mean_of(waits.days), 10.0, within=0.06)
    assert_agrees(mean_of((waits.days > 10) * 1.0), math.exp(-1), within=0.08)
