"""What must hold in every run, whatever happens in it."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.costs import price
from flowsim.ledger import EventKind, Ledger, State
from flowsim.metrics import KINDS, MEASURES, Columns, Reading, episodes, measure
from flowsim.metrics.lives.waits import UNFINISHED
from flowsim.scenario import Scenario
from tests.handmade import cells, total
from tests.regions import WORLDS, line, run

RUNS = {"first": (0, "busy"), "second": (1, "busy"), "split": (0, "split"), "human": (0, "human")}


@pytest.fixture(scope="module", params=RUNS)
def reading(request) -> Reading:
    replication, world = RUNS[request.param]
    return Reading(*run(replication, world=world))


@pytest.fixture(scope="module")
def found(reading) -> Columns:
    return measure(reading.ledger, reading.scenario, reading)


@pytest.fixture(scope="module", params=["first", "second"])
def whole(request) -> Columns:
    """Without a split."""
    return measure(*run(RUNS[request.param][0]))


def test_every_day_of_every_client_is_in_exactly_one_state(reading):
    spells, end = reading.spells, reading.ledger.end_days
    last = np.append(spells.client[1:] != spells.client[:-1], True)
    assert ((spells.end > spells.start) | spells.today).all()
    assert (spells.end[last] == end).all()
    assert (spells.start[1:][~last[:-1]] == spells.end[:-1][~last[:-1]]).all()
    clients = reading.ledger.rows["client"][reading.ledger.rows["kind"] < EventKind.POOL]
    assert set(spells.client.tolist()) == set(clients.tolist())


def test_the_causes_of_every_wait_add_up_to_it(reading):
    pieces = reading.waiting
    assert np.abs(reading.wait_days["equal"].sum(axis=1) - pieces.days).max() < 1e-9
    by_client = np.bincount(reading.spells.client[pieces.spell], pieces.days)
    shares = np.bincount(
        reading.spells.client[pieces.spell], reading.wait_days["equal"].sum(axis=1)
    )
    assert np.abs(by_client - shares).max() < 1e-9


def test_sole_days_are_at_most_the_equal_share_and_any_days_at_least(reading):
    sole, equal, either = (reading.wait_days[split] for split in ("sole", "equal", "any"))
    assert (sole <= equal + 1e-9).all()
    assert (equal <= either + 1e-9).all()


def test_the_days_in_waiting_states_are_the_days_of_the_episodes_in_the_window(reading):
    waits = episodes(reading.ledger, reading.history)
    window = reading.ledger.window_days
    begin, end = np.maximum(waits.start, 0), np.minimum(waits.start + waits.wait, window)
    inside = np.maximum(end - begin, 0.0)
    pieces = reading.waiting
    for kind in range(len(KINDS)):
        mine = reading.kind[pieces.spell] == kind
        assert pieces.days[mine].sum() == pytest.approx(inside[waits.kind == kind].sum())


def test_nobody_waits_for_two_things_at_once(reading):
    waits = episodes(reading.ledger, reading.history)
    order = np.lexsort((waits.start, waits.client))
    client, start = waits.client[order], waits.start[order]
    end = start + waits.wait[order]
    same = client[1:] == client[:-1]
    assert (start[1:][same] >= end[:-1][same] - 1e-9).all()


def test_only_the_last_wait_of_a_client_can_be_unfinished(reading):
    waits = episodes(reading.ledger, reading.history)
    open_ = waits.ending == UNFINISHED
    last = np.append(waits.client[1:] != waits.client[:-1], True)
    assert not (open_ & ~last).any()
    assert (waits.start + waits.wait)[open_] == pytest.approx(reading.ledger.end_days)


def test_the_balance_closes_in_every_municipality_and_year(found):
    balance = cells(found, "balance")
    years = sorted({key[0] for key in balance})
    for municipality in "abc":
        book = {
            (year, what): balance.get((year, municipality, "", what), 0.0)
            for year in years
            for what in set(found["detail"][found["measure"] == "balance"])
        }
        for year, following in zip(years, [*years[1:], None], strict=True):
            into = sum(v for (y, w), v in book.items() if y == year and w.startswith("in_"))
            out = sum(v for (y, w), v in book.items() if y == year and w.startswith("out_"))
            assert book[year, "start"] + into - out == book[year, "end"]
            assert all(v == int(v) and v >= 0 for v in book.values())
            if following:
                assert book[year, "end"] == book[following, "start"]


def test_the_balance_is_that_of_the_stocks_and_flows(found):
    chain = [s.name.lower() for s in State if s not in (State.AFTERCARE, State.GONE)]
    for date, year, edge in (
        ("2026-01-01", "2026", "start"),
        ("2027-01-01", "2026", "end"),
        ("2029-01-01", "2028", "end"),
    ):
        stock = sum(total(found, "persons", period=date, detail=state) for state in chain)
        assert stock == total(found, "balance", period=year, detail=edge)
    for flow in ("to_light", "to_none", "to_other"):
        assert total(found, "outflow", detail=flow) == total(found, "balance", detail=f"out_{flow}")
    assert total(found, "gave_up") == total(found, "balance", detail="out_gave_up")
    assert total(found, "left_waiting") == total(found, "balance", detail="out_left_waiting")
    assert total(found, "outflow") == total(found, "outflow_by_reason")
    for kind, entry in (("new", "in_notified"), ("again", "in_again")):
        assert total(found, "notifications", detail=kind) == total(found, "balance", detail=entry)
    returned = total(found, "balance", detail="in_returned")
    assert total(found, "notifications", detail="return") in (0, returned)


def test_person_days_are_the_mean_times_the_year_and_the_places_are_filled_by_people(found):
    for year in ("2026", "2027", "2028"):
        length = total(found, "exposure", period=year)
        days = total(found, "person_days", period=year)
        assert days == pytest.approx(total(found, "mean_persons", period=year) * length)
    for state, detail in (("settled", "settled"), ("transit", "transit")):
        people = total(found, "person_days", detail=state)
        homes = sum(
            total(found, "mean_persons", variant="bt", detail=state, period=year)
            * total(found, "exposure", period=year)
            for year in ("2026", "2027", "2028")
        )
        assert total(found, "place_days", detail=detail) == pytest.approx(people - homes)


def test_place_days_are_never_negative_and_add_up_to_the_places(whole):
    mine = whole["measure"] == "place_days"
    assert (whole["value"][mine] >= 0).all()
    assert total(whole, "place_days", variant="bw", period="2026") == pytest.approx(30 * 365)
    assert total(whole, "place_days", variant="cluster", period="2028") == pytest.approx(12 * 366)


def test_no_team_gives_more_hours_than_it_has(whole):
    for year in ("2026", "2027", "2028"):
        for area, team in (("r", "bw_team"), ("north", "bt_team"), ("south", "bt_team")):
            where = {"period": year, "municipality": area, "variant": team}
            given, available = (
                total(whole, "team_hours", detail=d, **where) for d in ("given", "available")
            )
            assert 0 < given <= available + 1e-6


def test_no_assessor_works_more_than_all_day(whole):
    mine = whole["measure"] == "assessor_days"
    assert (whole["value"][mine] >= -1e-9).all()
    assert total(whole, "assessor_days", period="2027") == pytest.approx(4 * 365)
    other = total(whole, "assessor_days", detail="other")
    assert other > 0
    # 10 hours of work by an assessor who works 13 hours a week.
    assert other == pytest.approx(total(whole, "desk_cases", detail="other") * 70 / 13, rel=0.15)


def test_dwellings_offered_are_used_lost_or_still_there(reading, found):
    offered, used = (total(found, "dwellings", detail=d) for d in ("offered", "used"))
    lost = total(found, "dwellings", detail="lost_hold")
    assert used > 0
    assert offered - used - lost >= 0
    assert offered - used - lost <= 5


def test_persons_by_cause_are_the_persons_who_wait(found):
    waiting = {"access": ("queue", "assessing", "paperwork"), "outflow": ("ready",)}
    for date in ("2026-01-01", "2027-07-01", "2029-01-01"):
        for kind, states in waiting.items():
            people = sum(total(found, "persons", period=date, detail=s) for s in states)
            assert total(found, f"{kind}_persons", period=date) == pytest.approx(people)
        outside = total(found, "persons", period=date, detail="waiting")
        kinds = total(found, "placement_persons", period=date) + total(
            found, "return_persons", period=date
        )
        assert kinds == pytest.approx(outside)


def test_every_number_has_one_row_and_a_definition(found):
    keys = list(zip(*(found[k] for k in found if k != "value"), strict=True))
    assert len(keys) == len(set(keys))
    assert np.isfinite(found["value"]).all()
    assert set(found["measure"]) <= set(MEASURES)


def test_every_replication_has_the_same_rows(whole):
    other = measure(*run(3))
    keys = ("measure", "period", "municipality", "variant", "detail")
    for key in keys:
        assert whole[key].tolist() == other[key].tolist()


def test_every_cause_and_mechanism_occurs_in_the_busy_world(found):
    for measured in ("moves", "gave_up", "found_alone", "reviews", "outflow", "return_days"):
        assert total(found, measured) > 0
    for kind in ("placement", "internal", "outflow"):
        assert total(found, f"{kind}_days", detail="dwelling") > 0
    assert total(found, "placement_days", detail="place") > 0


def test_payers_add_up_to_the_same_total_whoever_pays(reading):
    world = WORLDS["split" if reading.scenario.change else reading.scenario.key]
    bills = [bill(reading.ledger, world(payer=p)) for p in ("centre", "origin", "residence")]
    assert bills[0].keys() == bills[1].keys() == bills[2].keys()
    for key, eur in bills[0].items():
        assert bills[1][key] == pytest.approx(eur, rel=1e-12)
        assert bills[2][key] == pytest.approx(eur, rel=1e-12)


def bill(ledger: Ledger, scenario: Scenario) -> dict[tuple[str, ...], float]:
    """EUR by year, variant and component, whoever pays."""
    whole: dict[tuple[str, ...], float] = {}
    for (year, _, variant, component), eur in cells(price(ledger, scenario), "cost_eur").items():
        at = (year, variant, component)
        whole[at] = whole.get(at, 0.0) + eur
    return whole


def test_places_of_a_region_that_splits_are_those_of_the_region_and_then_of_its_parts():
    found = measure(*run(0, world="split"))
    region = total(found, "place_days", variant="bw", municipality="r")
    assert region == pytest.approx(30 * 546)  # to 1 July 2027
    for area, places in (("north", 20), ("south", 7)):
        there = total(found, "place_days", variant="bw", municipality=area)
        beyond = there - places * (184 + 366)
        assert beyond >= -1e-6  # more residents than places, until they leave
    given = total(found, "team_hours", variant="bw_team", municipality="r", period="2028")
    assert given == 0


# ---------------------------------------------------------------- windows of days, and no people
def test_a_scenario_without_a_mechanism_has_no_measure_of_it():
    ledger, scenario = line()
    names = set(measure(ledger, scenario)["measure"])
    assert {"persons", "starts", "outflow", "balance", "placement_days"} <= names
    absent = {"desk_cases", "decisions", "reviews", "found_alone", "changes_of_need", "team_hours"}
    absent |= {"return_days", "internal_days", "outflow_days", "dwellings", "gave_up", "moves"}
    assert not names & absent
    assert len(price(ledger, scenario)["value"]) == 0


def test_a_window_of_days_has_years_of_365_and_a_quarter_days_and_a_short_last_one():
    found = measure(*line())
    # Two places; stays of 100 days from day 0, 10, 100 and 110; the third and fourth wait.
    assert cells(found, "exposure") == {
        ("2026", "", "", ""): 365.25,
        ("2027", "", "", ""): 400 - 365.25,
    }
    assert total(found, "starts") == 4
    assert total(found, "placement_days") == pytest.approx(80 + 80)
    assert cells(found, "persons", period="2026-04-02") == {
        ("2026-04-02", "municipality", "only", "settled"): 2,
        ("2026-04-02", "municipality", "", "waiting"): 2,
    }
    assert [d for d in dict.fromkeys(found["period"]) if len(d) == 10] == [
        "2026-01-01", "2026-04-02", "2026-07-02", "2026-10-01", "2027-01-01", "2027-02-05",
    ]  # fmt: skip


def test_people_who_notify_on_day_0_come_in_and_were_not_there_at_the_start():
    balance = cells(measure(*line()), "balance", period="2026")
    assert {key[3]: value for key, value in balance.items()} == {
        "in_notified": 4,
        "out_to_none": 4,
    }


def test_who_is_there_when_the_run_ends_is_there_on_its_last_date():
    ledger, scenario = line(days=150.0)
    found = measure(ledger, scenario)
    assert total(found, "persons", period="2026-05-31") == 2
    assert total(found, "balance", detail="end") == 2
