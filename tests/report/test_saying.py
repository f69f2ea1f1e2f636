"""Rounding of what people read: what is written covers, and never says more than there is."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowsim.experiment.estimates.estimate import Reason, Verdict
from flowsim.experiment.quantities.quantity import QUANTITIES, quantity
from flowsim.report.saying import (
    decimals_for,
    mark_of,
    outward,
    places_beside,
    said_interval,
    said_label,
    said_number,
    said_verdict,
    why_missing,
)
from flowsim.report.wording import MINUS, wording

NL, EN = wording("nl"), wording("en")
WAIT = quantity("wait", "placement", "mean_104_weeks")
COST = quantity("cost", "", "mean")

numbers = st.floats(-2_000, 2_000).map(lambda x: x / 7)


def parsed(text, say=NL):
    """Read numbers back from a text."""
    point, thousands = (",", ".") if say is NL else (".", ",")
    found = re.findall(rf"[{MINUS}+]?\d[\d.,]*", text)
    plain = (one.replace(thousands, "").replace(point, ".").replace(MINUS, "-") for one in found)
    return [float(one) for one in plain]


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (7.31, 9.62, "7,3 tot 9,7"),
        (7.301, 9.609, "7,3 tot 9,6"),  # within a tenth of a unit
        (7.399, 9.611, "7,4 tot 9,7"),
        (-9.62, -7.31, f"{MINUS}9,7 tot {MINUS}7,3"),
        (0.07, 0.18, "0,07 tot 0,18"),  # 0,0 while the interval leaves out 0
        (0.02, 11.03, "0,02 tot 11,1"),
        (-11.03, -0.02, f"{MINUS}11,1 tot {MINUS}0,02"),
        (0.02, math.inf, "vanaf 0,02"),
        (-0.04, 0.3, f"{MINUS}0,1 tot 0,3"),
        (4.11, 4.19, "4,1 tot 4,2"),
        (4.201, 4.208, "4,20 tot 4,21"),  # two ends that would read the same
        (5.0, 5.0, "5,0 tot 5,0"),
        (0.0, 0.0, "0,0 tot 0,0"),
        (2.0, math.inf, "vanaf 2,0"),
        (math.nan, math.nan, ""),
        (math.inf, math.inf, ""),
    ],
)
def test_intervals_are_written_outward(low, high, said):
    assert said_interval(WAIT, low, high, NL) == said


@given(ends=st.tuples(numbers, numbers).map(sorted), decimals=st.integers(0, 3))
def test_what_is_written_covers_and_is_within_a_unit(ends, decimals):
    low, high = ends
    wide, narrow, (first, second) = outward(low, high, decimals)
    units = 10.0**-first, 10.0**-second
    assert wide <= low + 0.11 * units[0]
    assert narrow >= high - 0.11 * units[1]
    assert low - wide < units[0]
    assert narrow - high < units[1]
    assert abs(low) < 10 ** (1 - decimals) or abs(high) < 10 ** (1 - decimals) or first == second
    if first != second:
        assert min(first, second) == decimals
    if low < high and max(first, second) < decimals + 4:
        assert (low > 0) <= (round(wide, first) > 0)
        assert (high < 0) <= (round(narrow, second) < 0)
        assert round(wide, first) < round(narrow, second)


@given(value=numbers, say=st.sampled_from([NL, EN]), about=st.sampled_from(QUANTITIES))
def test_a_number_reads_back_within_half_of_its_last_decimal(value, say, about):
    text = said_number(about, value / about.factor, say)
    (read,) = parsed(text, say)
    places = decimals_for(about, value / about.factor)
    assert read == pytest.approx(value, abs=0.5000001 * 10.0**-places)
    assert not re.fullmatch(rf"{MINUS}[0,.]+", text)


def row(verdict, direction="", difference=-8.5, n=30, about=WAIT, **others):
    return {
        "measure": about.measure, "detail": about.detail, "statistic": about.statistic,
        "unit": "", "verdict": verdict, "direction": direction, "difference": difference,
        "difference_differs_in": math.nan, "difference_reason": "",
        "replications": n, "p_holm": 0.01, **others,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "dutch", "english", "mark"),
    [
        (row("exact", difference=0.0), "gelijk", "the same", "="),
        (row("same"), "vrijwel gelijk", "as good as equal", "="),
        (row("close"), "te dicht bij elkaar", "too close to call", "≈"),
        (row("slight", "higher"), "iets langer", "slightly longer", "▲"),
        (row("slight", "higher") | {"p_holm": 0.05}, "waarschijnlijk iets langer",
         "probably slightly longer", "▲"),
        (row("slight", "lower", n=19), "waarschijnlijk iets korter", "probably slightly shorter",
         "▼"),
        (row("likely", "lower"), "waarschijnlijk korter", "probably shorter", "▼"),
        (row("clear", "lower"), "korter", "shorter", "▼"),
        (row("clear", "higher", about=COST), "duurder", "dearer", "▲"),
        (row("none", n=2), "minder dan 3 toekomsten", "fewer than 3 futures", ""),
        (row("none", n=12, difference_reason=Reason.FEW), "minder dan 20 toekomsten",
         "fewer than 20 futures", ""),
        (row("none", difference=math.nan), "niet bekend", "not known", ""),
        (row("none", difference=math.nan, difference_reason=Reason.NOT_REACHED), "niet bereikt",
         "not reached", ""),
        (row("none", n=100, difference_differs_in=4.0, difference_reason=Reason.RARE),
         "verschilt in 4 van de 100 toekomsten",
         "differs in 4 of 100 futures", ""),
    ],
)  # fmt: skip
def test_each_verdict_has_its_words(cell, dutch, english, mark):
    assert said_verdict(cell, NL) == dutch
    assert said_verdict(cell, EN) == english
    assert mark_of(cell) == mark


def test_every_verdict_of_the_enumeration_can_be_said():
    for verdict in Verdict:
        assert said_verdict(row(verdict, "higher"), NL)


@pytest.mark.parametrize(
    ("reason", "n", "dutch"),
    [
        ("", 30, ""),
        ("not reached", 30, "niet bereikt"),
        ("too few futures", 2, "minder dan 3 toekomsten"),
        ("too few futures", 12, "minder dan 20 toekomsten"),
        ("too few futures", 30, "niet bekend"),
        ("too few futures differ", 100, "in 4 van de 100 toekomsten anders dan 0,0"),
        (str(Reason.SHARED), 20, "in geen van de 20 toekomsten anders dan 0"),
        (str(Reason.UNSEEN), 30, "niet bekend: wie nog wacht, is niet vanaf het begin gevolgd"),
    ],
)
def test_what_is_missing_has_its_reason(reason, n, dutch):
    cell = row("none", n=n, reason=reason, differs_in=4.0, common=0.0)
    assert why_missing(cell, NL) == dutch


def test_a_value_that_all_or_most_futures_share_is_named():
    shared = row("none", n=20, reason=Reason.SHARED, differs_in=0.0, common=24.0)
    assert why_missing(shared, NL) == "gelijk in alle 20 toekomsten"
    rare = row("none", n=20, reason=Reason.RARE, differs_in=3.0, common=24.0)
    assert why_missing(rare, NL) == "in 3 van de 20 toekomsten anders dan 24,0"
    assert why_missing(rare | {"common": math.nan}, NL) == "bekend in 3 van de 20 toekomsten"


def test_a_quantity_is_said_with_its_part():
    assert said_label(quantity("cost", "care", "mean"), NL) == "Kosten: zorg"
    assert said_label(quantity("cost", "", "mean"), NL) == "Kosten"
    about = quantity("residents_by_variant", "bw", "mean")
    assert said_label(about, NL, "Beschermd wonen") == "Bewoners: Beschermd wonen"


@given(
    st.floats(-1e4, 1e4),
    st.floats(0, 50),
    st.floats(0, 50),
    st.sampled_from([one for one in QUANTITIES if one.measure != "*"]),
)
def test_no_number_reads_outside_its_interval(value, below, above, about):
    """0.04 (0.03 to 0.05) does not read 0.0 (0.03 to 0.05)."""
    value, below, above = (one / about.factor for one in (value, below, above))
    low, high = value - below, value + above
    places = about.decimals
    exact = places_beside(about, value, low, high, places)
    *ends, each = outward(low * about.factor, high * about.factor, places)
    written = round(value * about.factor, exact)
    assert exact >= places
    assert round(ends[0], each[0]) <= written <= round(ends[1], each[1])


def test_a_small_number_beside_a_small_interval_gets_its_decimals():
    about = quantity("wait", "placement", "mean_104_weeks")
    assert places_beside(about, 0.04, 0.03, 0.05, 1) == 2
    assert places_beside(about, 25.04, 24.0, 26.0, 1) == 1
    assert places_beside(about, 0.04, math.nan, math.nan, 1) == 1
