"""Numbers kept in little room come out as they went in."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.experiment.numbers.compact import Compact

NUMBERS = st.sampled_from(
    [0.0, 1.0, 255.0, 256.0, 65535.0, 65536.0, -1.0, 0.5, 0.1, 1e300, np.inf, np.nan]
)
KEYS = [("m", "", "", str(i)) for i in range(3)]


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(NUMBERS, min_size=24, max_size=24))
def test_what_comes_out_is_what_went_in(numbers):
    values = np.array(numbers).reshape(2, 2, 3, 2)  # scenario, replication, key, year
    kept = Compact((2, 2, 2))
    for scenario in range(2):
        for replication in range(2):
            kept.put(scenario, replication, KEYS, values[scenario, replication])
    assert list(kept) == KEYS
    for number, key in enumerate(KEYS):
        assert kept[key].dtype == np.float64
        np.testing.assert_array_equal(kept[key], values[:, :, number])
        assert kept.some(key) == bool(values[:, :, number].any())
    part = kept.only([KEYS[2], KEYS[0]])
    assert list(part) == [KEYS[2], KEYS[0]]
    np.testing.assert_array_equal(part[KEYS[0]], values[:, :, 0])


def test_a_number_that_a_run_does_not_have_is_0():
    kept = Compact((2, 1, 1))
    kept.put(0, 0, KEYS[:1], np.array([[3.0]]))
    kept.put(1, 0, KEYS[1:2], np.array([[0.25]]))
    assert kept[KEYS[0]].tolist() == [[[3.0]], [[0.0]]]
    assert kept[KEYS[1]].tolist() == [[[0.0]], [[0.25]]]
