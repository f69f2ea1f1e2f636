"""Scenarios at the edge of what can be: each is run, or refused with one clear message."""

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.errors import ScenarioError
from flowsim.scenario import load, phases
from flowsim.scenario.phases import validate
from tests.worlds import HOUSE as A_HOUSE

HOUSE = A_HOUSE.replace("years = 1", "years = 1\nfollow_up_days = 100")
FROM_ONE_AREA = (
    ("per_year = 20", "per_year = { a = 10 }"),
    ("places = 10", 'scale = "municipality"'),
    ("[[demand]]", "[areas]\ns = { a = 1000, b = 1 }\n[start]\nresidents = { house = 1 }\n"
     "[[demand]]"),
)  # fmt: skip
NO_ROOM = """
[scenario]
days = 365.25
[areas]
first = { x = 1000 }
second = { y = 1000000 }
[[level]]
name = "light"
hours_per_week = 1e-9
[[level]]
name = "heavy"
hours_per_week = 1e-9
recovery_days = { triangular = [0, 14, 30] }
[[demand]]
profile = "people"
on_days = [1]
level_mix = { heavy = 1.0 }
[[team]]
name = "t"
scale = "subregion"
fte = { second = 0.5 }
client_hours = 24
[[variant]]
name = "house"
team = "t"
[leaving]
ready_at = "light"
"""


@pytest.fixture
def ran(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(text, *words, command="run"):
        (tmp_path / "s.toml").write_text(text, "utf-8")
        some = ("-n", "1", "--jobs", "1", "--no-charts", "--lang", "en", "--out", "out")
        return CliRunner().invoke(main, [command, "s.toml", *some, *words])

    return run


def house(*edits):
    text = HOUSE
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    "text",
    [
        house(*FROM_ONE_AREA),
        NO_ROOM,
        house(("[[demand]]", "[areas]\nvalue = { m = 100000 }\n[[demand]]")),
        house(("[[demand]]", '[areas]\ns = { "_" = 100000, " " = 100 }\n[[demand]]')),
        house(("years = 1", "years = 1\nstart = 9979-01-01"), ("[[demand]]",
              "[start]\nburn_in_years = 19\n[[demand]]")),
    ],
    ids=["nobody from there", "no room there", "subregion value", "signs for names", "late"],
)  # fmt: skip
def test_it_is_run(text, ran):
    found = ran(text)
    assert (found.exit_code, found.exception) == (0, None), found.output


@pytest.mark.parametrize(
    ("edits", "settings", "told"),
    [
        ([("per_year = 20", "per_year = 20\nweight = 0")], (), "demand.people.weight: 0; "),
        (
            [("per_year = 20", "per_year = 20\nweight = { municipality = 0 }")],
            (),
            "demand.people.weight: { municipality = 0 }; weights that do not add up to 0",
        ),
        ([], ("variant=[]",), "variant: no variant; a scenario has at least one [[variant]]"),
        (
            [("years = 1", "years = 1\nstart = 9990-01-01"),
             ("[[demand]]", "[start]\nburn_in_years = 20\n[[demand]]")],
            (),
            "start.burn_in_years: the burn-in ends after the year 9999; ",
        ),
    ],
)  # fmt: skip
def test_it_is_refused(edits, settings, told, ran):
    found = ran(house(*edits), *(word for one in settings for word in ("--set", one)))
    assert found.exit_code == 2, found.output
    assert told in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_a_file_without_a_variant_is_refused(ran):
    found = ran(HOUSE.partition("[[variant]]")[0])
    assert found.exit_code == 2
    assert "variant: no variant; " in found.stderr


@pytest.mark.parametrize("command", ["run", "sweep"])
def test_nobody_may_come(command, ran):
    option = "--set" if command == "run" else "--vary"
    found = ran(HOUSE, option, "demand=[]", command=command)
    assert found.exit_code == 0, found.output


@pytest.mark.parametrize("digits", [19, 400])
def test_any_number_of_replications_is_weighed(digits, ran):
    found = ran(HOUSE, "-n", "9" * digits)
    assert found.exit_code == 2, found.output
    assert len(found.stderr) < 500


@pytest.mark.parametrize("name", ["a\nb.toml", "\u202ea.toml", "\udcff.toml", "a\x1b[31m.toml"])
@pytest.mark.parametrize("command", ["validate", "show", "run"])
def test_a_file_name_is_of_signs_that_are_seen(name, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(HOUSE, "utf-8")
    found = CliRunner().invoke(main, [command, name, "--lang", "en"])
    assert found.exit_code == 2, found.output
    (line,) = found.stderr.splitlines()
    assert line.isprintable()
    assert "a sign that nobody sees" in line


@pytest.mark.parametrize("values", ["0,0.0", "1,2,1.0", "-0.0,0", "[0],[0.0]"])
def test_a_value_is_varied_once_in_whatever_notation(values, ran):
    found = ran(HOUSE, "--vary", f"variant.house.turnover_days={values}", command="sweep")
    assert found.exit_code == 2
    assert " more than once; " in found.stderr


def test_one_is_said_as_one(ran):
    found = ran(HOUSE)
    assert ": 1 year from " in found.stdout
    assert "1 of 1 run done" in found.stderr
    assert ": 1 run.\n" in ran(HOUSE, "--vary", "variant.house.places=3", command="sweep").stderr


def test_of_a_file_that_is_refused_no_ramp_is_walked_step_by_step(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(phases, "validate", lambda *of: asked.append(of) or validate(*of))
    ramp = '[[change]]\ndate = 2026-02-01\nuntil = 2220-01-01\nreason = "r"\n'
    text = f'foo = 1\n{HOUSE}{ramp}set = {{ "variant.house.places" = 50 }}\n'
    (tmp_path / "s.toml").write_text(text.replace("years = 1", "years = 200"), "utf-8")
    with pytest.raises(ScenarioError, match="unknown key 'foo'"):
        load(tmp_path / "s.toml")
    assert len(asked) <= 2
