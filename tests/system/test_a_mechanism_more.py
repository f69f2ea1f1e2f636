"""A mechanism more, made here: it asks nothing of what there is but a place in the journey.

Hours of a team for who waits for a place, until there is one: who has them recovers as in a place.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date

import pytest

import flowsim
from flowsim.cohort import sample_cohort
from flowsim.cohort.drawn import Who, identity
from flowsim.cohort.snapshot import People, Snapshot
from flowsim.cohort.start import Person
from flowsim.errors import EngineError
from flowsim.ledger import EventKind, Ledger, Reason
from flowsim.scenario import parse
from flowsim.scenario.need import Speed
from flowsim.system import snapshots
from flowsim.system.mechanisms.mechanism import Mechanism
from flowsim.system.run import journey
from flowsim.system.run.simulate import build
from flowsim.system.state.board import Pool
from flowsim.system.state.moments import Moment
from flowsim.system.state.people import Client
from flowsim.system.waiting.world import World
from tests.worlds import Raw, home, levels, people, stay, world

MINUTES = 60


class Bridging(Mechanism):
    """Who waits for a place gets an hour of the team, in the order of the days."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._waits: dict[int, float] = world.by_client()
        self._has: dict[int, float] = world.by_client()
        self._watched: Pool | None = None

    def asked(self, c: Client) -> None:
        if c.place is None and c.number not in self._has:
            self._wait(c, self.world.now)

    def _wait(self, c: Client, day: float) -> None:
        if not self._waits:
            self._watched = self.world.teams[0][0]
            self._watched.watch()
        self._waits[c.number] = day

    def _wait_no_more(self, c: Client) -> None:
        if self._waits.pop(c.number, None) is not None and not self._waits and self._watched:
            self._watched.watchers -= 1
            self._watched = None

    def settled(self) -> None:
        team = self.world.teams[0][0]
        for number, day in sorted(self._waits.items(), key=lambda item: (item[1], item[0])):
            if team.free >= MINUTES:
                self._start(self.world.client(number), day)

    def _start(self, c: Client, day: float) -> None:
        world = self.world
        self._wait_no_more(c)
        self._has[c.number] = day
        world.holding.have_hours(c, world.teams[0][0], MINUTES)
        world.log(c, EventKind.SUPPORT, MINUTES)
        world.requests.need_changed(c)
        world.happens(Moment.SUPPORTED, c)
        world.timers.arm(c)

    def pace(self, c: Client) -> Speed | None:
        has = c.place is None and c.number in self._has
        return self.world.scenario.situation.adequate if has else None

    def over(self, c: Client) -> None:
        self._wait_no_more(c)
        self._has.pop(c.number, None)

    def watches(self) -> Iterator[Pool]:
        if self._watched is not None:
            yield self._watched

    def take(self, c: Client) -> dict[str, object]:
        since = self._has.get(c.number)
        return {"bridged_for": None if since is None else self.world.now - since}

    def put(self, c: Client, one: Snapshot) -> None:
        if one.kept.get("bridged_for") is not None and c.place is None:
            self._start(c, 0.0 - one.kept["bridged_for"])


@pytest.fixture
def bridging(monkeypatch):
    """Give the mechanism its place: its name, what it follows, and two questions."""
    follows = dict(journey.FOLLOWS)
    for moment, act in (
        (Moment.ASKED, Bridging.asked),
        (Moment.PLACED, Bridging.over),
        (Moment.ENDS, Bridging.over),
    ):
        follows[moment] = (act, *follows[moment])
    monkeypatch.setattr(journey, "MECHANISMS", (Bridging, *journey.MECHANISMS))
    monkeypatch.setattr(journey, "FOLLOWS", follows)
    monkeypatch.setattr(journey, "PACES", (Bridging.pace, *journey.PACES))
    monkeypatch.setattr(journey, "SETTLED", (Bridging.settled, *journey.SETTLED))


def one_place(**more: object) -> Raw:
    """Write a world of one place and three hours: two for who lives there, one for who waits."""
    return world(
        people(0, 1, 2, level="L2"),
        level=levels(0, 2, 2, L2={"recovery_days": 10.0}),
        variant=[home("bw", 1, "L2", "L2", team="team")],
        leaving={"ready_at": "L1"},
        hours=3.0,
        days=60,
        **more,
    )


