"""What every metric reads: one run, put in order once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from flowsim.layout import Has, Layout
from flowsim.ledger import EventKind, Ledger, State
from flowsim.metrics.lives.history import History, history_of, in_place
from flowsim.metrics.lives.spells import Spells, to_spells
from flowsim.metrics.lives.waits import ACCESS, Episodes, episodes, kind_of_wait
from flowsim.metrics.why.causes import CAUSES, SHELVES, SPLITS, Shelves, only_cause, shelves_of
from flowsim.metrics.why.nearest import Nearest, nearest_of
from flowsim.metrics.window import Floats, Ints, Window, cut, on_days, window_of
from flowsim.scenario.housing import Variant
from flowsim.scenario.model import Scenario

STATES = tuple(state.name.lower() for state in sorted(State) if state is not State.GONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Spells cut at the years of the window and at dated changes; element i is about piece i."""

    spell: Ints
    span: Ints
    """Index of the span of the window (`Window.cuts`)."""
    year: Ints
    start: Floats
    end: Floats

    @property
    def days(self) -> Floats:
        """Length of each piece."""
        return self.end - self.start


@dataclass(frozen=True)
class Reading:
    """A run and its scenario, with all that several metrics need, each worked out once."""

    ledger: Ledger
    scenario: Scenario

    # ------------------------------------------------------------ time
    @cached_property
    def window(self) -> Window:
        """Years and dates of the reporting window."""
        return window_of(self.ledger, self.scenario)

    @cached_property
    def history(self) -> History:
        """Rows of clients."""
        return history_of(self.ledger)

    @cached_property
    def spells(self) -> Spells:
        """Every day of every client."""
        return to_spells(self.ledger, self.history)

    @cached_property
    def pieces(self) -> Pieces:
        """Spells in the window, without those after leaving."""
        there = np.flatnonzero(self.spells.state != State.GONE)
        index, span, start, end = cut(
            self.spells.start[there], self.spells.end[there], self.window.cuts
        )
        year = self.window.year_of_span[span]
        return Pieces(spell=there[index], span=span, year=year, start=start, end=end)

    @cached_property
    def on_dates(self) -> tuple[Ints, Ints]:
        """Which spell holds each client on each date: (spell, date) pairs, GONE left out.

        On the start date people of the start are where they were before its first instant: today
        is the same, whatever is decided on it.
        """
        there = np.flatnonzero(self.spells.state != State.GONE)
        end = self.spells.end[there]
        end = np.where(end < self.ledger.end_days, end, np.inf)
        spell, date = on_days(self.spells.start[there], end, self.window.days)
        spell, today = there[spell], np.flatnonzero(self.spells.today)
        known = np.zeros(len(self.municipality_of_client), dtype=np.bool_)
        known[self.spells.client[today]] = True
        later = (date > 0) | ~known[self.spells.client[spell]]
        spell = np.concatenate([today, spell[later]])
        return spell, np.concatenate([np.zeros(len(today), date.dtype), date[later]])

    @cached_property
    def year_of_row(self) -> Ints:
        """Year in which each row of `history` happened; -1: at the start, or after the window."""
        return np.where(self.history.at_start, -1, self.window.year_of(self.history.day))

    @cached_property
    def phase_of_row(self) -> Ints:
        """Index in ``scenario.phases`` of what held when each row of `history` happened."""
        starts = np.array([day for day, _ in self.scenario.phases])
        return np.maximum(np.searchsorted(starts, self.history.day, side="right") - 1, 0)

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """The scenario in numbers, as it is in each phase."""
        return tuple(Layout(scenario) for _, scenario in self.scenario.phases)

    @cached_property
    def has(self) -> Has:
        """What can happen in any phase."""
        return Has(*(layout.scenario for layout in self.layouts))

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenario as it is in each phase."""
        return tuple(scenario for _, scenario in self.scenario.phases)

    # ------------------------------------------------------------ who and where
    @cached_property
    def variants(self) -> dict[str, Variant]:
        """Variants of the scenario by name, in the order of the ledger."""
        by_name = {variant.name: variant for variant in self.scenario.variant}
        return {name: by_name[name] for name in self.ledger.variants}

    def of_variants(self, fact: Callable[[Layout], Sequence[Any]]) -> npt.NDArray[Any]:
        """Return a fact of each variant by phase, with variants as the ledger numbers them."""
        numbers = [self.layouts[0].variant_number[name] for name in self.ledger.variants]
        facts = [[fact(layout)[v] for v in numbers] for layout in self.layouts]
        return np.array(facts)

    @cached_property
    def municipality_of_client(self) -> Ints:
        """Municipality of notification, by client."""
        return self.ledger.clients.notified_at.astype(np.intp)

    @cached_property
    def municipality(self) -> Ints:
        """Municipality of notification, by spell."""
        return self.municipality_of_client[self.spells.client]

    @cached_property
    def variant(self) -> Ints:
        """Variant of the place held, by spell; -1: in no place."""
        held = self.history.options.variant[self.spells.option]
        return np.where(in_place(self.spells.state), held, -1)

    @cached_property
    def has_levels(self) -> bool:
        """Whether the scenario tells levels of need apart."""
        return self.layouts[0].has.levels

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """Names of the levels; one without a name where there are none."""
        return self.ledger.levels or ("",)

    # ------------------------------------------------------------ waiting and its causes
    @cached_property
    def variant_of_wait(self) -> Ints:
        """Variant held in each piece of `waiting`; of people outside, the first they want.

        Who may ask nobody for now wants what they last wanted.
        """
        spell = self.waiting.spell
        wanted = self.spells.wanted[spell]
        return np.where(self.variant[spell] >= 0, self.variant[spell], np.maximum(wanted, 0))

    @cached_property
    def kind(self) -> npt.NDArray[np.int8]:
        """Kind of wait, by spell; -1: not waiting."""
        return kind_of_wait(self.spells.state, self.spells.request)

    @cached_property
    def from_shelves(self) -> npt.NDArray[np.bool_]:
        """Whether what is on the shelves causes a wait, by spell: not a desk, and no refusal."""
        return (self.kind > ACCESS) & (self.spells.refused < 0)

    @cached_property
    def episodes(self) -> Episodes:
        """Every wait, with its ending."""
        return episodes(self.ledger, self.history)

    @cached_property
    def shelves(self) -> Shelves:
        """What was missing for each set of options."""
        return shelves_of(self.ledger, self.spells, self.history.options)

    @cached_property
    def nearest(self) -> Nearest:
        """Which pools the nearest options of each set lacked."""
        return nearest_of(self.ledger, self.shelves, self.history.options)

    @cached_property
    def nearest_pieces(self) -> tuple[Ints, Ints, Floats]:
        """The pieces of `waiting` for what is on the shelves, cut where what is lacking changes.

        Index in `waiting`, run of `nearest`, and first and last day (n, 2).
        """
        pieces = self.waiting
        outside = np.flatnonzero(self.from_shelves[pieces.spell])
        option_set = self.spells.option_set[pieces.spell[outside]].astype(np.intp)
        index, runs, cuts = self.nearest.pieces(
            option_set, pieces.start[outside], pieces.end[outside]
        )
        return outside[index], runs, cuts

    @cached_property
    def waiting(self) -> Pieces:
        """The pieces in which a client waits."""
        pieces = self.pieces
        mine = self.kind[pieces.spell] >= 0
        return Pieces(
            spell=pieces.spell[mine],
            span=pieces.span[mine],
            year=pieces.year[mine],
            start=pieces.start[mine],
            end=pieces.end[mine],
        )

    @cached_property
    def wait_days(self) -> dict[str, Floats]:
        """Days of each piece in `waiting` by cause, for each of `SPLITS`: shape (pieces, causes).

        Under ``equal`` the rows add up to the length of the piece.
        """
        pieces, spells = self.waiting, self.spells
        on_shelf = self.from_shelves[pieces.spell]
        shelf = np.flatnonzero(on_shelf)
        spell = pieces.spell[shelf]
        combinations = self.shelves.missing_days(
            spells.option_set[spell].astype(np.intp), pieces.start[shelf], pieces.end[shelf]
        )
        alone = np.zeros((len(on_shelf), len(CAUSES)))
        row = np.flatnonzero(~on_shelf)
        alone[row, self._only_cause(pieces.spell[row])] = pieces.days[row]
        out = {}
        for split, shares in SPLITS.items():
            out[split] = alone.copy()
            out[split][np.ix_(shelf, SHELVES)] = combinations @ shares
        return out

    @cached_property
    def persons_by_cause(self) -> tuple[Ints, Ints, Floats]:
        """Who waits on each date and why: spell, date, and share of each cause (n, causes).

        No share of any where someone is served in the first instant: what was missing before it is
        not known.
        """
        spell, date = self.on_dates
        waits = self.kind[spell] >= 0
        spell, date = spell[waits], date[waits]
        share = np.zeros((len(spell), len(CAUSES)))
        on_shelf, over = self.from_shelves[spell], self.spells.end[spell] <= 0
        row = np.flatnonzero(~on_shelf)
        share[row, self._only_cause(spell[row])] = 1.0
        shelf = np.flatnonzero(on_shelf & ~over)
        missing = self.shelves.missing_at(
            self.spells.option_set[spell[shelf]].astype(np.intp), self.window.days[date[shelf]]
        )
        share[np.ix_(shelf, SHELVES)] = SPLITS["equal"][missing]
        return spell, date, share

    def _only_cause(self, spell: Ints) -> Ints:
        """Return the cause of spells of which it is not on the shelves."""
        at_desk = self.kind[spell] == ACCESS
        return only_cause(at_desk, self.spells.state[spell], self.spells.refused[spell])

    # ------------------------------------------------------------ rows of pools
    @cached_property
    def pool_rows(self) -> npt.NDArray[np.void]:
        """Rows about pools, without what is free."""
        rows: npt.NDArray[np.void] = self.ledger.rows[self.ledger.rows["kind"] > EventKind.POOL]
        return rows

    def pools_of(self, kind: str) -> list[int]:
        """Return the numbers of the pools of a kind, sorted by block, area and provider."""
        pools = self.ledger.pools
        mine = [i for i, pool in enumerate(pools) if pool.kind == kind]
        return sorted(mine, key=lambda i: (pools[i].block, pools[i].area, pools[i].provider))


def count(
    size: tuple[int, ...], *axes: npt.ArrayLike, weight: npt.ArrayLike | None = None
) -> Floats:
    """Count, or add up ``weight``, into a table of some shape by an index for each axis."""
    cell = np.ravel_multi_index(tuple(np.asarray(a, dtype=np.intp) for a in axes), size)
    mass = None if weight is None else np.asarray(weight, dtype=np.float64)
    total = np.bincount(cell, mass, prod(size))
    return total.astype(np.float64).reshape(size)
