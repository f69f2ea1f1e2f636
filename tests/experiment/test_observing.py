"""An observer of one's own: it is told all that happened, in order, and changes nothing."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest

import flowsim
from flowsim.experiment.observing import Observing
from flowsim.ledger import Row
from tests.experiment.tiny_worlds import TINY, tiny


def told(frame):
    """Return the rows of a ledger as tuples, with one word for what is missing."""
    return [tuple(None if pd.isna(one) else one for one in row)
            for row in frame.itertuples(index=False)]  # fmt: skip


def plain(rows):
    return [tuple(None if pd.isna(one) else one for one in row[2:]) for row in rows]


def test_it_hears_every_row_of_a_simulation_in_order_and_the_run_is_the_same():
    heard = []
    cohort = flowsim.sample(tiny(), 1)
    ledger = flowsim.simulate(tiny(), cohort, observer=heard.append)
    assert ledger.digest() == flowsim.simulate(tiny(), cohort).digest()
    assert plain(heard) == told(ledger.to_frame())
    assert {(one.scenario, one.replication) for one in heard} == {("base", 1)}
    assert Row._fields[2:] == tuple(ledger.to_frame().columns)


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kept", [(), ("ledger",)])
def test_it_hears_every_run_in_order_here_whatever_the_jobs(jobs, kept):
    """A function that cannot be pickled will do."""
    heard, more = [], tiny("more_dwellings")
    with pytest.raises(TypeError):
        pickle.dumps(quiet := (one for one in ()))
    found = flowsim.compare(
        tiny(), [more], 3, jobs=jobs, keep=kept, observer=lambda row: heard.append(row) or quiet
    )
    plain_runs = flowsim.compare(tiny(), [more], 3)
    assert [one.digest for one in found.runs] == [one.digest for one in plain_runs.runs]
    assert [one.ledger is not None for one in found.runs] == [bool(kept)] * 6
    order = dict.fromkeys((one.replication, one.scenario) for one in heard)
    assert list(order) == [(r, key) for r in range(3) for key in ("base", "more_dwellings")]
    for run in found.runs:
        mine = [
            row
            for row in heard
            if (row.scenario, row.replication) == (run.scenario, run.replication)
        ]
        assert plain(mine) == told(plain_runs.ledger(run.replication, run.scenario).to_frame())


def test_runs_that_come_early_wait_for_those_before_them():
    heard = []
    base = tiny()
    runs = flowsim.run(base, 3, keep=["ledger"]).runs
    seen = Observing(
        lambda row: heard.append(row.replication), False, [(base, n) for n in (0, 1, 2)]
    )
    assert seen.take(runs[2]).ledger is None
    assert heard == []
    seen.take(runs[0])
    assert set(heard) == {0}
    seen.end()  # the one between never came
    assert list(dict.fromkeys(heard)) == [0, 2]
    seen.end()
    assert len(heard) == len(runs[0].ledger.rows) + len(runs[2].ledger.rows)


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_what_an_observer_raises_ends_the_batch(jobs):
    def fails(row):
        raise LookupError(row.event)

    with pytest.raises(LookupError):
        flowsim.run(tiny(), 2, jobs=jobs, observer=fails)


def test_a_sweep_is_observed_and_keeps_what_it_is_asked_to():
    heard = []
    found = flowsim.sweep(
        TINY / "base.toml", {"variant.bw.places": [15, 16]}, 1,
        keep=["ledger"], observer=heard.append,
    )  # fmt: skip
    assert list(dict.fromkeys(one.scenario for one in heard)) == ["point_1", "point_2"]
    assert found.runs[1].ledger.digest() == found.runs[1].digest
