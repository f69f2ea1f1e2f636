"""Moments in the life of a client, and what a mechanism can be asked."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import ClassVar, Final

from flowsim.cohort.snapshot import Snapshot
from flowsim.scenario.model import Scenario
from flowsim.system.state.board import Pool
from flowsim.system.state.people import Client


class Moment(IntEnum):
    """What has just happened to a client; what follows stands in `flowsim.system.run.journey`."""

    NOTIFIED = 0
    """Reports to access; a new phase of need begins."""
    LINED_UP = 1
    """Is in line at a desk."""
    DECIDED = 2
    """Gets an award, which names a level."""
    WAITS = 3
    """Is in no place, and waits for one from now on."""
    ASKED = 4
    """A request is open."""
    REGROUPED = 5
    """An open request is for other options than before."""
    ASKS_OTHER = 29
    """An open request is for other variants than before: another may be named first."""
    RESOLVED = 6
    """An open request was looked at again, under what holds since a dated change."""
    PLACED = 7
    """Has entered a place."""
    LIVES = 28
    """Is in a place when the run begins."""
    FOUND_IN_PLACE = 8
    """Lives, at the start, in a place that does not serve the level."""
    LEVEL = 9
    """The level, or the award, is another one."""
    SUPPORTED = 10
    """Gets other hours than before."""
    STEPPED_UP = 11
    """The team has room for the hours that were waited for."""
    REVIEWED = 12
    """The award was looked at again."""
    READY = 13
    """Needs the place no more."""
    HOUSED = 14
    """All that leaving needs is there: has a day to move out."""
    TAKES_OVER = 15
    """Goes on, without support, as tenant of the dwelling lived in."""
    LEFT = 16
    """Moves out to where the transition led."""
    PLACE_OVER = 17
    """Gives the place up, to be supported elsewhere or to report anew."""
    CARED_AFTER = 18
    """Is supported at home for some time."""
    RELAPSED = 19
    """The need is back."""
    REPORTS = 20
    """Comes to access from a line."""
    RETURNS = 21
    """Comes to access after relapse."""
    COMES_AGAIN = 22
    """Comes to access, gone without support before."""
    FOUND_DWELLING = 23
    """Rents a dwelling that was found outside the contingent."""
    LOST_DWELLING = 24
    """Rents no dwelling any more."""
    ENDS = 25
    """Is about to leave the chain: all that is held or waited for is given up."""
    GONE = 26
    """Has left the chain, for `Client.gone_for`."""
    OUT_OF_SIGHT = 27
    """Has left the chain, to come again on a day."""


SECTIONS: Final = tuple(
    name for name in Scenario.model_fields
    if name not in ("scenario", "areas", "money", "start", "change")
)  # fmt: skip
"""Sections that may matter to a client who is there: a new one does unless it is named here."""


class Part:
    """A mechanism as a run sees it. Every method may be left out."""

    reads: ClassVar[tuple[str, ...]] = SECTIONS
    """Sections of a scenario (or ``section.key`` of a list of blocks) that matter to a client who
    is there: a dated change of other values does not call `carry` and `go_on`."""
    active = True
    """Whether it is ever at work in this scenario; if not, no moment calls it."""

    def wire(self) -> None:
        """Once, when all are there: say who serves a kind of request, and what follows then."""

    def configure(self) -> None:
        """Read the parameters that hold now: at the start, and at every dated change."""

    def begin(self) -> None:
        """Book what the phase brings: once everybody is in place, and at every dated change."""

    def carry(self, c: Client) -> None:
        """Before rates change: fix what is left."""

    def go_on(self, c: Client) -> None:
        """After a change: go on with what is left."""

    def take(self, c: Client) -> dict[str, object]:
        """Return what a snapshot keeps of this client, by name.

        Fields of `Snapshot` that are this mechanism's; and what only it reads, under other names:
        numbers, words, or tuples of these (`Snapshot.kept`), the same names for every client.
        """
        return {}

    def put(self, c: Client, one: Snapshot) -> None:
        """Put back what a snapshot kept, of a person of the start."""

    def clocks(self, c: Client) -> Iterable[tuple[object, float, float]]:
        """Return the clocks that run: what of, what is left, the pace; for the recount."""
        return ()

    def watches(self) -> Iterable[Pool]:
        """Return the pools that are watched for who waits by this alone; for the recount."""
        return ()
