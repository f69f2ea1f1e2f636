"""A small region in which every mechanism is at work, and what is done with it."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import numpy as np

import flowsim
from flowsim.ledger import EventKind, Ledger
from flowsim.scenario import parse

Raw = dict[str, Any]


def region() -> Raw:
    """Write three years of three municipalities with too little of everything."""
    return {
        "scenario": {"name": "region", "days": 1100.0, "follow_up_days": 200.0, "seed": 5},
        "areas": {
            "region": "all",
            "north": {"assen": 68_000, "noordenveld": 34_000},
            "south": {"meppel": 45_000},
        },
        "level": [
            {"name": "none", "hours_per_week": 0.5},
            {"name": "light", "hours_per_week": 1.0, "worse_per_year": 0.4},
            {"name": "home", "hours_per_week": 3.0, "worse_per_year": 0.3,
             "recovery_days": {"exponential": 200.0}},
            {"name": "sheltered", "hours_per_week": 6.0, "worse_per_year": 0.1,
             "recovery_days": {"gamma": 250.0, "cv": 0.7}},
        ],
        "situation": {"under": {"recovery": 0.5, "worse": 1.5},
                      "unsupported": {"recovery": 0.0, "worse": 1.5}},
        "exits_per_year": {"wlz": 0.04, "death": {"bw": 0.02, "waiting": 0.03}},
        "demand": [
            {"profile": "house", "per_10k_per_year": 3.0,
             "level_mix": {"home": 0.6, "sheltered": 0.4}, "has_tenancy": 0.3,
             "accepts_elsewhere": {"municipality": 0.8, "subregion": 0.5},
             "preferred_provider": {"large": 0.2, "small": 0.3},
             "patience_days": {"exponential": 700.0},
             "again": {"after": ["gave_up", "rejected"], "share": 0.5,
                       "days": {"exponential": 60.0}}},
            {"profile": "clinic", "per_year": {"assen": 9.0, "meppel": 4.0},
             "level_mix": {"sheltered": 1.0}, "urgent": 0.2,
             "accepts_elsewhere": {"municipality": 1.0, "subregion": 1.0}},
        ],
        "desk": [
            {"name": "toegang", "scale": "subregion", "fte": {"north": 1.5, "south": 0.8},
             "hours_per_fte": 21.0, "assessment_hours": {"gamma": 18.0, "cv": 0.5},
             "reassessment_hours": 6.0, "award_days": 400.0,
             "paperwork_days": {"triangular": [7.0, 20.0, 40.0]},
             "outcome": {"award": 0.8, "general": 0.15, "rejected": 0.05},
             "other_work": {"cases_per_1000_per_year": 0.3, "hours": 5.0},
             "priority": ["urgent"], "guide": {"up_to": "home", "share": 0.1},
             "too_light": 0.1, "too_heavy": 0.1},
        ],
        "variant": [
            {"name": "bw", "serves": ["sheltered", "sheltered"], "places": 12, "team": "bw_team",
             "turnover_days": 10.0},
            {"name": "cluster", "serves": ["home", "home"], "scale": "subregion",
             "providers": {"large": {"north": 4, "south": 2}, "small": {"north": 2}},
             "team": "bt_team", "turnover_days": 5.0, "accepts": {"home": 0.8},
             "flip": {"after_days": 250.0, "to": "flat", "share": 0.5}},
            {"name": "flat", "serves": ["home", "home"], "tenancy": "own", "team": "bt_team",
             "dwellings": "contingent"},
        ],
        "team": [
            {"name": "bw_team", "hours_per_week": 70.0, "response_days": 3.0},
            {"name": "bt_team", "scale": "subregion", "hours_per_week": {"north": 34.0,
                                                                         "south": 18.0}},
            {"name": "care", "fte": 1.2, "client_hours": 20.0, "absence": 0.05,
             "turnover_per_year": 0.5, "hiring_days": {"gamma": 90.0, "cv": 0.5}},
        ],
        "dwellings": [
            {"name": "contingent", "per_year": 18.0, "realised": 0.8, "hold_days": 6.0},
        ],
        "placement": {"order": ["cluster", "flat", "bw"], "priority": ["urgent", "move"]},
        "leaving": {
            "ready_at": "light", "dwellings": "contingent", "find_alone_per_year": 0.2,
            "transition_days": {"uniform": [10.0, 40.0]},
            "destination": {"own_dwelling": 0.9, "family": 0.1},
            "aftercare": {"days": 250.0, "level": "none", "team": "care"},
            "relapse": {"per_year": 0.3, "level": "home", "met": "at_home"},
            "keeps_tenancy": 0.7, "loses_tenancy_per_year": 0.1,
            "urgency": {"share": 0.1, "lead_days": {"exponential": 60.0}},
        },
        "change": [
            {"date": date(2027, 3, 1), "reason": "Fewer places",
             "set": {"variant.bw.places": {"all": 10}, "placement.widen_after_days": 200.0}},
            {"date": date(2028, 1, 1), "reason": "The region splits",
             "set": {"variant.bw.scale": "subregion", "variant.bw.places": {"north": 7, "south": 3},
                     "team.bw_team.scale": "subregion"}},
        ],
        "start": {
            "residents": {"bw": 11, "cluster": 7, "flat": 5},
            "level_mix": {"bw": {"sheltered": 1.0}, "cluster": {"home": 1.0},
                          "flat": {"home": 1.0}},
            "ready_to_leave": {"cluster": 2}, "ready_since_days": {"exponential": 90.0},
            "ready_to_move": {"bw": 2},
            "waiting": [{"variant": "bw", "persons": 4, "since_days": {"uniform": [0.0, 200.0]},
                         "level_mix": {"sheltered": 1.0}}],
            "deciding": 2, "deciding_since_days": {"uniform": [0.0, 40.0]},
            "aftercare": 6,
        },
    }  # fmt: skip


def ample() -> Raw:
    """Write the same region with more than enough of everything, and nobody in it on day 0."""
    raw = region()
    for variant in raw["variant"]:
        for key in ("providers", "accepts", "flip"):
            variant.pop(key, None)
        variant |= {"places": {"each": 900}, "turnover_days": 0.0}
    for team in raw["team"]:
        for key in ("fte", "client_hours", "absence", "turnover_per_year", "hiring_days"):
            team.pop(key, None)
        team["hours_per_week"] = {"each": 9000.0}
    raw["demand"][0].pop("preferred_provider")
    raw["desk"][0] |= {"fte": {"each": 400.0}, "priority": [], "too_light": 0.0}
    raw["dwellings"][0] |= {"stock": {"each": 900}, "hold_days": 1e6}
    del raw["start"], raw["change"]
    return raw


def run(raw: Raw, *, replication: int = 0, check: bool = False) -> Ledger:
    """Parse, sample and simulate."""
    scenario = parse(copy.deepcopy(raw))
    return flowsim.simulate(scenario, flowsim.sample(scenario, replication), check=check)


def digest(raw: Raw, **options: Any) -> str:
    """Return the digest of a run."""
    return run(raw, **options).digest()


def kinds(ledger: Ledger) -> set[EventKind]:
    """Return the kinds of events that happened."""
    return {EventKind(kind) for kind in np.unique(ledger.rows["kind"])}


def by_client(ledger: Ledger) -> dict[int, list[tuple[Any, ...]]]:
    """Return the rows of each client by its lasting key, without the numbers of this run."""
    out: dict[int, list[tuple[Any, ...]]] = {int(key): [] for key in ledger.clients.key}
    for row in ledger.rows[ledger.rows["kind"] < EventKind.POOL]:
        kind = EventKind(row["kind"])
        said: Any = int(row["ref"])
        if kind in (EventKind.PLACED, EventKind.HOUSED, EventKind.AFTERCARE) and said >= 0:
            said = option(ledger, said)
        elif kind in (EventKind.AWARDED, EventKind.REQUESTED, EventKind.STEPPED_OUT) and said >= 0:
            said = tuple(option(ledger, number) for number in ledger.option_sets[said])
        elif kind in _OF_A_DESK and said >= 0:
            said = ledger.pools[said].area
        key = int(ledger.clients.key[row["client"]])
        out[key].append((float(row["day"]), kind.name, said, int(row["level"]), int(row["why"])))
    return out


_OF_A_DESK = {
    EventKind.NOTIFIED, EventKind.ASSESSING, EventKind.PAPERWORK, EventKind.REVIEW_REQUESTED,
    EventKind.REVIEW_STARTED,
}  # fmt: skip


def option(ledger: Ledger, number: int) -> tuple[Any, ...]:
    """Return an option with pools by what they are."""
    one = ledger.options[number]
    pools = [ledger.pools[p] if p >= 0 else None for p in (one.place, one.team, one.dwelling)]
    named = tuple(p and (p.block, p.area, p.provider) for p in pools)
    return one.variant, one.municipality, named, one.minutes, one.net_minutes
