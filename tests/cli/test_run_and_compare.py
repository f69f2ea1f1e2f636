"""``flowsim run`` and ``flowsim compare``, as they are typed."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.experiment.writing.tables_on_disk import TABLES
from flowsim.report.charts import CHARTS
from flowsim.report.spreadsheets import SPREADSHEETS
from tests.cli.interrupts import interrupted
from tests.experiment.burn_in_worlds import write_worlds
from tests.experiment.tiny_worlds import TINY

BASE = str(TINY / "base.toml")
MORE = str(TINY / "more_dwellings.toml")
_COMMAND = (sys.executable, "-c", "from flowsim.__main__ import program; program()")


def flowsim(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def tables(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "tables").iterdir())}


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """A comparison of the folder, with charts."""
    folder = tmp_path_factory.mktemp("compared") / "out"
    result = flowsim("compare", TINY, "-n", 2, "--jobs", 1, "--out", folder)
    assert result.exit_code == 0, result.output
    return folder, result


def test_a_comparison_of_a_folder_writes_all_that_it_says(compared):
    folder, _ = compared
    assert set(tables(folder)) == {f"{name}.csv" for name in TABLES}
    charts = {path.name for path in (folder / "charts").iterdir()}
    assert charts == {f"{name}.{kind}" for name in CHARTS for kind in ("svg", "png")}
    sheets = {path.name for path in (folder / "excel").iterdir()}
    assert sheets == {f"{name}.csv" for name in SPREADSHEETS}
    assert manifest(folder)["status"] == "complete"
    names = [one["name"] for one in manifest(folder)["scenarios"]]
    assert names == ["base", "less_staff", "more_dwellings"]
    assert set(manifest(folder)["files"]) == {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.*")
        if path.name not in ("manifest.json", "results.sqlite")
    }


def test_the_table_is_on_stdout_and_the_progress_on_stderr(compared):
    _, result = compared
    assert result.stdout.startswith("Kleinland")
    assert "Simuleren: 6 van 6" in result.stderr
    assert "Simuleren" not in result.stdout


@pytest.mark.slow
def test_what_draws_is_imported_once_runs_are_under_way(tmp_path):
    command = (sys.executable, "-X", "importtime", *_COMMAND[1:])
    asked = ("compare", BASE, MORE, "-n", "1", "--jobs", "1", "--lang", "en", "--no-charts")
    told = subprocess.run(
        [*command, *asked, "--out", str(tmp_path)], capture_output=True, text=True, check=True
    ).stderr.splitlines()
    first = next(i for i, line in enumerate(told) if line.startswith("Simulating: 1 of 2"))
    heavy = [i for i, line in enumerate(told) if line.endswith((" matplotlib.figure", " pandas"))]
    assert len(heavy) == 2
    assert min(heavy) > first


def test_tables_are_the_same_byte_for_byte_for_two_jobs_and_another_hash_seed(compared, tmp_path):
    folder, _ = compared
    for jobs, hash_seed in ((2, "1"), (1, "2")):
        out = tmp_path / hash_seed
        arguments = ["compare", str(TINY), "-n", "2", "--jobs", str(jobs), "--out", str(out)]
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        subprocess.run(
            [*_COMMAND, *arguments], env=environment, check=True, capture_output=True, timeout=600
        )
        assert tables(out) == tables(folder)
        for chart in (folder / "charts").iterdir():
            assert (out / "charts" / chart.name).read_bytes() == chart.read_bytes()


def test_run_writes_one_scenario_by_its_name_under_results(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = flowsim("run", BASE, "-n", 1, "--jobs", 1, "--no-charts", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "people wait" in result.stdout
    assert set(tables(tmp_path / "results" / "base")) == {f"{name}.csv" for name in TABLES}
    assert not (tmp_path / "results" / "base" / "charts").exists()


def test_settings_seed_and_replications_arrive(tmp_path):
    arguments = ("--set", "variant.bw.places=16", "--seed", 3, "-n", 1, "--jobs", 1, "--check")
    result = flowsim("run", BASE, *arguments, "--no-charts", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    told = manifest(tmp_path)
    assert told["seed"] == 3
    assert told["settings"] == ["variant.bw.places=16"]
    assert told["replications"] == {"planned": 1, "complete": [0]}


def test_all_tables_are_written_when_asked_for_and_are_in_the_manifest(tmp_path):
    arguments = ("run", BASE, "-n", 1, "--jobs", 1, "--no-charts", "--out", tmp_path)
    name = "tables/measures_by_period.csv"
    assert flowsim(*arguments, "--all-tables").exit_code == 0
    assert name in manifest(tmp_path)["files"]
    assert (tmp_path / name).exists()
    assert flowsim(*arguments).exit_code == 0
    assert name not in manifest(tmp_path)["files"]
    assert not (tmp_path / name).exists()


@pytest.mark.slow
def test_charts_of_an_earlier_run_do_not_stay_behind(tmp_path):
    flowsim("run", BASE, "-n", 1, "--jobs", 1, "--out", tmp_path)
    assert (tmp_path / "charts" / "cost.svg").exists()
    flowsim("run", BASE, "-n", 1, "--jobs", 1, "--no-charts", "--out", tmp_path)
    assert list((tmp_path / "charts").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("compare", BASE, BASE), "two scenarios are called 'base'"),
        (("compare", BASE), "at least one other scenario"),
        (("run", TINY / "nothing.toml"), "no file"),
        (("run", TINY / "bas.toml"), "did you mean 'base.toml'?"),
        (("run", TINY.parent / "tinny" / "base.toml"), "tiny': did you mean that?"),
        (("compare", TINY.parent / "tinny"), "tiny': did you mean that?"),
        (("run", BASE, "--set", "variant.bw.place=3"), "places"),
        (("run", BASE, "-n", 0), "0"),
        (("run", BASE, "--jobs", 0), "0"),
        (("run", BASE, "--lang", "de"), "'nl', 'en'"),
        (("run",), "FILE"),
    ],
)
def test_bad_input_gives_a_message_and_exit_code_2_and_writes_nothing(
    arguments, message, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLOWSIM_LANG", "en")
    result = flowsim(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_scenarios_over_other_windows_are_refused(tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(TINY, folder)
    (folder / "longer.toml").write_text('extends = "base.toml"\n[scenario]\nyears = 3\n', "utf-8")
    result = flowsim("compare", folder, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "longer.toml: scenario.years: 3, maar 2 in 'base'" in result.stderr
    assert not (tmp_path / "out").exists()


def test_every_mistake_in_every_file_is_told_at_once(tmp_path):
    folder = tmp_path / "study"
    shutil.copytree(TINY, folder)
    for name, line in (("a", "[situatio]"), ("b", "[[variant]]\nname = 'bw'\nplaces = -1")):
        (folder / f"{name}.toml").write_text(f'extends = "base.toml"\n{line}\n', "utf-8")
    result = flowsim("compare", folder, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "a.toml" in result.stderr
    assert "b.toml" in result.stderr


def test_a_folder_without_a_base_is_refused(tmp_path):
    result = flowsim("compare", tmp_path)
    assert result.exit_code == 2
    assert "geen base.toml" in result.stderr


def test_a_place_that_cannot_be_written_is_found_before_the_run(tmp_path):
    (tmp_path / "file").write_text("")
    result = flowsim("run", BASE, "-n", 1, "--out", tmp_path / "file" / "out")
    assert result.exit_code == 2
    assert "is een bestand en geen map" in result.stderr
    assert "Simuleren" not in result.stderr


@pytest.mark.parametrize("name", ["run", "compare"])
def test_help_teaches_with_an_example(name):
    result = flowsim(name, "--help")
    assert result.exit_code == 0
    assert f"  flowsim {name} scenarios/drenthe" in result.stdout
    for option in ("--replications", "--seed", "--jobs", "--out", "--lang", "--set", "--no-charts"):
        assert option in result.stdout


@pytest.mark.slow
def test_a_temporary_folder_with_an_accent_gives_the_same_tables(tmp_path):
    zoe = tmp_path / "Zoë"
    zoe.mkdir()
    arguments = [BASE, "-n", "2", "--no-charts"]
    alone = flowsim("run", *arguments, "--jobs", 1, "--out", tmp_path / "alone")
    assert alone.exit_code == 0, alone.output
    done = subprocess.run(
        [*_COMMAND, "run", *map(str, arguments), "--jobs", "2", "--out", str(zoe / "out")],
        env=os.environ | {"JOBLIB_TEMP_FOLDER": str(zoe), "TMPDIR": str(zoe)},
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert tables(zoe / "out") == tables(tmp_path / "alone")
    assert [one.name for one in zoe.iterdir()] == ["out"], "nothing is left there"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_writes_what_is_complete_and_exits_with_130(jobs, tmp_path):
    out = tmp_path / "out"
    arguments = ["run", BASE, "-n", "5000", "--jobs", jobs, "--out", str(out), "--no-charts"]
    stdout = interrupted(arguments)
    told = manifest(out)
    assert told["status"] == "interrupted"
    complete = told["replications"]["complete"]
    assert 1 <= len(complete) < 5000
    assert f"GEDEELTELIJK: {len(complete)} van 5000" in stdout.replace("\n", " ")
    rows = tables(out)["measures.csv"].decode().splitlines()
    assert {int(row.split(",")[1]) for row in rows[1:]} == set(complete)


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGHUP])
def test_what_else_asks_to_stop_keeps_what_is_complete_and_leaves_no_process(by, tmp_path):
    out = tmp_path / "out"
    interrupted(["run", BASE, "-n", "5000", "--jobs", "2", "--out", str(out), "--no-charts"], by=by)
    told = manifest(out)
    assert told["status"] == "interrupted"
    assert 1 <= len(told["replications"]["complete"]) < 5000


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_while_the_people_of_today_are_made_writes_nothing(jobs, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOWSIM_CACHE", str(tmp_path / "cache"))
    file = write_worlds(tmp_path)
    text = file.read_text("utf-8").replace("burn_in_years = 3", "burn_in_years = 150")
    file.write_text(text.replace("per_year = 20", "per_year = 40"), "utf-8")
    out = tmp_path / "out"
    arguments = ["run", str(file), "-n", "8", "--jobs", jobs, "--out", str(out), "--no-charts"]
    assert interrupted(arguments, 2, "De beginstand") == ""
    assert not out.exists()
    kept = list((tmp_path / "cache").iterdir())
    assert 2 <= len(kept) < 8
    assert all(one.suffix == ".json" for one in kept), "what was half made is not there"
