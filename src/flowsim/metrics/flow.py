"""Who came, moved and left: numbers of events by year."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind, How, Reason, RequestKind, State
from flowsim.metrics import occurs
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.history import in_place
from flowsim.metrics.pools import days_from
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.waits import KINDS, kind_of_wait
from flowsim.metrics.window import Floats

Rows = npt.NDArray[np.intp]

NOTIFICATIONS: Final = ("new", "again", "return")
OUTFLOW_TO: Final = ("to_light", "to_none", "to_other")
DECISIONS: Final = ("award", "general", "rejected", "refer")
_NOT_AWARDED: Final = {
    Reason.GENERAL: 1,
    Reason.REJECTED: 2,
    Reason.REFER: 3,
}
_REASONS: Final = tuple(
    reason for reason in Reason if reason not in (*_NOT_AWARDED, Reason.GAVE_UP, Reason.NO_VARIANT)
)


def _rows(run: Reading, which: npt.NDArray[np.bool_]) -> Rows:
    return np.flatnonzero(which & (run.year_of_row >= 0))


def _by_municipality(run: Reading, row: Rows, detail: npt.ArrayLike, size: int) -> Floats:
    """Count rows by year, municipality of notification and detail."""
    shape = (len(run.window.years), len(run.ledger.municipalities), size)
    municipality = run.municipality_of_client[run.history.client[row]]
    return count(shape, run.year_of_row[row], municipality, detail)


def _by_variant(
    run: Reading, row: Rows, variant: npt.ArrayLike, detail: npt.ArrayLike, size: int
) -> Floats:
    """Count rows by year, municipality of notification, variant and detail."""
    ledger = run.ledger
    shape = (len(run.window.years), len(ledger.municipalities), len(ledger.variants), size)
    municipality = run.municipality_of_client[run.history.client[row]]
    return count(shape, run.year_of_row[row], municipality, variant, detail)


def measure_inflow(run: Reading) -> Columns:
    """Count notifications and decisions."""
    if not run.has.desk:
        return stack([])
    past, ledger = run.history, run.ledger
    years, places = run.window.years, ledger.municipalities
    came = _rows(run, past.kind == EventKind.NOTIFIED)
    back = past.why[came] == RequestKind.RETURN
    why = np.select([back, past.before[came] == State.GONE], [2, 1], 0)
    notified = _by_municipality(run, came, why, len(NOTIFICATIONS))
    can = (True, run.has.again, run.has.relapse)
    kinds = [i for i in range(len(can)) if can[i] or notified[..., i].any()]
    decided = _rows(run, (past.kind == EventKind.AWARDED) | (past.kind == EventKind.NOT_AWARDED))
    outcome = np.array([_NOT_AWARDED.get(reason, 0) for reason in Reason])[past.why[decided]]
    outcome[past.kind[decided] == EventKind.AWARDED] = 0
    decisions = _by_municipality(run, decided, outcome, len(DECISIONS))
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
    begun = _rows(run, placed & ~inside)
    starts = _by_variant(run, begun, variant[begun], np.zeros(len(begun), int), 1)[..., 0]
    parts = [table("starts", starts, axes)]
    if len(ledger.variants) > 1:
        moved = _rows(run, placed & inside)
        left = past.options.variant[past.left[moved]]
        moves = _by_variant(run, moved, variant[moved], left, len(ledger.variants))
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


def measure_outflow(run: Reading) -> Columns:
    """Count who leaves the support chain from a place, and where to."""
    past, ledger = run.history, run.ledger
    if not run.variants:
        return stack([])
    left = _rows(
        run,
        in_place(past.before)
        & ((past.kind == EventKind.AFTERCARE) | (past.kind == EventKind.GONE)),
    )
    variant = past.options.variant[past.left[left]]
    reason = np.where(past.kind[left] == EventKind.AFTERCARE, Reason.OWN_DWELLING, past.why[left])
    away = ~np.isin(reason, (Reason.OWN_DWELLING, Reason.DONE))
    to = np.where(past.kind[left] == EventKind.AFTERCARE, 0, 1 + away)
    flows = _by_variant(run, left, variant, to, len(OUTFLOW_TO))
    reasons = _by_municipality(run, left, reason, len(Reason))
    light = run.has.aftercare or bool(flows[..., 0].any())
    axes = {"period": run.window.years, "municipality": ledger.municipalities}
    possible = _possible_reasons(run)
    why = [r for r in _REASONS if r in possible or reasons[..., r].any()]
    return stack(
        [
            table(
                "outflow",
                flows[..., 1 - light :],
                {**axes, "variant": ledger.variants, "detail": OUTFLOW_TO[1 - light :]},
            ),
            table(
                "outflow_by_reason",
                reasons[..., why],
                {**axes, "detail": [reason.name.lower() for reason in why]},
            ),
        ]
    )


def _possible_reasons(run: Reading) -> set[Reason]:
    """Return the reasons for leaving that the scenario knows."""
    words: set[str] = set()
    for layout in run.layouts:
        words |= {str(to) for to in layout.scenario.exits_per_year}
        if layout.has.ready:
            words |= {str(to) for to in layout.scenario.leaving.destination}
    if run.has.done:
        words.add("done")
    return {Reason[word.upper()] for word in words}


def measure_lapses(run: Reading) -> Columns:
    """Count who gave up or left for another reason before there was a place, by kind of wait."""
    past, ledger = run.history, run.ledger
    kind = kind_of_wait(past.before, _request_before(run))
    gone = (past.kind == EventKind.GONE) & ~in_place(past.before) & (kind >= 0)
    possible = occurs.outside(run)
    shown = [i for i in range(len(KINDS)) if i in possible or (kind[gone] == i).any()]
    axes = {"period": run.window.years, "municipality": ledger.municipalities}
    parts = []
    gave_up = past.why == Reason.GAVE_UP
    for name, which in (("gave_up", gave_up), ("left_waiting", ~gave_up)):
        row = _rows(run, gone & which)
        number = _by_municipality(run, row, kind[row], len(KINDS))[..., shown]
        can = run.has.exits_outside if name == "left_waiting" else run.has.patience
        if can or number.any():
            parts.append(table(name, number, {**axes, "detail": [KINDS[i] for i in shown]}))
    return stack(parts)


def _request_before(run: Reading) -> npt.NDArray[np.int8]:
    request = np.roll(run.history.request, 1)
    request[run.history.first] = -1
    return request


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
    rows = [_rows(run, mine) for mine in which.values()]
    detail = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    return table(
        "changes_of_need",
        _by_municipality(run, np.concatenate(rows), detail, len(rows)),
        {
            "period": run.window.years,
            "municipality": run.ledger.municipalities,
            "detail": tuple(which),
        },
    )
