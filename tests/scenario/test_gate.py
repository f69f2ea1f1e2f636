"""The gate: files, texts, numbers and names that no scenario may hold, and how they are told."""

import json
import math
import os
import socket
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flowsim.errors import LONGEST, Problem, one_of
from flowsim.scenario import load, parse, paths
from flowsim.scenario.gate import clean, hidden_sign
from flowsim.scenario.schema import json_schema
from tests.scenario.tiny import TINY, changed, problems_in, problems_of_file
from tests.worlds import line_file

LINE = line_file(2, 20, 10, 100, "[areas.noord]\nalpha = 60000\n")


def said(folder, *edits, settings=()):
    text = LINE
    for edit in edits:
        old, arrow, new = edit.partition(" -> ")
        assert not arrow or text.count(old) == 1, old
        text = text.replace(old, new) if arrow else f"{text}\n{edit}\n"
    return problems_in(folder, text, *settings)


CHANGE = '[[change]]\ndate = 2027-01-01\nreason = "r"\nset = '


# ---------------------------------------------------------------- whole numbers and thousands
@pytest.mark.parametrize(
    ("edit", "path"),
    [
        ("alpha = 60000 -> alpha = 60.000", "areas.noord.alpha"),
        ("alpha = 60000 -> alpha = { value = 60.000 }", "areas.noord.alpha.value"),
        ("places = 10 -> places = 60.000", "variant.house.places"),
        ("places = 10 -> places = { each = 60.000 }", "variant.house.places.each"),
        ("places = 10 -> providers = { a = { region = 60.000 } }",
         "variant.house.providers.a.region"),
        ('[[dwellings]]\nname = "d"\nper_year = 3\nstock = 60.000', "dwellings.d.stock"),
        ('[[dwellings]]\nname = "d"\nper_year = 3\ncap = 60.000', "dwellings.d.cap"),
        ('[[desk]]\nname = "d"\nassessors = 60.000\nassessment_days = 1', "desk.d.assessors"),
        ("[start]\nresidents = { house = 60.000 }", "start.residents.house"),
        ("[start]\ndeciding = 60.000", "start.deciding"),
        (CHANGE + '{ "variant.house.places" = 60.000 }', 'change.1.set."variant.house.places"'),
        (CHANGE + '{ "variant.house.places" = { region = 60.000 } }',
         'change.1.set."variant.house.places".region'),
    ],
)  # fmt: skip
def test_a_dutch_thousand_is_refused_wherever_a_number_is_whole(edit, path, tmp_path):
    (line,) = said(tmp_path, edit)
    assert line == (
        f"s.toml: {path}: 60.000; expected a whole number; a thousand is written 60000 or 60_000"
    )


@pytest.mark.parametrize("written", ["2.7", "0.4", "10.5", "1e-3"])
@pytest.mark.parametrize("setting", [False, True])
def test_a_number_of_places_is_whole(written, setting, tmp_path):
    edit, settings = (f"places = 10 -> places = {written}",), ()
    if setting:
        edit, settings = (), (f"variant.house.places={written}",)
    (line,) = said(tmp_path, *edit, settings=settings)
    assert line.endswith(f"variant.house.places: {float(written)!r}; expected a whole number")


def test_rates_hours_and_shares_need_not_be_whole_and_a_point_zero_is_whole(tmp_path):
    assert (
        said(tmp_path, "per_year = 20 -> per_year = 20.125", "places = 10 -> places = 10.0") == []
    )
    assert said(tmp_path, "stay_days = 100 -> stay_days = { gamma = 8.924, cv = 1.250 }") == []


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("1.250", "write 1250 for a thousand, or 1.25"),
        ("9.999", "write 9999 for a thousand, or 9.9990"),
        ("96.770", "write 96770 for a thousand, or 96.77"),
        ("96.775", None),
        ("1.25", None),
        ("0.125", None),
        ("1.2500", None),
    ],
)
def test_euros_that_read_as_a_thousand_are_refused(written, hint, tmp_path):
    edit = f'places = 10 -> places = 10\ncontract = {{ form = "day_rate", eur = {written} }}'
    expected = [] if hint is None else [f"s.toml: variant.house.contract.eur: {written}; {hint}"]
    assert said(tmp_path, edit) == expected


