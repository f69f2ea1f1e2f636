"""A burn-in of the base: what the people of today are like, by eight paths for each seed.

Every scenario that extends a base starts from the same people, also when it changes a lever on
day 0: today is today. What is not known of today differs from path to path, and so between
replications.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from typing import Any, Final

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort import sample_cohort
from flowsim.cohort.snapshot import People, Snapshot
from flowsim.errors import EngineError, msg
from flowsim.experiment.code import code_hash
from flowsim.scenario import Scenario
from flowsim.system import snapshots

PATHS: Final = 8
"""Replication r starts from path r mod `PATHS`."""
SETTLING_YEARS: Final = 10
"""First years of a path, from which nobody is taken."""
MOST_INSTANTS: Final = 40
"""Instants of a path, evenly apart, at which people are taken."""
CODE: Final = (
    "calendar.py", "errors.py", "ledger/", "meant.py", "scenario/", "layout/", "cohort/",
    "system/", "experiment/burn_in.py",
)  # fmt: skip
"""All of flowsim that a path is made with."""
LIBRARIES: Final = ("numpy", "scipy", "simpy")
"""What it is made with besides."""


@dataclass(frozen=True)
class BurnIn:
    """One path of the burn-in of a base."""

    base: Scenario
    seed: int
    """Of the run."""
    number: int

    @cached_property
    def key(self) -> str:
        """Hash of all that the people depend on: the code, the base, the seed and the path."""
        return path_key(base_key(self.base), self.seed, self.number)

    @property
    def _years(self) -> list[int]:
        """At the end of which people are taken."""
        years = self.base.start.burn_in_years
        first = min(SETTLING_YEARS, years - 1)
        apart = -(-(years - first) // MOST_INSTANTS)
        return list(range(years, first, -apart))[::-1]

    @property
    def instants(self) -> int:
        """How often people are taken."""
        return len(self._years)

    def make(self) -> bytes:
        """Run the path; return its people (`People.to_json`); raises as `taken`."""
        return People(one for people in self.taken() for one in people).to_json()

    def taken(self) -> list[list[Snapshot]]:
        """Run the path; return its people at each instant.

        Raises
        ------
        EngineError
            When it does not end; its days are said to be of the burn-in.
        """
        days = [DAYS_PER_YEAR * year for year in self._years]
        cohort = sample_cohort(in_balance(self.base, self.seed), self.number)
        try:
            return list(snapshots(cohort, days))
        except EngineError as error:
            raise EngineError(msg("in the burn-in, {problem}", problem=error.said)) from error


def path_key(base: str, seed: int, number: int) -> str:
    """Return `BurnIn.key` of a base with this `base_key`."""
    return _hash([made_with(), base, seed, number])


def path_of(scenario: Scenario, replication: int) -> BurnIn | None:
    """Return the path that a replication starts from; None where there is no burn-in."""
    if not scenario.base.start.burn_in_years:
        return None
    return BurnIn(scenario.base, scenario.scenario.seed, replication % PATHS)


def base_key(base: Scenario) -> str:
    """Return a hash of all that a burn-in asks of a base."""
    said = in_balance(base, 0).model_dump(mode="json")
    for name in ("name", "title", "reason", "replications", "seed", "dates"):
        del said["scenario"][name]
    return _hash([said, base.order])


def in_balance(base: Scenario, seed: int) -> Scenario:
    """Return the base as a burn-in runs it: long enough, without growth, from its own counts."""
    years = base.start.burn_in_years
    drawn = hashlib.sha256(f"burn-in {seed}".encode()).digest()  # not the chance of a future
    update = {"years": years, "days": None, "follow_up_days": 1.0}
    about = base.scenario.model_copy(update=update | {"seed": int.from_bytes(drawn[:8])})
    demand = tuple(block.model_copy(update={"growth_per_year": 0.0}) for block in base.demand)
    start = base.start.model_copy(update={"burn_in_years": 0})
    frozen = base.model_copy(
        update={"scenario": about, "demand": demand, "start": start, "change": ()}
    )
    return frozen.known_as(later=())  # as it is on the start date: no dated change takes effect


def _hash(said: list[Any]) -> str:
    return hashlib.sha256(json.dumps(said).encode("utf-8")).hexdigest()


@cache
def made_with() -> list[str]:
    """Return hashes and versions of all that makes a path, of a burn-in or of a future."""
    return [code_hash(*CODE), *(f"{name} {version(name)}" for name in LIBRARIES)]
