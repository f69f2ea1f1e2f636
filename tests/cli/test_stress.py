"""The reporting sheet: every item, nothing made up, and it reads back to the same hash."""

from __future__ import annotations

import json
import os
import re
import shutil

import pytest
from click.testing import CliRunner

import flowsim
from flowsim.cli import main
from flowsim.errors import LONGEST, ScenarioError
from flowsim.experiment.hypercube import latin_hypercube
from flowsim.experiment.keep import Keep
from flowsim.experiment.run import run_all
from flowsim.experiment.study import read_back, study_of
from flowsim.report.markdown import code, plain
from flowsim.report.resolved import resolved
from flowsim.scenario.files import MAX_BYTES, MAX_OF_A_SHEET
from flowsim.store import FILE, Filling, Store
from tests.experiment.burn_in_worlds import write_worlds
from tests.experiment.tiny_worlds import TINY, tiny
from tests.scenario.test_shipped_scenarios import DRENTHE

BASE = TINY / "base.toml"
MORE = TINY / "more_dwellings.toml"
ITEMS = (
    "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "3.4", "4.1",
    "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1",
)  # fmt: skip
"""Of Monks et al. (2019)."""


def called(*arguments, code=0):
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exit_code == code, result.output
    return result


def stress(folder, *arguments, code=0):
    return called("stress", folder, *arguments, "--lang", "en", code=code)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two")
    called("compare", BASE, MORE, "-n", 2, "--jobs", 1, "--no-charts", "--out", folder)
    return folder


@pytest.fixture
def written(two, tmp_path):
    shutil.copy(two / FILE, tmp_path / FILE)
    stress(tmp_path)
    return tmp_path / "stress.md"


def block_of(text):
    return json.loads(text.split("```json\n")[1].split("\n```")[0])


def with_block(text, said):
    before, rest = text.split("```json\n")
    _, after = rest.split("\n```", 1)
    return f"{before}```json\n{json.dumps(said)}\n```{after}"


# ---------------------------------------------------------------- what it says
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_item_is_there_once_and_in_order_in_both_languages(written, language):
    called("stress", written.parent, "--lang", language)
    text = written.read_text("utf-8")
    assert tuple(re.findall(r"^\*\*(\d\.\d) ", text, re.M)) == ITEMS
    assert re.findall(r"^## (\d)\.", text, re.M) == list("123456")
    asked = "**To fill in:**" if language == "en" else "**Nog in te vullen:**"
    assert text.count(asked) == 6


def test_what_the_run_knows_is_in_it(written):
    text = written.read_text("utf-8")
    with Store.read(written.parent) as store:
        (sha256,) = store.database.execute("select sha256 from code").fetchone()
    for known in (
        sha256, "seed 7", "Replications of each scenario: 2", "runs done: 4", "a window of 2 years",
        "365 days of follow-up", "What if there are twice as many dwellings?", "numpy ",
        "`more_dwellings`: `dwellings.contingent.per_year = 24` (base: `12`)",
        "| `variant.bw.places = 15` |", "`home`, `sheltered`", "without a burn-in", " processors, ",
    ):  # fmt: skip
        assert known in text, known
    assert "dwellings.contingent.name" not in text.split("## 3.")[0]


def test_a_sweep_says_what_is_varied_and_a_burn_in_how_long_it_is(tmp_path):
    base = write_worlds(tmp_path)
    out = tmp_path / "out"
    more = ("-n", 1, "--jobs", 1, "--no-charts", "--out", out)
    called("sweep", base, "--vary", "variant.a.places=6,7", *more)
    stress(out)
    text = (out / "stress.md").read_text("utf-8")
    assert "A sweep of 2 points, each in the same futures: `variant.a.places = 6, 7`." in text
    assert "burn-in of 3 years of the base, by 8 paths" in text
    assert stress(out, "--check", out / "stress.md").exit_code == 0


def test_a_sweep_of_two_scenarios_tells_of_both_and_of_drawn_points_the_range(tmp_path):
    out = tmp_path / "out"
    files = (TINY / "base.toml", TINY / "more_dwellings.toml")
    more = ("-n", 1, "--jobs", 1, "--no-charts", "--out", out)
    called("sweep", *files, "--lhs", 3, "--vary", "variant.bw.places=12..17", *more)
    stress(out)
    text = (out / "stress.md").read_text("utf-8")
    drawn = latin_hypercube([(12, 17)], 3, 0)
    low, high = min(drawn)[0], max(drawn)[0]
    assert (
        f"A sweep of 6 points, each in the same futures: `variant.bw.places = {low}..{high}`"
        in text
    )
    assert "`point_1`" in text
    assert "`point_4`" in text
    assert "`point_2`" not in text
    assert "dwellings.contingent.per_year" in text, "what the second says on top of the base"
    assert stress(out, "--check", out / "stress.md").exit_code == 0


def test_what_was_stopped_says_so(tmp_path):
    with Filling.of(tmp_path) as store:
        run_all([tiny()], 2, keep=Keep(store))
        store.database.execute("update batch set planned = 5")
    stress(tmp_path)
    assert "**PARTIAL 2/5**" in (tmp_path / "stress.md").read_text("utf-8")


