"""Staff: positions fall vacant and are filled, so that a team has other hours."""

from __future__ import annotations

from flowsim.layout.capacity import present_minutes
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import SUPPLY, Moments
from flowsim.system.state.pools import TeamPool


class Staff(Mechanism):
    """The changes in filled positions."""

    def begin(self) -> None:
        """Book the changes of a phase."""
        for pools, paths in zip(self.world.teams, self.world.phase.filled_fte, strict=True):
            for pool, path in zip(pools, paths, strict=True):
                if len(path) > 1:
                    self._book(Moments(path[1:], pool))

    def _book(self, stream: Moments) -> None:
        world, pool = self.world, stream.what
        day, fte = stream.items[stream.at]
        assert isinstance(pool, TeamPool)
        block = next(team for team in world.layout.teams if team.name == pool.info.block)

        def act(_: Moments) -> None:
            world.set_capacity(pool, present_minutes(block, fte))
            stream.at += 1
            if stream.at < len(stream.items):
                self._book(stream)

        world.agenda.book(stream, day, SUPPLY + pool.rank, act)
