"""The table on the terminal."""

import io

import pytest

import flowsim
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
        "Uit een plek bij een",
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
    assert "≈ te dicht bij elkaar" in table
    assert " gelijk" in table
    english = printed(tiny_comparison(), "en")
    assert "≈ too close to call" in english


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
    assert "Fewer than 3 futures: no intervals" in text
    assert " to " not in line_of(text, "Leave support")


def test_one_scenario_has_no_differences():
    text = printed(flowsim.run(tiny(), replications=3))
    assert "verschil met basis" not in text
    assert "≈" not in text


def test_few_replications_come_with_a_warning(table):
    assert "Minder dan 20 toekomsten" in table


def test_no_colour_codes_without_a_terminal(table):
    assert "\x1b" not in table
