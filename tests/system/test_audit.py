"""What `simulate(check=True)` sees when a run does not add up: the engine is broken on purpose."""

from __future__ import annotations

import pytest

from flowsim.errors import EngineError
from flowsim.system.occupancy import Occupancy
from flowsim.system.queues import Queues
from tests.system.story import (
    Raw,
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


def ring() -> Raw:
    stays = [stay("a", 1, 12, next={"b": 1.0}), stay("b", 1, 11, next={"a": 1.0})]
    return world(people(0, 1), variant=stays, placement={"order": ["a", "b"]}, days=30)


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


def lost_place(self: Occupancy, c, turnover: bool = True) -> None:
    c.place.used -= 1
    c.place = None


def lost_minutes(self: Occupancy, team, minutes: int) -> None:
    self.raise_(team, minutes)


def lost_dwelling(self: Occupancy, pool) -> None:
    pool.free -= 1


FAULTS = {
    "a place is not given back": (line(), Occupancy, "leave_place", lost_place, "free"),
    "minutes stay booked": (worse(), Occupancy, "give_minutes", lost_minutes, ""),
    "an offer stays on the shelf": (
        line(), Occupancy, "take_dwelling", lost_dwelling, "on the shelf",
    ),
    "nobody is served": (line(), Queues, "_singles", nothing, "could be placed"),
    "nobody exchanges": (ring(), Queues, "_exchange", nothing, "could exchange"),
    "steps are forgotten": (worse(), Queues, "_steps", nothing, "hours that are there"),
    "a state is wrong": (line(stock=0), Occupancy, "enter", nothing, "is WAITING, request None"),
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
