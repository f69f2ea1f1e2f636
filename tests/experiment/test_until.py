"""As many futures as a question needs: what is asked, when it is looked, how often it is right."""

from __future__ import annotations

import math
import signal

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy import stats

import flowsim
from flowsim.cli import main
from flowsim.errors import ScenarioError
from flowsim.experiment.estimates.estimate import Verdict
from flowsim.experiment.tables.verdicts import verdicts
from flowsim.experiment.until import (
    FIRST,
    STEP,
    chance_at,
    lacks_at,
    looks,
    read_condition,
    until,
)
from flowsim.store import Store
from tests.experiment.tiny_worlds import TINY, tiny

MATTERS = 1.0
WAIT = ("wait", "placement", "mean_104_weeks")


# ---------------------------------------------------------------- what is asked
@pytest.mark.parametrize(
    ("text", "line", "difference", "halfwidth"),
    [
        ("halfwidth(diff.wait.placement) <= 1 week", WAIT, True, 1.0),
        ("halfwidth(wait.placement)<=1.5", WAIT, False, 1.5),
        ("halfwidth( diff.wait.placement.median )  <=  2 weeks",
         ("wait", "placement", "median"), True, 2.0),
        ("halfwidth(diff.wait.placement.placed_within_52_weeks) <= 2 %",
         ("wait", "placement", "placed_within_52_weeks"), True, 0.02),
        ("halfwidth(cost) <= 0.1 million EUR a year", ("cost", "", "mean"), False, 1e5),
        ("halfwidth(cost) <= 0.1 million", ("cost", "", "mean"), False, 1e5),
        ("halfwidth(cost) <= 5000 EUR", ("cost", "", "mean"), False, 5000.0),
        ("halfwidth(diff.blocked) <= 1 persons", ("blocked", "", "mean"), True, 1.0),
        ("clear", WAIT, True, None),
        ("clear(cost)", ("cost", "", "mean"), True, None),
    ],
)  # fmt: skip
def test_what_is_written_is_a_line_of_the_summary_in_its_unit(text, line, difference, halfwidth):
    found = read_condition(text)
    assert (found.about.measure, found.detail, found.about.statistic) == line
    assert found.difference is difference
    assert found.halfwidth == (None if halfwidth is None else pytest.approx(halfwidth, rel=1e-12))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no condition"),
        ("half", "is no condition"),
        ("halfwidth(cost)", "is no condition"),
        ("clear <= 1 week", "is no condition"),
        ("halfwidth() <= 1", "is no condition"),
        ("halfwidth(cost) <= -1", "is no condition"),
        ("halfwidth(cost) <= 1,5", "is no condition"),
        ("halfwidth(cost) <= 0", "no interval has a width of 0"),
        ("halfwidth(costs) <= 1", "did you mean 'cost'?"),
        ("clear(wait.placemnt)", "no such line of 'wait'"),
        ("halfwidth(cost) <= 1 week", "no unit 'week'; allowed: million EUR a year, EUR a year"),
    ],
)
def test_what_is_no_condition_is_said(text, said):
    with pytest.raises(ScenarioError) as error:
        read_condition(text)
    (problem,) = error.value.problems
    assert said in str(problem)


def test_all_problems_of_all_conditions_are_said_at_once_and_nothing_is_written(tmp_path):
    words = ["run", str(TINY / "base.toml"), "--until", "clear", "--until", "bla", "-n", "19",
             "--lang", "en", "--out", str(tmp_path / "out")]  # fmt: skip
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    told = result.stderr.splitlines()
    assert [line.split(":")[0] for line in told] == ["--until", "--until", "--replications"]
    assert "one scenario has no differences" in told[0]
    assert "19 futures; at least 20 with --until" in told[2]
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- when it is looked
def test_it_is_looked_from_twenty_up_each_five_and_at_the_last():
    assert list(looks(37)) == [20, 25, 30, 35, 37]
    assert list(looks(20)) == [20]
    assert list(looks(25)) == [20, 25]


def test_however_many_looks_there_are_they_are_allowed_what_one_is():
    assert math.fsum(chance_at(one) for one in range(1, 100_000)) <= 0.05
    assert chance_at(1) > chance_at(2) > 0


