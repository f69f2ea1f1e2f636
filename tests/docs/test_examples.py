"""Examples in the pages, the help and the docstrings: read, and run where that is quick."""

from __future__ import annotations

import doctest
import inspect
import re
import shlex
import shutil
import textwrap
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
from click.testing import CliRunner

import flowsim
from flowsim.cli import COMMANDS, main
from tests.experiment.tiny_worlds import TINY, tiny

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("scenarios/**/*.md"),
     *ROOT.glob("results/*.md")]
)  # fmt: skip
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.M | re.S)
LANGUAGES = {"python", "toml", "sh", "text", "json", ""}


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Yield page and text of every block of code in a language."""
    for page in PAGES:
        for _, name, text in FENCE.findall(page.read_text("utf-8")):
            if name == language:
                yield str(page.relative_to(ROOT)), textwrap.dedent(text)


def said(found: Iterator[tuple[str, str]]) -> list[object]:
    """Make a test of each, named after its page and how manieth it is."""
    return [pytest.param(text, id=f"{page}-{number}") for number, (page, text) in enumerate(found)]


def test_every_block_is_in_a_language_that_is_read_here():
    for page in PAGES:
        text = page.read_text("utf-8")
        assert {name for _, name, _ in FENCE.findall(text)} <= LANGUAGES, page
        assert text.count("```") == 2 * len(FENCE.findall(text)), page


# ---------------------------------------------------------------- scenarios
def is_whole(text: str) -> bool:
    """Tell whether a block is a scenario: with what happens in it, or on top of another."""
    return "extends" in text or ("[scenario]" in text and "[[demand]]" in text)


@pytest.mark.parametrize("text", said(blocks("toml")))
def test_a_scenario_in_a_page_is_sound_and_a_part_of_one_holds_keys_that_there_are(text, tmp_path):
    """One that extends ``base.toml`` is put beside the base of Drenthe."""
    assert tomllib.loads(text)
    if not is_whole(text) and not text.startswith("["):
        return  # a line of some table
    for name in ("base.toml", "sources.toml"):
        shutil.copy(ROOT / "scenarios" / "drenthe" / name, tmp_path)
    (tmp_path / "page.toml").write_text(text, "utf-8")
    ran = CliRunner(env={"FLOWSIM_LANG": "en"}).invoke(
        main, ["validate", str(tmp_path / "page.toml")]
    )
    assert ran.exit_code == (0 if is_whole(text) else 2), ran.output
    assert "unknown key" not in ran.stderr


# ---------------------------------------------------------------- commands
class Call(NamedTuple):
    """A command as it is shown somewhere, without the word flowsim."""

    where: str
    in_full: bool
    """In a block of its own, where one copies it from; else mentioned in a sentence."""
    words: tuple[str, ...]


def calls() -> Iterator[Call]:
    """Yield every command that pages and help show."""
    for page, text in blocks("sh"):
        for line in joined(text):
            yield Call(page, True, written(line))
    for page in PAGES:
        text = FENCE.sub("", page.read_text("utf-8"))
        for span in re.findall(r"`(?:python3 dev\.py )?(flowsim [^`]+)`", text):
            yield Call(str(page.relative_to(ROOT)), False, written(" ".join(span.split())))
    for name in ("", *COMMANDS):
        command = import_module(f"flowsim.cli.{name}").command if name else main
        for line in joined(inspect.cleandoc(command.help or "")):
            if line.startswith("  flowsim "):
                yield Call(f"help of {name or 'flowsim'}", True, written(line))


def joined(text: str) -> list[str]:
    """Return the lines of a text, each with those that a backslash adds to it."""
    return re.sub(r"\\\n *", " ", text).splitlines()


def written(line: str) -> tuple[str, ...]:
    """Return the words after ``flowsim`` of a line; none where it is another command."""
    words = shlex.split(line, comments=True)
    for sign in ("|", ">"):
        words = words[: words.index(sign)] if sign in words else words
    if words[:2] == ["python3", "dev.py"]:
        words = words[2:]
    return tuple(words[1:]) if words[:1] == ["flowsim"] else ()


def a_command(call: Call) -> bool:
    """Tell commands from what only looks like one: ``flowsim ...`` and ``flowsim COMMAND``."""
    return bool(call.words) and call.words[0] != "..." and "COMMAND" not in call.words


CALLS = sorted({call for call in calls() if a_command(call)})
MADE_BY_THE_READER = {"scenarios/drenthe/housing_first.toml"}
"""Files that a page lets its reader write."""
QUICK = ("validate", "show", "schema")


def test_examples_of_every_command_are_found():
    assert {call.words[0] for call in CALLS if call.in_full} >= set(COMMANDS)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(call.words))
def test_a_command_that_is_shown_can_be_called_so(call):
    """Options and their values are understood, and the shipped files that it names are there."""
    name, *words = call.words
    with click.Context(main, info_name="flowsim") as context:
        command = main if name.startswith("-") else main.get_command(context, name)
        assert command is not None, call
        known = {
            one
            for param in command.get_params(context)
            for one in (*param.opts, *param.secondary_opts)
        }
        assert {one for one in call.words if re.match("--?[a-z]", one)} <= known, call
        if call.in_full and not {"--help", "--version"} & set(call.words):
            command.make_context(name, words, parent=context)
    for word in words:
        if word.startswith("scenarios/") and "*" not in word and word not in MADE_BY_THE_READER:
            assert (ROOT / word).exists(), call


def is_quick(words: tuple[str, ...]) -> bool:
    """Tell whether a command can be run here as it stands, in no time."""
    files = [word for word in words[1:] if word.startswith("scenarios/")]
    there = all((ROOT / file).exists() for file in files)
    return words[0] in QUICK and there and (bool(files) or words == ("schema",))


@pytest.mark.parametrize(
    "words", sorted({call.words for call in CALLS if is_quick(call.words)}), ids=" ".join
)
def test_a_quick_command_that_is_shown_works(words, monkeypatch):
    monkeypatch.chdir(ROOT)
    ran = CliRunner().invoke(main, words)
    assert (ran.exit_code, ran.stderr) == (0, "")


# ---------------------------------------------------------------- Python
def names() -> dict[str, Any]:
    """Return what an example may take as given: flowsim, two small scenarios and a file."""
    two = "scenario.replications=2"
    return {"flowsim": flowsim, "base": tiny("base", two), "more": tiny("more_dwellings", two),
            "file": TINY / "base.toml"}  # fmt: skip


def python() -> Iterator[Any]:
    """Make a test of every block of Python: its module, and its text.

    A block of its own runs as it stands. One in a list of steps is a part of a module: it is read,
    and runs in that module where ``<!-- in: MODULE -->`` stands before it.
    """
    for page in PAGES:
        for number, (module, indent, _, text) in enumerate(PYTHON.findall(page.read_text("utf-8"))):
            marks = [pytest.mark.slow] if re.search(r"scenarios/|jobs=", text) else []
            name = f"{page.relative_to(ROOT)}-{number}"
            yield pytest.param(module, indent, textwrap.dedent(text), id=name, marks=marks)


PYTHON = re.compile(r"(?:^ *<!-- in: ([\w.]+) -->\n)?^( *)```(python)\n(.*?)^\2```$", re.M | re.S)


@pytest.mark.parametrize(("module", "indent", "text"), list(python()))
def test_python_in_a_page_runs(module, indent, text, monkeypatch):
    monkeypatch.chdir(ROOT)
    code = compile(text.replace("replications=30", "replications=2"), "page", "exec")
    if module:
        exec(code, vars(import_module(module)).copy())
    elif not indent:
        exec(code, names())


def modules() -> list[str]:
    """Return every module of the product that shows an example in a docstring."""
    source = Path(flowsim.__file__).parent
    return [
        ".".join(("flowsim", *path.relative_to(source).with_suffix("").parts))
        for path in sorted(source.rglob("*.py"))
        if ">>> " in path.read_text("utf-8")
    ]


@pytest.mark.parametrize("name", modules())
def test_the_examples_in_docstrings_say_what_happens(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    module = import_module(name)
    runner = doctest.DocTestRunner()
    for one in doctest.DocTestFinder().find(module, name, extraglobs=names()):
        runner.run(one)
    done = runner.summarize(verbose=False)
    assert done.failed == 0
    assert done.attempted > 0
