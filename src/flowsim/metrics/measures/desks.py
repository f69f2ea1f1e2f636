"""Access: cases and load of the desks, and decisions within the legal terms."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind, State
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.lives.history import at_desk
from flowsim.metrics.pools import by_pool, capacity_days, columns_of, days_from, limited
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.window import Floats, cut

CASES: Final = ("notified", "assessed", "reviewed", "other")
ASSESSOR_DAYS: Final = ("assessing", "reviewing", "other", "idle")
TERMS: Final = ("in_term", "late")


@defines(
    desk_cases=Measure(
        "events",
        "Zaken van de toegang: meldingen; begonnen onderzoeken, herindicaties en ander werk.",
        "Cases of the desk: notifications; assessments, reassessments and other work begun.",
    ),
    assessor_days=Measure(
        "days",
        "Dagen van de onderzoekers, naar werk; samen alle dagen die er zijn.",
        "Days of the assessors, by work; together all days there are.",
    ),
    reviews=Measure(
        "events",
        "Herindicaties besloten, en dagen dat de beschikking na haar einde doorliep.",
        "Reassessments decided, and days that the award ran on after its end.",
    ),
)
def measure_desks(run: Reading) -> Columns:
    """Count cases that reached each desk, and add up what its assessors did."""
    pools = run.pools_of("desk")
    if not pools:
        return stack([])
    past, rows = run.history, run.pool_rows
    column = columns_of(run, pools)
    shown = _kinds_of_work(run)
    started = {
        "notified": (past.kind == EventKind.NOTIFIED) & (past.ref >= 0),
        "assessed": past.kind == EventKind.ASSESSING,
        "reviewed": past.kind == EventKind.REVIEW_STARTED,
    }
    cases = []
    for mine in started.values():
        row = np.flatnonzero(mine & (run.year_of_row >= 0))
        size = (len(run.window.years), len(pools))
        cases.append(count(size, run.year_of_row[row], column[past.ref[row]]))
    other = rows[rows["kind"] == EventKind.OTHER_STARTED]
    year = run.window.year_of(other["day"])
    cases.append(count(size, year[year >= 0], column[other["ref"][year >= 0]]))
    keep = [i for i, name in enumerate(CASES) if name in ("notified", "assessed") or name in shown]
    parts = [
        by_pool(
            run,
            "desk_cases",
            np.stack([cases[i] for i in keep], axis=-1),
            pools,
            tuple(CASES[i] for i in keep),
        ),
        _assessor_days(run, pools, column, shown),
    ]
    if "reviewed" in shown:
        parts.append(_overrun(run))
    return stack(parts)


def _kinds_of_work(run: Reading) -> set[str]:
    """Return which work beside notifications a scenario knows."""
    shown = {"reviewed"} if run.has.reassessments else set()
    return shown | ({"other"} if run.has.other_work else set())


def _assessor_days(
    run: Reading, pools: list[int], column: npt.NDArray[np.int64], shown: set[str]
) -> Columns:
    past, window = run.history, run.window
    size = (len(window.years), len(pools))
    days = np.zeros((*size, len(ASSESSOR_DAYS)))
    working = (
        (past.kind == EventKind.ASSESSING, past.state != State.ASSESSING),
        (past.kind == EventKind.REVIEW_STARTED, _REVIEW_ENDS[past.kind]),
    )
    for detail, (starts, ends) in enumerate(working):
        row = np.flatnonzero(starts)
        stop = np.append(np.flatnonzero(ends | past.first), len(starts))
        last = stop[np.searchsorted(stop, row, side="right")] - 1
        index, year, begin, end = cut(past.day[row], past.until[last], window.edges)
        pool = column[past.ref[row]][index]
        days[..., detail] = count(size, year, pool, weight=end - begin)
    rows = run.pool_rows
    for kind, sign in ((EventKind.OTHER_STARTED, 1), (EventKind.OTHER_ENDED, -1)):
        mine = rows[rows["kind"] == kind]
        for i, after in enumerate(days_from(mine["day"], window.edges)):
            days[i, :, 2] += sign * count(size[1:], column[mine["ref"]], weight=after)
    idle = capacity_days(run, pools) - days[..., :3].sum(axis=-1)
    days[..., 3] = np.where(np.abs(idle) < _ROUNDING, 0.0, idle)
    keep = np.ones(days.shape, dtype=bool)
    keep[..., 1], keep[..., 2] = "reviewed" in shown, "other" in shown
    keep[..., 3] = np.isin(pools, limited(run, "desk"))
    return by_pool(run, "assessor_days", days, pools, ASSESSOR_DAYS, keep)


def _overrun(run: Reading) -> Columns:
    past = run.history
    row = np.flatnonzero((past.kind == EventKind.REVIEWED) & (run.year_of_row >= 0))
    size = (len(run.window.years), len(run.ledger.municipalities))
    at = (run.year_of_row[row], run.municipality_of_client[past.client[row]])
    return table(
        "reviews",
        np.stack([count(size, *at), count(size, *at, weight=past.ref[row])], axis=-1),
        {
            "period": run.window.years,
            "municipality": run.ledger.municipalities,
            "detail": ("decided", "overrun_days"),
        },
    )


@defines(
    decisions_by_term=Measure(
        "events",
        "Besluiten binnen en buiten de wettelijke termijn (onderzoek en besluit samen).",
        "Decisions within and beyond the legal term (investigation and decision together).",
    ),
)
def measure_terms(run: Reading) -> Columns:
    """Count decisions within and beyond the terms of investigation and decision together."""
    if not run.has.desk:
        return stack([])
    past, ledger = run.history, run.ledger
    term = np.full((len(run.scenarios), len(ledger.pools) + 1), np.inf)
    for phase, scenario in enumerate(run.scenarios):
        of = {d.name: d.term_days.investigation + d.term_days.decision for d in scenario.desk}
        term[phase, :-1] = [of.get(pool.block, np.inf) for pool in ledger.pools]
    decided = (past.kind == EventKind.AWARDED) | (past.kind == EventKind.NOT_AWARDED)
    decided &= at_desk(past.before)
    row = np.flatnonzero(decided & (run.year_of_row >= 0))
    notified = past.kind == EventKind.NOTIFIED
    since = np.maximum.accumulate(np.where(notified, np.arange(len(notified)), 0))[row]
    wait: Floats = past.day[row] - past.day[since]
    late = (wait > term[run.phase_of_row[row], past.ref[since]]).astype(int)
    number = count(
        (len(run.window.years), len(ledger.municipalities), len(TERMS)),
        run.year_of_row[row],
        run.municipality_of_client[past.client[row]],
        late,
    )
    return table(
        "decisions_by_term",
        number,
        {"period": run.window.years, "municipality": ledger.municipalities, "detail": TERMS},
    )


_ROUNDING: Final = 1e-6
_REVIEW_ENDS: Final = np.zeros(EventKind.POOL, dtype=bool)
_REVIEW_ENDS[[EventKind.REVIEWED, EventKind.GONE, EventKind.AFTERCARE, EventKind.NOTIFIED]] = True
