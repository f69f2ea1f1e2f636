"""What runs while one waits ends with the wait; what does not run today is not begun by a start."""

from __future__ import annotations

import flowsim
from flowsim.cohort import sample_cohort
from flowsim.cohort.drawn import Who, identity
from flowsim.cohort.snapshot import Snapshot
from flowsim.cohort.start import Person
from flowsim.ledger import Reason, RequestKind
from flowsim.scenario import parse
from tests.worlds import Raw, home, levels, lines, people, shelf, stay, story, world


def test_priority_ends_with_a_dwelling_for_the_next_station():
    """Who leaves a line for a home waits on for it with a dwelling of the shelf in hand."""
    raw = world(
        people(0, 0),
        variant=[
            stay("first", 2, 10, next={"home": 1.0}, keep_place_until="dwelling"),
            stay("home", 1, 500, tenancy="own", dwellings="shelf"),
        ],
        dwellings=[shelf(12)],
        leaving={"urgency": {"share": 1.0, "lead_days": 30.0}},
        placement={"order": ["first"]},
        days=100,
    )
    assert story(raw, of="OFFERED STEPPED_OUT FOUND_ALONE")[:4] == lines("""
        12 shelf OFFERED 1
        12 0 STEPPED_OUT NEXT home
        24 shelf OFFERED 1
        24 1 STEPPED_OUT NEXT home
    """)
    assert story(raw, of="FOUND_ALONE") == []


def taking_over() -> Raw:
    """Write a place of a provider that becomes a home, and no hours for aftercare."""
    return world(
        people(900, level="L2"),
        level=levels(0, 1, 2),
        variant=[
            home("place", 1, "L1", "L2", flip={"after_days": 20.0, "to": "home"}),
            home("home", 9, "L1", "L2", tenancy="own"),
            home("other", 1, "L2", "L2", team="team"),
        ],
        leaving={
            "ready_at": "L0", "loses_tenancy_per_year": 50.0,
            "aftercare": {"days": 30.0, "level": "L1", "team": "team"},
        },
        hours=2.0,
        days=300,
    )  # fmt: skip


def test_at_a_start_nobody_loses_the_dwelling_that_they_may_take_over():
    """Tenant of the place lived in, ready, and waiting for hours of aftercare."""
    scenario = parse(taking_over())
    at = {"municipality": 0, "provider": 0, "area": 0, "since_days": 5.0}
    home = int(Reason.OWN_DWELLING)
    kept = {"flip_left": float("inf"), "flip_due": True, "destination": home}
    today = [
        Snapshot(state="ready", level=0, variant=0, tenancy=True,
                 request=int(RequestKind.LEAVE), kept=kept, **at),
        Snapshot(state="settled", level=2, variant=2, **at),
    ]  # fmt: skip
    persons = [
        Person(key=int(identity(Who.RESIDENT, one.variant, 0, 0, 0)), who=Who.RESIDENT, now=one)
        for one in today
    ]
    ledger = flowsim.simulate(scenario, sample_cohort(scenario, today=persons), check=True)
    assert story(ledger, of="TENANCY_LOST") == []
    assert story(ledger, of="HOUSED") == []
