"""Small worlds, and their ledgers told in words: one line per row."""

from __future__ import annotations

import copy
from typing import Any

import flowsim
from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort.drawn import Draw
from flowsim.ledger import EventKind, Ledger
from flowsim.metrics import Reading
from flowsim.scenario import Scenario, parse
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


def line_file(
    years: int = 1, per_year: float = 100, places: int = 20, stay_days: float = 365.25,
    more: str = "",
) -> str:  # fmt: skip
    """Write the file of a line of one house, with more tables before its people."""
    return f"""
[scenario]
years = {years}
{more}[[demand]]
profile = "people"
per_year = {per_year}
[[variant]]
name = "house"
places = {places}
stay_days = {stay_days}
next = {{ out = 1.0 }}
"""


def home(name: str, places: Any, lightest: str, heaviest: str, **more: Any) -> Raw:
    """Write a variant for a range of support levels."""
    return {"name": name, "places": places, "serves": [lightest, heaviest], **more}


def shelf(every_days: float = 1e9, *, name: str = "shelf", **more: Any) -> Raw:
    """Write a stream of dwellings: one at every k x ``every_days`` (never, if not given)."""
    regular = {"name": name, "scale": "region", "pattern": "even", "every_days": every_days}
    return regular | more


def desk(assessors: Any, days: Any, **more: Any) -> Raw:
    """Write a desk with so many assessors and an assessment of so many days."""
    return {"name": "desk", "assessors": assessors, "assessment_days": days, **more}


def levels(*hours: float, **more: Raw) -> list[Raw]:
    """Write levels L0, L1 ... with hours a week; ``L1={...}`` adds to one of them."""
    named = {f"L{i}": h for i, h in enumerate(hours)}
    return [{"name": name, "hours_per_week": h, **more.get(name, {})} for name, h in named.items()]


def hazard(
    raw: Raw, days: float, *, client: int = 0, occurrence: int = 0, stream: int = Draw.WORSE
) -> float:
    """Return the rate per year at which a client's threshold is passed after so many days."""
    draws = flowsim.sample(parse(copy.deepcopy(raw))).draws
    return draws.thresholds(stream).at(client, occurrence) * DAYS_PER_YEAR / days


# ---------------------------------------------------------------- many copies of a line
YEAR = DAYS_PER_YEAR
OUT = {"out": 1.0}


def copies(
    days: float, *, follow_up: float = 0.0, areas: int = 1, seed: int = 7, **blocks: Any
) -> Scenario:
    """Make a scenario of as many municipalities, each an independent copy of a line."""
    about = {"days": float(days), "follow_up_days": float(follow_up), "seed": seed}
    where = {"all": {f"m{number:03d}": 1 for number in range(areas)}}
    if "variant" not in blocks and "desk" not in blocks:
        blocks["variant"] = [places("unlimited", 1.0)]
    return parse({"scenario": about, "areas": where, **blocks}, name="theory")


def clients(per_day: float, profile: str = "people", **more: Any) -> Raw:
    """Clients of one profile: a Poisson process in each municipality."""
    return {"profile": profile, "per_year": {"each": per_day * YEAR}, **more}


def crowd(number: int, profile: str = "people", **more: Any) -> Raw:
    """So many clients on the first ten days, then nobody: independent lives, where all is ample."""
    return people(*(10 * client / number for client in range(number)), profile=profile, **more)


def places(number: float | str, days: Any, **more: Any) -> Raw:
    """Write one variant with places in each municipality and a stay, after which people leave."""
    size = number if isinstance(number, str) else {"each": number}
    return stay("home", size, days, scale="municipality") | more


def desks(assessors: int, work: Any, **more: Any) -> Raw:
    """Write a desk in each municipality."""
    return desk({"each": assessors}, work, scale="municipality", **more)


HOUSE = """
[scenario]
years = 1
[[demand]]
profile = "people"
per_year = 20
[[variant]]
name = "house"
places = 10
stay_days = { exponential = 100 }
next = { out = 1.0 }
"""
"""A line as the text of a file."""


# ---------------------------------------------------------------- runs
def run(raw: Raw, *, replication: int = 0, check: bool = True) -> Ledger:
    """Parse, sample and simulate, with all checks on unless told otherwise."""
    scenario = parse(copy.deepcopy(raw))
    return flowsim.simulate(scenario, flowsim.sample(scenario, replication), check=check)


def digest(raw: Raw, *, replication: int = 0, check: bool = False) -> str:
    """Return the digest of a run."""
    return run(raw, replication=replication, check=check).digest()


def kinds(ledger: Ledger) -> set[EventKind]:
    """Return the kinds of events that happened."""
    return {EventKind(kind) for kind in ledger.rows["kind"].tolist()}


def read(raw: Raw) -> Reading:
    """Run a scenario, for metrics and tellers."""
    return Reading(run(raw), parse(raw))


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
