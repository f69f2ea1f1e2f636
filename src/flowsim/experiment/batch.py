"""What was run: the scenarios and, of each, every replication that was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Self

from flowsim.errors import EngineError, Said, verbatim
from flowsim.experiment.burn_in import path_of
from flowsim.experiment.today import Origin
from flowsim.ledger import Ledger
from flowsim.metrics import Columns, Episodes
from flowsim.scenario import Scenario
from flowsim.store.packed import Tidy, Waited

STEPS: Final = ("sample", "simulate", "measure", "price")
"""Of one replication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What the numbers in `Episodes` stand for."""

    municipalities: tuple[str, ...]
    profiles: tuple[str, ...]
    variants: tuple[str, ...]
    levels: tuple[str, ...]
    pools: tuple[tuple[str, str, str, str], ...] = ()
    """Kind, block, provider and area of each pool of `flowsim.ledger.Ledger.pools`."""

    def pool(self, number: int) -> str:
        """Return what a pool is called; empty: none."""
        if number < 0:
            return ""
        return ", ".join(part for part in self.pools[number][1:] if part)

    @classmethod
    def of(cls, ledger: Ledger) -> Labels:
        """Take the labels of a ledger."""
        return cls(
            municipalities=ledger.municipalities,
            profiles=ledger.profiles,
            variants=ledger.variants,
            levels=ledger.levels,
            pools=tuple((one.kind, one.block, one.provider, one.area) for one in ledger.pools),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one replication of one scenario brought."""

    scenario: str
    seed: int
    replication: int
    packed: tuple[Tidy, Tidy, Tidy]
    """`measures`, `costs` and `own`."""
    packed_waits: Waited
    labels: Labels
    digest: str
    """`Ledger.digest`: equal means the same path."""
    cpu_seconds: tuple[float, ...]
    """Of each of `STEPS`; not part of any table."""
    seconds: float = 0.0
    """On the clock; not part of any table either."""
    host: str = ""
    """Where it was made."""
    more: Mapping[str, bytes] = field(default_factory=dict)
    """Further columns, packed, that are kept and in no table (`flowsim.store.Record.more`)."""
    ledger: Ledger | None = field(default=None, compare=False, repr=False)
    """Where it was asked for (`flowsim.experiment.ledgers`)."""

    @property
    def shared(self) -> tuple[object, ...]:
        """What runs of one scenario mostly have in common: words."""
        return tuple(one.labels for one in self.packed)

    @property
    def measures(self) -> Columns:
        """Every number of `flowsim.metrics`."""
        return self.packed[0].open()

    @property
    def costs(self) -> Columns:
        """Every amount of `flowsim.costs`."""
        return self.packed[1].open()

    @property
    def own(self) -> Columns:
        """Every number of `flowsim.experiment.own_metrics`."""
        return self.packed[2].open()

    @property
    def waits(self) -> Episodes:
        """Every wait."""
        return self.packed_waits.open()


@dataclass(frozen=True, slots=True)
class Failed:
    """A replication that brought nothing."""

    scenario: str
    replication: int
    error: Exception
    """What it raised, or why it was lost."""
    traceback: str = ""
    """Empty: it raised nothing."""
    seconds: float = 0.0
    host: str = ""

    @property
    def why(self) -> Said:
        """What went wrong, for people."""
        if isinstance(self.error, EngineError):
            return self.error.said
        return verbatim(f"{type(self.error).__name__}: {self.error}")


@dataclass(frozen=True)
class Batch:
    """Runs of one or more scenarios on the same chance; the first scenario is the base."""

    scenarios: tuple[Scenario, ...]
    runs: tuple[Run, ...]
    """By scenario, then replication; every replication is there for every scenario."""
    planned: int
    """Replications that were asked for."""
    interrupted: bool = False
    """Whether Ctrl-C came before the planned number."""
    today: tuple[Origin, ...] = field(default=(), kw_only=True)
    """Where the people of today came from, when they are those of a burn-in."""
    own_units: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """The unit of each metric of one's own."""
    failed: tuple[Failed, ...] = field(default=(), kw_only=True)
    """Replications that brought nothing; the others went on."""

    @classmethod
    def of(
        cls,
        scenarios: Sequence[Scenario],
        runs: Iterable[Run],
        *,
        planned: int,
        interrupted: bool = False,
        today: tuple[Origin, ...] = (),
        own_units: Mapping[str, str] | None = None,
        failed: Iterable[Failed] = (),
    ) -> Self:
        """Put runs in order, and leave out replications that some scenario lacks."""
        done = list(runs)
        times = Counter(one.replication for one in done)
        whole = [one for one in done if times[one.replication] == len(scenarios)]
        return cls(
            tuple(scenarios), _in_order(scenarios, whole), planned, interrupted,
            today=today, own_units=own_units or {}, failed=tuple(failed),
        )  # fmt: skip

    @property
    def partial(self) -> bool:
        """Whether not all is there that was asked for."""
        return self.interrupted or bool(self.failed)

    def complete(self) -> Self:
        """Return the scenarios of which every planned replication is there."""
        times = Counter(one.scenario for one in self.runs)
        return self.only([key for key in self.keys if times[key] == self.planned])

    def only(self, keys: Collection[str]) -> Self:
        """Return some of the scenarios, in the same order."""
        scenarios = tuple(one for one in self.scenarios if one.key in keys)
        return replace(self, scenarios=scenarios, runs=_in_order(scenarios, self.runs))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Names of the scenarios, the base first."""
        return tuple(scenario.key for scenario in self.scenarios)

    @property
    def seed(self) -> int:
        """The seed of all chance."""
        return self.scenarios[0].scenario.seed

    @cached_property
    def replications(self) -> tuple[int, ...]:
        """Numbers of the replications that are complete."""
        return tuple(one.replication for one in self.runs_of(self.keys[0]))

    @cached_property
    def paths(self) -> tuple[int, ...] | None:
        """The path of the burn-in that each of `replications` starts from; None: there is none."""
        for one in self.scenarios:
            found = [path_of(one, number) for number in self.replications]
            if paths := tuple(path.number for path in found if path is not None):
                return paths
        return None

    def scenario(self, key: str) -> Scenario:
        """Return the scenario of that name."""
        return self.scenarios[self.keys.index(key)]

    def runs_of(self, scenario: str) -> tuple[Run, ...]:
        """Return the runs of one scenario, by replication."""
        return tuple(one for one in self.runs if one.scenario == scenario)


def _in_order(scenarios: Sequence[Scenario], runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the runs of these scenarios: by scenario, then replication."""
    place = {one.key: i for i, one in enumerate(scenarios)}
    mine = [one for one in runs if one.scenario in place]
    return tuple(sorted(mine, key=lambda one: (place[one.scenario], one.replication)))
