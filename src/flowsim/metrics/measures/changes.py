"""How need changed: recovery, deterioration, crisis, ready to leave, relapse."""

from __future__ import annotations

import numpy as np

from flowsim.ledger import EventKind, State
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.measures.events import by_municipality, rows_of
from flowsim.metrics.reading import Reading


@defines(
    changes_of_need=Measure(
        "events",
        "Herstel, verslechtering, crisis, uitstroomgereed worden, terugval.",
        "Recovery, deterioration, crisis, becoming ready to leave, relapse.",
    ),
)
def measure_changes(run: Reading) -> Columns:
    """Count changes of need: recovery, deterioration, crisis, ready to leave, relapse."""
    past = run.history
    if not run.has_levels:
        return stack([])
    ready = (past.state == State.READY) & (past.before != State.READY)
    which = {
        "recovered": (past.kind == EventKind.LEVEL) & (past.why == 0),
        "deteriorated": (past.kind == EventKind.LEVEL) & (past.why == 1),
        "crisis": past.kind == EventKind.CRISIS,
        "ready_to_leave": ready,
        "relapsed": past.kind == EventKind.RELAPSED,
    }
    if not run.has.ready:
        del which["ready_to_leave"]
    if not run.has.relapse:
        del which["relapsed"]
    rows = [rows_of(run, mine) for mine in which.values()]
    detail = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    return table(
        "changes_of_need",
        by_municipality(run, np.concatenate(rows), detail, len(rows)),
        {
            "period": run.window.years,
            "municipality": run.ledger.municipalities,
            "detail": tuple(which),
        },
    )
