"""The desk as a queue: M/M/c, M/G/1, loss, giving up, priorities, other work."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.cohort.drawn import Draw
from flowsim.ledger import EventKind, State
from tests.theory import formulas
from tests.theory.laws import by_law, run, sampled
from tests.theory.measure import (
    area_of,
    assert_agrees,
    first_day,
    mean_by_piece,
    profile_of,
    spans,
    time_average,
)
from tests.worlds import YEAR, clients, copies, desks

AREAS = 25
WARM, DAYS = 300.0, 5000.0


def desk_world(rate, assessors, work, profiles=None, days=DAYS, **more):
    demand = profiles or [clients(rate)]
    block = desks(assessors, work, **more)
    return copies(days, follow_up=200, areas=AREAS, demand=demand, desk=[block])


def queue(scenario):
    """Run; return the ledger and the waits at the desk that began in the window."""
    ledger = run(scenario)
    waits = spans(ledger).of(State.QUEUE).begun(WARM, ledger.window_days)
    assert not waits.open.any()
    return ledger, waits


def mean_wait(ledger, waits):
    return mean_by_piece(waits.days, area_of(ledger, waits), AREAS)


def test_waits_at_a_desk_are_those_of_erlang_c():
    ledger, waits = queue(desk_world(0.36, 3, {"exponential": 5.0}))
    area = area_of(ledger, waits)
    assert_agrees(mean_wait(ledger, waits), formulas.mean_wait_mmc(3, 0.36, 5.0), within=0.25)
    waited = mean_by_piece((waits.days > 0).astype(float), area, AREAS)
    assert_agrees(waited, formulas.erlang_c(3, 1.8), within=0.1)


def test_the_number_in_line_is_the_rate_times_the_wait():
    ledger, waits = queue(desk_world(0.36, 3, {"exponential": 5.0}))
    line = spans(ledger).of(State.QUEUE)
    number = time_average(line, area_of(ledger, line), AREAS, WARM, DAYS)
    assert_agrees(number, 0.36 * formulas.mean_wait_mmc(3, 0.36, 5.0), within=0.25)
    assert_agrees(number, 0.36 * mean_wait(ledger, waits).mean, within=0.25)


def test_a_fractional_fte_is_its_assessors_at_a_lower_speed():
    """2.4 FTE of 28 hours a week: three assessors, each with 22.4 hours a week."""
    demand = [clients(0.3)]
    block = {
        "name": "desk",
        "scale": "municipality",
        "fte": {"each": 2.4},
        "hours_per_fte": 28.0,
        "assessment_hours": {"exponential": 20.0},
    }
    ledger, waits = queue(copies(DAYS, follow_up=200, areas=AREAS, demand=demand, desk=[block]))
    service = 20.0 * 7 / 22.4
    assert_agrees(mean_wait(ledger, waits), formulas.mean_wait_mmc(3, 0.3, service), within=0.25)
    work = spans(ledger).of(State.ASSESSING).begun(WARM, DAYS)
    assert_agrees(mean_by_piece(work.days, area_of(ledger, work), AREAS), service, within=0.03)


@by_law(
    {"constant": 3.0},
    {"lognormal": 3.0, "cv": 0.8},
    {"uniform": [1.0, 5.0]},
    slow=(
        {"exponential": 3.0},
        {"gamma": 3.0, "cv": 0.5},
        {"hyperexponential": [1.0, 6.0], "weight": 0.6},
        {"triangular": [1.0, 2.0, 6.0]},
    ),
)
def test_one_assessor_makes_people_wait_as_pollaczek_and_khinchine_say(stay):
    scenario = desk_world(0.2, 1, stay)
    duration = scenario.desk[0].assessment_days
    assert duration is not None
    ledger, waits = queue(scenario)
    theory = formulas.mean_wait_mg1(0.2, duration.mean, duration.cv)
    assert_agrees(mean_wait(ledger, waits), theory, within=0.25)


@pytest.mark.parametrize("assessors", [1, 2, 5])
def test_every_start_of_an_assessment_is_that_of_kiefer_and_wolfowitz(assessors):
    """First come, first served: exact, client by client, on the cohort's own draws."""
    scenario = copies(
        3000,
        demand=[clients(0.25 * assessors)],
        desk=[desks(assessors, {"lognormal": 3.5, "cv": 1.2})],
    )
    cohort, ledger = sampled(scenario)
    work = scenario.desk[0].assessment_days
    assert work is not None
    column = cohort.draws.durations(Draw.ASSESSMENT, work)
    begins = formulas.first_come_first_served(cohort.arrival_days, assessors, column.at)
    expected = [begin if begin < 3000 else np.nan for begin in begins]
    found = first_day(ledger, EventKind.ASSESSING)
    assert np.array_equal(found, expected, equal_nan=True)
    assert np.nanmax(found - cohort.arrival_days) > 5


