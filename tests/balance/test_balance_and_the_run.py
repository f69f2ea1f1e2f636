"""Where the balance once said something else than the run: one model for both."""

from __future__ import annotations

import math
import tomllib
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

import flowsim
from flowsim.balance import drifts, fluid_balance, lines_of, of_phases, warnings
from flowsim.balance.lengths import length
from flowsim.balance.steady import steady_flow
from flowsim.cli import main
from flowsim.ledger import EventKind
from flowsim.report.wording import wording
from flowsim.scenario import parse
from tests.worlds import line_file

Raw = dict[str, Any]
YEAR = 365.25


def scenario(**parts: Any) -> Any:
    raw: Raw = {"scenario": {"years": 1}, "demand": [{"profile": "people", "per_year": 100}]}
    return parse(raw | parts)


def stay(days: float, name: str = "house", **more: Any) -> Raw:
    return {"name": name, "stay_days": days, "next": {"out": 1.0}, **more}


def lines(made: Any) -> dict[str, Any]:
    return {line.what: line for line in fluid_balance(made)}


def extended(tmp_path: Any, base: str, more: str) -> Any:
    (tmp_path / "base.toml").write_text(base)
    (tmp_path / "other.toml").write_text(f'extends = "base.toml"\n{more}')
    return flowsim.load(tmp_path / "other.toml")


# ---------------------------------------------------------------- circles
@pytest.mark.parametrize("names", [("a", "b"), ("a", "b", "c")])
def test_a_circle_that_nobody_leaves_has_no_balance(names):
    after = dict(zip(names, [*names[1:], names[0]], strict=True))
    circle = [stay(10, n, places=30, next={after[n]: 1.0}) for n in names]
    made = scenario(variant=circle, placement={"order": ["a"]})
    for line in fluid_balance(made):
        assert line.note == f"no balance: nobody leaves the circle of {', '.join(names)}"
        assert line.grows
        assert line.ratio == math.inf


def test_a_circle_that_one_in_a_hundred_leaves_has_a_balance():
    circle = [
        stay(10, "a", places=500, next={"b": 1.0}),
        stay(10, "b", places=500, next={"a": 0.99, "out": 0.01}),
    ]
    made = scenario(variant=circle, placement={"order": ["a"]})
    assert not any(line.grows for line in fluid_balance(made))
    assert lines(made)["variant a, places"].value == pytest.approx(100 * 100 * 10 / YEAR, rel=1e-3)


def test_a_circle_through_access_has_a_way_out_only_by_another_outcome():
    back = stay(10, places=30, next={"access": 1.0})
    desk = {"name": "desk", "assessors": 99, "assessment_days": 1}
    closed = lines(scenario(variant=[back], desk=[desk]))
    assert closed["variant house, places"].grows
    leaves = {**desk, "outcome": {"award": 0.5, "general": 0.5}}
    flow = steady_flow(scenario(variant=[{**back, "places": 300}], desk=[leaves]))
    assert flow.stations["house"].entered == pytest.approx(50 / (1 - 0.5))


# ---------------------------------------------------------------- areas
AREAS = {"region": "r", "near": {"town": 200_000, "village": 20_000}, "far": {"hamlet": 30_000}}


def two_places(per_year: Raw, **accepts: float) -> Any:
    demand = [{"profile": "p", "per_year": per_year, "accepts_elsewhere": accepts}]
    house = stay(60, scale="municipality", places={"town": 4})
    return scenario(areas=AREAS, demand=demand, variant=[house])


def test_who_has_no_place_at_home_and_crosses_no_border_is_in_the_row_of_home():
    found = lines(two_places({"town": 20, "village": 2}))
    town, village, hamlet = (
        found[f"variant house in {name}, places"] for name in ("Town", "Village", "Hamlet")
    )
    assert town.note == "20.0 enter a year and stay 60 days"
    assert village.note == "no balance: the queue grows by 2.0 a year; 0.0 enter a year"
    assert (village.grows, village.ratio) == (True, math.inf)
    assert (hamlet.note, hamlet.ratio, hamlet.grows) == ("0.0 enter a year", 0.0, False)


