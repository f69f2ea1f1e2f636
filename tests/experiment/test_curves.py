"""Waits pooled over replications, against curves worked out by hand."""

import numpy as np
import pytest

from flowsim.experiment.curves import STATISTICS, pool, statistics
from flowsim.metrics import KINDS, Episodes
from flowsim.metrics.aalen_johansen import incidence, quantile, restricted_mean, risk_set
from flowsim.metrics.waits import GAVE_UP, PLACED, UNFINISHED
from tests.experiment.tiny_worlds import tiny_comparison

PLACEMENT = KINDS.index("placement")


def waits(*listed, counts=True):
    """Waits for a first place: (days, ending) or (days, ending, days already waited)."""
    rows = [(*one, 0.0)[:3] for one in listed]
    n = len(rows)
    blank = np.zeros(n, dtype=np.int16)
    return Episodes(
        kind=np.full(n, PLACEMENT, dtype=np.int8),
        client=np.arange(n),
        start=np.zeros(n),
        entry=np.array([row[2] for row in rows], dtype=float),
        wait=np.array([row[0] for row in rows], dtype=float),
        ending=np.array([row[1] for row in rows], dtype=np.int8),
        transition=np.full(n, np.nan),
        municipality=blank,
        profile=blank,
        variant=blank,
        held=blank,
        level=blank.astype(np.int8),
        counts=np.full(n, counts),
        got=blank,
        assessor=np.full(n, np.nan),
        assessment=np.full(n, np.nan),
        paperwork=np.full(n, np.nan),
    )


def read(*replications, weights=None):
    pools = [pool(replications, "placement")]
    rows = np.ones((1, len(replications))) if weights is None else np.atleast_2d(weights)
    return dict(zip(STATISTICS, statistics(pools)(rows)[0, :, 0], strict=True))


def test_who_still_waits_is_censored_and_not_left_out():
    found = read(waits((7, PLACED), (14, PLACED), (14, UNFINISHED)))
    # Two thirds wait longer than 7 days, one third longer than 14, as far as one can see.
    assert found["mean_104_weeks"] == pytest.approx(1 + 2 / 3 + 102 / 3)
    assert found["median"] == 2
    assert found["p90"] == np.inf
    assert found["placed_within_13_weeks"] == pytest.approx(2 / 3)


def test_who_gave_up_was_not_placed():
    found = read(waits((7, PLACED), (14, GAVE_UP)))
    assert found["mean_104_weeks"] == pytest.approx(1.5)
    assert found["placed_within_52_weeks"] == pytest.approx(0.5)
    assert found["p90"] == np.inf


def test_who_waited_at_the_start_joins_at_the_wait_reached_by_then():
    # Seen from day 70 only: says nothing about the first 70 days, in which one of one is placed.
    found = read(waits((7, PLACED), (140, PLACED, 70)))
    assert found["median"] == 1


def test_replications_are_pooled_before_a_curve_is_read():
    apart = read(waits((7, PLACED)), waits((21, PLACED), (21, PLACED), (21, PLACED)))
    assert apart["mean_104_weeks"] == pytest.approx((1 + 3 * 3) / 4)


def test_a_replication_drawn_twice_counts_twice():
    found = read(waits((7, PLACED)), waits((21, PLACED)), weights=[3, 1])
    assert found["mean_104_weeks"] == pytest.approx((3 * 1 + 3) / 4)


def test_waits_that_tables_do_not_count_are_left_out():
    one = waits((7, PLACED))
    other = waits((70, PLACED), counts=False)
    assert read(one, other)["mean_104_weeks"] == 1


def test_where_nobody_waited_there_is_no_wait_to_speak_of():
    found = read(waits(), waits())
    assert all(np.isnan(value) for value in found.values())


def test_rounding_to_whole_days_changes_a_wait_by_less_than_a_tenth_of_a_week():
    results = tiny_comparison()
    runs = [one.waits for one in results.runs_of("base")]
    for kind in ("access", "placement", "outflow"):
        mine = [one.counts & (one.kind == KINDS.index(kind)) for one in runs]
        entry, wait, ending = (
            np.concatenate([getattr(one, name)[m] for one, m in zip(runs, mine, strict=True)])
            for name in ("entry", "wait", "ending")
        )
        curve = incidence(risk_set(entry, wait, ending))
        found = statistics([pool(runs, kind)])(np.ones((1, len(runs))))[0, :, 0]
        exact = (restricted_mean(curve, 728) / 7, quantile(curve, 0.5) / 7)
        rounded = (found[STATISTICS.index("mean_104_weeks")], found[STATISTICS.index("median")])
        assert rounded == pytest.approx(exact, abs=0.1)
