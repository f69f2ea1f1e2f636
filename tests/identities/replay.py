"""An account of a ledger from its rows alone: does it add up, whatever wrote it?

An independent reading of ``flowsim.ledger``. It shares no code with the engine or with
``flowsim.metrics``.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from flowsim.ledger import (
    STATE_AFTER,
    STATE_OF_REQUEST,
    EventKind,
    Ledger,
    RefusedBy,
    RequestKind,
    State,
)
from flowsim.scenario.values import NO_LIMIT

K = EventKind
IN_PLACE = {State.SETTLED, State.MOVING, State.READY, State.TRANSIT}
OF_AN_OPTION = {K.PLACED, K.HOUSED, K.AFTERCARE, K.REASSIGNED}
WAITS = {State.WAITING, State.MOVING, State.READY}
FROM: dict[EventKind, set[State | None]] = {
    K.NOTIFIED: {None, State.AFTERCARE, State.SETTLED, State.GONE},
    K.ASSESSING: {State.QUEUE},
    K.PAPERWORK: {State.ASSESSING, State.QUEUE},
    K.AWARDED: {State.ASSESSING, State.PAPERWORK, State.QUEUE, None},
    K.NOT_AWARDED: {State.ASSESSING, State.PAPERWORK, State.QUEUE},
    K.REQUESTED: {State.WAITING, State.SETTLED, State.MOVING, State.READY, State.AFTERCARE},
    K.WITHDRAWN: {State.MOVING, State.READY},
    K.PLACED: {State.WAITING, State.MOVING, None},
    K.STEPPED_OUT: {State.SETTLED, State.MOVING},
    K.HOUSED: {State.READY},
    K.AFTERCARE: {State.TRANSIT, None},
    K.LEVEL: {*State} - {State.AFTERCARE, State.GONE},
    K.SUPPORT: IN_PLACE,
    K.REVIEW_REQUESTED: {*IN_PLACE, State.WAITING},
    K.REVIEW_STARTED: {*IN_PLACE, State.WAITING},
    K.REVIEWED: {*IN_PLACE, State.WAITING},
    K.FOUND_ALONE: WAITS,
    K.RELAPSED: {State.AFTERCARE},
    K.CRISIS: {*State} - {State.AFTERCARE, State.GONE},
    K.REASSIGNED: {*IN_PLACE, State.AFTERCARE},
    K.MISJUDGED: {State.ASSESSING, State.PAPERWORK, State.QUEUE},
    K.CORRECTED: {*IN_PLACE, State.WAITING},
    K.TENANCY_LOST: {State.SETTLED, State.MOVING, State.READY, State.WAITING},
    K.REFUSED: {State.WAITING},
    K.REFUSAL_OVER: {State.WAITING},
    K.GONE: {*State} - {State.GONE},
}
"""From which states each event may follow; None: not yet in the chain."""


class Replay:
    """Reads a ledger row by row; raises `AssertionError` at the first thing that cannot be."""

    def __init__(self, ledger: Ledger, *, passing: bool) -> None:
        self.ledger = ledger
        self.passing = passing
        self.state: dict[int, State] = {}
        self.place: dict[int, int] = {}
        self.hours: dict[int, tuple[int, int]] = {}
        self.reserved: dict[int, tuple[int, int]] = {}
        self.asks: dict[int, int] = {}
        self.at_work: dict[tuple[int, str], int] = {}
        """Desk where an assessor works for a client, by client and kind of case."""
        self.in_queue: dict[tuple[int, str], int] = {}
        self.other = Counter[int]()
        self.free: dict[int, int] = {}
        self.capacity = {number: pool.capacity for number, pool in enumerate(ledger.pools)}
        self.barred: dict[int, int] = {}
        """Providers that a client cannot ask now: how many."""
        self.refused: dict[int, int] = {}
        """Option refused, until the row after it."""
        self.over = set(self.capacity)
        """Pools that the start, or a change, may have left with more than they have room for."""

    def run(self) -> Replay:
        """Read all rows."""
        rows = self.ledger.rows
        last = 0.0
        for at, row in enumerate(rows):
            day = float(row["day"])
            assert day >= last or (last == 0 and day < 0), f"row {at} goes back in time"
            last = max(last, day)
            self._take(K(row["kind"]), int(row["client"]), int(row["ref"]), int(row["why"]), day)
            if at + 1 == len(rows) or rows[at + 1]["day"] > last:
                try:
                    self._instant()
                except AssertionError as error:
                    raise AssertionError(f"day {last!r}: {error}") from None
        return self

    # ------------------------------------------------------------ rows
    def _take(self, kind: EventKind, who: int, ref: int, why: int, day: float) -> None:
        if kind >= K.POOL:
            self._take_pool(kind, who, ref)
            return
        before = self.state.get(who)
        assert before in FROM[kind], f"day {day!r}: client {who} {kind.name} from {before}"
        if kind in STATE_AFTER:
            self.state[who] = STATE_AFTER[kind]
        elif kind == K.REQUESTED:
            self.state[who] = STATE_OF_REQUEST[RequestKind(why)]
        if kind in (K.AWARDED, K.REQUESTED, K.STEPPED_OUT) and ref >= 0:
            self.asks[who] = ref
        if self.state.get(who) not in WAITS:
            self.asks.pop(who, None)
        self._desk(kind, who, ref)
        self._holds(kind, who, ref)
        self._refusals(kind, who, ref, why)

    def _take_pool(self, kind: EventKind, amount: int, ref: int) -> None:
        if kind == K.POOL:
            before = self.free.get(ref)
            if before is not None and self.ledger.pools[ref].kind != "team":
                assert (before > 0) != (amount > 0), f"no flip: {self.ledger.pools[ref]}"
            self.free[ref] = amount
        elif kind in (K.OTHER_STARTED, K.OTHER_ENDED):
            self.other[ref] += 1 if kind == K.OTHER_STARTED else -1
        elif kind == K.CAPACITY:
            self.capacity[ref] = amount
            self.over.add(ref)

    def _desk(self, kind: EventKind, who: int, ref: int) -> None:
        new, review = (who, "new"), (who, "review")
        self.in_queue.pop(new, None)
        if kind == K.NOTIFIED and ref >= 0:
            self.in_queue[new] = ref
        elif kind == K.ASSESSING:
            self.at_work[new] = ref
        elif kind in (K.PAPERWORK, K.AWARDED, K.NOT_AWARDED):
            self.at_work.pop(new, None)
        elif kind == K.REVIEW_REQUESTED:
            self.in_queue[review] = ref
        elif kind == K.REVIEW_STARTED:
            asked, pools = self.in_queue.pop(review), self.ledger.pools
            moved = self.capacity[asked] == 0 and pools[asked].block == pools[ref].block
            assert asked == ref or moved, "started at another desk, which did not take over"
            self.at_work[review] = ref
        elif kind == K.REVIEWED:
            self.at_work.pop(review)
        if kind in (K.GONE, K.AFTERCARE, K.NOTIFIED):
            self.at_work.pop(review, None)
            self.in_queue.pop(review, None)
            if kind != K.NOTIFIED:
                self.at_work.pop(new, None)

    def _holds(self, kind: EventKind, who: int, ref: int) -> None:
        option = self.ledger.options[ref] if kind in OF_AN_OPTION and ref >= 0 else None
        if kind in (K.PLACED, K.STEPPED_OUT, K.AFTERCARE, K.NOTIFIED, K.GONE, K.RELAPSED):
            self.place.pop(who, None)
            self.hours.pop(who, None)
            self.reserved.pop(who, None)
        if kind == K.PLACED:
            assert option is not None
            self.place[who] = option.place
            self.hours[who] = (option.team, option.minutes)
        elif kind == K.HOUSED and option is not None and option.net_minutes > 0:
            self.reserved[who] = (option.team, option.net_minutes)
        elif kind == K.AFTERCARE and option is not None:
            self.hours[who] = (option.team, option.minutes)
        elif kind == K.REASSIGNED and option is not None:
            if who in self.place:
                self.place[who] = option.place
            self.hours[who] = (option.team, option.minutes)
            self.over |= {option.place, option.team}
        elif kind == K.SUPPORT:
            self.hours[who] = (self.hours[who][0], ref)

    def _refusals(self, kind: EventKind, who: int, ref: int, why: int) -> None:
        if kind == K.REFUSED:
            if why == RefusedBy.PROVIDER:
                self.barred[who] = self.barred.get(who, 0) + 1
            assert ref in self.ledger.option_sets[self.asks[who]], f"client {who} asked no {ref}"
            self.refused[who] = ref
        elif kind == K.REFUSAL_OVER and why == RefusedBy.PROVIDER:
            assert ref < self.barred[who], f"client {who}: {ref} refusals left"
            self.barred[who] = ref
        elif kind == K.REQUESTED and who in self.refused:
            refused = self.refused.pop(who)
            assert refused not in self.ledger.option_sets[ref], f"client {who} asks it again"
        elif kind in STATE_AFTER:
            self.barred.pop(who, None)

    # ------------------------------------------------------------ at the end of an instant
    def _instant(self) -> None:
        for who, state in self.state.items():
            assert (state in IN_PLACE) == (who in self.place), f"client {who} is {state.name}"
        used = Counter(self.place.values())
        for team, minutes in (*self.hours.values(), *self.reserved.values()):
            if team >= 0:
                used[team] += minutes
        for number, pool in enumerate(self.ledger.pools):
            if pool.kind == "desk":
                continue
            if used[number] <= self.capacity[number]:
                self.over.discard(number)
            else:
                assert number in self.over, f"{pool}: {used[number]} used"
        self._desks()
        if self.passing:
            self._shelves()

    def _desks(self) -> None:
        busy = self.other + Counter(self.at_work.values())
        queued = Counter(self.in_queue.values())
        for number, pool in enumerate(self.ledger.pools):
            if pool.kind == "desk":
                room = self.capacity[number]
                if busy[number] <= room:
                    self.over.discard(number)
                assert busy[number] <= room or number in self.over, f"{pool}: {busy[number]} busy"
                assert not queued[number] or busy[number] >= room, f"{pool} idles"

    def _shelves(self) -> None:
        for options in {self.asks[who] for who in self.asks}:
            for number in self.ledger.option_sets[options]:
                option = self.ledger.options[number]
                lacks = [
                    pool
                    for pool, needed in (
                        (option.place, 1), (option.team, option.net_minutes), (option.dwelling, 1)
                    )
                    if pool >= 0 and max(self._free(pool), 0) < needed
                ]  # fmt: skip
                if option.net_minutes <= 0 and option.team >= 0 and self._free(option.team) <= 0:
                    lacks.append(option.team)  # it may use more than now, with a step that waits
                assert lacks, f"someone waits for {option} while the rows say that all is there"

    def _free(self, pool: int) -> int:
        if pool not in self.free:
            unlimited = self.capacity[pool] >= NO_LIMIT
            assert unlimited, f"someone waits for {self.ledger.pools[pool]}: free is not known"
            return NO_LIMIT
        return self.free[pool]


def account(ledger: Ledger, *, passing: bool = True) -> dict[str, Any]:
    """Read a whole ledger; return where everybody ended."""
    replay = Replay(ledger, passing=passing).run()
    return {"state": replay.state, "place": replay.place}
