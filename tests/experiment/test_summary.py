"""The summary, worked out again from the tables in another way."""

import numpy as np
import pytest

import flowsim
from flowsim.experiment.quantities.quantity import QUANTITIES, quantity
from flowsim.experiment.tables.summary import summarise
from tests.experiment.tiny_worlds import NAMES, tiny, tiny_comparison

DAYS = 730.0  # 2026 and 2027


@pytest.fixture(scope="module")
def comparison():
    return tiny_comparison()


def value(comparison, measure, detail="", statistic="mean", scenario="base", column="value"):
    frame = comparison.summary
    where = (
        (frame["measure"] == measure)
        & (frame["detail"] == detail)
        & (frame["statistic"] == statistic)
        & (frame["scenario"] == scenario)
    )
    (found,) = frame.loc[where, column]
    return found


def total(comparison, query, scenario="base"):
    """The sum over the window of some rows of measures, by replication."""
    frame = comparison.measures.query(f"scenario == {scenario!r} and ({query})")
    return frame.groupby("replication")["value"].sum().to_numpy()


YEARLY = {
    ("outflow", ""): "measure == 'outflow'",
    ("outflow", "to_light"): "measure == 'outflow' and detail == 'to_light'",
    ("outflow_to_dwelling", ""): "measure == 'outflow' and detail in ['to_light', 'to_none']",
    ("gave_up", ""): "measure == 'gave_up'",
    ("notifications", ""): "measure == 'notifications'",
    ("starts", ""): "measure == 'starts'",
    ("dwellings", "offered"): "measure == 'dwellings' and detail == 'offered'",
    ("dwellings", "used"): "measure == 'dwellings' and detail == 'used'",
    ("dwellings", "lost"): "measure == 'dwellings' and detail in ['lost_hold', 'lost_cap']",
    ("cost", ""): "measure == 'cost_eur'",
    ("cost", "care"): "measure == 'cost_eur' and detail == 'care'",
}


