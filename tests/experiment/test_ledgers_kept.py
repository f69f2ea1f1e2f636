"""The ledger of each run: kept where it is asked for, in whatever process it was made."""

from __future__ import annotations

import pickle

import pytest

import flowsim
from flowsim.experiment import ledgers
from flowsim.metrics import Reading
from tests.experiment.tiny_worlds import tiny


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_what_is_kept_is_what_was_run(jobs, monkeypatch):
    base, more = tiny(), tiny("more_dwellings")
    found = flowsim.compare(base, [more], replications=2, jobs=jobs, keep=["ledger", "waits"])
    monkeypatch.delattr(ledgers, "simulate")  # nothing is run again
    for run in found.runs:
        kept = found.ledger(run.replication, run.scenario)
        assert kept.digest() == run.digest
        assert pickle.loads(pickle.dumps(kept)).to_frame().equals(kept.to_frame())
    assert len(found.spells) > 0
    with pytest.raises(KeyError, match="2"):
        found.ledger(2)


def test_what_is_not_kept_is_simulated_again():
    kept = flowsim.run(tiny(), replications=2, keep="ledger")
    plain = flowsim.run(tiny(), replications=2)
    assert plain.runs[1].ledger is None
    assert plain.ledger(1).digest() == kept.ledger(1).digest() == kept.runs[1].digest
    assert plain.runs[1].digest == kept.runs[1].digest


def test_a_word_that_nothing_is_kept_under_is_refused():
    with pytest.raises(ValueError, match="keep: no 'legder'; there is: \\['ledger', 'waits'\\]"):
        flowsim.run(tiny(), replications=2, keep=["waits", "legder"])


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_waits_that_are_kept_are_those_of_the_ledger_beside_them(jobs):
    found = flowsim.run(tiny(), 2, jobs=jobs, keep=["ledger", "waits"])
    plain = flowsim.run(tiny(), 2)
    assert found.waits.equals(plain.waits)
    for run in found.runs:
        waits = Reading(run.ledger, tiny()).episodes
        mine = found.waits[found.waits["replication"] == run.replication]
        assert len(mine) > 0
        assert mine["wait_days"].tolist() == waits.wait[waits.counts].tolist()
        assert mine["client"].tolist() == waits.client[waits.counts].tolist()
