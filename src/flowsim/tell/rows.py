"""A ledger row by row, in the words of `flowsim.ledger`: day, client (or pool), event, detail."""

from __future__ import annotations

from typing import Final

import numpy as np

from flowsim.ledger import EventKind, How, Ledger, LostBecause, Reason, RefusedBy, RequestKind
from flowsim.ledger.frame import OF_A_DESK, OF_A_POOL, OF_A_REQUEST, OF_AN_OPTION, OF_MOVERS

_K: Final = EventKind
_TAKEN: Final = set(OF_AN_OPTION) - {_K.REFUSED}


def rows_told(
    ledger: Ledger, *, of: str = "", without: str = "", client: int | None = None
) -> list[str]:
    """Return the rows of a ledger in words, one line a row, as they happened.

    Parameters
    ----------
    ledger
        One run.
    of, without
        Kinds of rows to keep or to leave out, with spaces between them; default all are told.
    client
        Tell only the rows about this client.

    Examples
    --------
    >>> from flowsim.scenario import parse
    >>> import flowsim
    >>> line = parse({
    ...     "scenario": {"days": 30},
    ...     "demand": [{"profile": "p", "on_days": [0, 4]}],
    ...     "variant": [{"name": "v", "places": 1, "stay_days": 9, "next": {"out": 1.0}}],
    ... })
    >>> for told in rows_told(flowsim.simulate(line, flowsim.sample(line)), of="PLACED GONE"):
    ...     print(told)
    0 0 PLACED v
    9 0 GONE DONE
    9 1 PLACED v
    18 1 GONE DONE
    """
    kept = {EventKind[word] for word in of.split()} or set(EventKind)
    kept -= {EventKind[word] for word in without.split()}
    rows = ledger.rows
    if client is not None:
        rows = rows[(rows["kind"] < EventKind.POOL) & (rows["client"] == client)]
    return [row_told(ledger, row) for row in rows if row["kind"] in kept]


def row_told(ledger: Ledger, row: np.void) -> str:
    """Return one row in words."""
    kind = EventKind(row["kind"])
    who = str(row["client"])
    if kind in OF_A_POOL:
        who = pool_name(ledger, row["ref"])
    elif kind in OF_MOVERS:
        who = "-"
    return " ".join(f"{row['day']:.10g} {who} {kind.name} {_detail(ledger, kind, row)}".split())


def _detail(ledger: Ledger, kind: EventKind, row: np.void) -> str:
    """Return what a row says beside its day, client and kind."""
    ref, why, number = int(row["ref"]), int(row["why"]), str(row["client"])
    if kind in OF_A_POOL:
        lost = f" {LostBecause(why).name}" if kind == _K.LOST else ""
        return "" if kind in (_K.OTHER_STARTED, _K.OTHER_ENDED) else number + lost
    if kind in OF_MOVERS:
        return number
    if kind in OF_A_DESK:
        return pool_name(ledger, ref) if ref >= 0 else "-"
    if kind in OF_A_REQUEST:
        options = ledger.option_sets[ref] if ref >= 0 else ()
        named = " | ".join(option_name(ledger, option) for option in options)
        return f"{RequestKind(why).name} {named or '-'}"
    if kind in _TAKEN:
        how = f" {How(why).name}" if kind != _K.AFTERCARE and why else ""
        return (option_name(ledger, ref) if ref >= 0 else "-") + how
    return _detail_of_a_client(ledger, kind, row, ref, why)


def _detail_of_a_client(ledger: Ledger, kind: EventKind, row: np.void, ref: int, why: int) -> str:
    match kind:
        case _K.REFUSED:
            return f"{option_name(ledger, ref)} by {RefusedBy(why).name}"
        case _K.REFUSAL_OVER:
            return f"by {RefusedBy(why).name}, {ref} left"
        case _K.NOT_AWARDED | _K.GONE:
            return Reason(why).name
        case _K.WITHDRAWN:
            return RequestKind(why).name
        case _K.LEVEL:
            return f"{ledger.levels[row['level']]} {'worse' if why else 'better'}"
        case _K.SUPPORT:
            return f"{ref} {'under' if why else 'adequate'}"
        case _K.REVIEWED:
            return f"overrun {ref}"
    return ""


def pool_name(ledger: Ledger, number: int) -> str:
    """Return the block, with ``/provider``, and ``@area`` where there is more than one area."""
    pool = ledger.pools[number]
    areas = {p.area for p in ledger.pools if (p.kind, p.block) == (pool.kind, pool.block)}
    provider = f"/{pool.provider}" if pool.provider else ""
    return f"{pool.block}{provider}" + (f"@{pool.area}" if len(areas) > 1 else "")


def option_name(ledger: Ledger, number: int) -> str:
    """Return what must be free: ``bw+team:60`` (minutes), ``bt+shelf``; ``-`` for nothing."""
    option = ledger.options[number]
    parts = [pool_name(ledger, pool) for pool in (option.place, option.dwelling) if pool >= 0]
    if option.team >= 0:
        parts.insert(
            1 if option.place >= 0 else 0, f"{pool_name(ledger, option.team)}:{option.net_minutes}"
        )
    return "+".join(parts) or "-"
