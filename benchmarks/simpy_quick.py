"""Idiomatic SimPy once more, with a resource whose release does not scan a list.

`simpy.Resource.release` looks for the request in a list of all users, so its cost grows with the
capacity. Here the users are the keys of a dict; the rest, first come, first served, is SimPy's own.
"""

from __future__ import annotations

import simpy
from simpy.resources.resource import Release, Request

from benchmarks import idiomatic
from benchmarks.pathway import Draws, Result, Size


class QuickResource(simpy.Resource):
    """A `simpy.Resource` that forgets a user in constant time."""

    def __init__(self, env: simpy.Environment, capacity: int = 1) -> None:
        super().__init__(env, capacity)
        self.holders: dict[Request, None] = {}

    @property
    def count(self) -> int:
        """Number of places in use."""
        return len(self.holders)

    def _do_put(self, event: Request) -> None:
        if len(self.holders) < self.capacity:
            self.holders[event] = None
            event.usage_since = self._env.now
            event.succeed()

    def _do_get(self, event: Release) -> None:
        self.holders.pop(event.request, None)
        event.succeed()


def run(size: Size, draws: Draws, *, trace: bool = False) -> Result:
    """Run the idiomatic pathway with `QuickResource` for A, B and C."""
    return idiomatic.run(size, draws, trace=trace, resource=QuickResource)
