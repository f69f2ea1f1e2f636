"""What is left of a duration of which a part is over: exact figures, by every law."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.cohort.quantile import quantile
from flowsim.cohort.residual import residual, survival
from flowsim.scenario.values import FAMILIES, Duration

U = (np.arange(10_000) + 0.5) / 10_000
FINE = (np.arange(400_000) + 0.5) / 400_000
LAWS = [
    Duration("constant", (900.0,)),
    Duration("exponential", (900.0,)),
    Duration("gamma", (900.0, 0.5)),
    Duration("gamma", (900.0, 2.0)),
    Duration("lognormal", (900.0, 1.0)),
    Duration("uniform", (0.0, 1800.0)),
    Duration("uniform", (300.0, 1800.0)),
    Duration("triangular", (100.0, 600.0, 2000.0)),
    Duration("triangular", (100.0, 100.0, 2000.0)),
    Duration("triangular", (100.0, 2000.0, 2000.0)),
    Duration("hyperexponential", (200.0, 2000.0, 0.7)),
]


@pytest.mark.parametrize(
    ("law", "elapsed", "mean"),
    [
        (Duration("lognormal", (900.0, 1.0)), 365, 758.10),
        (Duration("lognormal", (900.0, 1.0)), 1460, 995.18),
        (Duration("exponential", (900.0,)), 365, 900.0),
        (Duration("exponential", (900.0,)), 1460, 900.0),
        (Duration("gamma", (900.0, 0.5)), 365, 590.86),
        (Duration("gamma", (900.0, 0.5)), 1460, 337.47),
        (Duration("hyperexponential", (200.0, 2000.0, 0.7)), 365, 1440.1),
        (Duration("hyperexponential", (200.0, 2000.0, 0.7)), 1460, 1994.1),
        (Duration("uniform", (0.0, 1800.0)), 365, 717.5),
    ],
)
def test_the_mean_of_what_is_left_is_the_exact_one(law, elapsed, mean):
    assert residual(law, elapsed, FINE).mean() == pytest.approx(mean, rel=1e-4)


def test_after_four_years_of_two_kinds_of_stay_almost_all_are_of_the_long_kind():
    short, long = Duration("exponential", (200.0,)), Duration("exponential", (2000.0,))
    slow = [0.3 * survival(long, a) / (0.7 * survival(short, a) + 0.3 * survival(long, a))
            for a in (365, 1460)]  # fmt: skip
    assert slow == pytest.approx([0.6889, 0.9967], abs=5e-5)


def test_every_law_is_here():
    assert {law.family for law in LAWS} == set(FAMILIES)


@pytest.mark.parametrize("law", LAWS, ids=str)
@pytest.mark.parametrize("elapsed", [0.0, 50.0, 365.0, 850.0])
def test_what_is_left_is_exceeded_as_often_as_the_whole_beyond_it(law, elapsed):
    assert survival(law, elapsed) == pytest.approx((quantile(law, U) > elapsed).mean(), abs=2e-4)
    left = residual(law, elapsed, U)
    assert (np.diff(left) >= 0).all(), "a larger chance, a longer rest"
    for days in (10.0, 100.0, 700.0):
        ratio = survival(law, elapsed + days) / survival(law, elapsed)
        assert (left > days).mean() == pytest.approx(ratio, abs=2e-4)


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_nothing_over_is_the_duration_itself(law):
    assert residual(law, 0.0, U).tolist() == quantile(law, U).tolist()


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_nothing_is_left_where_nothing_lasts_that_long_and_far_tails_stay_finite(law):
    left = residual(law, 1e5, U[::100])
    ends = law.family in ("constant", "uniform", "triangular")
    assert np.isfinite(left).all()
    assert (left == 0).all() if ends else (left > 0).all()
