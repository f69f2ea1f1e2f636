"""Refusals: intakes until one succeeds, and losing the dwelling one rents."""

from __future__ import annotations

import math

import numpy as np

from flowsim.ledger import EventKind, State
from tests.theory.laws import run
from tests.theory.measure import assert_agrees, mean_of, spans
from tests.worlds import YEAR, copies, crowd, places

OUT_OF = 0.7
"""Share of the intakes after which a provider accepts."""


def test_the_number_of_intakes_is_geometric():
    """With room for all and 10 days between two intakes the wait is 10 days a refusal."""
    home = places("unlimited", 5.0, accepts=OUT_OF, intake_again_days=10.0)
    ledger = run(copies(400, demand=[crowd(6000)], variant=[home]))
    refused = ledger.rows[ledger.rows["kind"] == EventKind.REFUSED]
    each = np.bincount(refused["client"], minlength=6000)
    assert_agrees(mean_of(each), (1 - OUT_OF) / OUT_OF, within=0.1)
    assert_agrees(mean_of((each == 0) * 1.0), OUT_OF, within=0.05)
    assert_agrees(mean_of((each >= 2) * 1.0), (1 - OUT_OF) ** 2, within=0.2)
    waits = spans(ledger).of(State.WAITING)
    total = np.bincount(waits.client, waits.days, minlength=6000)
    np.testing.assert_allclose(total, 10.0 * each, atol=1e-6)


def test_a_tenancy_is_lost_at_its_hazard_while_people_wait():
    """No place ever: after t days a share 1 - exp(-h t) has lost the dwelling it rented."""
    home = places(0, 5.0)
    rent = crowd(6000, has_tenancy=1.0)
    losing = {"loses_tenancy_per_year": 0.02 * YEAR}
    ledger = run(copies(60, demand=[rent], variant=[home], leaving=losing))
    begun = spans(ledger).of(State.WAITING)
    lost = ledger.rows[ledger.rows["kind"] == EventKind.TENANCY_LOST]
    assert len(set(lost["client"].tolist())) == len(lost), "a dwelling is lost once"
    start = np.full(6000, np.nan)
    start[begun.client] = begun.begin
    after = lost["day"] - start[lost["client"]]
    for days in (10.0, 40.0):
        share = np.zeros(6000)
        share[lost["client"][after <= days]] = 1.0
        assert_agrees(mean_of(share), 1 - math.exp(-0.02 * days), within=0.15)
