"""Rows that are asked for by what they are about."""

from __future__ import annotations

from typing import get_args

import pandas as pd
import pytest

from flowsim.experiment.tables.picking import TABLE_OF, Over
from tests.experiment.tiny_worlds import tiny_comparison


@pytest.fixture(scope="module")
def results():
    return tiny_comparison()


@pytest.mark.parametrize("over", TABLE_OF)
def test_all_that_is_over_something_together_is_the_table_it_comes_from(results, over):
    name, which = TABLE_OF[over]
    table = getattr(results, name)
    for column, word in which.items():
        table = table[table[column] == word]
    pd.testing.assert_frame_equal(results.pick(over=over), table.reset_index(drop=True))
    assert len(table) or over == "since"


def test_there_is_a_table_for_all_that_numbers_may_be_over():
    assert set(get_args(Over)) == set(TABLE_OF)


@pytest.mark.parametrize("over", ["window", "year", "municipality"])
def test_rows_have_the_words_asked_for_and_none_of_those_is_left_out(results, over):
    asked = {"measure": "wait", "detail": ("access", "placement"), "statistic": "mean_104_weeks"}
    found, whole = results.pick(over=over, **asked), results.pick(over=over)
    assert len(found)
    wanted = [
        row["measure"] == "wait"
        and row["detail"] in ("access", "placement")
        and row["statistic"] == "mean_104_weeks"
        for _, row in whole.iterrows()
    ]
    pd.testing.assert_frame_equal(found, whole[wanted].reset_index(drop=True))


def test_an_empty_detail_is_all_together_and_not_every_detail(results):
    assert set(results.pick(measure="cost", detail="")["detail"]) == {""}
    assert len(set(results.pick(measure="cost")["detail"])) > 1


@pytest.mark.parametrize(
    "asked", [{"measure": "wiat"}, {"scenario": "nobody"}, {"detail": ("placement", "x")},
              {"statistic": "mean", "over": "date"}]
)  # fmt: skip
def test_a_word_that_is_nowhere_is_an_error_that_says_what_there_is(results, asked):
    with pytest.raises(ValueError, match=r"^no \w+ '\w+' in \w+; there is: \["):
        results.pick(**asked)
