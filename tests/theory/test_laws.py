"""The laws of every run: they hold in full audits, and they can fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import flowsim
from flowsim.ledger import EventKind
from tests.theory import test_dwellings, test_hours, test_lines, test_need
from tests.theory.laws import assert_nobody_is_lost, sampled
from tests.worlds import YEAR, clients, copies, desks, places

EXPONENTIAL = {"exponential": 4.0}
WORLDS = {
    "desk": lambda: copies(400, demand=[clients(0.5)], desk=[desks(2, {"exponential": 3.5})]),
    "desk with patience": lambda: copies(
        400,
        demand=[clients(0.6), clients(0.2, "first")],
        desk=[desks(2, EXPONENTIAL, patience_days={"exponential": 5.0}, priority=["first"])],
    ),
    "places": lambda: copies(
        400,
        areas=3,
        demand=[clients(0.4, accepts_elsewhere={"municipality": 0.5}, urgent=0.3)],
        variant=[places(2, EXPONENTIAL, turnover_days=0.5)],
        placement={"priority": ["urgent"]},
    ),
    "loss": lambda: copies(
        400, demand=[clients(1.0, patience_days=0)], variant=[places(3, EXPONENTIAL)]
    ),
    "line": lambda: test_lines.two_in_a_row(60, {"patience_days": 0}),
    "line with a queue": lambda: test_lines.two_in_a_row(60, {}),
    "dwellings": lambda: test_dwellings.tokens(
        400, 0.3, test_dwellings.poisson(0.3), areas=2, hold_days=6.0, cap={"each": 2}, batch=2
    ),
    "hours, passing": lambda: test_hours.order_world(True, days=30),
    "hours, strict": lambda: test_hours.order_world(False, days=30),
    "levels": lambda: test_need.chain_world(
        lambda days: {"exponential": days},
        number=150,
        days=600.0,
        exits_per_year={"wlz": 0.004 * YEAR},
    ),
}


@pytest.mark.parametrize("name", WORLDS)
def test_a_full_audit_after_every_instant_finds_nothing_and_changes_nothing(name):
    scenario = WORLDS[name]()
    cohort, ledger = sampled(scenario)
    audited = flowsim.simulate(scenario, flowsim.sample(scenario), check=True)
    assert audited.digest() == ledger.digest()
    assert cohort.count > 100


def test_the_same_cohort_can_be_simulated_again():
    scenario = WORLDS["places"]()
    cohort, ledger = sampled(scenario)
    assert flowsim.simulate(scenario, cohort).digest() == ledger.digest()


# ---------------------------------------------------------------- the laws can fail
def changed(ledger, **columns):
    rows = ledger.rows.copy()
    for name, (row, value) in columns.items():
        rows[name][row] = value
    return replace(ledger, rows=rows)


def without(ledger, row):
    return replace(ledger, rows=np.delete(ledger.rows, row))


def doubled(ledger, row):
    rows = ledger.rows
    return replace(
        ledger, rows=np.concatenate([rows[: row + 1], rows[row : row + 1], rows[row + 1 :]])
    )


def smaller(ledger, kind):
    pools = tuple(
        replace(pool, capacity=pool.capacity - 1) if pool.kind == kind else pool
        for pool in ledger.pools
    )
    return replace(ledger, pools=pools)


def row_of(ledger, kind):
    """Return a row of a kind, well inside the run."""
    found = np.flatnonzero(ledger.rows["kind"] == kind)
    return int(found[len(found) // 2])


FORGERIES = {
    "someone never comes": ("places", lambda x: without(x, row_of(x, EventKind.NOTIFIED))),
    "someone is placed unasked": ("places", lambda x: without(x, row_of(x, EventKind.AWARDED))),
    "someone is placed twice": ("places", lambda x: doubled(x, row_of(x, EventKind.PLACED))),
    "someone leaves twice": ("places", lambda x: doubled(x, row_of(x, EventKind.GONE))),
    "someone never leaves": ("places", lambda x: without(x, row_of(x, EventKind.GONE))),
    "time runs backwards": (
        "places",
        lambda x: changed(x, day=(row_of(x, EventKind.PLACED), 1.0)),
    ),
    "someone else leaves": (
        "places",
        lambda x: changed(x, client=(row_of(x, EventKind.GONE), 0)),
    ),
    "a place too many": ("places", lambda x: smaller(x, "place")),
    "an assessor too many": ("desk", lambda x: smaller(x, "desk")),
    "a minute too many": ("hours, passing", lambda x: smaller(x, "team")),
    "a dwelling from nowhere": (
        "dwellings",
        lambda x: without(x, row_of(x, EventKind.OFFERED)),
    ),
    "a dwelling too many on the shelf": (
        "dwellings",
        lambda x: without(x, np.flatnonzero(x.rows["kind"] == EventKind.LOST)),
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_the_laws_see_through_a_forged_ledger(name):
    which, forge = FORGERIES[name]
    scenario = WORLDS[which]()
    cohort, ledger = sampled(scenario)
    with pytest.raises(AssertionError):
        assert_nobody_is_lost(scenario, cohort, forge(ledger))
