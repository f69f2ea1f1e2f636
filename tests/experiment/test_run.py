"""Batches: the same numbers however they are run, and what is left after Ctrl-C."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import flowsim
from flowsim.balance import warnings
from flowsim.experiment.batch import Batch
from flowsim.experiment.results import Results
from flowsim.experiment.run import run_all, run_once
from flowsim.experiment.tables.frames import COLUMNS
from flowsim.scenario.notes import notes
from tests.experiment.tiny_worlds import TINY, tiny, tiny_comparison


def same(one, other):
    """Whether two runs brought exactly the same."""
    for part in ("measures", "costs"):
        mine, theirs = getattr(one, part), getattr(other, part)
        if any(mine[key].tolist() != theirs[key].tolist() for key in mine):
            return False
    pairs = ((getattr(one.waits, k), getattr(other.waits, k)) for k in ("kind", "wait", "ending"))
    return one.digest == other.digest and all(np.array_equal(a, b) for a, b in pairs)


def test_a_replication_alone_equals_the_same_one_in_a_batch():
    batch = flowsim.run(tiny(), replications=3)
    assert same(run_once(tiny(), 2), batch.runs[2])
    assert not same(run_once(tiny(), 1), batch.runs[2])


def test_more_replications_leave_the_earlier_ones():
    few, more = flowsim.run(tiny(), replications=2), flowsim.run(tiny(), replications=3)
    assert all(same(a, b) for a, b in zip(few.runs, more.runs, strict=False))


def test_results_do_not_depend_on_the_number_of_jobs():
    base, more = tiny(), tiny("more_dwellings")
    alone = flowsim.compare(base, [more], replications=2, jobs=1)
    pair = flowsim.compare(base, [more], replications=2, jobs=2)
    assert all(same(a, b) for a, b in zip(alone.runs, pair.runs, strict=True))
    pd.testing.assert_frame_equal(alone.summary, pair.summary, check_exact=True)


def test_results_do_not_depend_on_the_order_in_which_runs_finish():
    results = tiny_comparison()
    shuffled = list(results.runs)
    np.random.default_rng(0).shuffle(shuffled)
    again = Batch.of(results.scenarios, shuffled, planned=4)
    assert again.runs == results.runs


def test_scenarios_meet_the_same_people_and_the_base_says_which_seed():
    results = run_all([tiny(), tiny("more_dwellings", "scenario.seed=99")], replications=1)
    notified = [
        one.measures["value"][one.measures["measure"] == "notifications"] for one in results.runs
    ]
    assert np.array_equal(*notified)
    assert [one.scenario.seed for one in results.scenarios] == [7, 7]


def test_another_seed_is_another_future():
    first, second = (flowsim.run(tiny(), replications=1, seed=seed) for seed in (1, 2))
    assert first.runs[0].digest != second.runs[0].digest
    assert second.seed == 2


def test_progress_hears_of_every_run():
    heard = []
    flowsim.run(tiny(), replications=3, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_keeps_the_replications_that_every_scenario_has(jobs):
    def stop(done, total):
        if done == 5:
            raise KeyboardInterrupt

    scenarios = [tiny(), tiny("more_dwellings")]
    results = run_all(scenarios, replications=4, jobs=jobs, progress=stop)
    assert results.interrupted
    assert 1 <= len(results.replications) <= 2
    assert len(results.runs) == 2 * len(results.replications)
    for number in results.replications:
        assert same(run_once(scenarios[1], number), results.runs_of("more_dwellings")[-1]) or (
            number != results.replications[-1]
        )


def test_replications_keep_their_labels_once():
    runs = flowsim.run(tiny(), replications=3).runs
    assert len({id(one.packed[0].labels) for one in runs}) == 1
    assert len({one.packed[0].numbers for one in runs}) == 3


def test_a_batch_has_at_least_one_replication_and_one_job():
    with pytest.raises(ValueError, match="at least 1"):
        flowsim.run(tiny(), replications=0)


def test_measures_are_tidy():
    results = tiny_comparison()
    frame = results.measures
    assert tuple(frame.columns) == COLUMNS
    assert not frame.isna().any().any()
    keys = [name for name in COLUMNS if name not in ("value", "unit")]
    assert not frame.duplicated(keys).any()
    assert set(frame["scenario"]) == set(results.keys)
    assert frame.loc[frame["measure"] == "cost_eur", "unit"].eq("EUR").all()


def test_waits_say_what_they_are_with_words():
    frame = tiny_comparison().waits
    assert set(frame["kind"]) <= {"access", "placement", "internal", "outflow", "return"}
    assert set(frame["municipality"]) == {"klein_dorp", "groot_dorp"}
    assert (frame["wait_days"] >= frame["entry_days"]).all()
    assert frame.loc[frame["kind"] == "access", "variant"].eq("").all()


def test_a_worker_imports_nothing_that_is_slow_to_import():
    code = f"""
import sys, pickle, flowsim
from flowsim.experiment.run import tried
scenario = flowsim.load({str(TINY / "base.toml")!r})
pickle.loads(pickle.dumps(tried((scenario, 0))))
slow = ("pandas", "scipy.stats", "matplotlib", "rich", "click", "joblib")
print([name for name in slow if name in sys.modules])
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_scenario_keeps_its_order_of_blocks_on_the_way_to_a_worker():
    import pickle

    scenario = tiny()
    assert pickle.loads(pickle.dumps(scenario)).order == scenario.order


def test_warnings_are_those_of_every_scenario_and_none_twice():
    scenarios = (tiny(), tiny("less_staff"), tiny("less_staff"))
    told = Results(Batch(scenarios, (), 1)).warnings
    wanted = {one for s in scenarios for one in (*notes(s), *warnings(s))}
    assert set(told) == wanted
    assert len(told) == len(wanted)
