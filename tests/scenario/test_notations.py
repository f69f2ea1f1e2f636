"""Numbers, dates and truths as they are written on paper: told, with what to write instead."""

import pytest

from flowsim.errors import ScenarioError
from flowsim.experiment.quantities.norm import read_norm
from flowsim.report.wording import wording
from flowsim.scenario import load
from flowsim.scenario.notes import notes
from tests.scenario.tiny import changed, problems_in

CONTRACT = 'places = 3 -> places = 3\ncontract = { form = "hourly", eur = %s }'
CHANGE = '[[change]]\ndate = 2026-07-01\nreason = "r"\nset = %s'


@pytest.mark.parametrize(
    ("edit", "hint"),
    [
        ("per_year = 10 -> per_year = 1.050,00", "write 1050, not 1.050,00"),
        ("places = 3 -> places = { alpha = 1.500,50 }", "write 1500.5, not 1.500,50"),
        ("per_year = 4 -> per_year = 4\nrealised = 80%", "write 0.8, not 80%"),
        ("per_year = 4 -> per_year = 4\nrealised = 12,5 %", "write 0.125, not 12,5 %"),
        (CONTRACT % "\u20ac 950", "write 950, not \u20ac 950"),
        (CONTRACT % "\u20ac 1.950,-", "write 1950, not \u20ac 1.950,-"),
        (CONTRACT % "950 euro", "write 950, not 950 euro"),
        (CONTRACT % "9, duty_to_accept = ja", "write true"),
        ("years = 1 -> years = nee", "write false"),
        ("years = 1 -> years = 1;", "a comma between values, and nothing after the last"),
        ("places = 3 -> places = { alpha = 1; beta = 2 }", "write a comma between values"),
        ("places = 3 -> places = { alpha = 1, }", "leave out the comma before }"),
        ("places = 3 -> places = {\nalpha = 1", "write a table in { } on one line"),
        ("places = 3 -> places = 1 + 2", "write the result: a scenario does not calculate"),
        ("places = 3 -> places = =1+2", "write the result: a scenario does not calculate"),
        ("places = 3 -> places = =SOM(A1:A2)", "write the result: a scenario does not calculate"),
        ("places = 3 -> places = 1/2", "write the result: a scenario does not calculate"),
        ("places = 3 -> places = 1.200 plekken", "write 1200, not 1.200 plekken"),
        ("per_year = 4 -> per_year = 4,5 per jaar", "write 4.5, not 4,5 per jaar"),
        ("per_year = 4 -> per_year = 1,5 miljoen", "write 1500000, not 1,5 miljoen"),
        ("per_year = 4 -> per year = 4", "write per_year: a key has no spaces"),
        ("years = 1 -> // een jaar\nyears = 1", "begin a remark with #"),
        ("years = 1 -> years = 1\nstart = 1 mei 2027", "write a date as 2027-05-01, year first"),
        ("years = 1 -> years = 1\nstart = 31/12/2027", "write a date as 2027-12-31, year first"),
        ("years = 1 -> years = 1\nstart = 2027/12/31", "write a date as 2027-12-31, year first"),
        ("years = 1 -> years = 1\nstart = 2027-13-01", "there is no month 13: a date is"),
        ("years = 1 -> years = 1\nstart = 2027-02-30", "that month has no day 30"),
        ("years = 1 -> years = 1\nstart = 2027-2-1", "write a date as 2027-02-01, year first"),
    ],
)
def test_a_line_in_the_notation_of_paper_says_what_to_write(edit, hint, tmp_path):
    (line,) = problems_in(tmp_path, changed(edit))
    assert line.startswith("s.toml: not TOML at line ")
    assert hint in line


