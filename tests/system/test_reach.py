"""What a dated change reaches: a rate of what is to come reaches nobody who is there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from pydantic import BaseModel

from flowsim.scenario import parse
from flowsim.scenario.model import Scenario
from flowsim.system.run.journey import MECHANISMS
from flowsim.system.run.reach import ONLY_COMING, differing
from tests.regions import region
from tests.worlds import Raw, home, levels, people, run, world

START = date(2026, 1, 1)


def dated(day: int, **new: object) -> Raw:
    values = {path.replace("__", "."): value for path, value in new.items()}
    return {"date": START + timedelta(days=day), "reason": "a test", "set": values}


def keys() -> set[str]:
    """Return every path that `differing` may give."""
    found = set()
    for section, field in Scenario.model_fields.items():
        found.add(section)
        for part in get_args(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                found |= {f"{section}.{key}" for key in part.model_fields}
    return found


def test_what_is_named_here_exists():
    assert keys() >= ONLY_COMING
    sections = set(Scenario.model_fields)
    for kind in MECHANISMS:
        assert {path.partition(".")[0] for path in kind.reads} <= sections, kind


def test_values_that_differ_are_named_by_section_and_key():
    one = parse(region())
    raw = region()
    raw["demand"][0]["per_10k_per_year"] += 1.0
    raw["exits_per_year"]["wlz"] = 0.5
    assert differing(one, one) == set()
    assert differing(one, parse(raw)) == {"demand.per_10k_per_year", "exits_per_year"}


def year() -> Raw:
    """Write a year of the region in which nothing is decided."""
    raw = region()
    raw.pop("change")
    raw["scenario"] |= {"days": 300.0, "follow_up_days": 60.0}
    return raw


RATES = {
    "dwellings.contingent.per_year": 3.7,
    "demand.house.urgent": 0.5,
    "demand.house.per_10k_per_year": 3.1,
}


@pytest.mark.parametrize("path", RATES)
def test_a_rate_of_what_is_to_come_reaches_nobody_who_is_there(path):
    """Whoever comes on the last day is another one; the rest of the ledger is the same."""
    day = 359
    before = run(year()).rows
    after = run(year() | {"change": [dated(day, **{path.replace(".", "__"): RATES[path]})]}).rows
    old = before[before["day"] < day]
    assert len(old) > 300
    assert (after[: len(old)] == old).all()


def test_a_change_to_what_it_was_leaves_the_ledger_byte_for_byte():
    plain = year()
    rate = plain["demand"][0]["per_10k_per_year"]
    same = [dated(day, demand__house__per_10k_per_year=rate) for day in range(30, 330, 9)]
    assert run(plain | {"change": same}).digest() == run(plain).digest()


def test_a_change_of_the_desk_leaves_the_clocks_of_need_as_they_are():
    """Only who reads the values of a desk goes on anew: the day of recovery is the very same."""
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1, 2, L1={"recovery_days": 90.1}),
        variant=[home("bw", 9, "L1", "L2")],
        leaving={"ready_at": "L0"},
        situation={"adequate": {"recovery": 0.7, "worse": 1.0}},
        desk=[{"name": "d", "assessors": 1, "assessment_days": 0.3}],
        days=300,
    )
    changes = [dated(day, **{"desk__d__assessment_days": 0.3 + day}) for day in range(7, 120, 7)]
    first, later = run(raw), run(raw | {"change": changes})
    assert first.rows["day"].tolist() == later.rows["day"].tolist()
