"""Ledgers and scenarios made by hand, so that every number in a test can be worked out on paper.

`four` is the ledger of four people in one year. Client 0 (a) goes the whole way: notified 10,
assessed 12, papers 15, award 20, sheltered 50,
lighter 80, at home (a dwelling of b) 130, ready 200, housed (a dwelling of a) 260, aftercare 290,
gone 400. Client 1 (b) lives in sheltered housing at the start and dies on day 40. Client 2 (b)
waits for it since 30 days before the start and gives up on day 60. Client 3 (a) notifies on day
300, and still waits for an assessor at the end of the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np

from flowsim.ledger import (
    ROW,
    ClientTable,
    EventKind,
    How,
    Ledger,
    LostBecause,
    Option,
    PoolInfo,
    Reason,
    RequestKind,
    pack,
)
from flowsim.ledger import EventKind as K
from flowsim.metrics import Columns
from flowsim.scenario import Scenario, parse

Row = tuple[float, int, int, EventKind, int, int]
"""Day, client, ref, kind, level, why."""

BW, BT = 0, 1
"""Variants."""


def row(
    day: float, client: int, kind: EventKind, ref: int = -1, why: int = 0, level: int = 1
) -> Row:
    return (day, client, ref, kind, level, why)


def pool_row(
    day: float, pool: int, free: int, kind: EventKind = EventKind.POOL, why: int = 0
) -> Row:
    return (day, free, pool, kind, -1, why)


def option(
    variant: int = -1,
    *,
    place: int = -1,
    team: int = -1,
    minutes: int = 0,
    net: int | None = None,
    dwelling: int = -1,
    municipality: int = -1,
) -> Option:
    return Option(
        variant=variant,
        municipality=municipality,
        place=place,
        team=team,
        minutes=minutes,
        net_minutes=minutes if net is None else net,
        dwelling=dwelling,
    )


def pool(kind: str, block: str, area: str = "r", capacity: int = 1, provider: str = "") -> PoolInfo:
    return PoolInfo(kind=kind, block=block, area=area, provider=provider, capacity=capacity)


def ledger_of(
    rows: Iterable[Row],
    *,
    pools: Sequence[PoolInfo] = (),
    options: Sequence[Option] = (),
    sets: Sequence[tuple[int, ...]] = (),
    notified_at: Sequence[int] = (0, 0, 0, 0),
    origin: Sequence[int] | None = None,
    profile: Sequence[int] | None = None,
    has_tenancy: Sequence[bool] | None = None,
    window_days: float = 365.0,
    end_days: float = 730.0,
    levels: tuple[str, ...] = ("light", "heavy"),
    start: date = date(2026, 1, 1),
) -> Ledger:
    count = len(notified_at)
    written = b"".join(pack(*one) for one in rows)
    return Ledger(
        rows=np.frombuffer(written, dtype=ROW),
        pools=tuple(pools),
        options=tuple(options),
        option_sets=tuple(sets),
        clients=ClientTable(
            key=np.arange(count, dtype=np.int64),
            profile=np.array(profile or [0] * count, dtype=np.int16),
            origin=np.array(notified_at if origin is None else origin, dtype=np.int16),
            notified_at=np.array(notified_at, dtype=np.int16),
            has_tenancy=np.array(has_tenancy or [False] * count, dtype=np.bool_),
        ),
        variants=("bw", "bt"),
        profiles=("home",),
        municipalities=("a", "b"),
        levels=levels,
        start=start,
        window_days=window_days,
        end_days=end_days,
    )


def scenario_of(**changes: Any) -> Scenario:
    """A region of two municipalities (60,000 and 40,000) with sheltered and protected homes.

    Keyword arguments put tables over these, one level deep (``money={"payer": "origin"}``); None
    leaves a table or a key out.
    """
    raw: dict[str, Any] = {
        "scenario": {"name": "hand", "years": 1, "follow_up_days": 365.0},
        "areas": {"region": "r", "north": {"a": 60_000}, "south": {"b": 40_000}},
        "level": [
            {"name": "light", "hours_per_week": 2.0},
            {"name": "heavy", "hours_per_week": 10.0},
        ],
        "demand": [{"profile": "home", "on_days": [10.0], "level_mix": {"heavy": 1.0}}],
        "desk": [{"name": "toegang", "assessors": 1, "assessment_days": 3.0}],
        "variant": [
            {
                "name": "bw",
                "places": 2,
                "turnover_days": 14.0,
                "team": "care",
                "contract": {"form": "day_rate", "eur": {"light": 100.0, "heavy": 200.0}},
            },
            {
                "name": "bt",
                "places": 5,
                "tenancy": "own",
                "dwellings": "homes",
                "team": "care",
                "contract": {"form": "hourly", "eur": 70.0},
            },
        ],
        "team": [{"name": "care", "hours_per_week": 40.0}],
        "dwellings": [{"name": "homes", "scale": "municipality", "per_year": 10.0}],
        "leaving": {
            "ready_at": "light",
            "dwellings": "homes",
            "transition_days": 30.0,
            "aftercare": {"days": 100.0, "level": "light", "eur_per_hour": 50.0},
        },
        "money": {"centre": "b"},
    }
    for key, over in changes.items():
        base = raw.get(key)
        raw[key] = base | over if isinstance(base, dict) and isinstance(over, dict) else over
    return parse(_without_none(raw))


def _without_none(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _without_none(value) if isinstance(value, dict) else value
        for key, value in raw.items()
        if value is not None
    }


def cells(columns: Columns, measure: str, **where: str) -> dict[tuple[str, ...], float]:
    """Return the non-zero cells of a measure, by (period, municipality, variant, detail)."""
    mine = columns["measure"] == measure
    for key, word in where.items():
        mine &= columns[key] == word
    keys = ("period", "municipality", "variant", "detail")
    labels = zip(*(columns[key][mine] for key in keys), strict=True)
    values = columns["value"][mine].tolist()
    return {label: value for label, value in zip(labels, values, strict=True) if value}


def total(columns: Columns, measure: str, **where: str) -> float:
    """Add up the cells of a measure."""
    return sum(cells(columns, measure, **where).values())


# ---------------------------------------------------------------- four people
BEDS, CLUSTER, CARE, HOMES_A, HOMES_B, DESK = range(6)
POOLS = [
    pool("place", "bw", capacity=2),
    pool("place", "bt", capacity=5),
    pool("team", "care", capacity=2400),
    pool("dwellings", "homes", "a", 0),
    pool("dwellings", "homes", "b", 0),
    pool("desk", "toegang", capacity=1),
]
OPTIONS = [
    option(BW, place=BEDS, team=CARE, minutes=600),
    option(BT, place=CLUSTER, team=CARE, minutes=300, net=-300, dwelling=HOMES_B, municipality=1),
    option(dwelling=HOMES_A, municipality=0, team=CARE, minutes=120),
]
SETS = [(0,), (1,), (2,)]
ROWS = [
    row(-100, 1, K.PLACED, ref=0, why=How.START),
    row(-30, 2, K.AWARDED, ref=0),
    pool_row(0, BEDS, 0),
    pool_row(0, CARE, 1000),
    row(10, 0, K.NOTIFIED, ref=DESK),
    row(12, 0, K.ASSESSING, ref=DESK),
    row(15, 0, K.PAPERWORK, ref=DESK),
    row(20, 0, K.AWARDED, ref=0),
    row(40, 1, K.GONE, why=Reason.DEATH),
    pool_row(45, CARE, 500),
    row(50, 0, K.PLACED, ref=0),
    row(60, 2, K.GONE, why=Reason.GAVE_UP),
    row(80, 0, K.LEVEL, level=0),
    row(80, 0, K.REQUESTED, ref=1, why=RequestKind.MOVE, level=0),
    pool_row(80, CLUSTER, 5),
    pool_row(80, HOMES_B, 0),
    row(90, 0, K.SUPPORT, ref=200, why=1, level=0),
    pool_row(100, HOMES_A, 1, K.OFFERED),
    pool_row(130, HOMES_B, 1, K.OFFERED),
    row(130, 0, K.PLACED, ref=1, level=0),
    pool_row(160, HOMES_A, 0, K.LOST, LostBecause.HOLD),
    row(200, 0, K.REQUESTED, ref=2, why=RequestKind.LEAVE, level=0),
    pool_row(200, HOMES_A, 0),
    pool_row(260, HOMES_A, 1, K.OFFERED),
    row(260, 0, K.HOUSED, ref=2, level=0),
    row(290, 0, K.AFTERCARE, ref=2, level=0),
    row(300, 3, K.NOTIFIED, ref=DESK),
    pool_row(380, HOMES_B, 1, K.OFFERED),
    row(400, 0, K.GONE, why=Reason.DONE, level=0),
]


def four(**changes: object) -> Ledger:
    """Return the ledger of the four; keyword arguments change it."""
    about: dict[str, object] = {
        "rows": ROWS,
        "pools": POOLS,
        "options": OPTIONS,
        "sets": SETS,
        "notified_at": (0, 1, 1, 0),
        "profile": (0, -1, -1, 0),
    }
    return ledger_of(**(about | changes))  # type: ignore[arg-type]
