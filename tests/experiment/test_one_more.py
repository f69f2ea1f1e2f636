"""One unit more of each resource: one, and one only, however the file writes how many there are."""

from __future__ import annotations

import pytest

import flowsim
from flowsim.experiment.why.units import one_more
from flowsim.layout import Layout
from flowsim.layout.capacity import assessors_of, dwellings_a_year, places_of
from flowsim.scenario import parse
from tests.worlds import desk, levels, people, shelf, stay, world

AREAS = {"noord": {"a": 3000, "b": 1000}, "zuid": {"c": 2000}}
"""Their lasting order is by size: a, c, b."""


def with_one_more(**blocks):
    """The only unit of a world with one resource, and the world and its like with one more."""
    base = parse(world(people(0), areas=AREAS, **blocks))
    (unit,) = one_more(base)
    return unit, base, unit.scenario


def house(places, **more):
    return {"variant": [stay("v", places, 9.0, **more)]}


@pytest.mark.parametrize(
    ("places", "scale", "before", "after", "where"),
    [
        (5, "region", (5,), (6,), ""),
        (6, "municipality", (3, 2, 1), (4, 2, 1), ""),
        ({"each": 2}, "municipality", (2, 2, 2), (3, 2, 2), "a"),
        ({"each": 2}, "region", (2,), (3,), ""),
        ({"zuid": 9, "noord": 4}, "subregion", (4, 9), (4, 10), "zuid"),
        ({"c": 4}, "municipality", (0, 4, 0), (0, 5, 0), "c"),
        (0, "region", (0,), (1,), ""),
    ],
)
def test_one_place_more(places, scale, before, after, where):
    unit, base, more = with_one_more(**house(places, scale=scale))
    assert [places_of(Layout(one), one.variant[0]) for one in (base, more)] == [(before,), (after,)]
    assert (unit.resource, unit.name, unit.more) == ("place", "v", "place")
    assert (unit.provider, unit.area) == ("", where)


def test_one_place_more_of_the_largest_provider():
    places = {"small": 3, "large": {"a": 2, "b": 5}}
    one = {"name": "v", "scale": "municipality", "providers": places, "stay_days": 9.0,
           "next": {"out": 1.0}}  # fmt: skip
    unit, base, more = with_one_more(variant=[one])
    assert (unit.provider, unit.area) == ("large", "b")
    before, after = (sum(map(sum, places_of(Layout(x), x.variant[0]))) for x in (base, more))
    assert (before, after) == (10, 11)
    assert more.variant[0].providers["large"].written() == {"a": 2.0, "b": 6.0, "c": 0.0}


def staffed(**blocks):
    """A world with an unlimited place."""
    return with_one_more(variant=[stay("v", "unlimited", 9.0)], **blocks)


@pytest.mark.parametrize(
    ("number", "scale", "after"),
    [
        (3.5, "region", [4.5]),
        ({"each": 2}, "municipality", [7 / 3] * 3),
        ({"noord": 3, "zuid": 1}, "subregion", [3.75, 1.25]),
        ({"a": 0}, "municipality", [1 / 3] * 3),
    ],
)
@pytest.mark.parametrize("key", ["fte", "hours_per_week"])
def test_one_fte_or_hour_of_a_team_more_is_spread_as_the_others_are(number, scale, after, key):
    team = {"name": "team", "scale": scale, key: number}
    team |= {"client_hours": 24.0} if key == "fte" else {}
    unit, _, more = staffed(team=[team])
    found = Layout(more).spread(getattr(more.team[0], key), scale)
    assert found == pytest.approx(after)
    assert (unit.resource, unit.name) == ("team", "team")
    assert unit.more == ("FTE" if key == "fte" else "hour a week")


def test_one_more_of_a_desk():
    unit, _, more = staffed(desk=[desk(2, 5.0)])
    assert (unit.more, assessors_of(Layout(more), more.desk[0])) == ("assessor", ((3, 1.0),))
    by_fte = {"name": "desk", "fte": 1.5, "hours_per_fte": 20.0, "assessment_hours": 8.0}
    unit, _, more = staffed(desk=[by_fte])
    assert (unit.more, more.desk[0].fte.total) == ("FTE", 2.5)


@pytest.mark.parametrize(
    ("stream", "before"),
    [
        ({"per_year": 12}, 12),
        ({"per_year": {"a": 3, "c": 1}}, 4),
        ({"per_year": {"each": 4}}, 12),
        ({"every_days": 73.05, "batch": 2}, 30),
    ],
)
def test_one_dwelling_a_year_more(stream, before):
    block = {"name": "shelf", "scale": "municipality", **stream}
    unit, base, more = staffed(dwellings=[block])
    a_year = [sum(dwellings_a_year(Layout(one), one.dwellings[0])) for one in (base, more)]
    assert a_year == pytest.approx([before, before + 1])
    assert (unit.resource, unit.name, unit.more) == ("dwellings", "shelf", "dwelling a year")


def test_what_is_unlimited_is_left_out():
    base = parse(world(people(0), variant=[stay("v", "unlimited", 9.0)]))
    assert one_more(base) == []


def test_one_more_comes_on_top_of_what_was_set_and_changes_nothing_of_today():
    raw = world(people(0), variant=[stay("v", 3, 9.0)], dwellings=[shelf(9.0)], level=levels())
    base = parse(raw).with_({"variant.v.places": 5}, name="five")
    place, dwelling = one_more(base)
    assert place.scenario.variant[0].places.total == 6
    assert dwelling.scenario.variant[0].places.total == 5
    assert flowsim.compare(base, [place.scenario, dwelling.scenario], replications=1).keys == (
        "five", "one_more_1", "one_more_2",
    )  # fmt: skip