def test_a_ramp_may_pass_through_parts_of_places_and_ends_where_it_was_asked_to(tmp_path):
    ramp = CHANGE.replace("reason", "until = 2027-12-31\nreason") + '{ "variant.house.places" = 3 }'
    (tmp_path / "s.toml").write_text(f"{LINE}\n{ramp}\n", "utf-8")
    places = [one.variant[0].places.total for _, one in load(tmp_path / "s.toml").phases]
    assert places[0] == 10
    assert places[-1] == 3
    assert any(n != int(n) for n in places)


# ---------------------------------------------------------------- texts
HIDDEN = ["\u0007", "\u0000", "\u0085", "\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\u2028"]


@pytest.mark.parametrize("sign", HIDDEN, ids=ascii)
@pytest.mark.parametrize(
    "where", ["scenario.title", "demand.people.title", "areas", "change.1.set"]
)
def test_a_sign_that_nobody_sees_is_refused_in_every_text_and_key(sign, where):
    raw = {
        "scenario": {"years": 1, "title": "a"},
        "demand": [{"profile": "people", "per_year": 1, "title": "b"}],
        "change": [],
    }
    match where:
        case "scenario.title":
            raw["scenario"]["title"] = f"a{sign}"
        case "demand.people.title":
            raw["demand"][0]["title"] = {"nl": sign, "en": "x"}
            where = "demand.people.title.nl"
        case "areas":
            raw["areas"] = {f"n{sign}": {"a": 5}}
        case _:
            raw["change"] = [{"set": {f"a{sign}": 1}}]
    _, problems = clean(raw, "s.toml")
    (problem,) = problems
    assert problem.path == where
    assert problem.found == f"a sign that nobody sees (U+{ord(sign):04X})"


def test_a_hidden_sign_in_a_file_is_told_with_its_line(tmp_path):
    text = LINE.replace("per_year", "# \u202e\nper_year")
    assert problems_in(tmp_path, text) == [
        "s.toml: a sign that nobody sees (U+202E) at line 8; remove it"
    ]
    escaped = LINE.replace("years = 2", 'years = 2\ntitle = "a\\u202eb"')
    (line,) = problems_in(tmp_path, escaped)
    assert line.startswith("s.toml: scenario.title: a sign that nobody sees (U+202E); ")


@given(st.text(max_size=20))
def test_what_comes_through_the_gate_is_seen_and_has_one_form(text):
    cleaned, problems = clean({"k": text}, "f")
    assert hidden_sign(cleaned["k"]) is None
    assert cleaned["k"] == unicodedata.normalize("NFC", cleaned["k"])
    assert bool(problems) == (hidden_sign(text) is not None)


def test_names_are_one_name_in_either_unicode_form(tmp_path):
    two = "Su\u0301dwest"
    one = unicodedata.normalize("NFC", two)
    text = LINE.replace("alpha = 60000", f'"{one}" = 60000')
    text = text.replace("per_year = 20", f'per_year = {{ "{two}" = 20 }}')
    assert problems_in(tmp_path, text) == []
    assert problems_in(tmp_path, text, f'areas.noord."{two}"=5') == []
    twice = LINE.replace("alpha = 60000", f'"{one}" = 60000\n"{two}" = 5')
    (line,) = problems_in(tmp_path, twice)
    assert "stands there twice, coded in two ways" in line


# ---------------------------------------------------------------- numbers and depth
@pytest.mark.parametrize("digits", [20, 310, 4000])
def test_a_number_of_many_digits_is_one_line(digits, tmp_path):
    (line,) = said(tmp_path, f"places = 10 -> places = {'9' * digits}")
    assert (
        line
        == "s.toml: variant.house.places: a number of more than 1,000,000,000,000; a smaller number"
    )


def test_a_number_beyond_reading_is_one_line(tmp_path):
    (line,) = said(tmp_path, f"places = 10 -> places = {'9' * 5000}")
    assert line == "s.toml: a number of thousands of digits; a smaller number"
    (line,) = said(tmp_path, settings=[f"variant.house.places={'9' * 5000}"])
    assert line.startswith("--set: variant.house.places: ")


def test_nested_brackets_and_keys_of_many_parts_are_one_line(tmp_path):
    assert len(said(tmp_path, f"places = 10 -> places = {'[' * 1000}{']' * 1000}")) == 1
    assert len(said(tmp_path, f"places = 10 -> places = {'[' * 40}{']' * 40}")) == 2
    assert len(said(tmp_path, f"a{'.a' * 5000} = 1")) == 1
    deep = {}
    for _ in range(5000):
        deep = {"a": deep}
    _, problems = clean(deep, "f")
    assert len(problems) == 1