# ---------------------------------------------------------------- what lacks
def frame_of(values: np.ndarray) -> pd.DataFrame:
    """Return a summary of one line: a base, and a scenario for each row of differences."""
    n = values.shape[1]
    mean = values.mean(axis=1)
    error = values.std(axis=1, ddof=1) / math.sqrt(n)
    half = stats.t.ppf(0.975, n - 1) * error
    p = 2 * stats.t.sf(np.abs(mean) / error, n - 1)
    said = verdicts(mean, mean - half, mean + half, p_holm=p, matters=MATTERS, grain=0.0,
                    replications=n)  # fmt: skip
    base = {"scenario": "base", "differs_in": np.nan, "difference_differs_in": np.nan}
    others = pd.DataFrame({
        "scenario": [str(one) for one in range(len(values))], "low": mean - half,
        "high": mean + half, "difference": mean, "difference_low": mean - half,
        "difference_high": mean + half, "difference_differs_in": np.nan, "differs_in": np.nan,
        "p": p, "p_holm": p, "matters": MATTERS, "verdict": said,
    })  # fmt: skip
    frame = pd.concat([pd.DataFrame([base]), others], ignore_index=True)
    frame[["measure", "detail", "statistic"]] = WAIT
    return frame


def stopped(values: np.ndarray, text: str) -> np.ndarray:
    """Return with how many futures each row of differences is known; 0: never."""
    condition, found = read_condition(text), np.zeros(len(values), dtype=int)
    for number, n in enumerate(looks(values.shape[1]), start=1):
        lacking = lacks_at(frame_of(values[:, :n]), "base", [condition], number, n)
        known = np.ones(len(values), dtype=bool)
        known[[int(one.scenario) for one in lacking]] = False
        found[known & (found == 0)] = n
    return found


def test_an_interval_that_is_narrow_enough_ends_it_and_covers():
    """Looked at 37 times, 1,000 intervals of 95% hold what they are about 92% of the time."""
    rng = np.random.default_rng(10)
    values = 3.0 + 2.0 * rng.standard_normal((1000, 200))
    when = stopped(values, "halfwidth(diff.wait.placement) <= 0.7 weeks")
    assert (when >= FIRST).all()
    assert len(np.unique(when)) > 5
    holds = [
        abs(row[:n].mean() - 3.0)
        <= stats.t.ppf(0.975, n - 1) * row[:n].std(ddof=1) / math.sqrt(n)
        for row, n in zip(values, when, strict=True)
    ]  # fmt: skip
    assert np.mean(holds) >= 0.92


def test_what_does_nothing_is_called_sure_no_more_often_than_one_look_would():
    rng = np.random.default_rng(11)
    values = 8.0 * rng.standard_normal((1000, 100))
    when = stopped(values, "clear")
    wrong = np.mean([
        n > 0 and abs(row[:n].mean()) >= MATTERS for row, n in zip(values, when, strict=True)
    ])  # fmt: skip
    assert wrong <= 0.05 + 4 * math.sqrt(0.05 * 0.95 / 1000)
    naive = np.zeros(1000, dtype=bool)
    for n in looks(100):
        row = frame_of(values[:, :n])
        naive |= (row["p"][1:] < 0.05).to_numpy()
    assert naive.mean() > 0.05 + 4 * math.sqrt(0.05 * 0.95 / 1000)  # which is why


def test_a_large_difference_is_clear_and_none_at_all_is_as_good_as_equal():
    rng = np.random.default_rng(12)
    large = stopped(5.0 + 2.0 * rng.standard_normal((50, 20)), "clear")
    assert (large == FIRST).all()
    none = stopped(0.05 * rng.standard_normal((50, 20)), "clear")
    assert (none == FIRST).all()


