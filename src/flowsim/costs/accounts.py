"""Who pays what: every component of the cost, by year and responsible municipality."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR
from flowsim.costs.contracts import FORMS, Delivery
from flowsim.costs.moves import rows_of_moves
from flowsim.ledger import EventKind, Ledger, State
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.supply import place_days
from flowsim.scenario.housing import Variant
from flowsim.scenario.model import Scenario
from flowsim.scenario.values import NO_LIMIT

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

EXTERNAL: Final = "external"
"""Payer outside the region: the municipality of origin of people from elsewhere."""
MONTHS_PER_YEAR: Final = 12.0
MINUTES_PER_HOUR: Final = 60.0


@dataclass(frozen=True)
class Accounts:
    """The books of one run: amounts by year and payer."""

    run: Reading

    # ------------------------------------------------------------ who pays
    @cached_property
    def payers(self) -> tuple[str, ...]:
        """Municipalities, and `EXTERNAL` where people from outside pay by origin."""
        outside = self.run.scenario.money.payer == "origin" and any(
            demand.external for demand in self.run.scenario.demand
        )
        return (*self.run.ledger.municipalities, *([EXTERNAL] if outside else []))

    @cached_property
    def centre(self) -> int:
        """Payer number of the centre municipality."""
        scenario = self.run.scenario
        population = scenario.areas.populations
        largest = max(population, key=lambda name: population[name])
        return self.payers.index(scenario.money.centre or largest)

    def payer_of(self, client: Ints, residence: Ints) -> Ints:
        """Return the payer for each client, who lives in each municipality."""
        match self.run.scenario.money.payer:
            case "centre":
                return np.full(len(client), self.centre)
            case "origin":
                origin = self.run.ledger.clients.origin[client].astype(np.intp)
                return np.where(origin < 0, len(self.payers) - 1, origin)
            case "residence":
                return residence

    def shares(self, area: str) -> Floats:
        """Return the share of each payer in what an area has in common: its population.

        When the centre municipality pays, it pays all.
        """
        share = np.zeros(len(self.payers))
        if self.run.scenario.money.payer == "centre":
            share[self.centre] = 1.0
            return share
        areas = self.run.scenario.areas
        for number, name in enumerate(self.run.ledger.municipalities):
            homes = (name, areas.area_of(name, "subregion"), areas.region)
            share[number] = areas.populations[name] if area in homes else 0.0
        whole: Floats = share / share.sum()
        return whole

    @cached_property
    def residence(self) -> Ints:
        """Where the client of each spell lives.

        In a place that belongs to one municipality: there; else in the last own dwelling; before
        there was one: where notified.
        """
        run = self.run
        names = {name: i for i, name in enumerate(run.ledger.municipalities)}
        area = np.array([*(names.get(pool.area, -1) for pool in run.ledger.pools), -1])
        place = run.history.options.place[run.spells.option]
        here = np.where(run.variant >= 0, area[place], -1)
        return np.where(here >= 0, here, run.spells.home)

    @cached_property
    def payer(self) -> Ints:
        """Payer of each piece of `Reading.pieces`."""
        spell = self.run.pieces.spell
        return self.payer_of(self.run.spells.client[spell], self.residence[spell])

    # ------------------------------------------------------------ amounts
    def by_piece(self, which: npt.NDArray[np.bool_], eur: Floats) -> Floats:
        """Add up amounts of pieces by year and payer."""
        size = (len(self.run.window.years), len(self.payers))
        return count(size, self.run.pieces.year[which], self.payer[which], weight=eur)

    def by_row(self, row: Ints, eur: float) -> Floats:
        """Add up an amount for each of some rows of the history, by year and payer."""
        run = self.run
        row = row[run.year_of_row[row] >= 0]
        payer = self.payer_of(run.history.client[row], run.history.home[row])
        size = (len(run.window.years), len(self.payers))
        return count(size, run.year_of_row[row], payer) * eur

    def components(self) -> Iterator[tuple[str, str, Floats]]:
        """Yield every component that the scenario prices: name, variant, EUR by year and payer."""
        yield from self._variants()
        yield from self._aftercare()
        money, past = self.run.scenario.money, self.run.history
        for name, eur, row in (
            ("assessments", money.assessment_eur, past.kind == EventKind.ASSESSING),
            ("reassessments", money.reassessment_eur, past.kind == EventKind.REVIEW_STARTED),
        ):
            if eur > 0 and self.run.scenario.desk:
                yield name, "", self.by_row(np.flatnonzero(row), eur)
        if money.move_eur > 0 and self.run.variants:
            yield "moves", "", self.by_row(rows_of_moves(self.run), money.move_eur)
        if money.on_call_eur_per_fte_per_year > 0 and self.run.scenario.team:
            yield "on_call", "", self._on_call()

    def _variants(self) -> Iterator[tuple[str, str, Floats]]:
        run, money = self.run, self.run.scenario.money
        half_days = _by_level(run, money.half_days_per_week.of) * money.half_day_eur
        pieces = run.pieces
        for number, (name, variant) in enumerate(run.variants.items()):
            mine = run.variant[pieces.spell] == number
            days, level = pieces.days[mine], run.spells.level[pieces.spell[mine]]
            if variant.contract is not None:
                yield "care", name, self._care(variant, number, mine)
                housing = variant.contract.housing_eur_per_month * MONTHS_PER_YEAR / DAYS_PER_YEAR
                if housing > 0:
                    yield "housing", name, self.by_piece(mine, days * housing)
            if half_days.any():
                eur = days / DAYS_PER_WEEK * half_days[level]
                yield "daytime", name, self.by_piece(mine, eur)

    def _care(self, variant: Variant, number: int, mine: npt.NDArray[np.bool_]) -> Floats:
        run, contract = self.run, variant.contract
        assert contract is not None
        spell = run.pieces.spell[mine]
        days, level = run.pieces.days[mine], run.spells.level[spell].astype(np.int64)
        pools = [
            i
            for i in run.pools_of("place")
            if run.ledger.pools[i].block == variant.name and run.ledger.pools[i].capacity < NO_LIMIT
        ]
        unfilled = place_days(run, pools)[..., 3:].sum(axis=-1) if pools else np.zeros((1, 0))
        minutes = run.spells.minutes[spell]
        if variant.team is None:
            minutes = _needed_minutes(run, variant)[level]
        bill = FORMS[contract.form](
            Delivery(
                days=days,
                level=level,
                hours=minutes / MINUTES_PER_HOUR * days / DAYS_PER_WEEK,
                unfilled_days=np.maximum(unfilled, 0.0),
                eur_by_level=_by_level(run, contract.eur.of),
            )
        )
        total = self.by_piece(mine, bill.stays)
        for column, pool in enumerate(pools):
            total += bill.unfilled[:, column, None] * self.shares(run.ledger.pools[pool].area)
        return total

    def _aftercare(self) -> Iterator[tuple[str, str, Floats]]:
        run, aftercare = self.run, self.run.scenario.leaving.aftercare
        if aftercare is None or aftercare.eur_per_hour == 0:
            return
        hours = next(lv.hours_per_week for lv in run.scenario.level if lv.name == aftercare.level)
        mine = run.spells.state[run.pieces.spell] == State.AFTERCARE
        eur = run.pieces.days[mine] / DAYS_PER_WEEK * hours * aftercare.eur_per_hour
        yield "aftercare", "", self.by_piece(mine, eur)

    def _on_call(self) -> Floats:
        scenario, years = self.run.scenario, self.run.window.length / DAYS_PER_YEAR
        areas = scenario.areas
        total = np.zeros((len(years), len(self.payers)))
        for team in scenario.team:
            names = areas.of_scale(team.scale)
            weights = tuple(areas.population_of(team.scale, name) for name in names)
            for name, fte in zip(names, team.on_call_fte.spread(names, weights), strict=True):
                eur = fte * scenario.money.on_call_eur_per_fte_per_year * years
                total += eur[:, None] * self.shares(name)
        return total


def price(ledger: Ledger, scenario: Scenario, reading: Reading | None = None) -> Columns:
    """Return the costs of one run as measure ``cost_eur``, by year, payer, variant and component.

    Parameters
    ----------
    ledger
        One run.
    scenario
        The scenario that was run.
    reading
        ``Reading(ledger, scenario)``, where it is at hand.

    Returns
    -------
    Columns
        ``municipality``: who pays (`EXTERNAL`: a municipality outside the region). ``detail``: the
        component, see `flowsim.costs.COMPONENTS`. ``variant`` is given for care, housing and
        daytime. EUR of the price year, from day 0 to the end of the window. The rows of a year
        add up to its total; a component that the scenario does not price is left out.
    """
    run = Reading(ledger, scenario) if reading is None else reading
    accounts = Accounts(run)
    parts, total = [], np.zeros((len(run.window.years), len(accounts.payers)))
    for name, variant, eur in accounts.components():
        total += eur
        parts.append(_table(accounts, name, variant, eur))
    if scenario.money.overhead > 0:
        parts.append(_table(accounts, "overhead", "", total * scenario.money.overhead))
    return stack(parts)


def _table(accounts: Accounts, component: str, variant: str, eur: Floats) -> Columns:
    return table(
        "cost_eur",
        eur[:, :, None, None],
        {
            "period": accounts.run.window.years,
            "municipality": accounts.payers,
            "variant": (variant,),
            "detail": (component,),
        },
    )


def _by_level(run: Reading, of: Callable[[str], float]) -> Floats:
    return np.array([of(name) for name in run.levels])


def _needed_minutes(run: Reading, variant: Variant) -> npt.NDArray[np.int64]:
    """Return the minutes a week that each level needs in a variant, at most its heaviest's."""
    names = run.levels
    heaviest = len(names) - 1 if variant.serves is None else names.index(variant.serves[1])
    hours = np.array([level.hours_per_week for level in run.scenario.level] or [0.0])
    needed = hours[np.minimum(np.arange(len(names)), heaviest)] * variant.hours_factor
    return np.rint(MINUTES_PER_HOUR * needed).astype(np.int64)
