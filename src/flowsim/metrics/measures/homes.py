"""People who need a dwelling: how many ask, how they get one, and how many still wait."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.layout import Layout
from flowsim.ledger import EventKind, RequestKind
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.pools import by_pool
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.window import Floats

NEEDS: Final = (
    "start", "needed", "used", "found_alone", "urgent", "without", "ended", "end"
)  # fmt: skip
"""``start``: need one on the first day. ``needed``: came to need one. ``used``: got one of the
supply. ``found_alone``: outside it. ``urgent``: by the urgency scheme. ``without``: got a place
that takes none. ``ended``: no longer need one, gave up, left or died. ``end``: need one on the last
day. Start + needed - all that follow = end."""
_MET: Final = ("used", "found_alone", "urgent", "without")


@defines(
    dwelling_needs=Measure(
        "persons",
        "Mensen die een woning nodig hebben: begin + nieuw - gekregen - vervallen = eind.",
        "People who need a dwelling: start + new - got one - ended = end.",
    ),
    dwellings_short=Measure(
        "dwellings",
        "Woningtekort van het jaar: nieuwe vraag min wie er een kreeg of zonder toe kon; "
        "negatief als de wachtrij krimpt.",
        "Dwellings short in the year: new needs less those who got one or did without; negative "
        "when the queue shrinks.",
    ),
    dwellings_agreed=Measure(
        "dwellings",
        "Woningen volgens de afspraken, gerealiseerd of niet.",
        "Dwellings as agreed, realised or not.",
    ),
)
def measure_homes(run: Reading) -> Columns:
    """Count who needs a dwelling and how that ends, what is agreed, and what is short."""
    if not run.has.dwellings:
        return stack([])
    number = _needs(run)
    axes = {"period": run.window.years, "municipality": run.ledger.municipalities}
    shown = _shown(run, number)
    met = sum(number[..., NEEDS.index(name)] for name in _MET)
    return stack(
        [
            table(
                "dwelling_needs",
                number[..., shown],
                {**axes, "detail": [NEEDS[i] for i in shown]},
            ),
            table("dwellings_short", number[..., NEEDS.index("needed")] - met, axes),
            _agreed(run),
        ]
    )


# ---------------------------------------------------------------- who needs one
def _needs(run: Reading) -> Floats:
    """Count by year, municipality of notification and `NEEDS`."""
    past, edges = run.history, run.window.edges
    began, ended = _spells_of_need(run)
    code = np.full(len(past.kind), -1)
    code[began] = NEEDS.index("needed")
    code[ended] = _how(run)[ended]
    municipality = run.municipality_of_client[past.client]
    size = (len(run.window.years), len(run.ledger.municipalities), len(NEEDS))
    row = np.flatnonzero((code >= 0) & (run.year_of_row >= 0))
    number = count(size, run.year_of_row[row], municipality[row], code[row])
    day = np.where(past.at_start, -np.inf, past.day)
    for sign, mine in ((1.0, began), (-1.0, ended)):
        after = np.searchsorted(edges, day[mine], side="right")
        there = count((len(edges) + 1, size[1]), after, municipality[mine]).cumsum(axis=0)
        number[..., NEEDS.index("start")] += sign * there[: size[0]]
        number[..., NEEDS.index("end")] += sign * there[1 : size[0] + 1]
    return number


def _spells_of_need(run: Reading) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Tell for each row whether its client then came to need a dwelling, and ceased to.

    A client needs one who waits for something of which an option takes a dwelling of the supply;
    for as long as that is so it is one need, whatever it is for.
    """
    past = run.history
    takes = np.append(past.options.dwelling >= 0, False)
    sets = np.array(
        [any(takes[o] for o in listed) for listed in run.ledger.option_sets] + [False], dtype=bool
    )
    asks = sets[past.option_set]
    found = past.kind == EventKind.FOUND_ALONE
    asks &= ~found  # the next row says what is still waited for
    before = np.roll(asks, 1)
    before[past.first] = False
    return asks & ~before, before & ~asks


def _how(run: Reading) -> npt.NDArray[np.int64]:
    """Return the index in `NEEDS` of how a need ends, if it ends with this row."""
    past = run.history
    code = np.full(len(past.kind), NEEDS.index("ended"))
    served = (past.kind == EventKind.PLACED) | (past.kind == EventKind.HOUSED)
    dwelling = past.options.dwelling[np.where(served, past.ref, -1)]
    code[served] = np.where(dwelling >= 0, NEEDS.index("used"), NEEDS.index("without"))[served]
    received = np.roll(past.request, 1) == RequestKind.DWELLING
    code[(past.kind == EventKind.STEPPED_OUT) & received & ~past.first] = NEEDS.index("used")
    found = past.kind == EventKind.FOUND_ALONE
    code[found] = np.where(past.why == 1, NEEDS.index("urgent"), NEEDS.index("found_alone"))[found]
    return code


def _shown(run: Reading, number: Floats) -> list[int]:
    """Return which of `NEEDS` a table shows: what can be, and whatever did occur."""
    off = set() if run.has.finding else {"found_alone"}
    off |= set() if run.has.urgency else {"urgent"}
    occurs = (number > 0).sum(axis=(0, 1))
    return [i for i, name in enumerate(NEEDS) if name not in off or occurs[i]]


# ---------------------------------------------------------------- what is agreed
def _agreed(run: Reading) -> Columns:
    """Give the dwellings that are agreed, realised or not, by stream and area."""
    pools = run.pools_of("dwellings")
    window = run.window
    infos = [run.ledger.pools[p] for p in pools]
    rate = np.array([[a_year.get((pool.block, pool.area), 0.0) for pool in infos]
                     for a_year in map(_a_year, run.layouts)])  # fmt: skip
    dwellings = window.by_year(rate[window.phase_of_span] * window.span_length[:, None])
    return by_pool(run, "dwellings_agreed", dwellings[..., None] / DAYS_PER_YEAR, pools, ("",))


def _a_year(layout: Layout) -> dict[tuple[str, str], float]:
    """Return the agreed dwellings a year by stream and area, where the stream has that area."""
    return {
        (stream.name, area): number
        for stream, numbers in zip(layout.streams, layout.dwellings_a_year, strict=True)
        for area, number in zip(layout.areas(stream.scale), numbers, strict=True)
    }
