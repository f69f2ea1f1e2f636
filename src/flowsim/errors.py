"""What went wrong in an input, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a scenario file."""

    file: str
    """The file the key came from (an extended file included)."""
    path: str
    """The key path, such as ``variant.bw.places``; empty when the whole file is meant."""
    found: str
    """What was found there."""
    allowed: str
    """What is allowed, and the nearest valid name when there is one."""

    def __str__(self) -> str:
        where = f"{self.file}: {self.path}" if self.path else self.file
        return f"{where}: {self.found}; {self.allowed}"


class ScenarioError(ValueError):
    """Every problem of a scenario at once.

    Parameters
    ----------
    problems
        At least one problem, in the order of the file.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class EngineError(RuntimeError):
    """A run that cannot go on: a broken promise of the engine or a scenario without an end."""


def one_of(names: Iterable[str], found: str | None = None) -> str:
    """Say which names are allowed, and the nearest to what was found."""
    listed = list(names)
    if not listed:
        return "none is defined in this scenario"
    text = "allowed: " + ", ".join(listed)
    near = get_close_matches(found, listed, n=1, cutoff=0.5) if found is not None else []
    return f"{text}; did you mean {near[0]!r}?" if near else text
