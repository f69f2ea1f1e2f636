"""The page on adding things quotes the code as it stands."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "flowsim"
PAGE = (ROOT / "docs" / "adding.md").read_text("utf-8")
MECHANISM = PAGE[PAGE.index("## A mechanism") :]
REAL, ON_PAPER = MECHANISM.split("### One that is not there yet")


def quoted() -> list[str]:
    return [*re.findall(r"```python\n(.*?)```", REAL, re.S), *re.findall(r"`(Moment.*)`", REAL)]


def test_the_mechanism_is_quoted_as_it_is():
    code = {
        line.strip()
        for name in ("mechanisms/losing.py", "run/journey.py")
        for line in (SOURCE / "system" / name).read_text("utf-8").splitlines()
    }
    lines = [line.strip() for block in quoted() for line in block.splitlines()]
    assert len(lines) > 25
    assert [line for line in lines if line not in code] == []


def test_the_files_of_the_mechanism_are_all_there_are():
    """Whatever names the rule, its stream, its row or its field is in the table."""
    words = r"loses_tenancy_per_year|LOSES_TENANCY|TENANCY_LOST|has\.losing|def losing"
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if re.search(words, path.read_text("utf-8"))
    }
    named = set(re.findall(r"`([a-z_/]+\.py)`", REAL[: REAL.index("1. **Its section")]))
    assert found - {"system/mechanisms/tenancies.py"} <= named  # gives one up: writes the same row
    assert named <= found | {"system/run/journey.py"}


def test_the_files_on_paper_are_there_but_for_the_new_ones():
    rows = re.findall(r"^\| (`.*?) \| \d+ \| (.*) \|$", ON_PAPER, re.M)
    files = [file for cell, _ in rows for file in re.findall(r"`([^`]+)`", cell)]
    new = [file for cell, what in rows if what.startswith("new") for file in [cell.split("`")[1]]]
    assert (len(files), len(new)) == (12, 2)
    assert f"That is {len(files)}" in ON_PAPER
    assert [file for file in files if file not in new and not (SOURCE / file).exists()] == []
