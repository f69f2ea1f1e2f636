"""A dated change that sets a value to what it is already changes nothing.

Two laws. The ledger is the same, byte for byte. And so it is, but for the last digits of days,
where everything is looked at again as if every value had changed: what can happen has happened at
the moment it became possible, and does not wait for a change to come by.
"""

from __future__ import annotations

import copy
import dataclasses
import logging
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import flowsim
from flowsim.ledger import Ledger
from flowsim.scenario import parse
from flowsim.scenario.model import Scenario
from flowsim.system.run import changes
from flowsim.system.run.reach import EVERYWHERE
from tests.identities.random_worlds import Raw, worlds
from tests.identities.test_random_worlds import as_file

START = date(2026, 1, 1)
DRENTHE = Path(__file__).parents[2] / "scenarios/drenthe"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Many of these worlds end with people who wait for what never comes."""
    logging.getLogger("flowsim").setLevel(logging.ERROR)
    yield
    logging.getLogger("flowsim").setLevel(logging.NOTSET)


def values(raw: Raw) -> list[tuple[str, object]]:
    """Return what a world says, by the path of a lever."""
    found: list[tuple[str, object]] = []
    for section in ("placement", "leaving", "situation"):
        found += [(f"{section}.{key}", value) for key, value in raw.get(section, {}).items()]
    for section in ("level", "demand", "desk", "variant", "team", "dwellings"):
        name = "profile" if section == "demand" else "name"
        for block in raw.get(section, []):
            found += [
                (f"{section}.{block[name]}.{key}", value)
                for key, value in block.items()
                if key not in (name, "on_days")  # no levers by date
            ]
    return found


@st.composite
def changed_to_what_it_is(draw: st.DrawFn) -> tuple[Raw, Raw]:
    """Draw a world, and the same with dated changes of some values to what they are."""
    raw = draw(worlds()) | {"change": []}
    whole = draw(st.lists(st.integers(1, 340), min_size=1, max_size=4, unique=True))
    said = dict(values(raw))
    some = st.lists(st.sampled_from(sorted(said)), min_size=1, max_size=3, unique=True)
    listed = [
        {
            "date": START + timedelta(days=day),
            "reason": "to see that nothing happens",
            "set": {path: said[path] for path in draw(some)},
        }
        for day in sorted(whole)
    ]
    return raw, raw | {"change": listed}


def run(
    scenario: Scenario, day_0: bool = False, everything: bool = False, replication: int = 0
) -> Ledger:
    """Run a scenario; with a change of nothing on day 0; with changes that reach everything."""
    cohort = flowsim.sample(scenario, replication)
    if day_0:
        cohort = dataclasses.replace(cohort, before=cohort.phases[0])
    with pytest.MonkeyPatch.context() as patch:
        if everything:
            patch.setattr(changes, "differing", lambda old, new: {EVERYWHERE})
        return flowsim.simulate(scenario, cohort)


def same_but_for_last_digits(one: Ledger, other: Ledger) -> bool:
    """Tell whether two ledgers tell the same, each of everybody and each pool in its order."""
    if len(one.rows) != len(other.rows):
        return False
    names = [name for name in one.rows.dtype.names or () if name != "day"]
    rows = [ledger.rows[np.lexsort((ledger.rows["client"], ledger.rows["day"].round(6)))]
            for ledger in (one, other)]  # fmt: skip
    return all((rows[0][name] == rows[1][name]).all() for name in names) and bool(
        np.allclose(rows[0]["day"], rows[1]["day"], rtol=0, atol=1e-6)
    )


def changes_nothing(pair: tuple[Raw, Raw]) -> None:
    plain, changed = (parse(copy.deepcopy(raw)) for raw in pair)
    note("A scenario file that shows it:\n" + as_file(pair[1]))
    ledger = run(plain)
    assert run(changed).digest() == ledger.digest()
    assert run(plain, day_0=True).digest() == ledger.digest()
    assert same_but_for_last_digits(ledger, run(changed, everything=True))
    assert same_but_for_last_digits(ledger, run(plain, day_0=True, everything=True))


def over(count: int) -> None:
    settings(max_examples=count, suppress_health_check=list(HealthCheck))(
        given(changed_to_what_it_is())(changes_nothing)
    )()


def test_a_change_to_what_it_is_changes_nothing_in_any_world():
    over(6)


@pytest.mark.slow
def test_a_change_to_what_it_is_changes_nothing_in_any_world_at_length():
    over(600)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["base", "region_split", "movers_first"])
def test_a_change_to_what_it_is_changes_nothing_in_drenthe(tmp_path, name):
    """Where two people live on one snapshot of the burn-in, only their order may differ."""
    folder = tmp_path / "drenthe"
    shutil.copytree(DRENTHE, folder)
    dates = "".join(
        f'[[change]]\ndate = {START + timedelta(days=day)}\nreason = "nothing"\n[change.set]\n'
        f'"variant.bt_cluster.turnover_days" = 14\n'
        for day in (1, 400, 900, 2000)
    )
    own = f'extends = "{name}.toml"\n[scenario]\nname = "nothing"\n{dates}'
    (folder / "nothing.toml").write_text(own, encoding="utf-8")
    plain, changed = (flowsim.load(folder / f"{one}.toml") for one in (name, "nothing"))
    for replication in (0, 1, 8):
        ledger = run(plain, replication=replication)
        assert run(changed, replication=replication).digest() == ledger.digest()
        again = run(changed, replication=replication, everything=True)
        assert same_but_for_last_digits(ledger, again)
