"""Routes: which desk handles whom."""

from __future__ import annotations

from flowsim.cohort.drawn import Draw
from flowsim.system.state.desks import DeskPool
from flowsim.system.state.ground import Ground
from flowsim.system.state.people import Client


class Routes:
    """The desk of a client: by profile, level, share and area."""

    def __init__(self, world: Ground) -> None:
        self.world = world

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        self._blocks = self.world.layout.desks
        self._routes: dict[tuple[int, int], list[tuple[float, int]]] = {}
        self._route_u = (
            self.world.cohort.draws.once(Draw.ROUTE).tolist()
            if any(b.handles.share < 1 for b in self._blocks)
            else None
        )
        self._single = self._single_desk()

    def go(self, c: Client) -> DeskPool | None:
        """Let a client go to the desk that handles the case; None: no access."""
        c.desk = desk = self._single or self._desk_of(c)
        return desk

    def belong(self, c: Client) -> DeskPool | None:
        """Return the client's desk, which is that of the area if there was none yet."""
        if c.desk is None:
            c.desk = self._single or self._desk_of(c)
        return c.desk

    def go_back(self, c: Client, block: int) -> None:
        """Let a person of the start be at the desk of before, else at the one that it is now."""
        if 0 <= block < len(self._blocks):
            self.change(c, block)
        else:
            self.go(c)

    def change(self, c: Client, block: int) -> DeskPool:
        """Let a client be at a desk of a block, in the area where the client reported."""
        area = self.world.layout.area_of(c.notified_at, self._blocks[block].scale)
        c.desk = desk = self.world.desks[block][area]
        return desk

    def _desk_of(self, c: Client) -> DeskPool | None:
        at = (c.profile, c.level)
        if at not in self._routes:
            self._routes[at] = self._route(*at)
        route = self._routes[at]
        if not route:
            return None
        block = route[-1][1]
        if len(route) > 1:
            assert self._route_u is not None
            u = self._route_u[c.number]
            block = next((b for edge, b in route if u < edge), block)
        scale = self._blocks[block].scale
        return self.world.desks[block][self.world.layout.area_of(c.notified_at, scale)]

    def _single_desk(self) -> DeskPool | None:
        """Return the desk if one desk of one area handles everybody."""
        if len(self._blocks) == 1 and len(self.world.desks[0]) == 1:
            handles = self._blocks[0].handles
            if handles.profiles is None and handles.levels is None and handles.share == 1:
                return self.world.desks[0][0]
        return None

    def _route(self, profile: int, level: int) -> list[tuple[float, int]]:
        """Return (upper edge of the share, desk) of the desks that handle a profile and level."""
        layout = self.world.layout
        edge, route = 0.0, []
        for number, block in enumerate(self._blocks):
            profiles, levels = block.handles.profiles, block.handles.levels
            if profiles is not None and (
                profile < 0 or layout.profiles[profile].profile not in profiles
            ):
                continue
            if levels is not None and layout.levels[level].name not in levels:
                continue
            edge += block.handles.share
            route.append((edge, number))
        return route
