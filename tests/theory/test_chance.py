"""Chance itself: the generator, the laws, and events that come in octaves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate

import flowsim
from flowsim.cohort.arrivals import Source, poisson_events
from flowsim.cohort.quantile import length_biased, quantile
from flowsim.cohort.streams import Stream, Who, identity
from flowsim.cohort.uniform import Chance, philox
from flowsim.scenario.values import Duration
from tests.theory.measure import assert_agrees, mean_of
from tests.theory.scipy_laws import law_of
from tests.theory.worlds import YEAR, clients, world

# ---------------------------------------------------------------- the generator
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN, ids=["zeros", "ones", "pi"])
def test_philox_gives_the_known_answers_of_random123(counter, key, words):
    found = philox(tuple(np.array([word], dtype=np.uint64) for word in counter), key)
    assert tuple(int(word[0]) for word in found) == words


def test_the_words_of_a_counter_do_not_depend_on_those_beside_it():
    counters = [np.arange(1000, dtype=np.uint64) + np.uint64(i) for i in range(4)]
    whole = philox(tuple(counters), (1, 2))
    part = philox(tuple(c[500:510] for c in counters), (1, 2))
    assert all(np.array_equal(w[500:510], p) for w, p in zip(whole, part, strict=True))


def correlation(x, y):
    return abs(np.corrcoef(x, y)[0, 1]) * np.sqrt(len(x))


def test_uniforms_have_the_moments_of_the_uniform_law():
    u = Chance(1, 0).draw(Stream.LEVEL, np.arange(50_000), 0, 4)
    assert u.min() > 0
    assert u.max() < 1
    for power in (1, 2, 3, 4):
        theory = 1 / (power + 1)
        error = np.sqrt((1 / (2 * power + 1) - theory**2) / u.size)
        assert abs((u**power).mean() - theory) <= 4 * error
    share = np.histogram(u, bins=64, range=(0, 1))[0] / u.size
    assert np.abs(share - 1 / 64).max() <= 4.5 * np.sqrt(1 / 64 / u.size)


def test_uniforms_of_other_keys_streams_occurrences_and_replications_do_not_go_together():
    keys = np.arange(40_000)
    base = Chance(1, 0)
    u = base.draw(Stream.LEVEL, keys, 0, 4)
    others = {
        "next key": (u[:-1, 0], u[1:, 0]),
        "next occurrence": (u[:, 0], u[:, 1]),
        "next block": (u[:, 1], u[:, 2]),
        "next stream": (u[:, 0], base.draw(Stream.LEVEL + 1, keys, 0, 2)[:, 0]),
        "next replication": (u[:, 0], Chance(1, 1).draw(Stream.LEVEL, keys, 0, 2)[:, 0]),
        "next seed": (u[:, 0], Chance(2, 0).draw(Stream.LEVEL, keys, 0, 2)[:, 0]),
        "seed and replication swapped": (
            Chance(5, 3).draw(Stream.LEVEL, keys, 0, 2)[:, 0],
            Chance(3, 5).draw(Stream.LEVEL, keys, 0, 2)[:, 0],
        ),
        "next town": (
            base.draw(Stream.LEVEL, identity(Who.CLIENT, 0, 0, 1, keys), 0, 2)[:, 0],
            base.draw(Stream.LEVEL, identity(Who.CLIENT, 0, 1, 1, keys), 0, 2)[:, 0],
        ),
    }
    assert {name: r for name, (x, y) in others.items() if (r := correlation(x, y)) > 4} == {}


def test_what_is_drawn_does_not_depend_on_how_much_is_drawn():
    chance, keys = Chance(3, 1), identity(Who.CLIENT, 2, 5, 3, np.arange(100))
    wide = chance.draw(Stream.RECOVERY, keys, 0, 12)
    assert np.array_equal(wide[:, 4:8], chance.draw(Stream.RECOVERY, keys, 4, 4))
    assert np.array_equal(wide[40:41], chance.draw(Stream.RECOVERY, keys[40:41], 0, 12))


def test_occurrences_beyond_those_made_ahead_are_fresh_draws_of_their_own():
    scenario = world(1000, demand=[clients(0.2)])
    cohort = flowsim.sample(scenario)
    law = Duration("exponential", (3.0,))
    column = cohort.draws.durations(Stream.RECOVERY, law)
    u = Chance(7, 0).draw(Stream.RECOVERY, cohort.keys, 0, 20)
    expected = quantile(law, u)
    for client in (0, 7, cohort.count - 1):
        assert [column.at(client, n) for n in range(20)] == expected[client].tolist()
    assert len(np.unique(expected)) == expected.size


# ---------------------------------------------------------------- the laws
LAWS = [
    {"exponential": 7.0},
    {"gamma": 12.0, "cv": 0.5},
    {"gamma": 12.0, "cv": 2.0},
    {"lognormal": 600.0, "cv": 0.95},
    {"uniform": [3.0, 9.0]},
    {"triangular": [14.0, 35.0, 70.0]},
    {"triangular": [0.0, 0.0, 5.0]},
    {"triangular": [0.0, 5.0, 5.0]},
    {"hyperexponential": [1.5, 6.7], "weight": 0.4},
]
PROBABILITIES = np.concatenate([10.0 ** np.arange(-12, -1), np.linspace(0.02, 0.98, 49)])
PROBABILITIES = np.concatenate([PROBABILITIES, 1 - 10.0 ** np.arange(-2, -10, -1.0)])


@pytest.mark.parametrize("written", LAWS, ids=str)
def test_quantiles_are_those_of_scipy(written):
    duration = Duration.parse(written)
    law = law_of(duration)
    found = quantile(duration, PROBABILITIES)
    assert (np.diff(found[np.argsort(PROBABILITIES)]) >= 0).all()
    if hasattr(law, "ppf"):
        assert np.allclose(found, law.ppf(PROBABILITIES), rtol=1e-9, atol=1e-14)
    else:
        assert np.allclose(law.cdf(found), PROBABILITIES, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("written", LAWS, ids=str)
def test_mean_and_spread_of_a_duration_are_those_of_its_law(written):
    duration = Duration.parse(written)
    law = law_of(duration)
    top = quantile(duration, np.array([1 - 1e-13]))[0]
    knots = quantile(duration, np.array([0.01, 0.25, 0.5, 0.75, 0.99]))
    first, second = (
        integrate.quad(
            lambda x, n=n: n * x ** (n - 1) * law.sf(x), 0, top, points=knots, limit=500
        )[0]
        for n in (1, 2)
    )
    assert np.isclose(duration.mean, first, rtol=1e-6)
    assert np.isclose(duration.cv, np.sqrt(second - first**2) / first, rtol=1e-4)


@pytest.mark.parametrize("written", LAWS, ids=str)
def test_the_stay_met_on_a_random_day_has_the_length_biased_law(written):
    """Its distribution function at x is the integral of t f(t) to x, over the mean."""
    duration = Duration.parse(written)
    law = law_of(duration)
    u = np.linspace(0.05, 0.95, 19)
    found = length_biased(duration, u)
    for x, expected in zip(found, u, strict=True):
        knots = quantile(duration, np.array([1e-6, 1e-3, 0.1, 0.5]))
        points = [k for k in (*knots, *duration.parameters) if 0 < k < x]
        below = integrate.quad(law.cdf, 0, x, points=points or None, limit=500)[0]
        assert np.isclose((x * law.cdf(x) - below) / duration.mean, expected, atol=1e-4)
    middle = (np.arange(200_000) + 0.5) / 200_000
    theory = duration.mean * (1 + duration.cv**2)
    assert np.isclose(length_biased(duration, middle).mean(), theory, rtol=2e-3)


# ---------------------------------------------------------------- events in octaves
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
    scenario = world(years * YEAR, demand=demand)
    counts = [
        np.histogram(flowsim.sample(scenario, r).arrival_days, years, (0, years * YEAR))[0]
        for r in range(40)
    ]
    for year, number in enumerate(np.array(counts).T):
        theory = rate * (1 + growth) ** year * growth / np.log(1 + growth)
        assert_agrees(mean_of(number), theory, within=0.06)


def people_of(cohort):
    """All that is known of each client, by identity."""
    work = cohort.draws.durations(Stream.ASSESSMENT, Duration("exponential", (5.0,)))
    patience = cohort.draws.thresholds(Stream.PATIENCE)
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
    return world(
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
        return people_of(flowsim.sample(world(3 * YEAR, areas=2, demand=list(profiles))))

    one = clients(0.05, "one")
    alone, both = world_of(one), world_of(one, clients(0.1, "two"))
    assert both.items() >= alone.items()
    assert len(both) > 2 * len(alone)
