"""Mistakes that would change results without a word, and all mistakes at once."""

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.cli import main
from flowsim.scenario import load, parse
from tests.scenario.tiny import TINY, changed, problems_in, problems_of_file

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = [path for path in sorted(SCENARIOS.glob("*/*.toml")) if path.name != "sources.toml"]
REFUSED = "missing, and 'house' serves 'light', at which people are ready to leave"


def change(day, path="variant.house.places", value="2", until=None):
    ramp = f"until = {until}\n" if until else ""
    return f"[[change]]\ndate = {day}\n{ramp}reason = \"r\"\nset = {{ '{path}' = {value} }}\n"


def paths_of(lines):
    return [line.split(": ")[1] for line in lines]


# ---------------------------------------------------------------- all at once
def test_what_a_change_sets_is_looked_at_whatever_else_is_wrong(tmp_path):
    text = changed("years = 1 -> years = -1", change("2026-31-12".replace("31-12", "05-01")))
    text += change('"soon"', "variant.hous.places") + change("2026-06-01", "team.carers.fte.x")
    text += change("2026-07-01T00:00:00", "variant.house.turnover_days", '"long"')
    lines = problems_in(tmp_path, text, "varaint.x=1", "variant.house.turnover_days=soon")
    assert [path.split(".set.")[0] for path in paths_of(lines)] == [
        "varaint.x",
        "scenario.years",
        "variant.house.turnover_days",
        "change.2.date",
        "change.4.date",
        "change.2",
        "change.3",
        "team.carers",
        "team.carers",
    ]


@pytest.mark.parametrize(
    "edit",
    [
        change("2027-07-01T00:00:00"),
        change("10:00:00"),
        change("2026-05-01", value="{ value = 2, sorce = 'x' }"),
        change("2026-05-01", value="{ value = 2, range = [5, 1] }"),
        change("2026-05-01", until="9999-12-31"),
        change("2026-05-01", path="''"),
        change("2026-05-01", path="a..b"),
        "[areas.value]\nvalue = 5\nalso = 'x'",
    ],
)
def test_what_broke_the_reader_is_told(edit, tmp_path):
    assert problems_in(tmp_path, changed(edit))


