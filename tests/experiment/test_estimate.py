"""Intervals and paired differences, against cases worked out by hand."""

import numpy as np
import pytest
from scipy import stats

from flowsim.experiment.estimates.estimate import Direction, Verdict, estimate, mean_of, ratio_of
from flowsim.experiment.estimates.intervals import bounds, order_statistic


def of_mean(*scenarios, **options):
    """Estimate one number of each scenario, given its values by replication."""
    values = np.array(scenarios, dtype=float)[:, None, :]
    return estimate(mean_of(values), values.shape[-1], **options)


@pytest.mark.parametrize("value", [0.0, 3.0])
@pytest.mark.parametrize("n", [3, 12, 50])
def test_the_same_in_every_future_is_said_so_and_no_interval_of_width_0(value, n):
    found = of_mean([value] * n, [value] * n)
    for one in (found.own, found.difference):
        assert np.isnan(one.low[1, 0])
        assert np.isnan(one.high[1, 0])
        assert one.differs_in[1, 0] == 0
        assert one.shared[1, 0]
    assert found.own.value[0, 0] == found.own.common[0, 0] == value
    assert found.own.p10[0, 0] == found.own.p90[0, 0] == value


def test_a_quantile_that_is_the_same_in_every_future_has_no_interval_either():
    found = estimate(middle(np.full((1, 24), 5.0)), 24, smooth=np.array([False]))
    assert (found.own.differs_in[0, 0], found.own.common[0, 0]) == (0, 5)
    assert np.isnan(found.own.low[0, 0])


def test_a_constant_shift_is_known_exactly_however_noisy_the_replications_are():
    base = np.random.default_rng(1).lognormal(3, 1, 20)
    found = of_mean(base, base + 0.1)
    assert found.difference.value[1, 0] == pytest.approx(0.1)
    assert found.difference.differs_in[1, 0] == 0
    assert found.difference.common[1, 0] == pytest.approx(0.1)
    assert found.verdict[1, 0] == Direction.HIGHER
    assert found.p[1, 0] == 0
    assert found.own.high[1, 0] - found.own.low[1, 0] > 1


def test_the_same_scenario_twice_is_exactly_the_same():
    base = np.random.default_rng(1).normal(10, 2, 20)
    found = of_mean(base, base)
    assert found.difference.value[1, 0] == 0
    assert found.verdict.tolist() == [[Verdict.BASE], [Verdict.EXACT]]
    assert np.isnan(found.p).all()  # nothing to test


@pytest.mark.parametrize(
    ("shift", "verdict"),
    [(+3.0, Direction.HIGHER), (-3.0, Direction.LOWER), (0.05, Verdict.CLOSE)],
)
def test_a_line_by_itself_says_on_which_side_of_0_its_interval_lies(shift, verdict):
    rng = np.random.default_rng(2)
    base = rng.normal(10, 5, 25)
    found = of_mean(base, base + shift + rng.normal(0, 1, 25))
    assert found.verdict[1, 0] == verdict
    low, high = found.difference.low[1, 0], found.difference.high[1, 0]
    assert (low <= 0 <= high) == (verdict == Verdict.CLOSE)


@pytest.mark.parametrize("n", [1, 2])
def test_fewer_than_three_replications_give_no_interval_and_no_verdict(n):
    found = of_mean([3.0, 5.0][:n], [4.0, 6.0][:n])
    assert found.difference.value[1, 0] == 1
    for ends in (found.own.low, found.own.high, found.difference.low, found.p):
        assert np.isnan(ends).all()
    assert found.verdict[1, 0] == Verdict.NONE
    assert np.isnan(found.own.p10).all() == (n == 1)


@pytest.mark.parametrize("n", [3, 4, 10, 40])
def test_the_interval_and_chance_of_a_mean_are_those_of_students_paired_test(n):
    rng = np.random.default_rng(n)
    base, other = rng.normal(100, 10, n), rng.normal(103, 10, n)
    found = of_mean(base, other)
    own = stats.t.interval(0.95, n - 1, base.mean(), stats.sem(base))
    assert (found.own.low[0, 0], found.own.high[0, 0]) == pytest.approx(own)
    test = stats.ttest_rel(other, base)
    ends = test.confidence_interval(0.95)
    difference = found.difference
    assert (difference.low[1, 0], difference.high[1, 0]) == pytest.approx((ends.low, ends.high))
    assert found.p[1, 0] == pytest.approx(test.pvalue)