def test_who_crosses_takes_what_is_left_elsewhere():
    flow = steady_flow(two_places({"town": 20, "village": 2}, municipality=0.5))
    assert flow.stations["house"].entered == pytest.approx(21)
    assert flow.stations["house"].unserved == pytest.approx(1)
    flow = steady_flow(two_places({"town": 20, "hamlet": 2}, municipality=0.5))
    assert flow.stations["house"].entered == pytest.approx(20)  # another subregion
    flow = steady_flow(two_places({"town": 20, "hamlet": 2}, municipality=0.5, subregion=0.5))
    assert flow.stations["house"].entered == pytest.approx(21)
    full = 4 * YEAR / 60
    flow = steady_flow(two_places({"town": 20, "village": 20}, municipality=1.0))
    assert flow.stations["house"].entered == pytest.approx(full)


# ---------------------------------------------------------------- demand that varies
def test_growth_counts_with_its_mean_over_the_window():
    demand = [{"profile": "people", "per_year": 100, "growth_per_year": 0.05}]
    flow = steady_flow(scenario(scenario={"years": 10}, demand=demand, variant=[stay(30)]))
    mean = 100 * (1.05**10 - 1) / math.log(1.05) / 10
    assert sum(flow.notified.values()) == pytest.approx(mean, rel=1e-3)  # leap days


def test_exact_days_count_as_far_as_they_lie_in_the_window():
    demand = [{"profile": "people", "on_days": [1.0, 50.0, 364.0, 366.0, 5000.0]}]
    flow = steady_flow(scenario(scenario={"days": 365.25}, demand=demand, variant=[stay(30)]))
    assert sum(flow.notified.values()) == pytest.approx(3)


def step(day: date, **values: Any) -> Raw:
    return {"date": day, "reason": "to see", "set": values}


def test_a_dated_change_of_the_inflow_counts_for_the_time_that_it_holds():
    half = date(2026, 1, 1) + timedelta(days=500)
    change = step(half, **{"demand.people.per_year": 300})
    made = scenario(scenario={"days": 1000.0}, variant=[stay(36.525)], change=[change])
    flow = steady_flow(made)
    assert sum(flow.notified.values()) == pytest.approx(200)
    (_, _, first), (since, _, last) = of_phases(made)
    assert sum(first.notified.values()) == pytest.approx(200)
    assert since == half
    assert sum(last.notified.values()) == pytest.approx(300)


def test_the_mean_ends_where_another_lever_changes():
    half = date(2026, 1, 1) + timedelta(days=500)
    change = step(half, **{"demand.people.per_year": 300, "variant.house.places": 30})
    made = scenario(scenario={"days": 1000.0}, variant=[stay(36.525, places=10)], change=[change])
    (_, _, first), (_, _, last) = of_phases(made)
    assert sum(first.notified.values()) == pytest.approx(100)
    assert sum(last.notified.values()) == pytest.approx(300)


def test_the_mean_inflow_of_the_balance_is_that_of_the_run():
    demand = [{"profile": "people", "per_year": 4000, "growth_per_year": 0.2}]
    half = date(2028, 1, 1)
    change = step(half, **{"demand.people.per_year": 1000, "demand.people.growth_per_year": -0.3})
    made = scenario(scenario={"years": 4}, demand=demand, variant=[stay(1)], change=[change])
    ledger = flowsim.simulate(made, flowsim.sample(made))
    came = ledger.rows[ledger.rows["kind"] == EventKind.NOTIFIED]
    count = int((came["day"] < ledger.window_days).sum())
    expected = sum(steady_flow(made).notified.values()) * ledger.window_days / YEAR
    assert abs(count - expected) < 4 * math.sqrt(expected)


