"""What an author writes stands in tables and charts letter by letter, and does nothing there."""

import csv
import io
from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import pytest
from click.testing import CliRunner

from flowsim.cli import main
from flowsim.cli.any_encoding import say_in_any_encoding
from flowsim.experiment.writing.files import plain
from flowsim.experiment.writing.tables_on_disk import write_tables
from flowsim.report.charts import CHARTS
from flowsim.report.spreadsheets import write_spreadsheets
from flowsim.report.terminal import print_table
from flowsim.report.wording import wording
from flowsim.report.write import chart_data, save
from flowsim.titles import distinct
from tests.experiment.tiny_worlds import TINY, tiny_comparison

NL = wording("nl")
FORMULAS = (
    "=1+1",
    "+2 woningen",
    "-5",
    "@SOM(A1)",
    "=cmd|' /C calc'!A0",
    "\t=1",
    "\r=1",
    "\uff1d1+1",
)
PAYLOADS = (
    *FORMULAS,
    "Kosten $100 tot $200 per dag", "$\\frac{$", "$", "\\alpha_1^2",
    "[bold]rood[/bold]", "[/]", "[link=https://x]", ":smile:", "_verborgen", "__", "{title}",
    "{0}", "{", "%s %(n)d", "<b>&amp;</b>", "]]>", "-->", '";"', "a;b,c", "'=1'", '="1"',
    "Zoë’s keuze – ≈ ∞", "日本語", "🙂", "x" * 300, "a" + "b " * 200, "# geen kop", "`ls`",
)  # fmt: skip


def titled(*titles):
    """The tiny comparison, with these titles."""
    comparison = tiny_comparison()
    scenarios = tuple(
        one.model_copy(
            update={"scenario": one.scenario.model_copy(update={"title": {"nl": title}})}
        )
        for one, title in zip(comparison.scenarios, titles, strict=True)
    )
    return replace(comparison, batch=replace(comparison.batch, scenarios=scenarios))


def close(text):
    """A text without the room that lines and columns give it."""
    return "".join(text.split())


def is_number(text):
    return text.replace(",", ".", 1).lstrip("-").replace(".", "", 1).isdecimal()


# ---------------------------------------------------------------- spreadsheets
@pytest.fixture(scope="module")
def formulas(tmp_path_factory):
    """Every table, with formulas for titles: cells by file."""
    folder = tmp_path_factory.mktemp("formulas")
    found = {}
    for start in range(0, len(FORMULAS) - 2, 3):
        comparison = titled(*FORMULAS[start : start + 3])
        paths = write_spreadsheets(comparison, folder / "excel")
        paths += write_tables(comparison, folder / "tables")
        for path in paths:
            if path.stem in ("waits", "measures", "by_year", "by_area", "spells"):
                continue  # names of keys alone, and long
            text = path.read_bytes().decode("utf-8-sig")
            mark = ";" if path.parent.name == "excel" else ","
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
            found[start, path.parent.name, path.stem] = [cell for row in rows for cell in row]
    return found


def test_no_cell_of_any_table_is_a_formula(formulas):
    for cells in formulas.values():
        for cell in cells:
            assert plain(cell) == cell or is_number(cell) or cell == "-inf", cell


def test_what_looks_like_a_formula_stands_there_behind_an_apostrophe(formulas):
    for (start, *_), cells in formulas.items():
        seen = [title for title in FORMULAS[start : start + 3] if f"'{title}" in cells]
        assert seen in (list(FORMULAS[start : start + 3]), [])
    assert "'-5" in formulas[0, "tables", "scenarios"] + formulas[0, "excel", "samenvatting"]


@pytest.mark.parametrize("text", FORMULAS)
def test_only_texts_that_a_spreadsheet_works_out_get_an_apostrophe(text):
    assert plain(text) == f"'{text}"
    assert plain(f"a{text}") == f"a{text}"
    for number in (-1.5, -1, 0.0, None, True):
        assert plain(number) is number


# ---------------------------------------------------------------- the terminal
@pytest.mark.parametrize("title", PAYLOADS)
def test_a_title_stands_on_the_terminal_letter_by_letter(title):
    stream = io.StringIO()
    base = titled(title, "b", "c")
    print_table(replace(base, batch=base.batch.only(base.keys[:1])), NL, stream)
    assert close(title) in close(stream.getvalue())


# ---------------------------------------------------------------- charts
def texts_of(figure):
    return close("".join(text.get_text() for text in figure.findobj(mpl.text.Text)))