@pytest.mark.parametrize(
    ("edit", "path", "hint"),
    [
        ('fte = 1 -> fte = "3,4"', "desk.access.fte", "write 3.4 without quotes"),
        ('places = 3 -> places = "180"', "variant.house.places", "write 180 without quotes"),
        ('places = 3 -> places = { value = "180" }', "variant.house.places",
         "write 180 without quotes"),
        ('hours_per_week = 5 -> hours_per_week = "1.050,00"', "level.heavy.hours_per_week",
         "write 1050 without quotes"),
        ('years = 1 -> years = 1\nstart = "2027-01-01"', "scenario.start",
         "write 2027-01-01 without quotes"),
        ('years = 1 -> years = 1\nstart = "01-07-2027"', "scenario.start",
         "write 2027-07-01 without quotes"),
        ('years = 1 -> years = 1\nstart = "1 maart 2027"', "scenario.start",
         "write 2027-03-01 without quotes"),
        ('years = 1 -> years = 1\nstart = "1/7/2027"', "scenario.start",
         "write 2027-07-01 without quotes"),
        ('places = 3 -> places = "+5"', "variant.house.places", "write what it becomes in all"),
        (CONTRACT % '9, duty_to_accept = "nee"', "variant.house.contract.duty_to_accept",
         "write false without quotes"),
        ("per_year = 4 -> per_year = 4\nrealised = 80", "dwellings.homes.realised",
         "80% is written 0.8"),
        ("per_year = 4 -> per_year = 4\nrealised = { value = 5 }", "dwellings.homes.realised",
         "5% is written 0.05"),
        ("places = 3 -> places = -15", "variant.house.places", "expected a number of at least 0"),
        ("places = 3 -> places = { value = 3, bron = 'raad' }", "variant.house.places",
         "unknown key 'bron'; allowed: value, range, source, "),
        (CHANGE % "{ variant.house.places = 180 }", "change.1.set",
         'a path without quotes; write "variant.house.places" = 180'),
        (CHANGE % "{ leaving.find_alone_per_year = 0 }", "change.1.set",
         'a path without quotes; write "leaving.find_alone_per_year" = 0'),
    ],
)  # fmt: skip
def test_a_value_in_another_notation_says_what_to_write(edit, path, hint, tmp_path):
    (line,) = problems_in(tmp_path, changed(edit))
    assert line.startswith(f"s.toml: {path}: ")
    assert hint in line


def test_a_value_set_in_another_notation_is_told_with_its_path_once(tmp_path):
    (line,) = problems_in(tmp_path, changed(), "dwellings.homes.per_year=40,5")
    assert line.startswith("--set: dwellings.homes.per_year: '40,5'; ")
    assert line.endswith("; write 40.5, not 40,5")


def test_a_norm_with_a_comma_says_what_to_write():
    with pytest.raises(ScenarioError, match=r"write 26\.5, not 26,5$"):
        read_norm("26,5")


def test_all_lines_in_the_notation_of_paper_are_told_at_once(tmp_path):
    text = changed(
        "per_year = 10 -> per_year = 1.050,00",
        "per_year = 4 -> per_year = 3,5\nrealised = 80%",
        "years = 1 -> years = 1\nstart = 01-07-2027",
        CONTRACT % "\u20ac 950",
    )
    lines = problems_in(tmp_path, text)
    assert [line.split(": ")[1] for line in lines] == [
        f"not TOML at line {n}" for n in (4, 17, 29, 30, 34)
    ]


def test_a_list_of_whole_numbers_and_a_text_with_a_comma_are_no_slips(tmp_path):
    text = changed(
        'years = 1 -> years = 1\ntitle = "1,5% van \u20ac 1.050,00 op 01-07-2027, ja"',
        "hours_per_week = 40 -> hours_per_week = { value = 40, range = [30,50] }",
    )
    assert problems_in(tmp_path, text) == []


