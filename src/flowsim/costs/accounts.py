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
from flowsim.costs.facts import Facts
from flowsim.ledger import EventKind, State
from flowsim.metrics.pools import columns_of
from flowsim.metrics.reading import Reading, count
from flowsim.scenario.housing import Variant
from flowsim.scenario.model import Scenario
from flowsim.scenario.money import Contract

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

COMPONENTS: Final = {
    "care": "care",
    "housing": "housing",
    "daytime": "daytime activity",
    "aftercare": "aftercare",
    "assessments": "assessments",
    "reassessments": "reassessments",
    "moves": "moves",
    "on_call": "on-call",
    "overhead": "contract management",
}
"""Components of the cost (column ``detail``), and what each is called."""
MONTHS_PER_YEAR: Final = 12.0
MINUTES_PER_HOUR: Final = 60.0


@dataclass(frozen=True)
class Accounts:
    """The books of one run for as long as one phase of the scenario holds.

    Amounts are tables of EUR by year and account. Every amount is booked twice: on the account of
    who pays, and on that of the municipality where the client notified.
    """

    facts: Facts
    phase: int
    """Index in ``scenario.phases``."""
    payers: tuple[str, ...]
    """The first accounts; after them those of the municipalities of notification."""

    # ------------------------------------------------------------ what holds
    @property
    def run(self) -> Reading:
        """The run."""
        return self.facts.run

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as it is in this phase."""
        return self.run.scenarios[self.phase]

    @cached_property
    def pieces(self) -> Ints:
        """Indices of the pieces of `Reading.pieces` in this phase."""
        window = self.run.window
        return np.flatnonzero(window.phase_of_span[self.run.pieces.span] == self.phase)

    @cached_property
    def spell(self) -> Ints:
        """Spell of each of `pieces`."""
        return self.run.pieces.spell[self.pieces]

    @cached_property
    def days(self) -> Floats:
        """Length of each of `pieces`."""
        return self.run.pieces.days[self.pieces]

    @cached_property
    def level(self) -> npt.NDArray[np.int64]:
        """Level in each of `pieces` that is paid for: the awarded one, right or wrong."""
        return self.facts.awarded[self.spell]

    @cached_property
    def length(self) -> Floats:
        """Days of each year in which this phase holds."""
        window = self.run.window
        return window.by_year(window.span_length * (window.phase_of_span == self.phase))

    # ------------------------------------------------------------ who pays
    @cached_property
    def centre(self) -> int:
        """Payer number of the centre municipality."""
        population = self.scenario.areas.populations
        largest = max(population, key=lambda name: population[name])
        return self.payers.index(self.scenario.money.centre or largest)

    @cached_property
    def size(self) -> tuple[int, int]:
        """Years and accounts."""
        return len(self.length), len(self.payers) + len(self.run.ledger.municipalities)

    def accounts_of(self, client: Ints, residence: Ints) -> tuple[Ints, Ints]:
        """Return both accounts for each client, who lives in each municipality."""
        notified = len(self.payers) + self.run.municipality_of_client[client]
        match self.scenario.money.payer:
            case "centre":
                return np.full(len(client), self.centre), notified
            case "origin":
                origin = self.run.ledger.clients.origin[client].astype(np.intp)
                return np.where(origin < 0, len(self.payers) - 1, origin), notified
            case "residence":
                return residence, notified

    def shares(self, area: str) -> Floats:
        """Return the share of each account in what an area has in common: its population.

        When the centre municipality pays, it pays all (but not of what is booked by client).
        """
        areas, names = self.scenario.areas, self.run.ledger.municipalities
        people = np.zeros(len(names))
        for number, name in enumerate(names):
            homes = (name, areas.area_of(name, "subregion"), areas.region)
            people[number] = areas.populations[name] if area in homes else 0.0
        notified = people / people.sum()
        paid = np.zeros(len(self.payers))
        if self.scenario.money.payer == "centre":
            paid[self.centre] = 1.0
        else:
            paid[: len(names)] = notified
        return np.concatenate([paid, notified])

    @cached_property
    def accounts(self) -> tuple[Ints, Ints]:
        """Both accounts of each of `pieces`."""
        client = self.run.spells.client[self.spell]
        return self.accounts_of(client, self.facts.residence[self.spell])

    # ------------------------------------------------------------ amounts
    def by_piece(self, which: npt.NDArray[np.bool_], eur: Floats) -> Floats:
        """Add up amounts for some of `pieces`."""
        year = self.run.pieces.year[self.pieces][which]
        paid, notified = (account[which] for account in self.accounts)
        return self._booked(year, paid, eur) + self._booked(year, notified, eur)

    def by_row(self, rows: npt.NDArray[np.bool_], eur: float) -> Floats:
        """Add up an amount for each of some rows of the history."""
        run = self.run
        row = np.flatnonzero(rows & (run.year_of_row >= 0) & (run.phase_of_row == self.phase))
        paid, notified = self.accounts_of(run.history.client[row], run.history.home[row])
        year = run.year_of_row[row]
        return (self._booked(year, paid) + self._booked(year, notified)) * eur

    def _booked(self, year: Ints, account: Ints, eur: Floats | None = None) -> Floats:
        return count(self.size, year, account, weight=eur)

    def components(self) -> Iterator[tuple[str, str, Floats]]:
        """Yield every component that the scenario prices: name, variant, EUR by year, account."""
        yield from self._variants()
        yield from self._aftercare()
        money, past = self.scenario.money, self.run.history
        for name, eur, rows in (
            ("assessments", money.assessment_eur, past.kind == EventKind.ASSESSING),
            ("reassessments", money.reassessment_eur, past.kind == EventKind.REVIEW_STARTED),
        ):
            if eur > 0 and self.scenario.desk:
                yield name, "", self.by_row(rows, eur)
        if money.move_eur > 0 and self.scenario.variant:
            yield "moves", "", self.by_row(self.facts.moves, money.move_eur)
        if money.on_call_eur_per_fte_per_year > 0 and self.scenario.team:
            yield "on_call", "", self._on_call()

    def _variants(self) -> Iterator[tuple[str, str, Floats]]:
        money = self.scenario.money
        half_days = self._by_level(money.half_days_per_week.of) * money.half_day_eur
        blocks = {variant.name: variant for variant in self.scenario.variant}
        for number, name in enumerate(self.run.ledger.variants):
            mine = self.run.variant[self.spell] == number
            contract = blocks[name].contract
            if contract is not None:
                yield "care", name, self._care(blocks[name], contract, mine)
                housing = contract.housing_eur_per_month * MONTHS_PER_YEAR / DAYS_PER_YEAR
                if housing > 0:
                    yield "housing", name, self.by_piece(mine, self.days[mine] * housing)
            if half_days.any():
                eur = self.days[mine] / DAYS_PER_WEEK * half_days[self.level[mine]]
                yield "daytime", name, self.by_piece(mine, eur)

    def _care(self, variant: Variant, contract: Contract, mine: npt.NDArray[np.bool_]) -> Floats:
        run = self.run
        pools = [p for p in self.facts.limited if run.ledger.pools[p].block == variant.name]
        minutes = run.spells.minutes[self.spell[mine]]
        if variant.team is None:
            minutes = self._needed_minutes(variant)[self.level[mine]]
        bill = FORMS[contract.form](
            Delivery(
                days=self.days[mine],
                level=self.level[mine],
                hours=minutes / MINUTES_PER_HOUR * self.days[mine] / DAYS_PER_WEEK,
                unfilled_days=self._unfilled(pools),
                eur_by_level=self._by_level(contract.eur.of),
            )
        )
        total = self.by_piece(mine, bill.stays)
        for column, pool in enumerate(pools):
            total += bill.unfilled[:, column, None] * self.shares(run.ledger.pools[pool].area)
        return total

    def _unfilled(self, pools: list[int]) -> Floats:
        """Return the days of places without a resident in this phase, by year and pool."""
        if not pools:
            return np.zeros((len(self.length), 0))
        window = self.run.window
        days = self.facts.unfilled_days[:, columns_of(self.run, self.facts.limited)[pools]]
        return window.by_year(days * (window.phase_of_span == self.phase)[:, None])

    def _aftercare(self) -> Iterator[tuple[str, str, Floats]]:
        aftercare = self.scenario.leaving.aftercare
        if aftercare is None or aftercare.eur_per_hour == 0:
            return
        hours = next(lv.hours_per_week for lv in self.scenario.level if lv.name == aftercare.level)
        mine = self.run.spells.state[self.spell] == State.AFTERCARE
        eur = self.days[mine] / DAYS_PER_WEEK * hours * aftercare.eur_per_hour
        yield "aftercare", "", self.by_piece(mine, eur)

    def _on_call(self) -> Floats:
        layout, years = self.run.layouts[self.phase], self.length / DAYS_PER_YEAR
        total = np.zeros(self.size)
        for team in self.scenario.team:
            spread = layout.spread(team.on_call_fte, team.scale)
            there = dict(zip(layout.areas(team.scale), spread, strict=True))
            for name in self.scenario.areas.of_scale(team.scale):
                eur = there[name] * self.scenario.money.on_call_eur_per_fte_per_year * years
                total += eur[:, None] * self.shares(name)
        return total

    # ------------------------------------------------------------ levels
    def _by_level(self, of: Callable[[str], float]) -> Floats:
        return np.array([of(name) for name in self.run.levels])

    def _needed_minutes(self, variant: Variant) -> npt.NDArray[np.int64]:
        """Return the minutes a week that each level needs in a variant, at most its heaviest's."""
        layout = self.run.layouts[self.phase]
        return np.array(layout.minutes[layout.variant_number[variant.name]], dtype=np.int64)
