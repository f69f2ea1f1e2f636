"""Awards and places that do not fit the need, tenancies that are lost, and people reassigned."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.lives.spells import rows_of_spells
from flowsim.metrics.measures.events import by_municipality, rows_of
from flowsim.metrics.reading import Reading, count

JUDGED: Final = ("too_light", "too_heavy")
MISPLACED: Final = ("needs_less", "needs_more")


@defines(
    misjudged=Measure(
        "events",
        "Toekenningen die lichter of zwaarder zijn dan de behoefte.",
        "Awards that are lighter or heavier than the need.",
    ),
    corrected=Measure(
        "events",
        "Onjuiste toekenningen die bij de herindicatie zijn rechtgezet.",
        "Misjudged awards that a reassessment put right.",
    ),
    misjudged_days=Measure(
        "days",
        "Dagen van bewoners met een toekenning die lichter of zwaarder is dan de behoefte.",
        "Days of residents with an award that is lighter or heavier than the need.",
    ),
)
def measure_judgement(run: Reading) -> Columns:
    """Count misjudged awards and their corrections, and the days that residents live with them."""
    if not run.has.misjudgement:
        return stack([])
    past = run.history
    wrong = rows_of(run, run.history.kind == EventKind.MISJUDGED)
    axes = {"period": run.window.years, "municipality": run.ledger.municipalities}
    number = by_municipality(run, wrong, (past.why[wrong] > 0).astype(int), len(JUDGED))
    corrected = rows_of(run, run.history.kind == EventKind.CORRECTED)
    return stack(
        [
            table("misjudged", number, {**axes, "detail": JUDGED}),
            table("corrected", by_municipality(run, corrected, 0, 1)[..., 0], axes),
            _misjudged_days(run),
        ]
    )


def _misjudged_days(run: Reading) -> Columns:
    """Add up the days of residents whose award is lighter or heavier than their need."""
    pieces, window = run.pieces, run.window
    error = (awarded_level(run) - run.spells.level)[pieces.spell]
    mine = (error != 0) & (run.variant[pieces.spell] >= 0)
    spell = pieces.spell[mine]
    days = count(
        (len(window.years), len(run.ledger.municipalities), len(JUDGED)),
        pieces.year[mine],
        run.municipality[spell],
        (error[mine] > 0).astype(int),
        weight=pieces.days[mine],
    )
    return table(
        "misjudged_days",
        days,
        {
            "period": window.years,
            "municipality": run.ledger.municipalities,
            "detail": JUDGED,
        },
    )


def awarded_level(run: Reading) -> npt.NDArray[np.int64]:
    """Return the level that support and tariffs go by in each spell: the need, but for errors."""
    level = run.spells.level.astype(np.int64)
    awarded: npt.NDArray[np.int64] = level + _error(run)[rows_of_spells(run.history)]
    return np.clip(awarded, 0, len(run.levels) - 1, out=awarded)


def _error(run: Reading) -> npt.NDArray[np.int64]:
    """Return by how many levels the award differs from the need, after each row."""
    past = run.history
    judged = past.kind == EventKind.MISJUDGED
    sets = judged | _ENDS[past.kind] | past.first
    last = np.maximum.accumulate(np.where(sets, np.arange(len(sets)), 0))
    error: npt.NDArray[np.int64] = np.where(judged, past.why, 0)[last]
    return error


_ENDS: Final = np.zeros(EventKind.POOL, dtype=bool)
_ENDS[
    [
        EventKind.NOTIFIED,
        EventKind.NOT_AWARDED,
        EventKind.AFTERCARE,
        EventKind.GONE,
        EventKind.CORRECTED,
    ]
] = True


# ---------------------------------------------------------------- places that do not fit
@defines(
    misplaced_days=Measure(
        "days",
        "Dagen van bewoners die minder of meer nodig hebben dan hun woonvariant bedient.",
        "Days of residents who need less or more than their variant serves.",
    ),
)
def measure_misplaced(run: Reading) -> Columns:
    """Add up the days of residents whose level is beyond what their variant serves."""
    if not run.has_levels or not run.variants:
        return stack([])
    pieces, window = run.pieces, run.window
    lightest, heaviest = _ranges(run)
    lives = run.variant[pieces.spell] >= 0
    spell = pieces.spell[lives]
    at = (window.phase_of_span[pieces.span[lives]], run.variant[spell])
    level = run.spells.level[spell]
    less, more = level < lightest[at], level > heaviest[at]
    beyond = less | more
    days = count(
        (len(window.years), len(run.ledger.variants), len(MISPLACED)),
        pieces.year[lives][beyond],
        run.variant[spell][beyond],
        more[beyond].astype(int),
        weight=pieces.days[lives][beyond],
    )
    return table(
        "misplaced_days",
        days,
        {"period": window.years, "variant": run.ledger.variants, "detail": MISPLACED},
    )


def _ranges(run: Reading) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the lightest and heaviest level that each variant serves: (phases, variants)."""
    served = run.of_variants(lambda layout: [(one[0], one[-1]) for one in layout.served])
    low, high = np.moveaxis(served.astype(np.int64), 2, 0)
    return low, high


# ---------------------------------------------------------------- tenancies, and other areas
@defines(
    tenancies_lost=Measure(
        "events",
        "Huurcontracten opgegeven bij de start in een plek van een aanbieder, of verloren "
        "tijdens het wachten of een verblijf daar.",
        "Tenancies given up on entering a provider's place, or lost while waiting or living there.",
    ),
)
def measure_tenancies_lost(run: Reading) -> Columns:
    """Count the tenancies given up on entering a provider's place, or lost while not lived in."""
    if not (run.has.giving_up or run.has.losing):
        return stack([])
    lost = rows_of(run, run.history.kind == EventKind.TENANCY_LOST)
    return table(
        "tenancies_lost",
        by_municipality(run, lost, 0, 1)[..., 0],
        {"period": run.window.years, "municipality": run.ledger.municipalities},
    )


@defines(
    reassigned=Measure(
        "persons",
        "Mensen die blijven waar zij zijn en door een wijziging voor een ander gebied gaan tellen.",
        "People who stay where they are and, by a change, count for another area.",
    ),
)
def measure_reassigned(run: Reading) -> Columns:
    """Count the people who stay where they are and count for another area from a change on."""
    if not run.has.changes:
        return stack([])
    moved = rows_of(run, run.history.kind == EventKind.REASSIGNED)
    return table(
        "reassigned",
        by_municipality(run, moved, 0, 1)[..., 0],
        {"period": run.window.years, "municipality": run.ledger.municipalities},
    )