@pytest.mark.parametrize("number", [1e308, 1e13, -1e300, 5e-324, 10**400, -(10**20)])
def test_a_number_that_arithmetic_cannot_bear_is_refused(number):
    cleaned, problems = clean({"a": number}, "f")
    assert len(problems) == 1
    assert math.isfinite(cleaned["a"])
    assert abs(cleaned["a"]) <= 1e12


# ---------------------------------------------------------------- files
def test_only_a_regular_file_is_read_and_nothing_hangs(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    (tmp_path / "large.toml").write_text("# " + "x" * (1 << 20), "utf-8")
    server = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        server.bind("socket.toml")
    finally:
        os.chdir(here)
        server.close()
    found = {
        name: problems_of_file(tmp_path / f"{name}.toml")
        for name in ("pipe", "socket", "loop", "large")
    }
    assert found["pipe"] == ["pipe.toml: not a regular file; save it as a text file"]
    assert found["socket"] == ["socket.toml: not a regular file; save it as a text file"]
    assert found["large"] == ["large.toml: larger than 1 MiB; a scenario is a small text"]
    assert len(found["loop"]) == 1
    assert problems_of_file(Path("/dev/null")) == [
        "null: not a regular file; save it as a text file"
    ]
    assert len(problems_of_file(Path("a\0b.toml"))) == 1


def test_a_mark_before_the_first_line_is_passed_over_and_other_codings_are_told(tmp_path):
    file = tmp_path / "s.toml"
    file.write_bytes(b"\xef\xbb\xbf" + LINE.encode())
    assert problems_of_file(file) == []
    text = LINE.replace("years = 2", 'years = 2\ntitle = "Zoë"')
    for coding in ("cp1252", "utf-16"):
        file.write_bytes(text.encode(coding))
        (line,) = problems_of_file(file)
        assert line.endswith("; save the file as UTF-8, not as ANSI or Unicode")
    file.write_bytes(text.encode("cp1252"))
    assert "not UTF-8 at line 4" in problems_of_file(file)[0]


@pytest.mark.parametrize(
    ("wrong", "line", "hint"),
    [
        ("per_year = 3,5", "9: per_year = 3,5", "write 3.5, not 3,5"),
        ("per_year = { alpha = 3,5 }", "9: per_year = { alpha = 3,5 }", "write 3.5, not 3,5"),
        ("per_year = 1.200.000", "9: per_year = 1.200.000", "write 1200000 or 1_200_000"),
        ("per_year = 01-07-2027", "9: per_year = 01-07-2027",
         "write a date as 2027-07-01, year first"),
        ("per_year = veel", "9: per_year = veel", 'write a text in quotes: "veel"'),
        ("per_year = True", "9: per_year = True", "write true"),
        ("per_year: 20", "9: per_year: 20", "write = between a key and its value"),
        ("title = \u201cx\u201d", "9: title = \u201cx\u201d", 'write straight quotes: "text"'),
        ('title = "a\\b\\q"', '9: title = "a\\b\\q"', "write / or two backslashes in a text"),
    ],
)  # fmt: skip
def test_a_known_slip_gets_its_line_and_what_to_write(wrong, line, hint, tmp_path):
    text = LINE.lstrip("\n").replace("per_year = 20", wrong)
    text = text.replace("[scenario]", "# a\n# b\n[scenario]")
    assert problems_in(tmp_path, text) == [f"s.toml: not TOML at line {line}; {hint}"]


@pytest.mark.parametrize(
    ("file", "name", "title"),
    [
        ("base (kopie).toml", "base_kopie", "base (kopie)"),
        ("Zoë & co.toml", "Zoe_co", "Zoë & co"),
        ("~plan.toml", "plan", "~plan"),
        ("日本.toml", "scenario", "日本"),
        ("a.b.toml", "a.b", "a.b"),
    ],
)
def test_a_scenario_is_called_after_its_file_whatever_that_is_called(file, name, title, tmp_path):
    (tmp_path / file).write_text(LINE, "utf-8")
    about = load(tmp_path / file).scenario
    assert (about.name, about.title) == (name, {"nl": title, "en": title})


# ---------------------------------------------------------------- length
LONG = "a" * 3_001


@pytest.mark.parametrize(
    ("edit", "most"),
    [
        (f'profile = "people" -> profile = "{LONG}"', 100),
        (f'profile = "people" -> profile = "people"\ntitle = "{LONG}"', 300),
        (f'profile = "people" -> profile = "p"\ntitle = {{ nl = "{LONG}", en = "x" }}', 300),
        (f'per_year = 20 -> per_year = {{ value = 20, note = "{LONG}" }}', 3_000),
        (f'per_year = 20 -> per_year = {{ value = 20, assumption = "{LONG}" }}', 3_000),
        (f"alpha = 60000 -> alpha = 60000\n{LONG} = 1", 100),
        (f'[areas.noord] -> [areas]\nregion = "{LONG}"\n[areas.noord]', 300),
    ],
)
def test_every_text_has_a_length_that_is_told_once(edit, most, tmp_path):
    (problem,) = said(tmp_path, edit)
    assert problem.endswith(f": a text of 3001 signs; at most {most} signs")


def test_the_schema_says_how_long_a_text_may_be():
    about = json_schema()["$defs"]["About"]["properties"]
    assert about["name"]["maxLength"] == 100
    assert '"maxLength": 300' in json.dumps(about["title"])
    assert '"maxLength": 3000' in json.dumps(about["reason"])


# ---------------------------------------------------------------- paths
@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1), min_size=1))
@example(["=", "\\"])  # a backslash before the quote that closes
def test_a_path_is_read_as_it_is_written(keys):
    wanted = [unicodedata.normalize("NFC", key) for key in keys]
    assert paths.split(paths.join(wanted)) == wanted
    assert paths.canonical(paths.join(wanted)) == paths.join(wanted)
    assert paths.setting(f"{paths.join(wanted)}=a=b") == (wanted, "a=b")


