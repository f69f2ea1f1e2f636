"""Rented dwellings: those that come with a place, and those that are given up for one."""

from __future__ import annotations

from flowsim.cohort.drawn import Draw
from flowsim.ledger import EventKind
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.people import Client


class Tenancies(Mechanism):
    """What entering a place means for the dwelling one rents.

    That it is given up is drawn once for each place.
    """

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        world = self.world
        self._own, self._by_need = world.layout.is_own, world.layout.by_need
        keeps = world.scenario.leaving.keeps_tenancy
        self._keeps = (
            world.cohort.draws.choices(Draw.KEPT_TENANCY, (keeps, 1 - keeps)) if keeps < 1 else None
        )

    def placed(self, c: Client) -> None:
        """Rent the dwelling of the place; or give up the one rented until now."""
        if self._own[c.variant]:
            if not c.tenancy:
                c.rent(True)
        elif c.tenancy and self._gives_up(c):
            c.rent(False)
            self.world.log(c, EventKind.TENANCY_LOST)

    def _gives_up(self, c: Client) -> bool:
        if self._keeps is None or not self._by_need[c.variant]:
            return False
        return self._keeps.at(c.number, c.occurrence(Draw.KEPT_TENANCY)) == 1
