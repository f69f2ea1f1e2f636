"""Regions in which every mechanism is at work, with too little of everything, and runs of them."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from flowsim.cohort import sample_cohort
from flowsim.ledger import Ledger
from flowsim.scenario import Scenario, parse
from flowsim.system import simulate
from tests.worlds import Raw


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


# ---------------------------------------------------------------- a busy region
SPLIT = {
    "date": date(2027, 7, 1),
    "reason": "The region splits",
    "set": {
        "variant.bw.scale": "subregion",
        "variant.bw.places": {"north": 20, "south": 7},
        "team.bw_team.scale": "subregion",
        "team.bw_team.hours_per_week": {"north": 200.0, "south": 80.0},
        "variant.bw.contract.eur": 300.0,
        "desk.toegang.scale": "region",
    },
}


def busy(*changes: dict[str, Any], **money: Any) -> Scenario:
    """Three years of a region with every mechanism, and too little of everything."""
    return parse(_busy(changes, money))


def _busy(changes: tuple[dict[str, Any], ...], money: dict[str, Any]) -> dict[str, Any]:
    exits = {"wlz": 0.05, "death": 0.02, "elsewhere": 0.05}
    by_level = {"light": 0.2, "home": 0.4, "sheltered": 0.4}
    return (
        {
            "scenario": {"name": "busy", "years": 3, "follow_up_days": 200.0, "seed": 7},
            "areas": {
                "region": "r",
                "north": {"a": 60_000, "b": 25_000},
                "south": {"c": 40_000},
            },
            "level": [
                {"name": "none", "hours_per_week": 1.0},
                {"name": "light", "hours_per_week": 2.0, "worse_per_year": 0.3,
                 "recovery_days": {"exponential": 200.0}},
                {"name": "home", "hours_per_week": 5.0, "worse_per_year": 0.3,
                 "recovery_days": {"exponential": 250.0}},
                {"name": "sheltered", "hours_per_week": 10.0,
                 "recovery_days": {"exponential": 300.0}},
            ],
            "exits_per_year": exits,
            "demand": [
                {"profile": "p", "per_year": 60.0, "level_mix": by_level,
                 "has_tenancy": 0.2, "patience_days": {"exponential": 300.0},
                 "accepts_elsewhere": {"municipality": 0.7, "subregion": 0.4}},
                {"profile": "q", "per_year": 20.0, "level_mix": by_level, "external": True,
                 "accepts_elsewhere": {"municipality": 1.0, "subregion": 1.0}},
            ],
            "desk": [
                {"name": "toegang", "scale": "subregion", "fte": {"each": 1.3},
                 "hours_per_fte": 20.0,
                 "assessment_hours": {"gamma": 15.0, "cv": 0.5}, "reassessment_hours": 6.0,
                 "award_days": 300.0, "paperwork_days": {"uniform": [5.0, 20.0]},
                 "outcome": {"award": 0.8, "general": 0.2},
                 "patience_days": {"exponential": 400.0},
                 "other_work": {"cases_per_1000_per_year": 0.2, "hours": 10.0}},
            ],
            "variant": [
                {"name": "bw", "serves": ["sheltered", "sheltered"], "places": 30,
                 "turnover_days": 14.0, "team": "bw_team",
                 "contract": {"form": "day_rate", "eur": {"none": 90.0, "light": 100.0,
                                                          "home": 110.0, "sheltered": 200.0},
                              "housing_eur_per_month": 900.0}},
                {"name": "cluster", "serves": ["light", "home"], "scale": "subregion",
                 "providers": {"x": {"north": 5, "south": 3}, "y": {"north": 4}},
                 "turnover_days": 7.0, "team": "bt_team",
                 "contract": {"form": "availability", "eur": {"light": 50.0, "home": 70.0}}},
                {"name": "bt", "serves": ["light", "home"], "tenancy": "own", "dwellings": "homes",
                 "team": "bt_team", "contract": {"form": "hourly", "eur": 70.0}},
            ],
            "team": [
                {"name": "bw_team", "hours_per_week": 290.0},
                {"name": "bt_team", "scale": "subregion",
                 "hours_per_week": {"north": 80.0, "south": 40.0}, "response_days": 7.0,
                 "on_call_fte": {"north": 1.0, "south": 0.5}},
            ],
            "dwellings": [
                {"name": "homes", "scale": "municipality", "per_year": 18.0, "hold_days": 30.0},
            ],
            "leaving": {
                "ready_at": "none", "dwellings": "homes", "transition_days": {"uniform": [10, 40]},
                "destination": {"own_dwelling": 0.8, "family": 0.2}, "find_alone_per_year": 0.3,
                "aftercare": {"days": 200.0, "level": "none", "team": "bt_team",
                              "eur_per_hour": 60.0},
                "relapse": {"per_year": 0.3, "level": "light", "met": "at_home"},
            },
            "money": {
                "assessment_eur": 1400.0, "reassessment_eur": 600.0, "move_eur": 2500.0,
                "half_day_eur": 46.0, "half_days_per_week": {"home": 1.0, "sheltered": 2.0},
                "on_call_eur_per_fte_per_year": 80_000.0, "overhead": 0.04,
            } | money,
            "start": {
                "residents": {"bw": 30, "cluster": 10, "bt": 20},
                "ready_to_leave": {"cluster": 3},
                "ready_to_move": {"bw": 5},
                "ready_since_days": {"exponential": 100.0},
                "waiting": [{"variant": "bw", "persons": 6, "since_days": {"exponential": 90.0}}],
                "deciding": 4,
                "deciding_since_days": {"uniform": [0.0, 30.0]},
                "aftercare": 5,
            },
            "change": list(changes),
        }
    )  # fmt: skip


def human(**money: Any) -> Scenario:
    """The busy world in which people also err, come again, lose tenancies, and quit their job."""
    raw = _busy((), money)
    raw["scenario"] |= {"name": "human", "follow_up_days": 730.0}
    raw["desk"][0] |= {
        "guide": {"up_to": "light", "share": 0.5}, "too_light": 0.2, "too_heavy": 0.2,
        "outcome": {"award": 0.7, "general": 0.2, "rejected": 0.1},
    }  # fmt: skip
    for profile in raw["demand"]:
        after = ["gave_up", "rejected", "general"]
        profile["again"] = {"after": after, "share": 0.6, "days": {"exponential": 60.0}}
    raw["team"][0] = {
        "name": "bw_team", "fte": 13.5, "client_hours": 24.0, "absence": 0.05,
        "turnover_per_year": 0.8, "hiring_days": 50.0, "on_call_fte": 2.0,
    }  # fmt: skip
    raw["leaving"] |= {
        "keeps_tenancy": 0.3, "urgency": {"share": 0.2, "lead_days": {"uniform": [20.0, 60.0]}},
        "relapse": {"per_year": 0.6, "level": "sheltered", "met": "desk"},
    }  # fmt: skip
    return parse(raw)


@cache
def run(replication: int, *, world: str = "busy") -> tuple[Ledger, Scenario]:
    """Return one replication of a world: ``busy``, ``split`` half-way, or ``human``."""
    scenario = WORLDS[world]()
    return simulate(scenario, sample_cohort(scenario, replication)), scenario


WORLDS = {"busy": busy, "split": lambda **money: busy(SPLIT, **money), "human": human}


def line(**scenario: Any) -> tuple[Ledger, Scenario]:
    """Return a run of a line without levels, desk, staff or dwellings: 4 clients, 2 places."""
    about = {"name": "line", "days": 400.0, "follow_up_days": 0.0} | scenario
    plain = parse(
        {
            "scenario": about,
            "demand": [{"profile": "p", "on_days": [0.0, 10.0, 20.0, 30.0]}],
            "variant": [
                {"name": "only", "places": 2, "stay_days": 100.0, "next": {"out": 1.0}},
            ],
        }
    )
    return simulate(plain, sample_cohort(plain)), plain
