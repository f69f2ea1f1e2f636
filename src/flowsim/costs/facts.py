"""What is paid for in a run, whatever the prices: worked out once, for every phase and account."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from flowsim.costs.moves import moves_into_dwellings
from flowsim.metrics.measures.judgement import awarded_level
from flowsim.metrics.measures.places import place_days
from flowsim.metrics.pools import limited
from flowsim.metrics.reading import Reading

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Facts:
    """A run, and what every phase of its scenario asks of it."""

    run: Reading

    @cached_property
    def awarded(self) -> npt.NDArray[np.int64]:
        """Level that is paid for, by spell."""
        return awarded_level(self.run)

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
    def moves(self) -> npt.NDArray[np.bool_]:
        """Rows of the history that bring someone into a dwelling of their own."""
        return moves_into_dwellings(self.run)

    @cached_property
    def limited(self) -> list[int]:
        """Numbers of the pools of places that have a limit."""
        return limited(self.run, "place")

    @cached_property
    def unfilled_days(self) -> Floats:
        """Days of places without a resident (turning over, too): by span and pool of `limited`."""
        days: Floats = place_days(self.run)[..., 3:].sum(axis=-1)
        return days