def drawn(name, titles, tmp_path):
    """A chart with these titles, also written to a file."""
    keys = tiny_comparison().keys
    real = chart_data(tiny_comparison(), NL)
    data = replace(
        real,
        titles=dict(zip(keys, titles, strict=True)),
        variants=dict.fromkeys(real.variants, titles[0]),
        teams=dict.fromkeys(real.teams, titles[1]),
        source=titles[2],
    )
    figure = CHARTS[name](data, NL)
    save(figure, tmp_path, name)
    return texts_of(figure)


BY_THREE = [PAYLOADS[i : i + 3] for i in range(0, len(PAYLOADS) - 2, 3)]


@pytest.mark.parametrize("titles", BY_THREE[2:6])
@pytest.mark.parametrize("name", ["cost_against_wait", "people"])
def test_what_is_in_a_title_stands_in_the_chart(name, titles, tmp_path):
    found = drawn(name, titles, tmp_path)
    for title in titles:
        assert close(title) in found


@pytest.mark.slow
@pytest.mark.parametrize("titles", BY_THREE)
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_drawn_with_any_title(name, titles, tmp_path):
    assert close(titles[2]) in drawn(name, titles, tmp_path)


# ---------------------------------------------------------------- equal titles
def test_equal_titles_get_their_names_behind_them():
    assert distinct({"a": "Meer", "b": "Meer", "c": "Minder"}) == {
        "a": "Meer (a)",
        "b": "Meer (b)",
        "c": "Minder",
    }
    assert distinct({"a": "", "b": "  "}) == {"a": "a", "b": "b"}


def test_titles_that_look_the_same_count_as_equal():
    for one, other in combinations(("Zoë  keuze", "Zoe\u0308 keuze", "ZOË KEUZE"), 2):
        assert distinct({"a": one, "b": other}) == {"a": f"{one} (a)", "b": f"{other} (b)"}


def test_a_title_that_looks_like_one_with_a_name_behind_it_is_kept_apart():
    found = distinct({"b": "Meer", "c": "Meer", "d": "Meer (b)"})
    assert len(set(found.values())) == 3
    assert all(title.startswith("Meer") for title in found.values())


def test_equal_titles_are_apart_in_tables_and_charts(tmp_path):
    comparison = titled("Nu", "Meer plekken", "Meer plekken")
    data = chart_data(comparison, NL)
    said = ["Meer plekken (more_dwellings)", "Meer plekken (less_staff)"]
    assert list(data.titles.values()) == ["Nu", *said]
    stream = io.StringIO()
    print_table(comparison, NL, stream)
    assert "(less_staff)" in close(stream.getvalue())
    for path in write_spreadsheets(comparison, tmp_path):
        for title in said:
            assert title in path.read_text("utf-8-sig")


# ---------------------------------------------------------------- output of another encoding
BASE = str(TINY / "base.toml")
COMMANDS = {
    "run": ["run", BASE, "-n", "1", "--no-charts", "--jobs", "1"],
    "compare": ["compare", str(TINY), "-n", "2", "--no-charts", "--jobs", "1"],
    "sweep": ["sweep", BASE, "--vary", "variant.bw.places=18,20", "-n", "2", "--no-charts",
              "--jobs", "1"],
    "validate": ["validate", BASE, "--set", 'start.drift="accepted"'],
    "show": ["show", BASE],
    "schema": ["schema"],
    "help": ["run", "--help"],
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_every_command_speaks_where_the_encoding_lacks_signs(encoding, command, tmp_path):
    arguments = COMMANDS[command]
    if command in ("run", "compare", "sweep"):
        arguments = [*arguments, "--out", str(tmp_path)]
    result = CliRunner(charset=encoding).invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert result.stdout
    if command == "compare" and encoding != "cp1252":  # that has the quotes
        assert "'Zoals het nu gaat'" in result.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("≈ \N{MINUS SIGN}1,0 – ∞", "~ -1,0 - inf"),
        ("Zoë 日", "Zoe ?"),
        ("≤ 3 €", "<= 3 EUR"),
        ("\udce9", "?"),
    ],
)
def test_what_cannot_be_written_becomes_what_is_near_it(text, said):
    say_in_any_encoding()
    assert text.encode("ascii", "flowsim.near").decode() == said


def test_names_of_files_are_no_markup(tmp_path):
    for name in ("[bold]x.toml", "[", ":smile:.toml"):
        file = tmp_path / name.removesuffix(".toml")
        file = file.with_name(f"{file.name}.toml")
        file.write_text((TINY / "base.toml").read_text("utf-8"), "utf-8")
        result = CliRunner().invoke(main, ["validate", str(file)])
        assert file.name.removesuffix(".toml") in close(result.output)
