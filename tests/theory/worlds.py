"""Scenarios of a few lines: textbook stations in the scenario language."""

from __future__ import annotations

from typing import Any

import pytest

import flowsim
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.scenario import Scenario, parse
from tests.theory.laws import assert_nobody_is_lost

YEAR = DAYS_PER_YEAR
OUT = {"out": 1.0}


def by_law(*durations: Any, slow: tuple[Any, ...] = ()) -> Any:
    """Parametrise a test by the law of ``stay``; the later ones are slow tests."""
    fast = [pytest.param(one, id=next(iter(one))) for one in durations]
    more = [pytest.param(one, id=next(iter(one)), marks=pytest.mark.slow) for one in slow]
    return pytest.mark.parametrize("stay", [*fast, *more])


def world(days: float, *, follow_up: float = 0.0, areas: int = 1, seed: int = 7, **blocks: Any):
    """Make a scenario; ``areas`` municipalities are as many independent copies of a line."""
    about = {"days": float(days), "follow_up_days": float(follow_up), "seed": seed}
    where = {"all": {f"m{number:03d}": 1 for number in range(areas)}}
    if "variant" not in blocks and "desk" not in blocks:
        blocks["variant"] = [places("unlimited", 1.0)]
    return parse({"scenario": about, "areas": where, **blocks}, name="theory")


def clients(per_day: float, profile: str = "people", **more: Any) -> dict[str, Any]:
    """Clients of one profile: a Poisson process in each municipality."""
    return {"profile": profile, "per_year": {"each": per_day * YEAR}, **more}


def crowd(number: int, profile: str = "people", **more: Any) -> dict[str, Any]:
    """So many clients on the first ten days, then nobody: independent lives, where all is ample."""
    days = [10 * client / number for client in range(number)]
    return {"profile": profile, "on_days": days, **more}


def places(number: float | str, stay: Any, **more: Any) -> dict[str, Any]:
    """One variant with places in each municipality and a stay, after which people leave."""
    size = number if isinstance(number, str) else {"each": number}
    block = {"name": "home", "scale": "municipality", "places": size, "stay_days": stay}
    return block | {"next": OUT} | more


def desk(assessors: int, work: Any, **more: Any) -> dict[str, Any]:
    """A desk in each municipality."""
    return {
        "name": "desk",
        "scale": "municipality",
        "assessors": {"each": assessors},
        "assessment_days": work,
        **more,
    }


def sampled(scenario: Scenario, replication: int = 0) -> tuple[flowsim.Cohort, flowsim.Ledger]:
    """Simulate one replication; in every run nobody is lost or in two places."""
    cohort = flowsim.sample(scenario, replication)
    ledger = flowsim.simulate(scenario, cohort)
    assert_nobody_is_lost(scenario, cohort, ledger)
    return cohort, ledger


def run(scenario: Scenario, replication: int = 0) -> flowsim.Ledger:
    """Simulate one replication, as `sampled`."""
    return sampled(scenario, replication)[1]
