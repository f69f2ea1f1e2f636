"""The range of a number: one in ten below it and one in ten above, round the value as middle."""

from datetime import date
from pathlib import Path

import pytest

from flowsim.errors import ScenarioError
from flowsim.report.wording import wording
from flowsim.scenario import load, parse
from tests.scenario.tiny import changed, problems_in, problems_of_file


def evidence(value, low, high, more=""):
    return f"{{ value = {value}, range = [{low}, {high}]{more} }}"


CONTRACT = 'places = 3 -> places = 3\ncontract = { form = "hourly", eur = %s }'
HOURS = "hours_per_week = 5 -> hours_per_week = "
REALISED = "per_year = 4 -> per_year = 4\nrealised = "
START = "[start]\ndeciding = "
INSIDE = "a value inside the range, such as "
WIDER = ", or a wider range"


@pytest.mark.parametrize(
    ("edit", "path", "said"),
    [
        (HOURS + evidence(5, 5, 9), "level.heavy.hours_per_week.range",
         f"5 to 9 around 5; {INSIDE}7{WIDER}"),
        (HOURS + evidence(5, 1, 5), "level.heavy.hours_per_week.range",
         f"1 to 5 around 5; {INSIDE}3{WIDER}"),
        (HOURS + evidence(5, 5, 5), "level.heavy.hours_per_week.range",
         "5 to 5 around 5; a wider range: the value lies inside it"),
        (HOURS + evidence(0, 0, 4), "level.heavy.hours_per_week.range",
         "0 to 4 around 0; 0 has no range: give 0.4, or leave the range out"),
        (HOURS + evidence(5, -1, 9), "level.heavy.hours_per_week.range.1",
         "-1; expected a number of at least 0"),
        ("recovery_days = 100 -> recovery_days = "
         + evidence("{ uniform = [0, 200] }", 100, 150), "level.heavy.recovery_days.range",
         f"100 to 150 around 100; {INSIDE}125{WIDER}"),
        (REALISED + evidence(0.8, 0.6, 1), "dwellings.homes.realised.range.2",
         "1; a share is never sure: give 0.97"),
        (REALISED + evidence(0.99, 0.6, 1), "dwellings.homes.realised.range.2",
         "1; a share is never sure: give 0.995"),
        (REALISED + evidence(0.2, 0, 0.5), "dwellings.homes.realised.range.1",
         "0; a share is never sure: give 0.03"),
        (REALISED + evidence(0.8, 0.6, 1.2), "dwellings.homes.realised.range.2",
         "1.2; a share is never sure: give 0.97"),
        (REALISED + evidence(1, 0.6, 1), "dwellings.homes.realised.range",
         "0.6 to 1 around 1; 1 has no range: give 0.97, or leave the range out"),
        (REALISED + evidence(0, 0, 0.5), "dwellings.homes.realised.range",
         "0 to 0.5 around 0; 0 has no range: give 0.03, or leave the range out"),
        ("level_mix = { heavy = 1.0 } -> level_mix = "
         + evidence("{ heavy = 0.7, light = 0.3 }", 0.3, 0.8), "demand.people.level_mix.range",
         f"0.3 to 0.8 around 0.3; {INSIDE}0.55{WIDER}"),
        ("level_mix = { heavy = 1.0 } -> level_mix = "
         "{ value = { heavy = 0.7, light = 0.3 }, range = { heavy = [0.5, 1] } }",
         "demand.people.level_mix.range.heavy.2", "1; a share is never sure: give 0.97"),
        ("per_year = 10 -> per_year = 10\nhas_tenancy = " + evidence("{ heavy = 0.1 }", 0, 0.3),
         "demand.people.has_tenancy.range.1", "0; a share is never sure: give 0.03"),
        (CONTRACT % evidence("{ light = 70, heavy = 90 }", 50, 90),
         "variant.house.contract.eur.range", f"50 to 90 around 90; {INSIDE}70{WIDER}"),
        ("places = 3 -> places = " + evidence(3, 3, 6), "variant.house.places.range",
         f"3 to 6 around 3; {INSIDE}4{WIDER}"),
        ("places = 3 -> places = " + evidence(3, 2, 3), "variant.house.places.range",
         "2 to 3 around 3; a wider range: the value lies inside it"),
        ("gamma = 6000 -> gamma = " + evidence(6000, 6000, 7000), "areas.south.gamma.range",
         f"6,000 to 7,000 around 6,000; {INSIDE}6500{WIDER}"),
        (HOURS + evidence(5, 4, 5, ', confidence = "A"'), "level.heavy.hours_per_week.range",
         f"4 to 5 around 5; {INSIDE}4.5{WIDER}"),
    ],
)  # fmt: skip
def test_what_is_no_range_says_what_to_write(edit, path, said, tmp_path):
    assert problems_in(tmp_path, changed(edit)) == [f"s.toml: {path}: {said}"]


@pytest.mark.parametrize(
    "edit",
    [
        HOURS + evidence(5, 0, 9),
        REALISED + evidence(0.8, 0.03, 0.97),
        "per_year = 10 -> per_year = 10\ngrowth_per_year = " + evidence(0, -0.02, 0.03),
        START + evidence(0, 0, 3),
        START + evidence(1, 0, 3),
        "[situation]\nunder = { recovery = " + evidence(0.5, 0, 1) + " }",
    ],
)
def test_an_end_at_0_is_no_mistake_of_what_can_be_0_nor_is_nobody_of_a_count(edit, tmp_path):
    assert problems_in(tmp_path, changed(edit)) == []


