"""What theory says: closed formulas, recursions, and Markov chains solved numerically."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

Numbers = np.ndarray[Any, Any]


# ---------------------------------------------------------------- one station
def erlang_b(servers: int, load: float) -> float:
    """Share of the arrivals lost in M/G/c/c (Erlang 1917; any stay of the same mean)."""
    lost = 1.0
    for n in range(1, servers + 1):
        lost = load * lost / (n + load * lost)
    return lost


def erlang_c(servers: int, load: float) -> float:
    """Share of the arrivals that wait in M/M/c."""
    lost = erlang_b(servers, load)
    return servers * lost / (servers - load * (1 - lost))


def mean_wait_mmc(servers: int, rate: float, service: float) -> float:
    """Mean wait of everybody in M/M/c."""
    load = rate * service
    return erlang_c(servers, load) * service / (servers - load)


def mean_wait_mg1(rate: float, mean: float, cv: float) -> float:
    """Mean wait in M/G/1 (Pollaczek and Khinchine)."""
    return rate * mean**2 * (1 + cv**2) / (2 * (1 - rate * mean))


def mean_waits_cobham(rates: Sequence[float], mean: float, cv: float) -> list[float]:
    """Mean wait per class, first to last, in M/G/1 with non-preemptive priorities."""
    residual = sum(rates) * mean**2 * (1 + cv**2) / 2
    loads = np.cumsum([0.0, *rates]) * mean
    return [float(residual / ((1 - before) * (1 - after))) for before, after in pairwise(loads)]


def mean_waits_priority_mmc(servers: int, rates: Sequence[float], mean: float) -> list[float]:
    """Mean wait per class in M/M/c with priorities (Kella and Yechiali 1985)."""
    residual = erlang_c(servers, sum(rates) * mean) * mean / servers
    loads = np.cumsum([0.0, *rates]) * mean / servers
    return [float(residual / ((1 - before) * (1 - after))) for before, after in pairwise(loads)]


def birth_death(up: Callable[[int], float], down: Callable[[int], float], most: int) -> Numbers:
    """Stationary distribution on 0 .. most."""
    steps = [up(n) / down(n + 1) for n in range(most)]
    weights = np.cumprod([1.0, *steps])
    return weights / weights.sum()


def erlang_a(servers: int, rate: float, service: float, patience: float) -> tuple[float, float]:
    """Share that gives up and mean number waiting in M/M/c+M."""
    waiting = np.maximum(np.arange(400) - servers, 0)
    stationary = birth_death(
        lambda n: rate,
        lambda n: min(n, servers) / service + max(n - servers, 0) / patience,
        399,
    )
    queue = float(stationary @ waiting)
    return queue / patience / rate, queue


def share_given_up_fixed(rate: float, service: float, patience: float) -> float:
    """Share that gives up in M/M/1 with a fixed patience (Barrer 1957)."""
    drift = rate - 1 / service
    below = patience if drift == 0 else math.expm1(drift * patience) / drift
    beyond = math.exp(drift * patience) * service
    empty = 1 / (1 + rate * below + rate * beyond)
    return rate * empty * beyond


def share_lost_hours(hours: int, needs: Sequence[int], loads: Sequence[float]) -> list[float]:
    """Share of each class that is lost (Kaufman 1981, Roberts 1981)."""
    weight = np.zeros(hours + 1)
    weight[0] = 1.0
    for used in range(1, hours + 1):
        terms = (
            need * load * weight[used - need]
            for need, load in zip(needs, loads, strict=True)
            if need <= used
        )
        weight[used] = sum(terms) / used
    weight /= weight.sum()
    return [float(weight[hours - need + 1 :].sum()) for need in needs]


def share_outdated(supply: float, demand: float, hold: float) -> tuple[float, float]:
    """Share of the offers that lapse after a hold, share of the askers who find an empty shelf.

    Offers and askers are Poisson, who finds nothing does not wait (Graves 1982): the age of the
    oldest offer has density proportional to exp((supply - demand) age).
    """
    drift = supply - demand
    whole = hold if drift == 0 else math.expm1(drift * hold) / drift
    scale = 1 / (1 / supply + whole)
    return scale * math.exp(drift * hold) / supply, scale / supply


# ---------------------------------------------------------------- Markov chains
def stationary(
    start: Hashable, moves: Callable[[Any], Iterable[tuple[float, Hashable]]]
) -> dict[Any, float]:
    """Stationary distribution of the chain that ``moves`` (rate, next state) spans."""
    number: dict[Hashable, int] = {start: 0}
    found: list[Hashable] = [start]
    flows: list[tuple[int, int, float]] = []
    for state in found:
        for rate, after in moves(state):
            if after not in number:
                number[after] = len(found)
                found.append(after)
            flows.append((number[state], number[after], rate))
    size = len(found)
    begin, end, rates = (np.array(part) for part in zip(*flows, strict=True))
    leaving = np.bincount(begin, weights=rates, minlength=size)
    everyone = np.arange(size)
    row = np.concatenate([end, everyone])
    column = np.concatenate([begin, everyone])
    value = np.concatenate([rates, -leaving])
    kept = row < size - 1  # one equation too many: in its place, that all adds up to 1
    row = np.concatenate([row[kept], np.full(size, size - 1)])
    column = np.concatenate([column[kept], everyone])
    value = np.concatenate([value[kept], np.ones(size)])
    balance = coo_matrix((value, (row, column)), (size, size)).tocsc()
    solved = spsolve(balance, np.append(np.zeros(size - 1), 1.0))
    return dict(zip(found, solved.tolist(), strict=True))


def mean(chain: dict[Any, float], value: Callable[[Any], float]) -> float:
    """Mean of a function of the state."""
    return sum(weight * value(state) for state, weight in chain.items())


def absorbing_moments(generator: Numbers, start: Numbers) -> tuple[float, float]:
    """Mean and variance of the time to absorption (fundamental matrix of the transient states)."""
    time = -np.linalg.inv(generator)
    ones = np.ones(len(start))
    first = start @ time @ ones
    second = 2 * start @ time @ time @ ones
    return float(first), float(second - first**2)


def first_come_first_served(
    days: Iterable[float], servers: int, work: Callable[[int, int], float]
) -> list[float]:
    """Return when each client's service begins, by the recursion of Kiefer and Wolfowitz.

    Parameters
    ----------
    days
        When clients come, in their order.
    servers
        How many.
    work
        How long the service of a client (and visit) takes.
    """
    free = [0.0] * servers
    begins = []
    for client, day in enumerate(days):
        first = free.index(min(free))
        begins.append(max(day, free[first]))
        free[first] = begins[-1] + work(client, 0)
    return begins
