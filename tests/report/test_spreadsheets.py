"""Tables for a Dutch spreadsheet: semicolons, decimal commas, a BOM, and what to mind."""

import csv
import io
import math

import pytest

import flowsim
from flowsim.experiment.quantities.kinds import WEEKS
from flowsim.report.cells import NEED, NEED_PARTS
from flowsim.report.labels import BALANCE, DWELLINGS, sections
from flowsim.report.names import place_name, titles_of
from flowsim.report.saying import quantity_of, said_interval
from flowsim.report.spreadsheets import SPREADSHEETS, _rounded, write_spreadsheets
from flowsim.report.terminal import print_table
from flowsim.report.wording import wording
from tests.experiment.tiny_worlds import tiny, tiny_comparison

NL = wording("nl")


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("excel")
    paths = write_spreadsheets(tiny_comparison(), folder)
    assert [path.stem for path in paths] == list(SPREADSHEETS)
    return {path.stem: path.read_bytes() for path in paths}


def rows(sheets, name):
    text = sheets[name].decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def number(text):
    assert "." not in text
    assert "\N{MINUS SIGN}" not in text
    return float(text.replace(",", "."))


@pytest.mark.parametrize("name", SPREADSHEETS)
def test_a_dutch_spreadsheet_opens_it_by_double_click(sheets, name):
    assert sheets[name].startswith(b"\xef\xbb\xbf")
    lines = sheets[name].decode("utf-8-sig").split("\r\n")
    assert lines[-1] == ""
    assert len({len(row) for row in csv.reader(lines[:-1], delimiter=";")}) == 1
    assert "Scenario" in lines[0]


def test_the_summary_says_what_the_terminal_says(sheets):
    found = rows(sheets, "samenvatting")
    titles = {section.title for section in sections(tiny_comparison().scenarios, NL)}
    assert {row["Onderdeel"] for row in found} <= titles
    cell = tiny_comparison().summary.query(
        "scenario == 'less_staff' and measure == 'outflow' and detail == ''"
    )
    (row,) = [r for r in found if r["Regel"] == "Uit de ondersteuning" and "personeel" in
              r["Scenario"]]  # fmt: skip
    for column, name in (
        ("Waarde", "value"),
        ("Laag (95%)", "low"),
        ("Verschil met basis", "difference"),
    ):
        unit = 0.101 if name == "low" else 0.051  # outward
        assert number(row[column]) == pytest.approx(cell[name].item(), abs=unit)
    assert row["Oordeel"] in (
        "waarschijnlijk minder", "iets minder", "te dicht bij elkaar", "vrijwel gelijk",
    )  # fmt: skip
    assert "Minder dan 20 toekomsten" in row["Let op"]
    lines = {row["Regel"] for row in found}
    assert "Eerste plek binnen 52 weken" in lines
    assert "Wachten op een eerste plek: van wie een eigen woning kreeg toegekend" in lines
    assert any(row["Waarde"] == "niet bereikt" for row in found)


def test_rows_that_a_council_asks_for_have_the_numbers_of_the_summary(sheets):
    found = {
        row["Regel"]: row["Waarde"]
        for row in rows(sheets, "samenvatting")
        if row["Scenario"] == "Zoals het nu gaat"
    }
    frame = tiny_comparison().summary.query("scenario == 'base' and detail == ''")
    values = frame.set_index("measure")["value"]
    for label, name in (
        ("Afgehaakt tijdens het wachten", "gave_up"),
        ("Uit de ondersteuning: van wie naar een eigen woning", "outflow_to_dwelling"),
        ("Wachten er eind van het jaar nog op", "need_dwelling"),
    ):
        assert number(found[label]) == pytest.approx(values[name], abs=0.051)
    lines = list(found)
    after = lines.index("Nieuw nodig") + 1
    assert lines[after] == "Nieuw nodig: afgesproken en gebruikt"


def test_what_is_the_same_in_every_future_is_said_so(sheets):
    (row,) = [
        row
        for row in rows(sheets, "samenvatting")
        if row["Regel"] == "Wachten op een besluit" and row["Onderdeel"] == "Wachten (weken)"
        and row["Scenario"] == "Meer woningen"
    ]  # fmt: skip
    assert (number(row["Verschil met basis"]), row["Oordeel"]) == (0, "gelijk")


def test_each_number_of_the_balance_is_its_own_rounding_and_a_note_says_where_that_shows(sheets):
    found = rows(sheets, "personenbalans")
    heads = list(found[0])[3 : 3 + len(BALANCE)]
    exact = tiny_comparison().balance.to_dict("records")
    titles = titles_of(tiny_comparison().scenarios, NL)
    told = set()
    for row in found:
        area = row["Gemeente of gebied"]
        (mine,) = [
            one for one in exact
            if (titles[one["scenario"]], str(one["year"])) == (row["Scenario"], row["Jaar"])
            and (place_name(one["municipality"]) if one["municipality"] else "hele regio") == area
        ]  # fmt: skip
        written = [number(row[head]) for head in heads]
        assert written == [pytest.approx(round(mine[name], 1), abs=1e-9) for name in BALANCE]
        start, *flows, end = (round(10 * one) for one in written)
        signs = [-1 if head.startswith("eruit") else 1 for head in heads[1:-1]]
        closes = start + sum(s * f for s, f in zip(signs, flows, strict=True)) == end
        assert ("apart afgerond" in row["Let op"]) == (not closes)
        told.add(closes)
    assert told == {True, False}
    areas = {row["Gemeente of gebied"] for row in found}
    assert areas == {"hele regio", "Klein Dorp", "Groot Dorp"}


