"""What must leave a run as it was, byte for byte or client by client."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import flowsim
from flowsim.ledger import EventKind, RequestKind
from flowsim.scenario import parse
from tests.identities.relabel import renamed, shuffled
from tests.identities.replay import account
from tests.identities.worlds import ample, by_client, digest, kinds, region, run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def ledger():
    return run(region())


def test_everything_happens_in_the_region_of_these_tests(ledger):
    never = {
        EventKind.STEPPED_OUT,  # lines without need levels
        EventKind.CAPACITY, EventKind.QUEUE_ORDER,
    }  # fmt: skip
    assert set(EventKind) - kinds(ledger) - never == set()


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
def test_a_variant_that_nobody_uses_leaves_the_ledger_byte_for_byte(ledger, unused):
    raw = region()
    raw["variant"].insert(1, unused)
    assert digest(raw) == ledger.digest()


def test_a_team_a_desk_and_a_profile_that_nobody_uses_leave_the_ledger_byte_for_byte(ledger):
    raw = region()
    raw["team"].insert(0, {"name": "idle", "hours_per_week": 5.0, "scale": "municipality"})
    raw["demand"].insert(0, {"profile": "nobody", "per_year": 0.0, "level_mix": {"home": 1.0}})
    raw["desk"].insert(
        0,
        {"name": "empty", "assessors": 1, "assessment_days": 3.0,
         "handles": {"profiles": ["nobody"]}},
    )  # fmt: skip
    raw["desk"][1]["handles"] = {"profiles": ["house", "clinic"]}
    with_handles = region()
    with_handles["desk"][0]["handles"] = {"profiles": ["house", "clinic"]}
    assert digest(raw) == digest(with_handles)


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
    def without(raw):
        raw["leaving"] |= {"find_alone_per_year": 0.0}
        del raw["leaving"]["aftercare"]["team"]
        return raw

    def days(ledger):
        """Return when each client is placed, housed and gone."""
        said = {"PLACED", "HOUSED", "AFTERCARE", "GONE", "LEVEL"}
        return {
            key: [(day, kind) for day, kind, *_ in rows if kind in said]
            for key, rows in by_client(ledger).items()
        }

    many, none = without(region()), without(region())
    many["dwellings"][0] |= {"stock": {"each": 400}, "hold_days": 1e6, "scale": "region"}
    none["variant"][2].pop("dwellings")
    none["leaving"].pop("dwellings")
    none.pop("dwellings")
    many, none = run(many), run(none)
    assert days(many) == days(none)
    rows = none.rows
    leave = rows[(rows["kind"] == EventKind.REQUESTED) & (rows["why"] == RequestKind.LEAVE)]
    housed = rows[rows["kind"] == EventKind.HOUSED]
    asked = {(row["client"], row["day"]) for row in leave if row["day"] >= 0}
    assert len(asked) > 20
    assert asked <= {(row["client"], row["day"]) for row in housed}, "nobody is blocked"


# ---------------------------------------------------------------- longer, and more often
def test_a_longer_horizon_only_adds_rows_at_the_end(ledger):
    raw = region()
    raw["scenario"]["follow_up_days"] = 900.0
    rows = run(raw).rows
    assert len(rows) > len(ledger.rows) + 100
    numbers = lower_numbers(rows, ledger)
    assert rows[: len(ledger.rows)].tobytes() == ledger.rows.tobytes(), numbers


def lower_numbers(rows, ledger) -> str:
    differ = np.flatnonzero(rows[: len(ledger.rows)] != ledger.rows)
    return f"first differs: {ledger.rows[differ[0]]} {rows[differ[0]]}" if len(differ) else ""


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
        {"profile": "new", "on_days": [0.0, 1.5, 400.0], "level_mix": {"home": 1.0}}
    )
    few["demand"].append({"profile": "new", "on_days": [], "level_mix": {"home": 1.0}})
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
    "places": lambda raw: raw["variant"][0].update(places={"all": 901}),
    "hours": lambda raw: raw["team"][0].update(hours_per_week={"each": 9001.0}),
    "shelf": lambda raw: raw["dwellings"][0].update(stock={"each": 950}),
    "priority": lambda raw: raw["placement"].update(priority=["move", "return"]),
    "passing": lambda raw: raw["placement"].update(passing=False),
    "widening": lambda raw: raw["placement"].update(widen_after_days=400.0),
    "patience": lambda raw: raw["demand"][0].update(patience_days={"exponential": 1e7}),
    "exchange": lambda raw: raw["variant"][2].update(turnover_days=0.0),
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
    { name = "line", places = 5, stay_days = { exponential = 70 }, next = { mid = 0.5, out = 0.5 } },
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
sys.path.insert(0, "tests/identities")
import worlds
print(worlds.digest(worlds.region(), replication=1))
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
