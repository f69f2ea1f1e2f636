"""Chance itself: the generator and the laws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate

import flowsim
from flowsim.cohort.drawn import Draw, Who, identity
from flowsim.cohort.quantile import length_biased, quantile
from flowsim.cohort.uniform import Chance, philox
from flowsim.scenario.values import Duration
from tests.theory.measure import correlation
from tests.theory.scipy_laws import law_of
from tests.worlds import clients, copies

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


def test_uniforms_have_the_moments_of_the_uniform_law():
    u = Chance(1, 0).draw(Draw.LEVEL, np.arange(50_000), 0, 4)
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
    u = base.draw(Draw.LEVEL, keys, 0, 4)
    others = {
        "next key": (u[:-1, 0], u[1:, 0]),
        "next occurrence": (u[:, 0], u[:, 1]),
        "next block": (u[:, 1], u[:, 2]),
        "next stream": (u[:, 0], base.draw(Draw.LEVEL + 1, keys, 0, 2)[:, 0]),
        "next replication": (u[:, 0], Chance(1, 1).draw(Draw.LEVEL, keys, 0, 2)[:, 0]),
        "next seed": (u[:, 0], Chance(2, 0).draw(Draw.LEVEL, keys, 0, 2)[:, 0]),
        "seed and replication swapped": (
            Chance(5, 3).draw(Draw.LEVEL, keys, 0, 2)[:, 0],
            Chance(3, 5).draw(Draw.LEVEL, keys, 0, 2)[:, 0],
        ),
        "next town": (
            base.draw(Draw.LEVEL, identity(Who.CLIENT, 0, 0, 1, keys), 0, 2)[:, 0],
            base.draw(Draw.LEVEL, identity(Who.CLIENT, 0, 1, 1, keys), 0, 2)[:, 0],
        ),
    }
    assert {name: r for name, (x, y) in others.items() if (r := correlation(x, y)) > 4} == {}


def test_what_is_drawn_does_not_depend_on_how_much_is_drawn():
    chance, keys = Chance(3, 1), identity(Who.CLIENT, 2, 5, 3, np.arange(100))
    wide = chance.draw(Draw.RECOVERY, keys, 0, 12)
    assert np.array_equal(wide[:, 4:8], chance.draw(Draw.RECOVERY, keys, 4, 4))
    assert np.array_equal(wide[40:41], chance.draw(Draw.RECOVERY, keys[40:41], 0, 12))


def test_the_first_of_several_draws_is_what_each_of_them_gives_alone():
    chance, keys = Chance(7, 3), identity(Who.CLIENT, 2, 5, 1, np.arange(9))
    draws = (Draw.LEVEL, Draw.REACH, Draw.EXIT + 4)
    alone = [chance.draw(one, keys, 0, 2)[:, 0] for one in draws]
    assert (chance.firsts(draws, keys) == np.stack(alone)).all()
    assert chance.firsts(draws, keys[:0]).shape == (3, 0)


def test_occurrences_beyond_those_made_ahead_are_fresh_draws_of_their_own():
    scenario = copies(1000, demand=[clients(0.2)])
    cohort = flowsim.sample(scenario)
    law = Duration("exponential", (3.0,))
    column = cohort.draws.durations(Draw.RECOVERY, law)
    u = Chance(7, 0).draw(Draw.RECOVERY, cohort.keys, 0, 20)
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
