"""Who got a place: starts from outside, moves from another place, and exchanges."""

from __future__ import annotations

import numpy as np

from flowsim.ledger import EventKind, How
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.lives.history import in_place
from flowsim.metrics.measures.events import by_variant, rows_of
from flowsim.metrics.pools import days_from
from flowsim.metrics.reading import Reading, count


@defines(
    starts=Measure(
        "events",
        "Starts in een plek, van buiten.",
        "Starts in a place, from outside.",
    ),
    moves=Measure(
        "events",
        "Doorstroom: verhuizingen naar de woonvariant, vanuit de andere (detail).",
        "Throughflow: moves into the variant, from the other one (detail).",
    ),
    exchanges=Measure(
        "events",
        "Keren dat wachtenden elkaars plek innamen, en hoeveel mensen.",
        "Times that waiting people took each other's place, and how many people.",
    ),
    locked_days=Measure(
        "days",
        "Dagen dat mensen van plek hadden kunnen ruilen als er uren genoeg waren geweest.",
        "Days on which people could have exchanged places, had there been hours enough.",
    ),
)
def measure_placements(run: Reading) -> Columns:
    """Count starts in a place from outside, and moves from one place to another."""
    past, ledger = run.history, run.ledger
    if not run.variants:
        return stack([])
    placed = (past.kind == EventKind.PLACED) & (past.why != How.START)
    inside = in_place(past.before)
    variant = past.options.variant[past.option]
    axes = {
        "period": run.window.years,
        "municipality": ledger.municipalities,
        "variant": ledger.variants,
    }
    begun = rows_of(run, placed & ~inside)
    starts = by_variant(run, begun, variant[begun], np.zeros(len(begun), int), 1)[..., 0]
    parts = [table("starts", starts, axes)]
    if len(ledger.variants) > 1:
        moved = rows_of(run, placed & inside)
        left = past.options.variant[past.left[moved]]
        moves = by_variant(run, moved, variant[moved], left, len(ledger.variants))
        keep = np.ones((len(ledger.variants),) * 2, dtype=bool)
        np.fill_diagonal(keep, np.diag(moves.sum(axis=(0, 1))) > 0)
        parts.append(
            table(
                "moves",
                moves,
                {**axes, "detail": ledger.variants},
                np.broadcast_to(keep, moves.shape),
            )
        )
        parts += [_exchanges(run), _locked(run)]
    return stack(parts)


def _locked(run: Reading) -> Columns:
    """Add up the days of movers whom want of hours alone keeps from exchanging places."""
    rows = run.pool_rows[run.pool_rows["kind"] == EventKind.LOCKED]
    step = np.diff(rows["client"].astype(float), prepend=0.0)
    days = (days_from(rows["day"], run.window.edges) * step).sum(axis=1)
    return table("locked_days", days, {"period": run.window.years})


def _exchanges(run: Reading) -> Columns:
    rows = run.pool_rows[run.pool_rows["kind"] == EventKind.EXCHANGED]
    year = run.window.year_of(rows["day"])
    inside = year >= 0
    number = count((len(run.window.years),), year[inside])
    movers = count((len(run.window.years),), year[inside], weight=rows["client"][inside])
    return table(
        "exchanges",
        np.stack([number, movers], axis=1),
        {"period": run.window.years, "detail": ("exchanges", "movers")},
    )