# ---------------------------------------------------------------- drift
BASE = """
[scenario]
years = 1
[[demand]]
profile = "people"
per_year = 100
[[variant]]
name = "house"
places = 400
stay_days = 730.5
next = { out = 1.0 }
[[variant]]
name = "old"
places = 50
stay_days = 730.5
next = { out = 1.0 }
[placement]
order = ["house"]
[start.residents]
house = 200
"""


@pytest.mark.parametrize(
    ("drift", "refused"),
    [
        (None, True), ({"accepted": 0.2}, True), ({"accepted": 0.34}, False),
        ({"accepted": 0.05}, True), ("accepted", False),
    ],
)  # fmt: skip
def test_drift_is_accepted_as_far_as_is_stated(drift, refused):
    start = {"residents": {"house": 150}} | ({} if drift is None else {"drift": drift})
    made = scenario(variant=[stay(730.5)], start=start)
    assert bool(drifts(made)) is refused
    told = "drifts by more than" in lines(made)["variant house, residents"].note
    assert told is refused
    if refused:
        (problem,) = drifts(made)
        assert problem.allowed.endswith("start.drift = { accepted = 0.34 }")


def test_drift_that_is_accepted_accepts_nothing_else():
    start = {"residents": {"house": 150}, "drift": "accepted"}
    made = scenario(variant=[stay(730.5, places=150)], start=start)
    (warning,) = warnings(made)
    assert warning.path == "variant.house"
    assert "no balance: the queue grows by 25.0 a year" in warning.found


def test_drift_is_judged_by_the_inflow_of_the_start():
    demand = [{"profile": "people", "per_year": 100, "growth_per_year": 0.2}]
    start = {"residents": {"house": 200}}
    made = scenario(scenario={"years": 10}, demand=demand, variant=[stay(730.5)], start=start)
    assert drifts(made) == []


def test_a_variant_that_is_meant_to_shrink_gets_no_warning(tmp_path):
    made = extended(tmp_path, BASE, "[[variant]]\nname = 'house'\nplaces = 150\n")
    told = [line.note for line in fluid_balance(made) if "residents" in line.what]
    assert not any("drifts" in note for note in told)
    assert not drifts(made)
    closing = parse(tomllib.loads(BASE + "old = 40\n"))
    assert drifts(closing) == []  # no award names it any more
    assert not any("drifts" in line.note for line in fluid_balance(closing))


# ---------------------------------------------------------------- awards that nobody can serve
def test_an_award_that_names_no_variant_is_warned_about():
    made = scenario(
        level=[{"name": "ready"}, {"name": "light"}, {"name": "heavy"}],
        demand=[{"profile": "p", "per_year": 100, "level_mix": {"light": 0.3, "heavy": 0.7}}],
        variant=[
            stay(30, "a", serves=["light", "light"]),
            stay(30, "b", serves=["heavy", "heavy"]),
        ],
        placement={"order": ["a"]},
        leaving={"ready_at": "ready"},
    )
    (warning,) = warnings(made)
    assert warning.path == "placement.order"
    assert warning.found.startswith("70.0 people a year of level 'heavy' (p) get an award that")
    assert steady_flow(made).nowhere == pytest.approx(70)


# ---------------------------------------------------------------- people who wait
def test_who_waits_leaves_by_patience_and_by_other_ways_out():
    patient = stay(365.25, places=60, patience_days={"exponential": YEAR / 2})
    made = scenario(variant=[patient], exits_per_year={"death": {"waiting": 0.5}})
    station = steady_flow(made).stations["house"]
    assert station.waiting == pytest.approx(40 / 2.5)
    assert station.given_up == pytest.approx(40 * 2 / 2.5)
    assert station.gone == pytest.approx(40 * 0.5 / 2.5)


def test_who_all_wait_as_long_wait_that_long():
    made = scenario(variant=[stay(365.25, places=60, patience_days=YEAR / 2)])
    assert steady_flow(made).stations["house"].waiting == pytest.approx(100 / 2)


