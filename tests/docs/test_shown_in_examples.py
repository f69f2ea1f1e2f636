"""The folder ``examples``: every file runs, and comes to what it says."""

from __future__ import annotations

import ast
import json
import runpy
from pathlib import Path

import pytest

import flowsim

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


def last_value(source, names):
    """Run a cell as a notebook does; return the value of its last line, if that is one."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return (
        None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    )


@pytest.mark.slow
@pytest.mark.parametrize("folder", [ROOT, EXAMPLES])
def test_the_notebook_runs_from_top_to_bottom_and_shows_what_its_text_says(folder, monkeypatch):
    monkeypatch.chdir(folder)
    told = json.loads((EXAMPLES / "researcher.ipynb").read_text("utf-8"))
    names, shown = {}, []
    for cell in told["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [], "numbers in a notebook that is not run grow old"
            shown.append(last_value("".join(cell["source"]), names))
    assert all(value is not None for value in shown)
    assert shown[0] == ("The town as it is", 20, 12)
    assert names["results"].ledger(0).digest() == names["results"].runs[0].digest
    waits = names["waits"].set_index("scenario")
    assert waits.loc["more_homes", "difference_high"] < 0
    assert names["own"].min() > 0
    assert min(names["narrower"].values()) > 1, "the same chance makes a difference narrower"
    assert names["line"]["value"].is_monotonic_decreasing
    assert len(names["table"]) == 8
    assert names["mine"].own_units == {"long_waits": "waits"}
    assert set(names["moves"]) == {"bw", "bt"}


@pytest.mark.slow
def test_the_example_with_salib_finds_which_lever_matters(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    found = runpy.run_path(str(EXAMPLES / "salib_morris.py"))
    effects = found["effects"].set_index(found["effects"].index.astype(str))["mu"]
    assert len(found["points"]) == len(found["waits"]) == 16
    assert effects["variant.bw.places"] < -5
    assert effects["dwellings.homes.per_year"] < -5
    assert "mu_star" in capsys.readouterr().out


def test_what_the_ema_workbench_calls_waits_less_where_there_are_more_dwellings(monkeypatch):
    """The workbench is no dependency (decision 0040): all of its example but the workbench."""
    monkeypatch.chdir(ROOT)
    told = (EXAMPLES / "ema_workbench_town.py").read_text("utf-8")
    ours = told.partition("\nmodel = ")[0].partition("import flowsim\n")
    names = {}
    exec("".join(ours[1:]), names)
    few, many = (
        names["outcomes_of"](demand__people__per_year=25, dwellings__homes__per_year=homes)
        for homes in (9, 18)
    )
    assert few["wait"] > many["wait"] > 0
    assert many["cost"] > 0


@pytest.mark.parametrize("name", ["town", "more_homes"])
def test_the_scenarios_of_the_examples_are_sound(name):
    assert flowsim.load(EXAMPLES / f"{name}.toml").key == name


def test_every_example_is_run_here():
    text = Path(__file__).read_text("utf-8")
    for file in EXAMPLES.iterdir():
        if file.suffix in (".py", ".ipynb"):
            assert f'"{file.name}"' in text
