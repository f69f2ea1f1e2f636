"""A scenario that counts people who can be nowhere in its base is a today of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

import flowsim
from tests.worlds import lines, story

BASE = """
scenario = {{ start = 2026-01-01, days = 50.0, follow_up_days = 0.0 }}
areas = {{ r = {{ a = 1000 }} }}
level = [
    {{ name = "L0", hours_per_week = 0 }},
    {{ name = "L1", hours_per_week = 1 }},
    {{ name = "L2", hours_per_week = 2 }},
]
demand = [{{ profile = "p", on_days = [40.0], level_mix = {{ L1 = 1.0 }} }}]
{leaving}
[[variant]]
name = "v"
places = 3
serves = ["{lightest}", "L2"]
[start]
drift = "accepted"
residents = {{ v = 3 }}
level_mix = {{ v = {{ L2 = 1.0 }} }}
"""
READY = 'leaving = { ready_at = "L0" }'


def told(
    tmp_path: Path, text: str, of: str, lightest: str = "L1", leaving: str = READY
) -> list[str]:
    """Tell what happens in a scenario that extends the base."""
    (tmp_path / "base.toml").write_text(BASE.format(lightest=lightest, leaving=leaving))
    (tmp_path / "own.toml").write_text(f'extends = "base.toml"\n{text}')
    scenario = flowsim.load(tmp_path / "own.toml")
    ledger = flowsim.simulate(scenario, flowsim.sample(scenario), check=True)
    return [one for one in story(ledger, of=of) if float(one.split()[0]) < 40]


def test_people_in_aftercare_that_the_base_does_not_have_are_there(tmp_path):
    own = """
        start = { aftercare = 2 }
        leaving = { aftercare = { days = 30, level = "L0" } }
    """
    assert len(told(tmp_path, own, "AFTERCARE")) == 2
    assert len(told(tmp_path, own, "GONE")) == 2


def test_people_who_await_a_decision_at_a_desk_that_the_base_does_not_have_go_through_it(tmp_path):
    own = """
        start = { deciding = 2 }
        desk = [{ name = "d", assessors = 1, assessment_days = 10 }]
    """
    assert told(tmp_path, own, "ASSESSING AWARDED") == lines("""
        0 3 ASSESSING d
        10 3 AWARDED NEW v
        10 4 ASSESSING d
        20 4 AWARDED NEW v
    """)


def test_who_is_ready_to_move_from_what_served_all_in_the_base_asks_to(tmp_path):
    own = """
        start = { ready_to_move = { v = 1 } }
        variant = [
            { name = "v", serves = ["L1", "L2"] },
            { name = "w", serves = ["L0", "L0"], places = 0 },
        ]
    """
    (asks,) = told(tmp_path, own, "REQUESTED", lightest="L0")
    assert "MOVE" in asks


@pytest.mark.parametrize("level", ["L1", "L3"])
def test_levels_that_the_base_does_not_have_there_are_those_of_its_residents(tmp_path, level):
    own = f"""
        start = {{ level_mix = {{ v = {{ L2 = 0.0, {level} = 1.0 }} }} }}
        level = [{{ name = "L3", hours_per_week = 4 }}]
        variant = [{{ name = "v", serves = ["L1", "L3"] }}]
    """
    told(tmp_path, own, "PLACED", lightest="L2")
    scenario = flowsim.load(tmp_path / "own.toml")
    cohort = flowsim.sample(scenario)
    assert cohort.before is None
    assert {scenario.level[person.now.level].name for person in cohort.today} == {level}


def test_who_is_ready_to_leave_where_nobody_is_in_the_base_asks_to(tmp_path):
    own = f"""
        start = {{ ready_to_leave = {{ v = 1 }} }}
        {READY}
        dwellings = [{{ name = "d", scale = "region", pattern = "even", every_days = 1e9 }}]
        [leaving]
        dwellings = "d"
    """.replace(READY, "")
    own = own.replace("[leaving]", '[leaving]\n        ready_at = "L0"')
    (asks,) = told(tmp_path, own, "REQUESTED", leaving="")
    assert "LEAVE" in asks


# ---------------------------------------------------------------- and not otherwise
@pytest.mark.parametrize(
    "counts",
    [
        "residents = { v = 2 }",
        "level_mix = { v = { L1 = 0.5, L2 = 0.5 } }",
        "ready_to_move = { v = 1 }",
        "ready_to_leave = { v = 1 }",
        'waiting = [{ variant = "v", persons = 2, level_mix = { L1 = 1.0 } }]',
    ],
)
def test_counts_that_the_base_can_have_are_the_today_of_the_base(tmp_path, counts):
    lever = '[[level]]\nname = "L2"\nhours_per_week = 9\n'
    told(tmp_path, f"start = {{ {counts} }}\n{lever}", "PLACED")
    own = flowsim.load(tmp_path / "own.toml")
    (tmp_path / "counts.toml").write_text(f'extends = "base.toml"\nstart = {{ {counts} }}')
    only = flowsim.load(tmp_path / "counts.toml")
    assert flowsim.sample(own).before is not None
    assert flowsim.sample(own).today == flowsim.sample(only).today
