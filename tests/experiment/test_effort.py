"""What a batch will take is known before it begins, and is about right."""

import math
import tracemalloc

import numpy as np
import pytest

import flowsim
from flowsim.experiment.effort import (
    BYTES_OF_A_WORKER,
    BYTES_OF_THE_PROGRAM,
    MEMORY_AT_MOST,
    SECONDS_AT_MOST,
    Effort,
    _clients,
    effort_of,
)
from flowsim.experiment.today import people_of
from flowsim.scenario import parse
from tests.experiment.burn_in_worlds import write_worlds
from tests.experiment.tiny_worlds import tiny


def world(**changes):
    """A line of stays; what is given replaces whole blocks."""
    raw = {
        "scenario": {"years": 3, "follow_up_days": 200},
        "demand": [{"profile": "p", "per_year": 300}],
        "variant": [
            {"name": "a", "places": 90, "stay_days": {"exponential": 100}, "next": {"out": 1.0}}
        ],
        "start": {"residents": {"a": 40}},
    }
    return parse(raw | changes)


WORLDS = {
    "a line": {},
    "growing": {"demand": [{"profile": "p", "per_year": 100, "growth_per_year": 0.6}]},
    "shrinking": {"demand": [{"profile": "p", "per_year": 500, "growth_per_year": -0.6}]},
    "days": {"scenario": {"days": 500, "follow_up_days": 100}},
    "on days": {"demand": [{"profile": "p", "on_days": [1, 2, 3, 5000]}]},
    "two profiles": {"demand": [{"profile": "p", "per_year": 90},
                                {"profile": "q", "per_10k_per_year": 30}],
                     "areas": {"region": "r", "s": {"m": 30000, "n": 50000}}},
    "a change": {"change": [{"date": "2027-01-01", "reason": "x",
                             "set": {"demand.p.per_year": 900}}]},
}  # fmt: skip


@pytest.mark.parametrize("name", WORLDS)
def test_as_many_clients_are_expected_as_there_are_on_average(name):
    changes = WORLDS[name]
    if "change" in changes:
        from datetime import date

        changes = {"change": [changes["change"][0] | {"date": date(2027, 1, 1)}]}
    scenario = world(**changes)
    counts = np.array([flowsim.sample(scenario, r).count for r in range(30)])
    error = counts.std(ddof=1) / math.sqrt(len(counts))
    assert abs(counts.mean() - _clients(scenario)) <= 4 * error + 1e-9


def line_that_goes_round():
    return world(
        variant=[{"name": "a", "places": 50, "stay_days": 5, "next": {"a": 0.99, "out": 0.01}}],
        demand=[{"profile": "p", "per_year": 30}],
    )


def supply_without_people():
    return parse({
        "scenario": {"years": 10, "follow_up_days": 0},
        "areas": {"region": "r", "s": {"m": 50000}},
        "demand": [{"profile": "p", "per_year": 1}],
        "desk": [{"name": "d", "fte": 4, "hours_per_fte": 20, "assessment_hours": 5,
                  "other_work": {"cases_per_1000_per_year": 20, "hours": 5}}],
        "variant": [{"name": "a", "places": 5, "stay_days": 300, "next": {"out": 1.0}}],
    })  # fmt: skip


@pytest.mark.parametrize("make", [tiny, world, line_that_goes_round, supply_without_people])
def test_events_are_about_as_many_as_rows(make):
    scenario = make()
    rows = len(flowsim.simulate(scenario, flowsim.sample(scenario)).rows)
    expected = effort_of([scenario], 1).events
    assert rows / 3 < expected < 5 * rows


def test_more_of_anything_takes_more():
    plain = effort_of([world()], 4)
    for more in (
        effort_of([world()], 5),
        effort_of([world(), world()], 4),
        effort_of([world(demand=[{"profile": "p", "per_year": 600}])], 4),
        effort_of([world(scenario={"years": 5, "follow_up_days": 200})], 4),
        effort_of([world()], 4, points=2),
    ):
        assert more.seconds > plain.seconds
        assert more.bytes_kept > plain.bytes_kept
    assert effort_of([world()], 4, points=7).runs == 28


def test_a_recount_is_told_to_take_longer():
    scenario = world(demand=[{"profile": "p", "per_year": 200}], start={
        "residents": {"a": 60}, "drift": "accepted",
    })  # fmt: skip
    plain, recounted = (effort_of([scenario], 1, check=check).seconds for check in (False, True))
    assert recounted > 3 * plain


def test_paths_of_a_burn_in_count_until_they_are_kept(tmp_path, cache):
    file = write_worlds(tmp_path)
    base, more = flowsim.load(file), flowsim.load(tmp_path / "more.toml")
    before = effort_of([base, more], 20)
    for number in range(4):
        people_of(base, number)
    half = effort_of([base, more], 20)
    for number in range(8):
        people_of(base, number)
    after = effort_of([base, more], 20)
    assert before.seconds - half.seconds == pytest.approx(half.seconds - after.seconds)
    assert before.seconds > after.seconds
    assert effort_of([base, more], 20, seed=99).seconds == pytest.approx(before.seconds)
    assert before.seconds - effort_of([base, more], 2).seconds > 0
    few, many = (effort_of([base], n).bytes_at_work for n in (1, 8))
    assert few < many == effort_of([base, more], 80).bytes_at_work


