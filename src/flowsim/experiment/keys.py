"""The key of a run in the store: all that its numbers depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from flowsim.experiment.burn_in import PATHS, base_key, made_with, path_key
from flowsim.experiment.code import code_hash
from flowsim.scenario import Scenario
from flowsim.store import Key

MEASURING: Final = (
    "calendar.py", "metrics/", "costs/", "experiment/batch.py", "experiment/run.py",
    "experiment/events.py", "experiment/occupancy.py",
    "experiment/own_metrics.py", "store/packed.py",
)  # fmt: skip
"""All of flowsim that makes numbers of a path."""


@cache
def path_code() -> str:
    """Return a hash of the code and the libraries that make a path."""
    return _hash(made_with())


@cache
def code() -> str:
    """Return a hash of the code and the libraries that make a path and measure it."""
    return _hash([path_code(), code_hash(*MEASURING)])


class Keys:
    """Keys of the runs of some scenarios; what a scenario says is hashed once."""

    def __init__(self, scenarios: Iterable[Scenario], own: str = "") -> None:
        self.own = own
        self._known = {one.key: (one, *_ingredients(one)) for one in scenarios}

    def scenario(self, name: str) -> str:
        """Return the hash of a scenario."""
        return self._known[name][1]

    def todays(self) -> tuple[str, ...]:
        """Return the keys of all paths of people of today, by scenario."""
        return tuple(dict.fromkeys(key for _, _, today in self._known.values() for key in today))

    def of(self, scenario: Scenario, replication: int) -> Key:
        """Return the key of a replication of one of the scenarios."""
        seeded, said, today = self._known[scenario.key]
        return Key(
            scenario=said,
            today=today[replication % PATHS] if today else "",
            seed=seeded.scenario.seed,
            replication=replication,
            path_code=path_code(),
            code=code(),
            own=self.own,
        )


def hash_of(scenario: Scenario) -> str:
    """Return the hash of all that a run depends on of a scenario, but for its seed."""
    return _hash([scenario_hash(scenario), scenario.extends, scenario.by_building])


def scenario_hash(scenario: Scenario) -> str:
    """Return the SHA-256 of all that a scenario says, but for the seed and the replications.

    Its base counts too: the people of today come from there.
    """
    said = [_said(scenario), scenario.order, _said(scenario.base), scenario.base.order]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _said(scenario: Scenario) -> dict[str, Any]:
    said: dict[str, Any] = scenario.model_dump(mode="json")
    for name in ("seed", "replications"):
        del said["scenario"][name]
    if said["scenario"]["dates"] == "quarterly":  # as it was before there was a choice
        del said["scenario"]["dates"]
    return said


def _ingredients(scenario: Scenario) -> tuple[str, tuple[str, ...]]:
    """Return the hash of a scenario, and of the people of today of each path."""
    if not scenario.base.start.burn_in_years:
        return hash_of(scenario), ()
    base, seed = base_key(scenario.base), scenario.scenario.seed
    return hash_of(scenario), tuple(path_key(base, seed, number) for number in range(PATHS))


def _hash(said: object) -> str:
    return hashlib.sha256(json.dumps(said).encode("utf-8")).hexdigest()