# ---------------------------------------------------------------- thousands that may be decimals
@pytest.mark.parametrize(
    ("edit", "path"),
    [
        ("per_year = 4 -> per_year = 1.045", "dwellings.homes.per_year"),
        ("per_year = 4 -> per_year = { alpha = 1.045 }", "dwellings.homes.per_year"),
        ("per_year = 10 -> per_year = 1.045", "demand.people.per_year"),
        (CHANGE % '{ "dwellings.homes.per_year" = 1.045 }',
         'change.1.set."dwellings.homes.per_year"'),
        ("per_year = 4 -> per_year = { value = 1.045, range = [1, 2] }", None),
        ("per_year = 4 -> per_year = 1.45", None),
        ("per_year = 4 -> per_year = 0.045", None),
        ("per_year = 4 -> per_year = 1.0451", None),
    ],
)  # fmt: skip
def test_three_decimals_of_a_number_a_year_are_told(edit, path, tmp_path):
    assert problems_in(tmp_path, changed(edit)) == []
    told = [note for note in notes(load(tmp_path / "s.toml")) if "1045" in note.allowed]
    assert [note.path for note in told] == ([] if path is None else [path])
    if told:
        assert "1.045 betekent 1,045 per jaar" in wording("nl").problem(told[0])


PLUS = "write what it becomes in all, without a plus: +{0} would be read as {0}, not as {0} more"


@pytest.mark.parametrize("written", ["+5", "{ alpha = +5 }", "{ value = +5 }", "+5.5", "  +5  # x"])
def test_a_plus_is_no_five_more(written, tmp_path):
    number = "5.5" if "5.5" in written else "5"
    (line,) = problems_in(tmp_path, changed(f"places = 3 -> places = {written}"))
    assert line.startswith("s.toml: line ")
    assert line.endswith(PLUS.format(number))


def test_a_plus_in_a_text_or_a_remark_is_a_plus(tmp_path):
    text = 'reason = "=+5"\ntitle = """\na = +5\n"""  # = +5\nseed = 1e+5'
    assert not any(
        "plus" in line for line in problems_in(tmp_path, changed(f"years = 1 -> years = 1\n{text}"))
    )


@pytest.mark.parametrize("path", ["dwellings.homes.per_year", "variant.house.places"])
def test_a_plus_on_the_command_line_is_no_five_more(path, tmp_path):
    (tmp_path / "s.toml").write_text(changed(), "utf-8")
    with pytest.raises(ScenarioError) as error:
        load(tmp_path / "s.toml", (f"{path}=+5",))
    assert PLUS.format(5) in str(error.value)


DAYS_EUROS_HOURS = [
    ("recovery_days = 100 -> recovery_days = %s", "level.heavy.recovery_days"),
    ("recovery_days = 100 -> recovery_days = { lognormal = %s, cv = 1 }",
     "level.heavy.recovery_days"),
    ("recovery_days = 100 -> recovery_days = { uniform = [1, %s] }", "level.heavy.recovery_days"),
    ("years = 1 -> days = %s", "scenario.days"),
    (CONTRACT % "%s", "variant.house.contract.eur"),
    ("hours_per_week = 40 -> hours_per_week = %s", "team.carers.hours_per_week"),
    ("hours_per_week = 40 -> hours_per_week = { each = %s }", "team.carers.hours_per_week"),
    ("fte = 1 -> fte = %s", "desk.access.fte"),
    ("fte = 1 -> fte = { each = %s }", "desk.access.fte"),
    ("per_year = 10 -> per_year = 10\nweight = { alpha = %s }", "demand.people.weight"),
    ("[start]\nwaiting = [{ variant = 'house', persons = 1, since_days = %s, "
     "level_mix = { heavy = 1 } }]", "start.waiting.house.since_days"),
    (CHANGE % '{ "team.carers.hours_per_week" = %s }', 'change.1.set."team.carers.hours_per_week"'),
    (CHANGE % '{ "variant.house.turnover_days" = %s }',
     'change.1.set."variant.house.turnover_days"'),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "path"), DAYS_EUROS_HOURS)
def test_three_decimals_of_days_euros_and_hours_of_a_team_are_told(edit, path, tmp_path):
    assert problems_in(tmp_path, changed(edit % "12.345")) == []
    told = [note for note in notes(load(tmp_path / "s.toml")) if "12345" in note.allowed]
    assert [note.path for note in told] == [path]
    for decimal in ("12.35", "12.3456"):
        assert problems_in(tmp_path, changed(edit % decimal)) == []
        assert not any(n.path == path for n in notes(load(tmp_path / "s.toml")))


