"""What people wait for: requests, and the choices and pools that can meet them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from heapq import heapify, heappop, heappush, heapreplace

from flowsim.system.state.board import Pool
from flowsim.system.state.pools import PlacePool, TeamPool
from flowsim.system.state.shelves import DwellingPool


class Line(ABC):
    """Who waits, by key (class, day, client number): a queue, or several lines as one."""

    __slots__ = ()

    @abstractmethod
    def head(self) -> Request | None:
        """Return who is first."""


class Several(Line):
    """Several lines as one. Who is first of all is known without a look at each of them."""

    __slots__ = ("heads", "lines")

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.heads: list[tuple[int, float, int, Line]] = []
        """With more lines than one: by key, for each line with someone in it an entry of its head
        or of one who was its head."""

    def add(self, line: Line) -> None:
        """Let one more line, in which nobody waits yet, be one of them."""
        self.lines.append(line)
        if len(self.lines) == 2:
            self._look()

    def note(self, head: Request, line: Line) -> None:
        """Note that somebody has come who is the head of a line."""
        if len(self.heads) > 2 * len(self.lines):
            self._look()
        heappush(self.heads, (head.klass, head.day, head.number, line))

    def _look(self) -> None:
        """Note the head of every line, and nothing else."""
        heads = [(line.head(), line) for line in self.lines]
        self.heads = [(h.klass, h.day, h.number, line) for h, line in heads if h is not None]
        heapify(self.heads)

    def head(self) -> Request | None:
        """Return who is first of all lines."""
        if len(self.lines) == 1:
            return self.lines[0].head()
        heads = self.heads
        while heads:
            klass, day, number, line = heads[0]
            head = line.head()
            if head is None:
                heappop(heads)
            elif head.number == number and head.day == day and head.klass == klass:
                return head
            else:
                heapreplace(heads, (head.klass, head.day, head.number, line))
        return None


class Choice(Several):
    """One option with its pools (None where nothing is needed), and who may be helped by it."""

    __slots__ = (
        "dwelling",
        "lacks",
        "minutes",
        "municipality",
        "needs",
        "net",
        "number",
        "place",
        "pools",
        "ready",
        "short",
        "team",
        "variant",
    )

    def __init__(
        self,
        number: int,
        variant: int,
        municipality: int,
        place: PlacePool | None,
        team: TeamPool | None,
        minutes: int,
        net: int,
        dwelling: DwellingPool | None,
        more: bool,
    ) -> None:
        super().__init__()
        self.number = number
        self.variant = variant
        self.municipality = municipality
        self.place = place
        self.team = team
        self.minutes = minutes
        self.net = net
        self.dwelling = dwelling
        needs: list[tuple[Pool, int]] = []
        if place is not None:
            needs.append((place, 1))
        if team is not None and (net > 0 or more):
            needs.append((team, net))
        if dwelling is not None:
            needs.append((dwelling, 1))
        self.pools = tuple(p for p in (place, team, dwelling) if p is not None)
        """The pools that it is had from, also where nothing need be free."""
        self.ready = False
        """Whether all is there, for someone who may wait (kept by `Turns`, as what follows)."""
        self.lacks: Pool | None = None
        """One pool in which there is not enough; it need be looked at when that has more."""
        self.short = 0
        """What must at least be free in that pool."""
        self.needs = tuple(needs)
        """What must at least be free, by pool. Of a team: what is kept for a client's own waiting
        step is not there to give, where ``more`` is used than now."""

    def fits(self) -> bool:
        """Tell whether all that this option needs is free."""
        for pool, amount in self.needs:  # noqa: SIM110  (three times as fast)
            if pool.free < amount:
                return False
        return True


class Group(Line):
    """Clients who wait for the same: a queue by (class, day, client number).

    Movers who hold places in different pools are in different groups, so that the head of a
    group stands for an edge from the held to the wanted pool.
    """

    __slots__ = (
        "choices",
        "family",
        "held",
        "order",
        "pools",
        "queue",
        "set_number",
        "waiting",
        "wants_dwelling",
    )

    def __init__(
        self, order: int, set_number: int, choices: tuple[Choice, ...], held: PlacePool | None
    ) -> None:
        self.order = order
        self.set_number = set_number
        self.choices = choices
        self.held = held
        self.queue: list[tuple[int, float, int, Request]] = []
        self.waiting = 0
        self.family = Family(choices)
        """The groups with the same choices in any order; so of this one alone at first."""
        self.family.add(self)
        self.pools = tuple(dict.fromkeys([pool for choice in choices for pool in choice.pools]))
        self.wants_dwelling = any(choice.dwelling is not None for choice in choices)
        """Whether a dwelling would help anyone in this group."""

    def __lt__(self, other: Line) -> bool:
        """Two entries by the same head: any order does."""
        return False

    def head(self) -> Request | None:
        """Return who is first; requests that closed or moved on are dropped here."""
        queue = self.queue
        while queue:
            request = queue[0][3]
            if request.open and request.group is self:
                return request
            heappop(queue)
        return None

    def fitting(self) -> Choice | None:
        """Return the first option for which all that it needs is free, or None."""
        for choice in self.choices:
            for pool, amount in choice.needs:
                if pool.free < amount:
                    break
            else:
                return choice
        return None


class Family(Several):
    """Groups with the same choices, in whatever order: everything is there for all or for none."""

    __slots__ = ("choices", "waiting")

    def __init__(self, choices: tuple[Choice, ...]) -> None:
        super().__init__()
        self.choices = choices
        self.waiting = 0

    def __lt__(self, other: Line) -> bool:
        """Two entries by the same head: any order does."""
        return False

    def came(self, head: Request, group: Group) -> None:
        """Note, where others wait too, that somebody has come who is the head of a group."""
        if len(self.lines) > 1:
            self.note(head, group)
            if self.head() is not head:
                return
        for choice in self.choices:
            if len(choice.lines) > 1:
                choice.note(head, self)


class Request:
    """What a client waits for. Its day is the queue key's day and outlives changes of options."""

    __slots__ = ("day", "group", "kind", "klass", "number", "open", "variants")

    def __init__(
        self,
        number: int,
        kind: int,
        day: float,
        klass: int,
        variants: tuple[int, ...],
        group: Group,
    ) -> None:
        self.number = number
        """Of the client."""
        self.kind = kind
        self.day = day
        self.klass = klass
        self.variants = variants
        self.group = group
        self.open = True

    def __lt__(self, other: Request) -> bool:
        """Two requests of one client and day: all but one are closed, so any order does."""
        return False

    @property
    def key(self) -> tuple[int, float, int]:
        """Who is first: class, day, client number."""
        return (self.klass, self.day, self.number)
