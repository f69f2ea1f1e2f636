"""Draws moved to what is counted: where the answer is known exactly, they come to it."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.guesses import Target, hypercube, moved

DRAWS, GUESSES, COUNTS = 200, 46, 4


def linear(seed: int = 3):
    """Return slopes, a target and the exact posterior of standard normals."""
    rng = np.random.default_rng(seed)
    slopes = rng.standard_normal((COUNTS, GUESSES)) * rng.exponential(1, GUESSES)
    target = Target(slopes @ rng.standard_normal(GUESSES) * 0.7, np.array([0.5, 1.0, 2.0, 1.5]))
    precision = np.eye(GUESSES) + slopes.T @ np.diag(target.sd**-2) @ slopes
    spread = np.linalg.inv(precision)
    mean = spread @ slopes.T @ (target.value / target.sd**2)
    return slopes, target, mean, np.sqrt(np.diag(spread))


def test_on_a_linear_problem_the_draws_have_the_exact_mean_and_spread():
    slopes, target, mean, sd = linear()
    found = moved(lambda z: z @ slopes.T, target, hypercube(DRAWS, GUESSES, 1), 1).moved
    off = np.abs(found.mean(axis=0) - mean)
    assert off.mean() < 0.1  # left as they were: 0.129; moved: 0.079
    assert (found.std(axis=0, ddof=1) / sd).mean() == pytest.approx(1, abs=0.1)


def test_more_of_the_draws_give_what_is_counted_than_before():
    slopes, target, _, _ = linear()
    found = moved(lambda z: z @ slopes.T, target, hypercube(DRAWS, GUESSES, 1), 1)
    before, after = (np.median(target.deviance(one)) for one in (found.prior_gives, found.gives))
    assert after < 8 < before  # 8: far above the median of chi-square with four counts


def test_what_tells_nothing_leaves_a_guess_as_it_was():
    slopes, target, _, _ = linear()
    slopes[:, 7] = 0.0
    prior = hypercube(DRAWS, GUESSES, 1)
    found = moved(lambda z: z @ slopes.T, target, prior, 1).moved
    assert found[:, 7].std() == pytest.approx(1, abs=0.15)
    assert abs(found[:, 7].mean()) < 4 / np.sqrt(DRAWS)


def test_a_draw_that_gives_nothing_stays_and_moves_no_other():
    slopes, target, _, _ = linear()
    prior = hypercube(DRAWS, GUESSES, 1)

    def lost(z):
        gives = z @ slopes.T
        gives[5] = np.nan
        return gives

    found = moved(lost, target, prior, 1)
    assert (found.moved[5] == prior[5]).all()
    assert np.isnan(found.gives[5]).all()
    others = np.delete(np.arange(DRAWS), 5)
    assert np.isfinite(found.gives[others]).all()
    assert np.median(target.deviance(found.gives[others])) < 8


def test_the_same_seed_gives_the_same_draws_and_another_seed_others():
    slopes, target, _, _ = linear()
    model = lambda z: z @ slopes.T  # noqa: E731
    one, again, other = (moved(model, target, hypercube(20, GUESSES, seed), seed).moved
                         for seed in (1, 1, 2))  # fmt: skip
    assert (one == again).all()
    assert (one != other).any()


def test_a_hypercube_has_one_draw_in_each_slice_of_each_guess():
    from scipy.special import ndtr

    drawn = hypercube(50, 3, 4)
    for one in drawn.T:
        assert sorted((ndtr(one) * 50).astype(int)) == list(range(50))
