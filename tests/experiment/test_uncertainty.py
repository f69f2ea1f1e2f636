"""Draws that give today, simulated: what stands whatever is guessed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import flowsim
from flowsim.balance.counts import names_of
from flowsim.experiment.burn_in import PATHS, path_of
from flowsim.experiment.draws.drawn import FUTURES, draws_of, run_draws, tasks_of
from flowsim.experiment.draws.fit import Fit, key_of
from flowsim.experiment.draws.split import split
from flowsim.experiment.draws.uncertainty import Uncertainty, _verdict
from flowsim.guesses import Target
from flowsim.scenario import load
from tests.experiment.drawn_worlds import small_fit, write_worlds

FEW = 6


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn")
    write_worlds(folder)
    return folder


@pytest.fixture(scope="module")
def scenarios(folder):
    return [load(folder / f"{name}.toml") for name in ("base", "more")]


@pytest.fixture(scope="module")
def fitted(folder) -> Fit:
    return small_fit(folder)


@pytest.fixture(scope="module")
def found(scenarios, fitted):
    comparison = flowsim.compare(scenarios[0], scenarios[1:], replications=3)
    return Uncertainty(comparison, run_draws(scenarios, fitted, FEW, 5))


def test_more_draws_give_today_than_before_they_were_moved(fitted, scenarios):
    assert fitted.counts == names_of(scenarios[0]) == ("a", "waiting", "blocked")
    assert fitted.fitted > max(fitted.fitted_before, 0.6)
    assert fitted.guesses == ("demand.p.per_year", "demand.p.patience_days",
                              "variant.a.stay_days")  # fmt: skip


def test_an_ensemble_that_was_kept_is_the_same(fitted):
    again = Fit.from_json(fitted.to_json())
    assert again.to_json() == fitted.to_json()
    assert (again.kept == fitted.kept).all()


def test_its_key_changes_with_a_range_and_with_the_seed(folder, scenarios, tmp_path):
    base = scenarios[0]
    (tmp_path / "base.toml").write_text(
        (folder / "base.toml").read_text().replace("[10, 40]", "[11, 40]"))  # fmt: skip
    keys = {key_of(base, 5), key_of(base, 6), key_of(base, 5, 50),
            key_of(load(tmp_path / "base.toml"), 5)}  # fmt: skip
    assert len(keys) == 4
    assert key_of(load(folder / "base.toml"), 5) in keys


def test_a_lever_is_a_difference_with_the_base_in_each_draw_and_counts_are_not_drawn(
    scenarios, fitted
):
    draws, refused = draws_of(scenarios, fitted, FEW, 5)
    assert not refused
    assert [draw.number for draw in draws] == fitted.kept[:FEW].tolist()
    rates = set()
    for draw in draws:
        base, more = draw.scenarios
        assert (base.variant[0].places.total, more.variant[0].places.total) == (6, 9)
        assert base.demand == more.demand
        rates.add(base.demand[0].per_year.total)
    assert len(rates) == FEW


def test_both_futures_of_a_draw_begin_with_one_path_of_its_own_burn_in(scenarios, fitted):
    draws, _ = draws_of(scenarios, fitted, 3, 5)
    keys = {path_of(one, number).key for one, number in tasks_of(draws)[1]}
    assert len(keys) == len(draws)
    assert {number % PATHS for number in FUTURES} == {0}


def test_the_table_has_both_bands_and_the_wider_one_holds_what_draws_come_to(found):
    table = found.table
    row = table[(table["measure"] == "waiting") & (table["scenario"] == "more")].iloc[0]
    values = found.of(_line(row), "more", difference=True)
    assert values.shape == (FEW, len(FUTURES))
    assert row["difference_draws_mean"] == pytest.approx(values.mean())
    parts = split(values)
    low, high = row["difference_evidence_low"], row["difference_evidence_high"]
    if parts.found:
        assert low <= min(parts.band[0], parts.mean - (row["difference"] - row["difference_low"]))
        assert high >= max(parts.band[1], parts.mean + row["difference_high"] - row["difference"])
    else:
        assert (low, high) == (row["difference_low"], row["difference_high"])
        assert np.isnan(row["same_sign"])


def test_where_draws_do_not_differ_both_bands_are_the_same(found):
    alike = {line: np.broadcast_to(values[:1], values.shape)
             for line, values in found.drawn.lines.items()}  # fmt: skip
    same = Uncertainty(found.comparison, dataclasses.replace(found.drawn, lines=alike))
    table = same.table
    known = table["draws"] > 0
    assert known.any()
    for end in ("low", "high"):
        assert table.loc[known, f"evidence_{end}"].equals(table.loc[known, end])


def test_the_verdict_is_no_surer_with_what_is_guessed_than_by_chance_alone(found):
    sure = ("slight", "likely", "clear")
    table = found.table[found.table["scenario"] == "more"]
    wider = table[table["verdict_with_evidence"].isin(sure)]
    assert set(wider["verdict"]) <= set(sure)
    ends = wider["difference_evidence_low"] * wider["difference_evidence_high"]
    assert (ends > 0).all()


@pytest.mark.parametrize("chance", ["exact", "none", "same", "close", "slight", "likely", "clear"])
@pytest.mark.parametrize(
    ("low", "high", "mean"), [(2, 6, 4), (-6, -2, -4), (-1, 3, 1), (0.1, 0.4, 0.2)]
)
def test_no_verdict_is_surer_than_on_chance_alone_or_of_the_other_sign(chance, low, high, mean):
    sure = ["none", "exact", "same", "close", "slight", "likely", "clear"]
    row = {"matters": 1.0, "verdict": chance, "difference": 4.0}
    said = _verdict(row, low, high, mean)
    assert sure.index(said) <= max(sure.index(chance), sure.index("close"))
    if low <= 0 <= high or mean < 0:
        assert said not in ("slight", "likely", "clear")
    if chance == "clear" and (low, high) == (2, 6):
        assert said == "clear"


def test_where_nothing_gives_today_nothing_is_run(scenarios, fitted):
    none = dataclasses.replace(fitted, fits=np.zeros_like(fitted.fits))
    drawn = run_draws(scenarios, none, FEW, 5)
    assert (drawn.draws, drawn.planned, drawn.lines) == ((), 0, {})


def test_a_short_burn_in_does_not_keep_it_from_being_fitted(tmp_path):
    write_worlds(tmp_path)
    text = (tmp_path / "base.toml").read_text().replace("burn_in_years = 12", "burn_in_years = 2")
    (tmp_path / "base.toml").write_text(text)
    found = small_fit(tmp_path, 10)
    assert np.isfinite(found.target.sd).all()
    assert np.isfinite(found.ensemble.moved).all()


def test_a_wait_that_many_draws_do_not_reach_has_no_band(found):
    line = next(one for one in found.drawn.lines if one.measure == "waiting")
    values = found.drawn.lines[line].copy()
    assert found.of(line, "more", difference=False) is not None
    values[:2, 1, 0] = np.inf
    lost = dataclasses.replace(found.drawn, lines={line: values})
    unreached = Uncertainty(found.comparison, lost)
    assert unreached.of(line, "more", difference=False) is None


def test_a_draw_in_which_a_scenario_cannot_be_is_left_out_and_told(scenarios, fitted, tmp_path):
    (tmp_path / "base.toml").write_text(scenarios[0].to_toml())
    moved = fitted.ensemble.moved.copy()
    moved[fitted.kept[0]] = 90.0  # more people than anybody can count
    broken = dataclasses.replace(
        fitted, ensemble=dataclasses.replace(fitted.ensemble, moved=moved))  # fmt: skip
    draws, refused = draws_of(scenarios, broken, 3, 5)
    assert [number for number, _ in refused] == [fitted.kept[0]]
    assert [draw.number for draw in draws] == fitted.kept[1:4].tolist()


def test_the_simulation_tells_whether_a_draw_gives_today(found):
    counts = np.array(list(found.drawn.simulated.values()))
    assert counts.shape == (FEW, 3)
    assert (counts[:, 0] <= 6).all()
    fit, most = found.drawn.fit, 7.815  # 95% of chi-square with three counts
    half = np.full(3, 0.5)
    for target in (fit.target, *(Target(counts[0] + apart, half) for apart in (0, 1, 1000))):
        here = dataclasses.replace(found.drawn, fit=dataclasses.replace(fit, target=target))
        off = (((counts - target.value) / target.sd) ** 2).sum(axis=1)
        assert here.checked == ((off < most).sum(), FEW)
    assert off.min() > most, "a target that nobody comes near"


def _line(row):
    from flowsim.experiment.draws.uncertainty import ABOUT
    from flowsim.experiment.numbers.yearly import Line

    return Line(*(row[name] for name in ABOUT))
