"""The commands that read scenarios, as a user meets them."""

import json
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from flowsim.cli import COMMANDS, main
from flowsim.scenario import load
from tests.scenario.tiny import TINY, changed

BASE = Path(__file__).parents[2] / "scenarios" / "drenthe" / "base.toml"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.toml").write_text(TINY, "utf-8")
    return tmp_path


def call(*words):
    return CliRunner(env={"FLOWSIM_LANG": "en"}).invoke(main, words)


# ---------------------------------------------------------------- validate
def test_a_good_file_gets_its_balance_on_stdout(here):
    ran = call("validate", "good.toml")
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[0].strip() == "good.toml"
    assert "variant house, places" in ran.stdout
    assert "dwellings homes in Gamma, a year" in ran.stdout


def test_a_file_with_dated_changes_has_a_second_balance_of_what_holds_after_them(here):
    (here / "later.toml").write_text(
        'extends = "good.toml"\n[[change]]\ndate = 2026-03-01\nreason = "more"\n'
        '[change.set]\n"variant.house.places" = 7\n',
        "utf-8",
    )
    ran = call("validate", "later.toml")
    before, after = ran.stdout.split("later.toml, from 1 March 2026 on")
    places = re.compile(r"variant house, places +\S+ +(\S+)")
    assert (places.search(before)[1], places.search(after)[1]) == ("3.0", "7.0")


def test_a_base_that_drifts_is_refused_with_the_balance_that_shows_it(here):
    drifting = changed("places = 3 -> places = 30")
    start = "[start]\nresidents = { house = 25 }\nlevel_mix = { house = { heavy = 1.0 } }\n"
    drifting = f"{drifting}\n{start}"
    (here / "bad.toml").write_text(drifting, "utf-8")
    ran = call("validate", "bad.toml")
    assert ran.exit_code == 2
    assert ran.stderr.startswith("bad.toml: start.residents.house: 25 residents today, ")
    (here / "bad.toml").write_text(
        drifting.replace("[start]", '[start]\ndrift="accepted"'), "utf-8"
    )
    assert call("validate", "bad.toml").exit_code == 0


def test_five_mistakes_give_five_lines_on_stderr_exit_2_and_nothing_written(here):
    edits = ("places = 3 -> plaecs = 3", 'team = "carers" -> team = "carer"',
             "recovery_days = 100 -> recovery_days = -1", "heavy = 1.0 -> heavy = 0.9",
             "per_year = 4 -> ")  # fmt: skip
    (here / "bad.toml").write_text(changed(*edits), "utf-8")
    before = sorted(here.iterdir())
    ran = call("validate", "bad.toml")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert len(ran.stderr.splitlines()) == 5
    assert all(line.startswith("bad.toml: ") for line in ran.stderr.splitlines())
    assert sorted(here.iterdir()) == before


def test_every_file_is_checked_and_a_shared_mistake_is_said_once(here):
    (here / "bad.toml").write_text(changed("places = 3 -> places = -3"), "utf-8")
    for name in ("one", "two"):
        (here / f"{name}.toml").write_text('extends = "bad.toml"\n', "utf-8")
    ran = call("validate", "one.toml", "good.toml", "two.toml")
    assert ran.exit_code == 2
    assert ran.stderr == "bad.toml: variant.house.places: -3; expected a number of at least 0\n"
    assert "variant house, places" in ran.stdout


@pytest.mark.slow
def test_a_folder_of_scenarios_can_be_checked_with_its_sources():
    ran = call("validate", *map(str, sorted(BASE.parent.glob("*.toml"))))
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert re.search(r"sources.toml: \d+ sources", ran.stdout)


def test_set_is_checked_too(here):
    assert "∞" not in call("validate", "good.toml").stdout
    assert call("validate", "good.toml", "--set", "variant.house.places=90").exit_code == 0
    ran = call("validate", "good.toml", "--set", "variant.hous.places=90")
    assert ran.exit_code == 2
    assert ran.stderr.startswith("--set: variant.hous.places: no variant 'hous'; ")


