"""A guess about how fast people recover is another today; the same as a decision is not."""

from __future__ import annotations

from pathlib import Path

import pytest

import flowsim
from flowsim.experiment.burn_in import path_of

DRENTHE = Path(__file__).resolve().parents[2] / "scenarios" / "drenthe"
CLOCK = "level.sheltered.recovery_days.lognormal"
"""BW clock: its mean in days, 1,700 to 2,900 (4.7 to 7.9 years), 2,300 as it is."""


@pytest.mark.parametrize("days", [1700, 2900])
def test_a_guess_makes_the_people_of_today_anew_for_all_and_a_decision_for_none(days):
    def todays(**given):
        names = ("base", "fewer_bw_more_bt")
        return {path_of(flowsim.load(DRENTHE / f"{name}.toml", **given), 0).key for name in names}

    given = [f"{CLOCK}={days}"]
    (plain,), (guessed,), (decided,) = todays(), todays(guess=given), todays(set=given)
    assert decided == plain
    assert guessed != plain
