"""Dutch and English say the same, and nothing is left unsaid."""

import ast
import re
from importlib.resources import files
from pathlib import Path

import pytest

import flowsim.cli
import flowsim.report
from flowsim.report import labels
from flowsim.report.charts import dwellings, people
from flowsim.report.wording import MONTHS, read_po, wording

NL, EN = wording("nl"), wording("en")
CATALOGUE = read_po(files("flowsim.report").joinpath("locale/nl.po").read_text("utf-8"))

TABLES_OF_LABELS = (
    labels.KINDS, labels.FIRST_PLACES, labels.CAUSES, labels.COMPONENTS, labels.ENDS,
    labels.BALANCE, labels.DWELLINGS, labels.RANGES, labels.VERDICTS, labels.UNITS, dwellings.METS,
)  # fmt: skip


def said_in_code():
    """Every text that code says: ``say("...")``, and the tables of labels."""
    found = {people.DESK_LABEL, dwellings.AXIS, labels.SAME, labels.NEGLIGIBLE, *MONTHS}
    for table in TABLES_OF_LABELS:
        found |= set(table.values())
    for package in (flowsim.report, flowsim.cli):
        for path in Path(package.__file__).parent.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "self"):
                    found |= {
                        arg.value
                        for arg in node.args[:1]
                        if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                    }
    return found


def test_everything_that_is_said_has_a_dutch_text_and_no_dutch_text_is_left_over():
    assert said_in_code() == set(CATALOGUE)
    assert all(CATALOGUE.values())


def test_both_languages_fill_in_the_same_values():
    for english, dutch in CATALOGUE.items():
        assert set(re.findall(r"\{(\w+)\}", english)) == set(re.findall(r"\{(\w+)\}", dutch))


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "dutch", "english"),
    [
        (1234.56, 1, False, "1.234,6", "1,234.6"),
        (-0.04, 1, True, "0,0", "0.0"),
        (-2.5, 0, False, "\N{MINUS SIGN}2", "\N{MINUS SIGN}2"),
        (3.0, 2, True, "+3,00", "+3.00"),
        (float("inf"), 1, False, "niet bereikt", "not reached"),
        (float("nan"), 1, False, "–", "–"),
    ],
)
def test_numbers_are_written_as_the_language_does(value, decimals, signed, dutch, english):
    assert NL.number(value, decimals, signed=signed) == dutch
    assert EN.number(value, decimals, signed=signed) == english


def test_a_scenario_speaks_for_itself_in_the_language_it_has():
    assert NL.of({"nl": "Meer", "en": "More"}, "more") == "Meer"
    assert EN.of(None, "more") == "more"
    assert EN.of({"nl": "Meer"}, "more") == "Meer"


def test_a_catalogue_is_read_as_gettext_reads_it():
    text = '# note\nmsgid ""\nmsgstr "Language: nl\\n"\n\nmsgid "a "\n"b"\nmsgstr "c\\"d"\n'
    assert read_po(text) == {"a b": 'c"d'}
    with pytest.raises(ValueError, match="not a line"):
        read_po("nonsense")
