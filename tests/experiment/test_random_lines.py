"""Lines whose parts add up, in every future and year of random small worlds."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import flowsim
from flowsim.experiment.numbers.series import NEED_PARTS
from flowsim.experiment.numbers.yearly import Yearly
from flowsim.experiment.quantities.lines import lines
from flowsim.experiment.results import Results
from flowsim.experiment.tables.by_area import areas_of
from flowsim.experiment.writing.tables_on_disk import TABLES, Sheet
from flowsim.metrics import MEASURES
from flowsim.scenario import parse
from tests.experiment.tiny_worlds import tiny_comparison
from tests.identities.random_worlds import Raw, worlds

LAWS = settings(max_examples=25, suppress_health_check=list(HealthCheck))
Cells = dict[tuple[str, str], Yearly]


def of(found: list[Yearly]) -> Cells:
    return {(one.line.measure, one.line.detail): one for one in found}


def parts(found: Cells, measure: str, start: str = "") -> Any:
    """The sum of the details of a measure that begin so, without the whole itself."""
    mine = [v.values for (name, d), v in found.items() if name == measure and d.startswith(start)]
    return np.sum(mine, axis=0) if mine else 0.0


def check(found: Cells, *, region: bool = True) -> None:
    def whole(measure: str, detail: str = "") -> Any:
        return found[measure, detail].values if (measure, detail) in found else 0.0

    if ("dwellings", "needed") in found:
        rest = [found["dwellings", d].values for d in NEED_PARTS[1:] if ("dwellings", d) in found]
        assert np.array_equal(whole("dwellings", "needed"), np.sum(rest, axis=0))
        ended = whole("dwellings", "ended") + whole("dwellings", "unmet")
        assert np.array_equal(whole("dwellings", "short"), ended)
    for measure, detail, start in (
        ("waiting", "access", "access_"),
        ("waiting", "placement", "placement_"),
        ("blocked", "", ""),
        ("outflow", "", ""),
        ("cost", "", ""),
    ):
        mine = parts(found, measure, start) - (0 if start else whole(measure, detail))
        np.testing.assert_allclose(mine, whole(measure, detail), rtol=1e-9, atol=1e-9)
    for measure in ("residents_by_variant", "residents"):
        np.testing.assert_allclose(parts(found, measure), whole("supported"), atol=1e-9)
    if ("ends_in", "dwelling") in found or ("ends_in", "in_use") in found:
        waiting = whole("waiting", "placement") + whole("blocked")
        np.testing.assert_allclose(parts(found, "ends_in"), waiting, rtol=1e-9, atol=1e-9)
    if region and ("cost_per_person", "") in found:
        of_clients = found["cost_per_person", ""].values
        np.testing.assert_allclose(of_clients, found["cost", ""].values, rtol=1e-9, atol=1e-6)


ADD_UP = ("persons", "persons a year", "dwellings a year")


def areas_add_up(results: Results) -> None:
    whole = of(lines(results.years, results.scenarios))
    for kind in ("subregion", "municipality"):
        names = {
            name: {name, *mine} for k, name, mine in areas_of(results.scenarios[0]) if k == kind
        }
        everything = set().union(*names.values())
        found = [
            of(lines(results.years.within(mine, everything), results.scenarios))
            for mine in names.values()
        ]
        for one in found:
            check(one, region=False)
        for line in dict.fromkeys(line for one in found for line in one):
            if whole[line].line.unit in ADD_UP or line[0] == "cost_per_person":
                listed = [one[line].values for one in found if line in one]
                total = np.sum(listed, axis=0)
                np.testing.assert_allclose(total, whole[line].values, rtol=1e-9, atol=1e-6)


def test_parts_add_up_in_a_region_with_some_of_everything():
    comparison = tiny_comparison()
    check(of(lines(comparison.years, comparison.scenarios)))
    areas_add_up(comparison)


@pytest.mark.slow
@LAWS
@given(worlds())
def test_parts_add_up_in_every_year_area_and_future(raw: Raw):
    results = flowsim.run(parse(raw), replications=2)
    found = of(lines(results.years, results.scenarios))
    check(found)
    areas_add_up(results)
    measures = set(results.measures["measure"])
    assert ("waiting", "placement") in found or "placement_days" not in measures
    assert measures <= {*MEASURES, "cost_eur", "cost_of_clients_eur"}


@pytest.mark.slow
@settings(LAWS, max_examples=8)
@given(worlds())
def test_no_table_says_minus_nothing(raw: Raw):
    results = flowsim.run(parse(raw), replications=2)
    for name, write in TABLES.items():
        stream = io.BytesIO()
        write(results, Sheet(stream, results.mark))
        for line in stream.getvalue().decode().splitlines():
            assert "-0.0" not in line.split(","), (name, line)
    waits = results.waits
    for frame in (waits, results.measures, results.by_year, results.by_area, results.summary):
        numbers = frame.select_dtypes("float").to_numpy()
        assert not (np.signbit(numbers) & (numbers == 0)).any()
