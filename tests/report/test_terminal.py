"""The terminal: an answer, at most twelve rows, what to mind; every row when asked for."""

import io
import math
from dataclasses import replace

import pytest

import flowsim
from flowsim.errors import Problem
from flowsim.experiment.estimates.estimate import Reason
from flowsim.experiment.quantities.quantity import QUANTITIES
from flowsim.experiment.today import Origin
from flowsim.report.brief import GROUPS, MOST
from flowsim.report.terminal import notes, print_table
from flowsim.report.wording import wording
from tests.experiment.tiny_worlds import tiny, tiny_comparison


def printed(comparison, language="nl", width=None, monkeypatch=None, **options):
    if width is not None:
        monkeypatch.setenv("COLUMNS", str(width))
    stream = io.StringIO()
    print_table(comparison, wording(language), stream, **options)
    return stream.getvalue()


@pytest.fixture
def screen():
    return printed(tiny_comparison())


@pytest.fixture
def table():
    return printed(tiny_comparison(), full=True)


def line_of(table, label):
    return next(line for line in table.splitlines() if line.strip().startswith(label))


def test_it_says_where_when_and_how_often(table):
    first = table.splitlines()[0]
    assert first == "Kleinland: 2 jaar vanaf 1 januari 2026, 4 toekomsten, prijzen van 2024"


@pytest.mark.parametrize(
    "label",
    [
        "Wachten (weken)",
        "Wachten op een besluit",
        "Wachten op een eerste",
        "vanuit een plek bij",
        "Geblokkeerd (personen)",
        "geen woning",
        "Beschermd wonen",
        "Beschermd thuis",
        "Met eigen huurcontract",
        "Geen plek vrij:",
        "Niet meteen geplaatst",
        "Afgewezen of afgehaakt",
        "Afgehaakt tijdens",
        "Uit de ondersteuning",
        "van wie naar een",
        "afgesproken en",
        "Verloren voor de groep",
        "Nieuw nodig",
        "onvervuld",
        "Wachten er eind van het",
        "Wachtdagen die op een",
        "Eerste plek binnen 52",
        "van wie een eigen",
        "Tekort personeel voor",
        "kan krijgen (uur per",
        "team",
        "Kosten (mln euro/jaar)",
    ],
)
def test_it_has_a_row_for_all_that_a_council_asks(table, label):
    assert line_of(table, label)


def test_it_says_the_numbers_of_the_summary_rounded(table):
    frame = tiny_comparison().summary.query("measure == 'outflow' and detail == ''")
    values = frame.set_index("scenario")["value"][["base", "more_dwellings", "less_staff"]]
    said = [f"{value:.1f}".replace(".", ",") for value in values]
    assert line_of(table, "Uit de ondersteuning").split()[-3:] == said


def test_differences_that_are_too_close_to_call_are_marked_and_explained(table):
    assert "≈ te dicht bij elkaar" in table
    assert " gelijk" in table
    english = printed(tiny_comparison(), "en", full=True)
    assert "≈ too close to call" in english


def test_each_mark_is_explained_once_and_so_is_how_ends_are_rounded(table):
    told = " ".join(table.split())
    for text in ("▼ ▲ lager of hoger", "≈ te dicht bij elkaar: ", "= vrijwel gelijk: ",
                 "Onvervuld: ", "naar buiten afgerond (op een tiende van het laatste cijfer na)",
                 "Groot Dorp betaalt voor alle gemeenten."):  # fmt: skip
        assert told.count(text) == 1
    assert "niet te onderscheiden" not in told


def test_a_wait_that_is_not_reached_says_so(table):
    assert "niet bereikt" in table


@pytest.mark.parametrize("width", [100, 120])
def test_six_scenarios_fit_the_width(width, monkeypatch):
    others = [tiny("more_dwellings", f"scenario.name=v{i}") for i in range(5)]
    comparison = flowsim.compare(tiny(), others, replications=2)
    for full, most in ((False, 1), (True, 1 if width == 120 else 2)):
        text = printed(comparison, width=width, monkeypatch=monkeypatch, full=full)
        lines = text.splitlines()
        assert max(len(line) for line in lines) <= width
        assert sum("(basis)" in line for line in lines) == most
        assert ("Andere scenario's: " in text) == (not full)


