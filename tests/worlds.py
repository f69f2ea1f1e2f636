"""Small worlds, and their ledgers told in words: one line per row."""

from __future__ import annotations

import copy
from typing import Any

import flowsim
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort.streams import Stream
from flowsim.ledger import Ledger
from flowsim.scenario import parse
from flowsim.tell import rows_told

Raw = dict[str, Any]


# ---------------------------------------------------------------- worlds
def world(*demand: Raw, days: float = 1000.0, **sections: Any) -> Raw:
    """Write a scenario as in a file: demand, and sections (``variant=[...]``, ``leaving={...}``).

    ``hours`` is short for one team ``team`` with so many hours a week.
    """
    hours = sections.pop("hours", None)
    if hours is not None:
        sections["team"] = [{"name": "team", "hours_per_week": hours}]
    about = {"name": "story", "days": days, "follow_up_days": 0.0, "seed": 1}
    return {"scenario": about, "demand": list(demand), **sections}


def people(*on_days: float, level: str | None = None, profile: str = "people", **more: Any) -> Raw:
    """Clients of one profile (and level) who notify on given days.

    Client numbers follow the days; on one day, the lasting order of the profiles.
    """
    block = {"profile": profile, "on_days": [float(day) for day in on_days], **more}
    return block if level is None else block | {"level_mix": {level: 1.0}}


def stay(name: str, places: Any, days: Any, **more: Any) -> Raw:
    """Write a variant of a line: a stay of some days, then out (or ``next``)."""
    return {"name": name, "places": places, "stay_days": days, "next": {"out": 1.0}} | more


def home(name: str, places: Any, lightest: str, heaviest: str, **more: Any) -> Raw:
    """Write a variant for a range of support levels."""
    return {"name": name, "places": places, "serves": [lightest, heaviest], **more}


def shelf(every_days: float = 1e9, *, name: str = "shelf", **more: Any) -> Raw:
    """Write a stream of dwellings: one at every k x ``every_days`` (never, if not given)."""
    regular = {"name": name, "scale": "region", "pattern": "even", "every_days": every_days}
    return regular | more


def desk(assessors: int, days: Any, **more: Any) -> Raw:
    """Write a desk with so many assessors and an assessment of so many days."""
    return {"name": "desk", "assessors": assessors, "assessment_days": days, **more}


def levels(*hours: float, **more: Raw) -> list[Raw]:
    """Write levels L0, L1 ... with hours a week; ``L1={...}`` adds to one of them."""
    named = {f"L{i}": h for i, h in enumerate(hours)}
    return [{"name": name, "hours_per_week": h, **more.get(name, {})} for name, h in named.items()]


def hazard(
    raw: Raw, days: float, *, client: int = 0, occurrence: int = 0, stream: int = Stream.WORSE
) -> float:
    """Return the rate per year at which a client's threshold is passed after so many days."""
    draws = flowsim.sample(parse(copy.deepcopy(raw))).draws
    return draws.thresholds(stream).at(client, occurrence) * DAYS_PER_YEAR / days


def run(raw: Raw, *, replication: int = 0) -> Ledger:
    """Parse, sample and simulate, with all checks on."""
    scenario = parse(copy.deepcopy(raw))
    return flowsim.simulate(scenario, flowsim.sample(scenario, replication), check=True)


# ---------------------------------------------------------------- in words
def story(raw: Raw | Ledger, *, of: str = "", without: str = "") -> list[str]:
    """Return the rows of a ledger in words: day, client (or pool), event, detail.

    Parameters
    ----------
    raw
        A scenario as tables, or a ledger.
    of, without
        Kinds of rows to keep or to leave out, with spaces between them; default all are told.
    """
    return rows_told(raw if isinstance(raw, Ledger) else run(raw), of=of, without=without)


def lines(text: str) -> list[str]:
    """Return the lines of a text that say something, with single spaces."""
    return [" ".join(one.split()) for one in text.splitlines() if one.strip()]
