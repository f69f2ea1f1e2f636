"""How many pass through places that are never empty, when dwellings come in lots.

A lot that finds fewer people than dwellings is lost in part, if it may not wait for the rest of
them. So a lot once a quarter that is held for a week passes a fraction of what as many dwellings
would that come one by one. What waits longer than the time between two lots loses nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.scenario.housing import Dwellings

Numbers = npt.NDArray[np.float64]
PERIODS = {"monthly": 12, "quarterly": 4}
CLOSE = 1e-12
MOST_STATES = 12
"""With more places their mean stands for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lots:
    """Dwellings that come several at once; rates per year."""

    offers: float
    size: float
    """Dwellings in each, on average."""
    cap: float = math.inf
    """Most that can wait for somebody."""
    hold_years: float = math.inf
    """How long one waits."""
    regular: bool = False
    """On a beat, else at random moments."""

    @property
    def gap(self) -> float:
        """Years between two lots, on average."""
        return self.size / self.offers


def lots_of(
    stream: Dwellings, offers: float, part: float, cap: float, hold_years: float
) -> Lots | None:
    """Return the lots in which a part of a stream comes; None where they come one by one at random.

    ``offers``: dwellings a year of this part; ``part``: which share of all of the stream it is.
    """
    regular = stream.pattern != "poisson" or stream.every_days is not None
    size = stream.batch * part
    if stream.pattern in PERIODS:
        size = max(size, offers / PERIODS[stream.pattern])
    if (not regular and stream.batch == 1) or not offers:
        return None
    many = {"offers": offers, "size": size, "cap": cap, "hold_years": hold_years}
    return Lots(**many, regular=regular)


def passed_with_lots(places: int, years: float, asks: float, lots: Lots, leaves: float) -> float:
    """Return how many a year pass through places that are kept until a dwelling is there.

    Parameters as of `flowsim.balance.saturation.passed_with_dwellings`. Those that are found done
    at each lot are a Markov chain for stays without memory, of other stays nearly so.
    """
    pace = asks / years
    if not lots.regular:
        return _at_random(places, pace, lots, leaves) / years
    if lots.hold_years >= lots.gap and lots.cap > lots.size:  # some wait until the next come
        return math.inf
    between = _Between(places, pace, leaves, lots)
    at_work = between.of_means() if places > MOST_STATES else between.of_chain()
    return at_work / years


def _at_random(places: int, pace: float, lots: Lots, leaves: float) -> float:
    """Return the mean places whose client is not waiting: a birth-death chain with deaths in lots.

    State k: k clients wait (below 0: dwellings do). As many go up from k as come down to it.
    """
    size = max(round(lots.size), 1)
    rate = lots.offers / size
    shelf = min(lots.cap, places * pace * lots.hold_years)
    if math.isinf(shelf):
        return math.inf
    lowest = -round(shelf)
    weights = [1.0]  # of the state of all places, and down
    for state in range(places - 1, lowest - 1, -1):
        down = math.fsum(weights[-size:]) * rate + leaves * max(state + 1, 0) * weights[-1]
        weights.append(down / (pace * (places - max(state, 0))))
        if weights[-1] > 1e200:
            weights = [weight / weights[-1] for weight in weights]
    waiting = math.fsum(w * (places - i) for i, w in enumerate(weights[: places + 1]))
    return places - waiting / math.fsum(weights)


class _Between:
    """What happens between two lots on a beat: clients are done, and wait or leave."""

    def __init__(self, places: int, pace: float, leaves: float, lots: Lots) -> None:
        self._places, self._pace, self._lots = places, pace, lots
        self._together = pace + leaves
        self._done = pace / self._together
        """Share of the places that would be held in the end, without dwellings."""
        self._held = min(lots.hold_years, lots.gap) if lots.cap else 0.0
        self._rest = lots.gap - self._held

    def of_means(self) -> float:
        """Return the mean places whose client is not waiting, as if all were at its mean."""
        before = days = 0.0
        last = -1.0
        while abs(before - last) > CLOSE:
            last = before
            left = max(before - self._lots.size, -self._lots.cap)
            came = self._places * self._pace * self._held
            since = self._held if left >= 0 else max(self._held * (1 + left / came), 0.0)
            at, days = self._on(max(left, 0.0), since)
            before, more = self._on(at, self._rest)
            days += more
        return self._places - days / self._lots.gap

    def of_chain(self) -> float:
        """Return the mean places whose client is not waiting, by the chain at each lot."""
        size = self._places + 1
        after, days = self._while_held()
        found = after @ self._step(self._rest)
        equations = np.vstack([(found.T - np.eye(size))[:-1], np.ones(size)])
        law = np.linalg.solve(equations, np.append(np.zeros(size - 1), 1.0))
        days += after @ np.array([self._on(at, self._rest)[1] for at in range(size)])
        return self._places - float(law @ days) / self._lots.gap

    def _on(self, waiting: float, years: float) -> tuple[float, float]:
        """Return the mean number who wait after some years, and the years that they wait in all."""
        limit, together = self._places * self._done, self._together
        faded = math.expm1(-together * years)
        return waiting + (waiting - limit) * faded, limit * years - (
            waiting - limit
        ) * faded / together

    def _while_held(self) -> tuple[Numbers, Numbers]:
        """Return the law of who waits when a lot ends, and the mean years waited till then.

        Both by how many waited before it.
        """
        size, lots = self._places + 1, self._lots
        grown, whole = self._step(self._held), math.floor(lots.size)
        law, years = np.zeros((size, size)), np.zeros(size)
        for many, chance in ((whole, 1 - lots.size + whole), (whole + 1, lots.size - whole)):
            for waited in range(size):
                left = int(max(waited - many, -lots.cap))
                if left >= 0:
                    ends, wait = grown[left], self._on(left, self._held)[1]
                else:
                    ends, wait = self._after(-left)
                law[waited] += chance * ends
                years[waited] += chance * wait
        return law, years

    def _after(self, there: int) -> tuple[Numbers, float]:
        """Return the law of who waits at the end of a hold that begins with dwellings ``there``."""
        places, came = self._places, _poisson(self._places * self._pace * self._held)
        number = np.arange(len(came))
        since = np.maximum(self._held * (1 - there / (number + 1)), 0.0)
        waits = self._done * -np.expm1(-self._together * since)
        others = np.arange(places + 1)
        ways = np.array([math.comb(places, k) for k in others], dtype=float)
        laws = ways * waits[:, None] ** others * (1 - waits[:, None]) ** (places - others)
        years = places * self._done * (since - waits / self._done / self._together)
        return came @ laws, float(came @ years)

    def _step(self, years: float) -> Numbers:
        """Return the law of who waits after some years, by who waited before."""
        fades = math.exp(-self._together * years)
        comes, stays = self._done * (1 - fades), self._done + (1 - self._done) * fades
        return np.array(
            [
                np.convolve(_binomial(n, stays), _binomial(self._places - n, comes))
                for n in range(self._places + 1)
            ]
        )


def _binomial(many: int, chance: float) -> Numbers:
    return np.array(
        [math.comb(many, k) * chance**k * (1 - chance) ** (many - k) for k in range(many + 1)]
    )


def _poisson(mean: float) -> Numbers:
    """Return the chance of 0, 1, 2 ... arrivals, as far as it matters."""
    if not mean:
        return np.ones(1)
    most = int(mean + 10 * math.sqrt(mean)) + 20
    logs = np.concatenate([[0.0], np.cumsum(np.log(mean / np.arange(1, most)))])
    return np.exp(logs - mean)
