"""What `simulate(check=True)` sees when a run does not add up: the engine is broken on purpose."""

from __future__ import annotations

import pytest

from flowsim.errors import EngineError
from flowsim.system.mechanisms.exits import Exits
from flowsim.system.mechanisms.needs import Needs
from flowsim.system.state.agenda import Actor, Agenda
from flowsim.system.state.desks import DeskPool
from flowsim.system.state.pools import PlacePool, TeamPool
from flowsim.system.state.shelves import DwellingPool
from flowsim.system.waiting.circles import Circles
from flowsim.system.waiting.holding import Holding
from flowsim.system.waiting.requests import Requests
from flowsim.system.waiting.settling import Settling
from flowsim.system.waiting.turns import Turns
from tests.worlds import (
    Raw,
    desk,
    hazard,
    home,
    levels,
    people,
    run,
    shelf,
    stay,
    world,
)


def line(stock: int = 1) -> Raw:
    return world(
        people(0, 1, 2),
        variant=[stay("home", 1, 10, tenancy="own", dwellings="shelf")],
        dwellings=[shelf(5, stock=stock)],
        days=50,
    )


def row() -> Raw:
    return world(people(0, 1, 2), variant=[stay("home", 1, 10)], days=50)


def ring() -> Raw:
    stays = [stay("a", 1, 12, next={"b": 1.0}), stay("b", 1, 11, next={"a": 1.0})]
    return world(people(0, 1), variant=stays, placement={"order": ["a", "b"]}, days=30)


def at_a_desk() -> Raw:
    return world(people(0, 1), desk=[desk(1, 10)], variant=[stay("home", 5, 100)], days=50)


def kept_on(self: PlacePool) -> None:
    self.free += 1


def worse() -> Raw:
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1, 2, L1={"worse_per_year": 1.0}),
        variant=[home("bw", 9, "L1", "L2", team="team")],
        leaving={"ready_at": "L0"},
        days=70,
        hours=4.0,
    )
    raw["level"][1]["worse_per_year"] = hazard(raw, 20.0)
    return raw


def nothing(*_: object, **__: object) -> None:
    """Do nothing."""


def lost_place(self: Holding, c, turnover: bool = True) -> None:
    c.place.taken -= 1
    c.place = None


def lost_minutes(self: TeamPool, minutes: int) -> None:
    self.free += minutes


def lost_dwelling(self: DwellingPool) -> None:
    self.free -= 1


def lost_assessor(self: DeskPool) -> None:
    """Nobody is free again."""


def ill(worse_after: float = 1e6) -> Raw:
    """Write two clients who wait for a line, and live in a place after it."""
    raw = world(
        people(0, 5, level="L1", patience_days=90.0),
        level=levels(0, 0, 0, L1={"worse_per_year": 0.5, "recovery_days": 900.0}),
        situation={"unsupported": {"recovery": 0.5, "worse": 1.0}},
        variant=[stay("a", 1, 30, next={"bw": 1.0}), home("bw", 9, "L1", "L2")],
        placement={"order": ["a"]},
        leaving={"ready_at": "L0"},
        exits_per_year={"death": 0.01},
        days=70,
    )
    raw["level"][1]["worse_per_year"] = hazard(raw, worse_after, client=1)
    return raw


def frozen(self: Needs, c) -> None:
    self.stop(c)


def renewed(self: Exits, c, place: int) -> None:
    c.exit_left = None
    moved(self, c, place)


def patient(self: Requests, c, always: bool = False) -> None:
    c.due[self.world.timers.named["patience"]] += 10.0
    regrouped(self, c, always)


def told_early(self: Holding, c, choice, how: int) -> None:
    was = self.world.now
    self.world.now = was - 0.5
    entered(self, c, choice, how)
    self.world.now = was


entered = Holding.enter
moved, regrouped = Exits.move, Requests.regroup

FAULTS = {
    "a line stops a clock without counting it down": (
        ill(), Needs, "pause", frozen, "clock .'recovery', 0",
    ),
    "a clock is not counted down when its pace changes": (
        ill(), Needs, "_count_down", nothing, "clock .'recovery', 0",
    ),
    "the threshold of an exit begins anew": (
        ill(), Exits, "move", renewed, "clock .'exit', 6",
    ),
    "patience grows": (ill(10.0), Requests, "regroup", patient, "clock .'patience', 0"),
    "a place is not given back": (line(), Holding, "leave_place", lost_place, "free of"),
    "minutes stay booked": (worse(), TeamPool, "give", lost_minutes, ""),
    "an offer stays on the shelf": (
        line(), DwellingPool, "take", lost_dwelling, "free of",
    ),
    "a place stays between two residents": (
        world(people(0), variant=[stay("home", 1, 10, turnover_days=5.0)], days=50),
        PlacePool, "release", kept_on, "1 kept, not 0",
    ),
    "an assessor stays at work": (
        at_a_desk(), DeskPool, "give", lost_assessor, "1 taken, not 0",
    ),
    "a row is older than the one before": (line(), Holding, "enter", told_early, "comes after"),
    "nobody is served": (row(), Turns, "in_order", nothing, "could be placed"),
    "nobody is served in strict order": (
        row() | {"placement": {"passing": False}}, Turns, "in_strict_order", nothing,
        "nobody goes before",
    ),
    "what is free is not told": (line(), Settling, "_record_flips", nothing, "not in the rows"),
    "nobody exchanges": (ring(), Settling, "_exchange", nothing, "could exchange"),
    "circles are not seen": (ring(), Circles, "_leads_on", nothing, "could exchange"),
    "steps are forgotten": (worse(), Settling, "_steps", nothing, "hours that are there"),
    "a state is wrong": (line(stock=0), Holding, "enter", nothing, "is WAITING, request None"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_the_checks_see_that(monkeypatch, fault):
    raw, where, name, broken, says = FAULTS[fault]
    run(raw)
    monkeypatch.setattr(where, name, broken)
    if fault == "minutes stay booked":
        raw["demand"][0]["level_mix"] = {"L2": 1.0}
        raw["level"][2]["recovery_days"] = 10.0
    with pytest.raises(EngineError, match=f"day .*{says}"):
        run(raw)


def test_no_appointment_is_made_in_the_past():
    agenda, taken = Agenda(), []
    agenda.book(Actor(), 7.3, 0, taken.append)
    agenda.step()
    late, rounded = Actor(), Actor()
    with pytest.raises(EngineError, match="an appointment is made for day"):
        agenda.book(late, 7.2, 0, taken.append)
    agenda.book(rounded, 7.3 - 1e-12, 0, taken.append)
    agenda.step()
    assert agenda.now == 7.3
    assert taken[1:] == [rounded]