@pytest.mark.parametrize(("edit", "path"), DAYS_EUROS_HOURS)
def test_a_thousand_of_days_euros_and_hours_of_a_team_is_refused(edit, path, tmp_path):
    (line,) = problems_in(tmp_path, changed(edit % "12.500"))
    assert "write 12500 for a thousand" in line


@pytest.mark.parametrize("key", ["find_alone_per_year", "loses_tenancy_per_year"])
def test_no_thousand_is_thinkable_of_a_hazard(key, tmp_path):
    for written in ("1.250", "1.234"):
        edit = f'ready_at = "light" -> ready_at = "light"\n{key} = {written}'
        assert problems_in(tmp_path, changed(edit)) == []
        assert not any("thousand" in n.allowed for n in notes(load(tmp_path / "s.toml")))


@pytest.mark.parametrize(
    ("year", "right"), [(24, False), (1899, False), (20_24, True), (12024, False)]
)
def test_the_year_of_prices_is_a_year_of_our_days(year, right, tmp_path):
    problems = problems_in(tmp_path, changed(f"[money]\nprice_year = {year}"))
    assert (problems == []) == right
    assert right or "money.price_year" in problems[0]


def test_a_start_before_our_days_is_a_slip(tmp_path):
    (line,) = problems_in(tmp_path, changed("years = 1 -> years = 1\nstart = 0026-01-01"))
    assert line == "s.toml: scenario.start: 0026-01-01; a year from 1900 on"


@pytest.mark.parametrize(
    "day",
    [
        "1 \u00b2\u00b2\u00b2 2026",
        "1 \u0663\u0663\u0663 2026",
        "\u0661\u0662-\u0660\u0661-\u0662\u0660\u0662\u0666",
    ],
)
def test_digits_of_another_script_are_no_date_and_no_fault(day, tmp_path):
    assert len(problems_in(tmp_path, changed(f"years = 1 -> years = 1\nstart = {day}"))) == 1


def test_three_decimals_within_a_stated_range_are_no_slip(tmp_path):
    edit = "hours_per_week = 40 -> hours_per_week = { value = 12.345, range = [10, 15] }"
    assert problems_in(tmp_path, changed(edit)) == []
    assert not any(n.path.startswith("team") for n in notes(load(tmp_path / "s.toml")))


@pytest.mark.parametrize("written", ["60,000", "'60,000'", "'60.000'"])
@pytest.mark.parametrize("key", ["places = 3 -> places", "fte = 1 -> fte"])
def test_what_may_be_a_thousand_is_told_as_both(key, written, tmp_path):
    (line,) = problems_in(tmp_path, changed(f"{key} = {written}"))
    assert line.endswith("; write 60000 for a thousand, or 60")


def test_three_decimals_are_told_in_a_way_that_is_taken(tmp_path):
    (line,) = problems_in(tmp_path, changed("fte = 1 -> fte = 1,125"))
    assert line.endswith("; write 1125 for a thousand, or 1.1250")
    assert problems_in(tmp_path, changed("fte = 1 -> fte = 1.1250")) == []


@pytest.mark.parametrize("norm", ["1.000", "<=2.500", ">= 12,500"])
def test_a_norm_that_may_be_a_thousand_is_refused(norm):
    with pytest.raises(ScenarioError, match="for a thousand, or "):
        read_norm(norm)
    assert read_norm("<=0.125").value == 0.125


def test_a_range_in_dutch_thousands_is_told_once_for_each_end(tmp_path):
    edit = "recovery_days = 100 -> recovery_days = { value = 1500, range = [1.000, 2.000] }"
    assert [line.split(": ")[1] for line in problems_in(tmp_path, changed(edit))] == [
        f"level.heavy.recovery_days.range.{n}" for n in (1, 2)
    ]


@pytest.mark.parametrize("written", ["'5'", "'5%'", "'1.000'"])
def test_a_number_where_a_table_is_wanted_is_not_told_without_quotes(written, tmp_path):
    (line,) = problems_in(tmp_path, changed(f"[situation]\nunsupported = {written}"))
    assert line.endswith("expected a table { key = value }")