def test_hours_bind_admissions_as_places_do():
    made = scenario(
        level=[{"name": "ready"}, {"name": "need", "hours_per_week": 10,
                                   "recovery_days": {"exponential": YEAR}}],
        demand=[{"profile": "p", "per_year": 100, "level_mix": {"need": 1.0},
                 "patience_days": {"exponential": YEAR}}],
        variant=[{"name": "home", "tenancy": "own", "team": "carers"}],
        team=[{"name": "carers", "hours_per_week": 800}],
        leaving={"ready_at": "ready"},
    )  # fmt: skip
    flow = steady_flow(made)
    assert flow.stations["home"].residents == pytest.approx(80)
    assert flow.stations["home"].waiting == pytest.approx(20)
    line = lines(made)["team carers, hours a week"]
    assert (line.value, line.against) == (pytest.approx(1000), 800)
    assert line.note.endswith("not all who could be placed will be")


# ---------------------------------------------------------------- words, and no rest
@pytest.mark.parametrize(
    ("days", "said"),
    [(0.5, "0.5 days"), (10, "10 days"), (99, "99 days"), (182.625, "6.0 months"),
     (730.5, "2.0 years"), (math.inf, "without end")],
)  # fmt: skip
def test_a_stay_is_said_in_days_months_or_years(days, said):
    assert length(days / YEAR) == said


def test_a_balance_that_does_not_settle_says_so():
    rounds = [stay(10, "a", next={"b": 1.0}), stay(10, "b", next={"a": 0.99999, "out": 0.00001})]
    made = scenario(variant=rounds, placement={"order": ["a"]})
    flow = steady_flow(made)
    assert not flow.settled
    assert lines_of(made, flow)[-1].note.startswith("not settled")
    assert any("did not settle" in str(problem) for problem in warnings(made))


# ---------------------------------------------------------------- as a user meets it
LINE = line_file()


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (LINE, 0, "no balance: the queue grows by 80.0 a year"),
        (LINE.replace("365.25", "0").replace("out = 1.0", "house = 1.0"), 2, "house → house"),
        (LINE.replace("= 20", "= 150") + "[start.residents]\nhouse = 50\n", 2, "100 in the long"),
        (LINE.replace("= 20", "= 150") + "[start]\ndrift = { accepted = 1 }\nresidents.house = 50",
         0, "long run, against today"),
    ],
)  # fmt: skip
def test_validate_says_what_has_no_balance_and_refuses_mistakes(tmp_path, text, code, says):
    file = tmp_path / "line.toml"
    file.write_text(text, "utf-8")
    result = CliRunner().invoke(main, ["validate", "--lang", "en", str(file)])
    assert result.exit_code == code
    assert says in result.output


def test_a_run_says_beside_its_results_what_has_no_balance(tmp_path):
    (tmp_path / "line.toml").write_text(LINE, "utf-8")
    results = flowsim.run(flowsim.load(tmp_path / "line.toml"), replications=1, jobs=1)
    assert any("no balance" in str(problem) for problem in results.warnings)


def test_what_has_no_balance_is_said_of_the_scenario_and_dates_are_in_words(tmp_path):
    (tmp_path / "line.toml").write_text(LINE.replace("= 20", "= 120"), "utf-8")
    change = 'date = 2026-05-01\nreason = "r"\nset = { "variant.house.places" = 20 }'
    other = tmp_path / "other.toml"
    other.write_text(f'extends = "line.toml"\n[[change]]\n{change}\n', "utf-8")
    assert list(warnings(flowsim.load(tmp_path / "line.toml"))) == []
    (problem,) = warnings(flowsim.load(other))
    assert (problem.file, problem.path) == (str(other), "variant.house")
    for lang, words in (("nl", "vanaf 1 mei 2026: "), ("en", "from 1 May 2026 on: ")):
        assert words in wording(lang).problem(problem)
