"""``flowsim sweep``, as it is typed."""

import json

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.experiment.keys import scenario_hash
from tests.cli.interrupts import interrupted
from tests.experiment.tiny_worlds import TINY, tiny

BASE = str(TINY / "base.toml")
DWELLINGS, PLACES = "dwellings.contingent.per_year", "variant.bw.places"


def flowsim(*arguments):
    return CliRunner().invoke(main, ["sweep", *(str(argument) for argument in arguments)])


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.*"))
        if path.name not in ("manifest.json", "results.sqlite")
    }


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """One factor, with a norm."""
    folder = tmp_path_factory.mktemp("lines") / "out"
    arguments = ("--vary", f"{DWELLINGS}=6,12,24", "-n", 3, "--jobs", 1, "--norm", 25)
    result = flowsim(BASE, *arguments, "--out", folder)
    assert result.exit_code == 0, result.output
    return folder, result


def test_it_writes_all_that_it_says(lines):
    folder, _ = lines
    assert set(files(folder)) == {
        "tables/sweep.csv",
        "tables/measures.csv",
        "charts/lines.svg",
        "charts/lines.png",
    }
    told = manifest(folder)
    assert set(told["files"]) == set(files(folder))
    assert told["status"] == "complete"
    assert told["replications"] == {"planned": 3, "complete": [0, 1, 2]}
    assert told["sweep"]["factors"] == [{"path": DWELLINGS, "values": [6, 12, 24]}]
    assert told["sweep"]["points"] == {"planned": 3, "complete": 3}
    assert told["sweep"]["norm"]["bound"] == "<="


def test_hashes_in_the_manifest_are_those_of_the_file_with_the_values_set(lines):
    folder, _ = lines
    said = {one["values"][DWELLINGS]: one["sha256"] for one in manifest(folder)["scenarios"]}
    assert said == {n: scenario_hash(tiny("base", f"{DWELLINGS}={n}")) for n in (6, 12, 24)}


def test_the_size_and_the_time_come_first_on_stderr_and_the_table_on_stdout(lines):
    _, result = lines
    first, second, third = result.stderr.splitlines()[:3]
    assert first == "3 punten, elk 3 toekomsten: samen 9 toekomsten."
    assert second.startswith("Ongeveer ")
    assert third.startswith("Simuleren: ")
    assert result.stdout.startswith("Kleinland")
    assert "Simuleren" not in result.stdout


def test_the_norm_is_answered_with_the_point_and_how_sure_that_is(lines):
    folder, result = lines
    said = " ".join(result.stdout.split())
    norm = (
        "Norm: Wachten op een eerste plek: gemiddelde van de eerste 104 weken, hoogstens 25 weken."
    )
    assert norm in said
    assert f"Het eerste punt dat de norm haalt, alleen naar schatting: {DWELLINGS} = 12" in said
    assert f"Het eerste met het hele 95%-interval: {DWELLINGS} = 24" in said
    norm = manifest(folder)["sweep"]["norm"]
    assert norm["first_point"] == "point_2"
    assert norm["first_point_by_whole_interval"] == "point_3"


@pytest.mark.slow
def test_files_are_the_same_for_two_jobs(lines, tmp_path):
    folder, _ = lines
    result = flowsim(
        BASE,
        "--vary",
        f"{DWELLINGS}=6,12,24",
        "-n",
        3,
        "--jobs",
        2,
        "--norm",
        25,
        "--out",
        tmp_path,
    )
    assert result.exit_code == 0, result.output
    assert files(tmp_path) == files(folder)


