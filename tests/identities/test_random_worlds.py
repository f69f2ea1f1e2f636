"""Random small worlds: every run adds up, and does not depend on how the scenario is written."""

from __future__ import annotations

import copy
import dataclasses
import logging
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import flowsim
from flowsim.calendar import day_of
from flowsim.errors import ScenarioError
from flowsim.scenario import parse
from flowsim.scenario.toml_text import toml
from flowsim.system.run.simulate import build
from tests.identities.random_worlds import Raw, some_levers, worlds
from tests.identities.relabel import renamed, shuffled
from tests.identities.replay import account
from tests.worlds import digest


def over(count: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test on so many worlds, always the same; one that fails is printed as a file."""
    often = settings(max_examples=count, suppress_health_check=list(HealthCheck))

    def run(test: Callable[..., None]) -> Callable[..., None]:
        def on(raw: Raw) -> None:
            note("A scenario file that shows it:\n" + as_file(raw))
            test(raw)

        on.__name__ = test.__name__
        return often(given(raw=worlds())(on))

    return run


def as_file(raw: Raw) -> str:
    """Write a world as a scenario file."""
    return "\n".join(f"{section} = {toml(value)}" for section, value in raw.items())


def test_a_world_written_as_a_file_is_the_same_world():
    @over(20)
    def same(raw: Raw) -> None:
        assert parse(tomllib.loads(as_file(raw))) == parse(copy.deepcopy(raw))

    same()


@st.composite
def decided(draw: st.DrawFn) -> tuple[Raw, list[str]]:
    """Draw a base with people in it, and what another file decides on day 0."""
    raw = draw(worlds().filter(lambda one: "start" in one))
    raw.pop("change", None)
    return raw, [f"{path}={toml(value)}" for path, value in some_levers(draw, raw).items()]


def today_is_the_bases(folder: Path, count: int) -> None:
    """The rows of today are those of the base, whatever is decided, and the run adds up."""

    @settings(max_examples=count, suppress_health_check=list(HealthCheck))
    @given(decided())
    def same(pair: tuple[Raw, list[str]]) -> None:
        raw, levers = pair
        (folder / "base.toml").write_text(as_file(raw))
        base = flowsim.load(folder / "base.toml")
        try:
            other = flowsim.load(folder / "base.toml", levers)
        except ScenarioError:
            return  # these do not go together
        rows = build(flowsim.sample(base)).rows.getvalue()
        assert build(flowsim.sample(other)).rows.getvalue()[: len(rows)] == rows, levers
        flowsim.simulate(other, flowsim.sample(other), check=True)

    same()


def test_today_is_the_bases_in_any_world(tmp_path):
    today_is_the_bases(tmp_path, 6)


@pytest.mark.slow
def test_today_is_the_bases_in_any_world_at_length(tmp_path):
    today_is_the_bases(tmp_path, 300)


def nothing_decided(raw: Raw) -> None:
    """What a scenario decides on day 0 comes by a change: one of nothing changes nothing."""
    scenario = parse(copy.deepcopy(raw))
    cohort = flowsim.sample(scenario)
    plain = flowsim.simulate(scenario, cohort).digest()
    changed = dataclasses.replace(flowsim.sample(scenario), before=cohort.phases[0])
    assert flowsim.simulate(scenario, changed).digest() == plain


def test_a_day_0_change_of_nothing_changes_nothing():
    over(8)(nothing_decided)()


@pytest.mark.slow
def test_a_day_0_change_of_nothing_changes_nothing_at_length():
    over(300)(nothing_decided)()


@pytest.fixture(autouse=True)
def quiet():
    """Many of these worlds end with people who wait for what never comes."""
    logging.getLogger("flowsim").setLevel(logging.ERROR)
    yield
    logging.getLogger("flowsim").setLevel(logging.NOTSET)


def adds_up(raw: Raw) -> None:
    scenario = parse(copy.deepcopy(raw))
    cohort = flowsim.sample(scenario)
    ledger = flowsim.simulate(scenario, cohort, check=True)
    account(ledger, passing=always_passing(raw))
    assert flowsim.simulate(scenario, cohort).digest() == ledger.digest()


def always_passing(raw: Raw) -> bool:
    changes = [change["set"] for change in raw.get("change", [])]
    return (
        all(where.get("placement.passing", True) for where in changes)
        and (raw["placement"]["passing"])
    )


def is_the_same_in_other_words(raw: Raw) -> None:
    first = digest(raw)
    assert digest(renamed(raw)) == first, "renamed"
    assert digest(shuffled(raw, 1)) == first, "in another order"


def is_as_before_until_it_changes(raw: Raw) -> None:
    if "change" not in raw:
        return
    first = min(day_of(date(2026, 1, 1), change["date"]) for change in raw["change"])
    scenario, unchanged = parse(copy.deepcopy(raw)), parse(copy.deepcopy(raw | {"change": []}))
    both = [flowsim.simulate(s, flowsim.sample(s)).rows for s in (scenario, unchanged)]
    until = [rows[rows["day"] < first].tobytes() for rows in both]
    assert until[0] == until[1]


def goes_on_as_it_was(raw: Raw) -> None:
    longer = copy.deepcopy(raw)
    longer["scenario"]["follow_up_days"] += 90.0
    scenario, further = parse(copy.deepcopy(raw)), parse(longer)
    rows = flowsim.simulate(scenario, flowsim.sample(scenario)).rows
    more = flowsim.simulate(further, flowsim.sample(further)).rows
    assert more[: len(rows)].tobytes() == rows.tobytes()


@over(120)
def test_every_run_adds_up_at_every_instant(raw):
    adds_up(raw)


@pytest.mark.slow
@over(2000)
def test_two_thousand_runs_add_up_at_every_instant(raw):
    adds_up(raw)


@pytest.mark.slow
@over(500)
def test_many_worlds_are_the_same_in_other_words(raw):
    is_the_same_in_other_words(raw)


@pytest.mark.slow
@over(500)
def test_many_worlds_go_on_as_they_were(raw):
    goes_on_as_it_was(raw)


@pytest.mark.slow
@over(1000)
def test_many_worlds_are_as_before_until_they_change(raw):
    is_as_before_until_it_changes(raw)


@over(40)
def test_other_names_and_another_order_leave_every_ledger_byte_for_byte(raw):
    is_the_same_in_other_words(raw)


@over(40)
def test_a_longer_horizon_only_adds_rows_to_any_ledger(raw):
    goes_on_as_it_was(raw)


@over(60)
def test_before_a_dated_change_everything_is_as_without_it(raw):
    is_as_before_until_it_changes(raw)
