"""The level of an award: the true one, but for misjudgement, until a reassessment puts it right."""

from __future__ import annotations

from typing import Final

from flowsim.cohort.drawn import Draw
from flowsim.cohort.snapshot import Snapshot
from flowsim.ledger import EventKind, State
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client

_UNDECIDED: Final = (State.QUEUE, State.ASSESSING, State.PAPERWORK)


class Judgement(Mechanism):
    """Awards of a level too light or too heavy."""

    def configure(self) -> None:
        """Read the parameters of the layout that holds now."""
        draws = self.world.cohort.draws
        self._misjudged = [
            draws.choices(Draw.MISJUDGED, (1 - b.too_light - b.too_heavy, b.too_light, b.too_heavy))
            if b.too_light + b.too_heavy > 0
            else None
            for b in self.world.layout.desks
        ]
        self._top = max(len(self.world.layout.levels) - 1, 0)

    def _judged(self, c: Client) -> int:
        """Return the level that awards and support go by: the true one but for misjudgement."""
        return min(max(c.level + c.error, 0), self._top)

    def decided(self, c: Client) -> None:
        """Award the true level, or one lighter or heavier than that."""
        c.error, c.award_level = 0, c.level
        wrong = None if c.desk is None else self._misjudged[c.desk.block]
        if wrong is not None:
            c.error = (0, -1, 1)[wrong.at(c.number, c.visit)]
            c.award_level = self._judged(c)
        if not self.world.named[c.award_level]:  # nobody is awarded what no variant serves
            c.award_level = c.level
        c.error = c.award_level - c.level
        if c.error:
            self.world.log(c, EventKind.MISJUDGED, -1, c.error)

    def levelled(self, c: Client) -> None:
        """Follow the true level, as far off as before."""
        c.award_level = self._judged(c)

    def relapsed(self, c: Client) -> None:
        """Go by the level of the relapse."""
        c.award_level = c.level
        c.error = 0

    def reviewed(self, c: Client) -> None:
        """Put a misjudged level right."""
        if c.error == 0:
            return
        c.error = 0
        if c.award_level != c.level:
            c.award_level = c.level
            self.world.log(c, EventKind.CORRECTED)
            self.world.happens(Moment.LEVEL, c)

    def recall(self, c: Client, error: int) -> None:
        """Know by how much the award of a person of the start is off."""
        c.error = error
        c.award_level = self._judged(c)

    def take(self, c: Client) -> dict[str, object]:
        """Keep by how much the award is off."""
        return {"error": 0 if c.state in _UNDECIDED else c.error}

    def put(self, c: Client, one: Snapshot) -> None:
        """Say that the award is off; in aftercare it is over."""
        if c.error and c.state != State.AFTERCARE:
            self.world.log(c, EventKind.MISJUDGED, -1, c.error)
