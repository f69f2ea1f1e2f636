"""A lever as a difference with what is extended: ``{ times = 1.25 }``, ``{ add = -15 }``.

A difference holds whatever the number of the base is: where that is read otherwise (``--guess``), a
quarter more is a quarter more of it. All ``times`` count before all ``add``, in whatever order the
files give them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flowsim.errors import Problem, Said, msg
from flowsim.scenario import paths
from flowsim.scenario.durations import FAMILIES
from flowsim.scenario.gate import is_whole
from flowsim.scenario.model import BLOCK_KEYS
from flowsim.scenario.numbers import ADD, TIMES, is_number
from flowsim.scenario.raw import beside, plain
from flowsim.scenario.toml_text import as_found
from flowsim.scenario.values import is_evidence

_NOTHING: Final[Mapping[str, Any]] = {}


def is_difference(value: object) -> bool:
    """Tell whether a raw value says by how much a number changes, and not what it becomes."""
    return (
        isinstance(value, Mapping)
        and bool(value)
        and set(value) <= {TIMES, ADD}
        and all(is_number(one) for one in value.values())
    )


class Differences:
    """What the files of one scenario change so, from the one that is extended on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._added: dict[str, float] = {}
        """By path of a number, what was added to it so far."""
        self._given: dict[str, tuple[float, float]] = {}
        """By path as files give it, by what was multiplied so far, and what was added."""

    @property
    def said(self) -> dict[str, str]:
        """By path as files give it, what was done with what stood there: ``x 1.25 - 2``."""
        found = {}
        for path, (times, added) in self._given.items():
            parts = [f"x {times:g}"] * (times != 1) + [f"+ {added:g}"] * (added != 0)
            found[path] = " ".join(parts).replace("+ -", "- ")
        return found

    def resolved(self, base: Any, over: Any, file: str, keys: tuple[str, ...] = ()) -> Any:
        """Return tables of a file with numbers where it has differences.

        Parameters
        ----------
        base
            What it extends, at these keys.
        over
            The file, at these keys.
        file
            Its name.
        """
        if is_evidence(over):
            return {**over, "value": self.resolved(base, over["value"], file, keys)}
        below = plain(base)
        if is_difference(over) and not (isinstance(below, Mapping) and set(over) & set(below)):
            return self._changed(below, over, file, keys)
        if isinstance(over, Mapping):
            inside = below if isinstance(below, Mapping) else _NOTHING
            found = {key: self.resolved(inside.get(key), value, file, (*keys, key))
                     for key, value in over.items()}  # fmt: skip
            partly = any(is_difference(plain(value)) for value in over.values())
            named = all(is_number(plain(value)) for value in inside.values())
            return {**inside, **found} if partly and named else found
        if isinstance(over, list) and len(keys) == 1 and keys[0] in BLOCK_KEYS:
            return [
                self.resolved(mine, one, file, (*keys, name)) if name else one
                for one, name, (mine,) in beside(keys[0], over, below)
            ]
        self._forget(paths.join(keys))
        return over

    def _forget(self, path: str) -> None:
        """Forget what was done with a number, or a part of it, that is another now."""
        for done in (self._added, self._given):
            for one in [one for one in done if paths.overlap(one, path)]:
                del done[one]

    def _changed(self, base: Any, over: Mapping[str, Any], file: str, keys: tuple[str, ...]) -> Any:
        path = paths.join(keys)
        if ADD in over and isinstance(base, Mapping) and not _is_duration(base):
            self._refuse(file, path, msg("something added to a table"),
                         msg("say to which of its numbers"))  # fmt: skip
            return base
        try:
            found = self._each(base, over.get(TIMES, 1.0), over.get(ADD, 0.0), keys)
        except TypeError:
            number = msg("a difference is with a number of the file that is extended")
            self._refuse(file, path, msg("a difference with nothing"), number)
            return 1
        if is_whole(keys) and (broken := [x for x in _numbers(found) if x != int(x)]):
            self._refuse(file, path, as_found(broken[0]), msg("expected a whole number"))
            return base
        times, added = self._given.get(path, (1.0, 0.0))
        self._given[path] = times * over.get(TIMES, 1.0), added + over.get(ADD, 0.0)
        return found

    def _each(self, value: Any, times: float, add: float, keys: tuple[str, ...]) -> Any:
        """Return a number changed; of a duration its length, and of a table every number.

        Raises
        ------
        TypeError
            When there is none.
        """
        value = plain(value)
        if isinstance(value, Mapping) and not _is_duration(value):
            return {key: self._each(x, times, add, (*keys, key)) for key, x in value.items()}
        path = paths.join(keys)
        before = self._added.get(path, 0.0)
        found = _every(value, lambda x: (x - before) * times + before + add)
        self._added[path] = before + add
        return found

    def _refuse(self, file: str, path: str, found: Said, allowed: Said) -> None:
        self.problems.append(Problem(file=file, path=path, found=found, allowed=allowed))


def _is_duration(value: Mapping[str, Any]) -> bool:
    return any(key in FAMILIES for key in value)


def _every(value: Any, change: Callable[[float], float]) -> Any:
    """Return a number changed, and every number of a duration but those of its shape.

    Raises
    ------
    TypeError
        When there is none.
    """
    if isinstance(value, Mapping):
        kept = {key for one in FAMILIES if one in value for key in FAMILIES[one]}
        return {key: x if key in kept else _every(x, change) for key, x in value.items()}
    if isinstance(value, list):
        return [_every(one, change) for one in value]
    if not is_number(value):
        raise TypeError(value)
    return tidy(change(value))


def scaled(duration: Mapping[str, Any], times: float) -> Any:
    """Return a duration so many times as long, of the same shape."""
    return _every(duration, lambda length: length * times)


def _numbers(value: Any) -> list[float]:
    return [*value.values()] if isinstance(value, Mapping) else [value]


def tidy(value: float) -> int | float:
    """Return a number without what arithmetic added to it, whole where it is."""
    short = float(f"{value:.12g}")
    return int(short) if short == int(short) else short