def test_dwellings_have_a_column_for_each_number(sheets):
    found = rows(sheets, "woningen")
    there = set(tiny_comparison().dwellings["measure"])
    assert {NL(DWELLINGS[name]) for name in there} <= set(found[0])
    (row,) = [
        r
        for r in found
        if r["Scenario"] == "Meer woningen"
        and r["Gemeente of gebied"] == "hele regio"
        and r["Jaar"] == "2026-2027"
    ]
    assert row["afgesproken"] == "24,0"
    assert number(row["nieuw nodig: 95%-interval, laag"]) <= number(row["nieuw nodig"])


def test_dwellings_needed_say_where_their_parts_do_not_add_up_by_rounding(sheets):
    told = set()
    for row in rows(sheets, "woningen"):
        needed, *parts = (
            round(10 * number(row[NL(DWELLINGS[name])]))
            for name in (NEED, *NEED_PARTS) if NL(DWELLINGS[name]) in row
        )  # fmt: skip
        assert ("apart afgerond" in row["Let op"]) == (needed != sum(parts))
        told.add(needed == sum(parts))
    assert told == {True, False}


def test_by_year_and_by_area_have_the_lines_of_the_summary(sheets):
    summary = {(row["Onderdeel"], row["Regel"]) for row in rows(sheets, "samenvatting")}
    years, areas = rows(sheets, "per_jaar"), rows(sheets, "per_gebied")
    for found in (years, areas):
        assert {(row["Onderdeel"], row["Regel"]) for row in found} <= summary
        assert all(row["Oordeel"] for row in found)
    assert {"2026", "2027"} <= {row["Jaar"] for row in years}
    found = {(row["Soort"], row["Gemeente of gebied"]) for row in areas}
    assert {("Deelregio", "Noord"), ("Gemeente", "Klein Dorp")} < found
    assert {kind for kind, _ in found} == {"Regio", "Deelregio", "Gemeente"}


def test_a_number_by_year_is_that_of_the_results(sheets):
    frame = tiny_comparison().by_year
    wanted = frame.query(
        "scenario == 'base' and measure == 'cost' and detail == '' and year == '2027' and "
        "period == 'year'"
    )["value"].item()
    (row,) = [
        row
        for row in rows(sheets, "per_jaar")
        if (row["Onderdeel"], row["Regel"], row["Jaar"], row["Scenario"])
        == ("Kosten (mln euro/jaar)", "In totaal", "2027", "Zoals het nu gaat")
    ]
    assert number(row["Waarde"]) == pytest.approx(wanted / 1e6, abs=0.0051)


def test_intervals_are_rounded_as_on_the_terminal(sheets):
    frame = tiny_comparison().summary
    wanted = frame[(frame["measure"] == "gave_up") & (frame["scenario"] == "base")].iloc[0]
    (row,) = [r for r in rows(sheets, "samenvatting") if r["Regel"].startswith("Afgehaakt")
              and r["Scenario"] == "Zoals het nu gaat"]  # fmt: skip
    said = said_interval(quantity_of(wanted), wanted["low"], wanted["high"], NL)
    assert f"{row['Laag (95%)']} tot {row['Hoog (95%)']}" == said


@pytest.mark.parametrize(
    ("ends", "written"),
    [((20.68, 33.35), ["20,6", "33,4"]), ((0.07, 0.18), ["0,07", "0,18"]),
     ((-9.62, -7.31), ["-9,7", "-7,3"]), ((math.nan, math.nan), ["", ""])],
)  # fmt: skip
def test_an_interval_in_a_sheet_covers(ends, written):
    value, *found = _rounded(WEEKS, [25.0, *ends], 1, NL)
    assert [getattr(one, "text", one) for one in (value, *found)] == ["25,0", *written]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ((), "Groot Dorp betaalt voor alle gemeenten."),
        (('money.centre="klein_dorp"',), "Klein Dorp betaalt voor alle gemeenten."),
        (('money.payer="residence"',), "Elke gemeente betaalt voor wie er woont."),
        (('money.payer="origin"',), "Elke gemeente betaalt voor wie er vandaan komt."),
        (('change=[{date=2027-01-01, set={"money.payer"="residence"}, reason={nl="x"}}]',),
         "Groot Dorp betaalt voor alle gemeenten. Vanaf 1 januari 2027: Elke gemeente betaalt voor "
         "wie er woont."),
    ],
)  # fmt: skip
def test_beside_every_cost_stands_who_pays_in_that_scenario(settings, said, tmp_path):
    results = flowsim.compare(tiny(), [tiny("base", "scenario.name=other", *settings)], 2)
    found = {path.stem: path.read_bytes() for path in write_spreadsheets(results, tmp_path)}
    for name in ("samenvatting", "per_jaar", "per_gebied"):
        for row in rows(found, name):
            costs = row["Onderdeel"] == "Kosten (mln euro/jaar)"
            base = row["Scenario"] == titles_of(results.scenarios, NL)["base"]
            wanted = "Groot Dorp betaalt voor alle gemeenten." if base else said
            assert row["Let op"].endswith(wanted) if costs else "betaalt voor" not in row["Let op"]
    for row in rows(found, "per_gebied"):
        each = row["Onderdeel"].startswith("Kosten per persoon") and row["Soort"] != "Regio"
        assert ("Van wie zich daar meldde" in row["Let op"]) == each
    stream = io.StringIO()
    print_table(results, NL, stream, full=True)
    told = " ".join(stream.getvalue().split())
    assert said in told
    assert told.count("betaalt voor") == (1 if not settings else 3 if "Vanaf" in said else 2)
