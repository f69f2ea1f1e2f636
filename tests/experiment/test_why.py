"""Why two scenarios differ: where they part, who wins and loses, and one more of each, by hand."""

from __future__ import annotations

import dataclasses
from datetime import date

import numpy as np
import pandas as pd
import pytest

import flowsim
from flowsim.errors import ScenarioError
from flowsim.experiment.effort import effort_of
from flowsim.experiment.why.apart import first_apart
from flowsim.experiment.why.units import one_more
from flowsim.experiment.why.why import effort_of_why
from flowsim.experiment.why.winners import OUTCOMES, winners
from flowsim.ledger import EventKind
from flowsim.ledger.frame import OF_A_POOL, OF_A_REQUEST, OF_AN_OPTION
from flowsim.metrics import Reading
from flowsim.scenario import parse
from flowsim.tell import rows_told
from tests.experiment.tiny_worlds import tiny
from tests.worlds import desk, people, run, stay, world


def house(*on_days, places=1, days=9.0, **more):
    """One house of a line; a stay takes so many days."""
    return world(people(*on_days, **more), variant=[stay("v", places, days)], days=60.0)


def why(base, other, **options):
    return flowsim.why(
        parse(base), parse(other | {"scenario": other["scenario"] | {"name": "other"}}),
        replications=1, units=False, **options,
    )  # fmt: skip


def everybody(found):
    """The row of all, with what is not 0."""
    row = found.winners.iloc[0].to_dict()
    assert (row.pop("by"), row.pop("group")) == ("all", "")
    return {name: value for name, value in row.items() if value and value == value}


def parts(found, first="event"):
    """Day, and what happens on it in the base alone and in the other alone."""
    (row,) = found.parting[found.parting["first"] == first].to_dict("records")
    base, other = (
        (row[f"{side}_event"], None if pd.isna(row[f"{side}_client"]) else row[f"{side}_client"],
         row[f"{side}_pool"]) for side in ("base", "other")
    )  # fmt: skip
    return row["day"], base, other


NOTHING = ("", None, "")


# ---------------------------------------------------------------- by hand
def test_one_place_more_parts_two_futures_where_the_second_client_comes():
    """With one place client 1 (day 4) waits until 9, and 2 (day 10) until 18; with two nobody."""
    found = why(house(0, 4, 10), house(0, 4, 10, places=2))
    assert parts(found) == parts(found, "person") == (4.0, NOTHING, ("placed", 1, "v"))
    assert everybody(found) == {
        "persons": 3, "shorter": 2, "same": 1, "weeks_shorter": pytest.approx((5 + 8) / 2 / 7),
    }  # fmt: skip


def test_two_futures_part_on_the_first_day_where_two_come_at_once():
    found = why(house(0, 0), house(0, 0, places=2))
    assert parts(found) == (0.0, NOTHING, ("placed", 1, "v"))
    assert everybody(found) == {
        "persons": 2, "shorter": 1, "same": 1, "weeks_shorter": pytest.approx(9 / 7),
    }  # fmt: skip


def test_who_gives_up_in_the_one_gets_a_place_only_in_the_other():
    """Patience of 3 days: client 1 gives up on day 7, and 2 finds the place free on day 10."""
    found = why(house(0, 4, 10, patience_days=3.0), house(0, 4, 10, places=2, patience_days=3.0))
    assert parts(found) == (4.0, NOTHING, ("placed", 1, "v"))
    assert everybody(found) == {"persons": 3, "same": 2, "place_in_other_only": 1}


def test_who_waits_at_the_end_of_both_gets_a_place_in_neither():
    found = why(house(0, 0, 0, days=90.0), house(0, 0, 0, days=80.0))
    assert everybody(found) == {"persons": 3, "same": 1, "no_place": 2}


def test_what_happens_earlier_in_the_base_is_told_of_the_base():
    """Client 0 leaves on day 9 in the base and on day 12 in the other."""
    found = why(house(0), house(0, days=12.0))
    assert parts(found) == (9.0, ("gone", 0, ""), NOTHING)


def test_a_dated_change_parts_two_futures_before_it_does_so_for_a_person():
    change = {"date": date(2026, 1, 11), "reason": "more", "set": {"variant.v.places": 2}}
    base = house(0, 20, days=30.0)
    found = why(base, base | {"change": [change]})
    assert parts(found) == (10.0, NOTHING, ("capacity", None, "v"))
    assert parts(found, "person") == (20.0, NOTHING, ("placed", 1, "v"))


def test_winners_are_of_the_wait_that_is_asked_for():
    """One assessor takes 5 days: of two who come at once the second waits 10 days, else 5."""
    base = house(0, 0, places=9)
    one, two = (base | {"desk": [desk(n, 5.0)]} for n in (1, 2))
    assert everybody(why(one, two)) == {"persons": 2, "same": 2}
    found = why(one, two, on="wait.access")
    assert everybody(found) == {
        "persons": 2, "shorter": 1, "same": 1, "weeks_shorter": pytest.approx(5 / 7),
    }  # fmt: skip
    assert parts(found) == (0.0, NOTHING, ("assessing", 1, "desk"))