def test_one_replication_has_no_intervals_and_says_so():
    text = printed(flowsim.run(tiny(), replications=1), "en", full=True)
    assert "Fewer than 3 futures: no intervals" in text
    assert " to " not in line_of(text, "Leave support")


def test_one_scenario_has_no_differences():
    for full in (False, True):
        text = printed(flowsim.run(tiny(), replications=3), full=full)
        assert "verschil met basis" not in text
        assert not set("≈▲▼=") & set(text.split("Let op")[0])


def test_few_replications_come_with_a_warning(screen, table):
    for text in (screen, table):
        assert "Minder dan 20 toekomsten" in text
    assert "Minder dan 20 toekomsten" not in printed(tiny_comparison(20))


def test_no_colour_codes_without_a_terminal(table):
    assert "\x1b" not in table


# ---------------------------------------------------------------- one screen
def test_a_comparison_ends_in_one_screen(screen):
    lines = screen.splitlines()
    assert len(lines) <= 45
    rule = next(i for i, line in enumerate(lines) if line.startswith("──"))
    end = next(i for i, line in enumerate(lines) if line.startswith(("▼", "≈", "=", "*")))
    assert 1 < end - rule - 1 <= MOST


def test_there_is_a_sentence_for_each_scenario_and_the_base_is_first(screen):
    said = [line for line in screen.splitlines() if line.startswith("Bij ‘")]
    assert len(said) == 3
    assert said[0].startswith("Bij ‘Zoals het nu gaat’ wachten mensen gemiddeld ")


def test_warnings_are_a_few_and_counted_and_all_of_them_when_asked_for():
    comparison = replace(tiny_comparison())
    many = tuple(
        Problem(file=f"{i}.toml", path="demand", found="x" * 300, allowed="y") for i in range(5)
    )
    comparison.__dict__["warnings"] = many
    text = printed(comparison)
    assert text.count("Let op: ") == 3
    assert "Andere waarschuwingen: 2, in manifest.json." in text
    assert len(text.split("Let op: ", 1)[1].splitlines()) <= 7
    whole = printed(comparison, full=True)
    assert whole.count("Let op: ") == 5
    assert whole.replace("\n", "").count("x" * 300) == 5


def test_what_was_interrupted_says_so_first():
    whole = tiny_comparison()
    text = printed(replace(whole, batch=replace(whole.batch, interrupted=True, planned=50)))
    assert text.startswith("GEDEELTELIJK: 4 van 50 toekomsten.")


@pytest.mark.parametrize("columns", ["", "x", "-5", "0", "1e9", "999999999999", "١٢٠", "80", "500"])
def test_any_width_is_taken_or_left(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    assert "Kosten" in printed(tiny_comparison())


@pytest.mark.parametrize("full", [False, True])
def test_a_wait_that_nobody_can_tell_has_no_number_and_a_note(full):
    comparison = flowsim.run(tiny(), replications=3)
    assert full or "geen getal: van wie" not in printed(comparison)
    frame = comparison.summary
    gone = (frame["measure"] == "wait") & (frame["detail"] == "placement")
    frame.loc[gone, ["value", "low", "high"]] = math.nan
    frame.loc[gone, "reason"] = str(Reason.UNSEEN)
    assert "–: geen getal: van wie" in printed(comparison, full=full)


def test_the_lines_that_a_comparison_ends_with_are_those_whose_verdicts_are_sure_together():
    lines = {line.about for group in GROUPS for line in group.lines}
    main = {(q.measure, q.detail, q.statistic) for q in QUANTITIES if q.main}
    assert lines == main


def test_an_interval_of_a_level_that_leaves_out_what_is_not_known_of_today_says_so():
    text = "De beginstand is op 8 manieren gemaakt"
    many = tiny_comparison(20)
    origin = Origin(base="base", path=0, made=True, key="k", sha256="s")
    with_today = replace(many, batch=replace(many.batch, today=(origin,)))
    assert text not in " ".join(notes(many, wording("nl")))
    assert text in " ".join(notes(with_today, wording("nl")))
    few = tiny_comparison()
    few = replace(few, batch=replace(few.batch, today=(origin,)))
    assert text not in " ".join(notes(few, wording("nl")))