@pytest.mark.parametrize("scenario", NAMES)
@pytest.mark.parametrize("line", YEARLY)
def test_flows_and_costs_are_totals_over_the_window_by_year(comparison, line, scenario):
    totals = total(comparison, YEARLY[line], scenario) / DAYS * 365.25
    assert value(comparison, *line, scenario=scenario) == pytest.approx(totals.mean(), rel=1e-12)
    base = total(comparison, YEARLY[line]) / DAYS * 365.25
    if scenario != "base":
        difference = value(comparison, *line, scenario=scenario, column="difference")
        assert difference == pytest.approx((totals - base).mean(), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("scenario", NAMES)
def test_blocked_people_are_days_of_waiting_in_a_place_by_day(comparison, scenario):
    query = "measure in ['internal_days', 'outflow_days']"
    people = total(comparison, query, scenario).mean() / DAYS
    assert value(comparison, "blocked", scenario=scenario) == pytest.approx(people)
    causes = [
        value(comparison, "blocked", cause, scenario=scenario)
        for cause in ("place", "hours", "dwelling")
    ]
    assert sum(causes) == pytest.approx(people)


@pytest.mark.parametrize("scenario", NAMES)
def test_residents_are_settled_blocked_or_about_to_leave(comparison, scenario):
    frame = comparison.measures
    frame = frame[(frame["scenario"] == scenario) & (frame["measure"] == "mean_persons")]
    states = frame["detail"].isin(["settled", "moving", "ready", "transit"])
    by_year = (
        frame[states].groupby(["replication", "period", "variant"], observed=True)["value"].sum()
    )
    people = by_year.groupby("variant", observed=True).mean()  # both years have 365 days
    for variant, tenancy in (("bw", "provider"), ("bt", "own")):
        assert value(
            comparison, "residents_by_variant", variant, scenario=scenario
        ) == pytest.approx(people[variant])
        assert value(comparison, "residents", tenancy, scenario=scenario) == pytest.approx(
            people[variant]
        )
    share = people["bt"] / (people["bt"] + people["bw"])
    found = value(comparison, "at_home_share", statistic="share", scenario=scenario)
    assert found == pytest.approx(share)


def test_outflow_to_a_dwelling_is_a_part_of_all_outflow(comparison):
    assert 0 < value(comparison, "outflow_to_dwelling") < value(comparison, "outflow")


def test_people_who_give_up_are_those_whose_wait_ends_so(comparison):
    waits = comparison.waits.query("scenario == 'base' and ending == 'gave_up'")
    end = waits["start_day"] + waits["wait_days"]
    people = ((end >= 0) & (end < DAYS)).sum() / 4
    assert value(comparison, "gave_up") == pytest.approx(people / DAYS * 365.25)


def test_late_decisions_are_a_share_of_all_decisions():
    terms = [f"desk.toegang.term_days.{phase}=20" for phase in ("investigation", "decision")]
    slow = flowsim.run(tiny("base", *terms), replications=2)
    late = total(slow, "measure == 'decisions_by_term' and detail == 'late'").sum()
    every = total(slow, "measure == 'decisions_by_term'").sum()
    assert 0 < late < every
    assert value(slow, "late_decisions", statistic="share") == pytest.approx(late / every)
    waits = slow.waits.query("kind == 'access' and ending == 'placed' and entry_days == 0")
    assert (waits["wait_days"] > 40).mean() == pytest.approx(late / every, abs=0.15)


def test_no_decision_of_the_tiny_world_is_late(comparison):
    assert value(comparison, "late_decisions", statistic="share") == 0


def test_the_wait_for_a_decision_is_about_the_mean_wait_when_nearly_all_are_decided(comparison):
    waits = comparison.waits.query("scenario == 'base' and kind == 'access'")
    assert (waits["ending"] == "placed").mean() > 0.95
    new = waits[waits["entry_days"] == 0]
    found = value(comparison, "wait", "access", "mean_104_weeks")
    assert found == pytest.approx(new["wait_days"].mean() / 7, abs=0.3)


def test_people_waiting_are_the_same_in_days_and_in_persons(comparison):
    # Little: persons on the list = days waited a day. Here by integrating the waits themselves.
    waits = comparison.waits.query("scenario == 'base' and kind == 'placement'")
    begin = waits["start_day"].clip(lower=0)
    end = (waits["start_day"] + waits["wait_days"]).clip(upper=DAYS)
    people = (end - begin).clip(lower=0).sum() / DAYS / 4
    assert value(comparison, "waiting", "placement") == pytest.approx(people)


def test_an_interval_holds_its_estimate(comparison):
    frame = comparison.summary
    known = np.isfinite(frame["low"]) & np.isfinite(frame["high"])
    slack = 1e-9 * (1 + frame["value"].abs())
    assert (frame["low"] <= frame["value"] + slack)[known].all()
    assert (frame["value"] <= frame["high"] + slack)[known].all()


def test_every_row_has_a_verdict_and_only_what_is_sure_of_its_sign_a_direction(comparison):
    frame = comparison.summary
    assert (frame["verdict"].eq("base") == frame["scenario"].eq("base")).all()
    signed = frame["verdict"].isin(["slight", "likely", "clear"])
    assert (signed == (frame["direction"] != "")).all()
    apart = (frame["difference_low"] > 0) | (frame["difference_high"] < 0)
    apart |= (frame["difference_differs_in"] == 0) & (frame["difference"] != 0)
    assert apart[signed].all()
    assert {"exact", "same", "close", "likely"} <= set(frame["verdict"])
    assert "clear" not in set(frame["verdict"])  # four futures are few
    assert (frame["warning"].ne("") == frame["scenario"].ne("base")).all()


def test_the_main_lines_are_one_family_and_all_the_others_one(comparison):
    frame = comparison.summary
    main = [
        quantity(*row).main
        for row in zip(*(frame[c] for c in ("measure", "detail", "statistic", "unit")), strict=True)
    ]
    assert 0 < sum(main) < len(frame)
    for mine in (frame[main], frame[~np.array(main)]):
        tested = mine["p"].notna()
        least = mine["p"][tested].min() * tested.sum()
        assert mine["p_holm"].min() == pytest.approx(min(least, 1))


def test_every_line_of_the_summary_has_a_quantity(comparison):
    about = comparison.summary[["measure", "detail", "statistic", "unit"]].drop_duplicates()
    assert [row for row in about.itertuples(index=False) if quantity(*row) not in QUANTITIES] == []


def test_the_range_of_one_future_is_labelled_apart_from_the_interval(comparison):
    costs = np.sort(total(comparison, "measure == 'cost_eur'") / DAYS * 365.25)
    assert value(comparison, "cost", column="p10") == pytest.approx(costs[0])
    assert value(comparison, "cost", column="p90") == pytest.approx(costs[3])


def test_a_summary_is_the_same_each_time(comparison):
    assert summarise(comparison.batch).equals(comparison.summary)


@pytest.mark.parametrize("day", ["2026-01-01", "2027-07-01", "2028-01-01"])
def test_over_time_counts_residents_and_everyone_who_waits(comparison, day):
    frame = comparison.over_time.query(f"scenario == 'base' and date == '{day}'")
    rows = comparison.measures.query(f"scenario == 'base' and period == '{day}'")
    persons = rows[rows["measure"] == "persons"]
    lives = frame[frame["measure"] == "residents"].set_index("detail")
    for variant in ("bw", "bt"):
        each = persons[persons["variant"] == variant].groupby("replication")["value"].sum()
        found = lives.loc[variant]
        assert found["mean"] == pytest.approx(each.mean())
        assert (found["p10"], found["median"], found["p90"]) == (
            each.min(),
            each.median(),
            each.max(),
        )
    waits = persons["detail"].isin(
        ["queue", "assessing", "paperwork", "waiting", "moving", "ready"]
    )
    waiting = frame[frame["measure"] == "waiting"].set_index("detail")["mean"]
    assert waiting[""] == pytest.approx(persons[waits]["value"].sum() / 4)
    assert waiting[""] == pytest.approx(waiting.drop("").sum())


def test_waits_by_municipality_are_around_those_of_the_region(comparison):
    frame = comparison.by_municipality.query("scenario == 'base' and detail == 'access'")
    mean = frame[frame["statistic"] == "mean_104_weeks"]["value"]
    assert len(mean) == 2
    region = value(comparison, "wait", "access", "mean_104_weeks")
    assert mean.min() <= region <= mean.max()
