"""Awards that nobody can serve: no variant fits, or there is nothing of what would."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind, Reason
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.pools import capacity_steps
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.window import Ints
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


def _has_room(run: Reading, awarded: Ints) -> npt.NDArray[np.bool_]:
    """Tell whether some option of each award has a place and hours enough, now or later."""
    past, options = run.history, run.history.options
    last: dict[tuple[int, int], float] = {}

    def until(option: int) -> float:
        """Return the day from which there is never again enough for an option."""
        minutes = int(options.net_minutes[option])
        asked = [(int(options.place[option]), 1), (int(options.team[option]), minutes)]
        for one in asked:
            if one not in last:
                last[one] = _enough_until(run, *one)
        return min(last[one] for one in asked)

    sets, which = np.unique(past.ref[awarded], return_inverse=True)
    listed = [run.ledger.option_sets[number] if number >= 0 else () for number in sets.tolist()]
    room = np.array([max((until(option) for option in one), default=-np.inf) for one in listed])
    return np.asarray(past.day[awarded] < room[which])


def _enough_until(run: Reading, pool: int, needed: int) -> float:
    """Return the day from which a pool never again has a capacity of what is needed."""
    if pool < 0 or run.ledger.pools[pool].capacity >= NO_LIMIT:
        return np.inf
    _, days, steps = capacity_steps(run, [pool])
    enough = np.flatnonzero(np.cumsum(steps) >= needed)
    return float(np.append(days, np.inf)[enough[-1] + 1]) if len(enough) else -np.inf
