"""Areas on a chart: the largest numbers, and a word where these are not all."""

from __future__ import annotations

from flowsim.report.charts.limited import MOST, most_of, with_word
from flowsim.report.wording import wording


def test_the_largest_numbers_stay_in_their_own_order():
    areas = [f"m{i}" for i in range(342)]
    shown = most_of(areas, {area: float(number % 100) for number, area in enumerate(areas)})
    assert len(shown) == MOST
    assert shown == sorted(shown, key=areas.index)
    assert {int(area[1:]) % 100 for area in shown} == set(range(80, 100))


def test_a_title_says_how_many_are_shown():
    say = wording("nl")
    assert with_word("Wachten", 9, 9, say) == "Wachten"
    assert with_word("Wachten", 60, 342, say).startswith("Wachten (60 van 342 gebieden")


def test_few_areas_are_all_shown():
    assert most_of(["a", "b"], {}) == ["a", "b"]