def test_the_interval_of_a_ratio_is_students_on_the_pseudo_values_of_the_jackknife():
    above, below = np.array([3.0, 5.0, 4.0, 9.0]), np.array([10.0, 12.0, 11.0, 30.0])
    found = estimate(ratio_of(above[None, None], below[None, None]), 4)
    whole = above.sum() / below.sum()
    pseudo = [
        4 * whole - 3 * np.delete(above, i).sum() / np.delete(below, i).sum() for i in range(4)
    ]
    half = stats.t.ppf(0.975, 3) * stats.sem(pseudo)
    assert found.own.low[0, 0] == pytest.approx(whole - half)
    assert found.own.high[0, 0] == pytest.approx(whole + half)


@pytest.mark.parametrize("n", [3, 5, 10, 20])
def test_a_mean_is_covered_as_often_as_its_interval_says(n):
    samples = np.random.default_rng(4).normal(0, 1, (4_000, n))
    own = estimate(mean_of(samples[None]), n).own
    covered = ((own.low <= 0) & (own.high >= 0)).mean()
    assert covered == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 4_000))


@pytest.mark.parametrize("n", [3, 5, 10, 20])
def test_a_difference_is_seen_where_there_is_none_as_seldom_as_its_interval_says(n):
    rng = np.random.default_rng(1)
    base = rng.normal(0, 1, (4_000, n))
    found = estimate(mean_of(np.stack([base, base + rng.normal(0, 1, (4_000, n))])), n)
    wrong = np.isin(found.verdict[1].astype(str), ("higher", "lower")).mean()
    assert wrong == pytest.approx(0.05, abs=4 * np.sqrt(0.95 * 0.05 / 4_000))


@pytest.mark.parametrize("n", [3, 5, 10, 20, 50])
def test_pooled_ratios_are_covered_with_few_futures_too(n):
    # People of one future share its luck, as those who wait for the same places do.
    rng = np.random.default_rng(5)
    luck = rng.gamma(16, 1 / 16, (2_000, n))
    people = rng.poisson(60, (2_000, n)).astype(float)
    served = rng.poisson(0.4 * luck * people).astype(float)
    own = estimate(ratio_of(served[None], people[None]), n).own
    covered = ((own.low <= 0.4) & (own.high >= 0.4)).mean()
    # A ratio is a little skewed: 2 points less than it says is allowed, and 4 standard errors.
    assert 0.93 - 0.02 <= covered <= 0.95 + 0.02


def test_the_interval_never_depends_on_what_else_is_estimated():
    values = np.random.default_rng(5).gamma(2, 3, (2, 3, 15))
    together = estimate(mean_of(values), 15)
    alone = estimate(mean_of(values[:, 1:2]), 15)
    assert together.own.low[:, 1] == pytest.approx(alone.own.low[:, 0])
    assert together.difference.high[1, 1] == pytest.approx(alone.difference.high[1, 0])


def test_a_share_is_the_ratio_of_sums_and_not_the_mean_of_ratios():
    parts, wholes = np.array([[[1.0, 9.0]]]), np.array([[[1.0, 99.0]]])
    assert estimate(ratio_of(parts, wholes), 2).own.value[0, 0] == pytest.approx(0.1)


def test_a_share_of_nothing_is_not_a_number():
    assert np.isnan(estimate(ratio_of(np.zeros((1, 1, 3)), np.zeros((1, 1, 3))), 3).own.value)


def test_an_interval_ends_where_the_number_can_be_no_more():
    found = of_mean([0.0, 0.1, 0.9, 1.0], least=0.0, most=1.0)
    assert (found.own.low[0, 0], found.own.high[0, 0]) == (0, 1)
    assert of_mean([0.0, 0.1, 0.9, 1.0]).own.low[0, 0] < 0


# ---------------------------------------------------------------- rare
@pytest.mark.parametrize(("n", "busy"), [(100, 4), (20, 9), (12, 5), (4, 1)])
def test_where_fewer_than_ten_futures_differ_there_is_a_count_and_no_interval(n, busy):
    base = np.zeros(n)
    other = base.copy()
    other[:busy] = np.arange(1, busy + 1)
    found = of_mean(base, other)
    assert found.difference.differs_in[1, 0] == found.own.differs_in[1, 0] == busy
    assert found.difference.common[1, 0] == 0
    assert found.difference.value[1, 0] == other.mean()
    assert np.isnan(found.difference.low[1, 0])
    assert np.isnan(found.own.high[1, 0])
    assert found.verdict[1, 0] == Verdict.NONE
    assert np.isnan(found.p[1, 0])


