"""A number in a Dutch message is written in Dutch; what stands in a file, as the file writes it."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from flowsim.errors import ScenarioError, msg
from flowsim.report.wording import wording
from flowsim.scenario import load
from tests.scenario.mutations import files
from tests.scenario.tiny import changed

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "mistakes.toml").read_text("utf-8"))["case"]
SAY = wording("nl")
POINT = re.compile(r"(?<![\w.])(?!\d{1,3}(?:\.\d{3})+(?![\w.]))-?\d[\d_]*\.\d+(?![\w.])")
"""A number with a point that is no Dutch thousand."""
TO_WRITE = re.compile(r"(?:schrijf|schrijft u als|, of|=) $")
"""What comes before a number that the author is told to put in the file."""


def foreign(text: str, file: str) -> list[str]:
    """Return the numbers with a point that no file has or is to have."""
    return [
        found[0]
        for found in POINT.finditer(text)
        if found[0] not in file and not TO_WRITE.search(text[: found.start()])
    ]


def said_of(folder: Path, data: bytes) -> list[str]:
    (folder / "s.toml").write_bytes(data)
    try:
        load(folder / "s.toml")
    except ScenarioError as error:
        return [f"{SAY.said(p.found)}; {SAY.said(p.allowed)}" for p in error.problems]
    return []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["mistake"])
def test_a_known_mistake_is_said_with_dutch_numbers(case, tmp_path):
    text = changed(*case["change"])
    for said in said_of(tmp_path, text.encode()):
        assert foreign(said, text) == [], said


@pytest.mark.slow
def test_what_a_mutated_file_brings_up_is_said_with_dutch_numbers(tmp_path):
    told = 0
    for data in files(3000, seed=11):
        text = data.decode("utf-8", "replace")
        for said in said_of(tmp_path, data):
            told += 1
            assert foreign(said, text) == [], said
    assert told > 1000


def test_numbers_that_flowsim_computes_have_a_comma(tmp_path):
    for edit, wanted in (
        ("heavy = 1.0 -> heavy = 0.9", "de aandelen zijn samen 0,9"),
        ("recovery_days = 100 -> recovery_days = { value = 4.5, range = [3.1, 3.7] }",
         "3,1 tot 3,7 rond 4,5"),
        ("hours_per_week = 5 -> hours_per_week = 45.5",
         "45,5 uur per week van team 'carers'; het team van het kleinste gebied heeft er 40"),
    ):  # fmt: skip
        (said,) = said_of(tmp_path, changed(edit).encode())
        assert wanted in said


def test_every_fraction_and_date_in_a_message_is_said_in_its_language():
    said = msg("{low} to {high}", low=0.25, high=12345.5)
    assert (str(said), SAY.said(said)) == ("0.25 to 12,345.5", "0,25 tot 12.345,5")
    said = msg("{last} is not after {day}", last=date(2026, 3, 1), day=date(2027, 1, 1))
    assert SAY.said(said) == "1 maart 2026 is niet na 1 januari 2027"
    assert str(msg("at most {most}", most=1e9)) == "at most 1,000,000,000"
    assert str(msg("at most {most}", most=0.1 + 0.2)) == "at most 0.3"
