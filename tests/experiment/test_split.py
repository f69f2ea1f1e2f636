"""Evidence told apart from chance, and what hangs on which guess: numbers made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.experiment.draws.split import share_interval, split
from flowsim.experiment.draws.tornado import Turns, bars
from flowsim.guesses import P90

DRAWS, FUTURES, SETS = 100, 2, 400


def made(rng, evidence=2.0, rest=3.0, futures=0.0):
    """Return 1 + evidence + what a future does + chance: draws x futures."""
    return (1 + evidence * rng.standard_normal((DRAWS, 1)) + futures * rng.standard_normal(FUTURES)
            + rest * rng.standard_normal((DRAWS, FUTURES)))  # fmt: skip


def test_the_evidence_is_estimated_without_bias():
    rng = np.random.default_rng(1)
    found = [split(made(rng)).evidence ** 2 for _ in range(SETS)]
    assert np.mean(found) == pytest.approx(4.0, rel=0.05)


def test_a_future_that_is_good_for_all_draws_is_no_evidence():
    rng = np.random.default_rng(2)
    found = [split(made(rng, evidence=0.0, rest=0.5, futures=5.0)) for _ in range(SETS)]
    assert np.mean([one.evidence for one in found]) < 0.2
    assert np.mean([one.futures for one in found]) > 2


def test_what_each_draw_comes_to_is_shrunk_to_the_spread_of_the_evidence():
    rng = np.random.default_rng(3)
    for one in (split(made(rng)) for _ in range(SETS)):
        spread = one.evidence**2 if one.found else 0.0
        assert one.draws.var(ddof=1) == pytest.approx(spread, abs=1e-12)
        assert one.draws.mean() == pytest.approx(one.mean)


def test_with_no_evidence_at_all_every_draw_comes_to_the_same():
    values = np.tile([1.0, 4.0], (DRAWS, 1))
    found = split(values)
    assert (found.evidence, found.rest) == pytest.approx((0.0, 0.0))
    assert found.draws == pytest.approx(np.full(DRAWS, 2.5))
    assert found.band == pytest.approx((2.5, 2.5))


def test_where_there_is_no_evidence_none_is_found_in_at_least_90_of_100():
    rng = np.random.default_rng(9)
    found = [split(made(rng, evidence=0.0)).found for _ in range(SETS)]
    assert np.mean(found) <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / SETS)
    assert np.mean([split(made(rng)).found for _ in range(SETS)]) > 0.9


def test_a_draw_of_which_a_future_is_not_known_is_left_out():
    values = made(np.random.default_rng(4))
    lost = values.copy()
    lost[3, 1] = np.nan
    assert len(split(lost).draws) == DRAWS - 1
    assert split(lost).mean == pytest.approx(np.delete(values, 3, axis=0).mean())


@pytest.mark.parametrize("shape", [(1, 2), (5, 1), (0, 2)])
def test_too_little_has_no_parts(shape):
    assert split(np.ones(shape)) is None


@pytest.mark.parametrize(("times", "of", "low", "high"), [
    (0, 100, 0.0, 0.0362), (100, 100, 0.9638, 1.0), (65, 100, 0.5482, 0.7427),
])  # fmt: skip
def test_the_interval_of_a_share_is_that_of_clopper_and_pearson(times, of, low, high):
    assert share_interval(times, of) == pytest.approx((low, high), abs=5e-5)


# ---------------------------------------------------------------- on which guess it hangs
def test_a_bar_is_what_a_number_comes_to_at_both_ends_of_a_range():
    z = np.random.default_rng(5).standard_normal((DRAWS, 3))
    z -= z.mean(axis=0)
    found = bars(["a", "b", "c"], z, 10 + 2 * z[:, 1], difference=False)
    assert found[0].name == "b"
    assert (found[0].low, found[0].high) == pytest.approx((10 - 2 * P90, 10 + 2 * P90))
    assert found[0].error == pytest.approx(0, abs=1e-9)
    assert {one.turns for one in found} == {Turns.UNKNOWN}


def test_a_guess_turns_a_difference_may_turn_it_or_does_not():
    rng = np.random.default_rng(6)
    z = rng.standard_normal((DRAWS, 3))
    z -= z.mean(axis=0)
    noise = rng.standard_normal(DRAWS)
    found = {}
    for mean in (1.0, 2.45, 8.0):
        values = mean + 2 * z[:, 0] + 0.6 * noise
        found[mean] = next(one for one in bars("abc", z, values, difference=True)
                           if one.name == "a")  # fmt: skip
    assert [one.turns for one in found.values()] == [Turns.TURNS, Turns.MAY, Turns.NOT]
    assert found[1.0].crosses == pytest.approx(-0.5, abs=0.1)
    assert np.isnan(found[8.0].crosses)


def test_of_guesses_that_do_nothing_none_is_said_to_turn_a_sure_difference():
    rng = np.random.default_rng(7)
    said = []
    for _ in range(100):
        z = rng.standard_normal((DRAWS, 46))
        values = -7 + rng.standard_normal(DRAWS)
        said += [one.turns for one in bars([str(i) for i in range(46)], z, values, difference=True)]
    assert set(said) == {Turns.NOT}


def test_of_guesses_that_do_nothing_few_sets_have_one_that_turns_what_is_near_0():
    rng = np.random.default_rng(8)
    sets = 0
    for _ in range(200):
        z = rng.standard_normal((DRAWS, 46))
        found = bars([str(i) for i in range(46)], z, rng.standard_normal(DRAWS), difference=True)
        sets += any(one.turns == Turns.TURNS for one in found)
    assert sets <= 200 * 0.05 + 4 * np.sqrt(200 * 0.05 * 0.95)
