"""The fluid balance against sums that can be done by hand."""

import math
from pathlib import Path

import pytest

from flowsim.balance import drifts, fluid_balance, warnings
from flowsim.balance.steady import steady_flow
from flowsim.scenario import parse

DRENTHE = Path(__file__).parents[2] / "scenarios" / "drenthe"
YEAR = 365.25


def scenario(**parts):
    about = {"years": 1}
    demand = [{"profile": "people", "per_year": 100}]
    return parse({"scenario": about, "demand": demand} | parts)


def lines(made):
    return {line.what: line for line in fluid_balance(made)}


def stay(years, name="house", **more):
    return {"name": name, "stay_days": years * YEAR, "next": {"out": 1.0}, **more}


# ---------------------------------------------------------------- desks
def test_a_desk_of_assessors_is_asked_for_rate_times_length():
    desk = {"name": "desk", "assessors": 4, "assessment_days": {"exponential": 9}}
    (line,) = fluid_balance(scenario(desk=[desk]))
    assert line.what == "desk desk, assessors"
    assert (line.value, line.against) == (pytest.approx(100 * 9 / YEAR), 4)
    assert line.ratio == pytest.approx(100 * 9 / YEAR / 4)
    assert line.note == "100 new cases a year"


def test_a_desk_that_is_asked_too_much_has_no_balance_unless_people_give_up():
    desk = {"name": "desk", "assessors": 2, "assessment_days": 9}
    (line,) = fluid_balance(scenario(desk=[desk]))
    assert line.ratio > 1
    assert line.note.startswith("no balance: the queue grows")
    (line,) = fluid_balance(scenario(desk=[{**desk, "patience_days": 5}]))
    assert line.ratio > 1
    assert line.note == "100 new cases a year; some give up"


def test_a_desk_counts_hours_of_new_cases_reassessments_and_other_work():
    desk = {
        "name": "desk", "fte": 3, "hours_per_fte": 20, "assessment_hours": 10,
        "reassessment_hours": 4, "award_days": YEAR, "reassessment_lead_days": 0,
        "other_work": {"cases_per_1000_per_year": 2, "hours": {"gamma": 3, "cv": 1}},
    }  # fmt: skip
    made = scenario(desk=[desk], variant=[stay(2)])
    (line,) = [line for line in fluid_balance(made) if line.what.startswith("desk")]
    reassessed = 100 * math.exp(-1 / 2) / (1 - math.exp(-1 / 2))  # 200 people, as if exponential
    hours = 100 * 10 + reassessed * 4 + 2 * 100 * 3  # the region has 100,000 inhabitants
    assert line.value == pytest.approx(hours * 7 / YEAR)
    assert line.against == 60


def test_local_desks_share_the_cases_by_demand():
    desk = {"name": "desk", "scale": "municipality", "assessors": {"a": 1, "b": 3},
            "assessment_days": 5}  # fmt: skip
    demand = [
        {"profile": "x", "per_year": 60, "weight": {"a": 2, "b": 1}},
        {"profile": "y", "per_10k_per_year": 2},
    ]
    areas = {"north": {"a": 10_000, "b": 40_000}}
    found = lines(scenario(areas=areas, desk=[desk], demand=demand))
    assert set(found) == {"desk desk in A, assessors", "desk desk in B, assessors"}
    assert found["desk desk in A, assessors"].value == pytest.approx((20 + 2) * 5 / YEAR)
    assert found["desk desk in B, assessors"].value == pytest.approx((40 + 8) * 5 / YEAR)
    assert found["desk desk in B, assessors"].against == 3


def test_an_overloaded_desk_sends_on_only_what_it_can_handle():
    desk = {"name": "desk", "assessors": 1, "assessment_days": YEAR / 40}
    flow = steady_flow(scenario(desk=[desk], variant=[stay(1)]))
    assert flow.stations["house"].residents == pytest.approx(40)


def test_only_awards_go_on():
    desk = {"name": "desk", "assessors": 9, "assessment_days": 1,
            "outcome": {"award": 0.7, "general": 0.3}}  # fmt: skip
    assert steady_flow(scenario(desk=[desk])).awarded == pytest.approx(70)


