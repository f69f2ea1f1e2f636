"""The guesses of a base: what is drawn, what moves together, what shares add up to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import flowsim
from flowsim.guesses import P90, Guesses
from flowsim.scenario import parse
from flowsim.scenario.load import reread

DRENTHE = Path(__file__).resolve().parents[2] / "scenarios" / "drenthe"
SMALL = """
[scenario]
days = 100
[[level]]
name = "light"
hours_per_week = { value = 1, range = [0.5, 2], moves_with = "hours" }
[[level]]
name = "middle"
hours_per_week = { value = 4, range = [3, 6], moves_with = "hours" }
recovery_days = { value = { lognormal = 300, cv = 0.5 }, range = [200, 500] }
[[level]]
name = "heavy"
hours_per_week = 6
recovery_days = { value = { triangular = [100, 200, 300] }, range = [150, 250], confidence = "B" }
[[demand]]
profile = "p"
per_year = { value = 20, range = [10, 30], confidence = "D", assumption = "guessed" }
level_mix = { value = { light = 0.2, middle = 0.5, heavy = 0.3 }, range = { light = [0.1, 0.4], middle = [0.3, 0.7], heavy = [0.2, 0.5] } }
has_tenancy = { value = { light = 0.4, middle = 0.4, heavy = 0.2 }, range = [0.1, 0.6] }
[[variant]]
name = "v"
places = { value = 30, range = [20, 40], confidence = "D", assumption = "counted" }
contract = { form = "hourly", eur = { value = 70, range = [60, 80] } }
[leaving]
ready_at = "light"
"""  # noqa: E501


@pytest.fixture
def guesses():
    return Guesses(parse(SMALL))


def at(guesses, **z):
    drawn = dict.fromkeys(guesses.names, 0.0) | z
    return {one.path: one.at(drawn) for one in guesses.listed}


def test_drawn_is_what_is_guessed_and_no_count_price_or_measured_number(guesses):
    assert guesses.names == (
        "hours", "level.middle.recovery_days", "demand.p.per_year", "demand.p.level_mix.light",
        "demand.p.level_mix.middle", "demand.p.has_tenancy",
    )  # fmt: skip


def test_at_the_median_a_base_is_as_it_is(guesses):
    base = parse(SMALL)
    same = reread(base.read_from.chain, guesses.texts([0.0] * len(guesses.names)))
    assert same.model_dump() == base.model_dump()


def test_what_moves_together_is_at_its_end_together(guesses):
    found = at(guesses, hours=P90)
    hours = [found[f"level.{name}.hours_per_week"] for name in ("light", "middle")]
    assert hours == pytest.approx([2, 6])


def test_of_a_duration_the_mean_is_drawn_and_the_shape_stays(guesses):
    found = at(guesses, **{"level.middle.recovery_days": -P90})["level.middle.recovery_days"]
    assert found == {"lognormal": pytest.approx(200), "cv": 0.5}


def test_shares_that_add_up_do_so_in_every_draw_and_one_alone_is_at_its_end(guesses):
    mix = at(guesses, **{"demand.p.level_mix.middle": P90})["demand.p.level_mix"]
    assert mix["middle"] == pytest.approx(0.7, rel=1e-9)
    assert mix["light"] / mix["heavy"] == pytest.approx(0.2 / 0.3)
    for z in np.random.default_rng(1).standard_normal((200, len(guesses.names))):
        mix = at(guesses, **dict(zip(guesses.names, z, strict=True)))["demand.p.level_mix"]
        assert sum(mix.values()) == pytest.approx(1, abs=1e-12)
        assert min(mix.values()) > 0


def test_shares_that_each_stand_by_themselves_move_together_each_in_its_range(guesses):
    """They happen to add up to 1 here."""
    found = at(guesses, **{"demand.p.has_tenancy": P90})["demand.p.has_tenancy"]
    assert list(found.values()) == pytest.approx([0.6, 0.6, 0.6])


def test_drenthe_has_46_guesses_and_each_draw_is_a_base():
    base = flowsim.load(DRENTHE / "base.toml")
    guesses = Guesses(base)
    assert len(guesses.names) == 46
    for z in np.random.default_rng(2).standard_normal((10, 46)):
        drawn = reread(base.read_from.chain, guesses.texts(z))
        assert drawn.start.residents == base.start.residents
        assert drawn.variant[0].places == base.variant[0].places
        assert drawn.money == base.money


def test_in_every_draw_more_dwellings_are_more_than_in_the_base():
    base, more = (flowsim.load(DRENTHE / f"{name}.toml") for name in ("base", "more_dwellings"))
    guesses = Guesses(base)
    for z in np.random.default_rng(3).standard_normal((10, 46)):
        texts = guesses.texts(z)
        few, many = (reread(one.read_from.chain, texts).dwellings[0].per_year.total
                     for one in (base, more))  # fmt: skip
        assert many > few
