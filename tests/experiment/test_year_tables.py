"""Balance of persons, dwellings, staff and chains: they add up, and worlds with known numbers."""

from datetime import date

import numpy as np
import pytest

import flowsim
from flowsim.experiment.numbers.series import DWELLINGS, NEED_PARTS
from flowsim.metrics.measures.persons import BALANCE
from flowsim.scenario import parse
from tests.experiment.tiny_worlds import NAMES, tiny_comparison

RANGE = ["low", "high", "p10", "p90"]


@pytest.fixture(scope="module")
def comparison():
    return tiny_comparison()


# ---------------------------------------------------------------- the balance of persons
def test_the_balance_has_a_row_for_each_scenario_municipality_and_year(comparison):
    frame = comparison.balance
    ends = [f"end_{name}" for name in RANGE]
    assert list(frame.columns) == ["scenario", "municipality", "year", *BALANCE, *ends]
    keys = {tuple(row) for row in frame[["scenario", "municipality", "year"]].to_numpy()}
    places = ("", "klein_dorp", "groot_dorp")
    assert keys == {(s, m, y) for s in NAMES for m in places for y in ("2026", "2027")}
    assert len(keys) == len(frame)


def test_start_plus_in_less_out_is_end_in_every_row(comparison):
    frame = comparison.balance
    ins = frame[[name for name in BALANCE if name.startswith("in_")]].sum(axis=1)
    outs = frame[[name for name in BALANCE if name.startswith("out_")]].sum(axis=1)
    np.testing.assert_allclose(frame["start"] + ins - outs, frame["end"], rtol=0, atol=1e-9)
    # In whole persons, added up over replications, not even rounding is left.
    total = (frame[list(BALANCE)] * len(comparison.replications)).to_numpy()
    assert np.array_equal(np.rint(total), np.round(total, 9))


def test_the_end_of_a_year_is_the_start_of_the_next(comparison):
    years = comparison.balance.set_index(["scenario", "municipality", "year"]).sort_index()
    ends = years.xs("2026", level="year")["end"]
    assert ends.equals(years.xs("2027", level="year")["start"].rename("end"))


def test_the_municipalities_add_up_to_the_region(comparison):
    frame = comparison.balance
    parts = frame[frame["municipality"] != ""].groupby(["scenario", "year"])[list(BALANCE)].sum()
    whole = frame[frame["municipality"] == ""].set_index(["scenario", "year"])[list(BALANCE)]
    np.testing.assert_allclose(whole.loc[parts.index], parts)


def test_the_end_comes_with_its_interval_and_the_range_of_one_future(comparison):
    frame = comparison.balance
    assert (frame["end_low"] <= frame["end"] + 1e-9).all()
    assert (frame["end"] <= frame["end_high"] + 1e-9).all()
    assert (frame["end_p10"] <= frame["end_p90"]).all()
    assert (frame["end_p90"] - frame["end_p10"]).max() > 0


def test_no_interval_of_persons_hours_or_dwellings_goes_below_what_can_be(comparison):
    """Student's interval of few futures would; what is left of new need may shrink below 0."""
    counted = comparison.dwellings
    counted = counted[~counted["measure"].isin(["short", "unmet"])]
    balance = comparison.balance.rename(columns={f"end_{name}": name for name in RANGE})
    for frame in (balance, counted, comparison.staff, comparison.chains):
        assert not (frame["low"] < 0).any()
    assert (counted["low"] == 0).any()


def test_one_replication_has_no_interval():
    results = flowsim.run(tiny_comparison().scenarios[0], replications=1)
    assert results.balance[[f"end_{name}" for name in RANGE]].isna().all().all()
    assert results.dwellings[RANGE].isna().all().all()


# ---------------------------------------------------------------- dwellings
def dwellings(comparison, municipality="", scenario="base", year="2027"):
    frame = comparison.dwellings
    frame = frame[(frame["municipality"] == municipality) & (frame["scenario"] == scenario)]
    return frame[frame["year"] == year].set_index("measure")["value"]


@pytest.mark.parametrize("scenario", NAMES)
@pytest.mark.parametrize("place", ["", "klein_dorp", "groot_dorp"])
def test_who_needs_a_dwelling_gets_one_or_not(comparison, place, scenario):
    for year in ("2026", "2027"):
        row = dwellings(comparison, place, scenario, year)
        met = row["used"] + row["found_alone"] + row["without"]
        assert row["start"] + row["needed"] - met - row["ended"] == pytest.approx(row["end"])
        assert row["short"] == pytest.approx(row["needed"] - met)
        assert row["needed"] == pytest.approx(sum(row.get(name, 0.0) for name in NEED_PARTS[1:]))
        assert set(row.index) <= {*DWELLINGS, *NEED_PARTS}


def test_agreed_dwellings_are_those_of_the_file_shared_out_by_population(comparison):
    agreed = {place: dwellings(comparison, place)["agreed"] for place in ("", "klein_dorp")}
    assert agreed[""] == pytest.approx(12 * 365 / 365.25)
    assert agreed["klein_dorp"] == pytest.approx(agreed[""] / 3)
    more = dwellings(comparison, scenario="more_dwellings")["agreed"]
    assert more == pytest.approx(2 * agreed[""])