def test_cases_are_routed_to_desks_by_profile_and_share():
    demand = [{"profile": "x", "per_year": 10}, {"profile": "y", "per_year": 100}]
    rest = {"assessors": 9, "assessment_days": 1}
    desks = [
        {"name": "one", "handles": {"profiles": ["x"]}, **rest},
        {"name": "two", "handles": {"profiles": ["y"], "share": 0.25}, **rest},
        {"name": "three", "handles": {"profiles": ["y"], "share": 0.75}, **rest},
    ]
    cases = steady_flow(scenario(demand=demand, desk=desks)).cases
    assert cases == pytest.approx({"one": 10, "two": 25, "three": 75})


# ---------------------------------------------------------------- stays
def test_places_are_asked_for_rate_times_stay_and_turnover():
    (line,) = fluid_balance(scenario(variant=[stay(2, places=250, turnover_days=YEAR / 10)]))
    assert line.what == "variant house, places"
    assert (line.value, line.against) == (pytest.approx(100 * 2.1), 250)
    assert line.note == "100 enter a year and stay 2.0 years"


def test_too_few_places_have_no_balance_without_patience():
    (line,) = fluid_balance(scenario(variant=[stay(2, places=150)]))
    assert line.ratio == pytest.approx(200 / 150)
    assert line.note.startswith("no balance: the queue grows by 25.0 a year; 75.0 enter a year")


def test_too_few_places_with_patience_make_the_rest_give_up():
    patient = stay(2, places=150, patience_days={"exponential": 2 * YEAR})
    (line,) = fluid_balance(scenario(variant=[patient]))
    assert line.ratio == pytest.approx(200 / 150)
    assert line.note == "75.0 enter a year and stay 2.0 years; 25.0 a year give up, about 50.0 wait"


def test_a_hazard_shortens_a_stay():
    made = scenario(
        variant=[stay(1, stay_days={"exponential": YEAR})], exits_per_year={"death": 1.0}
    )
    assert steady_flow(made).stations["house"].residents == pytest.approx(50)


def test_visits_come_back_through_access():
    line = [
        stay(1, "first", next={"second": 0.8, "out": 0.2}),
        stay(1, "second", next={"access": 0.25, "out": 0.75}),
    ]
    desk = {"name": "desk", "assessors": 9, "assessment_days": 1}
    flow = steady_flow(scenario(desk=[desk], variant=line, placement={"order": ["first"]}))
    visits = 100 / (1 - 0.8 * 0.25)
    assert flow.cases["desk"] == pytest.approx(visits)
    assert flow.stations["first"].residents == pytest.approx(visits)
    assert flow.stations["second"].residents == pytest.approx(0.8 * visits)


def test_a_bottleneck_starves_what_comes_after_it():
    line = [stay(1, "first", places=40, next={"second": 1.0}), stay(3, "second", places=200)]
    found = lines(scenario(variant=line))
    assert found["variant first, places"].ratio == pytest.approx(100 / 40)
    assert found["variant second, places"].value == pytest.approx(40 * 3)


def test_who_finds_no_place_goes_to_the_next_variant():
    two = [stay(1, "first", places=30), stay(1, "second", places=90)]
    found = lines(scenario(variant=two, placement={"order": ["first", "second"]}))
    assert found["variant first, places"].value == pytest.approx(30)
    note = "; 70.0 a year find it full and take the next variant that suits them"
    assert found["variant first, places"].note.endswith(note)
    assert found["variant second, places"].value == pytest.approx(70)


def test_nobody_leaves_where_the_level_never_drops():
    levels = [{"name": "light"}, {"name": "heavy"}]
    demand = [{"profile": "people", "per_year": 1, "level_mix": {"heavy": 1.0}}]
    made = scenario(demand=demand, level=levels, variant=[{"name": "house", "places": 5}],
                    leaving={"ready_at": "light"})  # fmt: skip
    (line,) = fluid_balance(made)
    assert line.ratio == math.inf
    assert line.note == "no balance: nobody leaves level 'heavy'"


# ---------------------------------------------------------------- need
def chain(**more):
    """Two levels above the one at which people are ready; exits and steps up compete."""
    parts = {
        "level": [
            {"name": "ready", "hours_per_week": 1},
            {"name": "low", "recovery_days": {"exponential": YEAR}, "worse_per_year": 0.5,
             "hours_per_week": 4},
            {"name": "high", "recovery_days": {"exponential": YEAR / 2}, "hours_per_week": 10},
        ],
        "demand": [{"profile": "people", "per_year": 100, "level_mix": {"low": 0.6, "high": 0.4}}],
        "exits_per_year": {"death": 0.5},
        "variant": [{"name": "house", "places": 500, "team": "carers"}],
        "team": [{"name": "carers", "hours_per_week": 2000}],
        "leaving": {"ready_at": "ready"},
    }  # fmt: skip
    return scenario(**(parts | more))