def test_what_to_write_is_written_as_in_a_file_in_dutch_too(tmp_path):
    (tmp_path / "s.toml").write_text(changed(REALISED + evidence(0.8, 0.6, 1)), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "s.toml")
    (said,) = caught.value.problems
    assert wording("nl").said(said.allowed) == "een aandeel is nooit zeker: geef 0.97"


def test_what_is_wrong_with_ranges_is_told_all_at_once(tmp_path):
    both = REALISED + evidence(0.3, 0, 1)
    lines = problems_in(tmp_path, changed(HOURS + evidence(5, 5, 9), both))
    assert lines == [
        f"s.toml: level.heavy.hours_per_week.range: 5 to 9 around 5; {INSIDE}7{WIDER}",
        "s.toml: dwellings.homes.realised.range.1: 0; a share is never sure: give 0.03",
        "s.toml: dwellings.homes.realised.range.2: 1; a share is never sure: give 0.97",
    ]


@pytest.mark.parametrize("until", ["", "until = 2026-12-01\n"])
def test_the_range_of_what_a_dated_change_sets_holds_its_value_too(until, tmp_path):
    changes = f'[[change]]\ndate = 2026-05-01\n{until}reason = "r"\n[change.set]\n'
    values = [
        f'"dwellings.homes.realised" = {evidence(0.8, 0.6, 1)}',
        f'"variant.house.places" = {evidence(5, 5, 8)}',
    ]
    lines = problems_in(tmp_path, changed(REALISED + "0.9", changes + "\n".join(values)))
    assert lines == [
        "s.toml: change.1.set.\"dwellings.homes.realised\".range.2: 1; a share is never sure: "
        "give 0.97",
        f"s.toml: change.1.set.\"variant.house.places\".range: 5 to 8 around 5; {INSIDE}6{WIDER}",
    ]  # fmt: skip


def test_a_guess_takes_the_range_away_and_what_then_stands_there_is_read(tmp_path):
    (tmp_path / "s.toml").write_text(changed(HOURS + evidence(5, 4, 6)), "utf-8")
    for guess in ("level.heavy.hours_per_week=6", "level.heavy.hours_per_week.value=9"):
        read = load(tmp_path / "s.toml", guess=[guess])
        assert getattr(read.provenance.evidence.get(guess.split("=")[0]), "range", None) is None
    decided = load(tmp_path / "s.toml", ["level.heavy.hours_per_week.value=6"])
    assert decided.provenance.evidence["level.heavy.hours_per_week"].range is None
    told = problems_of_file(tmp_path / "s.toml", "level.heavy.hours_per_week.range=[5, 6]")
    assert len(told) == 1
    assert "around 5" in told[0]


# ---------------------------------------------------------------- what moves together
def test_what_is_not_drawn_moves_with_nothing(tmp_path):
    lines = problems_in(
        tmp_path,
        changed(
            "places = 3 -> places = " + evidence(3, 2, 5, ', moves_with = "all"'),
            '[[change]]\ndate = 2026-05-01\nreason = "r"\n'
            'set."level.heavy.hours_per_week" = ' + evidence(6, 5, 9, ', moves_with = "all"'),
        ),
    )
    only = "no moves_with: only guesses and prices are drawn"
    assert lines == [
        f"s.toml: variant.house.places.moves_with: count of today; {only}",
        f's.toml: change.1.set."level.heavy.hours_per_week".moves_with: lever; {only}',
    ]


def test_a_guess_and_a_price_have_no_name_in_common(tmp_path):
    lines = problems_in(
        tmp_path,
        changed(
            HOURS + evidence(5, 4, 6, ', moves_with = "all"'),
            CONTRACT % evidence(70, 50, 90, ', moves_with = "all"'),
        ),
    )
    assert lines == [
        "s.toml: variant.house.contract.eur.moves_with: 'all' is the name of guesses too "
        "(level.heavy.hours_per_week); another name: prices are drawn apart from what moves people"
    ]


@pytest.mark.parametrize("days", [450, 100, 5000])
def test_a_part_of_a_number_that_is_set_is_no_guess_any_more(days):
    """At an end of its range or beyond it: from today on it is decided, on a date too."""
    path = "level.home.recovery_days.lognormal"
    drenthe = Path(__file__).resolve().parents[2] / "scenarios" / "drenthe" / "base.toml"
    plain, decided = load(drenthe), load(drenthe, [f"{path}={days}"])
    assert decided.level[2].recovery_days.mean == days
    assert decided.provenance.evidence["level.home.recovery_days"].range is None
    assert plain.provenance.evidence["level.home.recovery_days"].range == (450, 1100)
    later = parse(
        {"change": [{"date": date(2027, 1, 1), "reason": "r", "set": {path: days}}]}, "later", plain
    )
    assert later.phases[1][1].level[2].recovery_days.mean == days
    assert later.provenance.evidence["level.home.recovery_days"].range == (450, 1100)
