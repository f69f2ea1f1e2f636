"""Settling: what the end of each instant brings to those who wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flowsim.ledger import EventKind, How, LostBecause, pack
from flowsim.system.state.choices import Choice, Request
from flowsim.system.state.ground import Ground
from flowsim.system.state.moments import Moment
from flowsim.system.state.pools import TeamPool
from flowsim.system.state.shelves import DwellingPool, Offer
from flowsim.system.waiting.cases import Casework
from flowsim.system.waiting.catalogue import Catalogue
from flowsim.system.waiting.exchange import best_exchange
from flowsim.system.waiting.queues import Queues
from flowsim.system.waiting.requests import Requests
from flowsim.system.waiting.turns import Turns

_POOL: Final = int(EventKind.POOL)


class Settling:
    """Serves whoever can be served, and writes what the ledger must know of it."""

    def __init__(
        self,
        world: Ground,
        catalogue: Catalogue,
        queues: Queues,
        casework: Casework,
        requests: Requests,
    ) -> None:
        self.world = world
        self._catalogue, self._casework = catalogue, casework
        self._met = requests.met
        self._board = world.board
        self._raised, self._touched = self._board.raised, self._board.touched
        self._queues = queues
        self._turns = Turns(world.board, queues, catalogue, self._grant)
        self.refusals: list[Callable[[Request, Choice], bool]] = []
        """Who may refuse what is to be had; a request that one refuses goes on by itself."""
        self._locked = 0
        """Movers who could exchange places but for want of hours."""

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        self._passing = self.world.scenario.placement.passing
        self._settled = self.world.settled

    def settle(self) -> None:
        """Serve whoever can be served now; then write which pools' answers flipped.

        When nobody can be placed any more, mechanisms look at what is left (`Ground.settled`); if
        one lets something happen, all begins anew. Who gives up and what is lost go last in an
        instant: while anything else is due in it, they stay.
        """
        board, queues = self._board, self._queues
        queues.settling = True
        while board.unsettled:
            board.unsettled = False
            self._serve_once()
            for look in self._settled:
                if board.unsettled:
                    break
                look()
        queues.settling = False
        if queues.impatient or board.expiring or board.filled:
            board.unsettled = not queues.is_last()
            if not board.unsettled:
                self._expire()
                self._lapse()
        if self._touched:
            self._record_flips()

    def _serve_once(self) -> None:
        """Go once through desks, steps, people who can be served alone, and exchanges."""
        if self._board.starting:
            self._casework.start_cases(self._board.starting)
        if self._board.stepping:
            self._steps()
        if self._queues.fresh or self._raised:
            if self._passing:
                self._turns.in_order()
            else:
                self._turns.in_strict_order()
        if self._queues.exchangeable:
            self._exchange()

    def _steps(self) -> None:
        """Raise hours of people in place before anyone is admitted, by day of the step."""
        teams = {team.rank: team for team in self._board.stepping}
        self._board.stepping.clear()
        for team in teams.values():
            assert isinstance(team, TeamPool)
            kept = []
            steps = sorted(step for step in team.steps if step[2].open)
            for at, step in enumerate(steps):
                if team.capacity - team.taken >= step[2].extra:
                    team.fulfil(step[2])
                    self.world.happens(Moment.STEPPED_UP, self.world.client(step[2].number))
                elif self._passing:
                    kept.append(step)
                else:
                    kept += steps[at:]
                    break
            team.steps = kept

    def _exchange(self) -> None:
        """Let movers who wait for each other's places exchange them."""
        if self._board.stepping or self._queues.fresh or self._raised:
            return  # first whoever can be served alone
        self._queues.exchangeable = False
        circles = self._catalogue.circles
        places = circles.places()
        cycle, locked = best_exchange(circles.groups(places), self.world.clients, places)
        if cycle is not None:
            self._execute(cycle)
        elif locked != self._locked:
            self._locked = locked
            self.world.write(pack(self.world.now, locked, -1, EventKind.LOCKED, -1, 0))

    def _execute(self, cycle: list[tuple[Request, Choice]]) -> None:
        """Exchange places: everybody leaves and enters in the same instant."""
        self.world.write(pack(self.world.now, len(cycle), -1, EventKind.EXCHANGED, -1, 0))
        for request, choice in cycle:
            self._grant(request, choice, How.EXCHANGE)
        self._board.unsettled = self._queues.exchangeable = True

    def _grant(self, request: Request, choice: Choice, how: int = 0) -> None:
        """Close a request and give the client what was asked, unless one of the two refuses."""
        for refuses in self.refusals:
            if refuses(request, choice):
                return
        self._met[request.kind](self._queues.close(request), choice, how)

    # ------------------------------------------------------------ what the ledger must know
    def _expire(self) -> None:
        """Offers whose hold ends in this instant, and that nobody took in it, are lost."""
        for offer in self._board.expiring:
            assert isinstance(offer, Offer)
            pool = offer.pool
            if offer in pool.shelf:
                pool.lose(offer)
                self.world.log_pool(pool, EventKind.LOST, pool.free, LostBecause.HOLD)
        self._board.expiring.clear()

    def _lapse(self) -> None:
        """Offers beyond what can be on the shelf are lost at once."""
        for pool in self._board.filled:
            assert isinstance(pool, DwellingPool)
            while pool.free > pool.cap:
                pool.lose(pool.shelf[-1])
                self.world.log_pool(pool, EventKind.LOST, pool.free, LostBecause.CAP)
        self._board.filled.clear()

    def _record_flips(self) -> None:
        """Write what is free in the pools whose answer to someone who waits has flipped."""
        now = self.world.now
        for pool in self._touched:
            if pool.watchers and pool.free != pool.looked_at:
                pool.looked_at = pool.free
                met = pool.met()
                if met != pool.recorded:
                    pool.recorded = met
                    self.world.write(pack(now, pool.free, pool.number, _POOL, -1, 0))
        self._touched.clear()
