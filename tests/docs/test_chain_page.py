"""The page before the model: its figure is what happens, its life is what is told, its words are
those of the model."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.ledger import State
from flowsim.metrics.lives.history import history_of
from tests.regions import WORLDS, region, run
from tests.worlds import run as run_raw

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "chain.md").read_text("utf-8")
DRAWN = runpy.run_path(str(ROOT / "docs" / "img" / "chain.py"))


# ---------------------------------------------------------------- the figure
def test_the_figure_is_the_one_that_its_code_draws():
    drawn = "\n".join(DRAWN["drawing"]()) + "\n"
    assert (ROOT / "docs" / "img" / "chain.svg").read_text("utf-8") == drawn


def test_every_state_has_a_box():
    assert set(DRAWN["BOXES"]) == {state.name for state in State}


@pytest.mark.slow
def test_the_arrows_are_what_happens_in_runs_and_all_that_happens_but_the_exits():
    ledgers = [run(0, world=world)[0] for world in WORLDS] + [run_raw(region())]
    seen = set()
    for past in map(history_of, ledgers):
        moved = past.before != past.state
        starts = past.at_start  # where people of today are is no event
        for before, after, first in zip(
            past.before[moved & ~starts], past.state[moved & ~starts],
            past.first[moved & ~starts], strict=True,
        ):  # fmt: skip
            seen.add(("-" if first else State(before).name, State(after).name))
    arrows = set(DRAWN["ARROWS"])
    assert arrows <= seen
    others = seen - arrows - DRAWN["NOT_DRAWN"]
    assert {after for _, after in others} <= {"GONE"}, "as its note says: from every box"


# ---------------------------------------------------------------- the words
def test_the_words_are_those_of_the_model():
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.M)[2:]
    assert 30 <= len(rows) <= 40
    pages = [ROOT / "README.md", ROOT / "docs" / "model.md", ROOT / "docs" / "metrics.md"]
    text = " ".join(page.read_text("utf-8").lower() for page in pages)
    for _, english, _ in rows:
        assert english.split()[-1].rstrip("s")[:9] in text, english
    assert len({dutch for dutch, _, _ in rows}) == len(rows)


# ---------------------------------------------------------------- the life
@pytest.mark.slow
def test_the_life_is_what_the_teller_tells():
    (command, life) = re.search(
        r"```sh\nflowsim (tell .*)\n```\n\n```text\n(.*?)```", PAGE, re.S
    ).groups()
    words = command.replace("scenarios", str(ROOT / "scenarios")).split()
    ran = CliRunner(env={"COLUMNS": "100"}).invoke(main, words)
    assert ran.stdout == life


def test_a_life_on_the_page_fits_the_width_of_a_page():
    life = re.search(r"```text\n(.*?)```", PAGE, re.S)[1]
    assert max(map(len, life.splitlines())) <= 100
