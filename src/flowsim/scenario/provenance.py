"""Where the values of a scenario are from, and how they are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flowsim.errors import Said
from flowsim.scenario.values import Evidence


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
    differences: Mapping[str, str] = field(default_factory=dict)
    """What a file did with the number that it extends (``x 1.25``), by path."""

    followed: Mapping[str, Said] = field(default_factory=dict)
    """How what a file decides follows a base that is read otherwise (``--guess``), by path."""

    def file_of(self, path: str) -> str:
        """Return the file that a value is from; what no file says, the file itself."""
        return self.origin.get(path, self.file)
