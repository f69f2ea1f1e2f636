"""The draws of clients: for each draw a number per client and occurrence, ready as lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from flowsim.cohort.quantile import quantile
from flowsim.cohort.residual import residual
from flowsim.cohort.uniform import Chance
from flowsim.scenario.values import Duration

Floats = npt.NDArray[np.float64]
AHEAD: Final = 4
"""Occurrences drawn ahead for every client."""
FURTHER: Final = 16
"""Later occurrences drawn at a time, for one client, when first needed."""

T = TypeVar("T", int, float)


class Column(Generic[T]):
    """Numbers of one draw by client and occurrence."""

    __slots__ = ("_draw", "_further", "_turn", "first")

    def __init__(
        self, draw: Callable[[slice, int, int], Floats], turn: Callable[[Floats], list[T]]
    ) -> None:
        self._draw = draw
        self._turn: Callable[[Floats], list[T]] = turn
        self._further: dict[int, tuple[int, list[T]]] = {}
        self.first: list[T] = turn(draw(slice(None), 0, AHEAD))
        """Occurrences 0 .. AHEAD - 1, client after client."""

    def at(self, client: int, occurrence: int) -> T:
        """Return the number of one client's occurrence (0, 1, 2 ...)."""
        if occurrence < AHEAD:
            return self.first[client * AHEAD + occurrence]
        block, within = divmod(occurrence - AHEAD, FURTHER)
        kept = self._further.get(client)
        if kept is None or kept[0] != block:
            u = self._draw(slice(client, client + 1), AHEAD + block * FURTHER, FURTHER)
            kept = self._further[client] = (block, self._turn(u))
        return kept[1][within]


class Draws:
    """All draws of a cohort's clients, made when one is first asked for.

    Parameters
    ----------
    chance
        The uniforms of the replication.
    keys
        Identity of each client, by client number.
    """

    def __init__(self, chance: Chance, keys: npt.NDArray[np.int64]) -> None:
        self._chance = chance
        self._keys = keys
        self._durations: dict[tuple[int, Duration], Column[float]] = {}
        self._choices: dict[tuple[int, tuple[float, ...]], Column[int]] = {}

    def durations(self, draw: int, duration: Duration) -> Column[float]:
        """Return durations (unit of ``duration``) of a draw."""
        at = (draw, duration)
        if at not in self._durations:
            self._durations[at] = Column(
                self._uniform(draw), lambda u: quantile(duration, u).tolist()
            )
        return self._durations[at]

    def thresholds(self, draw: int) -> Column[float]:
        """Return Exp(1) thresholds: an event falls when hazard x time has added up to it."""
        return self.durations(draw, Duration("exponential", (1.0,)))

    def choices(self, draw: int, shares: tuple[float, ...]) -> Column[int]:
        """Return choices 0 .. n - 1 with the given shares (which add up to 1)."""
        at = (draw, shares)
        if at not in self._choices:
            edges = np.cumsum(shares)[:-1]
            self._choices[at] = Column(
                self._uniform(draw),
                lambda u: np.searchsorted(edges, u, "right").tolist(),
            )
        return self._choices[at]

    def residual(
        self, draw: int, duration: Duration, client: int, occurrence: int, elapsed: float
    ) -> float:
        """Return what is left of one client's duration of which ``elapsed`` is over."""
        if elapsed <= 0:
            return self.durations(draw, duration).at(client, occurrence)
        u = self._uniform(draw)(slice(client, client + 1), occurrence - occurrence % 2, 2)
        return float(residual(duration, elapsed, u[occurrence % 2 :][:1])[0])

    def once(self, draw: int) -> Floats:
        """Return one uniform per client."""
        return self._chance.firsts((draw,), self._keys).ravel()

    def _uniform(self, which: int) -> Callable[[slice, int, int], Floats]:
        def draw(clients: slice, first: int, width: int) -> Floats:
            return self._chance.draw(which, self._keys[clients], first, width).ravel()

        return draw
