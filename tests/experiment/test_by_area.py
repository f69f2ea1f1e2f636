"""Every line by municipality and subregion."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import flowsim
from flowsim.experiment.tables.by_area import areas_of
from tests.experiment.handmade_results import five, results_of
from tests.experiment.test_lines import AFTER, BT, BW, YEAR
from tests.experiment.tiny_worlds import NAMES, tiny, tiny_comparison

ON_PAPER = {  # in a and in b
    ("supported", ""): ((80 + 160) / 730, (40 + 170) / 730),
    ("waiting", "placement"): ((30 + 350) / 730, (60 + 60) / 730),
    ("waiting", "access_assessor"): ((2 + 430) / 730, 0),
    ("blocked", "dwelling"): (110 / 730, 0),
    ("gave_up", ""): (0, YEAR / 730),
    ("outflow_to_dwelling", ""): (YEAR / 730, 0),
    ("dwellings", "agreed"): (6, 4),
    ("dwellings", "offered"): (2 * YEAR / 730, 2 * YEAR / 730),
    ("dwellings", "needed"): (3 * YEAR / 730, YEAR / 730),
    ("dwellings", "used"): (2 * YEAR / 730, YEAR / 730),
    ("dwellings", "ended"): (0, YEAR / 730),
    ("dwellings", "unmet"): (YEAR / 730, -YEAR / 730),
    ("need_dwelling", ""): (0.5, 0),
    ("cost_per_person", ""): (
        (80 * BW + 160 * BT + 90 * AFTER) / (240 / YEAR),
        (40 * BW + 170 * BT) / (210 / YEAR),
    ),
}


@pytest.fixture(scope="module")
def by_hand():
    return results_of({"hand": [five()] * 3}).by_area


@pytest.fixture(scope="module")
def comparison():
    return tiny_comparison()


def cells(frame: Any, kind: str, area: str) -> dict[tuple[str, str], float]:
    mine = frame[(frame["kind"] == kind) & (frame["area"] == area) & (frame["measure"] != "wait")]
    return dict(zip(zip(mine["measure"], mine["detail"], strict=True), mine["value"], strict=True))


@pytest.mark.parametrize(
    ("at", "municipality", "subregion"), [(0, "a", "north"), (1, "b", "south")]
)
def test_numbers_of_a_municipality_and_its_subregion_are_those_on_paper(
    by_hand, at, municipality, subregion
):
    for found in (
        cells(by_hand, "municipality", municipality),
        cells(by_hand, "subregion", subregion),
    ):
        expected = {line: numbers[at] for line, numbers in ON_PAPER.items()}
        mine = {line: found[line] for line in expected}
        assert mine == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_the_centre_municipality_pays_for_all_and_each_has_its_own_cost_per_person(by_hand):
    a, b = (cells(by_hand, "municipality", name) for name in "ab")
    assert a["cost", ""] == 0 < b["cost", ""]
    assert a["cost_per_person", ""] > 0


def test_what_belongs_to_the_region_cannot_be_told_for_a_part_of_it(by_hand):
    region = cells(by_hand, "region", "r")
    assert {("staff_short", "care"), ("ends_in", "dwelling"), ("ends_in_dwelling", "")} <= set(
        region
    )
    for kind, area in (("subregion", "north"), ("municipality", "a")):
        told = {measure for measure, _ in cells(by_hand, kind, area)}
        assert not told & {"staff_short", "ends_in", "ends_in_dwelling"}


def test_the_region_is_the_summary(comparison):
    keys = ["scenario", "measure", "detail", "statistic"]
    frame = comparison.by_area
    region = frame[frame["kind"] == "region"].set_index(keys)["value"]
    whole = comparison.summary.set_index(keys)["value"]
    assert set(region.index) == set(whole.index)
    np.testing.assert_allclose(region, whole.loc[region.index], rtol=1e-9)


def test_the_parts_add_up_to_the_region(comparison):
    frame = comparison.by_area
    counted = frame["unit"].isin(
        ["persons", "persons a year", "dwellings a year", "EUR a year"]
    ) & (frame["measure"] != "wait")
    keys = ["scenario", "measure", "detail"]
    by_kind = {
        kind: frame[counted & (frame["kind"] == kind)].groupby(keys)["value"].sum()
        for kind in ("region", "subregion", "municipality")
    }
    for kind in ("subregion", "municipality"):
        parts = by_kind[kind]
        assert len(parts) > 60
        np.testing.assert_allclose(parts, by_kind["region"].loc[parts.index], atol=1e-9)


def test_waits_of_an_area_are_those_of_by_municipality(comparison):
    keys = ["scenario", "area", "detail", "statistic"]
    old = comparison.by_municipality.rename(columns={"municipality": "area"})
    old = old[old["statistic"].str.startswith(("mean", "placed"))].set_index(keys)["value"]
    frame = comparison.by_area
    new = frame[(frame["kind"] == "municipality") & (frame["measure"] == "wait")]
    new = new.set_index(keys)["value"].loc[old.index]
    np.testing.assert_allclose(new, old, rtol=0.02, atol=0.02)  # waits are rounded a little


def test_verdicts_on_all_areas_of_a_kind_are_sure_together(comparison):
    frame = comparison.by_area
    line = frame[(frame["measure"] == "supported") & (frame["kind"] == "municipality")]
    tested = line[line["p"].notna()]
    assert len(tested) == 4
    smallest = tested["p"].idxmin()
    assert tested.loc[smallest, "p_holm"] == pytest.approx(min(1.0, 4 * tested.loc[smallest, "p"]))


def test_areas_are_listed_from_large_to_small(comparison):
    listed = [(kind, name) for kind, name, _ in areas_of(comparison.scenarios[0])]
    assert listed == [
        ("region", "Kleinland"),
        ("subregion", "noord"),
        ("subregion", "zuid"),
        ("municipality", "klein_dorp"),
        ("municipality", "groot_dorp"),
    ]


@pytest.mark.parametrize("table", ["by_area", "by_year"])
def test_one_number_has_one_verdict_in_whatever_table_it_stands(table):
    worlds = [tiny(name, "scenario.years=1") for name in NAMES]
    found = flowsim.compare(worlds[0], worlds[1:], replications=4)
    line = ["scenario", "measure", "detail", "statistic", "unit"]
    numbers = ["value", "difference", "difference_low", "difference_high"]
    both = getattr(found, table).merge(found.summary, on=line, suffixes=("", "_whole"))
    alike = np.all(
        [np.isclose(both[n], both[f"{n}_whole"], equal_nan=True) for n in numbers], axis=0
    )
    mine = both[alike]
    assert len(mine) > 50
    for name in ("p_holm", "matters"):
        np.testing.assert_allclose(mine[name], mine[f"{name}_whole"])
    for name in ("verdict", "direction", "warning"):
        assert mine[name].tolist() == mine[f"{name}_whole"].tolist()


def test_rows_of_the_region_are_the_rows_of_the_summary(comparison):
    frame = comparison.by_area
    region = frame[frame["kind"] == "region"].drop(columns=["kind", "area"]).reset_index(drop=True)
    assert region.equals(comparison.summary)
