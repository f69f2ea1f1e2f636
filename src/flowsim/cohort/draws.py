"""The draws of clients: for each stream a number per client and occurrence, ready as lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from flowsim.cohort.quantile import quantile
from flowsim.cohort.uniform import Chance
from flowsim.scenario.values import Duration

Transform = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.generic]]

AHEAD = 4
"""Occurrences drawn ahead for every client; further ones are made when first needed."""


T = TypeVar("T", int, float)


class Column(Generic[T]):
    """Numbers of one stream by client and occurrence."""

    __slots__ = ("_make", "_more", "first")

    def __init__(self, make: Callable[[int], list[T]]) -> None:
        self._make: Callable[[int], list[T]] = make
        self._more: dict[int, list[T]] = {}
        self.first: list[T] = make(0)
        """Occurrences 0 .. AHEAD - 1, client after client."""

    def at(self, client: int, occurrence: int) -> T:
        """Return the number of one client's occurrence (0, 1, 2 ...)."""
        if occurrence < AHEAD:
            return self.first[client * AHEAD + occurrence]
        block, within = divmod(occurrence, AHEAD)
        if block not in self._more:
            self._more[block] = self._make(block)
        return self._more[block][client * AHEAD + within]


class Draws:
    """All draws of a cohort's clients, made when a stream is first asked for.

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
        self._choices: dict[tuple[int, tuple[float, ...]], Column[int]] = {}
        self._durations: dict[tuple[int, Duration], Column[float]] = {}

    def durations(self, stream: int, duration: Duration) -> Column[float]:
        """Return durations (unit of ``duration``) of a stream."""
        at = (stream, duration)
        if at not in self._durations:
            self._durations[at] = self._column(stream, lambda u: quantile(duration, u), duration)
        return self._durations[at]

    def thresholds(self, stream: int) -> Column[float]:
        """Return Exp(1) thresholds: an event falls when hazard x time has added up to it."""
        return self.durations(stream, Duration("exponential", (1.0,)))

    def choices(self, stream: int, shares: tuple[float, ...]) -> Column[int]:
        """Return choices 0 .. n - 1 with the given shares (which add up to 1)."""
        at = (stream, shares)
        if at not in self._choices:
            self._choices[at] = self._choice_column(stream, shares)
        return self._choices[at]

    def _choice_column(self, stream: int, shares: tuple[float, ...]) -> Column[int]:
        edges = np.cumsum(shares)[:-1]
        return Column(
            lambda block: np.searchsorted(
                edges, self._uniform(stream, block), side="right"
            ).tolist()
        )

    def once(self, stream: int) -> npt.NDArray[np.float64]:
        """Return one uniform per client."""
        return self._chance.draw(stream, self._keys, 0, 2)[:, 0]

    def _column(self, stream: int, transform: Transform, duration: Duration) -> Column[float]:
        if duration.family == "constant":
            whole = [duration.parameters[0]] * (AHEAD * len(self._keys))
            return Column(lambda block: whole)
        return Column(lambda block: transform(self._uniform(stream, block)).tolist())

    def _uniform(self, stream: int, block: int) -> npt.NDArray[np.float64]:
        return self._chance.draw(stream, self._keys, block * AHEAD, AHEAD).ravel()
