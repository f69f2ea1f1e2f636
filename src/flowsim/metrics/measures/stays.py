"""How long people stay in a variant; waits for a first place beyond a norm, and what they got."""

from __future__ import annotations

from typing import Final

import numpy as np

from flowsim.calendar import DAYS_PER_WEEK
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.lives.history import in_place
from flowsim.metrics.lives.waits import PLACED, PLACEMENT, UNFINISHED
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.window import Floats, Ints, on_days

BEGAN: Final = ("known", "before")
"""Whether a stay began in the run, or before the start date: then nobody knows when."""
NORM_WEEKS: Final = (13, 26)
BY_NORM: Final = ("to_13_weeks", "to_26_weeks", "over_26_weeks", "not_followed")


# ---------------------------------------------------------------- stays
@defines(
    stays_ended=Measure(
        "events",
        "Verblijven in een woonvariant die eindigden: begonnen in de run, of al voor de start.",
        "Stays in a variant that ended: begun in the run, or before the start.",
    ),
    stay_days_ended=Measure(
        "days",
        "Dagen van de verblijven die eindigden en in de run begonnen; ingekort zolang de run "
        "jong is.",
        "Days of the stays that ended and began in the run; too short while the run is young.",
    ),
    stays_current=Measure(
        "persons",
        "Bewoners op de datum: verblijf begonnen in de run, of al voor de start.",
        "Residents on the date: stay begun in the run, or before the start.",
    ),
    stay_days_current=Measure(
        "days",
        "Dagen tot de datum van de lopende verblijven die in de run begonnen.",
        "Days up to the date of the stays that go on and began in the run.",
    ),
)
def measure_stays(run: Reading) -> Columns:
    """Count stays in a variant that end, and that go on, with their days where these are known."""
    if not run.variants:
        return stack([])
    past, window, ledger = run.history, run.window, run.ledger
    first, after = _stays(run)
    variant = past.options.variant[past.option[first]]
    began = past.at_start[first].astype(int)
    over = after < len(past.kind)
    over[over] = ~past.first[after[over]]
    year = np.where(over, run.year_of_row[np.where(over, after, 0)], -1)
    ends = year >= 0
    end = np.where(over, past.day[np.where(over, after, 0)], np.inf)
    length = np.where(began == 0, end - past.day[first], 0.0)

    size = (len(window.years), len(ledger.variants))
    stay, date = on_days(np.where(began == 1, -np.inf, past.day[first]), end, window.days)
    there = (len(window.dates), size[1])
    so_far = np.where(began[stay] == 0, window.days[date] - past.day[first[stay]], 0.0)
    closed = {"period": window.years, "variant": ledger.variants}
    current = {"period": window.dates, "variant": ledger.variants}
    return stack(
        [
            table(
                "stays_ended",
                count((*size, 2), year[ends], variant[ends], began[ends]),
                {**closed, "detail": BEGAN},
            ),
            table(
                "stay_days_ended",
                count(size, year[ends], variant[ends], weight=length[ends]),
                closed,
            ),
            table(
                "stays_current",
                count((*there, 2), date, variant[stay], began[stay]),
                {**current, "detail": BEGAN},
            ),
            table("stay_days_current", count(there, date, variant[stay], weight=so_far), current),
        ]
    )


def _stays(run: Reading) -> tuple[Ints, Ints]:
    """Return the row that begins each stay in a variant, and the first row that is not in it.

    A move to another place of the same variant does not end a stay.
    """
    past = run.history
    variant = np.where(in_place(past.state), past.options.variant[past.option], -1)
    changes = (variant != np.roll(variant, 1)) | past.first
    first = np.flatnonzero(changes & (variant >= 0))
    every = np.append(np.flatnonzero(changes), len(variant))
    return first, every[np.searchsorted(every, first, side="right")]


# ---------------------------------------------------------------- norms
@defines(
    placement_by_norm=Measure(
        "events",
        "Wachten op een eerste plek, naar jaar waarin het begon: hoe lang het duurde, hoe het "
        "ook eindigde.",
        "Waits for a first place, by the year in which they began: how long they lasted, "
        "whatever ended them.",
    ),
)
def measure_norms(run: Reading) -> Columns:
    """Count the waits for a first place by how long they lasted, whatever ended them."""
    if not run.variants:
        return stack([])
    waits, window, ledger = run.episodes, run.window, run.ledger
    year = window.year_of(waits.start)
    mine = (waits.kind == PLACEMENT) & (year >= 0)
    wait, variant = waits.wait[mine], np.maximum(waits.variant[mine], 0)
    edges = np.array(NORM_WEEKS) * float(DAYS_PER_WEEK)
    length = np.searchsorted(edges, wait, side="left")
    cut_short = (waits.ending[mine] == UNFINISHED) & (wait < edges[-1])
    number: Floats = count(
        (len(window.years), len(ledger.municipalities), len(ledger.variants), len(BY_NORM)),
        year[mine],
        waits.municipality[mine],
        variant,
        np.where(cut_short, BY_NORM.index("not_followed"), length),
    )
    return table(
        "placement_by_norm",
        number,
        {
            "period": window.years,
            "municipality": ledger.municipalities,
            "variant": ledger.variants,
            "detail": BY_NORM,
        },
    )


# ---------------------------------------------------------------- got and wanted
@defines(
    first_places=Measure(
        "events",
        "Eerste plekken, naar de woonvariant die iemand kreeg en (detail) de woonvariant die de "
        "toekenning als eerste noemt.",
        "First places, by the variant got and (detail) the variant that the award names first.",
    ),
)
def measure_got(run: Reading) -> Columns:
    """Count the first places, by the variant got and the one that the award named first."""
    if len(run.variants) < 2:
        return stack([])
    waits, window, ledger = run.episodes, run.window, run.ledger
    year = window.year_of(waits.start + waits.wait)
    mine = (waits.kind == PLACEMENT) & (waits.ending == PLACED) & (year >= 0)
    places, variants = ledger.municipalities, ledger.variants
    number = count(
        (len(window.years), len(places), len(variants), len(variants)),
        year[mine],
        waits.municipality[mine],
        waits.got[mine],
        np.maximum(waits.variant[mine], 0),
    )
    axes = {"period": window.years, "municipality": places, "variant": variants}
    return table("first_places", number, axes | {"detail": variants})
