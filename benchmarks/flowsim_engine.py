"""The pathway in flowsim: the adapter between `benchmarks` and the library.

Only what `Job.simulate` does is timed: flowsim's `simulate`, from a cohort to a ledger. Making the
cohort comes before, counting in the ledger after.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import flowsim
from benchmarks.engines import Job
from benchmarks.pathway import (
    ASSESSMENT_MEAN_DAYS,
    DWELLING,
    HORIZON_DAYS,
    LEFT,
    RETURN_PROBABILITY,
    STAY_B_MEAN_DAYS,
    STAY_C_MEAN_DAYS,
    STAY_SIGMA,
    A,
    B,
    C,
    Draws,
    Event,
    Result,
    Size,
    VisitDraws,
    to_result,
)
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort.drawn import Draw
from flowsim.ledger import EventKind, LostBecause
from flowsim.scenario import Scenario, parse

_STAY_CV = math.sqrt(math.exp(STAY_SIGMA**2) - 1)


def scenario_of(size: Size, seed: int) -> Scenario:
    """Write the pathway as a scenario: no levels, but stays and what comes next."""
    return parse(
        {
            "scenario": {"days": HORIZON_DAYS, "follow_up_days": 0.0, "seed": seed},
            "demand": [
                {"profile": "all", "per_year": size.arrivals_per_year * DAYS_PER_YEAR / 365}
            ],
            "desk": [
                {
                    "name": "a",
                    "assessors": size.assessors,
                    "assessment_days": {"exponential": ASSESSMENT_MEAN_DAYS},
                }
            ],
            "variant": [
                {
                    "name": "b",
                    "places": size.places_b,
                    "stay_days": {"lognormal": STAY_B_MEAN_DAYS, "cv": _STAY_CV},
                    "next": {"c": 1.0},
                    "keep_place_until": "dwelling",
                },
                {
                    "name": "c",
                    "places": size.places_c,
                    "tenancy": "own",
                    "dwellings": "supply",
                    "stay_days": {"lognormal": STAY_C_MEAN_DAYS, "cv": _STAY_CV},
                    "next": {"access": RETURN_PROBABILITY, "out": 1 - RETURN_PROBABILITY},
                },
            ],
            "dwellings": [
                {
                    "name": "supply",
                    "scale": "region",
                    "every_days": size.days_per_dwelling,
                    "pattern": "even",
                    "stock": size.dwellings_at_start,
                    "cap": size.dwellings_at_most,
                }
            ],
        },
        name="pathway",
    )


@functools.cache
def _sampled(size: Size, seed: int) -> tuple[Scenario, flowsim.Cohort]:
    scenario = scenario_of(size, seed)
    return scenario, flowsim.sample(scenario, 0)


def _columns(scenario: Scenario, cohort: flowsim.Cohort) -> list[Any]:
    names = [block.name for block in cohort.layout.variants]
    b, c = names.index("b"), names.index("c")
    variants, draws = cohort.layout.variants, cohort.draws
    work = scenario.desk[0].assessment_days
    assert work is not None
    stay_b, stay_c = variants[b].stay_days, variants[c].stay_days
    assert stay_b is not None
    assert stay_c is not None
    again = (RETURN_PROBABILITY, 1 - RETURN_PROBABILITY)  # access comes before out
    return [
        draws.durations(Draw.ASSESSMENT, work),
        draws.durations(Draw.STAY + b, stay_b),
        draws.durations(Draw.STAY + c, stay_c),
        draws.choices(Draw.NEXT + c, again),
    ]


def sample_draws(size: Size, seed: int) -> Draws:
    """Read flowsim's own cohort of the pathway as `Draws`, for the other engines."""
    scenario, cohort = _sampled(size, seed)
    service, stay_b, stay_c, again = _columns(scenario, cohort)

    def further(client: int, visit: int) -> VisitDraws:
        return VisitDraws(
            service.at(client, visit),
            stay_b.at(client, visit),
            stay_c.at(client, visit),
            again.at(client, visit) == 0,
        )

    return Draws(
        arrival_days=cohort.arrival_days,
        dwelling_days=cohort.offers[0][0],
        service=service.first,
        stay_b=stay_b.first,
        stay_c=stay_c.first,
        returns=[choice == 0 for choice in again.first],
        further=further,
    )


def job(size: Size, seed: int, read_draws: Callable[[], Draws]) -> Job[Any]:
    """Prepare one run, from the scenario to the cohort.

    Parameters
    ----------
    size, seed
        What `sample_draws` was called with.
    read_draws
        Gives the draws that the other engines read; they are the cohort's own, so not needed.
    """
    scenario, cohort = _sampled(size, seed)
    _columns(scenario, cohort)
    return Job(simulate=lambda: flowsim.simulate(scenario, cohort), read=to_counts)


def run(size: Size, draws: Draws, *, trace: bool = False, seed: int = 1) -> Result:
    """Run the pathway to the horizon; `benchmarks.check` calls this."""
    scenario, cohort = _sampled(size, seed)
    return to_counts(flowsim.simulate(scenario, cohort), trace=trace)


def to_counts(ledger: flowsim.Ledger, *, trace: bool = False) -> Result:
    """Count stages and waits in the ledger."""
    counts, waited, lapsed = [0] * 5, [0.0] * 4, 0
    events: list[Event] | None = [] if trace else None
    visit: dict[int, int] = {}
    asked: dict[int, float] = {}
    names = dict(enumerate(ledger.variants))
    stages = {
        EventKind.ASSESSING: A,
        EventKind.STEPPED_OUT: DWELLING,
        EventKind.GONE: LEFT,
    }
    for day, client, ref, kind, _, why in ledger.rows.tolist():
        if kind == EventKind.LOST:
            lapsed += why == LostBecause.CAP
        if kind >= EventKind.POOL:
            continue
        if kind == EventKind.NOTIFIED:
            visit[client] = visit.get(client, -1) + 1
        stage = stages.get(kind)
        if kind == EventKind.PLACED:
            stage = B if names[ledger.options[ref].variant] == "b" else C
        if stage is not None:
            counts[stage] += 1
            if stage != LEFT:
                waited[stage] += day - asked[client]
            if events is not None:
                events.append((client, visit[client], stage, day))
        asked[client] = day
    return to_result(counts, waited, lapsed, events)
