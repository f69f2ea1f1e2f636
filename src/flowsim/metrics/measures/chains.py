"""Blocking chains in tables: days of waiting for a place, by who holds it and where it ends."""

from __future__ import annotations

from typing import Final

import numpy as np

from flowsim.metrics import occurs
from flowsim.metrics.chains.blocking import chain_days
from flowsim.metrics.chains.holders import CHAINED, ENDS, HOLDERS
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.lives.waits import INTERNAL, KINDS, OUTFLOW
from flowsim.metrics.pools import limited
from flowsim.metrics.reading import Reading
from flowsim.metrics.why.causes import CAUSES
from flowsim.metrics.window import Floats

_CHAINED: Final = {
    "placement": ("op een eerste plek", "for a first place"),
    "internal": ("in een plek, op een andere", "in a place, for another one"),
    "return": ("op een plek na terugval", "for a place after relapse"),
}


@defines(
    **{
        f"{kind}_chain_days": Measure(
            "days",
            f"Wachten {nl}, voor zover een plek ontbrak: waar de keten van wachtenden eindigt; "
            "telt op tot de dagen met oorzaak plek.",
            f"Waiting {en}, as far as a place was missing: where the chain of waiting ends; adds "
            "up to the days charged to place.",
        )
        for kind, (nl, en) in _CHAINED.items()
    },
    place_holder_days=Measure(
        "days",
        "Wachten op een plek, naar wie de plek bezet houdt (de eerste schakel van de keten), naar "
        "woonvariant van die plek; telt op tot alle dagen met oorzaak plek.",
        "Waiting for a place, by who holds it (the first link of the chain), by variant of that "
        "place; adds up to all days charged to place.",
    ),
)
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