def test_where_ten_futures_differ_there_is_an_interval():
    other = np.zeros(100)
    other[:10] = np.arange(1, 11)
    found = of_mean(np.zeros(100), other)
    assert np.isnan(found.difference.differs_in[1, 0])
    assert found.difference.low[1, 0] < other.mean() < found.difference.high[1, 0]


def test_the_value_that_most_share_need_not_be_0():
    found = of_mean([7.0] * 17 + [8.0, 9.0, 8.5])
    assert (found.own.differs_in[0, 0], found.own.common[0, 0]) == (3, 7)


def test_where_most_futures_have_no_value_the_others_are_counted():
    n = 20
    parts, wholes = np.zeros((1, 1, n)), np.zeros((1, 1, n))
    parts[..., :4], wholes[..., :4] = 1.0, np.array([2.0, 3.0, 4.0, 5.0])
    found = estimate(ratio_of(parts, wholes), n)
    assert found.own.value[0, 0] == pytest.approx(4 / 14)
    assert found.own.differs_in[0, 0] == 4
    assert np.isnan(found.own.low[0, 0])


@pytest.mark.parametrize("without", [1, 8, 12])
@pytest.mark.parametrize("busy", [0, 1, 5])
def test_a_future_in_which_neither_has_a_value_does_not_count_as_one_that_differs(without, busy):
    n = 20
    wholes = np.ones((2, 1, n))
    parts = np.full((2, 1, n), 0.5)
    wholes[..., :without] = parts[..., :without] = 0.0
    parts[1, 0, without : without + busy] += 0.01 * np.arange(1, busy + 1)
    found = estimate(ratio_of(parts, wholes), n)
    assert (found.difference.differs_in[1, 0], found.difference.common[1, 0]) == (busy, 0)
    assert found.own.differs_in[:, 0].tolist() == [0, busy]
    assert found.verdict[1, 0] == (Verdict.NONE if busy else Verdict.EXACT)


# ---------------------------------------------------------------- quantiles
def middle(values):
    """Return the weighted middle of values (scenarios x replications) as a statistic."""
    order = np.argsort(values, axis=-1)

    def statistic(weights):
        found = []
        for mine, at in zip(values, order, strict=True):
            reached = np.cumsum(weights[:, at], axis=1) >= weights.sum(axis=1)[:, None] / 2
            found.append(mine[at][np.argmax(reached, axis=1)])
        return np.stack(found)[:, None]

    return statistic


def test_a_quantile_has_an_interval_from_twenty_futures_up_and_none_below():
    values = np.random.default_rng(7).normal(0, 1, (2, 20)) + np.array([[0.0], [5.0]])
    smooth = np.array([False])
    found = estimate(middle(values), 20, smooth=smooth)
    assert np.sort(values[0])[4] <= found.own.low[0, 0] < found.own.high[0, 0]
    assert found.verdict[1, 0] == Direction.HIGHER
    assert 0 < found.p[1, 0] < 1e-6
    fewer = estimate(middle(values[:, :19]), 19, smooth=smooth)
    assert np.isnan(fewer.own.low).all()
    assert fewer.verdict[1, 0] == Verdict.NONE


def test_a_quantile_that_is_not_reached_has_no_difference():
    def statistic(weights):
        share = weights[:, 0] / weights.sum(axis=1)
        return np.stack([share[None], np.full((1, len(share)), np.inf)])

    found = estimate(statistic, 24, smooth=np.array([False]))
    assert np.isinf(found.own.value[1, 0])
    assert np.isinf(found.own.low[1, 0])
    assert found.verdict[1, 0] == Verdict.NONE


def test_the_range_of_one_future_is_wider_than_the_interval_of_the_mean():
    values = np.random.default_rng(6).normal(0, 1, 50)
    own = of_mean(values).own
    assert own.p10[0, 0] < own.low[0, 0] < own.high[0, 0] < own.p90[0, 0]
    assert own.p10[0, 0] == np.sort(values)[4]
    assert own.p90[0, 0] == np.sort(values)[44]


def test_an_order_statistic_is_a_value_that_was_seen():
    assert order_statistic(np.array([5.0, 1.0, np.inf, 3.0]), 0.5) == 3
    assert order_statistic(np.array([5.0, 1.0, np.inf, 3.0]), 1.0) == np.inf
    assert np.isnan(order_statistic(np.array([5.0, np.nan]), 0.5))


def test_what_is_not_known_makes_a_range_wider_and_may_leave_none():
    values = np.arange(10.0)
    assert [float(end) for end in bounds(values, 0.1, 0.9)] == [0, 8]
    values[4] = np.nan  # it may be the lowest, and it may be the highest
    assert [float(end) for end in bounds(values, 0.2, 0.8)] == [0, 8]
    low, high = bounds(values, 0.1, 1.0)
    assert np.isnan(low)
    assert np.isnan(high)
    assert np.isinf(bounds(np.array([1.0, np.inf]), 0.5, 1.0)[1])  # known: not reached