def test_the_last_year_is_the_whole_window_on_average_a_year(comparison):
    for name in ("needed", "used", "realised"):
        years = [dwellings(comparison, year=y)[name] for y in ("2026", "2027")]
        mean = dwellings(comparison, year="2026-2027")[name]
        assert mean == pytest.approx(sum(years) / 730 * 365.25)
    ends = [dwellings(comparison, year=y)["end"] for y in ("2026", "2027")]
    assert dwellings(comparison, year="2026-2027")["end"] == pytest.approx(np.mean(ends))


# ---------------------------------------------------------------- a world that is known
SEVEN_TO_A_TEAM = {
    "scenario": {"start": date(2026, 1, 1), "years": 2, "follow_up_days": 0},
    "level": [{"name": "light", "hours_per_week": 0}, {"name": "home", "hours_per_week": 10}],
    "demand": [{"profile": "p", "per_year": 1e-9, "level_mix": {"home": 1}}],
    "variant": [{"name": "home", "team": "t", "tenancy": "own", "serves": ["home", "home"]}],
    "leaving": {"ready_at": "light", "destination": {"elsewhere": 1}},
    "team": [{"name": "t", "fte": 2, "client_hours": 20, "on_call_fte": 1}],
    "start": {"residents": {"home": 7}},
}


def staff(results, year="2027"):
    frame = results.staff[(results.staff["municipality"] == "") & (results.staff["year"] == year)]
    return {row["measure"]: (row["value"], row["unit"]) for row in frame.to_dict("records")}


def test_a_team_of_two_with_seven_residents_of_ten_hours_is_short_of_one_and_a_half():
    results = flowsim.run(parse(SEVEN_TO_A_TEAM), replications=2)
    found = staff(results)
    assert found["needed"] == (pytest.approx(3.5), "FTE")
    assert found["available"] == (pytest.approx(2.0), "FTE")
    assert found["short"] == (pytest.approx(1.5), "FTE")
    assert found["on_call"] == (pytest.approx(1.0), "FTE")
    assert staff(results, "2026-2027") == found
    line = results.summary[results.summary["measure"] == "staff_short"]
    assert line["value"].tolist() == pytest.approx([1.5])
    assert line["unit"].tolist() == ["FTE"]


def test_a_team_in_hours_has_hours_a_week(comparison):
    frame = comparison.staff
    assert set(frame["unit"]) == {"hours a week"}
    there = frame[(frame["measure"] == "available") & (frame["scenario"] == "base")]
    assert there["value"].to_numpy() == pytest.approx(260)
    assert (frame.loc[frame["measure"] == "short", "value"] >= 0).all()


# ---------------------------------------------------------------- chains
@pytest.mark.parametrize("scenario", NAMES)
def test_the_links_add_up_to_everybody_who_waits_with_an_award(comparison, scenario):
    frame = comparison.chains[comparison.chains["scenario"] == scenario]
    days = frame.groupby("link")["value"].sum()
    kinds = [f"{kind}_days" for kind in ("placement", "internal", "outflow", "return")]
    measures = comparison.measures
    mine = measures[(measures["scenario"] == scenario) & measures["measure"].isin(kinds)]
    people = mine["value"].sum() / len(comparison.replications) / 730
    assert days["all"] == pytest.approx(people)
    assert days["missing"] + days["end"] == pytest.approx(days["all"])
    assert days["holder"] == pytest.approx(days["end"])


def test_the_share_that_ends_in_a_dwelling_is_that_of_the_days(comparison):
    frame = comparison.chains[comparison.chains["link"] == "all"]
    table = frame.pivot(index="scenario", columns="detail", values="value").fillna(0.0)
    said = comparison.summary[comparison.summary["measure"] == "ends_in_dwelling"]
    shares = table["dwelling"] / table.sum(axis=1)
    assert said.set_index("scenario")["value"].to_dict() == pytest.approx(shares.to_dict())


# ---------------------------------------------------------------- waits by what the award names
def test_waits_for_a_first_place_are_split_by_the_tenancy_that_the_award_names_first(comparison):
    waits = comparison.waits.query("scenario == 'base' and kind == 'placement'")
    tenancy = waits["variant"].map({"bw": "provider", "bt": "own"})
    assert set(tenancy) == {"provider", "own"}
    frame = comparison.summary.query("scenario == 'base' and statistic == 'placed_within_52_weeks'")
    shares = frame.set_index("detail")["value"]
    for name in ("provider", "own"):
        mine = waits[tenancy == name]
        by_hand = ((mine["ending"] == "placed") & (mine["wait_days"] <= 364))[
            mine["entry_days"] == 0
        ].mean()
        assert shares[f"placement_{name}"] == pytest.approx(by_hand, abs=0.12)
    low, high = sorted(shares[[f"placement_{name}" for name in ("provider", "own")]])
    assert low <= shares["placement"] <= high
