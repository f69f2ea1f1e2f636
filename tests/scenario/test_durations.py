"""Mean, spread and survival of durations, against their definitions."""

import math
from statistics import NormalDist, fmean, pstdev

import pytest

from flowsim.balance.stays import survives, years_within
from flowsim.scenario.values import Duration

FORMS = {
    "constant": 40,
    "exponential": {"exponential": 40},
    "gamma": {"gamma": 40, "cv": 0.5},
    "wide gamma": {"gamma": 40, "cv": 1.7},
    "lognormal": {"lognormal": 40, "cv": 1.2},
    "uniform": {"uniform": [10, 50]},
    "triangular": {"triangular": [10, 15, 60]},
    "triangle without a left side": {"triangular": [10, 10, 60]},
    "triangle without a right side": {"triangular": [10, 60, 60]},
    "hyperexponential": {"hyperexponential": [10, 90], "weight": 0.6},
}
PARTS = 20_000


def quantiles(form):
    """Return evenly spread quantiles of a duration, from the inverse of its distribution."""
    family = Duration.parse(form).family
    levels = [(i + 0.5) / PARTS for i in range(PARTS)]
    if family == "constant":
        return [float(form)] * PARTS
    if family == "exponential":
        return [-form["exponential"] * math.log1p(-u) for u in levels]
    if family == "lognormal":
        sigma = math.sqrt(math.log1p(form["cv"] ** 2))
        middle = math.log(form["lognormal"]) - sigma**2 / 2
        return [math.exp(middle + sigma * NormalDist().inv_cdf(u)) for u in levels]
    if family == "uniform":
        low, high = form["uniform"]
        return [low + (high - low) * u for u in levels]
    if family == "triangular":
        low, mode, high = form["triangular"]
        left = (mode - low) / (high - low)
        return [
            low + math.sqrt(u * (high - low) * (mode - low)) if u < left
            else high - math.sqrt((1 - u) * (high - low) * (high - mode))
            for u in levels
        ]  # fmt: skip
    if family == "hyperexponential":
        return _mixture(form)
    return _gamma(form)


def _mixture(form):
    first, second = form["hyperexponential"]
    inner = [(i + 0.5) / (PARTS // 10) for i in range(PARTS // 10)]
    tens = round(10 * form["weight"])
    means = [first] * tens + [second] * (10 - tens)
    return [-mean * math.log1p(-u) for mean in means for u in inner]


def _gamma(form):
    from scipy.stats import gamma

    shape = 1 / form["cv"] ** 2
    return gamma.ppf([(i + 0.5) / PARTS for i in range(PARTS)], shape, scale=form["gamma"] / shape)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_mean_and_cv_are_those_of_the_distribution(form):
    duration, drawn = Duration.parse(form), list(quantiles(form))
    assert duration.mean == pytest.approx(fmean(drawn), rel=2e-3)
    assert duration.cv == pytest.approx(pstdev(drawn) / fmean(drawn), rel=2e-2, abs=1e-12)


@pytest.mark.parametrize("rate", [0.1, 3.0, 40.0])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_survival_is_the_chance_that_a_hazard_spares_someone_for_the_duration(form, rate):
    drawn = quantiles(form)
    expected = fmean(math.exp(-rate * days / 365.25) for days in drawn)
    assert survives(Duration.parse(form), rate) == pytest.approx(expected, rel=2e-3)


def test_a_hazard_cuts_a_duration_short():
    year = Duration.parse({"exponential": 365.25})
    assert years_within(year, 0) == 1
    assert years_within(year, 1) == pytest.approx(0.5)
    assert years_within(None, 4) == 0.25
    assert years_within(None, 0) == math.inf


def test_nothing_lasts_no_time():
    for form in (0, {"exponential": 0}, {"lognormal": 0, "cv": 1}, {"uniform": [0, 0]}):
        duration = Duration.parse(form)
        assert (duration.mean, duration.cv, survives(duration, 5)) == (0, duration.cv, 1)
        assert math.isfinite(duration.cv)


def test_a_spread_of_nothing_is_a_constant():
    assert Duration.parse({"gamma": 5, "cv": 0}) == Duration.parse(5)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_duration_is_written_as_it_was_read(form):
    assert Duration.parse(form).written() == form
