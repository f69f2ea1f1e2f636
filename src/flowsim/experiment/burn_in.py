"""People of today from a burn-in of the base: made once per base, kept by hash.

Every scenario that extends a base starts from the same people, also when it changes a lever on
day 0: today is today.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from functools import lru_cache
from pathlib import Path

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort import Cohort, sample_cohort
from flowsim.cohort.snapshot import People
from flowsim.scenario import Scenario
from flowsim.system import snapshots

VERSION = 3
"""Goes up when the engine changes what a burn-in leaves."""
SEED = 20_260_101
"""The burn-in has a seed of its own: the same people whatever the seed of a batch."""
SETTLING_YEARS = 10
"""First years of the burn-in, from which nobody is taken."""
MOST_INSTANTS = 40
"""Instants, evenly apart, at which people are taken."""


def sample(scenario: Scenario, replication: int = 0) -> Cohort:
    """Draw all chance of one replication.

    Parameters
    ----------
    scenario
        A validated scenario; its seed and the replication fix every draw.
    replication
        Number of the replication, from 0. It can be sampled alone.
    """
    return sample_cohort(scenario, replication, people_of(scenario))


def people_of(scenario: Scenario) -> People | None:
    """Return the people that the start resamples from; None where it asks for no burn-in.

    Read from the cache folder (``FLOWSIM_CACHE``, else the user's cache folder) or made, which
    takes some seconds, and kept there when the folder can be written.
    """
    base = scenario.base
    if not base.start.burn_in_years:
        return None
    key = _key(base)
    if key not in _kept:
        _kept[key] = _read(key) or _made(base, key)
    return _kept[key]


_kept: dict[str, People] = {}


def _key(base: Scenario) -> str:
    return _hash(base.model_dump_json(), json.dumps(base.order))


@lru_cache(maxsize=64)
def _hash(text: str, order: str) -> str:
    return hashlib.sha256(f"{VERSION}\n{order}\n{text}".encode()).hexdigest()[:24]


def _made(base: Scenario, key: str) -> People:
    scenario = in_balance(base)
    years = base.start.burn_in_years
    first = min(SETTLING_YEARS, years - 1)
    apart = -(-(years - first) // MOST_INSTANTS)
    days = [DAYS_PER_YEAR * year for year in range(years, first, -apart)][::-1]
    pool = People(one for people in snapshots(sample_cohort(scenario), days) for one in people)
    _write(key, pool)
    return pool


def in_balance(base: Scenario) -> Scenario:
    """Return the base as the burn-in runs it: long enough, without growth, from its own counts."""
    years = base.start.burn_in_years
    about = base.scenario.model_copy(
        update={"years": years, "days": None, "follow_up_days": 1.0, "seed": SEED}
    )
    demand = tuple(block.model_copy(update={"growth_per_year": 0.0}) for block in base.demand)
    start = base.start.model_copy(update={"burn_in_years": 0})
    frozen = base.model_copy(
        update={"scenario": about, "demand": demand, "start": start, "change": ()}
    )
    frozen._phases = ()  # as it is on the start date: no dated change takes effect
    return frozen


# ---------------------------------------------------------------- the cache
def _folder() -> Path:
    given = os.environ.get("FLOWSIM_CACHE")
    if given:
        return Path(given)
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "flowsim"


def _read(key: str) -> People | None:
    try:
        rows = json.loads((_folder() / f"burn_in_{key}.json").read_text(encoding="utf-8"))
        return People.from_rows(rows)
    except (OSError, ValueError, TypeError):
        return None


def _write(key: str, pool: People) -> None:
    """Keep a pool; another process may do the same at the same time, with the same content."""
    folder = _folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(pool.to_rows(), stream)
        Path(name).replace(folder / f"burn_in_{key}.json")
    except OSError:
        return  # a folder that cannot be written costs time, not results