@pytest.mark.parametrize("words", [("validate",), ("show",), ("run", "-n", "1", "--no-charts")])
def test_a_scenario_in_which_nobody_comes_is_a_scenario(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = re.sub(r"\[\[demand\]\]\n(.+\n)+?(?=\[)", "", TINY)
    (tmp_path / "s.toml").write_text(f"demand = []\n{text}", "utf-8")
    ran = CliRunner().invoke(main, (words[0], "s.toml", *words[1:]))
    assert ran.exit_code == 0, ran.stderr


@pytest.mark.parametrize("start", ["9990-01-01", "9998-01-01", "9999-12-31"])
def test_a_run_that_ends_after_the_last_year_of_the_calendar_is_refused(start, tmp_path):
    lines = problems_in(tmp_path, changed(f"years = 1 -> years = 20\nstart = {start}"))
    assert lines == ["s.toml: scenario: the run ends after the year 9999; "
                     "an earlier start, or a shorter run"]  # fmt: skip


# ---------------------------------------------------------------- changes that collide
@given(st.data())
@settings(max_examples=60)
def test_two_changes_collide_where_their_days_meet_and_their_paths_overlap(data):
    days = st.integers(1, 40)
    first, second = (sorted(data.draw(st.tuples(days, days))) for _ in range(2))
    places = ("demand.people.per_year", "demand.people.per_year.alpha", "demand.people.urgent")
    one, two = (data.draw(st.sampled_from(places)) for _ in range(2))
    raw = tomllib.loads(TINY)
    raw["demand"][0] |= {"per_year": {"alpha": 10}, "urgent": 0.1}
    raw["change"] = [_dated(first, one), _dated(second, two)]
    meet = first[0] <= second[1] and second[0] <= first[1]
    overlap = f"{one}.".startswith(f"{two}.") or f"{two}.".startswith(f"{one}.")
    told = _told(raw)
    assert told == (["change.2.set"] if meet and overlap else [])


def _dated(days, path):
    value = {"alpha": 5} if path.endswith("per_year") else 0.5
    first, last = (date(2026, 1, 1) + timedelta(days=day) for day in days)
    ramp = {"until": last} if last > first else {}
    return {"date": first, **ramp, "reason": "r", "set": {path: value}}


def _told(raw):
    try:
        parse(raw)
    except ValueError as error:
        return [problem.path.partition(".set")[0] + ".set" for problem in error.problems]
    return []


def test_a_change_that_collides_with_one_of_the_base_names_it(tmp_path):
    (tmp_path / "base.toml").write_text(changed(change("2026-05-01")), "utf-8")
    (tmp_path / "more.toml").write_text(
        f'extends = "base.toml"\n{change("2026-05-01", value="4")}', "utf-8"
    )
    assert problems_of_file(tmp_path / "more.toml") == [
        'more.toml: change.2.set."variant.house.places": change.1 sets variant.house.places too, '
        "on 1 May 2026; one change of a value at a time"
    ]


# ---------------------------------------------------------------- form and price
CONTRACT = 'places = 3 -> places = 3\ncontract = { form = "day_rate", eur = 100 }'


def test_another_form_of_a_contract_needs_another_price(tmp_path):
    (tmp_path / "base.toml").write_text(changed(CONTRACT), "utf-8")
    block = 'extends = "base.toml"\n[[variant]]\nname = "house"\ncontract = { form = "hourly" %s }'
    told = "'hourly', at the price of 'day_rate'; give contract.eur too"
    at = "variant.house.contract.form"
    (tmp_path / "a.toml").write_text(block % "", "utf-8")
    (tmp_path / "b.toml").write_text(block % ", eur = 70", "utf-8")
    assert problems_of_file(tmp_path / "a.toml") == [f"a.toml: {at}: {told}"]
    assert problems_of_file(tmp_path / "b.toml") == []
    base = tmp_path / "base.toml"
    assert problems_of_file(base, f"{at}=hourly") == [f"--set: {at}: {told}"]
    assert problems_of_file(base, f"{at}=hourly", "variant.house.contract.eur=70") == []
    assert problems_of_file(base, f"{at}=day_rate") == []
    dated = changed(CONTRACT, change("2026-05-01", at, '"hourly"'))
    assert problems_in(tmp_path, dated) == [f's.toml: change.1.set."{at}": {told}']
    both = change("2026-05-01", at, "'hourly', 'variant.house.contract.eur' = 70")
    assert problems_in(tmp_path, changed(CONTRACT, both)) == []


# ---------------------------------------------------------------- people of today, and desks
@pytest.mark.parametrize(
    ("start", "refused"),
    [
        ("residents = { house = 2 }", "start.level_mix.house"),
        ("residents = { house = 2 }\nready_to_leave = { house = 1 }", "start.level_mix.house"),
        ("residents = { house = 2 }\nready_to_leave = { house = 2 }", None),
        ("residents = { house = 0 }", None),
        ("residents = { house = 2 }\nlevel_mix = { house = { heavy = 1.0 } }", None),
        ("residents = { house = 2 }\nburn_in_years = 5", None),
        ('waiting = [{ variant = "house", persons = 2 }]', "start.waiting.house.level_mix"),
    ],
)
def test_levels_cannot_be_left_out_where_that_lets_people_leave_at_once(start, refused, tmp_path):
    found = problems_in(tmp_path, changed(f"[start]\n{start}"))
    assert paths_of(found) == ([] if refused is None else [refused])
    assert all(REFUSED in line for line in found)


def test_a_variant_that_serves_heavier_levels_only_needs_no_levels_of_today(tmp_path):
    text = changed("places = 3 -> places = 3\nserves = ['heavy', 'heavy']",
                   "[start]\nresidents = { house = 2 }")  # fmt: skip
    assert problems_in(tmp_path, text) == []


def test_residents_that_are_set_are_counted_against_the_places(tmp_path):
    start = "[start]\nresidents = { house = 3 }\nlevel_mix = { house = { heavy = 1.0 } }"
    (line,) = problems_in(tmp_path, changed(start), "start.residents.house=4")
    assert "4 residents in 3 places" in line


@pytest.mark.parametrize("fte", ["0", "{ each = 0 }", "{ region = 0.0 }"])
def test_a_desk_without_people_is_a_mistake(fte, tmp_path):
    told = "nobody works here; more than 0, or leave the desk out"
    assert problems_in(tmp_path, changed(f"fte = 1 -> fte = {fte}")) == [
        f"s.toml: desk.access.fte: {told}"
    ]
    dated = problems_in(tmp_path, changed(change("2026-05-01", "desk.access.fte", fte)))
    assert dated == [f"s.toml: change.1: desk.access.fte: {told}"]


# ---------------------------------------------------------------- what nobody can count
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("demand.people.per_year", "unlimited"),
        ("dwellings.homes.per_year", "unlimited"),
        ("dwellings.homes.stock", "unlimited"),
        ("desk.access.fte", "unlimited"),
        ("dwellings.homes.stock", "2_000_000"),
        ("dwellings.homes.batch", "2_000_000"),
        ("variant.house.places", "2_000_000_000"),
        ("team.carers.hours_per_week", "1e11"),
        ("level.heavy.hours_per_week", "1e6"),
        ("start.deciding", "2_000_000_000"),
        ("start.residents.house", "2_000_000_000"),
        ("start.ready_to_leave.house", "2_000_000_000"),
    ],
)
def test_what_nobody_can_count_is_refused(path, value, tmp_path):
    lines = problems_in(tmp_path, TINY, f"{path}={value}")
    assert path in [line.split(": ")[1] for line in lines]


