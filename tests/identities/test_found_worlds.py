"""Worlds that once broke a law, as the random worlds found them."""

import tomllib
from pathlib import Path

import pytest

import flowsim
from flowsim.scenario import parse
from flowsim.system import simulate
from tests.identities.replay import account

FOUND = sorted((Path(__file__).parent / "found").glob("*.toml"))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_a_world_that_once_broke_a_law_adds_up_at_every_instant(path):
    scenario = parse(tomllib.loads(path.read_text("utf-8")))
    for replication in range(3):
        ledger = simulate(scenario, flowsim.sample(scenario, replication), check=True)
        account(ledger, passing=scenario.placement.passing)
