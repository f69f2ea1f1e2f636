"""The method on the shipped base: draws that fit, a simulation that agrees, guesses moved back."""

from __future__ import annotations

import copy
import math
from pathlib import Path

import numpy as np
import pytest

from flowsim.balance.counts import BLOCKED, WAITING
from flowsim.experiment.burn_in import path_of
from flowsim.experiment.draws.calibrate import calibrate
from flowsim.experiment.draws.counts import counts_on
from flowsim.experiment.draws.drawn import FUTURES, draws_of
from flowsim.experiment.draws.fit import fit
from flowsim.guesses import P90, Guesses
from flowsim.scenario import load, paths
from flowsim.scenario.draft import Draft, put
from flowsim.scenario.durations import Duration
from flowsim.scenario.load import scenario_of

pytestmark = pytest.mark.slow
DRENTHE = Path(__file__).resolve().parents[2] / "scenarios" / "drenthe" / "base.toml"
SEED, SIMULATED = 20260101, 12


def test_most_draws_that_were_moved_give_today_and_the_simulation_agrees():
    """Of draws as they come 1 of 100 do by chance alone; the ranges of the counts make it 12."""
    base = load(DRENTHE)
    fitted = fit(base, SEED, jobs=2)
    assert fitted.fitted_before < 0.2
    assert fitted.fitted >= 0.6
    draws, refused = draws_of([base], fitted, SIMULATED, SEED)
    assert not refused
    simulated = np.array([counts_on(fitted.counts, path_of(draw.scenarios[0], FUTURES[0]))[1]
                          .mean(axis=0) for draw in draws])  # fmt: skip
    balance = fitted.ensemble.gives[[draw.number for draw in draws]]
    inside = fitted.target.deviance(simulated) < 11.07  # 95% of chi-square with five counts
    assert inside.sum() >= SIMULATED - 2
    for name in (WAITING, BLOCKED):
        i = fitted.counts.index(name)
        assert np.sqrt(np.mean((simulated[:, i] - balance[:, i]) ** 2)) <= 8


def test_a_base_with_every_guess_displaced_is_moved_back_to_today():
    found = calibrate(displaced(load(DRENTHE), 1), SEED, jobs=2)
    assert found.reached.all()
    assert np.abs(found.z).max() < 3
    far = np.abs(found.before - found.today) / found.sd
    near = np.abs(found.after - found.today) / found.sd
    assert near.max() < 1 < far.max()


def displaced(base, seed):
    """Return a base of which every guess lies 0.7 sd off at random, with its range."""
    guesses = Guesses(base)
    drawn = np.random.default_rng(seed).standard_normal(len(guesses.names)) * 0.7
    at = {end: dict(zip(guesses.names, drawn + end * P90, strict=True)) for end in (-1, 0, 1)}
    file, raw = base.read_from.chain[0]
    draft = Draft(file, copy.deepcopy(dict(raw)))
    for one in guesses.listed:
        keys = paths.split(one.path)
        value = one.at(at[0])
        put(draft, [*keys, "value"], value, "--set", file)
        put(draft, [*keys, "range"], range_of(one, value, at), "--set", file)
    return scenario_of([(file, draft.raw)], ())


def range_of(guess, value, at):
    if guess.adds_up:
        return {key: [share(value[key], guess.laws[key], end) for end in ("low", "high")]
                for key in guess.laws}  # fmt: skip
    low, high = guess.at(at[-1]), guess.at(at[1])
    if "" in guess.laws:
        return [one if isinstance(one, int | float) else Duration.parse(one).mean
                for one in (low, high)]  # fmt: skip
    return {key: [low[key], high[key]] for key in guess.laws}


def share(value, law, end):
    """Return a share as far off on the logit as an end of its law is."""
    odds = [math.log(one / (1 - one)) for one in (value, getattr(law, end), law.value)]
    return 1 / (1 + math.exp(-(odds[0] + odds[1] - odds[2])))
