"""A guess about how fast people recover is another today; the same as a decision is not."""

from __future__ import annotations

from pathlib import Path

import pytest

import flowsim

DRENTHE = Path(__file__).resolve().parents[2] / "scenarios" / "drenthe"
CLOCK = "level.sheltered.recovery_days.lognormal"
"""BW clock: its mean in days, 1,700 to 2,900 (4.7 to 7.9 years), 2,300 as it is."""
FUTURES = 6


def wait(how: str, days: int) -> float:
    """Return what fewer sheltered places change in the wait for a first place, in weeks."""
    given = {how: [f"{CLOCK}={days}"]}
    base, option = (
        flowsim.load(DRENTHE / f"{name}.toml", **given) for name in ("base", "fewer_bw_more_bt")
    )
    found = flowsim.compare(base, [option], FUTURES, jobs=2).differences
    line = found.query("measure == 'wait' and detail == 'placement'")
    return float(line[line["statistic"] == "mean_104_weeks"]["difference"].iloc[0])


@pytest.mark.slow
def test_a_guess_moves_an_effect_more_than_the_same_as_a_decision():
    """Prototyped: as a guess from -3.4 to +2.6 weeks, by ``--set`` from -1.1 to +0.5."""
    guess, decision = ([wait(how, days) for days in (1700, 2900)] for how in ("guess", "set"))
    assert guess[0] == pytest.approx(-3.4, abs=1.5)
    assert guess[1] == pytest.approx(2.6, abs=1.5)
    assert decision[0] == pytest.approx(-1.1, abs=1.5)
    assert decision[1] == pytest.approx(0.5, abs=1.5)
    assert guess[1] - guess[0] > decision[1] - decision[0]
