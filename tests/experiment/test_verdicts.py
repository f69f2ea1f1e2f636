"""Verdicts: one case of each, and Holm against what it promises."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowsim.experiment.estimates.estimate import Verdict
from flowsim.experiment.estimates.intervals import FEW
from flowsim.experiment.tables.verdicts import WARNING, holm, judge, verdicts

NAN = float("nan")


def verdict(d, low, high, *, p=0.001, m=1.0, grain=0.05, n=30):
    (found,) = verdicts(
        *(np.array([one]) for one in (d, low, high)),
        p_holm=np.array([p]), matters=m, grain=grain, replications=n,
    )  # fmt: skip
    return found


CASES = [
    ("exact", (0.0, 0.0, 0.0), {}),
    ("none", (0.0, 0.0, 0.0), {"n": 2}),
    ("none", (5.0, NAN, NAN), {}),
    ("none", (float("inf"), 1.0, float("inf")), {}),
    ("same", (0.3, -0.5, 0.99), {}),
    ("same", (0.5, 0.2, 0.8), {}),  # sure of its sign, and too small to matter
    ("same", (-0.04, -0.05, -0.03), {}),
    ("close", (0.3, -0.5, 1.1), {}),
    ("close", (5.0, -0.1, 10.1), {}),
    ("close", (5.0, 0.0, 10.0), {}),
    ("close", (0.04, 0.01, 1.3), {}),  # written as 0
    ("slight", (0.8, 0.2, 1.4), {}),
    ("slight", (-0.8, -1.4, -0.2), {}),
    ("likely", (5.0, 4.0, 6.0), {"p": 0.05}),
    ("likely", (5.0, 4.0, 6.0), {"n": FEW - 1}),
    ("likely", (5.0, 4.0, 6.0), {"p": NAN}),
    ("clear", (5.0, 4.0, 6.0), {}),
    ("clear", (-1.0, -1.5, -0.5), {"p": 0.049, "n": FEW}),
    ("clear", (12.0, 12.0, 12.0), {"p": 0.0}),  # the same shift in every future
]


@pytest.mark.parametrize(("word", "numbers", "others"), CASES)
def test_a_difference_has_the_first_verdict_that_holds(word, numbers, others):
    assert verdict(*numbers, **others) == word


@given(
    d=st.floats(-20, 20),
    half=st.floats(0, 20),
    m=st.floats(0.05, 5),
    p=st.floats(0, 1),
    n=st.integers(1, 60),
)
def test_words_with_a_direction_are_only_said_of_an_interval_that_leaves_out_0(d, half, m, p, n):
    word = verdict(d, d - half, d + half, p=p, m=m, n=n)
    if word in (Verdict.SLIGHT, Verdict.LIKELY, Verdict.CLEAR):
        assert abs(d) > half
        assert round(d, 1) != 0
        assert n >= 3
    if word == Verdict.CLEAR:
        assert abs(d) >= m
        assert p < 0.05
        assert n >= FEW
    if word == Verdict.SAME:
        assert abs(d) + half < m or half == d == 0


def test_holm_by_hand():
    p = np.array([0.04, 0.01, NAN, 0.03])
    # In order .01 x 3, .03 x 2, .04 x 1; none less than the one before.
    assert holm(p) == pytest.approx([0.06, 0.03, NAN, 0.06], nan_ok=True)
    assert holm(np.array([0.6, 0.7])).tolist() == [1, 1]
    assert holm(np.array([])).tolist() == []


def test_a_certain_difference_takes_nothing_from_the_others():
    assert holm(np.array([0.0, 0.02, 0.04])).tolist() == [0, 0.04, 0.04]


def test_among_forty_lines_without_a_difference_one_is_called_clear_in_a_twentieth_of_tables():
    p = np.random.default_rng(8).uniform(size=(4_000, 40))
    wrong = np.mean([(holm(row) < 0.05).any() for row in p])
    assert wrong == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 4_000))


def rows(*listed, n=30, **columns):
    frame = pd.DataFrame(
        listed,
        columns=["scenario", "measure", "detail", "statistic", "unit", "value", "difference",
                 "difference_low", "difference_high", "p"],
    )  # fmt: skip
    return frame.assign(difference_differs_in=NAN, replications=n).assign(**columns)


COST = ("cost", "", "mean", "EUR a year")
WAIT = ("wait", "placement", "mean_104_weeks", "weeks")


def test_money_matters_from_half_a_percent_of_the_base_and_never_below_0_05_million():
    table = rows(
        ("base", *COST, 20e6, NAN, NAN, NAN, NAN),
        ("a", *COST, 20.09e6, 0.09e6, 0.08e6, 0.0999e6, 1e-9),  # of the base of 20: 0.1
        ("b", *COST, 2.09e6, 0.09e6, 0.08e6, 0.0999e6, 1e-9),  # of a base of 2: 0.05
    )
    found = judge(table, "base", None).set_index("scenario")
    assert found["matters"].tolist() == pytest.approx([100_000, 100_000, 50_000])
    assert found["verdict"].tolist() == ["base", "same", "clear"]
    assert found["direction"].tolist() == ["", "", "higher"]


def test_each_family_is_adjusted_by_itself():
    table = rows(
        *[(f"s{i}", *WAIT, 20.0, 3.0, 1.0, 5.0, 0.02) for i in range(4)], area=list("aabc")
    )
    assert judge(table, "base", None)["p_holm"].tolist() == pytest.approx([0.08] * 4)
    found = judge(table, "base", table["area"].tolist())
    assert found["p_holm"].tolist() == pytest.approx([0.04, 0.04, 0.02, 0.02])
    assert found["verdict"].tolist() == ["clear"] * 4


def test_what_differs_by_the_same_in_every_future_has_a_verdict_without_an_interval():
    table = rows(
        ("a", *WAIT, 20.0, 0.0, NAN, NAN, NAN), ("b", *WAIT, 22.0, 2.0, NAN, NAN, 0.0),
        difference_differs_in=0.0,
    )  # fmt: skip
    found = judge(table, "base", None)
    assert found["verdict"].tolist() == ["exact", "clear"]
    assert found["difference_low"].isna().all()


def test_few_futures_are_warned_of_beside_every_verdict():
    line = ("s", *WAIT, 20.0, -8.0, -10.0, -6.0, 1e-9)
    few, many = (judge(rows(line, n=n), "base", None).iloc[0] for n in (FEW - 1, FEW))
    assert (few["verdict"], few["direction"], few["warning"]) == ("likely", "lower", WARNING)
    assert (many["verdict"], many["direction"], many["warning"]) == ("clear", "lower", "")