def test_what_it_will_take_is_told_from_the_first_look():
    """As often below a number as the variance of twenty futures says (chi square, 4 errors)."""
    rng = np.random.default_rng(13)
    values, count = 2.0 * rng.standard_normal((400, 400)), 105
    condition = read_condition("halfwidth(diff.wait.placement) <= 0.4")
    lacking = lacks_at(frame_of(values[:, :FIRST]), "base", [condition], 1, FIRST)
    needs = [one.needs for one in lacking]
    assert len(needs) == 400
    assert all(one % STEP == 0 for one in needs)
    most = count * (0.4 / 2.0 / stats.t.ppf(0.975, FIRST - 1)) ** 2  # of the variance, at count
    share = stats.chi2.cdf((FIRST - 1) * most, FIRST - 1)
    assert abs(np.mean(np.array(needs) <= count) - share) <= 4 * math.sqrt(
        share * (1 - share) / 400
    )


def test_the_same_in_every_future_is_known_and_without_an_interval_nothing_is():
    row = {"scenario": "1", "difference_low": math.nan, "difference_high": math.nan,
           "difference": 0.0, "p": math.nan, "p_holm": math.nan, "matters": 1.0,
           "verdict": Verdict.NONE}  # fmt: skip
    row |= dict(zip(("measure", "detail", "statistic"), WAIT, strict=True))
    for text in ("clear", "halfwidth(diff.wait.placement) <= 1"):
        condition = [read_condition(text)]
        shared = pd.DataFrame([row | {"difference_differs_in": 0.0}])
        assert lacks_at(shared, "base", condition, 1, 20) == []
        unknown = pd.DataFrame([row | {"difference_differs_in": 4.0}])
        (lack,) = lacks_at(unknown, "base", condition, 1, 20)
        assert lack.needs is None


def test_a_line_that_is_not_there_is_said():
    with pytest.raises(ScenarioError, match="these scenarios have no such line"):
        lacks_at(frame_of(np.eye(2, 20)), "base", [read_condition("clear(cost)")], 1, 20)


# ---------------------------------------------------------------- asked to stop
@pytest.mark.slow
@pytest.mark.parametrize("at", [20, 25])
def test_asked_to_stop_in_the_last_run_of_a_look_it_looks_no_further(at):
    base, more, told = tiny(), tiny("more_dwellings"), []

    def batch(futures):
        def press(done, total):
            if futures == at and done == total:
                signal.raise_signal(signal.SIGINT)

        return flowsim.compare(base, [more], futures, progress=press)

    never = read_condition("halfwidth(diff.wait.placement) <= 0.01")
    found, asked = until([never], 100, batch, told.append)
    assert asked
    assert found.planned == at
    assert [one.futures for one in told] == list(range(20, at + 1, 5))


# ---------------------------------------------------------------- all of it
def runs_of(folder):
    with Store.read(folder) as store:
        return sorted(store.database.execute("select scenario, replication, digest from runs"))


@pytest.mark.slow
def test_it_ends_where_it_is_known_goes_on_from_there_and_has_the_runs_of_as_many(tmp_path):
    def flowsim(*more):
        files = (TINY / "base.toml", TINY / "more_dwellings.toml")
        words = ("compare", *files, *more, "--lang", "en", "--no-charts", "--jobs", 2)
        result = CliRunner().invoke(main, [str(one) for one in words])
        assert result.exit_code == 0, result.output
        return [line for line in result.stderr.splitlines() if line.startswith("After ")]

    wide = ("--until", "halfwidth(diff.wait.placement) <= 2.3 weeks", "--out", tmp_path / "until")
    told = flowsim(*wide, "-n", 100)
    assert len(told) > 1
    assert "does not hold yet: ‘More dwellings’ is known to within 2.39" in told[0]
    assert told[-1].endswith(" futures: what was asked is known.")
    n = int(told[-1].split()[1])
    flowsim("-n", n, "--out", tmp_path / "plain")
    assert runs_of(tmp_path / "until") == runs_of(tmp_path / "plain")
    tables = [sorted((tmp_path / one / "tables").iterdir()) for one in ("until", "plain")]
    assert [one.name for one in tables[0]] == [one.name for one in tables[1]]
    assert all(one.read_bytes() == two.read_bytes() for one, two in zip(*tables, strict=True))
    assert flowsim(*wide, "-n", 100) == told
    more = flowsim(*wide, "-n", 20)
    assert more == [f"{told[0]} No more than 20 were asked."]
