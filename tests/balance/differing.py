"""Worlds in which a balance and a run are easily two models; levels, stays and rates are whole."""

from __future__ import annotations

from typing import Any

Raw = dict[str, Any]
YEAR = 365.25
LEVELS: list[Raw] = [{"name": "ready"}, {"name": "need", "recovery_days": {"exponential": YEAR}}]
NEED = ["need", "need"]


def world(per_year: Any, *, days: float = 7000.0, patient: Any = None, **more: Any) -> Raw:
    demand: Raw = {"profile": "p", "per_year": per_year, "level_mix": {"need": 1.0}}
    if patient is not None:
        demand["patience_days"] = {"exponential": patient}
    return {
        "scenario": {"days": days, "follow_up_days": 0.0, "seed": 3},
        "level": LEVELS, "demand": [demand], "leaving": {"ready_at": "ready"},
    } | more  # fmt: skip


def of_lines(per_year: float, *variants: Raw, order: list[str], **more: Any) -> Raw:
    return {
        "scenario": {"days": 3000.0, "follow_up_days": 0.0, "seed": 3},
        "demand": [{"profile": "p", "per_year": per_year}],
        "variant": list(variants), "placement": {"order": order},
    } | more  # fmt: skip


def station(name: str, places: int, days: float, to: Raw, **more: Any) -> Raw:
    stay = {"stay_days": {"exponential": days}, "next": to}
    return {"name": name, "places": places} | stay | more


def leavers(*, urgent: float, a_year: float = 50, patient: float | None = 100.0) -> Raw:
    leaving: Raw = {"ready_at": "ready", "dwellings": "shelf"}
    if urgent:
        leaving["urgency"] = {"share": urgent, "lead_days": 60.0}
    return world(
        100, patient=patient, leaving=leaving,
        variant=[{"name": "house", "serves": NEED, "places": 120}],
        dwellings=[{"name": "shelf", "scale": "region", "per_year": a_year}],
    )  # fmt: skip


def ready_before_there_is_a_place() -> Raw:
    """Write people who need nothing after 40 days on the list; a place is kept for dwellings."""
    house = {"name": "house", "serves": NEED, "places": 1}
    leaving = {"ready_at": "ready", "dwellings": "shelf", "find_alone_per_year": 1.0}
    return world(
        18, leaving=leaving, variant=[house],
        level=[{"name": "ready"}, {"name": "need", "recovery_days": 20.0}],
        situation={"unsupported": {"recovery": 0.5}},
        dwellings=[{"name": "shelf", "scale": "region", "per_year": 2}],
    )  # fmt: skip


def line_to_dwellings() -> Raw:
    home = {"name": "home", "tenancy": "own", "dwellings": "shelf", "stay_days": 1.0,
            "next": {"out": 1.0}}  # fmt: skip
    house = station("house", 30, 2.0, {"home": 1.0})
    shelf = [{"name": "shelf", "scale": "region", "per_year": YEAR / 2}]
    return of_lines(YEAR, house, home, order=["house"], dwellings=shelf)


def home(places: int, **stream: Any) -> Raw:
    variant = {"name": "home", "serves": NEED, "tenancy": "own", "dwellings": "shelf"}
    return {"variant": [variant | {"places": places}], "dwellings": [{"name": "shelf"} | stream]}


def place_and_dwelling() -> Raw:
    blocks = home(150, scale="region", per_year=60, hold_days=14.0)
    raw = world(400, days=10000.0, patient=YEAR, **blocks)
    raw["demand"][0]["has_tenancy"] = 0.5
    return raw


def dwellings_by_municipality() -> Raw:
    blocks = home(100, scale="municipality", per_year={"x": 90, "y": 30})
    areas = {"region": "r", "s": {"x": 10_000, "y": 10_000}}
    return world({"x": 60, "y": 60}, areas=areas, **blocks)


def preferred(scale: str = "region") -> Raw:
    house = {"name": "house", "serves": NEED, "scale": scale,
             "providers": {"big": 100, "small": 20}}  # fmt: skip
    raw = world(200, patient=100.0, variant=[house])
    raw["demand"][0]["preferred_provider"] = {"small": 0.6}
    return raw


def ready_meanwhile() -> Raw:
    levels = [LEVELS[0], {"name": "need", "recovery_days": {"exponential": 100.0}}]
    return world(200, days=10000.0, level=levels, situation={"unsupported": {"recovery": 1.0}},
                 variant=[{"name": "house", "serves": NEED, "places": 20}])  # fmt: skip


def merge(first: int = 3, days: float = 2.0) -> Raw:
    """Two full stations that lead to one."""
    return of_lines(
        1.0,
        station("a", first, 2.0, {"t": 1.0}, serves=["x", "x"]),
        station("b", 3, days, {"t": 1.0}, serves=["y", "y"]),
        station("t", 4, 2.0, {"out": 1.0}, serves=["x", "y"]),
        order=["a", "b"], level=[{"name": "x"}, {"name": "y"}],
        demand=[{"profile": "p", "per_year": 4 * YEAR, "level_mix": {"x": 0.5, "y": 0.5}}],
    )  # fmt: skip


def circle(a_day: float) -> Raw:
    return of_lines(
        a_day * YEAR,
        station("a", 6, 2.0, {"b": 1.0}),
        station("b", 6, 2.0, {"a": 0.5, "out": 0.5}),
        order=["a"],
    )


def movers(patient: float | None = 50.0) -> Raw:
    levels = [
        LEVELS[0],
        {"name": "light", "recovery_days": {"exponential": 100.0}, "worse_per_year": 3.0},
        {"name": "need", "recovery_days": {"exponential": 100.0}},
    ]
    raw = world(400 if patient else 300, patient=patient, level=levels, variant=[
        {"name": "A", "serves": NEED, "places": 40},
        {"name": "B", "serves": ["light", "light"], "places": 40},
    ])  # fmt: skip
    raw["demand"][0]["level_mix"] = {"light": 0.5, "need": 0.5}
    return raw


def refusing() -> Raw:
    house = {"name": "house", "serves": NEED, "places": 80, "accepts": 0.7}
    return world(100, patient=100.0, variant=[house])


def flipping() -> Raw:
    flip = {"after_days": 100, "to": "home", "share": 0.5}
    house = {"name": "house", "serves": NEED, "places": 80, "flip": flip}
    own = {"name": "home", "serves": NEED, "tenancy": "own"}
    return world(100, patient=100.0, variant=[house, own], placement={"order": ["house"]})
