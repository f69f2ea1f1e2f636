"""Finding a dwelling outside the contingent: alone, or through the priority scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowsim.cohort.drawn import Draw
from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import EventKind
from flowsim.scenario.flow import Urgency
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.agenda import INF
from flowsim.system.state.ground import per_day
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client

if TYPE_CHECKING:
    from flowsim.system.waiting.world import World


class Finding(Mechanism):
    """A hazard for who waits for a dwelling, and a lead time for a share of them."""

    reads = ("leaving",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.active = world.has.finding or world.has.urgency
        self._lead = world.timers.on("lead", self._housed_urgently, waiting=True)
        self._find = world.timers.on("find", self._find_alone, waiting=True)

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        leaving = self.world.scenario.leaving
        self._rate = per_day(leaving.find_alone_per_year)
        self._urgency = leaving.urgency

    def asked(self, c: Client) -> None:
        """Begin to look for a dwelling, where one would help."""
        assert c.request is not None
        wants = c.request.group.wants_dwelling
        if self._rate:
            self._begin(c)
            self._look(c, wants)
        if self._urgency is not None and wants:
            self._ask_priority(c, self._urgency)

    def regrouped(self, c: Client) -> None:
        """Look on, anew after a dwelling that was found and lost, or no more."""
        assert c.request is not None
        wants = c.request.group.wants_dwelling
        if self._rate:
            self._look(c, wants)
        if not wants:
            c.stop(self._lead)

    def resolved(self, c: Client) -> None:
        """Look at the rate that holds now."""
        assert c.request is not None
        if self._rate and c.request.group.wants_dwelling:
            self._look(c, True)

    def _begin(self, c: Client) -> None:
        column = self.world.cohort.draws.thresholds(Draw.FIND_ALONE)
        c.find_left = column.at(c.number, c.occurrence(Draw.FIND_ALONE))
        c.stop(self._find)

    def _look(self, c: Client, wants: bool) -> None:
        if wants and not c.runs(self._find):
            if c.find_left == INF:
                self._begin(c)
            c.due[self._find] = self.world.now + c.find_left / self._rate
        elif not wants and c.runs(self._find):
            c.find_left = (c.due.pop(self._find) - self.world.now) * self._rate

    def _ask_priority(self, c: Client, urgency: Urgency) -> None:
        draws = self.world.cohort.draws
        occurrence = c.occurrence(Draw.URGENCY)
        shares = (1 - urgency.share, urgency.share)
        if draws.choices(Draw.URGENCY, shares).at(c.number, occurrence):
            lead = draws.durations(Draw.URGENCY_LEAD, urgency.lead_days)
            c.due[self._lead] = self.world.now + lead.at(c.number, occurrence)

    # ------------------------------------------------------------ found
    def _find_alone(self, c: Client) -> None:
        """The client finds a dwelling without the contingent."""
        self._found(c, 0)

    def _housed_urgently(self, c: Client) -> None:
        """The priority scheme gives the client a dwelling."""
        self._found(c, 1)

    def _found(self, c: Client, why: int) -> None:
        world = self.world
        c.stop(self._find)
        c.find_left = INF
        c.stop(self._lead)
        c.rent(True)
        world.log(c, EventKind.FOUND_ALONE, -1, why)
        world.happens(Moment.FOUND_DWELLING, c)
        if c.request is not None:
            world.requests.regroup(c)
        world.timers.arm(c)

    # ------------------------------------------------------------ changes, and the start
    def _left(self, c: Client) -> float:
        """Return what is left of the threshold, now."""
        if c.runs(self._find):
            return (c.due[self._find] - self.world.now) * self._rate
        return c.find_left

    def carry(self, c: Client) -> None:
        """Fix what is left of the threshold before the rate changes."""
        c.find_left = self._left(c)
        c.stop(self._find)

    def take(self, c: Client) -> dict[str, object]:
        """Keep what is left of the threshold and of the lead time."""
        return {"find_left": self._left(c), "lead_left": c.at(self._lead) - self.world.now}

    def put(self, c: Client, one: Snapshot) -> None:
        """Set what is left of them."""
        if c.request is None:
            return
        left = one.kept.get("find_left")
        if self._rate and left is not None and left < INF:
            c.find_left = left
            if c.runs(self._find):
                c.due[self._find] = self.world.now + left / self._rate
        lead = one.kept.get("lead_left", INF)
        if lead < INF and c.request.group.wants_dwelling:
            c.due[self._lead] = lead
