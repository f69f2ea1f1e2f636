"""Blocking chains: by hand, and against a slow count of person by person."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from flowsim.ledger import EventKind as K
from flowsim.ledger import How, Ledger, Reason, RequestKind, State
from flowsim.metrics import KINDS, Reading, measure
from flowsim.metrics.chains import blocking
from flowsim.metrics.chains.blocking import chain_days
from flowsim.metrics.chains.holders import CHAINED, ENDS, HOLDERS, parts_of
from flowsim.metrics.lives.history import in_place
from flowsim.metrics.window import Window
from tests.handmade import (
    BT,
    BW,
    cells,
    ledger_of,
    option,
    pool,
    pool_row,
    row,
    scenario_of,
    total,
)
from tests.regions import WORLDS, run

BEDS, CLUSTER, ANNEX, TEAM, HOMES = range(5)
SCENARIO = scenario_of(
    variant=[
        {"name": "bw", "places": 2, "turnover_days": 14.0, "team": "care"},
        {"name": "bt", "places": 2, "team": "care"},
    ]
)
OPTIONS = [
    option(BW, place=BEDS),
    option(BT, place=CLUSTER),
    option(dwelling=HOMES),
    option(BW, place=ANNEX),
    option(BT, place=CLUSTER, team=TEAM, minutes=300),
]
A_BED, A_CLUSTER, A_HOME, A_BED_OR_ANNEX, NOTHING, A_CLUSTER_AND_HOURS = range(6)
SETS = [(0,), (1,), (2,), (0, 3), (), (4,)]


def resident(client: int, option: int = 0) -> Any:
    return row(0, client, K.PLACED, ref=option, why=How.START)


def mover(client: int, wants: int, day: float = 0) -> Any:
    return row(day, client, K.REQUESTED, ref=wants, why=RequestKind.MOVE)


def ready(client: int, day: float = 0) -> Any:
    return row(day, client, K.REQUESTED, ref=A_HOME, why=RequestKind.LEAVE)


def waits(client: int, wants: int = A_BED, days: float = 10) -> list[Any]:
    """Wait from day 0 for some days, then give up."""
    return [row(0, client, K.AWARDED, ref=wants), row(days, client, K.GONE, why=Reason.GAVE_UP)]


def told(*rows: Any, places: tuple[int, int, int] = (2, 2, 1)) -> Ledger:
    """Everything is taken: places, hours and dwellings."""
    pools = [
        pool("place", "bw", capacity=places[0]),
        pool("place", "bt", capacity=places[1]),
        pool("place", "bw", "annex", capacity=places[2]),
        pool("team", "care", capacity=1000),
        pool("dwellings", "homes", capacity=0),
    ]
    listed = [one for some in rows for one in (some if isinstance(some, list) else [some])]
    return ledger_of(
        [*listed, *(pool_row(0, p, 0) for p in range(5))],
        pools=pools,
        options=OPTIONS,
        sets=SETS,
        notified_at=(0,) * 9,
    )


def ends(ledger: Ledger, kind: str = "placement") -> dict[str, float]:
    found: dict[str, float] = {}
    for key, days in cells(measure(ledger, SCENARIO), f"{kind}_chain_days").items():
        found[key[3]] = found.get(key[3], 0.0) + days
    return found


def holders(ledger: Ledger) -> dict[tuple[str, str], float]:
    return {k[2:]: v for k, v in cells(measure(ledger, SCENARIO), "place_holder_days").items()}


# ---------------------------------------------------------------- by hand
def test_half_of_the_places_in_use_and_half_held_by_someone_who_waits_for_a_dwelling():
    ledger = told(resident(1), resident(2), ready(2), waits(3))
    assert ends(ledger) == {"in_use": 5, "dwelling": 5}
    assert holders(ledger) == {("bw", "settled"): 5, ("bw", "ready_dwelling"): 5}


def test_a_wait_is_charged_to_the_end_of_the_chain_and_not_to_its_first_link():
    # The sheltered place is held by a mover; the place that the mover waits for by someone who
    # waits for a dwelling.
    ledger = told(
        resident(1), mover(1, A_CLUSTER), resident(2, 1), ready(2), waits(3), places=(1, 1, 1)
    )
    assert ends(ledger) == {"dwelling": 10}
    assert ends(ledger, "internal") == {"dwelling": 365}  # the mover's own wait, all year
    assert holders(ledger) == {("bw", "moving_place"): 10, ("bt", "ready_dwelling"): 365}


def test_each_thing_that_a_holder_misses_gets_an_equal_part():
    # The mover misses a place and hours; the place is held by someone who waits for a dwelling.
    ledger = told(
        resident(1), mover(1, A_CLUSTER_AND_HOURS), resident(2, 1), ready(2), waits(3),
        places=(1, 1, 1),
    )  # fmt: skip
    assert ends(ledger) == {"hours": 5, "dwelling": 5}
    assert holders(ledger)["bw", "moving_place"] == 5
    assert holders(ledger)["bw", "moving_hours"] == 5


def test_chains_that_run_in_a_ring_are_followed_for_ever():
    # bw: one settled, one waits for bt. bt: one waits for a dwelling, one waits for bw. With u and
    # d for the two ends, bw = u + bt / 2 and bt = d + bw / 2: bw = 4/3 u + 2/3 d.
    ledger = told(
        resident(1), resident(2), mover(2, A_CLUSTER),
        resident(3, 1), ready(3), resident(4, 1), mover(4, A_BED), waits(5, days=30),
    )  # fmt: skip
    assert ends(ledger) == pytest.approx({"in_use": 20, "dwelling": 10})
    assert ends(ledger, "internal")["in_use"] == pytest.approx(365 * (2 / 3 + 1 / 3))


def test_places_of_several_pools_count_one_by_one():
    # Three places would do: two beds, one in use, and an annex held by someone without a dwelling.
    ledger = told(
        resident(1), resident(2), resident(3, 3), ready(3), waits(4, A_BED_OR_ANNEX, days=30)
    )
    assert ends(ledger) == {"in_use": 20, "dwelling": 10}


def test_a_place_without_a_resident_turns_over_and_one_with_a_moving_day_is_in_transit():
    ledger = told(resident(1), row(0, 1, K.HOUSED, ref=2), waits(3))
    assert ends(ledger) == {"transit": 5, "turning_over": 5}
    assert holders(ledger) == {("bw", "transit"): 5, ("bw", "turning_over"): 5}


def test_residents_beyond_the_places_there_are_hold_them_together():
    ledger = told(resident(1), resident(2), resident(3), ready(3), waits(4, days=30))
    assert ends(ledger) == {"in_use": 20, "dwelling": 10}


def test_what_a_holder_waits_for_changes_the_chain_from_that_moment_on():
    ledger = told(resident(1), resident(2), ready(2, day=6), waits(3))
    assert ends(ledger) == {"in_use": 6 + 2, "dwelling": 2}


def test_a_wait_for_a_place_that_does_not_exist_ends_nowhere():
    assert ends(told(waits(3, NOTHING))) == {"no_place": 10}
    assert ends(told(waits(3), places=(0, 2, 1))) == {"no_place": 10}
    assert holders(told(waits(3), places=(0, 2, 1))) == {("", "no_place"): 10}
    closing = told(resident(1), resident(2), waits(3), places=(0, 2, 1))  # over-full until they go
    assert ends(closing) == {"no_place": 10}
    assert holders(closing)["", "no_place"] == 10
    gone = told(resident(1), mover(1, A_CLUSTER), waits(3), places=(1, 0, 1))
    assert ends(gone) == {"no_place": 10}
    assert holders(gone)["bw", "moving_place"] == 10


def test_people_who_wait_for_each_others_place_and_nothing_else_are_a_circle():
    ledger = told(
        resident(1), mover(1, A_CLUSTER), resident(2, 1), mover(2, A_BED), waits(3),
        places=(1, 1, 1),
    )  # fmt: skip
    assert ends(ledger) == {"circle": 10}
    assert ends(ledger, "internal") == {"circle": 2 * 365}
    way_out = told(
        resident(1), mover(1, A_CLUSTER), resident(2, 1), mover(2, A_BED), resident(4), waits(3),
        places=(2, 1, 1),
    )  # fmt: skip
    assert ends(way_out) == pytest.approx({"in_use": 10})


def test_a_set_that_nobody_waits_in_for_a_while_is_read_again():
    ledger = told(
        resident(1), resident(2), ready(2), waits(3),
        [row(50, 4, K.AWARDED, ref=A_BED), row(60, 4, K.GONE, why=Reason.GAVE_UP)],
        [pool_row(20, BEDS, 1), pool_row(50, BEDS, 0), pool_row(70, BEDS, 1)],
    )  # fmt: skip
    assert ends(ledger) == {"in_use": 5 + 5, "dwelling": 5 + 5}


def test_only_the_share_of_a_wait_that_is_charged_to_place_goes_down_the_chain():
    ledger = told(resident(1, 1), resident(2, 1), ready(2), waits(3, A_CLUSTER_AND_HOURS))
    assert ends(ledger) == {"in_use": 2.5, "dwelling": 2.5}
    found = measure(ledger, SCENARIO)
    assert total(found, "placement_days", detail="hours") == 5
    assert total(found, "placement_days", detail="place") == 5


def test_a_run_in_which_nobody_waits_has_chains_of_no_days():
    assert ends(told(resident(1))) == {}
    assert holders(told(resident(1))) == {}


# ---------------------------------------------------------------- person by person
@pytest.mark.parametrize("world", WORLDS)
def test_chains_are_what_a_count_of_person_by_person_gives(world):
    ledger, scenario = run(2, world=world)
    reading = Reading(ledger, scenario)
    first, last = (540.0, 580.0) if world == "split" else (100.0, 140.0)
    moments = np.unique(ledger.rows["day"])
    moments = np.concatenate([[first], moments[(moments > first) & (moments < last)], [last]])
    slow = {"end": np.zeros(len(ENDS)), "holder": np.zeros(len(HOLDERS))}
    for begin, end in pairwise(moments):
        for name, persons in _person_by_person(reading, begin).items():
            slow[name] += persons * (end - begin)

    part = Window(
        edges=np.array([first, last]),
        years=("part",),
        cuts=np.array([first, last]),
        year_of_span=np.array([0]),
        phase_of_span=np.array([0]),
        days=np.empty(0),
        dates=(),
    )
    within = Reading(ledger, scenario)
    within.__dict__["window"] = part
    found = chain_days(within)
    assert slow["end"].sum() > 100
    assert found.by_end.sum(axis=(0, 1, 2)) == pytest.approx(slow["end"], abs=1e-6)
    assert found.by_holder.sum(axis=(0, 1)) == pytest.approx(slow["holder"], abs=1e-6)


def _person_by_person(run: Reading, day: float) -> dict[str, np.ndarray]:
    """Return how many waiting persons are charged to each end and holder, at a moment.

    One unknown for every person who holds a place: where that person's chain ends.
    """
    ledger, spells = run.ledger, run.spells
    now = np.flatnonzero((spells.start <= day) & (day < spells.end)).tolist()
    rows = ledger.rows[ledger.rows["day"] <= day]
    capacity = {p: one.capacity for p, one in enumerate(ledger.pools)}
    free = dict.fromkeys(capacity, 1 << 40)
    for kind, amount in ((K.POOL, free), (K.CAPACITY, capacity)):
        mine = rows[rows["kind"] == kind]
        amount |= dict(zip(mine["ref"].tolist(), mine["client"].tolist(), strict=True))
    held = [s for s in now if in_place(spells.state[s : s + 1])[0]]
    place = {s: ledger.options[spells.option[s]].place for s in held}
    wants = {s: _missing(ledger, int(spells.option_set[s]), free) for s in now if _asks(run, s)}

    def fall(pools: set[int], on: dict[int, int], empty: int, nowhere: int) -> np.ndarray:
        """Divide one person-day over all places of some pools: residents, or empty ones."""
        share = np.zeros(max(nowhere, empty, *on.values(), 0) + 1)
        for p in pools:
            residents = [s for s in held if place[s] == p and capacity[p] > 0]
            share[[on[s] for s in residents]] += 1
            share[empty] += max(capacity[p] - len(residents), 0)
        share[nowhere] += share.sum() == 0
        return share / share.sum()

    # Unknowns: residents first, then the ends.
    n, column = len(held), {s: i for i, s in enumerate(held)}
    end = {name: n + i for i, name in enumerate(ENDS)}
    go = np.zeros((n, n + len(ENDS)))
    for s in held:
        if s not in wants:
            transit = spells.state[s] == State.TRANSIT
            go[column[s], end["transit" if transit else "in_use"]] = 1
            continue
        causes, pools = wants[s]
        for cause in causes:
            if cause == "place":
                part = fall(pools, column, end["turning_over"], end["no_place"])
                go[column[s], : len(part)] += part / len(causes)
            else:
                go[column[s], end[cause]] += 1 / len(causes)
    final = np.vstack([np.linalg.solve(np.eye(n) - go[:, :n], go[:, n:]), np.eye(len(ENDS))])

    kind_of = np.zeros((n + len(ENDS), len(HOLDERS)))
    for s in held:
        state = State(int(spells.state[s])).name.lower()
        causes = wants[s][0] if s in wants else [""]
        for cause in causes:
            name = f"{state}_{cause}" if cause else state
            kind_of[column[s], HOLDERS.index(name)] += 1 / len(causes)
    kind_of[end["turning_over"], HOLDERS.index("turning_over")] = 1
    kind_of[end["no_place"], HOLDERS.index("no_place")] = 1

    out = {"end": np.zeros(len(ENDS)), "holder": np.zeros(len(HOLDERS))}
    for s, (causes, pools) in wants.items():
        if "place" in causes and run.kind[s] in CHAINED:
            part = fall(pools, column, end["turning_over"], end["no_place"]) / len(causes)
            out["end"] += part @ final[: len(part)]
            out["holder"] += part @ kind_of[: len(part)]
    return out


def _asks(run: Reading, spell: int) -> bool:
    return bool(run.spells.option_set[spell] >= 0)


def _missing(ledger: Ledger, number: int, free: dict[int, int]) -> tuple[list[str], set[int]]:
    """Return the causes of the moment, and the pools of places among what is missing."""
    lacking = []
    for o in ledger.option_sets[number]:
        one, lacks = ledger.options[o], {}
        if one.place >= 0 and free[one.place] < 1:
            lacks["place"] = one.place
        if one.team >= 0 and max(free[one.team], 0) < one.net_minutes:
            lacks["hours"] = one.team
        if one.dwelling >= 0 and free[one.dwelling] < 1:
            lacks["dwelling"] = one.dwelling
        lacking.append(lacks)
    if not lacking:
        return ["place"], set()
    fewest = min(map(len, lacking))
    near = [lacks for lacks in lacking if len(lacks) == fewest]
    causes = sorted({kind for lacks in near for kind in lacks}) or ["queue_order"]
    return causes, {lacks["place"] for lacks in near if "place" in lacks}


# ---------------------------------------------------------------- laws
@pytest.mark.parametrize("world", WORLDS)
def test_the_ends_of_chains_add_up_to_the_days_charged_to_place(world):
    ledger, scenario = run(1, world=world)
    reading = Reading(ledger, scenario)
    days = chain_days(reading)
    pieces = reading.waiting
    kind, place = reading.kind[pieces.spell], reading.wait_days["equal"][:, 3]
    for year, _ in enumerate(reading.window.years):
        for k in CHAINED:
            for variant in range(len(ledger.variants)):
                mine = (pieces.year == year) & (kind == k) & (reading.variant_of_wait == variant)
                assert abs(days.by_end[year, k, variant].sum() - place[mine].sum()) < 1e-9
        mine = (pieces.year == year) & np.isin(kind, CHAINED)
        assert abs(days.by_holder[year].sum() - place[mine].sum()) < 1e-9
    assert (days.by_end >= 0).all()
    assert (days.by_holder >= 0).all()
    assert days.by_end.sum() > 1000


@pytest.mark.parametrize("world", WORLDS)
def test_the_tables_hold_every_day_of_the_chains(world):
    ledger, scenario = run(1, world=world)
    found = measure(ledger, scenario)
    place = {k: total(found, f"{KINDS[k]}_days", detail="place") for k in CHAINED}
    for k in CHAINED:
        assert total(found, f"{KINDS[k]}_chain_days") == pytest.approx(place[k], rel=1e-12)
    assert total(found, "place_holder_days") == pytest.approx(sum(place.values()), rel=1e-12)


@pytest.mark.parametrize("world", WORLDS)
def test_what_is_missing_is_the_same_kind_by_kind_and_pool_by_pool(world):
    reading = Reading(*run(1, world=world))
    near, shelves = reading.nearest, reading.shelves
    assert (near.missing[near.run_of] == shelves.run_missing[shelves.run_of]).all()
    assert ((near.missing & 1 > 0) >= near.wanted[near.pattern].any(axis=1)).all()
    assert ((near.option >= 0) == (near.missing & 2 > 0)).all()


@pytest.mark.parametrize("cells", [1, 4_000])
@pytest.mark.parametrize("world", WORLDS)
def test_large_systems_are_solved_in_parts_and_in_turns_with_the_same_outcome(
    world, cells, monkeypatch
):
    reading = Reading(*run(1, world=world))
    whole = chain_days(reading)
    monkeypatch.setattr(blocking, "MOST_CELLS", cells)
    parts = chain_days(reading)
    np.testing.assert_allclose(parts.by_end, whole.by_end, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(parts.by_holder, whole.by_holder, rtol=1e-9, atol=1e-9)


def test_pools_are_one_part_where_one_leads_to_another_and_no_others():
    # Pattern 0: pool 0 or 1. Pattern 1: pool 3. Pattern 2: none. Who holds pool 2 waits for 3.
    wanted = np.array([[1, 1, 0, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 0]], dtype=bool)
    part = parts_of(wanted, np.array([0, 2]), np.array([2]), np.array([1])).tolist()
    assert part[0] == part[1]
    assert part[2] == part[3]
    assert len(set(part)) == 3