def test_what_a_store_does_not_know_is_asked_for(tmp_path):
    with Filling.of(tmp_path) as store:
        run_all([tiny()], 1, metrics={"nobody": (nobody, "per | cent")}, keep=Keep(store))
        said = json.loads(store.database.execute("select said from batch").fetchone()[0])
        del said["environment"]
        store.database.execute("update batch set said = ?", (json.dumps(said),))
    stress(tmp_path)
    text = (tmp_path / "stress.md").read_text("utf-8")
    assert "Metrics of one's own: `nobody` (per \\| cent)." in text
    for asked in ("how the metrics of one's own are defined", "versions of Python and of libraries",
                  "processors and memory of this machine", "why this scenario exists"):  # fmt: skip
        assert f"**To fill in:** {asked}" in text


def nobody(reading):
    return 0.0


@pytest.mark.parametrize("name", ["base", "region_split", "bw_converted"])
def test_every_value_of_a_shipped_scenario_is_written_as_a_file_has_it(name):
    for row in resolved(flowsim.load(DRENTHE / f"{name}.toml")):
        assert not re.search(r"\w\(\w+=", row.written), row


@pytest.mark.parametrize(
    ("text", "wanted"), [("a", "`a`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```")]
)
def test_a_text_stays_text(text, wanted):
    assert code(text) == wanted
    assert plain("*a* [b](c) <d> `e`") == r"\*a\* \[b\](c) \<d\> \`e\`"
    assert plain("a\nb") == r"a\\nb"


# ---------------------------------------------------------------- reads back
def test_it_reads_back_to_the_hash_of_the_store(written, two):
    said, study = read_back(written.read_text("utf-8"), "sheet")
    with Store.read(two) as store:
        assert said == study.sha256 == study_of(store).sha256
        assert study == study_of(store)
    assert said in stress(two, "--check", written).stdout
    windows = written.read_text("utf-8").replace("\n", "\r\n")
    assert read_back(windows, "sheet") == (said, study)