def test_a_quoted_part_of_a_path_is_one_key_in_settings_and_in_dated_changes(tmp_path):
    text = LINE.replace("alpha = 60000", '"Bergen (L.)" = 60000')
    (tmp_path / "s.toml").write_text(text, "utf-8")
    scenario = load(tmp_path / "s.toml", ['areas.noord."Bergen (L.)"=14000'])
    assert scenario.areas.populations == {"Bergen (L.)": 14000}
    dated = CHANGE + "{ 'demand.people.per_year.\"Bergen (L.)\"' = 5 }"
    text = text.replace("per_year = 20", 'per_year = { "Bergen (L.)" = 20 }')
    (tmp_path / "s.toml").write_text(f"{text}\n{dated}\n", "utf-8")
    (_, later) = load(tmp_path / "s.toml").phases[-1]
    assert dict(later.demand[0].per_year.areas) == {"Bergen (L.)": 5}


def test_an_apostrophe_before_a_name_opens_no_quotes(tmp_path):
    text = LINE.replace("alpha = 60000", '"\'s-Hertogenbosch" = 60000')
    (tmp_path / "s.toml").write_text(text, "utf-8")
    scenario = load(tmp_path / "s.toml", ["areas.noord.'s-Hertogenbosch=14000"])
    assert scenario.areas.populations == {"'s-Hertogenbosch": 14000}


# ---------------------------------------------------------------- messages
def test_a_message_has_at_most_five_hundred_signs_and_they_can_be_seen(tmp_path):
    names = ", ".join(f"municipality_{n} = 10" for n in range(2000))
    text = changed(
        "north = { alpha = 3000, beta = 1000 } -> north = { " + names + " }",
        "per_year = 10 -> per_year = { " + "x" * 30 + " = 5 }",
    )
    (line,) = problems_in(tmp_path, text)
    assert len(line) <= LONGEST
    assert " more" in line
    problem = Problem(file="a\ud800\n" * 400, path="p" * 900, found="f" * 900, allowed="a" * 900)
    assert len(str(problem)) <= LONGEST
    assert str(problem).isprintable()


def test_the_nearest_name_is_told_also_when_the_list_is_folded():
    told = one_of([f"name_{n}" for n in range(500)], "name_499x")
    assert told.endswith("; did you mean 'name_499'?")
    assert len(told) < LONGEST


def test_a_thousand_mistakes_are_told_as_a_hundred_and_the_rest(tmp_path):
    lines = problems_in(tmp_path, TINY + "\n[[variant]]\nplaces = -1" * 1000)
    assert len(lines) == 101
    assert lines[-1] == "s.toml: at least 900 more mistakes; mend these first"


def test_tables_in_memory_pass_the_same_gate():
    raw = {"scenario": {"years": 1}, "demand": [{"profile": "p\u202e", "per_year": 1}]}
    with pytest.raises(ValueError, match=r"demand.*U\+202E"):
        parse(raw)