@pytest.mark.slow
@pytest.mark.parametrize("n", [3, 5, 10, 20, 30, 50])
@pytest.mark.parametrize(
    ("skew", "least"),
    [(0.0, 0.95), (0.3, 0.94), (0.4, 0.935), (0.5, 0.93)],  # the skews of the means of Drenthe
)
def test_the_interval_covers_at_the_skews_that_results_have(skew, least, n):
    trials = 20_000
    rng = np.random.default_rng(int(100 * skew) + n)
    if skew:
        shape = 4 / skew**2  # of a gamma
        samples = (rng.gamma(shape, 1, (trials, n)) - shape) / np.sqrt(shape)
    else:
        samples = rng.normal(0, 1, (trials, n))
    own = estimate(mean_of(samples[None]), n).own
    covered = ((own.low <= 0) & (own.high >= 0)).mean()
    error = 4 * np.sqrt(0.05 * 0.95 / trials)
    assert least - error <= covered <= 0.96 + error


@pytest.mark.slow
@pytest.mark.parametrize("n", [20, 50, 100])
def test_what_is_0_in_most_futures_is_covered_or_counted(n):
    """Where 83% are 0 an interval covers 50 to 90%: so there must be none, or it must be wide."""
    trials = 4_000
    rng = np.random.default_rng(n)
    happens = rng.uniform(size=(trials, n)) < 0.17
    samples = np.where(happens, rng.exponential(1, (trials, n)), 0.0)
    own = estimate(mean_of(samples[None]), n).own
    counted = np.isfinite(own.differs_in)
    covered = (own.low <= 0.17) & (own.high >= 0.17)
    assert (counted == (happens.sum(axis=1) < 10)).all()
    assert covered[~counted].mean() >= 0.88


def test_what_single_futures_cannot_tell_but_all_together_can_has_an_interval():
    values = np.random.default_rng(5).normal(10, 1, size=(2, 1, 20))

    def pooled(weights):
        """Return the mean; of one future it is known for the first four only."""
        found = values @ weights.T / weights.sum(axis=1)
        alone = (weights.sum(axis=1) < 2) & (weights[:, :4].sum(axis=1) == 0)
        return np.where(alone, np.nan, found)

    known, plain = estimate(pooled, 20), estimate(lambda w: values @ w.T / w.sum(axis=1), 20)
    for one, other in ((known.own, plain.own), (known.difference, plain.difference)):
        np.testing.assert_allclose(one.low, other.low)
        np.testing.assert_allclose(one.high, other.high)
        assert np.isnan(one.differs_in).all()


# ---------------------------------------------------------------- futures that share a today
def test_with_as_many_futures_of_every_path_the_interval_of_a_level_is_students_on_the_paths():
    values = np.random.default_rng(3).normal(20, 5, (2, 48))
    paths = [r % 8 for r in range(48)]
    found = of_mean(*values, paths=paths)
    for i in (0, 1):
        of_paths = values[i].reshape(6, 8).mean(axis=0)
        low, high = stats.t.interval(0.95, 7, of_paths.mean(), stats.sem(of_paths))
        assert (found.own.low[i, 0], found.own.high[i, 0]) == pytest.approx((low, high))
    plain = of_mean(*values)
    for name in ("low", "high"):
        mine, other = (getattr(one.difference, name)[1, 0] for one in (found, plain))
        assert mine == pytest.approx(other, rel=1e-12)


def test_up_to_one_future_of_every_path_nothing_changes():
    values = np.random.default_rng(4).normal(20, 5, (2, 8))
    found, plain = of_mean(*values, paths=range(8)), of_mean(*values)
    assert found.own.low.tolist() == plain.own.low.tolist()
    assert found.own.high.tolist() == plain.own.high.tolist()


@pytest.mark.parametrize("n", [10, 30, 50, 200])
def test_an_interval_of_a_level_covers_what_a_path_adds(n):
    rng, times = np.random.default_rng(5), 2_000
    of_path = rng.normal(0, 1.1, (times, 8))
    values = of_path[:, np.arange(n) % 8] + rng.normal(0, 4.8, (times, n))
    found = estimate(mean_of(values[None]), n, paths=np.arange(n) % 8).own
    covered = ((found.low < 0) & (found.high > 0)).mean()
    assert abs(covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / times)
