"""The table on the terminal."""

import io
import math

import pytest

import flowsim
from flowsim.report.labels import Row, Section
from flowsim.report.terminal import print_table
from flowsim.report.wording import wording
from tests.experiment.tiny_worlds import tiny, tiny_comparison


def printed(comparison, language="nl", width=None, monkeypatch=None):
    if width is not None:
        monkeypatch.setenv("COLUMNS", str(width))
    stream = io.StringIO()
    print_table(comparison, wording(language), stream)
    return stream.getvalue()


@pytest.fixture
def table():
    return printed(tiny_comparison())


def line_of(table, label):
    return next(line for line in table.splitlines() if line.strip().startswith(label))


def test_it_says_where_when_and_how_often(table):
    first = table.splitlines()[0]
    assert first == "Kleinland: 2 jaar vanaf 1 januari 2026, 4 toekomsten, prijzen van 2024"


@pytest.mark.parametrize(
    "label",
    [
        "Wachten (weken)",
        "Op een besluit",
        "Op een eerste plek",
        "Op uitstroom",
        "Geblokkeerd (personen)",
        "geen woning",
        "Beschermd wonen",
        "Beschermd thuis",
        "Met eigen huurcontract,",
        "Afgehaakt tijdens",
        "Uit de ondersteuning",
        "van wie naar een",
        "Gebruikt",
        "Verloren voor de groep",
        "Nieuw nodig",
        "Nieuwe vraag die",
        "Wachten er eind van het",
        "Wachtdagen die op een",
        "binnen 52 weken, %",
        "van wie eerst een",
        "Tekort personeel (fte)",
        "team (uur per week)",
        "Kosten (mln EUR/jaar)",
    ],
)
def test_it_has_a_row_for_all_that_a_council_asks(table, label):
    assert line_of(table, label)


def test_it_says_the_numbers_of_the_summary_rounded(table):
    frame = tiny_comparison().summary.query("measure == 'outflow' and detail == ''")
    said = [f"{value:.1f}".replace(".", ",") for value in frame["value"]]
    assert line_of(table, "Uit de ondersteuning").split()[-3:] == said


def test_differences_that_are_too_close_to_call_are_marked_and_explained(table):
    assert "≈ geen aantoonbaar verschil" in table
    assert "≈ gelijk" in table
    english = printed(tiny_comparison(), "en")
    assert "≈ too close to call" in english


def coarse(decimals):
    """The cost alone; more dwellings cost 0.007 to 0.017 million more."""
    row = Row("cost", "", "mean", "In totaal", decimals, 1e-6)
    return lambda *_: (Section("Kosten (mln EUR/jaar)", (row,)),)


def test_a_difference_that_rounds_to_0_is_negligible_and_not_higher(monkeypatch):
    frame = tiny_comparison().summary.query("measure == 'cost' and detail == ''")
    (cell,) = frame.query("scenario == 'more_dwellings'").to_dict("records")
    assert cell["verdict"] == "higher"
    monkeypatch.setattr("flowsim.report.terminal.sections", coarse(2))
    assert line_of(printed(tiny_comparison()), "verschil").split()[-1] == "+0,01"
    monkeypatch.setattr("flowsim.report.terminal.sections", coarse(1))
    assert line_of(printed(tiny_comparison()), "verschil").split()[-1] == "verwaarloosbaar"
    assert line_of(printed(tiny_comparison(), "en"), "difference").split()[-1] == "negligible"


def test_a_difference_that_rounds_to_0_needs_no_mark(table):
    after = table.splitlines()
    after = after[after.index(line_of(table, "Bewoners (personen)")) :]
    assert next(line for line in after if "verschil" in line).split()[-1] == "verwaarloosbaar"


@pytest.mark.parametrize(
    ("numbers", "negligible"),
    [
        ((0.04, 0.01, 0.049), True),
        ((-0.04, -0.049, -0.01), True),
        ((0.04, 0.01, 0.06), False),
        ((-0.04, -0.051, 0.04), False),
        ((0.04, math.nan, math.nan), False),
        ((0.04, 0.01, math.inf), False),
    ],
)
def test_all_of_a_difference_must_round_to_0(numbers, negligible):
    assert Row("outflow", "", "mean", "").rounds_to_0(numbers) == negligible


def test_a_wait_that_is_not_reached_says_so(table):
    assert "niet bereikt" in table


@pytest.mark.parametrize("width", [100, 120])
def test_six_scenarios_fit_the_width(width, monkeypatch):
    others = [tiny("more_dwellings", f"scenario.name=v{i}") for i in range(5)]
    comparison = flowsim.compare(tiny(), others, replications=2)
    lines = printed(comparison, width=width, monkeypatch=monkeypatch).splitlines()
    assert max(len(line) for line in lines) <= width
    headers = sum("(basis)" in line for line in lines)
    assert headers == (1 if width == 120 else 2)


def test_one_replication_has_no_intervals_and_says_so():
    text = printed(flowsim.run(tiny(), replications=1), "en")
    assert "One replication: no intervals" in text
    assert " to " not in line_of(text, "Leave support")


def test_one_scenario_has_no_differences():
    text = printed(flowsim.run(tiny(), replications=2))
    assert "verschil" not in text
    assert "aantoonbaar" not in text


def test_few_replications_come_with_a_warning(table):
    assert "Minder dan 20 toekomsten" in table


def test_no_colour_codes_without_a_terminal(table):
    assert "\x1b" not in table