def test_less_than_a_day_is_as_long():
    found = why(house(0, 4), house(0, 4, days=8.5))
    assert everybody(found) == {"persons": 2, "same": 2}


# ---------------------------------------------------------------- the same
def test_a_scenario_beside_itself_is_the_same_to_the_end_and_nobody_wins():
    found = flowsim.why(tiny(), tiny(), replications=2, units=False)
    assert found.comparison.keys == ("base", "base_again")
    assert found.parting["day"].isna().all()
    assert set(found.partings.values()) == {(None, None)}
    told = found.winners
    assert (told[["shorter", "longer", "place_in_other_only", "place_in_base_only"]] == 0).all(
        axis=None
    )
    assert (told["same"] + told["no_place"] == told["persons"]).all()
    assert told["same"].iloc[0] > 0


def test_two_scenarios_of_one_name_are_no_pair():
    with pytest.raises(ScenarioError, match="two scenarios are called 'base'"):
        flowsim.why(tiny(), tiny("base", "variant.bw.places=9"), replications=1)


def test_ledgers_whose_tables_differ_may_say_the_same():
    """The pool, the option and the set of one have another number in the other."""
    ledger = run(house(0, 4))
    ((option,), (chosen,)) = ledger.options, ledger.option_sets
    rows, kind = ledger.rows.copy(), ledger.rows["kind"]
    refers = np.isin(kind, (*OF_A_POOL, *OF_AN_OPTION, *OF_A_REQUEST)) & (rows["ref"] >= 0)
    rows["ref"][refers] += 1
    other = dataclasses.replace(
        ledger, rows=rows, pools=(dataclasses.replace(ledger.pools[0], block="a"), *ledger.pools),
        options=(option, dataclasses.replace(option, place=1, variant=1)),
        variants=("a", *ledger.variants), option_sets=((), tuple(one + 1 for one in chosen)),
    )  # fmt: skip
    assert refers.sum() == 5
    assert first_apart(ledger, other) is None
    moved = dataclasses.replace(other, options=(option, dataclasses.replace(option, variant=1)))
    found = first_apart(ledger, moved)
    assert found is not None
    assert EventKind(ledger.rows["kind"][found.one[0]]) == EventKind.PLACED


def test_the_order_of_one_instant_makes_no_difference_but_a_row_more_does():
    ledger = run(house(0, 0, places=2))
    turned = ledger.rows.copy()
    turned[[0, 1]] = turned[[1, 0]]
    assert first_apart(ledger, dataclasses.replace(ledger, rows=turned)) is None
    twice = np.concatenate([ledger.rows[1:2], ledger.rows])
    found = first_apart(ledger, dataclasses.replace(ledger, rows=twice))
    assert found is not None
    assert (found.day, found.one, found.other) == (0.0, (), (2,))
    less = first_apart(ledger, dataclasses.replace(ledger, rows=ledger.rows[:-1]))
    assert less is not None
    assert (less.one, less.other) == ((len(ledger.rows) - 1,), ())


# ---------------------------------------------------------------- laws
@pytest.mark.parametrize("name", ["more_dwellings", "less_staff"])
@pytest.mark.parametrize("replication", [0, 1])
def test_before_the_day_all_rows_are_told_alike_and_on_it_they_are_not(name, replication):
    """Found again from every row in words."""
    ((mine, theirs),) = pairs(tiny(), tiny(name), [replication])
    found = first_apart(mine.ledger, theirs.ledger)
    assert found is not None
    told = [rows_told(run.ledger, without="POOL LOCKED") for run in (mine, theirs)]
    before, on_it = (
        [sorted(row for row in one if keeps(float(row.split()[0]), float(f"{found.day:.10g}")))
         for one in told]
        for keeps in (float.__lt__, float.__eq__)
    )  # fmt: skip
    assert before[0] == before[1]
    assert len(before[0]) > 50
    assert on_it[0] != on_it[1]


def test_the_other_way_round_winners_lose():
    there, back = (
        flowsim.why(*pair, replications=2, units=False)
        for pair in ((tiny(), tiny("more_dwellings")), (tiny("more_dwellings"), tiny()))
    )
    assert there.parting["day"].notna().all()
    swapped = back.parting.rename(columns=lambda name: {"base": "other", "other": "base"}.get(
        name.partition("_")[0], "") + name[name.find("_") :] if "_" in name else name)  # fmt: skip
    assert swapped[there.parting.columns].equals(there.parting)
    turned = {
        "shorter": "longer", "place_in_other_only": "place_in_base_only",
        "comes_in_other_only": "comes_in_base_only", "weeks_shorter": "weeks_longer",
    }  # fmt: skip
    turned |= {b: a for a, b in turned.items()}
    told = back.winners.rename(columns=turned)[there.winners.columns]
    assert told.equals(there.winners)
    assert there.winners["shorter"].iloc[0] > there.winners["longer"].iloc[0]


