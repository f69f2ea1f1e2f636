"""What the same chance is worth: made by hand, and on a comparison."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.experiment.tables.by_future import by_future
from flowsim.experiment.tables.paired import variance_ratios
from tests.experiment.tiny_worlds import tiny_comparison


def test_a_ratio_is_the_variance_without_pairing_over_that_with_it():
    comparison = tiny_comparison()
    table = comparison.paired
    values = {line.measure + line.detail + line.statistic: one
              for line, one in by_future(comparison.batch).items()}  # fmt: skip
    row = table[table["measure"] == "cost"].iloc[0]
    cost = values["costmean"]
    i = comparison.keys.index(row["scenario"])
    apart = np.var(cost[i] - cost[0], ddof=1)
    wanted = (np.var(cost[0], ddof=1) + np.var(cost[i], ddof=1)) / apart
    assert row["variance_ratio"] == pytest.approx(wanted)
    assert set(table["scenario"]) <= set(comparison.keys[1:])


def test_what_differs_in_no_future_and_what_is_not_known_has_no_ratio():
    base = [0.0, 1.0, 2.0, 3.0]
    half = [0.0, 1.0, 2.0, 4.0]
    found = variance_ratios(np.array([base, base, half]))
    assert np.isnan(found[0])
    wanted = (np.var(base, ddof=1) + np.var(half, ddof=1)) / 0.25
    assert found[1] == pytest.approx(wanted)
    assert np.isnan(variance_ratios(np.array([base, [0.0, np.nan, 1.0, 2.0]]))).all()
    assert np.isnan(variance_ratios(np.array([[1.0], [2.0]]))).all()


def test_where_chance_is_apart_the_ratio_is_1():
    rng = np.random.default_rng(1)
    found = variance_ratios(rng.standard_normal((2, 100_000)))
    assert found[0] == pytest.approx(1, abs=0.03)
