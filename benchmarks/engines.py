"""The engines of the benchmark: their names, where they live, and where they are too slow.

An engine is a module with ``run(size, draws, *, trace=False) -> Result``, all of which is timed.
One that makes its own draws, as flowsim does, has ``job(size, seed, read_draws) -> Job`` besides:
that says what is timed, and calls `read_draws` only when it wants the draws of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import Any, Generic, NamedTuple, TypeVar

from benchmarks import pathway
from benchmarks.pathway import Draws, Result, Size
from flowsim.compiled import SWITCH, engine

T = TypeVar("T")
FLOWSIM_DRAWS = "flowsim's cohort"
"""Who drew, when flowsim did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Generic[T]):
    """One prepared run: `simulate` is timed, `read` turns what it returned into a Result."""

    simulate: Callable[[], T]
    read: Callable[[T], Result]


class Slow(NamedTuple):
    """How many rounds an engine gets at a size, unless all are asked for, and why."""

    rounds: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One row of the table."""

    name: str
    module: str
    what: str
    slow: Mapping[str, Slow] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that its process gets."""


ENGINES = {
    one.name: one
    for one in (
        Engine(name="flowsim", module="flowsim_engine", what=f"this library, {engine()}"),
        Engine(
            name="flowsim-plain",
            module="flowsim_engine",
            what="the same, run from its source",
            environment={SWITCH: "0"},
        ),
        Engine(
            name="simpy",
            module="idiomatic",
            what="idiomatic SimPy: a process per client, simpy.Resource",
            slow={"national": Slow(1, "a release looks through a list of all users")},
        ),
        Engine(
            name="simpy-quick",
            module="simpy_quick",
            what="the same, with a release in constant time",
        ),
        Engine(name="heap", module="heap", what="a plain loop over heapq, no library"),
        Engine(
            name="ciw",
            module="ciw_engine",
            what="Ciw, with a node of our own for the dwellings",
            slow={"national": Slow(0, "every event looks through all servers: an hour or so")},
        ),
        Engine(
            name="salabim",
            module="salabim_engine",
            what="salabim: a component per client, resources without monitors",
            slow={"national": Slow(0, "a run takes a minute or more")},
        ),
    )
}


def load(name: str) -> Any:
    """Import an engine's module; raises ImportError when its library is not there."""
    return import_module(f"benchmarks.{ENGINES[name].module}")


def make_job(name: str, size: Size, seed: int, read_draws: Callable[[], Draws]) -> Job[Any]:
    """Prepare one run of an engine."""
    module = load(name)
    if hasattr(module, "job"):
        prepared: Job[Any] = module.job(size, seed, read_draws)
        return prepared
    return Job(simulate=partial(module.run, size, read_draws()), read=_itself)


def sample_draws(size: Size, seed: int) -> tuple[str, Draws]:
    """Draw for all engines; say who drew: flowsim where it can, else `benchmarks.pathway`."""
    try:
        return FLOWSIM_DRAWS, load("flowsim").sample_draws(size, seed)
    except (ImportError, NotImplementedError):
        return "benchmarks.pathway", pathway.sample_draws(size, seed)


def _itself(result: Result) -> Result:
    return result
