"""The benchmark pathway as a scenario, its draws, and its ledger told as the twin's events."""

from __future__ import annotations

import math

import flowsim
from flowsim.cohort.drawn import Draw
from flowsim.ledger import EventKind, LostBecause
from flowsim.scenario import parse
from tests.pathway.twin import Draws, Event, Size

CV = math.sqrt(math.exp(0.8**2) - 1)
"""Of a lognormal stay with sigma 0.8."""

SIZES = {
    "region": Size(
        clients_per_year=300.0,
        assessors=22,
        places_b=590,
        places_c=385,
        stock=5,
        cap=10,
        days_per_dwelling=365 / 360,
    ),
    "town": Size(
        clients_per_year=30.0,
        assessors=6,
        places_b=59,
        places_c=38,
        stock=5,
        cap=10,
        days_per_dwelling=365 / 36,
        horizon_days=1460.0,
    ),
    "short of assessors": Size(
        clients_per_year=60.0,
        assessors=2,
        places_b=80,
        places_c=60,
        stock=1,
        cap=3,
        days_per_dwelling=8.0,
    ),
    "short of places B": Size(
        clients_per_year=40.0,
        assessors=4,
        places_b=25,
        places_c=40,
        stock=0,
        cap=2,
        days_per_dwelling=12.0,
    ),
    "short of dwellings": Size(
        clients_per_year=40.0,
        assessors=4,
        places_b=60,
        places_c=40,
        stock=0,
        cap=1,
        days_per_dwelling=30.0,
    ),
    "short of places C": Size(
        clients_per_year=40.0,
        assessors=4,
        places_b=60,
        places_c=10,
        stock=3,
        cap=5,
        days_per_dwelling=7.0,
    ),
    "many visits": Size(
        clients_per_year=10.0,
        assessors=3,
        places_b=30,
        places_c=20,
        stock=2,
        cap=5,
        days_per_dwelling=10.0,
        again=0.95,
        horizon_days=20_000.0,
    ),
}


def scenario_of(size: Size, seed: int) -> flowsim.Scenario:
    return parse(
        {
            "scenario": {"days": size.horizon_days, "follow_up_days": 0.0, "seed": seed},
            "demand": [{"profile": "all", "per_year": size.clients_per_year * 365.25 / 365}],
            "desk": [
                {
                    "name": "a",
                    "assessors": size.assessors,
                    "assessment_days": {"exponential": 20.0},
                }
            ],
            "variant": [
                {
                    "name": "b",
                    "places": size.places_b,
                    "stay_days": {"lognormal": 600.0, "cv": CV},
                    "next": {"c": 1.0},
                    "keep_place_until": "dwelling",
                },
                {
                    "name": "c",
                    "places": size.places_c,
                    "tenancy": "own",
                    "dwellings": "supply",
                    "stay_days": {"lognormal": 400.0, "cv": CV},
                    "next": {"access": size.again, "out": 1 - size.again},
                },
            ],
            "dwellings": [
                {
                    "name": "supply",
                    "scale": "region",
                    "every_days": size.days_per_dwelling,
                    "pattern": "even",
                    "stock": size.stock,
                    "cap": size.cap,
                }
            ],
        },
        name="pathway",
    )


def draws_of(scenario: flowsim.Scenario, cohort: flowsim.Cohort) -> Draws:
    """Read the cohort's own numbers, so that the twin walks through the same lives."""
    names = [block.name for block in cohort.layout.variants]
    stays = {block.name: block.stay_days for block in cohort.layout.variants}
    b, c = names.index("b"), names.index("c")
    work = scenario.desk[0].assessment_days
    assert work is not None
    assert stays["b"] is not None
    assert stays["c"] is not None
    shares = cohort.layout.variants[c].next
    assert shares is not None
    draws = cohort.draws
    again = draws.choices(Draw.NEXT + c, (shares["access"], shares["out"]))
    return Draws(
        arrival_days=cohort.arrival_days,
        dwelling_days=cohort.offers[0][0],
        service=draws.durations(Draw.ASSESSMENT, work).at,
        stay_b=draws.durations(Draw.STAY + b, stays["b"]).at,
        stay_c=draws.durations(Draw.STAY + c, stays["c"]).at,
        again=lambda client, visit: again.at(client, visit) == 0,
    )


def told(ledger: flowsim.Ledger) -> tuple[list[Event], int]:
    """Tell a ledger as the twin's events, and count the dwellings that lapsed."""
    visit: dict[int, int] = {}
    events: list[Event] = []
    lapsed = 0
    words = {
        EventKind.ASSESSING: "A",
        EventKind.STEPPED_OUT: "dwelling",
        EventKind.GONE: "left",
    }
    for day, client, ref, kind, _, why in ledger.rows.tolist():
        if kind == EventKind.LOST:
            lapsed += why == LostBecause.CAP
        elif kind == EventKind.NOTIFIED:
            visit[client] = visit.get(client, -1) + 1
        elif kind == EventKind.PLACED:
            name = ledger.variants[ledger.options[ref].variant]
            events.append((client, visit[client], name.upper(), day))
        elif kind in words:
            events.append((client, visit[client], words[EventKind(kind)], day))
    return events, lapsed
