"""The twelve rows: which are shown, in which order, and what is said where parts do not add up."""

import io
import math
from dataclasses import replace

import pytest
from matplotlib.text import Text

import flowsim
from flowsim.experiment.estimates.estimate import Verdict
from flowsim.report.brief import GROUPS, MOST, about_signs, key_to, lines_of, said_difference
from flowsim.report.cells import NEED, NEED_PARTS, adds_up, cells_of, ordered, shown_rows
from flowsim.report.charts import CHARTS
from flowsim.report.charts.money import draw_cost
from flowsim.report.charts.waits import draw_waits
from flowsim.report.labels import sections
from flowsim.report.spreadsheets import write_spreadsheets
from flowsim.report.terminal import print_table
from flowsim.report.wording import wording
from flowsim.report.write import chart_data
from flowsim.scenario import parse
from tests.experiment.tiny_worlds import tiny_comparison
from tests.report.test_answer import COST, cell

NL = wording("nl")


def printed(results, **options):
    stream = io.StringIO()
    print_table(results, NL, stream, **options)
    return stream.getvalue()


# ---------------------------------------------------------------- which rows
def test_there_are_at_most_twelve_rows_and_parts_follow_their_head():
    results = tiny_comparison()
    lines = lines_of(results.keys, cells_of(results))
    assert len(lines) <= MOST
    assert lines[0].about == ("wait", "placement", "mean_104_weeks")
    assert lines[-1].about[0] == "cost_per_person"
    heads = [line for line in lines if not line.part]
    assert lines[0] in heads


def test_with_fewer_mechanisms_other_rows_take_the_room():
    results = flowsim.run(
        parse(
            {
                "scenario": {"days": 400, "follow_up_days": 0},
                "demand": [{"profile": "anyone", "per_year": 100}],
                "variant": [{"name": "a", "places": 4, "stay_days": 20, "next": {"out": 1.0}}],
            }
        ),
        replications=2,
    )
    abouts = [line.about[0] for line in lines_of(results.keys, cells_of(results))]
    assert "dwellings" not in abouts
    assert {"wait", "waiting", "supported", "outflow"} <= set(abouts)


def test_every_rank_is_given_once():
    assert sorted(group.rank for group in GROUPS) == list(range(1, len(GROUPS) + 1))


PEOPLE = {
    "scenario": {"years": 2},
    "demand": [{"profile": "people", "on_days": [0, 5, 200]}],
    "variant": [{"name": "huis", "places": 10, "stay_days": 100, "next": {"out": 1.0}}],
}


@pytest.fixture(scope="module")
def nobody_waits():
    return flowsim.run(parse(PEOPLE), replications=2)


def test_that_nobody_waits_is_a_result_and_its_parts_have_their_head(nobody_waits, tmp_path):
    text = printed(nobody_waits)
    assert "wacht niemand op een eerste plek" in text
    assert "Wachten op een eerste plek (weken)" in text
    lines = printed(nobody_waits, full=True).splitlines()
    row = next(i for i, line in enumerate(lines) if "Wachten op een eerste" in line)
    assert " ".join(lines[row : row + 2]).split() == [
        "Wachten", "op", "een", "eerste", "0,0", "plek",
    ]  # fmt: skip
    share = next(line for line in lines if "Eerste plek binnen 52" in line)
    assert share.split()[-1] == "100"
    paths = {path.stem: path for path in write_spreadsheets(nobody_waits, tmp_path)}
    sheet = paths["samenvatting"].read_text("utf-8-sig")
    assert ";Wachten op een eerste plek;" in sheet
    assert "Wachten (%);Eerste plek binnen 52 weken;" in sheet


