"""Time spent waiting, and who waits, by cause."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.ledger import RefusedBy
from flowsim.metrics import occurs
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.lives.waits import ACCESS, KINDS, PLACEMENT, RETURN
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.why.causes import CAUSES, SPLITS
from flowsim.metrics.window import Floats, Ints

STATUSES: Final = ("awaiting_decision", "active", "preference")
"""Status of who is on the list. ``active``: takes what fits first. ``preference``: refused a place,
and waits for the preferred provider."""

_WAITS: Final = {
    "access": ("op een besluit (melding tot besluit)", "for a decision (notification to decision)"),
    "placement": (
        "op een eerste plek (besluit tot start)",
        "for a first place (decision to start)",
    ),
    "internal": (
        "in een plek, op een andere woonvariant (doorstroom)",
        "in a place, for another variant (throughflow)",
    ),
    "outflow": (
        "in een plek, uitstroomgereed, op wat voor vertrek nodig is (zonder de verhuistijd)",
        "in a place, ready to leave, for what leaving needs (without the transition)",
    ),
    "return": ("op een plek na terugval", "for a place after relapse"),
}
_DAYS: Final = {
    "days": (
        "gelijk verdeeld over wat ontbrak; telt op tot de hele wachttijd",
        "divided equally over what was missing; adds up to the whole wait",
    ),
    "days_sole": (
        "alleen dagen waarop dit het enige was dat ontbrak",
        "only days on which it was all that was missing",
    ),
    "days_any": (
        "alle dagen waarop dit ontbrak; telt op tot meer dan de wachttijd",
        "all days on which it was missing; adds up to more than the wait",
    ),
    "persons": (
        "aantal personen op de datum, gelijk verdeeld over wat ontbrak",
        "persons on the date, divided equally over what was missing",
    ),
}


def _of_each_kind(unit: str, *whats: str) -> dict[str, Measure]:
    """Define one measure for each kind of wait; a wait for a decision has one cause at a time."""
    return {
        f"{kind}_{what}": Measure(
            unit,
            f"Wachten {nl}, naar oorzaak: {_DAYS[what][0]}.",
            f"Waiting {en}, by cause: {_DAYS[what][1]}.",
        )
        for kind, (nl, en) in _WAITS.items()
        for what in whats
        if kind != "access" or what in ("days", "persons")
    }


@defines(**_of_each_kind("days", "days", "days_sole", "days_any"))
def measure_wait_days(run: Reading) -> Columns:
    """Add up days of waiting by kind and cause: divided equally (adds up), sole and any."""
    pieces, ledger = run.waiting, run.ledger
    kind, municipality = run.kind[pieces.spell], run.municipality[pieces.spell]
    parts = []
    for k in occurs.kinds(run):
        mine, causes = np.flatnonzero(kind == k), occurs.causes(run, k)
        names = [CAUSES[c] for c in causes]
        years, places = run.window.years, ledger.municipalities
        year, place, variant = pieces.year[mine], municipality[mine], run.variant_of_wait[mine]
        days = {split: run.wait_days[split][mine][:, causes] for split in SPLITS}
        if k == ACCESS:
            number = _add_up((len(years), len(places)), [year, place], days["equal"])
            axes = {"period": years, "municipality": places, "detail": names}
            parts.append(table("access_days", number, axes))
            continue
        shown = occurs.variants(run, k)
        variants = [ledger.variants[v] for v in shown]
        size = (len(years), len(places), len(ledger.variants))
        for split in SPLITS:
            number = _add_up(size, [year, place, variant], days[split])[:, :, shown]
            if split == "equal":
                axes = {"period": years, "municipality": places, "variant": variants}
                parts.append(table(f"{KINDS[k]}_days", number, axes | {"detail": names}))
            else:
                axes = {"period": years, "variant": variants, "detail": names}
                parts.append(table(f"{KINDS[k]}_days_{split}", number.sum(axis=1), axes))
    return stack(parts)


@defines(**_of_each_kind("persons", "persons"))
def measure_waiting(run: Reading) -> Columns:
    """Count persons who wait, on dates, by kind and cause (divided equally)."""
    spell, date, share = run.persons_by_cause
    kind = run.kind[spell]
    parts = []
    for k in occurs.kinds(run):
        mine, causes = np.flatnonzero(kind == k), occurs.causes(run, k)
        shares = share[mine][:, causes]
        if causes:  # of who is served in the first instant it is not known
            shares[:, 0] += 1 - share[mine].sum(axis=1)
        number = _add_up((len(run.window.dates),), [date[mine]], shares)
        parts.append(
            table(
                f"{KINDS[k]}_persons",
                number,
                {"period": run.window.dates, "detail": [CAUSES[c] for c in causes]},
            )
        )
    return stack(parts)


@defines(
    list_persons=Measure(
        "persons",
        "Mensen op de lijst op de datum, in geen plek: in afwachting van een besluit, actief "
        "wachtend, of wenswachtend (weigerde een plek en wacht op de aanbieder van voorkeur).",
        "People on the list on the date, in no place: awaiting a decision, active, or waiting by "
        "preference (refused a place and waits for the preferred provider).",
    ),
)
def measure_list(run: Reading) -> Columns:
    """Count the people on the list, on dates: in no place, and each of them once, by status."""
    spell, date = run.on_dates
    kind, own_choice = run.kind[spell], run.spells.refused[spell] == RefusedBy.CLIENT
    status = np.select([kind == ACCESS, own_choice], [0, 2], 1)
    listed = np.isin(kind, (ACCESS, PLACEMENT, RETURN)) & (run.variant[spell] < 0)
    municipality = run.municipality[spell]
    size = (len(run.window.dates), len(run.ledger.municipalities), len(STATUSES))
    number = count(size, date[listed], municipality[listed], status[listed])
    can = np.array([run.has.desk, run.has.places, run.has.preferences])
    shown = np.flatnonzero(can | number.any(axis=(0, 1)))
    axes = {
        "period": run.window.dates,
        "municipality": run.ledger.municipalities,
        "detail": tuple(STATUSES[i] for i in shown),
    }
    return table("list_persons", number[..., shown], axes)


def _add_up(size: tuple[int, ...], index: list[Ints], value: Floats) -> Floats:
    """Add up the columns of ``value`` by the index of each of its rows."""
    columns: list[npt.NDArray[np.float64]] = [count(size, *index, weight=v) for v in value.T]
    return np.stack(columns, axis=-1) if columns else np.empty((*size, 0))