HUGE = {
    "a billion a year": {"demand": [{"profile": "p", "per_year": 1e9}]},
    "growth": {"demand": [{"profile": "p", "per_year": 1, "growth_per_year": 1e6}],
               "scenario": {"years": 200}},
    "residents": {"start": {"residents": {"a": 10**9}, "drift": "accepted"},
                  "variant": [{"name": "a", "places": 10**9, "stay_days": 100,
                               "next": {"out": 1.0}}]},
    "round and round": {"variant": [{"name": "a", "places": "unlimited", "stay_days": 0.001,
                                     "next": {"a": 0.999, "out": 0.001}}],
                        "scenario": {"years": 200}},
    "refused every minute": {"variant": [{"name": "a", "places": 90, "stay_days": 5,
                                          "next": {"out": 1.0}, "accepts": 0.0,
                                          "intake_again_days": 0.001}]},
    "staff of a second": {"variant": [{"name": "a", "places": 90, "stay_days": 5, "team": "t",
                                       "next": {"out": 1.0}}],
                          "level": [{"name": "L", "hours_per_week": 1}],
                          "team": [{"name": "t", "fte": 5.0, "client_hours": 20,
                                    "turnover_per_year": 1e9, "hiring_days": 1e-9}]},
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_what_is_far_too_much_is_known_without_memory(name):
    scenario = world(**HUGE[name])
    tracemalloc.start()
    effort = effort_of([scenario], 10)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert effort.is_too_much(1, 16e9)
    assert peak < 5e6


# ---------------------------------------------------------------- how many at a time
def effort(runs=100, at_work=0.0, kept=0.0, seconds=1.0):
    return Effort(runs=runs, events=1, seconds=seconds, bytes_kept=kept, bytes_at_work=at_work)


def test_there_are_never_more_processes_than_runs():
    assert effort(runs=3).jobs(1000, 1e15) == 3
    assert effort(runs=3).jobs(2, 1e15) == 2
    assert effort(runs=1).jobs(8, 1e15) == 1


@pytest.mark.parametrize("at_work", [0.0, 1e6, 1e9, 1e12, math.inf])
@pytest.mark.parametrize("memory", [1e8, 1e9, 16e9, 1e12])
def test_there_are_never_more_processes_than_fit_in_half_of_memory(at_work, memory):
    one = effort(at_work=at_work)
    jobs = one.jobs(1000, memory)
    assert 1 <= jobs <= 100
    assert jobs == 1 or one.memory(jobs) <= MEMORY_AT_MOST * memory
    if jobs < 100 and math.isfinite(at_work):
        more = BYTES_OF_THE_PROGRAM + (jobs + 1) * (BYTES_OF_A_WORKER + at_work)
        assert more > MEMORY_AT_MOST * memory, "one more would have fitted"


def test_the_limits_are_two_hours_and_half_of_the_memory():
    assert not effort(seconds=SECONDS_AT_MOST).is_too_much(1, 16e9)
    assert effort(seconds=SECONDS_AT_MOST + 1).is_too_much(1, 16e9)
    assert SECONDS_AT_MOST == 7200
    room = 8e9 - BYTES_OF_THE_PROGRAM
    assert not effort(kept=room).is_too_much(1, 16e9)
    assert effort(kept=room + 1).is_too_much(1, 16e9)


def test_no_more_processes_work_than_there_are_runs():
    import os

    import psutil

    before = {one.pid for one in psutil.Process(os.getpid()).children(recursive=True)}
    seen = set()

    def look(done, total):
        children = psutil.Process(os.getpid()).children(recursive=True)
        seen.update(one.pid for one in children)

    flowsim.run(tiny(), 2, jobs=30, progress=look)
    assert len(seen - before) <= 2 + 2, "and what watches over them"


# ---------------------------------------------------------------- in Python
def test_an_estimate_is_what_the_command_line_tells_first():
    found = flowsim.estimate([tiny(), tiny("less_staff")], 10, jobs=2)
    plain = effort_of([tiny(), tiny("less_staff")], 10)
    assert (found.runs, found.events) == (20, plain.events)
    assert found.seconds == plain.seconds / 2
    assert found.gigabytes == plain.memory(2) / 1e9
    alone = flowsim.estimate(tiny(), 1, jobs=8)
    assert alone == flowsim.estimate([tiny()], 1), "one run has one process"
    assert flowsim.estimate(tiny()).runs == tiny().scenario.replications
    assert flowsim.estimate(tiny(), 1, check=True).seconds > alone.seconds


@pytest.mark.parametrize(("scenarios", "more"), [([], {}), (None, {"replications": 0}),
                                                 (None, {"jobs": 0})])  # fmt: skip
def test_an_estimate_of_nothing_is_refused(scenarios, more):
    with pytest.raises(ValueError, match="at least 1"):
        flowsim.estimate([tiny()] if scenarios is None else scenarios, **more)
