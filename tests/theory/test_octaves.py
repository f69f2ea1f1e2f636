"""Events that come in octaves: Poisson at any rate, and more of them keeps those there were."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

import flowsim
from flowsim.cohort.arrivals import Source, poisson_events
from flowsim.cohort.drawn import Draw, Who
from flowsim.cohort.uniform import Chance
from flowsim.scenario import parse
from flowsim.scenario.values import Duration
from tests.theory.measure import assert_agrees, correlation, mean_of
from tests.worlds import YEAR, clients, copies


@pytest.mark.parametrize("rate", [0.3, 1.0, 1.7, 4.0, 23.5])
def test_events_are_poisson_at_any_rate(rate):
    years, towns = 10, 600
    sources = [Source(0, t, lambda d: np.full(d.shape, rate), rate) for t in range(towns)]
    events = poisson_events(Chance(11, 0), Who.CLIENT, sources, years * YEAR)
    counts = np.array(
        [np.histogram(e.days, bins=years, range=(0, years * YEAR))[0] for e in events]
    )
    every = counts.ravel()
    assert_agrees(mean_of(every), rate, within=0.15)
    assert_agrees(mean_of((every - rate) ** 2), rate, within=0.25)
    assert correlation(counts[:, 0], counts[:, 1]) < 4
    assert correlation(counts[:-1, 0], counts[1:, 0]) < 4
    within = np.concatenate([e.days for e in events]) % YEAR / YEAR
    assert_agrees(mean_of(within), 0.5, within=0.1)
    assert_agrees(mean_of(within**2), 1 / 3, within=0.15)
    assert all((np.diff(e.days) >= 0).all() for e in events)


def test_growth_adds_what_it_says_year_by_year():
    growth, years, rate = 0.08, 10, 300.0
    demand = [{"profile": "all", "per_year": rate, "growth_per_year": growth}]
    scenario = copies(years * YEAR, demand=demand)
    counts = [
        np.histogram(flowsim.sample(scenario, r).arrival_days, years, (0, years * YEAR))[0]
        for r in range(40)
    ]
    for year, number in enumerate(np.array(counts).T):
        theory = rate * (1 + growth) ** year * growth / np.log(1 + growth)
        assert_agrees(mean_of(number), theory, within=0.06)


def people_of(cohort):
    """All that is known of each client, by identity."""
    work = cohort.draws.durations(Draw.ASSESSMENT, Duration("exponential", (5.0,)))
    patience = cohort.draws.thresholds(Draw.PATIENCE)
    return {
        key: (
            cohort.arrival_days[i],
            cohort.level[i],
            cohort.has_tenancy[i],
            cohort.reach[i],
            cohort.urgent[i],
            cohort.notified_at[i],
            [work.at(i, n) for n in (0, 3, 6)],
            [patience.at(i, n) for n in (0, 5)],
        )
        for i, key in enumerate(cohort.keys.tolist())
    }


def octave_world(rate, days=10 * YEAR, stream=None, **more):
    mix = {"level_mix": {"a": 0.4, "b": 0.6}, "has_tenancy": 0.3, "urgent": 0.2}
    demand = [{"profile": "all", "per_year": {"each": rate}, **mix, **more}]
    home = {"name": "home", "tenancy": "own", "dwellings": "stock", "stay_days": 9.0}
    return copies(
        days,
        areas=3,
        level=[{"name": "a"}, {"name": "b"}],
        demand=demand,
        variant=[home | {"next": {"out": 1.0}}],
        dwellings=[{"name": "stock", "scale": "region", "per_year": rate} | (stream or {})],
    )


@pytest.mark.parametrize("rate", [0.9, 6.3, 30.5])
def test_more_demand_keeps_everybody_with_all_their_draws_and_adds_some(rate):
    base, more = (people_of(flowsim.sample(octave_world(r))) for r in (rate, 1.05 * rate))
    assert {key: more[key] for key in base} == base
    added = len(more) - len(base)
    expected = 0.05 * rate * 30
    assert abs(added - expected) <= 4 * np.sqrt(expected)
    assert added > 0


def test_growth_keeps_everybody_and_adds_some_later():
    base = people_of(flowsim.sample(octave_world(6.3)))
    grown = people_of(flowsim.sample(octave_world(6.3, growth_per_year=0.05)))
    assert {key: grown[key] for key in base} == base
    new = [grown[key][0] for key in grown.keys() - base.keys()]
    assert np.mean(new) > 5.5 * YEAR


def test_a_longer_run_keeps_everybody_who_came_before():
    short, long = (flowsim.sample(octave_world(6.3, days)) for days in (1000.0, 4000.0))
    assert people_of(long).items() >= people_of(short).items()
    assert np.array_equal(long.keys[: short.count], short.keys)
    assert long.offers[0][0][: len(short.offers[0][0])] == short.offers[0][0]


def offers(rate, **stream):
    return flowsim.sample(octave_world(6.3, stream={"per_year": rate} | stream)).offers[0][0]


def test_more_dwellings_keep_every_offer_and_a_smaller_share_is_a_part_of_them():
    base, more, fewer = offers(40.0), offers(44.0), offers(40.0, realised=0.8)
    assert set(base) < set(more)
    assert set(fewer) < set(base)
    assert set(offers(40.0, realised=0.5)) < set(fewer)
    kept, whole = len(fewer), len(base)
    assert abs(kept - 0.8 * whole) <= 4 * np.sqrt(0.16 * whole)


def test_another_profile_or_town_changes_nobody():
    def world_of(*profiles):
        return people_of(flowsim.sample(copies(3 * YEAR, areas=2, demand=list(profiles))))

    one = clients(0.05, "one")
    alone, both = world_of(one), world_of(one, clients(0.1, "two"))
    assert both.items() >= alone.items()
    assert len(both) > 2 * len(alone)


@pytest.mark.parametrize("later", [0.0, 0.5, -0.4])
def test_growth_that_changes_on_a_date_goes_on_from_what_has_grown(later):
    rate, grown, year = 40_000.0, 1.5 ** (365 / YEAR), 365 / YEAR
    pace = np.log1p(later)
    raw = {
        "scenario": {"years": 2, "follow_up_days": 0.0},
        "demand": [{"profile": "all", "per_year": rate, "growth_per_year": 0.5}],
        "variant": [{"name": "a", "stay_days": 1, "next": {"out": 1.0}}],
        "change": [
            {
                "date": date(2027, 1, 1),
                "reason": "a test",
                "set": {"demand.all.growth_per_year": later},
            }
        ],
    }
    days = np.array(flowsim.sample(parse(raw)).arrival_days)
    theory = rate * grown * (np.expm1(pace * year) / pace if pace else year)
    assert abs((days >= 365).sum() - theory) < 4 * np.sqrt(theory)
    month = rate * grown * 30 / YEAR * (1 + later) ** (15 / YEAR)
    assert abs(((days >= 365) & (days < 395)).sum() - month) < 4 * np.sqrt(month)