MISTAKES = {
    "the seed": lambda said: said.update(seed=8),
    "the replications": lambda said: said.update(replications=3),
    "the version of the code": lambda said: said.update(code_sha256="0" * 64),
    "the runs": lambda said: said.update(runs_sha256="0" * 64),
    "scenario 'base'": lambda said: said["files"][0]["variant"][0].update(places=16),
    "scenario 'more_dwellings'": lambda said: said["files"][1]["dwellings"][0].update(per_year=25),
    "other scenarios": lambda said: said["scenarios"].pop(),
    "the sheet says": lambda said: said.update(sha256="0" * 64),
    "scenario 'more_dwellings' ": lambda said: said["scenarios"][1].update(
        set=["variant.bw.places=16"]
    ),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_anything_else_in_it_is_another_study(written, two, what):
    text = written.read_text("utf-8")
    said = block_of(text)
    MISTAKES[what](said)
    written.write_text(with_block(text, said), "utf-8")
    told = stress(two, "--check", written, code=1)
    assert f"  {what.strip()}" in told.stdout


def test_the_hash_of_a_scenario_in_it_counts_for_nothing(written, two):
    text = written.read_text("utf-8")
    said = block_of(text)
    said["scenarios"][0]["sha256"] = "0" * 64
    written.write_text(with_block(text, said), "utf-8")
    assert stress(two, "--check", written).exit_code == 0


def refused(folder, sheet):
    """Check a sheet that cannot be read; return the lines of the messages, each with its name."""
    told = stress(folder, "--check", sheet, code=2)
    lines = told.stderr.splitlines()
    assert lines
    assert told.stdout == ""
    assert all(str(sheet) in line and len(line) <= LONGEST for line in lines), lines
    return lines


@pytest.mark.parametrize(
    "text", ["", "# nothing", "```json\n{}\n```", "```json\n[1]\n```", "```json\n{\n```",
             f"```json\n{'[' * 100_000}\n```"],
)  # fmt: skip
def test_a_file_without_a_study_is_said_so(two, tmp_path, text):
    (tmp_path / "x.md").write_text(text, "utf-8")
    (line,) = refused(two, tmp_path / "x.md")
    assert "there is no study in it; a block of JSON that says 'flowsim study 1'" in line
    (line,) = refused(two, tmp_path / "y.md")
    assert "no such file" in line


def test_a_sheet_is_read_by_lines(two, tmp_path):
    (tmp_path / "x.md").write_text("```json\n" * 40_000, "utf-8")
    (line,) = refused(two, tmp_path / "x.md")
    assert "there is no study in it" in line


def test_a_sheet_is_as_large_as_a_study_of_many_files(written):
    said = block_of(written.read_text("utf-8"))
    said["files"] += [{"of no scenario": "x" * MAX_BYTES}] * 2
    written.write_text(with_block(written.read_text("utf-8"), said), "utf-8")
    assert written.stat().st_size > 2 * MAX_BYTES
    assert "The study in " in stress(written.parent, "--check", written).stdout


def test_a_sheet_that_is_no_file_of_that_size_is_one_message(two, tmp_path):
    with (tmp_path / "x.md").open("wb") as stream:
        stream.truncate(MAX_OF_A_SHEET + 1)
    os.mkfifo(tmp_path / "y.md")
    assert "larger than 64 MiB" in refused(two, tmp_path / "x.md")[0]
    assert "not a regular file" in refused(two, tmp_path / "y.md")[0]


@pytest.mark.parametrize(
    ("inside", "found"),
    [("[" * 100_000, "hundreds deep"), ("9" * 5_000, "thousands of digits"),
     ("1, ]", "not JSON at line 3"), ('1, "seed": 2', "'seed' stands there twice"),
     ('{"x": ' * 300 + "1" + "}" * 300, "hundreds deep")],
)  # fmt: skip
def test_a_study_that_is_no_json_is_said_so(two, tmp_path, inside, found):
    text = f'\n```json\n{{"form": "flowsim study 1", "seed": {inside}}}\n```\n'
    (tmp_path / "x.md").write_text(text, "utf-8")
    assert any(found in line for line in refused(two, tmp_path / "x.md"))


def test_all_that_is_missing_is_told_at_once(two, tmp_path):
    (tmp_path / "x.md").write_text('```json\n{"form": "flowsim study 1"}\n```', "utf-8")
    lines = refused(two, tmp_path / "x.md")
    assert [line.split(": ")[1] for line in lines] == [
        "sha256", "seed", "replications", "code_sha256", "own", "runs_sha256", "scenarios", "files"
    ]  # fmt: skip


def test_all_that_is_refused_of_its_scenarios_is_told_with_the_name_of_the_sheet(written, two):
    text = written.read_text("utf-8")
    said = block_of(text)
    said["files"][0]["variant"][0]["places"] = -1
    said["files"][1]["dwellings"][0]["per_year"] = -1
    said["scenarios"][1]["set"] = ["nothing.at=1"]
    written.write_text(with_block(text, said), "utf-8")
    first, second, third = refused(two, written)
    assert first.startswith(f"{written}, base.toml: variant.bw.places: -1; ")
    assert second.startswith(f"{written}, --set: nothing.at: ")
    assert third.startswith(f"{written}, more_dwellings.toml: dwellings.contingent.per_year: -1; ")


# ---------------------------------------------------------------- hostile sheets
WRITTEN = ("1e400", "Infinity", "-Infinity", "NaN", "7.9", "7.0", '"7"', "true", "null", "[]", "{}",
           "9" * 401, "-1", '{"x": ' * 300 + "1" + "}" * 300, "[" * 300 + "]" * 300,
           '"\\ud800"', '"\\u0007"', '""', '{"$date": "soon"}')  # fmt: skip
"""Values that another type, sign or size of number than was written must not pass for."""


def places(said, at=()):
    """Yield the path of every value of a block, of each list the first and the last."""
    if at:
        yield at
    keys = said if isinstance(said, dict) else ()
    if isinstance(said, list):
        keys = dict.fromkeys((0, len(said) - 1)) if said else ()
    for key in keys:
        yield from places(said[key], (*at, key))


def put(said, at, value):
    *above, last = at
    for key in above:
        said = said[key]
    said[last] = value


def with_value(text, at, value):
    said = block_of(text)
    put(said, at, "HERE")
    return with_block(text, said).replace('"HERE"', value)


@pytest.mark.parametrize("name", ["seed", "replications"])
@pytest.mark.parametrize("value", WRITTEN)
def test_a_number_of_another_type_never_passes(written, two, name, value):
    text = written.read_text("utf-8")
    written.write_text(with_value(text, (name,), value), "utf-8")
    if value in ("9" * 401, "-1"):
        told = stress(two, "--check", written, code=1)
        assert max(map(len, told.stdout.splitlines())) < LONGEST
    else:
        (line,) = refused(two, written)
        assert "expected a whole number" in line or "hundreds deep" in line
        assert line.startswith(f"{written}: ")


def test_the_hash_of_a_sheet_is_told_as_found(written, two):
    text = written.read_text("utf-8")
    written.write_text(with_value(text, ("sha256",), f'"\\u0007{"x" * 500_000}"'), "utf-8")
    told = stress(two, "--check", written, code=1)
    assert r"the sheet says '\x07xxx" in told.stdout
    assert len(told.stdout) < 1000


@pytest.mark.parametrize("value", WRITTEN)
def test_no_value_anywhere_brings_another_end_than_a_message(written, value):
    text = written.read_text("utf-8")
    every = list(places(block_of(text)))
    for at in every[WRITTEN.index(value) % 3 :: 3]:
        try:
            read_back(with_value(text, at, value), "sheet")
        except ScenarioError as error:
            lines = [str(one) for one in error.problems]
            assert all(one.startswith("sheet") and len(one) <= LONGEST for one in lines), (
                at,
                lines,
            )


def test_a_folder_without_results_is_said_so_and_left_alone(tmp_path):
    assert "no results in" in stress(tmp_path, code=2).stderr
    assert list(tmp_path.iterdir()) == []
