"""Who came: notifications, and what was decided on them."""

from __future__ import annotations

from typing import Final

import numpy as np

from flowsim.ledger import EventKind, Reason, RequestKind, State
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.measures.events import by_municipality, rows_of
from flowsim.metrics.reading import Reading

NOTIFICATIONS: Final = ("new", "again", "return")

DECISIONS: Final = ("award", "general", "rejected", "refer")

_NOT_AWARDED: Final = {
    Reason.GENERAL: 1,
    Reason.REJECTED: 2,
    Reason.REFER: 3,
}


@defines(
    notifications=Measure(
        "events",
        "Meldingen: nieuw, opnieuw van wie zonder hulp was weggegaan (again), of na terugval "
        "(return).",
        "Notifications: new, again of people who had gone without support, or after relapse "
        "(return).",
    ),
    decisions=Measure(
        "events",
        "Besluiten, naar uitkomst.",
        "Decisions, by outcome.",
    ),
)
def measure_inflow(run: Reading) -> Columns:
    """Count notifications and decisions."""
    if not run.has.desk:
        return stack([])
    past, ledger = run.history, run.ledger
    years, places = run.window.years, ledger.municipalities
    came = rows_of(run, past.kind == EventKind.NOTIFIED)
    back = past.why[came] == RequestKind.RETURN
    why = np.select([back, past.before[came] == State.GONE], [2, 1], 0)
    notified = by_municipality(run, came, why, len(NOTIFICATIONS))
    can = (True, run.has.again, run.has.relapse)
    kinds = [i for i in range(len(can)) if can[i] or notified[..., i].any()]
    decided = rows_of(run, (past.kind == EventKind.AWARDED) | (past.kind == EventKind.NOT_AWARDED))
    outcome = np.array([_NOT_AWARDED.get(reason, 0) for reason in Reason])[past.why[decided]]
    outcome[past.kind[decided] == EventKind.AWARDED] = 0
    decisions = by_municipality(run, decided, outcome, len(DECISIONS))
    desks = [desk for scenario in run.scenarios for desk in scenario.desk]
    possible = {word for desk in desks for word in desk.outcome}
    shown = [i for i, name in enumerate(DECISIONS) if name in possible or decisions[..., i].any()]
    return stack(
        [
            table(
                "notifications",
                notified[..., kinds],
                {
                    "period": years,
                    "municipality": places,
                    "detail": [NOTIFICATIONS[i] for i in kinds],
                },
            ),
            table(
                "decisions",
                decisions[..., shown],
                {"period": years, "municipality": places, "detail": [DECISIONS[i] for i in shown]},
            ),
        ]
    )