def test_in_every_section_a_part_stands_below_a_head():
    results = tiny_comparison()
    cells = cells_of(results)
    for section in sections(results.scenarios, NL):
        rows = shown_rows(section.rows, results.keys, cells)
        assert not (rows and rows[0].is_part)
        units = {cells[k, *row.about]["unit"] for row in rows for k in results.keys}
        assert len(units) <= 1, f"{section.title}: all rows have one unit, that of the heading"
        wanted = {row for row in section.rows if row in rows}
        for row in rows:
            if row.is_part:
                before = [r for r in section.rows[: section.rows.index(row)] if not r.is_part]
                assert before[-1] in wanted


# ---------------------------------------------------------------- rows that add up
def with_need(results, needed, used, found_alone, short):
    """The same results with these dwellings, in every scenario."""
    frame = results.summary.copy()
    values = {"needed": needed, "used": used, "found_alone": found_alone, "without": 0.0,
              "urgent": 0.0, "short": short}  # fmt: skip
    mine = (frame["measure"] == "dwellings") & frame["detail"].isin(values)
    frame.loc[mine, "value"] = frame.loc[mine, "detail"].map(values)
    frame.loc[mine, ["low", "high"]] = math.nan
    other = replace(results)
    other.__dict__["summary"] = frame
    return other


def test_dwellings_needed_are_exactly_what_became_of_them():
    frame = tiny_comparison().summary.query("measure == 'dwellings'")
    table = frame.pivot(index="scenario", columns="detail", values="value")
    parts = table[[name for name in NEED_PARTS if name in table]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(table[NEED].to_numpy(), abs=1e-9)
    assert (table[NEED] > 0).all()


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    ("values", "written", "fits"),
    [
        ((30.12, 10.04, 10.04, 10.04), (30.1, 10.0, 10.0, 10.0), False),
        ((30.3, 10.04, 10.16, 10.1), (30.3, 10.0, 10.2, 10.1), True),
        ((30.2, 20.4, 10.4, -0.6), (30.2, 20.4, 10.4, -0.6), True),
        ((120.4, 80.4, 39.6, 0.4), (120, 80, 40, 0), True),
        ((121.0, 80.5, 39.4, 1.1), (121, 80, 39, 1), False),
    ],
)
def test_each_number_of_dwellings_is_its_own_rounding_and_a_note_says_so(
    full, values, written, fits
):
    results = with_need(tiny_comparison(), *values)
    text = printed(results, full=full)
    lines = text.splitlines()
    found = []
    for label in ("Nieuw nodig" if full else "Woningen nodig", "afgesproken en", "zelf gevonden",
                  "onvervuld"):  # fmt: skip
        line = next(one for one in lines if one.strip().startswith(label))
        found.append(set(shown(line)))
    assert found == [{one} for one in written]
    assert ("apart afgerond" in text) == (full or not fits)
    assert all(adds_up(key, cells_of(results)) == fits for key in results.keys)


def shown(line):
    """The numbers of a row, one a scenario: each is followed by a difference, or by nothing."""
    found, skip = [], False
    for word in line.replace("\N{MINUS SIGN}", "-").split():
        if word in ("▲", "▼"):
            skip = True
        elif word[0].isdigit() or word[0] == "-":
            if not skip:
                found.append(float(word.rstrip("*").replace(",", ".")))
            skip = False
    return found


# ---------------------------------------------------------------- order
def test_the_others_come_by_effect_the_best_first_and_the_same_everywhere(tmp_path):
    results = tiny_comparison()
    cells = cells_of(results)
    keys = ordered(results, cells, "effect")
    assert keys[0] == "base"
    effects = [cells[key, *GROUPS[0].lines[0].about]["difference"] for key in keys[1:]]
    assert effects == sorted(effects)
    assert keys != results.keys
    assert ordered(results, cells, "given") == results.keys
    assert tuple(chart_data(results, NL).titles) == keys
    assert tuple(chart_data(results, NL, "given").titles) == results.keys
    text = printed(results)
    titles = [chart_data(results, NL).titles[key] for key in keys]
    assert [text.index(f"‘{title}’") for title in titles] == sorted(
        text.index(f"‘{title}’") for title in titles
    )
    for path in write_spreadsheets(results, tmp_path):
        lines = path.read_text("utf-8-sig").splitlines()[1:]
        seen = dict.fromkeys(t for line in lines for t in line.split(";") if t in titles)
        assert list(seen) == titles


