"""A desk that a scenario replaces on day 0: the ledger names the desk that does the work."""

from pathlib import Path

import numpy as np
import pytest

import flowsim
from flowsim.ledger import EventKind
from flowsim.system import simulate

DRENTHE = Path(__file__).parents[2] / "scenarios" / "drenthe"
AT_A_DESK = (EventKind.ASSESSING, EventKind.REVIEW_STARTED, EventKind.PAPERWORK)


@pytest.mark.parametrize("scale", ["municipality", "subregion"])
def test_work_at_the_desks_of_day_0_is_done_by_a_desk_of_the_ledger(scale):
    settings = [f"desk.toegang.scale={scale!r}".replace("'", '"'), "scenario.years=1",
                "scenario.follow_up_days=0", "start.burn_in_years=0", "start.deciding=40",
                "desk.toegang.fte=1"]  # fmt: skip
    scenario = flowsim.load(DRENTHE / "base.toml", settings)
    ledger = simulate(scenario, flowsim.sample(scenario), check=True)
    rows = ledger.rows[np.isin(ledger.rows["kind"], AT_A_DESK)]
    desks = {i for i, pool in enumerate(ledger.pools) if pool.kind == "desk"}
    assert len(rows)
    assert set(rows["ref"].tolist()) <= desks
