"""Metrics of one's own, the spells of a client, and the number that ties tables together."""

import csv

import numpy as np
import pytest

import flowsim
from flowsim.costs import MEASURES as COSTS
from flowsim.errors import EngineError
from flowsim.experiment.own_metrics import MetricError
from flowsim.experiment.results import Results
from flowsim.experiment.run import run_all, run_once
from flowsim.experiment.writing.tables_on_disk import write_tables
from flowsim.ledger import EventKind
from flowsim.metrics import ENDINGS, MEASURES, Reading, table
from tests.experiment.tiny_worlds import TINY, tiny

GAVE_UP = ENDINGS.index("gave_up")


def gave_up(reading):
    return np.sum(reading.episodes.ending == GAVE_UP)


def by_year(reading):
    """A table as the metrics of flowsim itself make them."""
    years = reading.window.years
    return table("whatever", np.arange(len(years)) + 1, {"period": years})


def cells(frame, measure):
    rows = frame[frame["measure"] == measure]
    return dict(zip(zip(rows["replication"], rows["period"], strict=True), rows["value"],
                    strict=True))  # fmt: skip


def test_a_number_is_about_the_whole_window_and_has_its_unit():
    results = flowsim.run(tiny(), 2, metrics={"gave_up_at_all": (gave_up, "persons")})
    wanted = {}
    for number in range(2):
        ledger = flowsim.simulate(tiny(), flowsim.sample(tiny(), number))
        wanted[number, "2026-2027"] = gave_up(Reading(ledger, tiny()))
    assert cells(results.measures, "gave_up_at_all") == wanted
    rows = results.measures[results.measures["measure"] == "gave_up_at_all"]
    assert set(rows["unit"]) == {"persons"}
    assert results.unit_of("gave_up_at_all") == "persons"
    assert not results.measures.isna().any().any()


def test_a_table_keeps_its_periods_and_gets_the_name_of_the_metric():
    results = flowsim.run(tiny(), 1, metrics={"mine": by_year})
    assert cells(results.measures, "mine") == {(0, "2026"): 1.0, (0, "2027"): 2.0}
    assert results.unit_of("mine") == ""


@pytest.mark.parametrize("runs", ["run", "run_all", "compare", "sweep"])
def test_two_jobs_give_the_same_as_one_and_lambdas_work(runs):
    factor = 3

    def sized(reading):
        return factor * len(reading.ledger.rows)

    metrics = {
        "size": (lambda reading: factor * len(reading.ledger.rows), "rows"),
        "same": sized,
        "by_year": by_year,
    }

    def made(jobs):
        if runs == "run":
            return flowsim.run(tiny(), 3, jobs=jobs, metrics=metrics)
        if runs == "run_all":
            return Results(run_all([tiny(), tiny("less_staff")], 2, jobs=jobs, metrics=metrics))
        if runs == "compare":
            return flowsim.compare(tiny(), [tiny("less_staff")], 2, jobs=jobs, metrics=metrics)
        vary = {"variant.bw.places": [15, 16]}
        return flowsim.sweep(TINY / "base.toml", vary, 2, jobs=jobs, metrics=metrics)

    alone, pair = made(1), made(2)
    assert cells(alone.measures, "size") == cells(pair.measures, "size")
    assert alone.measures.equals(pair.measures)
    frame = pair.measures
    mine = frame[frame["measure"].isin(["size", "same"])]
    assert len(mine) == 2 * len(pair.runs)
    assert (mine["value"] > 0).all()
    assert set(frame.loc[frame["measure"] == "size", "unit"]) == {"rows"}


def test_they_come_in_the_tables_by_year_and_over_the_window(tmp_path):
    results = flowsim.run(tiny(), 2, metrics={"n": (gave_up, "persons"), "y": by_year})
    write_tables(results, tmp_path, everything=True)

    def read(name):
        with (tmp_path / name).open(newline="", encoding="utf-8") as stream:
            return [
                (row["replication"], row["period"], float(row["value"]), row["unit"])
                for row in csv.DictReader(stream) if row["measure"] in ("n", "y")
            ]  # fmt: skip

    whole, by_period = read("measures.csv"), read("measures_by_period.csv")
    values = [gave_up_in(run) for run in range(2)]
    assert sorted(whole) == sorted(
        [(str(r), "2026-2027", v, "persons") for r, v in enumerate(values)]
        + [(str(r), "2026-2027", 3.0, "") for r in range(2)]
    )
    assert ("1", "2027", 2.0, "") in by_period
    assert len(by_period) == 2 + 4


def gave_up_in(number):
    ledger = flowsim.simulate(tiny(), flowsim.sample(tiny(), number))
    return gave_up(Reading(ledger, tiny()))


