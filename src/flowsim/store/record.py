"""What the store keeps of one run, and what tells it from every other run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from flowsim.store.packed import Tidy, Waited

SCHEMA: Final = 2
"""Version of the tables of a store and of what is packed in them."""


class Status(StrEnum):
    """How a run ended."""

    DONE = "done"
    FAILED = "failed"
    """It raised; `Failure` says what."""


@dataclass(frozen=True)
class Key:
    """All that the numbers of a run depend on; two runs with one key have the same numbers."""

    scenario: str
    """Hash of the resolved scenario, guesses included, and of its base."""
    today: str
    """Hash of what the people of today are made from; empty: there is no burn-in."""
    seed: int
    replication: int
    path_code: str
    """Hash of the code and libraries that make a path."""
    code: str
    """Hash of the code that makes a path and measures it."""
    own: str = ""
    """Of metrics of one's own; empty: none."""

    @cached_property
    def path(self) -> str:
        """Hash of what the path depends on, whoever measures it: its digest may not differ."""
        return _hash([self.scenario, self.today, self.seed, self.replication, self.path_code])

    @cached_property
    def sha256(self) -> str:
        """Hash of all of it, and of the version of the store."""
        return _hash([SCHEMA, self.scenario, self.today, self.seed, self.replication,
                      self.path_code, self.code, self.own])  # fmt: skip


def _hash(said: list[object]) -> str:
    return hashlib.sha256(json.dumps(said).encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One run, packed."""

    scenario: str
    """Its name."""
    replication: int
    measures: Tidy
    costs: Tidy
    own: Tidy
    waits: Waited
    names: Mapping[str, tuple[Any, ...]]
    """What the numbers in packed columns stand for, by the kind of thing."""
    digest: str
    """`flowsim.ledger.Ledger.digest`."""
    cpu_seconds: tuple[float, ...]
    seconds: float = 0.0
    """On the clock."""
    host: str = ""
    more: Mapping[str, bytes] = field(default_factory=dict)
    """Further columns by name (`flowsim.store.packed.pack_arrays`): the billing basis, events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one command asked."""

    scenarios: tuple[str, ...]
    """Hashes (`Key.scenario`), the base first."""
    seed: int
    planned: int
    """Replications of each scenario."""
    code: str
    """As in `Key`."""
    own: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    """What the exports need besides, as JSON takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A run that brought nothing."""

    scenario: str
    replication: int
    error: str
    """In one line."""
    traceback: str
    seconds: float = 0.0
    host: str = ""