@pytest.mark.slow
def test_two_factors_give_a_heat_map_and_three_only_tables(tmp_path):
    arguments = ("--vary", f"{DWELLINGS}=12,24", "--vary", f"{PLACES}=15,16", "-n", 1, "--jobs", 1)
    result = flowsim(BASE, *arguments, "--lang", "en", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert {"charts/heat_map.svg", "charts/heat_map.png"} < set(files(tmp_path))
    more = ("--vary", "desk.toegang.fte=1,2")
    result = flowsim(BASE, *arguments, *more, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert "geen grafieken" in result.stderr
    assert set(files(tmp_path)) == {"tables/sweep.csv", "tables/measures.csv"}
    assert manifest(tmp_path)["sweep"]["points"]["complete"] == 8


def test_it_goes_to_results_by_the_name_of_the_scenario(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = ("--vary", f"{PLACES}=15", "-n", 1, "--jobs", 1, "--no-charts")
    result = flowsim(BASE, *arguments, "--seed", 3, "--set", "desk.toegang.fte=2")
    assert result.exit_code == 0, result.output
    told = manifest(tmp_path / "results" / "base-sweep")
    assert (told["seed"], told["settings"]) == (3, ["desk.toegang.fte=2"])
    assert result.stderr.startswith("1 punt, elk 1 toekomst: samen 1 toekomst.")


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        ((), ["--vary"]),
        (("--vary", "variant.bw.places"), ["no path=value,value"]),
        (("--vary", "variant.bw.place=1,2"), ["unknown key 'place'"]),
        (("--vary", f"{PLACES}=15,many,few"), ["'many'", "'few'"]),
        (("--vary", f"{PLACES}=-1,15", "--vary", f"{DWELLINGS}=x,3", "--norm", "soon"),
         ["-1", "'x'", "'soon'"]),
        (("--vary", f"{PLACES}=15", "--set", "variant.bv.team=x"), ["no variant 'bv'"]),
        (("--vary", f"{PLACES}=15,16", "--measure", "blokced"), ["did you mean 'blocked'?"]),
        (("--vary", f"{PLACES}=15,16", "--measure", "outflow", "--norm", "3"), ['">=3"']),
        (("--vary", f"{PLACES}=15,16", "--measure", "blokced", "--norm", "3"),
         ["did you mean 'blocked'?", "--measure: no measure 'blokced'"]),
        (("--vary", f"{PLACES}=15,16", "-n", 0), ["0"]),
    ],
)  # fmt: skip
def test_bad_input_gives_one_message_each_and_exit_code_2_and_writes_nothing(
    arguments, messages, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLOWSIM_LANG", "en")
    result = flowsim(BASE, *arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    for message in messages:
        assert result.stderr.count(message) == 1
    assert "Simulating" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there_is_told_once(tmp_path):
    result = flowsim(tmp_path / "nothing.toml", "--vary", f"{PLACES}=15,16,17")
    assert result.exit_code == 2
    assert result.stderr.count("geen bestand") == 1


def test_a_place_that_cannot_be_written_is_found_before_the_run(tmp_path):
    (tmp_path / "file").write_text("")
    result = flowsim(BASE, "--vary", f"{PLACES}=15", "--out", tmp_path / "file" / "out")
    assert result.exit_code == 2
    assert "is een bestand en geen map" in result.stderr


def test_help_teaches_with_an_example():
    result = flowsim("--help")
    assert result.exit_code == 0
    assert "  flowsim sweep scenarios/drenthe" in result.stdout
    for option in ("--vary", "--measure", "--norm", "--replications", "--jobs", "--out", "--set"):
        assert option in result.stdout


@pytest.mark.slow
def test_ctrl_c_writes_the_points_that_are_complete_and_exits_with_130(tmp_path):
    values = ",".join(str(n) for n in range(1, 801))
    arguments = ["sweep", BASE, "--vary", f"{PLACES}={values}", "--set", "start.residents.bw=1"]
    arguments += ["-n", "2", "--jobs", "1", "--out", str(tmp_path / "out")]
    stdout = interrupted(arguments)
    told = manifest(tmp_path / "out")
    done = told["sweep"]["points"]["complete"]
    assert told["status"] == "interrupted"
    assert 1 <= done < 800
    assert len(told["scenarios"]) == done
    assert f"GEDEELTELIJK: {done} van 800 punten." in " ".join(stdout.split())
    assert not (tmp_path / "out" / "charts").exists()


# ---------------------------------------------------------------- other points
@pytest.mark.parametrize("case", ["lhs", "points", "several"])
def test_other_points_are_told_kept_gone_on_with_and_shown_again(case, tmp_path):
    csv = tmp_path / "points.csv"
    csv.write_text(f"{PLACES};{DWELLINGS}\n15;12\n16;6\n17;9\n", "utf-8")
    asked = {
        "lhs": (BASE, "--lhs", 3, "--vary", f"{PLACES}=12..20", "--vary", f"{DWELLINGS}=6.0..20",
                "--lhs-seed", 4),
        "points": (BASE, "--points", csv),
        "several": (BASE, TINY / "less_staff.toml", "--vary", f"{PLACES}=15,16"),
    }[case]  # fmt: skip
    out = tmp_path / "out"
    options = ("--jobs", 1, "--norm", 25, "--lang", "en", "--out", out)
    result = flowsim(*asked, "-n", 1, *options)
    assert result.exit_code == 0, result.output
    points = 4 if case == "several" else 3
    assert result.stderr.startswith(f"{points} points, each 1 replication: {points} runs.")
    assert "About " in result.stderr
    more = flowsim(*asked, "-n", 2, *options)
    assert f"{points} of {2 * points} runs are there already" in more.stderr
    said = " ".join(more.stdout.split())
    assert f"of {points // (2 if case == 'several' else 1)} points meet it, " in said
    told = manifest(out)["sweep"]
    assert told["points"] == {"planned": points, "complete": points}
    assert set(told["norm"]) == {"bound", "value", "points", "points_by_whole_interval"}
    chart = "lines" if case == "several" else "by_lever"
    assert {f"charts/{chart}.svg", "tables/sweep.csv"} < set(files(out))
    before = files(out)
    again = CliRunner().invoke(main, ["tables", str(out)])
    assert again.exit_code == 0, again.output
    assert files(out) == before
    shown = CliRunner().invoke(main, ["summary", str(out), "--lang", "en"])
    assert shown.stdout == more.stdout


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        ((), ["nothing is varied"]),
        (("--lhs", 3), ["nothing is varied"]),
        (("--lhs", 3, "--vary", f"{PLACES}=1,2,3", "--norm", "soon"), ["1, 2, 3; ", "'soon'"]),
        (("--vary", f"{PLACES}=12..20"), ["a range is for --lhs"]),
        (("--points", "no.csv", "--vary", f"{PLACES}=1,2", "--norm", "soon"),
         ["--points: with --vary or --lhs", "no.csv: ", "'soon'"]),
        (("--points", TINY / "base.toml"), ["the column '"]),
    ],
)  # fmt: skip
def test_points_that_cannot_be_read_are_told_and_nothing_is_written(
    arguments, messages, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLOWSIM_LANG", "en")
    result = flowsim(BASE, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    for message in messages:
        assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_value_in_a_file_of_points_is_told_by_that_file(tmp_path):
    csv = tmp_path / "points.csv"
    csv.write_text(f"{PLACES}\n15\n-1\nmany\n", "utf-8")
    result = flowsim(BASE, "--points", csv, "--lang", "en", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert result.stderr.count(f"{csv}: {PLACES}: ") == 2
    assert not (tmp_path / "out").exists()