def test_without_metrics_of_ones_own_nothing_is_added():
    assert len(run_once(tiny(), 0).own["value"]) == 0
    known = set(MEASURES) | set(COSTS)
    assert set(flowsim.run(tiny(), 1).measures["measure"]) <= known


def fails(reading):
    return 1 / 0


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        (fails, r"^metric 'mine' in 'base', replication \d: ZeroDivisionError: division by zero$"),
        (lambda reading: reading.nothing, "AttributeError: 'Reading' object has no attribute"),
        (lambda reading: "3", "it gave str; allowed: a number, a table of flowsim.metrics.table"),
        (lambda reading: None, "it gave NoneType; allowed: a number"),
        (lambda reading: {"value": [1]}, "it gave dict; allowed: a number"),
        (lambda reading: [1, 2], "it gave int; allowed: a number"),
    ],
)
def test_a_mistake_in_a_metric_is_one_clear_message(metric, message):
    with pytest.raises(MetricError, match=message) as caught:
        flowsim.run(tiny(), 2, metrics={"mine": metric})
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, EngineError)


def test_a_mistake_in_another_process_is_the_same_message():
    with pytest.raises(MetricError, match=r"^metric 'mine' in 'base', .*division by zero$"):
        flowsim.run(tiny(), 2, jobs=2, metrics={"mine": fails})


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        ({"persons": gave_up}, "there is a measure of that name"),
        ({"cost_eur": gave_up}, "there is a measure of that name"),
        ({"mine": 3}, "give a function of a Reading"),
        ({"mine": (gave_up, "persons", "more")}, "give a function of a Reading"),
    ],
)
def test_what_is_no_metric_is_refused_before_anything_runs(metrics, message):
    def never(done, total):
        raise AssertionError

    with pytest.raises(MetricError, match=message):
        flowsim.run(tiny(), 2, metrics=metrics, progress=never)


# ---------------------------------------------------------------- waits and spells of a client
@pytest.fixture(scope="module")
def results():
    return flowsim.compare(tiny(), [tiny("less_staff")], 2)


def test_every_day_of_a_client_is_in_one_spell(results):
    frame = results.spells
    assert set(frame["scenario"]) == {"base", "less_staff"}
    for (name, number), mine in frame.groupby(["scenario", "replication"]):
        scenario = results.scenarios[results.keys.index(name)]
        ledger = flowsim.simulate(scenario, flowsim.sample(scenario, number))
        assert set(mine["client"]) <= set(range(len(ledger.clients.key)))
        assert (mine["end_day"] > mine["start_day"]).all()
        nexts = mine.groupby("client")["start_day"].shift(-1)
        follow = nexts.isna() | (nexts >= mine["end_day"])
        assert follow.all()
        left = (EventKind.GONE, EventKind.NOT_AWARDED)
        rows = ledger.rows[np.isin(ledger.rows["kind"], left)]
        gone = dict(zip(rows["client"].tolist(), rows["day"].tolist(), strict=True))
        last = mine.groupby("client")["end_day"].max()
        assert all(last[c] == gone.get(c, ledger.end_days) for c in last.index)


def test_spells_say_what_they_are_with_words(results):
    frame = results.spells
    assert {"settled", "waiting", "ready", "transit", "aftercare"} <= set(frame["state"])
    assert "gone" not in set(frame["state"])
    settled = frame[frame["state"] == "settled"]
    assert set(settled["variant"]) == {"bw", "bt"}
    assert set(settled["request"]) == {""}
    waiting = frame[frame["state"] == "waiting"]
    assert set(waiting["request"]) <= {"new", "return", "next"}
    assert set(waiting["variant"]) == {""}
    assert set(waiting["wanted"]) <= {"bw", "bt"}
    assert not frame.isna().any().any()


def test_a_wait_and_a_spell_of_one_client_are_about_the_same_days(results):
    waits, spells = results.waits, results.spells
    mine = waits[(waits["kind"] == "placement") & (waits["wait_days"] > 0)]
    assert len(mine) > 20
    at = ["scenario", "replication", "client"]
    days = spells[spells["state"] == "waiting"].merge(mine, on=at, suffixes=("", "_wait"))
    inside = (days["start_day"] >= days["start_day_wait"]) & (
        days["end_day"] <= days["start_day_wait"] + days["wait_days"] + 1e-9
    )
    days = days[inside]
    total = (days["end_day"] - days["start_day"]).groupby([days[n] for n in at]).sum()
    wanted = mine.groupby(at)["wait_days"].sum()
    assert (total - wanted).abs().max() < 1e-9
    assert len(total) == len(wanted)


def test_a_run_that_does_not_come_out_as_it_did_is_not_shown(results):
    from dataclasses import replace

    other = replace(results.runs[0], digest="0" * 64)
    wrong = replace(results, batch=replace(results.batch, runs=(other,)))
    with pytest.raises(EngineError, match="not as it was"):
        _ = wrong.spells