def test_persons_by_level_are_the_absorbing_moments_of_the_chain():
    # rates at low: down 1, up 0.5, out 0.5; at high: down 2, out 0.5
    low = (60 + 40 * 2 / 2.5) / (2 - 0.5 * 2 / 2.5)
    high = (40 + 0.5 * low) / 2.5
    station = steady_flow(chain()).stations["house"]
    assert station.persons == pytest.approx({1: low, 2: high})
    found = lines(chain())
    assert found["variant house, places"].value == pytest.approx(low + high)
    assert found["team carers, hours a week"].value == pytest.approx(4 * low + 10 * high)
    assert found["team carers, hours a week"].against == 2000


def test_people_move_where_their_level_is_served():
    variants = [
        {"name": "home", "serves": ["ready", "low"], "tenancy": "own"},
        {"name": "house", "serves": ["high", "high"]},
    ]
    flow = steady_flow(chain(variant=variants, team=[]))
    low = (60 + 40 * 2 / 2.5) / (2 - 0.5 * 2 / 2.5)
    high = (40 + 0.5 * low) / 2.5
    assert flow.stations["home"].residents == pytest.approx(low)
    assert flow.stations["house"].residents == pytest.approx(high)
    assert flow.moved == pytest.approx({("home", "house"): 0.5 * low, ("house", "home"): 2 * high})
    assert flow.left["own_dwelling"] == pytest.approx(low)


def test_recovery_under_adequate_support_can_be_set_slower():
    slow = steady_flow(chain(situation={"adequate": {"recovery": 0.5}})).stations["house"]
    low = (60 + 40 * 1 / 1.5) / (1.5 - 0.5 * 1 / 1.5)
    assert slow.persons[1] == pytest.approx(low)


def test_relapse_at_home_brings_people_back_without_a_dwelling():
    leaving = {
        "ready_at": "ready",
        "aftercare": {"days": {"exponential": YEAR}, "level": "ready", "team": "carers"},
        "relapse": {"per_year": 0.25, "level": "low"},
    }
    variants = [{"name": "home", "tenancy": "own", "team": "carers"}]
    made = chain(variant=variants, leaving=leaving, exits_per_year={})
    flow = steady_flow(made)
    assert flow.relapsed == pytest.approx(0.25 / 1.25 * flow.left["own_dwelling"])
    assert flow.left["own_dwelling"] == pytest.approx(100 + flow.relapsed)
    hours = lines(made)["team carers, hours a week"].value
    station = flow.stations["home"]
    in_place = 4 * station.persons[1] + 10 * station.persons[2]
    assert hours == pytest.approx(in_place + 1 * flow.left["own_dwelling"])


# ---------------------------------------------------------------- dwellings
def homes(per_year, alone, **more):
    leaving = {"ready_at": "ready", "dwellings": "homes", "find_alone_per_year": alone}
    return chain(
        exits_per_year={},
        dwellings=[{"name": "homes", "per_year": per_year, "realised": 0.5}],
        leaving=leaving | {key: more.pop(key) for key in list(more) if key != "variant"},
        **more,
    )


def test_enough_dwellings_leave_nobody_waiting():
    line = lines(homes(300, 0.0))["dwellings homes, a year"]
    assert (line.value, line.against) == (pytest.approx(100), 150)
    assert line.note == "asked by people who start at home, move there or leave"


def test_too_few_dwellings_fill_the_places_until_no_more_enter_than_there_are():
    found = lines(homes(160, 0.0))
    line, house = found["dwellings homes, a year"], found["variant house, places"]
    assert line.ratio == pytest.approx(1.0)
    assert line.note.startswith("who is ready waits")
    assert line.note.endswith("no more people enter than there are dwellings")
    assert house.note.startswith("no balance: the queue grows by 20.0 a year; 80.0 enter a year")


def test_who_waits_in_places_without_limit_for_too_few_dwellings_is_a_queue_that_grows():
    line = lines(homes(160, 0.0, variant=[{"name": "house"}]))["dwellings homes, a year"]
    assert line.ratio == pytest.approx(100 / 80)
    assert line.note == "no balance: the queue grows by 20.0 a year"


