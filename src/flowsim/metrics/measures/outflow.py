"""Who left: from a place, and before there was one."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind, Reason
from flowsim.metrics import occurs
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.lives.history import in_place
from flowsim.metrics.lives.waits import KINDS, kind_of_wait
from flowsim.metrics.measures.events import by_municipality, by_variant, rows_of
from flowsim.metrics.reading import Reading

OUTFLOW_TO: Final = ("to_light", "to_none", "to_other")

_BEFORE: Final = (
    Reason.GENERAL, Reason.REJECTED, Reason.REFER, Reason.GAVE_UP, Reason.NO_VARIANT,
)  # fmt: skip
_REASONS: Final = tuple(reason for reason in Reason if reason not in _BEFORE)


@defines(
    outflow=Measure(
        "events",
        "Uitstroom uit een plek: naar een eigen woning met nazorg (to_light) of zonder "
        "(to_none), anders (to_other: familie, elders, kliniek, Wlz, onbekend, overleden).",
        "Outflow from a place: to an own dwelling with aftercare (to_light) or without "
        "(to_none), other (to_other: family, elsewhere, clinic, Wlz, unknown, death).",
    ),
    outflow_by_reason=Measure(
        "events",
        "Uitstroom uit een plek, naar reden.",
        "Outflow from a place, by reason.",
    ),
)
def measure_outflow(run: Reading) -> Columns:
    """Count who leaves the support chain from a place, and where to."""
    past, ledger = run.history, run.ledger
    if not run.variants:
        return stack([])
    left = rows_of(
        run,
        in_place(past.before)
        & ((past.kind == EventKind.AFTERCARE) | (past.kind == EventKind.GONE)),
    )
    variant = past.options.variant[past.left[left]]
    reason = np.where(past.kind[left] == EventKind.AFTERCARE, Reason.OWN_DWELLING, past.why[left])
    away = ~np.isin(reason, (Reason.OWN_DWELLING, Reason.DONE))
    to = np.where(past.kind[left] == EventKind.AFTERCARE, 0, 1 + away)
    flows = by_variant(run, left, variant, to, len(OUTFLOW_TO))
    reasons = by_municipality(run, left, reason, len(Reason))
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


@defines(
    gave_up=Measure(
        "events",
        "Wachtenden buiten een plek die opgaven, naar waarop zij wachtten.",
        "People waiting outside a place who gave up, by what they waited for.",
    ),
    left_waiting=Measure(
        "events",
        "Wachtenden buiten een plek die om een andere reden vertrokken of overleden.",
        "People waiting outside a place who left for another reason, or died.",
    ),
)
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
        row = rows_of(run, gone & which)
        number = by_municipality(run, row, kind[row], len(KINDS))[..., shown]
        can = run.has.exits_outside if name == "left_waiting" else run.has.patience
        if can or number.any():
            parts.append(table(name, number, {**axes, "detail": [KINDS[i] for i in shown]}))
    return stack(parts)


def _request_before(run: Reading) -> npt.NDArray[np.int8]:
    request = np.roll(run.history.request, 1)
    request[run.history.first] = -1
    return request
