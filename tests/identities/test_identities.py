"""What must leave a run as it was, byte for byte or client by client."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from functools import partial
from pathlib import Path

import pytest

import flowsim
from flowsim.calendar import day_of
from flowsim.ledger import EventKind
from flowsim.scenario import parse
from tests.identities.relabel import by_client, renamed, shuffled
from tests.identities.replay import account
from tests.regions import ample, region
from tests.worlds import digest, kinds
from tests.worlds import run as checked

ROOT = Path(__file__).resolve().parents[2]
run = partial(checked, check=False)


@pytest.fixture(scope="module")
def ledger():
    return run(region())


def test_everything_happens_in_the_region_of_these_tests(ledger):
    elsewhere = {EventKind.STEPPED_OUT, EventKind.LOCKED}  # lines; tests of exchanges
    assert set(EventKind) - kinds(ledger) == elsewhere


def test_the_region_adds_up_with_all_checks_on(ledger):
    assert run(region(), check=True).digest() == ledger.digest()
    account(ledger)


# ---------------------------------------------------------------- other words
def test_new_names_leave_the_ledger_byte_for_byte(ledger):
    raw = renamed(region())
    assert "assen" not in repr(raw)
    assert "bt_team" not in repr(raw)
    assert digest(raw) == ledger.digest()


@pytest.mark.parametrize("seed", range(4))
def test_another_order_of_blocks_areas_and_keys_leaves_the_ledger_byte_for_byte(ledger, seed):
    raw = shuffled(region(), seed)
    assert list(raw) != list(region())
    assert digest(raw) == ledger.digest()


def test_names_and_order_together_leave_the_ledger_byte_for_byte(ledger):
    assert digest(shuffled(renamed(region()), 9)) == ledger.digest()


def test_titles_and_evidence_leave_the_ledger_byte_for_byte(ledger):
    raw = region()
    raw["variant"][0]["title"] = "Beschermd wonen"
    raw["variant"][0]["places"] = {"value": 12, "range": [10, 14], "confidence": "D"}
    raw["demand"][0]["per_10k_per_year"] = {"value": 3.0, "assumption": True}
    assert digest(raw) == ledger.digest()


# ---------------------------------------------------------------- what is not used
UNUSED = [
    {"name": "aaa", "serves": ["sheltered", "sheltered"], "places": 0},
    {"name": "zzz", "serves": ["none", "light"], "places": 50, "tenancy": "own"},
    {"name": "mmm", "serves": ["home", "sheltered"], "places": 3, "scale": "subregion"},
]
"""No places; levels at which nobody asks for a place; or not in the order of the awards."""


@pytest.mark.parametrize("unused", UNUSED, ids=lambda block: block["name"])
def test_a_variant_that_nobody_uses_leaves_the_ledger_byte_for_byte(unused):
    raw = region()
    del raw["start"], raw["change"]
    before = digest(raw)
    raw["variant"].insert(1, unused)
    assert digest(raw) == before


def test_a_team_and_a_profile_that_nobody_uses_leave_the_ledger_byte_for_byte(ledger):
    raw = region()
    raw["team"].insert(0, {"name": "idle", "hours_per_week": 5.0, "scale": "municipality"})
    raw["demand"].insert(0, {"profile": "nobody", "per_year": 0.0, "level_mix": {"home": 1.0}})
    assert digest(raw) == ledger.digest()


# ---------------------------------------------------------------- dwellings
def test_where_dwellings_are_no_limit_nobody_waits_for_one():
    raw = region()
    raw["variant"][2].pop("dwellings")
    raw["leaving"].pop("dwellings")
    raw.pop("dwellings")
    ledger = run(raw)
    assert all(option.dwelling < 0 for option in ledger.options)
    assert EventKind.FOUND_ALONE not in kinds(ledger)


def test_unlimited_dwellings_are_as_good_as_more_than_anyone_needs():
    def days(raw):
        """Return when each client is placed, housed and gone."""
        said = {"PLACED", "HOUSED", "AFTERCARE", "GONE", "LEVEL"}
        return {
            key: [(day, kind) for day, kind, *_ in rows if kind in said]
            for key, rows in by_client(run(raw)).items()
        }

    many, none = region(), region()
    for raw in (many, none):
        del raw["start"], raw["change"], raw["leaving"]["aftercare"]["team"]
        del raw["leaving"]["urgency"], raw["leaving"]["find_alone_per_year"]
        raw["team"][1] |= {"scale": "region", "hours_per_week": 50.0}
        # equal exchanges go by the number of the pool, which differs between these two worlds
        raw["placement"].pop("priority")
    many["dwellings"][0] |= {"stock": {"each": 400}, "hold_days": 1e6}
    none["variant"][2].pop("dwellings")
    none["leaving"].pop("dwellings")
    none.pop("dwellings")
    unlimited = days(none)
    assert unlimited == days(many)
    ready = [row for rows in by_client(run(none)).values() for row in rows if row[4] == 2]
    asked = [day for day, kind, *_ in ready if kind == "REQUESTED"]
    housed = {day for rows in unlimited.values() for day, kind in rows if kind == "HOUSED"}
    assert len(asked) > 20
    assert set(asked) <= housed, "nobody is blocked"


# ---------------------------------------------------------------- longer, and more often
def test_a_longer_horizon_only_adds_rows_at_the_end(ledger):
    raw = region()
    raw["scenario"]["follow_up_days"] = 900.0
    rows = run(raw).rows
    assert len(rows) > len(ledger.rows) + 100
    assert rows[: len(ledger.rows)].tobytes() == ledger.rows.tobytes()


def test_the_window_says_what_is_reported_and_not_what_happens(ledger):
    raw = region()
    raw["scenario"] |= {"days": 300.0, "follow_up_days": 1000.0}
    assert digest(raw) == ledger.digest()


def test_a_replication_alone_is_that_replication_in_a_batch():
    scenario = parse(region())
    batch = [flowsim.simulate(scenario, flowsim.sample(scenario, r)).digest() for r in range(4)]
    assert len(set(batch)) == 4
    alone = parse(region())
    assert flowsim.simulate(alone, flowsim.sample(alone, 3)).digest() == batch[3]


def test_another_seed_is_another_future(ledger):
    raw = region()
    raw["scenario"]["seed"] = 6
    assert digest(raw) != ledger.digest()


# ---------------------------------------------------------------- more people, the same people
def test_with_ample_capacity_more_clients_change_nothing_for_the_others():
    few = ample()
    many = ample()
    many["demand"][0]["per_10k_per_year"] = 6.0
    many["demand"].append(
        {"profile": "late", "on_days": [0.0, 1.5, 400.0], "level_mix": {"home": 1.0}}
    )
    few["demand"].append({"profile": "late", "on_days": [], "level_mix": {"home": 1.0}})
    before, after = by_client(run(few)), by_client(run(many))
    assert len(after) > len(before) + 100
    assert before == {key: after[key] for key in before}


def test_with_ample_capacity_nobody_waits_for_anything():
    told = run(ample())
    rows = told.rows
    awarded = rows[(rows["kind"] == EventKind.AWARDED) & (rows["day"] > 0)]
    placed = {(r["client"], r["day"]) for r in rows[rows["kind"] == EventKind.PLACED]}
    assert len(awarded) > 50
    assert all((row["client"], row["day"]) in placed for row in awarded)
    assert EventKind.EXCHANGED not in kinds(told)


@pytest.mark.parametrize("more", [1.05, 2.0, 7.3])
def test_more_demand_keeps_everybody_who_was_there(more):
    def people(rate):
        raw = region()
        del raw["start"]
        raw["demand"][0]["per_10k_per_year"] = rate
        cohort = flowsim.sample(parse(raw))
        columns = (
            cohort.arrival_days, cohort.level, cohort.has_tenancy, cohort.reach, cohort.urgent,
            cohort.notified_at,
        )  # fmt: skip
        return dict(zip(cohort.keys.tolist(), zip(*columns, strict=True), strict=True))

    before, after = people(3.0), people(3.0 * more)
    assert before.items() <= after.items()
    assert len(after) > len(before)


def test_growth_adds_people_and_keeps_everybody():
    def keys(growth):
        raw = region()
        raw["demand"][0]["growth_per_year"] = growth
        return set(flowsim.sample(parse(raw)).keys.tolist())

    assert keys(0.0) < keys(0.1) < keys(0.5)


def test_more_dwellings_keep_every_dwelling_that_was_offered():
    def offers(per_year, realised):
        raw = region()
        raw["dwellings"][0] |= {"per_year": per_year, "realised": realised}
        return [set(area) for area in flowsim.sample(parse(raw)).offers[0]]

    some, more, most = offers(14.0, 0.5), offers(14.0, 0.9), offers(40.0, 0.9)
    assert all(a <= b <= c for a, b, c in zip(some, more, most, strict=True))
    assert sum(map(len, some)) < sum(map(len, more)) < sum(map(len, most))


def test_a_client_has_the_same_draws_in_whatever_company():
    def draws(raw):
        scenario = parse(raw)
        cohort = flowsim.sample(scenario)
        column = cohort.draws.thresholds(14)
        return {
            key: [column.at(number, k) for k in range(9)]
            for number, key in enumerate(cohort.keys.tolist())
        }

    more = region()
    more["demand"][1]["per_year"] = {"assen": 30.0, "meppel": 4.0}
    before, after = draws(region()), draws(more)
    assert before.items() < after.items()


# ---------------------------------------------------------------- a minimally different world
LEVERS = {
    "places": lambda raw: raw["variant"][0].update(places={"each": 901}),
    "hours": lambda raw: raw["team"][0].update(hours_per_week={"each": 9001.0}),
    "shelf": lambda raw: raw["dwellings"][0].update(stock={"each": 950}),
    "priority": lambda raw: raw["placement"].update(priority=["move", "return"]),
    "passing": lambda raw: raw["placement"].update(passing=False),
    "patience": lambda raw: raw["demand"][0].update(patience_days={"exponential": 1e7}),
    "turnover": lambda raw: raw["variant"][0].update(turnover_days=30.0),
    "hold": lambda raw: raw["dwellings"][0].update(hold_days=1e7),
}


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_that_binds_nobody_changes_nothing(lever):
    raw = ample()
    before = by_client(run(raw))
    LEVERS[lever](raw)
    assert by_client(run(raw)) == before


def test_a_lever_that_binds_changes_something(ledger):
    raw = region()
    raw["variant"][0]["places"] = 13
    assert digest(raw) != ledger.digest()


# ---------------------------------------------------------------- dated changes
def test_two_worlds_that_differ_from_a_day_on_are_the_same_until_then(ledger):
    raw = region()
    first, second = (day_of(date(2026, 1, 1), change["date"]) for change in raw["change"])
    without_second = run(raw | {"change": raw["change"][:1]}).rows
    without = run(raw | {"change": []}).rows
    for other, day in ((without_second, second), (without, first)):
        until = [rows[rows["day"] < day] for rows in (ledger.rows, other)]
        assert until[0].tobytes() == until[1].tobytes()
        assert len(until[0]) < len(ledger.rows)
        assert ledger.rows.tobytes() != other.tobytes()


SAME = {
    "placement.passing": True,
    "variant.bw.places": {"all": 12},
    "team.bw_team.hours_per_week": 70.0,
    "leaving.find_alone_per_year": 0.2,
    "level.sheltered.worse_per_year": 0.1,
    "exits_per_year.wlz": 0.04,
    "desk.toegang.fte": {"north": 1.5, "south": 0.8},
}


@pytest.mark.parametrize("path", SAME)
def test_a_dated_change_to_what_holds_already_changes_nothing_for_anyone(path):
    def happened(raw):
        leave_out = {"REQUESTED"}  # resolved anew
        return {
            key: [(round(day, 6), *rest) for day, *rest in rows if rest[0] not in leave_out]
            for key, rows in by_client(run(raw)).items()
        }

    raw = region() | {"change": []}
    change = {"date": date(2026, 12, 1), "reason": "Nothing", "set": {path: SAME[path]}}
    assert happened(raw | {"change": [change]}) == happened(raw)


# ---------------------------------------------------------------- files that extend
BASE = """
scenario = { days = 700.0, follow_up_days = 100.0, seed = 3 }
level = [{ name = "out" }, { name = "in", recovery_days = { exponential = 90 } }]
demand = [
    { profile = "p", per_year = 30, level_mix = { in = 1.0 } },
    { profile = "q", per_year = 10, level_mix = { in = 1.0 } },
]
variant = [
    { name = "mid", serves = ["in", "in"], places = 4 },
    { name = "line", places = 5, stay_days = { exponential = 70 }, next = { mid = 1.0 } },
]
placement = { order = ["line", "mid"] }
leaving = { ready_at = "out", dwellings = "homes" }
dwellings = [{ name = "homes", scale = "region", per_year = 25 }]
start = { residents = { mid = 3, line = 2 } }
"""


def written(folder: Path, text: str) -> Path:
    (folder / "base.toml").write_text(BASE)
    path = folder / "other.toml"
    path.write_text(text)
    return path


def test_a_file_that_extends_a_base_and_says_nothing_is_the_base(tmp_path):
    path = written(tmp_path, 'extends = "base.toml"')
    ledgers = [of_file(tmp_path / "base.toml"), of_file(path)]
    assert len(ledgers[0].rows) > 200
    assert ledgers[0].digest() == ledgers[1].digest()


def test_what_a_file_adds_comes_after_the_base_and_leaves_its_draws(tmp_path):
    path = written(
        tmp_path,
        """
        extends = "base.toml"
        variant = [
            { name = "aaa", places = 0, stay_days = 1, next = { out = 1.0 } },
            { name = "bbb", serves = ["in", "in"], places = 7 },
        ]
        dwellings = [{ name = "abc", scale = "region", per_year = 1e-9 }]
        team = [{ name = "abc", hours_per_week = 1 }]
        demand = [{ profile = "abc", per_year = 0, level_mix = { in = 1.0 } }]
        [[desk]]
        name = "abc"
        assessors = 1
        assessment_days = 3
        handles = { profiles = ["abc"] }
        """,
    )
    assert of_file(path).digest() == of_file(tmp_path / "base.toml").digest()


def test_a_changed_lever_keeps_the_draws_of_every_block(tmp_path):
    # Blocks are ordered by what they say. These changes would turn that order round.
    path = written(
        tmp_path,
        """
        extends = "base.toml"
        demand = [{ profile = "p", per_year = 1 }, { profile = "q", per_year = 90 }]
        variant = [{ name = "line", places = 1 }, { name = "mid", places = 90 }]
        """,
    )
    base, other = flowsim.load(tmp_path / "base.toml"), flowsim.load(path)
    assert base.order == other.order
    few = flowsim.load(tmp_path / "base.toml", set=["demand.p.per_year=1"])
    assert set(flowsim.sample(few).keys.tolist()) < set(flowsim.sample(base).keys.tolist())


def test_setting_what_is_already_there_changes_nothing(tmp_path):
    written(tmp_path, "")
    base = tmp_path / "base.toml"
    again = flowsim.load(base, set=["variant.mid.places=4", "demand.q.per_year=10"])
    assert flowsim.simulate(again, flowsim.sample(again)).digest() == of_file(base).digest()


def test_a_value_set_is_a_value_written(tmp_path):
    path = written(tmp_path, 'extends = "base.toml"\nvariant = [{ name = "mid", places = 2 }]')
    by_set = flowsim.load(tmp_path / "base.toml", set=["variant.mid.places=2"])
    assert flowsim.simulate(by_set, flowsim.sample(by_set)).digest() == of_file(path).digest()
    assert of_file(path).digest() != of_file(tmp_path / "base.toml").digest()


def of_file(path: Path):
    scenario = flowsim.load(path)
    return flowsim.simulate(scenario, flowsim.sample(scenario))


# ---------------------------------------------------------------- another process
SCRIPT = """
import sys
sys.path.insert(0, ".")
from tests.regions import region
from tests.worlds import digest
print(digest(region(), replication=1))
"""


def test_another_hash_seed_of_python_gives_the_same_ledger():
    said = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]  # fmt: skip
    assert said == [digest(region(), replication=1)] * 2
