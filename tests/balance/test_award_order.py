"""The balance and the run award the same variants, in the same order."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import flowsim
from flowsim.balance.steady import steady_flow
from flowsim.ledger import EventKind
from flowsim.scenario import parse

Raw = dict[str, Any]
LEVELS = ("ready", "light", "middle", "heavy")
POLICIES = ("lightest_first", "home_first", "best_fit")


@st.composite
def worlds_without_chance(draw: st.DrawFn) -> Raw:
    """Draw lines and variants by need; each has no place or room for all, each stay one length."""
    names = ["a", "b", "c", "d"][: draw(st.integers(2, 4))]
    blocks: list[Raw] = []
    for at, name in enumerate(names):
        low = draw(st.integers(1, 3))
        block: Raw = {
            "name": name,
            "serves": [LEVELS[low], LEVELS[draw(st.integers(low, 3))]],
            "tenancy": draw(st.sampled_from(["provider", "own"])),
        }
        if draw(st.sampled_from([True, False, False])):
            block["places"] = 0
        if draw(st.booleans()):  # a line leads on to what is listed later, or out
            block["stay_days"] = 10.0
            block["next"] = {draw(st.sampled_from([*names[at + 1 :], "out"])): 1.0}
        blocks.append(block)
    served = [
        LEVELS[i]
        for i in range(1, 4)
        if any(LEVELS.index(b["serves"][0]) <= i <= LEVELS.index(b["serves"][1]) for b in blocks)
    ]
    levels = draw(st.lists(st.sampled_from(served), min_size=1, unique=True))
    return {
        "scenario": {"days": 500.0, "follow_up_days": 0.0},
        "level": [
            {"name": name} | ({} if name == "ready" else {"recovery_days": 20.0})
            for name in LEVELS
        ],
        "demand": [
            {"profile": name, "on_days": [1.0 + i], "level_mix": {name: 1.0}}
            for i, name in enumerate(levels)
        ],
        "variant": draw(st.permutations(blocks)),
        "leaving": {"ready_at": "ready"},
        "placement": {"order": draw(st.sampled_from(POLICIES) | st.permutations(names))},
    }  # fmt: skip


def entered_in_the_run(raw: Raw) -> set[str]:
    scenario = parse(copy.deepcopy(raw))
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario))
    placed = ledger.rows[ledger.rows["kind"] == EventKind.PLACED]
    return {ledger.variants[ledger.options[ref].variant] for ref in placed["ref"]}


def entered_in_the_balance(raw: Raw) -> set[str]:
    flow = steady_flow(parse(copy.deepcopy(raw)))
    return {name for name, s in flow.stations.items() if sum(s.entries.values()) > 1e-6}


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(raw=worlds_without_chance())
def test_the_balance_and_the_run_admit_to_the_same_variants(raw):
    assert entered_in_the_balance(raw) == entered_in_the_run(raw)


def two_lines() -> Raw:
    return {
        "scenario": {"years": 1, "follow_up_days": 0.0},
        "level": [{"name": "ready"}, {"name": "light"}, {"name": "heavy"}],
        "demand": [{"profile": "p", "per_year": 40, "level_mix": {"light": 0.5, "heavy": 0.5}}],
        "variant": [
            {"name": "a", "serves": ["heavy", "heavy"], "stay_days": 30, "next": {"b": 1.0}},
            {"name": "b", "serves": ["light", "light"], "stay_days": 30, "next": {"out": 1.0}},
        ],
        "placement": {"order": ["lightest_first"]},
        "leaving": {"ready_at": "ready"},
    }


def test_who_is_served_by_a_later_station_alone_is_awarded_that_station():
    raw = two_lines()
    assert sum(steady_flow(parse(raw)).stations["b"].entries.values()) == pytest.approx(40)
    scenario = parse(two_lines())
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario))
    placed = ledger.rows[ledger.rows["kind"] == EventKind.PLACED]
    first: dict[int, str] = {}
    for client, ref in zip(placed["client"], placed["ref"], strict=True):
        first.setdefault(int(client), ledger.variants[ledger.options[ref].variant])
    assert set(first.values()) == {"a", "b"}
    assert len(first) == sum(ledger.rows["kind"] == EventKind.NOTIFIED)
