"""A state that is taken and put back: the run goes on as the one that it was taken from."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

import flowsim
from flowsim.cohort import sample_cohort
from flowsim.cohort.drawn import Who, identity
from flowsim.cohort.snapshot import People, Snapshot
from flowsim.cohort.start import Person
from flowsim.ledger import EventKind, Ledger
from flowsim.scenario import parse
from flowsim.system import snapshots
from flowsim.tell import row_told
from tests.worlds import Raw, home, levels, people, shelf, stay, world

END = 420.0
EVERY = 19.0
"""Days between two dwellings; a state is taken just before one comes."""
ARRIVALS = [1 + 4.37 * i + (i % 5) * 0.61 for i in range(90)]
NOT_TOLD = ("NOTIFIED", "POOL", "OFFERED", "EXCHANGED")


def by_need() -> Raw:
    """Write a world without chance in which people queue for all that there is."""
    return world(
        people(*ARRIVALS[::2], level="L2", profile="a", has_tenancy=0.0),
        people(*ARRIVALS[1::2], level="L3", profile="b"),
        days=END,
        level=levels(0.5, 1, 2, 3, L2={"recovery_days": 23.0}, L3={"recovery_days": 31.0}),
        variant=[
            home("bw", 6, "L3", "L3", team="team", patience_days=57.0),
            home("bt", 4, "L2", "L2", tenancy="own", dwellings="shelf", team="team"),
        ],
        team=[{"name": "team", "hours_per_week": 19.0, "response_days": 2.5}],
        desk=[
            {"name": "desk", "fte": 1.0, "hours_per_fte": 21.0, "assessment_hours": 7.9,
             "reassessment_hours": 3.1, "award_days": 41.0, "reassessment_lead_days": 7.0,
             "paperwork_days": 6.3, "patience_days": 33.0}
        ],
        dwellings=[shelf(EVERY)],
        leaving={"ready_at": "L1", "dwellings": "shelf", "transition_days": 23.7,
                 "aftercare": {"days": 37.0, "level": "L0", "team": "team"}},
        situation={"under": {"recovery": 0.5}},
        placement={"order": ["bt", "bw"]},
    )  # fmt: skip


def by_town() -> Raw:
    """Write the same by town, with people who move from one to another."""
    raw = by_need()
    raw["areas"] = {"region": "all", "north": {"a": 3000, "b": 2000}, "south": {"c": 1000}}
    everywhere = {"municipality": 1.0, "subregion": 1.0}
    for block, town in zip(raw["demand"], "ac", strict=True):
        block |= {"municipality": town, "accepts_elsewhere": everywhere}
    raw["dwellings"] = [shelf(EVERY, scale="municipality", hold_days=0.4)]
    raw["team"][0] |= {"scale": "municipality", "hours_per_week": {"a": 9.0, "b": 7.0, "c": 7.0}}
    raw["variant"][0] |= {"scale": "subregion", "places": {"north": 4, "south": 2}}
    raw["leaving"]["aftercare"]["days"] = 97.0
    return raw


def lines_of_stays() -> Raw:
    """Write two stations, each of which keeps the place until the next is there."""
    return world(
        people(*ARRIVALS),
        days=END,
        variant=[
            stay("first", 3, 11.3, next={"second": 1.0}),
            stay("second", 2, 9.7, tenancy="own", dwellings="shelf"),
        ],
        dwellings=[shelf(EVERY)],
    )


def by_provider() -> Raw:
    """Write a world in which people wait for the provider that they prefer, or become tenants."""
    return world(
        people(*ARRIVALS[::3], level="L2", profile="a", preferred_provider={"small": 1.0}),
        people(*ARRIVALS[1::3], level="L2", profile="b"),
        days=END,
        level=levels(0.5, 1, 2, L2={"recovery_days": 61.0}),
        variant=[
            {"name": "bw", "serves": ["L2", "L2"], "providers": {"large": 9, "small": 2},
             "flip": {"after_days": 29.0, "to": "bt"}},
            home("bt", 5, "L2", "L2", tenancy="own"),
        ],
        dwellings=[shelf(EVERY)],
        leaving={"ready_at": "L1", "dwellings": "shelf", "transition_days": 7.0},
        placement={"order": ["bw"]},
    )  # fmt: skip


def told(ledger: Ledger, since: float, shift: float = 0.0) -> list[tuple[float, str]]:
    """Return what happened after a day, in words, without the numbers of clients."""
    said = []
    for row in ledger.rows[ledger.rows["day"] > since]:
        _, _, kind, *detail = row_told(ledger, row).split()
        if kind in ("AFTERCARE", "REFUSED"):
            detail = []  # the dwelling may have come before; any option says who refused
        if kind not in NOT_TOLD:
            said.append((round(float(row["day"]) + shift, 6), " ".join([kind, *detail])))
    return sorted(said)


def resumed(raw: Raw, day: float) -> tuple[list[Snapshot], Ledger]:
    """Take the state of a run on a day, and go on from there in another run."""
    scenario = parse(copy.deepcopy(raw))
    (taken,) = snapshots(sample_cohort(scenario), [day])
    later = copy.deepcopy(raw)
    later["scenario"]["days"] = END - day
    for block in later["demand"]:
        block["on_days"] = [on - day for on in block["on_days"] if on >= day] or [9e4]
    later["dwellings"][0]["stock"] = {"each": 1}  # the dwelling that comes on that very day
    after = parse(later)
    today = [
        Person(key=int(identity(Who.RESIDENT, 0, 0, 0, i)), who=Who.RESIDENT, now=one)
        for i, one in enumerate(taken)
    ]
    return taken, flowsim.simulate(after, sample_cohort(after, today=today), check=True)


@pytest.mark.parametrize("times", range(1, 20, 2))
@pytest.mark.parametrize("write", [by_need, by_town, lines_of_stays, by_provider])
def test_a_run_goes_on_from_a_snapshot_as_the_run_that_it_was_taken_from(write, times):
    raw, day = write(), times * EVERY + 1e-3
    scenario = parse(copy.deepcopy(raw))
    whole = flowsim.simulate(scenario, sample_cohort(scenario), check=True)
    taken, after = resumed(raw, times * EVERY)
    assert taken
    assert told(after, 1e-3, times * EVERY) == told(whole, day)
    assert EventKind.MISJUDGED not in after.rows["kind"]


def test_the_snapshots_of_that_test_hold_every_state():
    found = {
        one.state
        for raw in (by_need(), lines_of_stays())
        for times in range(1, 20, 2)
        for one in resumed(raw, times * EVERY)[0]
    }
    states = "settled ready move transit waiting queue assessing paperwork aftercare"
    assert found == set(states.split())


def test_steps_up_that_waited_go_on_waiting_in_the_order_of_their_days():
    raw = world(
        people(9e4, level="L2"),
        days=60.0,
        level=levels(0.5, 1, 2, 3, L2={"recovery_days": 500.0}, L3={"recovery_days": 40.0}),
        variant=[home("bw", 3, "L2", "L3", team="team")],
        hours=8.0,
        leaving={"ready_at": "L0"},
    )
    one = Snapshot(state="settled", municipality=0, level=3, since_days=0.0, variant=0, provider=0,
                   area=0, kept={"worse_left": 1e9})  # fmt: skip

    def waits(days: float) -> Raw:
        return {"worse_left": 1e9, "step_since": days}

    today = [
        replace(one, minutes=120, kept=waits(4.0), recovery_left=300.0),
        replace(one, minutes=120, kept=waits(9.0), recovery_left=300.0),
        replace(one, minutes=180, recovery_left=20.0),
    ]
    persons = [
        Person(key=int(identity(Who.RESIDENT, 0, 0, 0, i)), who=Who.RESIDENT, now=now)
        for i, now in enumerate(today)
    ]
    scenario = parse(raw)
    ledger = flowsim.simulate(scenario, sample_cohort(scenario, today=persons), check=True)
    said = [row_told(ledger, row) for row in ledger.rows if row["day"] >= 0]
    assert [one for one in said if "SUPPORT" in one] == [
        "0 0 SUPPORT 120 under",
        "0 1 SUPPORT 120 under",
        "0 1 SUPPORT 180 adequate",
        "20 2 SUPPORT 120 adequate",
        "20 0 SUPPORT 180 adequate",
    ]


def test_snapshots_survive_a_file():
    taken, _ = resumed(by_need(), EVERY * 7)
    assert People.from_json(People(taken).to_json()).snapshots == tuple(taken)


def test_who_was_in_no_burn_in_stays_as_counted_and_another_place_keeps_its_town():
    one = Snapshot(state="settled", municipality=0, level=3, since_days=0.0, variant=1, area=0)
    people_of_burn_in = People([replace(one, recovery_left=7.0)])
    elsewhere = replace(one, area=1, municipality=2)
    like = people_of_burn_in.like(elsewhere, 0.5)
    assert (like.area, like.municipality, like.recovery_left) == (1, 2, 7.0)
    nowhere = replace(one, variant=0)
    assert people_of_burn_in.like(nowhere, 0.5) is nowhere


def test_a_lever_on_day_0_that_the_base_lacks_reaches_the_people_of_the_start(tmp_path):
    (tmp_path / "base.toml").write_text("""
        [scenario]
        years = 1
        [[level]]
        name = "L0"
        hours_per_week = 0
        [[level]]
        name = "L1"
        hours_per_week = 1
        [[level]]
        name = "L2"
        hours_per_week = 2
        recovery_days = { exponential = 900 }
        [[demand]]
        profile = "p"
        per_year = 4
        level_mix = { L1 = 1.0 }
        [[variant]]
        name = "bw"
        places = 50
        serves = ["L1", "L2"]
        [[variant]]
        name = "bt"
        serves = ["L1", "L2"]
        tenancy = "own"
        [[desk]]
        name = "desk"
        fte = 1
        hours_per_fte = 20
        assessment_hours = 1
        [placement]
        order = "bw"
        [leaving]
        ready_at = "L0"
        [start]
        burn_in_years = 3
        drift = "accepted"
        residents = { bw = 40 }
        level_mix = { bw = { L1 = 1.0 } }
    """)
    levers = {
        EventKind.LEVEL: '[[level]]\nname = "L1"\nworse_per_year = 2.0\n',
        EventKind.REVIEWED: '[[desk]]\nname = "desk"\nreassessment_hours = 1\naward_days = 300\n',
        EventKind.PLACED: '[[variant]]\nname = "bw"\nflip = { after_days = 200, to = "bt" }\n',
    }
    for kind, lever in levers.items():
        (tmp_path / "other.toml").write_text(f'extends = "base.toml"\n{lever}')
        scenario = flowsim.load(tmp_path / "other.toml")
        rows = flowsim.simulate(scenario, flowsim.sample(scenario), check=True).rows
        mine = (rows["client"] < 40) & (rows["kind"] == kind) & (rows["day"] > 0)
        assert len(set(rows["client"][mine].tolist())) > 10, kind.name
        first = rows["day"][mine].min()
        assert (rows["day"][mine] > first + 60).any(), "not all at once"
