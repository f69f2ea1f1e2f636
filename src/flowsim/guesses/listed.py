"""The guesses of a base: which numbers move together, and what each becomes in a draw."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from flowsim.guesses.laws import P90, Law
from flowsim.scenario import Scenario, paths
from flowsim.scenario.differences import scaled, tidy
from flowsim.scenario.durations import FAMILIES, Duration
from flowsim.scenario.number_kinds import domain_of, drawn
from flowsim.scenario.numbers import is_number
from flowsim.scenario.timeline import at
from flowsim.scenario.toml_text import toml
from flowsim.scenario.values import Evidence

ALL: Final = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Guess:
    """A number, a duration or a table of numbers of the base that is guessed."""

    path: str
    value: Any
    """As the file says it."""
    laws: Mapping[str, Law]
    """By key of a table; of a number or the mean of a duration under ``""``."""
    name: str
    """Those of one name move together."""
    adds_up: bool
    """Whether it is a table of shares that add up to 1."""

    @property
    def names(self) -> tuple[str, ...]:
        """What is drawn of it: one standard normal; of shares that add up one for each."""
        return tuple(f"{self.name}.{key}" for key in self._free) if self.adds_up else (self.name,)

    @property
    def _free(self) -> list[str]:
        """Shares that are drawn: where all are, the last is what the others leave."""
        there = [key for key, share in self.value.items() if share > 0]
        free = [key for key in there if key in self.laws]
        all_of_it = free == there and math.fsum(self.value.values()) > ALL
        return free[:-1] if all_of_it else free

    def at(self, z: Mapping[str, float]) -> Any:
        """Return what it is in a draw, by name of what is drawn; as a file says it."""
        if self.adds_up:
            return self._shares(z)
        drawn = {key: law.at(z[self.name]) for key, law in self.laws.items()}
        if list(drawn) != [""]:
            return {**self.value, **{key: tidy(number) for key, number in drawn.items()}}
        if isinstance(self.value, Mapping):
            return scaled(self.value, drawn[""] / self.laws[""].value)
        return tidy(drawn[""])

    def _shares(self, z: Mapping[str, float]) -> dict[str, float]:
        """Return shares that add up to what they did.

        Each that is drawn has its law where the others are at their median, and what it gets is
        taken from all others alike.
        """
        weights = dict(self.value)
        for key, name in zip(self._free, self.names, strict=True):
            law = self.laws[key]
            weights[key] = law.value * _odds(law.at(z[name])) / _odds(law.value)
        rest = max(1 - math.fsum(self.value.values()), 0.0)
        total = math.fsum(weights.values()) + rest
        shares = {key: tidy(weight / total) for key, weight in weights.items()}
        if rest < 1 - ALL:  # to the last digit
            largest = max(shares, key=shares.__getitem__)
            others = math.fsum(share for key, share in shares.items() if key != largest)
            shares[largest] = tidy(1 - others)
        return shares

    def range_at(self, z: Mapping[str, float]) -> Any:
        """Return the range of what it is in a draw, on its scale as wide as it was."""
        if self.adds_up:
            shares = self._shares(z)
            return {key: [_moved(shares[key], law, end) for end in (law.low, law.high)]
                    for key, law in self.laws.items()}  # fmt: skip
        x = z[self.name]
        ends = {
            key: [tidy(law.at(x - P90)), tidy(law.at(x + P90))] for key, law in self.laws.items()
        }
        return ends.get("", ends)


def _moved(share: float, law: Law, end: float) -> float:
    odds = _odds(share) * _odds(end) / _odds(law.value)
    return tidy(odds / (1 + odds))


def _odds(share: float) -> float:
    return share / (1 - share)


class Guesses:
    """All that is guessed of a base.

    Parameters
    ----------
    base
        As `flowsim.scenario.load` gives it; of a file that extends another, its base.
    """

    def __init__(self, base: Scenario) -> None:
        known = base.provenance.evidence
        self.listed = tuple(
            _guess(name, path, known[path])
            for name, listed in drawn(base).items() for path in listed
        )  # fmt: skip

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What is drawn, in the order of a draw."""
        return tuple(dict.fromkeys(name for one in self.listed for name in one.names))

    def of(self, name: str) -> tuple[Guess, ...]:
        """Return the guesses that move with a name."""
        return tuple(one for one in self.listed if name in one.names)

    def texts(self, z: Iterable[float]) -> tuple[str, ...]:
        """Return a draw as `flowsim.scenario.load` takes guesses: ``path=value``."""
        drawn = dict(zip(self.names, map(float, z), strict=True))
        return tuple(f"{one.path}={toml(one.at(drawn))}" for one in self.listed)

    def fitted(self, raw: Mapping[str, Any], z: Iterable[float]) -> dict[str, Any]:
        """Return the tables of the base with a draw as its values: still guesses, with a range."""
        out = copy.deepcopy(dict(raw))
        drawn = dict(zip(self.names, map(float, z), strict=True))
        for one in self.listed:
            evidence = at(out, paths.split(one.path) or [one.path])
            if any(drawn[name] for name in one.names):
                evidence |= {"value": one.at(drawn), "range": one.range_at(drawn)}
        return out


def _guess(name: str, path: str, said: Evidence) -> Guess:
    """Return what is drawn of a number with a range."""
    domain = domain_of(paths.split(path) or [path])
    medians = _medians(said.value)
    ends = said.range if isinstance(said.range, dict) else dict.fromkeys(medians, said.range)
    laws = {key: Law.of(pair[0], medians[key], pair[1], domain)
            for key, pair in ends.items() if pair is not None}  # fmt: skip
    return Guess(path, said.value, laws, name, domain == "shares" and "" not in laws)


def _medians(value: Any) -> dict[str, float]:
    """Return the numbers that are drawn, by key; of a number or a duration under ``""``."""
    if is_number(value):
        return {"": float(value)}
    if isinstance(value, Mapping) and any(key in FAMILIES for key in value):
        return {"": Duration.parse(value).mean}
    return {key: float(number) for key, number in value.items() if is_number(number)}
