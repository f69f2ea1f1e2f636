"""Quantiles of many resamples: those of the curves themselves, in little memory."""

import tracemalloc
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.experiment.estimates.curves import QUANTILES, pool_of, statistics
from flowsim.experiment.estimates.resampled import AT_ONCE, quantiles
from flowsim.experiment.results import Results
from flowsim.metrics import ENDINGS, Episodes
from flowsim.store.packed import Waited
from tests.experiment.tiny_worlds import tiny_comparison

FUTURES = 5


@st.composite
def pools(draw):
    """Waits that end, are left or go on, seen from the start or later, for one of three things."""
    about = st.tuples(st.integers(0, 2), st.integers(-1, 0), st.integers(0, 1))
    one = st.tuples(
        st.sampled_from((0.0, 0.0, 3.0, 40.0)), st.sampled_from((0.0, 1.0, 7.5, 60.0, 900.0)),
        st.integers(0, len(ENDINGS) - 1), about, st.integers(0, FUTURES - 1),
    )  # fmt: skip
    rows = draw(st.lists(one, max_size=30))
    entry, more, ending, what, group = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return pool_of(
        np.array(entry, dtype=float), np.array(entry, dtype=float) + np.array(more, dtype=float),
        np.array(ending, dtype=np.int8), np.array(what, dtype=int).reshape(-1, 3).T,
        np.array(group, dtype=np.intp), FUTURES,
    )  # fmt: skip


@settings(max_examples=30)
@given(st.lists(pools(), min_size=1, max_size=2))
def test_they_are_those_of_the_curves_themselves(listed):
    rng = np.random.default_rng(1)
    drawn = rng.multinomial(FUTURES, np.full(FUTURES, 1 / FUTURES), size=40).astype(float)
    weights = np.concatenate([drawn, np.eye(FUTURES), 1.0 - np.eye(FUTURES)])
    expected = statistics(listed)(weights)[:, -len(QUANTILES) :]
    np.testing.assert_array_equal(quantiles(listed)(weights), expected)


def large(waits: int, futures: int):
    """Many waits of different lengths, some first seen late, of some futures."""
    rng = np.random.default_rng(2)
    entry = np.where(rng.random(waits) < 0.02, rng.exponential(50, waits), 0.0)
    return pool_of(
        entry, entry + rng.exponential(200, waits), rng.integers(0, len(ENDINGS), waits, np.int8),
        np.stack([rng.integers(0, 2, waits), np.zeros(waits, int), np.zeros(waits, int)]),
        rng.integers(0, futures, waits), futures,
    )  # fmt: skip


def test_resamples_in_blocks_are_those_of_each_by_itself_and_take_little_memory():
    futures, one = 20, large(6_000, 20)
    weights = np.random.default_rng(3).multinomial(futures, np.full(20, 1 / 20), 999).astype(float)
    width = sum(len(risk.times) for risk in one.strata)
    assert width * len(weights) > 2 * AT_ONCE, "more than one block"
    tracemalloc.start()
    try:
        found = quantiles([one])(weights)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 6 * 8 * AT_ONCE
    apart = [quantiles([one])(weights[i : i + 1]) for i in range(0, 999, 50)]
    np.testing.assert_array_equal(found[..., ::50], np.concatenate(apart, axis=-1))


@dataclass
class Counted(Waited):
    """Waits that count how often they are read."""

    waits: Waited
    read: list[int] = field(default_factory=list)

    def packed_waits(self) -> bytes:
        """Return the waits, packed."""
        raise AssertionError("they are opened whole")

    def open(self) -> Episodes:
        """Return the waits."""
        self.read.append(1)
        return self.waits.open()


def counted() -> tuple[Results, list[Counted]]:
    found = tiny_comparison()
    listed = [Counted(run.packed_waits) for run in found.runs]
    runs = [replace(r, packed_waits=one) for r, one in zip(found.runs, listed, strict=True)]
    return Results(replace(found.batch, runs=tuple(runs))), listed


TABLES = ("summary", "by_municipality", "by_year", "by_area")


@pytest.mark.parametrize("first", TABLES)
def test_the_waits_of_a_run_are_read_once_for_all_tables_of_estimates(first):
    results, listed = counted()
    for name in (first, *TABLES):
        assert len(getattr(results, name))
    assert [len(one.read) for one in listed] == [1] * len(results.runs)
