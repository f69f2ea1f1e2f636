"""What a scenario has is asked in one place: each fact is false without its part, true with it."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import flowsim
from flowsim.layout import Has
from flowsim.scenario import Scenario, parse
from tests.worlds import desk, home, levels, people, shelf, stay, world

SOURCE = Path(flowsim.__file__).parent
FACTS = {name for name, one in vars(Has).items() if isinstance(one, property) and name[0] != "_"}


def bare(**more: Any) -> Scenario:
    return parse(world(people(1), **{"variant": [stay("v", 1, 10)]} | more))


def by_need(**more: Any) -> Scenario:
    """Write two levels and a variant that people leave when they are ready."""
    parts = {
        "level": levels(0, 1, L1={"recovery_days": 9}),
        "leaving": {"ready_at": "L0"},
        "variant": [home("v", 1, "L1", "L1")],
    }
    return parse(world(people(1, level="L1"), **parts | more))


def leaving(**more: Any) -> Scenario:
    return by_need(leaving={"ready_at": "L0"} | more)


AFTER = {"days": 9, "level": "L0"}
OWN = home("own", 1, "L1", "L1", tenancy="own")
TEAM = [{"name": "t", "hours_per_week": 9}]
HOURS = {"name": "d", "fte": 1, "hours_per_fte": 9, "assessment_hours": 1}
CHANGE = {"date": date(2026, 2, 1), "reason": "r", "set": {"variant.v.places": 2}}
LINE = stay("v", 1, 10)
WITH = {
    "places": bare(),
    "other_variants": bare(variant=[LINE, stay("w", 1, 5)]),
    "levels": by_need(),
    "teams": bare(team=TEAM, level=levels(1), variant=[LINE | {"team": "t"}]),
    "dwellings": bare(
        dwellings=[shelf()], variant=[LINE | {"tenancy": "own", "dwellings": "shelf"}]
    ),
    "changes": bare(change=[CHANGE]),
    "desk": bare(desk=[desk(1, 2)]),
    "reassessments": bare(desk=[HOURS | {"reassessment_hours": 1}]),
    "other_work": bare(desk=[HOURS | {"other_work": {"cases_per_1000_per_year": 1, "hours": 1}}]),
    "misjudgement": by_need(desk=[HOURS | {"too_light": 0.1}]),
    "queue_order": bare(placement={"passing": False}),
    "patience": bare(variant=[LINE | {"patience_days": 9}]),
    "again": parse(
        world(
            people(1, patience_days=9, again={"after": ["gave_up"], "share": 0.5, "days": 9}),
            variant=[LINE],
        )
    ),
    "preferences": parse(
        world(
            people(1, preferred_provider={"x": 1.0}),
            variant=[{k: v for k, v in LINE.items() if k != "places"} | {"providers": {"x": 1}}],
        )
    ),
    "intake": bare(variant=[LINE | {"accepts": 0.5}]),
    "widening": bare(variant=[LINE, stay("w", 1, 5)], placement={"widen_after_days": 9}),
    "exits": bare(exits_per_year={"wlz": {"v": 0.1}}),
    "by_need": by_need(),
    "lines": bare(),
    "clocks": by_need(),
    "exits_outside": bare(exits_per_year={"wlz": {"waiting": 0.1}}),
    "turnover": bare(variant=[LINE | {"turnover_days": 2}]),
    "flips": by_need(variant=[home("v", 1, "L1", "L1", flip={"after_days": 9, "to": "own"}), OWN]),
    "steps_out": bare(variant=[LINE | {"keep_place_until": "never"}]),
    "tenancies": bare(),
    "done": bare(),
    "ready": by_need(),
    "aftercare": leaving(aftercare=AFTER),
    "aftercare_teams": by_need(
        team=TEAM, leaving={"ready_at": "L0", "aftercare": AFTER | {"team": "t"}}
    ),
    "relapse": leaving(aftercare=AFTER, relapse={"per_year": 1, "level": "L1"}),
    "relapse_at_desk": leaving(
        aftercare=AFTER, relapse={"per_year": 1, "level": "L1", "met": "desk"}
    ),
    "finding": leaving(find_alone_per_year=0.1),
    "urgency": leaving(urgency={"share": 0.5, "lead_days": 9}),
    "losing": leaving(loses_tenancy_per_year=0.1),
    "giving_up": leaving(keeps_tenancy=0.5),
}
ALWAYS = {"places", "tenancies", "lines", "done"}
"""What the barest scenario has: a variant, a stay in it, and a way out of it."""


def test_every_fact_has_a_scenario_that_has_it():
    assert set(WITH) == FACTS


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_a_fact_is_so_with_its_part_and_only_then(fact):
    assert getattr(Has(*_phases(WITH[fact])), fact)
    assert bool(getattr(Has(bare()), fact)) == (fact in ALWAYS)


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_of_several_scenarios_one_is_enough(fact):
    one = WITH[fact]
    assert getattr(Has(bare(), *_phases(one), bare()), fact)


def test_of_nothing_nothing_is_so():
    assert not any(getattr(Has(), fact) for fact in FACTS)


def _phases(scenario: Scenario) -> list[Scenario]:
    return [phase for _, phase in scenario.phases]


# ---------------------------------------------------------------- and nowhere else
def _asks(node: ast.AST) -> str:
    """Return what a comparison asks of a block that the layout tells."""
    if not isinstance(node, ast.Compare) or not isinstance(node.left, ast.Attribute):
        return ""
    other = node.comparators[0]
    told = {("tenancy", "own"), ("ready_at", None), ("reassessment_hours", None)}
    is_told = isinstance(other, ast.Constant) and (node.left.attr, other.value) in told
    return ast.unparse(node) if is_told else ""


ELSEWHERE = {"balance/work.py", "balance/sweep.py", "system/mechanisms/terms.py"}
"""Work of one desk at a time."""


def test_nobody_asks_a_block_what_the_layout_tells():
    found = []
    for path in SOURCE.rglob("*.py"):
        where = path.relative_to(SOURCE).as_posix()
        if where.startswith(("scenario/", "layout/")) or where in ELSEWHERE:
            continue
        asked = filter(None, map(_asks, ast.walk(ast.parse(path.read_text("utf-8")))))
        found += [f"{where}: {one}" for one in asked]
    assert found == []
