"""Curves against cases on paper, and against a brute force that shares no code with them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.metrics import ENDINGS
from flowsim.metrics.aalen_johansen import (
    Curve,
    incidence,
    offered,
    quantile,
    restricted_mean,
    risk_set,
    share_by,
)

UNFINISHED, PLACED, GAVE_UP, LEFT, WITHDRAWN = range(5)


def brute_force(
    entry: list[float], exit: list[float], ending: list[int], weight: list[float]
) -> dict[float, tuple[float, list[float]]]:
    """Walk through the times one by one, looking at every wait each time."""
    waiting, ended = 1.0, [0.0] * len(ENDINGS)
    waits = list(zip(entry, exit, ending, weight, strict=True))
    out = {}
    for time in sorted({x for _, x, how, _ in waits if how != UNFINISHED}):
        seen = sum(w for e, x, _, w in waits if e <= time <= x)
        stopped = [sum(w for _, x, h, w in waits if x == time and h == k) for k in range(5)]
        if seen > 0:
            for k in range(1, 5):
                ended[k] += waiting * stopped[k] / seen
            waiting *= 1 - sum(stopped[1:]) / seen
        out[time] = (waiting, list(ended))
    return out


def test_with_nobody_censored_the_curve_is_the_plain_share():
    risk = risk_set([0, 0, 0, 0], [7, 14, 14, 28], [PLACED, PLACED, GAVE_UP, PLACED])
    curve = incidence(risk)
    assert curve.times.tolist() == [7, 14, 28]
    assert curve.ended[PLACED].tolist() == [0.25, 0.5, 0.75]
    assert curve.ended[GAVE_UP].tolist() == [0, 0.25, 0.25]
    assert curve.waiting.tolist() == [0.75, 0.25, 0]


def test_someone_still_waiting_counts_as_at_risk_until_the_end_and_is_not_left_out():
    # 4 at risk on day 10: 1/4 placed. The censored one leaves on day 15. 2 at risk on day 20.
    risk = risk_set([0, 0, 0, 0], [10, 15, 20, 30], [PLACED, UNFINISHED, PLACED, PLACED])
    curve = incidence(risk)
    assert curve.ended[PLACED].tolist() == [0.25, 0.25 + 0.75 / 2, 1.0]


def test_who_is_censored_at_the_moment_of_an_event_is_still_at_risk_then():
    curve = incidence(risk_set([0, 0], [10, 10], [PLACED, UNFINISHED]))
    assert curve.ended[PLACED].tolist() == [0.5]


def test_people_who_waited_before_the_start_enter_at_the_wait_they_have():
    # The second is first seen on day 50 of the wait: not at risk on day 20, at risk on day 60.
    risk = risk_set([0, 50, 0], [20, 60, 80], [PLACED, PLACED, PLACED])
    curve = incidence(risk)
    assert curve.ended[PLACED].tolist() == pytest.approx([1 / 2, 1 / 2 + 1 / 2 * 1 / 2, 1.0])


def test_who_is_served_at_once_or_on_the_first_day_seen_is_at_risk_at_that_moment():
    curve = incidence(risk_set([0, 0, 30], [0, 40, 30], [PLACED, PLACED, PLACED]))
    assert curve.times.tolist() == [0, 30, 40]
    assert curve.ended[PLACED].tolist() == [0.5, 0.75, 1.0]


def test_the_offered_wait_censors_who_gives_up():
    # Placed on 10 (1 of 3), gave up on 20, placed on 30 (1 of 1): 1/3, then 1/3 + 2/3.
    risk = risk_set([0, 0, 0], [10, 20, 30], [PLACED, GAVE_UP, PLACED])
    assert offered(risk).ended[PLACED].tolist() == pytest.approx([1 / 3, 1 / 3, 1.0])
    assert incidence(risk).ended[PLACED].tolist() == pytest.approx([1 / 3, 1 / 3, 2 / 3])


def test_a_quantile_that_is_not_reached_is_infinite():
    risk = risk_set([0] * 10, range(10, 110, 10), [PLACED] * 8 + [GAVE_UP, UNFINISHED])
    curve = incidence(risk)
    assert quantile(curve, 0.5) == 50
    assert quantile(curve, 0.8) == 80
    assert quantile(curve, 0.9) == np.inf
    assert quantile(incidence(risk_set([], [], [])), 0.5) == np.inf


def test_the_restricted_mean_is_the_area_under_the_share_still_waiting():
    # Waits of 10, 30 and 200 days, each cut at 100: (10 + 30 + 100) / 3.
    curve = incidence(risk_set([0, 0, 0], [10, 30, 200], [PLACED, GAVE_UP, PLACED]))
    assert restricted_mean(curve, 100) == pytest.approx((10 + 30 + 100) / 3)
    assert restricted_mean(incidence(risk_set([], [], [])), 100) == 100


def test_the_share_by_a_day_includes_that_day_and_nothing_later():
    curve = incidence(risk_set([0, 0], [91, 92], [PLACED, PLACED]))
    assert [float(share_by(curve, day)) for day in (0, 90.9, 91, 92)] == [0, 0, 0.5, 1]


def test_a_wait_cannot_end_before_it_is_seen():
    with pytest.raises(ValueError, match="before it is first seen"):
        risk_set([5], [4], [PLACED])


waits = st.lists(
    st.tuples(
        st.integers(0, 6),  # few different times, so that ties are common
        st.integers(0, 6),
        st.integers(0, 4),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=25,
)


def split(drawn: list[tuple[int, int, int, int]]) -> tuple[list[float], list[float], list[int]]:
    entry = [float(e) for e, _, _, _ in drawn]
    exit = [float(e + length) for e, length, _, _ in drawn]
    return entry, exit, [how for _, _, how, _ in drawn]


@settings(max_examples=300)
@given(drawn=waits, weight=st.tuples(*[st.integers(0, 3)] * 3))
def test_every_curve_equals_the_brute_force(drawn, weight):
    entry, exit, ending = split(drawn)
    group = [g for _, _, _, g in drawn]
    curve = incidence(risk_set(entry, exit, ending, group=group, groups=3), weight)
    expected = brute_force(entry, exit, ending, [float(weight[g]) for g in group])
    assert curve.times.tolist() == sorted(expected)
    for i, time in enumerate(curve.times.tolist()):
        waiting, ended = expected[time]
        assert curve.waiting[i] == pytest.approx(waiting, abs=1e-12)
        assert curve.ended[:, i].tolist() == pytest.approx(ended, abs=1e-12)


@settings(max_examples=100)
@given(drawn=waits)
def test_waiting_and_all_endings_always_add_up_to_one(drawn):
    curve = incidence(risk_set(*split(drawn)))
    assert curve.waiting + curve.ended.sum(axis=0) == pytest.approx(np.ones(len(curve.times)))


@settings(max_examples=100)
@given(drawn=waits)
def test_weights_of_groups_count_as_that_many_copies(drawn):
    entry, exit, ending = split(drawn)
    group = np.array([g for _, _, _, g in drawn])
    weights = np.array([[1, 1, 1], [0, 2, 1], [3, 0, 1]])
    together = incidence(risk_set(entry, exit, ending, group=group, groups=3), weights)
    for b, weight in enumerate(weights):
        copies = np.repeat(np.arange(len(group)), weight[group])
        picked = [np.array(column)[copies] for column in (entry, exit, ending)]
        alone = incidence(risk_set(*picked))
        for time in together.times.tolist():
            assert at(alone, time) == pytest.approx(at(together, time, b), abs=1e-12)
        assert restricted_mean(together, 5.0)[b] == pytest.approx(restricted_mean(alone, 5.0))
        assert quantile(together, 0.5)[b] == quantile(alone, 0.5)


@settings(max_examples=50)
@given(drawn=waits)
def test_weights_of_waits_count_as_that_many_copies(drawn):
    entry, exit, ending = split(drawn)
    weight = [g + 1 for _, _, _, g in drawn]
    copies = np.repeat(np.arange(len(weight)), weight)
    picked = [np.array(column)[copies] for column in (entry, exit, ending)]
    heavy, many = (
        incidence(risk_set(entry, exit, ending, weight=weight)),
        incidence(risk_set(*picked)),
    )
    assert heavy.ended == pytest.approx(many.ended)


def at(curve: Curve, time: float, which: int | None = None) -> list[float]:
    i = int(np.searchsorted(curve.times, time, side="right")) - 1
    if i < 0:
        return [0.0] * len(ENDINGS)
    ended = curve.ended if which is None else curve.ended[:, which]
    return ended[:, i].tolist()
