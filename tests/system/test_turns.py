"""Turns, against the plain rule: of all for whom everything is there, the first by key."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

import flowsim
from flowsim.cohort import Cohort
from flowsim.scenario import parse
from flowsim.system.state.board import Pool
from flowsim.system.state.choices import Choice, Group, Request
from flowsim.system.state.people import Client
from flowsim.system.state.shelves import DwellingPool, Offer
from flowsim.system.waiting.turns import Turns
from flowsim.system.waiting.world import World
from tests.worlds import people, shelf, stay, world

AREAS = 3
PEOPLE = 60


@cache
def cohort() -> Cohort:
    """Three municipalities with places and a shelf each, and one team: nothing of it is free."""
    raw = world(
        people(*range(PEOPLE)),
        areas={"all": {f"m{number}": 1 for number in range(AREAS)}},
        variant=[stay("home", {"each": 0}, 10, scale="municipality")],
        dwellings=[shelf(scale="municipality")],
        hours=0,
    )
    return flowsim.sample(parse(raw))


class Case:
    """A world in which requests come and go, and somebody is told who is served."""

    def __init__(self) -> None:
        self.world = World(cohort())
        self.world.queues.configure()
        self.places, self.shelves = self.world.places[0][0], self.world.dwellings[0]
        self.team = self.world.teams[0][0]
        self.pools: list[Pool] = [*self.places, *self.shelves, self.team]
        catalogue = self.world.options.catalogue
        self.turns = Turns(self.world.board, self.world.queues, catalogue, self.grant)
        self.waiting: list[Request] = []
        self.served: list[tuple[int, int]] = []
        self.count = 0

    def choice(self, area: int, dwelling: bool, minutes: int) -> Choice:
        return self.world.options.catalogue.choice(
            0, area, self.places[area], self.team if minutes else None, minutes, minutes,
            self.shelves[area] if dwelling else None,
        )  # fmt: skip

    def group(self, order: tuple[int, ...], dwelling: bool, minutes: int) -> Group:
        choices = [self.choice(area, dwelling, minutes) for area in order]
        return self.world.options.catalogue.group(choices, None)

    def join(self, group: Group, klass: int, day: float) -> None:
        if self.count == PEOPLE:
            return
        c = Client(self.count)
        self.world.clients[self.count] = c
        c.request = Request(self.count, 0, day, klass, (0,), group)
        self.count += 1
        self.waiting.append(c.request)
        self.world.queues.join(c.request)

    def leave(self, at: int) -> None:
        if self.waiting:
            self.world.queues.close(self.waiting.pop(at % len(self.waiting)))

    def give(self, at: int, amount: int) -> None:
        pool = self.pools[at % len(self.pools)]
        if isinstance(pool, DwellingPool):
            pool.offer(Offer(pool, 0.0))
        else:
            pool.resize(pool.capacity + amount)

    def grant(self, request: Request, choice: Choice) -> None:
        self.served.append((request.number, choice.number))
        self.waiting.remove(request)
        self.world.queues.close(request)
        for pool, amount in choice.needs:
            pool.take(amount)

    def by_the_rule(self) -> Iterator[tuple[int, int]]:
        """Yield who is to be served now, and with what."""
        free = {pool.rank: pool.free for pool in self.pools}
        left = sorted(self.waiting, key=lambda request: request.key)
        while True:
            could = (
                (request, choice)
                for request in left
                for choice in request.group.choices
                if all(free[pool.rank] >= amount for pool, amount in choice.needs)
            )
            request, choice = next(could, (None, None))
            if request is None or choice is None:
                return
            left.remove(request)
            for pool, amount in choice.needs:
                free[pool.rank] -= amount
            yield request.number, choice.number

    def settle(self) -> None:
        self.served.clear()
        expected = list(self.by_the_rule())
        self.turns.in_order()
        assert self.served == expected
        assert not self.world.board.raised
        assert not self.world.queues.fresh


ORDERS = ((0,), (0, 1), (1, 0), (1, 2, 0), (2, 0, 1))
JOIN = st.tuples(
    st.just("join"), st.sampled_from(ORDERS), st.booleans(), st.sampled_from((0, 2)),
    st.integers(0, 1), st.sampled_from((0.0, 1.0, 2.0)),
)  # fmt: skip
GIVE = st.tuples(st.just("give"), st.integers(0, 2 * AREAS), st.integers(1, 4))
LEAVE = st.tuples(st.just("leave"), st.integers(0, PEOPLE))
SETTLE = st.tuples(st.just("settle"))
ACTS = st.one_of(JOIN, GIVE, JOIN, GIVE, LEAVE, SETTLE)


@settings(max_examples=200)
@given(acts=st.lists(ACTS, min_size=20, max_size=2 * PEOPLE))
def test_whoever_is_served_is_the_first_for_whom_all_is_there(acts):
    case = Case()
    for word, *more in acts:
        if word == "join":
            order, dwelling, minutes, klass, day = more
            case.join(case.group(order, dwelling, minutes), klass, day)
        elif word == "leave":
            case.leave(*more)
        elif word == "give":
            case.give(*more)
        else:
            case.settle()
    case.settle()


def test_what_many_may_have_is_not_looked_at_for_each_of_them():
    case, many = Case(), 40
    for number in range(many):  # all would have a place in m0, and each something of its own
        of_all, own = case.choice(0, False, 0), case.choice(1, False, 1 + number)
        case.join(case.world.options.catalogue.group([of_all, own], None), 0, float(number))
    case.settle()
    for number in range(many):
        case.give(0, 1)
        case.give(2, 1)
        case.settle()
        assert [client for client, _ in case.served] == [number]
    assert case.turns._turns <= 2 * many
