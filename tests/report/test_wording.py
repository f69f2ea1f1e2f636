"""Dutch and English say the same, and nothing is left unsaid."""

import ast
import copy
import pickle
import re
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import click
import pytest

import flowsim
from flowsim.cli import COMMANDS, main
from flowsim.cli.spoken import paragraphs
from flowsim.errors import Problem, joined, msg, number, one_of
from flowsim.experiment.quantities import homes
from flowsim.experiment.quantities.kinds import LEVEL
from flowsim.experiment.quantities.quantity import QUANTITIES
from flowsim.report import amounts, answer, besides, brief, labels, spreadsheets, turning, worst
from flowsim.report.charts import dwellings, people
from flowsim.report.wording import MONTHS, read_po, wording
from flowsim.titles import text_in

NL, EN = wording("nl"), wording("en")
CATALOGUE = read_po(files("flowsim.report").joinpath("locale/nl.po").read_text("utf-8"))

SAYING = ("say", "self", "msg")
"""Functions whose first argument is an English text that has a Dutch one."""

TABLES_OF_LABELS = (
    homes.ENDS,
    labels.BALANCE, labels.DWELLINGS, labels.RANGES, labels.UNITS, labels.METS,
    spreadsheets.AREAS, besides.GROUPS, answer.SURE, answer.SURE_WAIT,
    answer.SURE_LIST, amounts.ONE, turning.TURNS, worst.CHANCE,
)  # fmt: skip


def said_in_help():
    """Yield every text of the help pages."""
    yield from COMMANDS.values()
    for command in (main, *(import_module(f"flowsim.cli.{name}").command for name in COMMANDS)):
        yield from (words for words, _ in paragraphs(command))
        with command.make_context(command.name, ["--help"], resilient_parsing=True) as context:
            params = command.get_params(context)
            yield from command.collect_usage_pieces(context)
        yield from (one.help for one in params if isinstance(one, click.Option))
        yield from (one.metavar for one in params if one.metavar)


def said_in_code():
    """Every text that code says: ``say("...")``, ``msg("...")`` and the tables of labels."""
    found = {people.DESK_LABEL, dwellings.AXIS, *MONTHS, *LEVEL}
    for one in QUANTITIES:
        found |= {one.label, one.whom, one.part, one.unit, *one.words} - {"", "%"}
    for table in TABLES_OF_LABELS:
        found |= set(table.values())
    found |= set(said_in_help()) | set(amounts.ONE) | {answer.UNTOLD, answer.UNTOLD_WAIT}
    found |= {line.label for group in brief.GROUPS for line in group.lines}
    for path in Path(flowsim.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAYING:
                found |= {
                    arg.value
                    for arg in node.args[:1]
                    if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    return found


def test_everything_that_is_said_has_a_dutch_text_and_no_dutch_text_is_left_over():
    assert said_in_code() == set(CATALOGUE)
    assert all(CATALOGUE.values())


def placeholders(text):
    return sorted(set(re.findall(r"\{(\w+(?:!\w)?(?::[^{}]*)?)\}", text)))


def test_both_languages_fill_in_the_same_values():
    for english, dutch in CATALOGUE.items():
        assert placeholders(english) == placeholders(dutch)


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


ONE_OF = one_of(["bw", "bt"], "bz")


@pytest.mark.parametrize(
    ("text", "english", "dutch"),
    [
        (ONE_OF, "allowed: bw, bt; did you mean 'bw'?", "toegestaan: bw, bt; bedoelt u 'bw'?"),
        (one_of([]), "none is defined in this scenario", "in dit scenario is er geen"),
        (msg("from {low}", low=number(1234.5, 1)), "from 1,234.5", "vanaf 1.234,5"),
        (msg("from {low}", low=1234.5), "from 1,234.5", "vanaf 1.234,5"),
        (msg("from {low}", low=msg("base")), "from base", "vanaf basis"),
        (msg("from {low}", low={"x": 1, "y": 2}.keys()), "from x, y", "vanaf x, y"),
        (msg("from {low}", low=[msg("base"), "base"]), "from base, base", "vanaf basis, base"),
        (joined([msg("base"), "x"], "; "), "base; x", "basis; x"),
        ("base", "base", "base"),
    ],
)
def test_a_message_is_said_in_either_language_after_copying_and_pickling(text, english, dutch):
    for one in (text, copy.deepcopy(text), pickle.loads(pickle.dumps(text))):
        assert (one, EN.said(one), NL.said(one)) == (english, english, dutch)


def test_a_message_is_said_again_wherever_a_text_is_said():
    assert NL(ONE_OF) == NL.said(ONE_OF) != str(ONE_OF)
    assert NL("from {low}", low=msg("base")) == "vanaf basis"


def test_a_problem_is_said_on_one_line_with_its_paths_as_they_are():
    problem = Problem(file="a.toml", path="base", found=msg("base"), allowed=ONE_OF)
    assert str(problem) == EN.problem(problem) == f"a.toml: base: base; {ONE_OF}"
    assert NL.problem(problem) == f"a.toml: base: basis; {NL.said(ONE_OF)}"


def test_a_scenario_speaks_for_itself_in_the_language_it_has():
    assert text_in("nl", {"nl": "Meer", "en": "More"}, "more") == "Meer"
    assert text_in("en", None, "more") == "more"
    assert text_in("en", {"nl": "Meer"}, "more") == "Meer"


def test_a_catalogue_is_read_as_gettext_reads_it():
    text = '# note\nmsgid ""\nmsgstr "Language: nl\\n"\n\nmsgid "a "\n"b"\nmsgstr "c\\"d"\n'
    assert read_po(text) == {"a b": 'c"d'}
    with pytest.raises(ValueError, match="not a line"):
        read_po("nonsense")
