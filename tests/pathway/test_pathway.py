from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import flowsim
from tests.pathway import twin
from tests.pathway.world import SIZES, draws_of, scenario_of, told
from tests.theory.laws import assert_nobody_is_lost

STAGES = ("A", "B", "dwelling", "C")
MOST_ROWS_PER_STAGE = 2.5


def both(size: twin.Size, seed: int) -> tuple[flowsim.Ledger, twin.Pathway]:
    scenario = scenario_of(size, seed)
    cohort = flowsim.sample(scenario)
    ledger = flowsim.simulate(scenario, cohort)
    assert_nobody_is_lost(scenario, cohort, ledger)
    return ledger, twin.run(size, draws_of(scenario, cohort))


@pytest.mark.parametrize("name", SIZES)
def test_the_pathway_is_event_for_event_what_idiomatic_simpy_does(name):
    ledger, expected = both(SIZES[name], 1)
    events, lapsed = told(ledger)
    assert sorted(events) == sorted(expected.events)
    assert lapsed == expected.lapsed


def test_the_pathway_is_told_in_the_order_of_idiomatic_simpy():
    ledger, expected = both(SIZES["short of places B"], 2)
    days = [day for *_, day in told(ledger)[0]]
    assert days == sorted(days)
    assert days == [day for *_, day in expected.events]


@pytest.mark.parametrize("name", ["short of assessors", "short of places B", "short of dwellings"])
def test_the_short_pathways_really_wait_and_the_equality_is_no_accident(name):
    """One capacity more in the twin alone, and the two part."""
    size = SIZES[name]
    more = {
        "short of assessors": replace(size, assessors=size.assessors + 1),
        "short of places B": replace(size, places_b=size.places_b + 1),
        "short of dwellings": replace(size, stock=size.stock + 3, cap=size.cap + 3),
    }[name]
    scenario = scenario_of(size, 1)
    cohort = flowsim.sample(scenario)
    events, _ = told(flowsim.simulate(scenario, cohort))
    assert sorted(events) != sorted(twin.run(more, draws_of(scenario, cohort)).events)


@pytest.mark.parametrize("name", ["region", "short of dwellings"])
def test_a_client_stage_takes_at_most_two_and_a_half_rows(name):
    ledger, _ = both(SIZES[name], 1)
    found = Counter(what for _, _, what, _ in told(ledger)[0])
    assert len(ledger.rows) / sum(found[stage] for stage in STAGES) <= MOST_ROWS_PER_STAGE


def test_many_visits_go_beyond_the_draws_made_ahead():
    ledger, _ = both(SIZES["many visits"], 1)
    visits = np.bincount(ledger.rows["client"][ledger.rows["kind"] == 1])
    assert visits.max() > 8


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 8))
@pytest.mark.parametrize("name", SIZES)
def test_the_pathway_equals_idiomatic_simpy_for_more_seeds(name, seed):
    ledger, expected = both(SIZES[name], seed)
    assert sorted(told(ledger)[0]) == sorted(expected.events)
