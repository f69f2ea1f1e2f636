"""A duration of almost nothing, in whatever field, ends a run as any other, or is refused."""

from __future__ import annotations

import copy
import tomllib
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import flowsim
from flowsim.errors import EngineError, ScenarioError
from flowsim.scenario import Scenario, parse
from tests.in_time import at_most
from tests.system.test_today import BASE
from tests.worlds import desk, home, levels, people, stay, world

MORE = {
    "turnover_days = 5\n": "accepts = 0.5\nintake_again_days = 30\npatience_days = 400\n"
    'flip = { after_days = 30, to = "bt" }\n',
    "hours_per_week = 40\n": "response_days = 5\n",
    "too_light = 0.1\n": "award_days = 200\nreassessment_lead_days = 30\n"
    "other_work = { cases_per_1000_per_year = 0.5, hours = 3 }\n",
    "transition_days = 20\n": "urgency = { share = 0.5, lead_days = 30 }\n",
    "has_tenancy = 0.2\n": 'again = { after = ["gave_up"], share = 0.5, days = 60 }\n',
    'order = ["bt", "bw"]\n': "widen_after_days = 20\n",
}
RICH = BASE
for after, more in MORE.items():
    RICH = RICH.replace(after, after + more, 1)
LINE = world(
    people(1, 1, 2),
    variant=[stay("a", 2, 30, next={"access": 0.5, "b": 0.5}), stay("b", 2, 20, next={"a": 1.0})],
    desk=[desk(1, 3)],
    days=100,
)  # fmt: skip
NO_CLOCK = {"days", "follow_up_days", "on_days", "half_days_per_week", "term_days", "every_days"}
"""The window, prices, legal terms that only count, and supply, the cost of which is told first."""


def ends(raw: dict[str, Any]) -> str:
    """Return how a run ends: ``done``, ``stopped`` or ``refused``."""
    with at_most(30):
        try:
            scenario = parse(raw)
            flowsim.simulate(scenario, flowsim.sample(scenario))
        except ScenarioError:
            return "refused"
        except EngineError as error:
            return "stopped" if "of one client in one day" in str(error) else str(error)
    return "done"


def clocks(table: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all durations and hours of work in the tables of a scenario."""
    found = []
    for key, value in table.items() if isinstance(table, dict) else enumerate(table):
        clock = isinstance(key, str) and key.endswith(("days", "hours")) and key != "client_hours"
        if clock and not (at[:1] == ("scenario",) or key in NO_CLOCK - {"days"}):
            found.append((*at, key))
        elif isinstance(value, dict | list):
            found += clocks(value, (*at, key))
    return found


def put(raw: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """Return the tables with another value."""
    table = raw = copy.deepcopy(raw)
    for key in path[:-1]:
        table = table[key]
    table[path[-1]] = value
    return raw


WORLDS = {"rich": tomllib.loads(RICH), "line": LINE}
CLOCKS = [(name, path) for name, raw in WORLDS.items() for path in clocks(raw)]
VALUES = (0, 1e-9, {"exponential": 1e-9})


def test_the_worlds_have_every_duration_of_the_language():
    def fields(model: Any, seen: set[Any]) -> set[str]:
        if get_args(model):
            return set().union(*(fields(part, seen) for part in get_args(model)))
        if not (isinstance(model, type) and issubclass(model, BaseModel)) or model in seen:
            return set()
        seen.add(model)
        own = {name for name in model.model_fields if name.endswith(("days", "hours"))}
        below = (fields(one.annotation, seen) for one in model.model_fields.values())
        return own.union(*below)

    known = fields(Scenario, set()) - NO_CLOCK - {"client_hours"}
    assert known - {path[-1] for _, path in CLOCKS} == set()


@pytest.mark.parametrize(
    "some", [CLOCKS[::7], pytest.param(CLOCKS, marks=pytest.mark.slow)], ids=["some", "all"]
)
def test_a_run_ends_whatever_duration_is_almost_nothing(some):
    ways = {
        (name, path, str(value)): ends(put(WORLDS[name], path, value))
        for name, path in some
        for value in VALUES
    }
    assert set(ways.values()) <= {"done", "stopped", "refused"}
    assert list(ways.values()).count("done") > len(ways) / 2


REFUSES = stay("a", 1, 5, accepts=0.0)
NOBODY = {"name": "a", "places": 0, "stay_days": 5.0, "next": {"out": 1.0}}


def again(after: str, days: Any) -> dict[str, Any]:
    return {"after": [after], "share": 1.0, "days": days}


@pytest.mark.parametrize("days", [1e-9, {"exponential": 1e-9}], ids=["fixed", "drawn"])
@pytest.mark.parametrize(
    "circle",
    [
        lambda d: world(people(1), variant=[stay("a", 1, d, next={"a": 1.0})]),
        lambda d: world(people(1), variant=[stay("a", 1, d, next={"access": 1.0})],
                        desk=[desk(1, d)]),
        lambda d: world(people(1, patience_days=d, again=again("gave_up", d)), variant=[NOBODY]),
        lambda d: world(people(1, again=again("rejected", d)), variant=[stay("a", 1, 5)],
                        desk=[desk(1, d, outcome={"rejected": 1.0})]),
        lambda d: world(people(1, 1, again=again("gave_up", d)), variant=[stay("a", 1, 5)],
                        desk=[desk(1, 100, patience_days=d)]),
        lambda _: world(people(1), variant=[REFUSES | {"intake_again_days": 1e-9}]),
        lambda d: world(people(1), variant=[stay("a", 1, 500)], desk=[
            {"name": "d", "fte": 1, "hours_per_fte": 40, "assessment_hours": 1,
             "reassessment_hours": d, "award_days": 1e-9}]),
        lambda d: world(people(1), variant=[stay("a", 1, 500)], desk=[
            {"name": "d", "fte": 1, "hours_per_fte": 40, "assessment_hours": 1,
             "reassessment_hours": d, "award_days": 1, "reassessment_lead_days": 1e6}]),
    ],
    ids=["stay", "access", "patience", "refusal", "desk", "intake", "award", "lead"],
)  # fmt: skip
def test_a_circle_of_almost_no_time_is_stopped_as_one_of_none(circle, days):
    assert ends(circle(days)) == "stopped"


@pytest.mark.parametrize("days", [1e-6, 1e-9, 1e-12])
def test_a_period_too_short_to_tell_instants_apart_widens_at_once(days):
    raw = world(
        people(*(3.7 + 1.37 * n for n in range(20)), level="L1"),
        level=levels(0, 1),
        leaving={"ready_at": "L0"},
        variant=[home(name, n, "L1", "L1") for name, n in (("a", 1), ("b", 0), ("c", 1))],
        placement={"order": ["a", "b", "c"], "widen_after_days": days},
    )
    assert ends(raw) == "done"