def test_a_missing_file_is_one_line_and_no_traceback(here):
    ran = call("validate", "goood.toml")
    assert ran.exit_code == 2
    assert ran.stderr.splitlines() == [
        "goood.toml: no file 'goood.toml'; allowed: good.toml; did you mean 'good.toml'?"
    ]


# ---------------------------------------------------------------- show
def shown(*words):
    ran = call("show", *words)
    assert (ran.exit_code, ran.stderr) == (0, "")
    return dict(line.split(" = ", 1) for line in ran.stdout.splitlines())


def test_show_tells_the_file_the_evidence_and_the_source_of_each_value(here):
    (here / "sources.toml").write_text('[cbs]\ntitle = "Table 5"\npublisher = "CBS"\n', "utf-8")
    evidence = (
        '{ value = { gamma = 9, cv = 1 }, source = "cbs", range = [5, 20], '
        'confidence = "B", note = "read twice" }'
    )
    text = changed(f"recovery_days = 100 -> recovery_days = {evidence}")
    (here / "base.toml").write_text(text, "utf-8")
    (here / "child.toml").write_text(
        'extends = "base.toml"\n[[variant]]\nname = "house"\n'
        'places = { value = 5, assumption = "a wish" }\n',
        "utf-8",
    )
    lines = shown("child.toml", "--set", "desk.access.fte=2")
    assert lines["level.heavy.recovery_days"] == (
        "{ gamma = 9, cv = 1 }  # base.toml; source cbs (Table 5, CBS); range 5 to 20; "
        "confidence B; read twice"
    )
    assert lines["variant.house.places"] == "5  # child.toml; lever; assumption: a wish"
    assert lines["variant.house.team"] == '"carers"  # base.toml'
    assert lines["variant.house.turnover_days"] == "0  # default"
    assert lines["scenario.name"] == '"child"  # child.toml'
    assert lines["desk.access.fte"].startswith("2  # --set desk.access.fte")


def test_show_gives_every_value_in_a_form_that_set_takes_back():
    before = load(BASE)
    lines = shown(str(BASE))
    settings = [
        f"{path}={value.partition('  # ')[0]}"
        for path, value in lines.items()
        if not path.endswith((".name", ".profile", ".variant")) and not path.startswith("areas.reg")
    ]
    assert len(settings) > 200
    assert load(BASE, settings).model_dump() == before.model_dump()


def test_show_prints_toml_values_only():
    for path, value in shown(str(BASE)).items():
        tomllib.loads(f"value = {value.partition('  # ')[0]}"), path


# ---------------------------------------------------------------- schema, help and the ends
def test_schema_prints_json():
    assert json.loads(call("schema").stdout)["title"] == "flowsim scenario"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(name):
    ran = call(name, "--help")
    assert ran.exit_code == 0
    assert f"flowsim {name}" in ran.stdout
    assert "Example" in ran.stdout


def test_help_lists_every_command_and_loads_none():
    code = (
        "import sys; sys.argv = ['flowsim', '--help']\n"
        "from flowsim.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = ('pydantic', 'numpy', 'pandas', 'scipy', 'rich', 'simpy', 'matplotlib')\n"
        "print('LOADED', [name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr == "LOADED []\n"
    assert all(name in ran.stdout for name in COMMANDS)


def test_an_unknown_command_names_the_nearest():
    ran = call("validte")
    assert ran.exit_code == 2
    assert "no command 'validte'; allowed: validate, " in ran.stderr
    assert ran.stderr.strip().endswith("did you mean 'validate'?")


def test_ctrl_c_ends_with_130_and_a_sentence(here, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(import_module("flowsim.scenario.load"), "load", interrupt)
    ran = call("validate", "good.toml")
    assert ran.exit_code == 130
    assert ran.stderr == "Stopped by you.\n"


def test_the_version_is_that_of_the_package():
    from importlib.metadata import version

    assert call("--version").stdout == f"flowsim {version('flowsim')} (engine: plain)\n"