def test_who_finds_a_dwelling_alone_bounds_the_queue_and_holds_a_place_until_then():
    made = homes(160, 0.5, transition_days=YEAR / 10)
    line = lines(made)["dwellings homes, a year"]
    assert line.note == "20.0 a year find one alone, about 40.0 wait"
    station = steady_flow(made).stations["house"]
    assert station.blocked == pytest.approx(20 / 0.5 + 100 / 10)


def test_who_rents_already_asks_for_no_dwelling():
    demand = [{"profile": "people", "per_year": 100, "level_mix": {"low": 1.0},
               "has_tenancy": {"low": 0.4}}]  # fmt: skip
    variants = [{"name": "home", "tenancy": "own", "dwellings": "homes"}]
    made = chain(demand=demand, variant=variants, team=[],
                 dwellings=[{"name": "homes", "per_year": 90}])  # fmt: skip
    assert lines(made)["dwellings homes, a year"].value == pytest.approx(60)


def test_dwellings_on_a_beat_are_counted_in_every_area():
    made = homes(1, 0.0)
    stream = {"name": "homes", "every_days": YEAR / 60, "batch": 2, "scale": "region"}
    made = chain(exits_per_year={}, dwellings=[stream],
                 leaving={"ready_at": "ready", "dwellings": "homes"})  # fmt: skip
    assert lines(made)["dwellings homes, a year"].against == pytest.approx(120)


# ---------------------------------------------------------------- areas
def test_areas_are_one_pool_only_where_everyone_crosses_the_border():
    areas = {"north": {"a": 30_000}, "south": {"b": 70_000}}
    house = stay(1, scale="subregion", places={"north": 60, "south": 60})
    demand = [{"profile": "people", "per_year": 100}]
    apart = lines(scenario(areas=areas, variant=[house], demand=demand))
    assert apart["variant house in North, places"].ratio == pytest.approx(30 / 60)
    assert apart["variant house in South, places"].ratio == pytest.approx(70 / 60)
    demand[0]["accepts_elsewhere"] = {"municipality": 1, "subregion": 1}
    pooled = lines(scenario(areas=areas, variant=[house], demand=demand))
    assert pooled["variant house, places"].ratio == pytest.approx(100 / 120)


# ---------------------------------------------------------------- today
def test_a_stock_that_will_not_last_is_said_to_drift():
    made = scenario(variant=[stay(2)], start={"residents": {"house": 150}})
    line = lines(made)["variant house, residents"]
    assert (line.value, line.against) == (pytest.approx(200), 150)
    first = (200 / 150 - 1) * (1 - math.exp(-1 / 2))
    said = f"in the long run, against today; {first:+.1%} in the first year"
    assert line.note == f"{said}; drifts by more than 10%"
    shrinking = scenario(variant=[stay(2)], start={"residents": {"house": 230}})
    assert lines(shrinking)["variant house, residents"].note.endswith("drifts by more than 10%")
    steady = scenario(variant=[stay(2)], start={"residents": {"house": 195}})
    assert "drifts" not in lines(steady)["variant house, residents"].note


def test_who_is_ready_today_stands_against_the_dwellings_of_a_year():
    start = {"residents": {"house": 200}, "ready_to_leave": {"house": 5},
             "level_mix": {"house": {"some": 1.0}}}  # fmt: skip
    line = lines(
        scenario(
            variant=[{"name": "house"}],
            level=[{"name": "none", "hours_per_week": 0}, {"name": "some", "hours_per_week": 1}],
            leaving={"ready_at": "none"},
            start=start,
            dwellings=[{"name": "shelf", "per_year": 20}],
            demand=[{"profile": "people", "per_year": 100, "level_mix": {"some": 1.0}}],
        )
    )
    assert line["ready to move or leave"].ratio == pytest.approx(5 / 20)


def test_a_base_that_drifts_says_so_or_is_refused():
    def found(**start):
        made = scenario(variant=[stay(2)], start=start)
        return drifts(made)

    (problem,) = found(residents={"house": 150})
    assert problem.path == "start.residents.house"
    assert problem.found == "150 residents today, 200 in the long run"
    assert problem.allowed.endswith("start.drift = { accepted = 0.34 }")
    assert found(residents={"house": 150}, drift="accepted") == []
    assert found(residents={"house": 195}) == []


def test_a_base_that_drifts_is_warned_about_beside_its_results():
    drifting = scenario(variant=[stay(2)], start={"residents": {"house": 150}})
    (warning,) = warnings(drifting)
    assert warning.path == "start.residents.house"
    assert not list(warnings(scenario(variant=[stay(2)], start={"residents": {"house": 195}})))