# ---------------------------------------------------------------- signs
@pytest.mark.parametrize(
    ("difference", "signs"),
    [
        ((0.7e6, 0.5e6, 0.9e6, Verdict.CLEAR), "▲ 0,70"),
        ((-0.7e6, -0.9e6, -0.5e6, Verdict.CLEAR), "▼ 0,70"),
        ((0.7e6, 0.5e6, 0.9e6, Verdict.LIKELY), "▲ 0,70*"),
        ((0.03e6, 0.02e6, 0.06e6, Verdict.SLIGHT), "▲ iets"),
        ((0.7e6, -0.5e6, 0.9e6, Verdict.CLOSE), "≈"),
        ((0.01e6, 0.0, 0.02e6, Verdict.SAME), "="),
        ((0.0, 0.0, 0.0, Verdict.EXACT), "="),
        ((0.7e6, math.nan, math.nan, Verdict.NONE), "?"),
    ],
)
def test_no_number_stands_beside_what_is_not_sure(difference, signs):
    assert said_difference(cell(COST, 31e6, difference=difference), NL) == signs


def test_where_fewer_are_supported_the_table_says_what_cheaper_does_not_mean(tmp_path):
    results = tiny_comparison()
    frame = results.summary.copy()
    whole = (frame["scenario"] != "base") & (frame["detail"] == "")
    mine = whole & (frame["measure"] == "supported")
    frame.loc[mine, ["difference", "difference_low", "difference_high"]] = (-8.2, -9.0, -7.0)
    frame.loc[mine, ["verdict", "direction"]] = (str(Verdict.CLEAR), "lower")
    costs = whole & frame["measure"].isin(["cost", "cost_per_person"])
    frame.loc[costs, ["verdict", "direction"]] = (str(Verdict.CLEAR), "higher")
    cheap = costs & (frame["scenario"] == "less_staff") & (frame["measure"] == "cost_per_person")
    frame.loc[cheap, "direction"] = "lower"
    other = replace(results)
    other.__dict__["summary"] = frame
    cells = cells_of(other)
    titles = {"base": "Nu", "less_staff": "Minder", "more_dwellings": "Meer"}
    said = " ".join(key_to(other.keys, cells, titles, NL))
    assert "† Er krijgen minder mensen ondersteuning: ‘Minder’ (8,2 minder)." in said
    row = next(one for one in printed(other).splitlines() if one.startswith("Kosten per persoon"))
    assert row.count("†") == 1  # not where it is dearer
    assert "†" not in next(one for one in printed(other).splitlines() if one.startswith("Kosten ("))
    (sheet, *_) = write_spreadsheets(other, tmp_path)
    warned = [line for line in sheet.read_text("utf-8-sig").splitlines() if "Goedkoper" in line
              or "goedkoper" in line]  # fmt: skip
    assert warned
    assert all("Minder personeel" in line for line in warned)
    whole = printed(other, full=True)
    assert whole.count("†") == 2  # beside the cost of each, and where it is explained
    assert " ".join(whole.split()).count("hetzelfde voor minder geld") == 1
    assert "†" not in printed(results, full=True)
    for shown_of, marks in ((other, 0), (with_cheaper(other), 2)):
        drawn = texts_of(draw_cost(chart_data(shown_of, NL), NL))
        assert drawn.count("†") == marks  # beside the bar, and where it is explained


def with_cheaper(results):
    """The same results, where one scenario costs less."""
    frame = results.summary.copy()
    whole = (frame["measure"] == "cost") & (frame["detail"] == "")
    frame.loc[whole & (frame["scenario"] == "less_staff"), "direction"] = "lower"
    other = replace(results)
    other.__dict__["summary"] = frame
    return other


