"""What is known of a scenario beside what its tables say: where it stands, and where it is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flowsim.scenario.values import Evidence

if TYPE_CHECKING:
    from flowsim.scenario.model import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the values of a scenario are from."""

    file: str = ""
    root: str = ""
    """The file itself, and the one at the root of what it extends."""
    origin: Mapping[str, str] = field(default_factory=dict)
    """File or ``--set`` that a value is from, by path."""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    """How a number is known, by path."""
    replaced: Mapping[str, Any] = field(default_factory=dict)
    """What stood where ``--set`` put a value, by path."""

    def file_of(self, path: str) -> str:
        """Return the file that a value is from; what no file says, the file itself."""
        return self.origin.get(path, self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a scenario is among others."""

    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of every kind of block in their lasting order (`flowsim.scenario.identity`)."""
    later: tuple[tuple[float, Scenario], ...] = ()
    """The day from which each further phase holds, and the scenario as it is then."""
    base: Scenario | None = None
    """The scenario at the root of what this one extends; None: it is one itself."""
    extends: bool = False
    by_building: bool = False
    provenance: Provenance = Provenance()
