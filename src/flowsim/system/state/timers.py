"""The one pending personal event of a client: the earliest of the timers that run."""

from __future__ import annotations

from flowsim.system.state.agenda import END, INF, REQUEST, Act, Agenda
from flowsim.system.state.people import Client


class Timers:
    """Knows what each timer is for, and books the earliest of a client's.

    A timer is a number that `on` gives; when it goes off stands in `Client.due`. The end of a stage
    has an act of its own for each client, and goes before all else of its instant.
    """

    def __init__(self, agenda: Agenda) -> None:
        self._book = agenda.book
        self._acts: dict[int, Act] = {}
        self._ranks: dict[int, int] = {}
        self._waiting: list[int] = []
        self.named: dict[str, int] = {}
        """Timers by name."""

    def on(self, name: str, act: Act, rank: int = REQUEST, waiting: bool = False) -> int:
        """Say what happens when a timer goes off; return its number.

        Parameters
        ----------
        name
            What it is called, for whoever looks at a client.
        act
            What is done with the client then.
        rank
            Equal times go by rank, then in the order in which the timers were made known.
        waiting
            Whether it runs for who waits alone, and stops with what is waited for.
        """
        timer = (rank >> 32 << 8) + len(self._acts)
        self._acts[timer], self._ranks[timer] = act, rank
        self.named[name] = timer
        if waiting:
            self._waiting.append(timer)
        return timer

    def arm(self, c: Client) -> None:
        """Book the client's earliest timer."""
        at, act, rank = c.stage_at, c.stage_act, END
        if c.due:
            first = 0
            for timer, when in c.due.items():
                if when < at or (when == at and timer < first):
                    at, first = when, timer
            if first:
                act, rank = self._acts[first], self._ranks[first]
        if c.ticket == 0:
            if at != INF:
                c.booked_at, c.booked_act = at, act
                self._book(c, at, rank + c.number, act)
        elif at == INF:
            c.ticket = 0
        elif c.booked_at != at or c.booked_act != act:
            c.booked_at, c.booked_act = at, act
            self._book(c, at, rank + c.number, act)

    def stage(self, c: Client, at: float, act: Act) -> None:
        """Let a stage end at a time, in an act: a stay, paperwork, a transition, aftercare."""
        c.stage_at, c.stage_act = at, act

    def no_stage(self, c: Client) -> None:
        """Let no stage end."""
        c.stage_at = INF

    def stop_waiting(self, c: Client) -> bool:
        """Stop the timers that go with waiting; tell whether any ran."""
        if not c.due:
            return False
        ran = False
        for timer in self._waiting:
            ran = c.due.pop(timer, INF) < INF or ran
        return ran

    def clear(self, c: Client) -> None:
        """Stop every timer."""
        c.stage_at = INF
        c.due.clear()
        c.ticket = 0
