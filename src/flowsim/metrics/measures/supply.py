"""What was there and what was used: hours of teams, dwellings."""

from __future__ import annotations

from typing import Final

import numpy as np

from flowsim.calendar import DAYS_PER_WEEK
from flowsim.ledger import EventKind, LostBecause, RequestKind, State
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.lives.history import heads_of
from flowsim.metrics.pools import beyond, by_pool, capacity_days, columns_of, limited
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.window import Floats, Ints

DWELLINGS: Final = ("offered", "used", "lost_hold", "lost_cap", "to_provider")
MINUTES_PER_HOUR: Final = 60.0


@defines(
    team_hours=Measure(
        "hours",
        "Uren ondersteuning gegeven, en beschikbaar, per team.",
        "Hours of support given, and available, by team.",
    ),
    hours_not_delivered=Measure(
        "hours",
        "Uren die zijn toegezegd en er niet zijn: een team met minder personeel dan zijn "
        "cliënten samen nodig hebben; niemand verliest zijn ondersteuning in één keer.",
        "Hours committed that are not there: a team with fewer staff than its clients need "
        "together; nobody loses support at once.",
    ),
    under_supported_days=Measure(
        "days",
        "Dagen van bewoners met minder ondersteuning dan nodig.",
        "Days of residents with less support than needed.",
    ),
)
def measure_hours(run: Reading) -> Columns:
    """Add up hours given and available by team, and days with less support than needed."""
    pools = run.pools_of("team")
    if not pools:
        return stack([])
    pieces, spells, years = run.pieces, run.spells, run.window.years
    column = columns_of(run, pools)
    team = column[run.history.options.team[spells.option[pieces.spell]]]
    mine = team >= 0
    given = count(
        (len(years), len(pools)),
        pieces.year[mine],
        team[mine],
        weight=pieces.days[mine] * spells.minutes[pieces.spell[mine]],
    )
    hours = np.stack([given, capacity_days(run, pools)], axis=-1) / (
        DAYS_PER_WEEK * MINUTES_PER_HOUR
    )
    keep = np.ones(hours.shape, dtype=bool)
    keep[..., 1] = np.isin(pools, limited(run, "team"))
    parts = [by_pool(run, "team_hours", hours, pools, ("given", "available"), keep)]
    if has := limited(run, "team"):
        held = np.where(spells.state == State.GONE, -1, run.history.options.team[spells.option])
        over = beyond(run, has, held, spells.minutes.astype(float))
        over /= DAYS_PER_WEEK * MINUTES_PER_HOUR
        parts.append(by_pool(run, "hours_not_delivered", over[..., None], has, ("",)))
    if run.has_levels:
        parts.append(_under_supported(run))
    return stack(parts)


def _under_supported(run: Reading) -> Columns:
    pieces, ledger = run.pieces, run.ledger
    spell = pieces.spell
    mine = run.spells.under[spell] & (run.variant[spell] >= 0)
    spell = spell[mine]
    days = count(
        (len(run.window.years), len(ledger.municipalities), len(ledger.variants)),
        pieces.year[mine],
        run.municipality[spell],
        run.variant[spell],
        weight=pieces.days[mine],
    )
    return table(
        "under_supported_days",
        days,
        {
            "period": run.window.years,
            "municipality": ledger.municipalities,
            "variant": ledger.variants,
        },
    )


@defines(
    dwellings=Measure(
        "dwellings",
        "Woningen uit het contingent: aangeboden, gebruikt, verloren na de bedenktijd "
        "(lost_hold) of omdat er al te veel stonden (lost_cap), na een omklap naar de aanbieder "
        "(to_provider).",
        "Dwellings of the contingent: offered, used, lost after the hold, lost beyond the cap, "
        "to a provider after a tenancy flip (to_provider).",
    ),
    found_alone=Measure(
        "dwellings",
        "Woningen die mensen zelf vonden, buiten het contingent.",
        "Dwellings that people found alone, outside the contingent.",
    ),
)
def measure_dwellings(run: Reading) -> Columns:
    """Count dwellings offered, used and lost by stream and area, and those found alone."""
    pools = run.pools_of("dwellings")
    parts = []
    if pools:
        rows, size = run.pool_rows, len(pools)
        column = columns_of(run, pools)
        day, pool = _used(run)
        lost = rows["kind"] == EventKind.LOST
        events = (
            (rows["day"], rows["ref"], rows["kind"] == EventKind.OFFERED),
            (day, pool, np.ones(len(day), dtype=bool)),
            (rows["day"], rows["ref"], lost & (rows["why"] == LostBecause.HOLD)),
            (rows["day"], rows["ref"], lost & (rows["why"] == LostBecause.CAP)),
            (rows["day"], rows["ref"], rows["kind"] == EventKind.REFILLED),
        )
        number = [_events(run, d[m], column[p[m]], size) for d, p, m in events]
        shown = len(events) if run.has.flips else len(events) - 1
        told = np.stack(number[:shown], axis=-1)
        parts.append(by_pool(run, "dwellings", told, pools, DWELLINGS[:shown]))
    if run.has.finding:
        past, ledger = run.history, run.ledger
        alone = (past.kind == EventKind.FOUND_ALONE) & (past.why == 0)
        found = np.flatnonzero(alone & (run.year_of_row >= 0))
        shape = (len(run.window.years), len(ledger.municipalities))
        municipality = run.municipality_of_client[past.client[found]]
        number_found = count(shape, run.year_of_row[found], municipality)
        axes = {"period": run.window.years, "municipality": ledger.municipalities}
        parts.append(table("found_alone", number_found, axes))
    return stack(parts)


def _used(run: Reading) -> tuple[Floats, Ints]:
    """Return day and pool of every dwelling of the supply that a client took.

    Taken on entering a place, on being housed, or (in a line) on stepping out of a place that was
    kept until there was a dwelling; the ledger does not tell which of several streams or areas the
    last came from, so it is booked on the first that the client would take.
    """
    past = run.history
    takes = (past.kind == EventKind.PLACED) | (past.kind == EventKind.HOUSED)
    option = np.where(takes, past.ref, -1)
    steps = np.flatnonzero(past.kind == EventKind.STEPPED_OUT)
    steps = steps[past.request[steps - 1] == RequestKind.DWELLING]
    option[steps] = heads_of(run.ledger)[past.option_set[steps - 1]]
    pool = past.options.dwelling[option]
    row = np.flatnonzero((pool >= 0) & ~past.at_start)
    return past.day[row], pool[row]


def _events(run: Reading, day: Floats, column: Ints, size: int) -> Floats:
    year = run.window.year_of(day)
    inside = year >= 0
    return count((len(run.window.years), size), year[inside], column[inside])