@by_law({"constant": 4.0}, {"lognormal": 4.0, "cv": 1.5}, slow=({"exponential": 4.0},))
def test_a_desk_where_nobody_waits_loses_what_erlang_b_says(stay):
    ledger, waits = queue(desk_world(0.5, 3, stay, days=2500, patience_days=0))
    lost = mean_by_piece(waits.gave_up.astype(float), area_of(ledger, waits), AREAS)
    assert_agrees(lost, formulas.erlang_b(3, 2.0), within=0.1)
    assert (waits.days == 0).all()


def test_people_who_give_up_at_a_desk_do_so_as_often_as_erlang_a_says():
    ledger, waits = queue(
        desk_world(0.5, 2, {"exponential": 4.0}, days=3000, patience_days={"exponential": 6.0})
    )
    gave_up, line = formulas.erlang_a(2, 0.5, 4.0, 6.0)
    area = area_of(ledger, waits)
    assert_agrees(mean_by_piece(waits.gave_up.astype(float), area, AREAS), gave_up, within=0.12)
    assert_agrees(mean_wait(ledger, waits), line / 0.5, within=0.12)


def test_a_desk_of_one_serves_its_classes_as_cobham_says():
    rates = [0.05, 0.08, 0.07]
    profiles = [clients(r, name) for r, name in zip(rates, "abc", strict=True)]
    scenario = desk_world(0, 1, {"gamma": 3.0, "cv": 0.7}, profiles, priority=["b", "a"])
    ledger, waits = queue(scenario)
    theory = formulas.mean_waits_cobham([0.08, 0.05, 0.07], 3.0, 0.7)
    for name, wait in zip("bac", theory, strict=True):
        mine = waits.where(profile_of(ledger, waits) == name)
        assert_agrees(mean_wait(ledger, mine), wait, within=0.25)


def test_other_work_makes_people_wait_as_one_queue_of_both_kinds():
    """Two kinds of work in M/G/1: only the mean square of all work counts."""
    block = {
        "name": "desk",
        "scale": "municipality",
        "fte": {"each": 1},
        "hours_per_fte": 28.0,
        "assessment_hours": {"gamma": 12.0, "cv": 0.5},
        "other_work": {
            "cases_per_1000_per_year": 0.15 * YEAR * 1000,
            "hours": {"exponential": 6.0},
        },
    }
    scenario = copies(DAYS, follow_up=200, areas=AREAS, demand=[clients(0.1)], desk=[block])
    ledger, waits = queue(scenario)
    own, other = 12.0 * 7 / 28, 6.0 * 7 / 28
    load = 0.1 * own + 0.15 * other
    second = 0.1 * own**2 * 1.25 + 0.15 * other**2 * 2
    assert_agrees(mean_wait(ledger, waits), second / (2 * (1 - load)), within=0.25)


def test_paperwork_takes_its_time_and_holds_nobody():
    work, papers = {"exponential": 5.0}, {"triangular": [10.0, 18.0, 40.0]}
    plain, _ = queue(desk_world(0.36, 3, work, days=1500))
    ledger, _ = queue(desk_world(0.36, 3, work, days=1500, paperwork_days=papers))
    begun = [first_day(one, EventKind.ASSESSING) for one in (plain, ledger)]
    assert np.array_equal(*begun, equal_nan=True)
    paper = spans(ledger).of(State.PAPERWORK).begun(WARM, 1500)
    found = mean_by_piece(paper.days, area_of(ledger, paper), AREAS)
    assert_agrees(found, (10 + 18 + 40) / 3, within=0.04)


def test_outcomes_come_in_their_shares():
    shares = {"award": 0.6, "general": 0.25, "rejected": 0.1, "refer": 0.05}
    ledger, _ = queue(desk_world(0.36, 3, {"exponential": 5.0}, days=2000, outcome=shares))
    decided = ledger.rows[np.isin(ledger.rows["kind"], (EventKind.AWARDED, EventKind.NOT_AWARDED))]
    piece = ledger.clients.notified_at[decided["client"]]
    awarded = (decided["kind"] == EventKind.AWARDED).astype(float)
    assert_agrees(mean_by_piece(awarded, piece, AREAS), 0.6, within=0.05)
    for reason, share in ((8, 0.25), (9, 0.1), (10, 0.05)):
        mine = ((awarded == 0) & (decided["why"] == reason)).astype(float)
        assert_agrees(mean_by_piece(mine, piece, AREAS), share, within=0.15)
