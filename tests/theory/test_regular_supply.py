"""Regular supply delivers what was agreed: in every pattern, scale and window, through changes."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flowsim
from flowsim.cohort.regular import Agreed, regular_days
from flowsim.layout import Layout
from flowsim.scenario import Scenario, parse

YEAR = 365.25
PERIODS = {"even": 0, "monthly": 12, "quarterly": 4}
NINE = {"north": {f"n{i}": 10_000 for i in range(5)}, "south": {f"s{i}": 10_000 for i in range(4)}}
UNEQUAL = {"north": {"a": 68_000, "b": 33_000, "c": 20_000}, "south": {"d": 19_000, "e": 7_000}}


REGULAR = ("even", "monthly", "quarterly")


def supply(years=3, areas=None, change=(), **stream) -> Scenario:
    about = {"name": "supply", "years": years, "follow_up_days": 0.0, "seed": 1}
    return parse(
        {
            "scenario": about,
            "areas": areas or UNEQUAL,
            "demand": [{"profile": "p", "on_days": [1.0]}],
            "dwellings": [{"name": "d", **stream}],
            "variant": [{"name": "home", "tenancy": "own", "dwellings": "d", "stay_days": 1.0,
                         "next": {"out": 1.0}}],
            "change": [{"reason": "a test", **one} for one in change],
        }
    )  # fmt: skip


def offered(scenario: Scenario) -> list[np.ndarray]:
    """Return the days of all offers, by area."""
    phases = [phase.offers[0] for phase in flowsim.sample(scenario).phases]
    return [np.concatenate(parts) for parts in zip(*phases, strict=True)]


def agreed(scenario: Scenario, day: float) -> np.ndarray:
    """Return how many dwellings were agreed until a day, by area."""
    phases = [(first, Layout(one)) for first, one in scenario.phases]
    ends = [first for first, _ in phases[1:]] + [math.inf]
    return sum(
        np.array(layout.spread(layout.streams[0].per_year, layout.streams[0].scale))
        * max(0.0, min(day, end) - first)
        / YEAR
        for (first, layout), end in zip(phases, ends, strict=True)
    )


def delivery(scenario: Scenario, of: int | None = None) -> float:
    """Return the most dwellings that may come at once, in an area or in the whole region."""
    most = 1.0
    for _, one in scenario.phases:
        layout = Layout(one)
        block = layout.streams[0]
        rates = layout.spread(block.per_year, block.scale)
        rate = sum(rates) if of is None else rates[of]
        periods = PERIODS[block.pattern]
        batches = math.ceil(rate / periods / block.batch - 1e-9) if periods else 1
        most = max(most, max(batches, 1) * block.batch)
    return most


def check(scenario: Scenario, days) -> None:
    """Test the law: of the region for one number, by area for a number by area."""
    come = offered(scenario)
    together = scenario.dwellings[0].per_year.total is not None
    for day in days:
        due, got = agreed(scenario, day), np.array([(one < day).sum() for one in come])
        if together:
            assert abs(got.sum() - due.sum()) <= delivery(scenario) + 1e-6
        else:
            for area, (had, was) in enumerate(zip(got, due, strict=True)):
                assert abs(had - was) <= delivery(scenario, area) + 1e-6


NUMBERS = {
    "region": st.sampled_from([0.5, 3, 4.5, 9, 37, 48, 120]),
    "municipality": st.sampled_from(
        [0.5, 4.5, 37, 48, {"each": 0.4}, {"each": 7}, {"a": 9, "b": 2.5, "d": 0.3}]
    ),
    "subregion": st.sampled_from([4.5, 48, {"each": 13}, {"north": 11.5, "south": 2}]),
}


@st.composite
def supplies(draw) -> Scenario:
    scale = draw(st.sampled_from(sorted(NUMBERS)))
    numbers = NUMBERS[scale]
    first = draw(numbers)
    same = numbers.filter(lambda n: isinstance(n, dict) == isinstance(first, dict)
                          and (not isinstance(n, dict) or set(n) == set(first)))  # fmt: skip
    changes = [
        {
            "date": date(2026, 1, 1) + timedelta(days=on),
            "set": {"dwellings.d.per_year": draw(same)},
        }
        | ({"until": date(2026, 1, 1) + timedelta(days=on + 700)} if draw(st.booleans()) else {})
        for on in draw(st.lists(st.sampled_from([90, 200, 365, 1400]), max_size=1))
    ]
    return supply(
        years=draw(st.sampled_from([1, 2, 5])),
        change=changes,
        scale=scale,
        per_year=first,
        pattern=draw(st.sampled_from(sorted(PERIODS))),
        batch=draw(st.sampled_from([1, 1, 2, 5])),
    )


def law(examples: int) -> None:
    @settings(max_examples=examples)
    @given(supplies(), st.lists(st.floats(0, 1827), min_size=5, max_size=5))
    def holds(scenario, days):
        end = Layout(scenario).window_days
        check(scenario, [*(day for day in days if day <= end), 365.0, end])

    holds()


def test_what_was_agreed_comes_within_one_delivery():
    law(40)


@pytest.mark.slow
def test_what_was_agreed_comes_within_one_delivery_at_length():
    law(1500)


@pytest.mark.parametrize("pattern", sorted(PERIODS))
def test_forty_eight_a_year_are_forty_eight_in_each_year(pattern):
    days = np.sort(np.concatenate(offered(supply(2, scale="region", per_year=48, pattern=pattern))))
    assert [((days >= a) & (days < a + 365)).sum() for a in (0, 365)] == [48, 48]


@pytest.mark.parametrize("pattern", sorted(PERIODS))
@pytest.mark.parametrize(("per_year", "two_years"), [(4.5, 9), (9, 18), (45, 90)])
def test_a_number_of_the_region_comes_to_the_region_and_not_to_all_areas_at_once(
    pattern, per_year, two_years
):
    scenario = supply(2, NINE, scale="municipality", per_year=per_year, pattern=pattern)
    days = np.sort(np.concatenate(offered(scenario)))
    assert abs(len(days) - two_years) <= 1
    assert days[0] < YEAR / min(per_year, 12)
    gaps = np.diff(np.unique(days))
    assert len(gaps) > len(days) / 3
    assert gaps.max() <= max(YEAR / per_year, YEAR / 4) + 1e-6, "spread over the year"
    if pattern == "even" or per_year < 10:
        assert np.allclose(gaps, YEAR / per_year)


def test_areas_with_the_same_number_of_their_own_take_turns():
    days = np.sort(np.concatenate(offered(
        supply(2, NINE, scale="municipality", per_year={"each": 2}, pattern="even"))))  # fmt: skip
    assert np.allclose(days, (np.arange(len(days)) + 0.5) * YEAR / 18)
    assert len(days) == 36


def test_nothing_comes_otherwise_before_a_later_change():
    plain = {"scale": "municipality", "per_year": 9, "pattern": "quarterly"}
    change = {"date": date(2026, 7, 10), "set": {"dwellings.d.per_year": 60}}
    now, later = (offered(supply(2, NINE, one, **plain)) for one in ((), (change,)))
    until = (date(2026, 7, 10) - date(2026, 1, 1)).days
    for one, other in zip(now, later, strict=True):
        assert one[one < until].tolist() == other[other < until].tolist()


def test_a_batch_comes_at_once_in_every_pattern():
    for pattern in PERIODS:
        days = offered(supply(5, scale="region", per_year=7, batch=3, pattern=pattern))[0]
        assert len(days) % 3 == 0
        assert (days.reshape(-1, 3) == days.reshape(-1, 3)[:, :1]).all()


@st.composite
def rows(draw) -> tuple[Agreed, ...]:
    areas = draw(st.integers(1, 4))
    together = st.just(draw(st.booleans())) if draw(st.booleans()) else st.booleans()
    starts = draw(st.lists(st.floats(5, 700), min_size=1, max_size=2).map(sorted))
    rate = st.one_of(st.just(0.0), st.floats(0.5, 150))
    phases = []
    for day in (0.0, *starts):
        rates = draw(st.lists(rate, min_size=areas, max_size=areas))
        batch = draw(st.sampled_from([1, 1, 3]))
        phases.append(
            Agreed(
                day=day,
                areas=tuple("abcd"[:areas]),
                days_per_batch=tuple(batch * YEAR / r if r else math.inf for r in rates),
                batch=batch,
                pattern=draw(st.sampled_from(sorted(PERIODS))),
                together=draw(together),
            )
        )
    return tuple(phases)


def holds_through_changes(phases: tuple[Agreed, ...], end: float = 1000.0) -> None:
    """Days ascend, nothing is told early, and the law holds, whatever was changed into what."""
    days = [np.array(listed) for listed in regular_days(phases, end)]
    for listed in days:
        assert (np.diff(listed) >= 0).all(), "time runs back"
    for n, phase in enumerate(phases[1:], 1):
        short = [np.array(listed) for listed in regular_days(phases[:n], end)]
        for one, other in zip(days, short, strict=True):
            assert one[one < phase.day].tolist() == other[other < phase.day].tolist()
    ends = [phase.day for phase in phases[1:]] + [math.inf]
    kinds = {phase.together for phase in phases}
    rates = [phase.batch / np.array(phase.days_per_batch) for phase in phases]
    for day in np.linspace(1.0, end, 41):
        due = sum(
            rate * max(0.0, min(day, until) - phase.day)
            for rate, phase, until in zip(rates, phases, ends, strict=True)
        )
        got = np.array([(listed < day).sum() for listed in days])
        if kinds == {True} and len(got) > 1:
            due, got = np.array([due.sum()]), np.array([got.sum()])
            most = [max(_delivery(p, r.sum()) for p, r in zip(phases, rates, strict=True))]
        elif kinds == {False}:
            most = [
                max(_delivery(p, r[area]) for p, r in zip(phases, rates, strict=True))
                for area in range(len(got))
            ]
        else:
            return
        assert (np.abs(got - due) <= np.array(most) + 1e-6).all()


def _delivery(phase: Agreed, rate: float) -> float:
    """Return the most dwellings that may come at once."""
    periods = PERIODS[phase.pattern]
    batches = math.ceil(rate * YEAR / periods / phase.batch - 1e-9) if periods else 1
    return float(max(batches, 1) * phase.batch)


def through_changes(examples: int) -> None:
    @settings(max_examples=examples)
    @given(rows())
    def holds(phases):
        holds_through_changes(phases)

    holds()


def test_days_ascend_and_the_law_holds_through_changes_of_pattern_and_areas():
    through_changes(60)


@pytest.mark.slow
def test_days_ascend_and_the_law_holds_through_changes_at_length():
    through_changes(3000)


def test_a_quarter_that_is_cut_short_by_a_change_is_not_delivered_after_it():
    change = {"date": date(2026, 1, 20), "set": {"dwellings.d.pattern": "even",
                                                 "dwellings.d.per_year": 120}}  # fmt: skip
    areas = {"r": {"a": 50_000, "b": 50_000}}
    plain = {"scale": "municipality", "per_year": 12, "pattern": "quarterly"}
    days = offered(supply(1, areas, (change,), **plain))
    for listed in days:
        assert (np.diff(listed) > 0).all()
    assert len(np.concatenate(days)) == pytest.approx(19 * 12 / YEAR + 346 * 120 / YEAR, abs=1)


@st.composite
def shares(draw) -> tuple[Scenario, Scenario]:
    """Supply of which a share is realised, which may change once; and the same without loss."""
    per_year = draw(st.sampled_from([3, 9, 37, 120, {"each": 4}, {"a": 40, "b": 9, "d": 0.5}]))
    block = {"per_year": per_year, "pattern": draw(st.sampled_from(REGULAR))}
    block |= {"scale": "municipality", "batch": draw(st.sampled_from([1, 1, 5]))}
    first, then = (draw(st.just(0.0) | st.floats(0.01, 1)) for _ in range(2))
    on = date(2026, 1, 1) + timedelta(days=500)
    changes = draw(st.booleans())

    def one(share, later):
        change = {"date": on, "set": {"dwellings.d.realised": later}}
        return supply(4, None, [change] if changes else (), realised=share, **block)

    return one(first, then), one(1.0, 1.0)


def realised_law(examples: int) -> None:
    """What came is within one dwelling of the share of what would have come without loss."""

    @settings(max_examples=examples)
    @given(shares())
    def holds(both):
        scenario, whole = both
        came, due = offered(scenario), offered(whole)
        phases = [(first, one.dwellings[0].realised) for first, one in scenario.phases]
        ends = [first for first, _ in phases[1:]] + [math.inf]
        for day in np.linspace(1, 365 * 4, 57):
            owed = [
                sum(
                    share * ((first <= all_) & (all_ < min(until, day))).sum()
                    for (first, share), until in zip(phases, ends, strict=True)
                )
                for all_ in due
            ]
            apart = [(one < day).sum() - owes for one, owes in zip(came, owed, strict=True)]
            if scenario.dwellings[0].per_year.total is None:
                assert np.abs(apart).max() <= 1 + 1e-6
            else:
                assert abs(sum(apart)) <= 0.5 + 1e-6
        for one, all_ in zip(came, due, strict=True):
            assert np.isin(one, all_).all()

    holds()


def test_what_is_realised_of_regular_supply_is_regular_too():
    realised_law(40)


@pytest.mark.slow
def test_what_is_realised_of_regular_supply_is_regular_too_at_length():
    realised_law(1500)


@pytest.mark.parametrize("pattern", REGULAR)
def test_four_of_five_come_of_every_five(pattern):
    """48 a year of which 0.75 are realised: 36 in each year, and of lots of four three in each."""
    scale = {"scale": "region", "per_year": 48, "realised": 0.75, "pattern": pattern}
    days = np.sort(np.concatenate(offered(supply(3, **scale))))
    assert [((days >= a) & (days < a + YEAR)).sum() for a in (0, YEAR, 2 * YEAR)] == [36] * 3
    days = np.sort(np.concatenate(offered(supply(3, batch=4, **scale))))
    _, lots = np.unique(days, return_counts=True)
    assert set(lots % 3) == {0}


def test_half_of_what_nine_municipalities_get_is_lost_in_turns():
    plain = {"scale": "municipality", "per_year": {"each": 1}, "pattern": "even", "realised": 0.5}
    came = np.sort(np.concatenate(offered(supply(2, NINE, **plain))))
    assert abs((came < YEAR).sum() - 4.5) <= 1
    assert abs(len(came) - 9) <= 1


def test_a_mean_of_equal_days_is_not_before_them_by_its_last_digit():
    areas, none, day = ("a", "b", "c", "d"), (math.inf,) * 4, 473.2788765714076
    holds_through_changes((
        Agreed(day=0.0, areas=areas, days_per_batch=none, batch=1, pattern="even"),
        Agreed(day=5.0, areas=areas, days_per_batch=(*none[:3], 3.5808823529411766), batch=1,
               pattern="monthly"),
        Agreed(day=day, areas=areas, days_per_batch=(*none[:3], 365.25), batch=1,
               pattern="monthly", together=True),
    ))  # fmt: skip


def agreed_in(*told: tuple[float, float, str]) -> tuple[Agreed, ...]:
    """What one area is agreed: from which day, how many a year, in what pattern."""
    areas = ("a", "b")
    return tuple(
        Agreed(day=day, areas=areas, days_per_batch=(math.inf, YEAR / rate if rate else math.inf),
               batch=1, pattern=pattern)
        for day, rate, pattern in told
    )  # fmt: skip


def test_what_a_pause_left_comes_when_deliveries_go_on():
    phases = agreed_in((0.0, 10, "monthly"), (203.0, 0, "even"), (305.0, 8, "monthly"))
    _, days = regular_days(phases, 1000.0)
    assert [day for day in days if 203 <= day < 320] == [305.0], "5.6 are agreed, 5 came"
    holds_through_changes(phases)


def test_a_row_that_begins_in_the_middle_of_a_period_owes_nothing_of_before():
    (begins,) = agreed_in((100.0, 12, "monthly"))
    _, days = regular_days((begins,), 200.0)
    assert len(days) == 3
    assert days[0] >= 100
    holds_through_changes((begins,), 1000.0)
