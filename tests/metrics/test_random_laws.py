"""What must hold in every run, in random small worlds: lines, strict order, no places, no desk."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings

from flowsim.cohort import sample_cohort
from flowsim.metrics import KINDS, METRICS, Columns, Reading, stack
from flowsim.metrics.chains.holders import CHAINED
from flowsim.metrics.measures.homes import NEEDS
from flowsim.metrics.measures.returns import MONTHS
from flowsim.scenario import parse
from flowsim.system import simulate
from tests.handmade import total
from tests.identities.random_worlds import Raw, worlds


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_what_is_counted_adds_up(raw: Raw):
    scenario = parse(raw)
    run = Reading(simulate(scenario, sample_cohort(scenario)), scenario)
    written = {name: metric(run) for name, metric in METRICS.items()}
    for name, columns in written.items():
        assert set(columns["measure"]) <= set(METRICS[name].measures), name
    found = stack(list(written.values()))
    names = set(found["measure"])
    assert np.isfinite(found["value"]).all()
    for name in names - {"dwellings_short"}:
        assert (found["value"][found["measure"] == name] >= -1e-9).all(), name
    _chains_add_up(found, run)
    _dwellings_add_up(found)
    left = total(found, "outflow", detail="to_light") + total(found, "outflow", detail="to_none")
    for months in MONTHS:
        followed = total(found, f"leavers_{months}_months")
        assert followed == total(found, f"after_{months}_months")
        assert followed + total(found, f"not_followed_{months}_months") == left


def _chains_add_up(found: Columns, run: Reading) -> None:
    pieces, place = run.waiting, run.wait_days["equal"][:, 3]
    kind, charged = run.kind[pieces.spell], 0.0
    for k in CHAINED:
        days = float(place[kind == k].sum())
        assert abs(total(found, f"{KINDS[k]}_chain_days") - days) < 1e-8
        charged += days
    assert abs(total(found, "place_holder_days") - charged) < 1e-8


def _dwellings_add_up(found: Columns) -> None:
    number = {name: total(found, "dwelling_needs", detail=name) for name in NEEDS}
    went = sum(v for name, v in number.items() if name not in ("start", "needed", "end"))
    assert number["start"] + number["needed"] - went == number["end"]
    assert number["used"] == total(found, "dwellings", detail="used")