@pytest.mark.slow
@pytest.mark.parametrize("futures", [1, 4, 20])
def test_a_chart_of_few_futures_says_so_where_it_has_verdicts_and_nowhere_else(futures):
    data = chart_data(tiny_comparison(futures), NL)
    warned = {"waits", "cost", "cost_against_wait", "waits_by_year"} if futures < 20 else set()
    for name, draw in CHARTS.items():
        said = texts_of(draw(data, NL))
        assert ("geen verschil is zeker" in said or "wat verschilt" in said) == (name in warned)
        assert futures >= 3 or "geen intervallen" in said


@pytest.mark.parametrize(("futures", "said"), [(4, "zonder interval"), (20, "95%-interval")])
def test_the_key_of_nine_in_ten_says_what_is_drawn(futures, said):
    figure = draw_waits(chart_data(tiny_comparison(futures), NL), NL)
    (key,) = figure.legends
    (p90,) = (one.get_text() for one in key.get_texts() if "9 op de 10" in one.get_text())
    assert said in p90
    assert ("95%-interval" in p90) == (futures >= 20)


def test_the_bounds_beside_the_bars_of_cost_go_outward():
    data = chart_data(tiny_comparison(20), NL)
    frame = data.summary.copy()
    frame.loc[frame["measure"] == "cost", ["low", "high"]] = 1.2051e6, 1.3049e6
    assert "(1,20 tot 1,31)" in texts_of(draw_cost(replace(data, summary=frame), NL))


def texts_of(figure):
    return " ".join(one.get_text() for one in figure.findobj(Text)).replace("\n", " ")


@pytest.mark.parametrize(
    ("verdict", "futures", "p", "signs", "key"),
    [
        (Verdict.SLIGHT, 19, 0.01, "▲ iets*", True),
        (Verdict.SLIGHT, 20, 0.05, "▲ iets*", True),
        (Verdict.SLIGHT, 20, 0.049, "▲ iets", False),
        (Verdict.LIKELY, 20, 0.3, "▲ 0,03*", True),
        (Verdict.CLEAR, 20, 0.01, "▲ 0,03", False),
    ],
)
def test_what_is_no_more_than_probable_is_marked_and_the_key_says_so(
    verdict, futures, p, signs, key
):
    row = cell(COST, 31e6, difference=(0.03e6, 0.02e6, 0.06e6, verdict))
    row |= {"replications": futures, "p_holm": p}
    assert said_difference(row, NL) == signs
    assert ("* waarschijnlijk" in about_signs([row], NL)) == key


def test_a_difference_without_a_verdict_has_a_mark_that_the_key_explains():
    none = cell(COST, 31e6, difference=(0.1e6, math.nan, math.nan, Verdict.NONE))
    assert said_difference(none, NL) == "?"
    assert "? geen oordeel" in about_signs([none], NL)
    for quiet in (none | {"replications": 2}, none | {"value": math.nan}):
        assert said_difference(quiet, NL) == ""
        assert about_signs([quiet], NL) == ""


def test_what_is_not_told_apart_may_be_chance():
    close = cell(COST, 31e6, difference=(0.7e6, -0.5e6, 0.9e6, Verdict.CLOSE))
    assert about_signs([close], NL) == "≈ niet te onderscheiden: het kan toeval zijn."


@pytest.mark.parametrize(("short", "there"), [(-0.2, True), (0.2, True), (-0.04, False)])
def test_need_left_unmet_is_explained_where_it_is_shown(short, there):
    row = cell(("waiting", "", "mean"), short) | {
        "measure": "dwellings", "detail": "short", "unit": "dwellings a year"
    }  # fmt: skip
    head = row | {"detail": NEED, "value": 1.0}
    cells = {("base", "dwellings", one["detail"], "mean"): one for one in (row, head)}
    said = " ".join(key_to(["base"], cells, {"base": "Nu"}, NL))
    assert ("De wachtrij groeit met minder" in said) == there
