"""A stream of which nothing is agreed is a stream in which a queue grows, and no fault."""

from __future__ import annotations

import tomllib

import pytest

from flowsim.balance.steady import steady_flow
from flowsim.scenario import parse

WORLD = """
[scenario]
years = 1
[areas]
north = { alpha = 3000, beta = 1000 }
[[level]]
name = "light"
[[level]]
name = "heavy"
recovery_days = 100
[[demand]]
profile = "people"
per_year = 10
level_mix = { heavy = 1.0 }
[[dwellings]]
name = "homes"
PATTERN
[[variant]]
name = "house"
places = 3
[leaving]
ready_at = "light"
dwellings = "homes"
"""


@pytest.mark.parametrize("pattern", ["per_year = 0", "per_year = 0\nhold_days = 7",
                                     'per_year = 0\npattern = "quarterly"\nhold_days = 7',
                                     "per_year = 0\ncap = 0"])  # fmt: skip
def test_the_balance_says_that_a_queue_grows_where_no_dwelling_comes(pattern):
    flow = steady_flow(parse(tomllib.loads(WORLD.replace("PATTERN", pattern))))
    assert flow.queued["homes"] > 0
