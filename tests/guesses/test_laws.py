"""What a guess may be: its value, both ends of its range, and never what cannot be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowsim.errors import EngineError
from flowsim.guesses import P90, Law

SHARE = st.floats(1e-6, 1 - 1e-6)
AMOUNT = st.floats(1e-6, 1e9)


def three(numbers):
    listed = st.lists(numbers, min_size=3, max_size=3, unique=True).map(sorted)
    return listed.filter(lambda n: n[1] - n[0] > 1e-9 * n[1] and n[2] - n[1] > 1e-9 * n[2])


@given(three(AMOUNT), st.sampled_from(["positive", "any"]))
def test_a_number_is_its_value_and_its_ends_where_it_should(listed, domain):
    exact(Law.of(*listed, domain), listed)


@given(three(SHARE), st.sampled_from(["share", "shares"]))
def test_a_share_is_its_value_and_its_ends_where_it_should(listed, domain):
    exact(Law.of(*listed, domain), listed)


@given(three(AMOUNT))
def test_so_is_a_number_whose_range_begins_at_0(listed):
    listed = [0.0, *listed[1:]]
    exact(Law.of(*listed, "positive"), listed)


def exact(law, listed):
    assert [law.at(z) for z in (-P90, 0, P90)] == pytest.approx(
        listed, rel=1e-9, abs=1e-9 * max(1.0, listed[2]) if law.scale == "any" else 1e-9
    )
    rising = [law.at(z) for z in np.linspace(-4, 4, 81)]
    assert rising == sorted(rising)


@pytest.mark.parametrize(("listed", "domain", "least", "most"), [
    ((0.6, 0.8, 0.97), "share", 0, 1),
    ((0.001, 0.5, 0.501), "share", 0, 1),
    ((0.4, 0.7, 0.99), "shares", 0, 1),
    ((18, 36, 72), "positive", 0, math.inf),
    ((0, 1, 2), "positive", 0, math.inf),
    ((0, 0.5, 1), "positive", 0, math.inf),
    ((-0.02, 0.01, 0.05), "any", -math.inf, math.inf),
])  # fmt: skip
def test_nothing_is_drawn_that_cannot_be(listed, domain, least, most):
    law = Law.of(*listed, domain)
    z = np.random.default_rng(1).standard_normal(10_000)
    drawn = [law.at(one) for one in z]
    assert least <= min(drawn) <= max(drawn) <= most
    inside = np.mean([listed[0] <= one <= listed[2] for one in drawn])
    cut = 0.1 if law.scale == "from_0" else 0.0  # what would lie below 0
    assert inside == pytest.approx(0.8 + cut, abs=4 * 0.4 / 100)


@pytest.mark.parametrize(("listed", "domain"), [
    ((5, 5, 9), "positive"), ((1, 9, 9), "positive"), ((9, 5, 1), "positive"),
    ((-1, 5, 9), "positive"), ((0, 0.5, 0.9), "share"), ((0.1, 0.5, 1), "share"),
    ((0.1, 0.5, 1.2), "shares"),
])  # fmt: skip
def test_what_is_no_range_of_a_guess_is_refused(listed, domain):
    with pytest.raises(EngineError, match="no range of a guess"):
        Law.of(*listed, domain)
