"""Print the digests of many runs, and what the engine is: ``python -m tests.identities.digests``.

For another process: one with the compiled engine, one without.
"""

from __future__ import annotations

import json
import logging
import sys
import tomllib
from pathlib import Path

from hypothesis import HealthCheck, given, settings

import flowsim
from flowsim.compiled import engine
from flowsim.errors import EngineError
from flowsim.scenario import Scenario, parse
from flowsim.system import simulate
from tests.identities.random_worlds import Raw, worlds
from tests.regions import region

FOUND = Path(__file__).parent / "found"


def random_scenarios(count: int) -> list[Scenario]:
    """Draw so many random worlds, always the same."""
    drawn: list[Raw] = []

    @settings(max_examples=count, derandomize=True, database=None, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(worlds())
    def keep(raw: Raw) -> None:
        drawn.append(raw)

    keep()
    return [parse(raw) for raw in drawn]


def found_scenarios() -> list[Scenario]:
    """Return the worlds that once broke a law."""
    return [parse(tomllib.loads(path.read_text("utf-8"))) for path in sorted(FOUND.glob("*.toml"))]


def digests(scenarios: list[Scenario], check: bool) -> list[str]:
    """Return a digest of each run; of one that ends early, why."""
    found = []
    for scenario in scenarios:
        try:
            ledger = simulate(scenario, flowsim.sample(scenario), check=check)
        except EngineError as error:
            found.append(f"{type(error).__name__}: {error}")
        else:
            found.append(ledger.digest())
    return found


if __name__ == "__main__":
    logging.disable()
    count, *files = sys.argv[1:]
    some = random_scenarios(int(count))
    shipped = [flowsim.load(file) for file in files]
    print(json.dumps({
        "engine": engine(),
        "random": digests(some, check=False),
        "checked": digests([*some[::10], *found_scenarios()], check=True),
        "region": digests([parse(region())], check=True),
        "shipped": digests(shipped, check=False),
    }))  # fmt: skip
