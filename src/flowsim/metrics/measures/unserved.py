"""Awards that nobody can serve: no variant fits, or there is nothing of what would."""

from __future__ import annotations

from typing import Final

import numpy as np

from flowsim.ledger import EventKind, Reason
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.pools import capacity_steps
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.window import Floats, Ints
from flowsim.scenario.values import NO_LIMIT

UNSERVED: Final = ("no_variant", "no_room")
"""``no_variant``: no variant serves the level; the client leaves at once. ``no_room``: from the
award to the end of the run there is never a place, or never a team with hours enough."""


@defines(
    unserved_awards=Measure(
        "events",
        "Toekenningen die niemand kan uitvoeren: geen woonvariant past (no_variant), of er zijn "
        "tot het einde geen plekken of uren genoeg (no_room).",
        "Awards that nobody can serve: no variant fits (no_variant), or to the end there are no "
        "places, or never hours enough (no_room).",
    ),
)
def measure_unserved(run: Reading) -> Columns:
    """Count the awards that nobody can serve."""
    if not run.variants:
        return stack([])
    past = run.history
    awarded = np.flatnonzero((past.kind == EventKind.AWARDED) & (run.year_of_row >= 0))
    after = np.minimum(awarded + 1, len(past.kind) - 1)
    left = (past.kind[after] == EventKind.GONE) & (past.why[after] == Reason.NO_VARIANT)
    left &= past.client[after] == past.client[awarded]
    no_room = ~left & ~_has_room(run, awarded)
    row, detail = (
        np.concatenate([awarded[left], awarded[no_room]]),
        np.repeat([0, 1], [left.sum(), no_room.sum()]),
    )
    number = count(
        (len(run.window.years), len(run.ledger.municipalities), len(UNSERVED)),
        run.year_of_row[row],
        run.municipality_of_client[past.client[row]],
        detail,
    )
    axes = {"period": run.window.years, "municipality": run.ledger.municipalities}
    return table("unserved_awards", number, {**axes, "detail": UNSERVED})


def _has_room(run: Reading, awarded: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell whether some option of each award has a place and hours enough, now or later."""
    past, options = run.history, run.history.options
    room = np.zeros(len(awarded), dtype=bool)
    most: dict[int, tuple[Floats, Floats]] = {}
    sets, which = np.unique(past.ref[awarded], return_inverse=True)
    for i, number in enumerate(sets.tolist()):
        mine = np.flatnonzero(which == i)
        day = past.day[awarded[mine]]
        for o in run.ledger.option_sets[number] if number >= 0 else ():
            fits = np.ones(len(mine), dtype=bool)
            for pool, needed in (
                (int(options.place[o]), 1.0),
                (int(options.team[o]), float(options.net_minutes[o])),
            ):
                if pool >= 0:
                    fits &= _most_from(run, pool, day, most) >= needed
            room[mine] |= fits
    return room


def _most_from(
    run: Reading, pool: int, day: Floats, known: dict[int, tuple[Floats, Floats]]
) -> Floats:
    """Return the largest capacity of a pool from each day on."""
    if run.ledger.pools[pool].capacity >= NO_LIMIT:
        return np.full(len(day), np.inf)
    if pool not in known:
        _, days, steps = capacity_steps(run, [pool])
        level = np.cumsum(steps)
        known[pool] = days, np.maximum.accumulate(level[::-1])[::-1]
    days, most = known[pool]
    return np.asarray(most[np.searchsorted(days, day, side="right") - 1])
