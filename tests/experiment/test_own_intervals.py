"""Metrics of one's own get the intervals that the tables have."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import flowsim
from flowsim.experiment.estimates.estimate import estimate, mean_of
from flowsim.metrics import ENDINGS, table
from tests.experiment.burn_in_worlds import write_worlds
from tests.experiment.tiny_worlds import tiny

COLUMNS = ["value", "low", "high", "difference", "difference_low", "difference_high"]


def placed(reading):
    return float(np.sum(reading.episodes.ending == ENDINGS.index("placed")))


def by_year(reading):
    years = reading.window.years
    return table("whatever", np.arange(len(years)) + 1.0, {"period": years})


@pytest.fixture(scope="module")
def found():
    metrics = {"placed": (placed, "persons"), "three": by_year}
    return flowsim.compare(tiny(), [tiny("less_staff")], 5, metrics=metrics)


def test_they_are_the_intervals_of_student_on_the_same_futures(found):
    rows = flowsim.intervals(found, "placed").set_index("scenario")
    values = {
        key: np.array([float(run.own["value"][run.own["measure"] == "placed"].sum())
                       for run in found.runs_of(key)])
        for key in found.keys
    }  # fmt: skip
    for key, mine in values.items():
        half = stats.t.ppf(0.975, 4) * stats.sem(mine)
        assert rows.loc[key, ["value", "low", "high"]].tolist() == pytest.approx(
            [mine.mean(), mine.mean() - half, mine.mean() + half]
        )
    paired = values["less_staff"] - values["base"]
    half = stats.t.ppf(0.975, 4) * stats.sem(paired)
    assert rows.loc["less_staff", COLUMNS[3:]].tolist() == pytest.approx(
        [paired.mean(), paired.mean() - half, paired.mean() + half]
    )
    assert np.ptp(paired) > 0
    assert rows.loc["base", COLUMNS[3:]].isna().all()


def test_rows_of_one_run_are_added_up_and_what_never_differs_has_no_interval(found):
    rows = flowsim.intervals(found, "three")
    assert rows["value"].tolist() == [3.0, 3.0]
    assert rows[["low", "high"]].isna().all(axis=None)


def test_replications_that_share_the_people_of_today_are_not_counted_as_more_than_those(
    tmp_path, cache
):
    base = flowsim.load(write_worlds(tmp_path))
    found = flowsim.run(base, 20, metrics={"rows": lambda reading: len(reading.ledger.rows)})
    paths = found.batch.paths
    assert paths is not None
    assert len(set(paths)) < 20
    values = np.array([one.own["value"].tolist() for one in found.runs]).reshape(1, 1, 20)
    own = estimate(mean_of(values), 20, paths=paths).own
    plain = estimate(mean_of(values), 20).own
    row = flowsim.intervals(found, "rows").iloc[0]
    assert (row["low"], row["high"]) == (own.low[0, 0], own.high[0, 0])
    assert row["low"] != plain.low[0, 0]


@pytest.mark.parametrize("name", ["persons", "palced"])
def test_what_is_no_metric_of_ones_own_is_refused(found, name):
    with pytest.raises(ValueError, match=rf"'{name}'; there is: \['placed', 'three'\]"):
        flowsim.intervals(found, name)
