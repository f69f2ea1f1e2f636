"""Blocking chains in tables: days of waiting for a place, by who holds it and where it ends."""

from __future__ import annotations

import numpy as np

from flowsim.metrics import occurs
from flowsim.metrics.blocking import chain_days
from flowsim.metrics.causes import CAUSES
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.holders import CHAINED, ENDS, HOLDERS
from flowsim.metrics.pools import limited
from flowsim.metrics.reading import Reading
from flowsim.metrics.waits import INTERNAL, KINDS, OUTFLOW
from flowsim.metrics.window import Floats


def measure_chains(run: Reading) -> Columns:
    """Charge the days of waiting for a place to who holds it, and to the end of the chain."""
    kinds = [kind for kind in CHAINED if kind in occurs.kinds(run)]
    if not kinds:
        return stack([])
    days = chain_days(run)
    years, variants = run.window.years, run.ledger.variants
    ends = _shown_ends(run, days.by_end)
    parts = []
    for kind in kinds:
        shown = occurs.variants(run, kind)
        axes = {
            "period": years,
            "variant": [variants[v] for v in shown],
            "detail": [ENDS[e] for e in ends],
        }
        cells = days.by_end[:, kind][:, shown][..., ends]
        parts.append(table(f"{KINDS[kind]}_chain_days", cells, axes))
    held = _shown_holders(run, days.by_holder)
    keep = np.zeros((1 + len(variants), len(held)), dtype=bool)
    keep[0, -1] = True
    keep[1:, :-1] = np.isin(variants, [run.ledger.pools[p].block for p in limited(run, "place")])[
        :, None
    ]
    parts.append(
        table(
            "place_holder_days",
            days.by_holder[..., held],
            {
                "period": years,
                "variant": ("", *variants),
                "detail": [HOLDERS[h] for h in held],
            },
            np.broadcast_to(keep, (len(years), *keep.shape)),
        )
    )
    return stack(parts)


def _shown_ends(run: Reading, by_end: Floats) -> list[int]:
    """Return the ends that a table shows: what can be, and whatever did occur."""
    can = {"in_use", "no_place", "circle", *_can(run)}
    has = run.has
    for name, can_be in (("hours", has.teams), ("dwelling", has.dwellings),
                         ("queue_order", has.queue_order)):  # fmt: skip
        can |= {name} if can_be else set()
    occur = (by_end > 0).sum(axis=(0, 1, 2))
    return [i for i, name in enumerate(ENDS) if name in can or occur[i]]


def _shown_holders(run: Reading, by_holder: Floats) -> list[int]:
    """Return the holders that a table shows: what can be, and whatever did occur."""
    can = {"settled", "no_place", *_can(run)}
    kinds = occurs.kinds(run)
    for state, kind in (("moving", INTERNAL), ("ready", OUTFLOW)):
        if kind in kinds:
            can |= {f"{state}_{CAUSES[cause]}" for cause in occurs.causes(run, kind)}
    occur = (by_holder > 0).sum(axis=(0, 1))
    return [i for i, name in enumerate(HOLDERS) if name in can or occur[i]]


def _can(run: Reading) -> set[str]:
    turns = {"turning_over"} if run.has.turnover else set()
    return turns | ({"transit"} if run.has.ready else set())