@pytest.mark.parametrize("family", ["gamma", "lognormal"])
def test_a_duration_of_no_length_is_none_whatever_its_spread(family, tmp_path):
    text = changed(f"recovery_days = 100 -> recovery_days = {{ {family} = 0, cv = 2 }}")
    assert parse(tomllib.loads(text)).level[1].recovery_days.written() == 0


# ---------------------------------------------------------------- show and --set
def shown(path, *words):
    ran = CliRunner().invoke(main, ("show", str(path), "--lang", "en", *words))
    assert ran.exit_code == 0, ran.stderr
    return [line.partition("  # ")[0].partition(" = ")[::2] for line in ran.stdout.splitlines()]


def everything(scenario):
    return [one.model_dump() for _, one in scenario.phases]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_path_that_show_prints_is_taken_by_set_with_its_own_value(path):
    lines = shown(path)
    assert len(lines) > 200
    again = load(path, [f"{at}={value}" for at, value in lines])
    assert everything(again) == everything(load(path))


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_path_that_show_prints_is_taken_by_itself(path):
    wanted = everything(load(path))
    dated = [line for line in shown(path) if line[0].startswith(("change", "start", "scenario"))]
    for at, value in dated:
        assert everything(load(path, [f"{at}={value}"])) == wanted, at


def test_set_reaches_the_date_and_the_values_of_a_change(tmp_path):
    file = tmp_path / "s.toml"
    file.write_text(changed(change("2026-05-01")), "utf-8")
    later = load(file, ["change.1.date=2026-08-01", 'change.1.set."variant.house.places"=1'])
    (day, phase) = later.phases[-1]
    assert day == (date(2026, 8, 1) - date(2026, 1, 1)).days
    assert phase.variant[0].places.total == 1
    unquoted = load(file, ["change.1.set.variant.house.places=1"])
    assert unquoted.phases[-1][1].variant[0].places.total == 1
    assert dict(shown(file))['change.1.set."variant.house.places"'] == "2"
    (line,) = problems_of_file(file, "change.2.date=2026-08-01")
    assert line.startswith("--set: change.2.date: no change '2'; allowed: 1")