def told(ledger: Ledger, shift: float = 0.0) -> list[tuple[float, int, str, int]]:
    kinds = (EventKind.PLACED, EventKind.SUPPORT, EventKind.LEVEL, EventKind.GONE)
    return [
        (round(float(row["day"]) + shift, 6), int(row["client"]), EventKind(row["kind"]).name,
         int(row["ref"]) if row["kind"] == EventKind.SUPPORT else 0)
        for row in ledger.rows if row["kind"] in kinds and row["day"] > 0
    ]  # fmt: skip


STORY = [
    (1.0, 1, "SUPPORT", 60),
    (10.0, 0, "LEVEL", 0),
    (10.0, 0, "GONE", 0),
    (10.0, 1, "PLACED", 0),
    (10.0, 2, "SUPPORT", 60),
    (11.0, 1, "LEVEL", 0),
    (11.0, 1, "GONE", 0),
    (11.0, 2, "PLACED", 0),
    (20.0, 2, "LEVEL", 0),
    (20.0, 2, "GONE", 0),
]


def run(raw: Raw) -> Ledger:
    scenario = parse(copy.deepcopy(raw))
    return flowsim.simulate(scenario, sample_cohort(scenario), check=True)


def test_who_has_the_hours_recovers_while_waiting_and_who_has_none_does_not(bridging):
    """The place takes the hours first; the second in line has them when they fall free."""
    assert told(run(one_place())) == STORY


def test_without_it_nobody_recovers_who_waits():
    left = [day for day, _, kind, _ in told(run(one_place())) if kind == "GONE"]
    assert left == [10.0, 20.0, 30.0]


def test_it_goes_on_from_a_start(bridging):
    scenario = parse(one_place())
    (taken,) = snapshots(sample_cohort(scenario), [5.0])
    assert [one.kept["bridged_for"] for one in taken] == [None, 4.0, None]
    later = one_place()
    later["demand"][0]["on_days"] = [9e4]
    after = parse(later)
    today = [
        Person(key=int(identity(Who.RESIDENT, 0, 0, 0, i)), who=Who.RESIDENT, now=one)
        for i, one in enumerate(People.from_json(People(taken).to_json()).snapshots)
    ]
    ledger = flowsim.simulate(after, sample_cohort(after, today=today), check=True)
    assert told(ledger, 5.0) == STORY[1:]


def test_hours_that_come_by_a_dated_change_are_given_at_once(bridging):
    more = {"date": date(2026, 1, 6), "reason": "a test", "set": {"team.team.hours_per_week": 4.0}}
    found = told(run(one_place(change=[more])))
    assert [one for one in found if one[2] == "SUPPORT"] == [
        (1.0, 1, "SUPPORT", 60),
        (5.0, 2, "SUPPORT", 60),
    ]


def test_nothing_is_known_any_more_of_who_has_gone():
    running = build(sample_cohort(parse(one_place())))
    known = running.by_client()
    running.clients[0] = c = Client(0)
    known |= {0: 3.0, 1: 4.0}
    running.end(c, Reason.DEATH)
    assert known == {1: 4.0}


def test_the_recount_sees_a_pool_that_is_watched_for_nobody(bridging, monkeypatch):
    monkeypatch.setattr(Bridging, "watches", lambda self: ())
    with pytest.raises(EngineError, match="3 watchers, 2 families wait"):
        run(one_place())


class Opening(Mechanism):
    """A second place opens once nobody can be placed any more."""

    def settled(self) -> None:
        place = self.world.places[0][0][0]
        if self.world.now > 0 and place.capacity < 2:
            self.world.set_capacity(place, 2)


def test_who_would_not_wait_gives_up_when_no_mechanism_lets_anything_happen_any_more(monkeypatch):
    monkeypatch.setattr(journey, "MECHANISMS", (Opening, *journey.MECHANISMS))
    monkeypatch.setattr(journey, "SETTLED", (Opening.settled, *journey.SETTLED))
    raw = world(people(0, 1, 2), variant=[stay("a", 1, 30.0, patience_days=0.0)], days=20.0)
    kinds = (EventKind.PLACED, EventKind.GONE)
    ledger = flowsim.simulate(parse(raw), sample_cohort(parse(raw)))  # the recount knows one place
    rows = [row for row in ledger.rows if row["kind"] in kinds]
    told = [(float(row["day"]), int(row["client"]), EventKind(row["kind"]).name) for row in rows]
    assert told == [(0.0, 0, "PLACED"), (1.0, 1, "PLACED"), (2.0, 2, "GONE")]
