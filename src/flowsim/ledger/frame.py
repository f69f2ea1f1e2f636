"""A ledger as a table in words, for pandas: what each row refers to has its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from flowsim.ledger.kinds import EventKind
from flowsim.ledger.tables import Option, Tables
from flowsim.ledger.whys import How, LostBecause, Reason, RefusedBy, RequestKind

_K: Final = EventKind
OF_A_DESK: Final = (
    _K.NOTIFIED, _K.ASSESSING, _K.PAPERWORK, _K.REVIEW_REQUESTED, _K.REVIEW_STARTED,
)  # fmt: skip
OF_A_POOL: Final = (
    _K.POOL, _K.CAPACITY, _K.OFFERED, _K.LOST, _K.REFILLED, _K.OTHER_STARTED, _K.OTHER_ENDED,
)  # fmt: skip
OF_A_REQUEST: Final = (_K.AWARDED, _K.REQUESTED, _K.STEPPED_OUT)
OF_AN_OPTION: Final = (_K.PLACED, _K.HOUSED, _K.AFTERCARE, _K.REASSIGNED, _K.REFUSED)
OF_MOVERS: Final = (_K.EXCHANGED, _K.LOCKED)
NUMBER_IN_REF: Final = (_K.SUPPORT, _K.REVIEWED, _K.REFUSAL_OVER)
Texts = npt.NDArray[np.object_]


class Row(NamedTuple):
    """A row of a ledger in words: the columns of `flowsim.ledger.Ledger.to_frame`, and whose."""

    scenario: str
    replication: int
    day: float
    event: str
    client: int | None
    profile: str
    origin: str
    notified_at: str
    level: str
    variant: str
    municipality: str
    pool: str
    pool_kind: str
    provider: str
    area: str
    why: str
    amount: float


def _words(of: type[IntEnum]) -> dict[int, str]:
    return {int(one): one.name.lower() for one in of}


_REQUESTS: Final = _words(RequestKind)
WHY: Final[dict[EventKind, dict[int, str]]] = {
    **dict.fromkeys((_K.NOTIFIED, *OF_A_REQUEST, _K.WITHDRAWN), _REQUESTS),
    **dict.fromkeys((_K.NOT_AWARDED, _K.GONE), _words(Reason)),
    **dict.fromkeys((_K.PLACED, _K.HOUSED), _words(How)),
    **dict.fromkeys((_K.REFUSED, _K.REFUSAL_OVER), _words(RefusedBy)),
    _K.LOST: _words(LostBecause),
    _K.LEVEL: {0: "recovery", 1: "deterioration"},
    _K.SUPPORT: {0: "adequate", 1: "less_than_needed"},
    _K.FOUND_ALONE: {0: "found_alone", 1: "by_urgency"},
    _K.MISJUDGED: {-1: "too_light", 1: "too_heavy"},
}
"""What `why` says in rows of each kind; in the others it says nothing."""


def columns_of(rows: npt.NDArray[np.void], tables: Tables) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of `flowsim.ledger.Ledger.to_frame`, in order."""
    kind, ref = rows["kind"], rows["ref"]
    personal = kind < _K.POOL
    client = np.where(personal, rows["client"], -1)
    people = tables.clients
    sets = np.where(np.isin(kind, OF_A_REQUEST), ref, -1)
    option = np.where(np.isin(kind, OF_AN_OPTION), ref, -1)
    pool = np.where(np.isin(kind, (*OF_A_DESK, *OF_A_POOL)), ref, -1)
    held = np.where(option >= 0, named(option, [_pool(one) for one in tables.options], -1), pool)
    pools = tables.pools
    wanted = [_variants(one, tables) for one in tables.option_sets]
    lives = [one.municipality for one in tables.options]
    towns = named(named(option, lives, -1), tables.municipalities)
    return {
        "day": rows["day"],
        "event": _by_number(kind, _words(EventKind)),
        "client": client,
        "profile": named(_of(client, people.profile), tables.profiles),
        "origin": named(_of(client, people.origin), tables.municipalities),
        "notified_at": named(_of(client, people.notified_at), tables.municipalities),
        "level": named(np.where(personal, rows["level"], -1), tables.levels),
        "variant": np.where(
            sets >= 0, named(sets, wanted),
            named(option, [_variant(one, tables) for one in tables.options]),
        ),
        "municipality": towns,
        "pool": named(held, [one.block for one in pools]),
        "pool_kind": named(held, [one.kind for one in pools]),
        "provider": named(held, [one.provider for one in pools]),
        "area": named(held, [one.area for one in pools]),
        "why": _whys(kind, rows["why"]),
        "amount": _amounts(rows),
    }  # fmt: skip


def in_words(
    rows: npt.NDArray[np.void], tables: Tables, scenario: str, replication: int
) -> Iterator[Row]:
    """Yield rows in words, in order."""
    columns = columns_of(rows, tables)
    listed = {name: column.tolist() for name, column in columns.items()}
    listed["client"] = [None if one < 0 else one for one in listed["client"]]
    for one in zip(*listed.values(), strict=True):
        yield Row(scenario, replication, *one)


def named(numbers: npt.NDArray[Any], names: Sequence[Any], none: Any = "") -> npt.NDArray[Any]:
    """Return what numbers stand for; ``none`` for -1."""
    listed = np.array([*names, none], dtype=object if isinstance(none, str) else np.int64)
    return np.asarray(listed[np.where(numbers < 0, len(names), numbers)])


def _of(client: npt.NDArray[Any], column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return named(client, column.tolist(), -1)


def _pool(one: Option) -> int:
    """Return the pool of what is entered, or of the dwelling."""
    return one.place if one.place >= 0 else one.dwelling


def _variant(one: Option, tables: Tables) -> str:
    return tables.variants[one.variant] if one.variant >= 0 else ""


def _variants(options: Sequence[int], tables: Tables) -> str:
    """Return the variants of a set of options, each once."""
    names = (_variant(tables.options[one], tables) for one in options)
    return " | ".join(name for name in dict.fromkeys(names) if name)


def _by_number(numbers: npt.NDArray[Any], words: dict[int, str]) -> Texts:
    return np.array([words.get(one, "") for one in numbers.tolist()], dtype=object)


def _whys(kind: npt.NDArray[Any], why: npt.NDArray[Any]) -> Texts:
    out = np.full(len(kind), "", dtype=object)
    for one, words in WHY.items():
        at = kind == one
        out[at] = _by_number(why[at], words)
    return out


def _amounts(rows: npt.NDArray[np.void]) -> npt.NDArray[np.float64]:
    """Return the number that a row tells; nan where it tells none."""
    kind = rows["kind"]
    out = np.where(np.isin(kind, NUMBER_IN_REF), rows["ref"], np.nan)
    counted = [one for one in (*OF_A_POOL, *OF_MOVERS)
               if one not in (_K.OTHER_STARTED, _K.OTHER_ENDED)]  # fmt: skip
    return np.asarray(np.where(np.isin(kind, counted), rows["client"], out), dtype=np.float64)