def test_each_person_has_one_outcome_and_every_group_adds_up():
    found = flowsim.why(tiny(), tiny("less_staff"), replications=2, units=False).winners
    assert np.allclose(found[list(OUTCOMES)].sum(axis=1), found["persons"])
    whole = found.iloc[0]
    assert whole["longer"] > 0
    for by, part in found.iloc[1:].groupby("by"):
        assert (part["persons"] <= whole["persons"]).all(), by


def pairs(base, other, replications=(0,)):
    return [
        tuple(Reading(flowsim.simulate(one, flowsim.sample(one, number)), one)
              for one in (base, other))
        for number in replications
    ]  # fmt: skip


def test_people_pair_by_who_they_are_and_not_by_their_number():
    """More people notify in the other: the same people have other numbers there."""
    block = {"profile": "people", "per_year": 40.0}
    base = parse({"scenario": {"name": "a", "years": 1}, "demand": [block],
                  "variant": [stay("v", 3, 25.0)]})  # fmt: skip
    more = base.with_({"demand.people.per_year": 60.0}, name="more")
    ((mine, theirs),) = pairs(base, more)
    here, there = mine.ledger.clients.key, theirs.ledger.clients.key
    assert set(here) < set(there)
    assert (here != there[: len(here)]).any()
    found, _ = winners([(mine, theirs)], "placement")
    row = found.iloc[0]
    began = theirs.episodes.counts & ~np.isin(there[theirs.episodes.client], here)
    assert row["comes_in_other_only"] == began.sum() > 0
    days = dict(zip(here[mine.episodes.client], mine.episodes.wait, strict=True))
    longer = [
        wait - days[key] >= 1
        for key, wait, end in zip(there[theirs.episodes.client], theirs.episodes.wait,
                                  theirs.episodes.ending, strict=True)
        if key in days and end == 1
    ]  # fmt: skip
    assert row["longer"] <= sum(longer) > 0
    assert row["shorter"] == 0  # nobody is sooner for others coming too


def test_a_group_of_fewer_than_five_persons_a_year_is_not_told_of():
    """In a year ten of one profile, four of another and five of a third: the second is left out."""
    many, few, five = (people(*range(n), profile=name)
                       for n, name in ((10, "many"), (4, "few"), (5, "five")))  # fmt: skip
    base = parse({"scenario": {"name": "a", "years": 1}, "demand": [many, few, five],
                  "variant": [stay("v", 99, 25.0)]})  # fmt: skip
    found, left_out = winners(pairs(base, base), "placement")
    assert list(zip(found["by"], found["group"], found["persons"], strict=True)) == [
        ("all", "", 19), ("profile", "many", 10), ("profile", "five", 5),
    ]  # fmt: skip
    assert left_out == 1


# ---------------------------------------------------------------- one more of each
def test_one_more_of_each_is_a_comparison_with_the_base_on_one_line():
    base, other = tiny(), tiny("more_dwellings")
    found = flowsim.why(base, other, replications=3, on="blocked")
    units = [one.scenario for one in found.plan]
    alone = flowsim.compare(base, [other, *units], replications=3).summary
    wanted = alone[(alone["measure"] == "blocked") & (alone["detail"] == "")]
    told = found.units
    mine = wanted[wanted["scenario"].isin([one.key for one in units])].reset_index(drop=True)
    assert len(told) == len(units) > 3
    assert told[mine.columns].equals(mine)
    assert list(told["name"]) == [one.name for one in found.plan]
    kept = {run.scenario for run in found.comparison.runs if run.ledger is not None}
    assert kept == {base.key, other.key}


def test_what_it_takes_counts_the_ledgers_of_the_two():
    base, other = tiny(), tiny("more_dwellings")
    plan = one_more(base)
    runs = effort_of([base, other, *(one.scenario for one in plan)], 10)
    told = effort_of_why((base, other), plan, 10)
    assert told.runs == runs.runs == 10 * (2 + len(plan))
    assert told.seconds == runs.seconds
    assert told.bytes_kept == pytest.approx(runs.bytes_kept + 20 * runs.events * 20)


def test_there_is_nothing_to_tell_of_a_line_that_these_scenarios_lack():
    base = parse(house(0, 4))
    found = flowsim.why(base, base, replications=1, on="cost")
    assert len(found.plan) == 1
    assert found.units.empty
    assert "resource" in found.units


@pytest.mark.parametrize("line", ["nothing", "wait.nowhere", "wait.placement.mode"])
def test_a_line_that_is_none_is_refused(line):
    with pytest.raises(ScenarioError, match=f"^--on: {line}: "):
        flowsim.why(tiny(), tiny("more_dwellings"), replications=1, on=line)
