"""Whatever people are told is said with `msg` or `say`, so that it can be said in Dutch."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

import flowsim
from flowsim.errors import LONGEST, Number, Said, ScenarioError
from flowsim.report.wording import wording
from flowsim.scenario import load
from tests.scenario import mutations
from tests.scenario.tiny import changed

SOURCE = Path(flowsim.__file__).parent
MISTAKES = Path(__file__).parents[1] / "scenario" / "mistakes.toml"
NL = wording("nl")

TELLS = {
    "Problem": ("found", "allowed"),
    "BalanceLine": (0, 4, "what", "note"),
    "EngineError": (0,),
    "OutputError": (0,),
    "UsageError": (0,),
    "BadParameter": (0,),
    "warning": (0,),
    "echo": (0,),
    "print": (0,),
    "fail": (0,),
    "add_column": (0,),
}
"""What tells people something, and which of its arguments are words."""


def words_in(node):
    """Yield the literal words of an argument outside `msg`, `say` and other calls."""
    if isinstance(node, ast.Call):
        return
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    if any(len(word) > 1 and word.isalpha() for word in text.split()):
        yield text
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.Subscript) and child is node.slice):
            yield from words_in(child)


def given_to(function):
    """Return the values that each local name of a function may stand for."""
    given = {}
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) or node.value is None:
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=False)
            for one, value in pairs:
                given.setdefault(getattr(one, "id", ""), []).append(value)
    return given


def told(tree):
    """Yield every argument that people are told, and what a local name in its place stands for."""
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        given = given_to(function)
        for node in ast.walk(function):
            if not isinstance(node, ast.Call):
                continue
            wanted = TELLS.get(getattr(node.func, "attr", getattr(node.func, "id", "")), ())
            arguments = [argument for at, argument in enumerate(node.args) if at in wanted]
            arguments += [one.value for one in node.keywords if one.arg in wanted]
            for argument in arguments:
                yield argument
                yield from given.get(getattr(argument, "id", None), ())


def bare_words(text):
    return sorted({words for one in told(ast.parse(text)) for words in words_in(one)})


@pytest.mark.parametrize(
    "path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE))
)
def test_nobody_is_told_a_bare_text(path):
    assert bare_words(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("click.echo('Stopped by you.')", ["Stopped by you."]),
        ("click.echo(f'{n} sources')", [" sources"]),
        ("yield Problem(file=file, path='', found='a folder', allowed=msg('no'))", ["a folder"]),
        (
            "found, allowed = f'no {x}', msg('y')\n    Problem(found=found, allowed=allowed)",
            ["no "],
        ),
        ("what = 'it is' if y else msg('z')\n    raise EngineError(what)", ["it is"]),
        ("click.echo(say('Stopped by you.'))", []),
        ("click.echo(f'{file}: {say(text)}')", []),
    ],
)
def test_a_bare_text_is_found(code, words):
    assert bare_words(f"def f():\n    {code}\n") == words


# ---------------------------------------------------------------- every mistake, in Dutch
CASES = [one for listed in tomllib.loads(MISTAKES.read_text("utf-8")).values() for one in listed]


def templates(text):
    """Yield the templates of a message and of the messages inside it."""
    if not isinstance(text, Said) or isinstance(text, Number):
        return
    yield text.template
    for value in text.values.values():
        for part in value if isinstance(value, tuple) else [value]:
            yield from templates(part)


def as_it_stands(text):
    """Yield the parts of a message that no language changes."""
    for value in text.values.values() if isinstance(text, Said) else ():
        for part in value if isinstance(value, tuple) else [value]:
            if isinstance(part, Said):
                yield from as_it_stands(part)
            elif not text.template:
                yield str(part)


def assert_all_dutch(problem):
    """What is allowed is in our words: no text of another library comes through."""
    for text in (problem.found, problem.allowed):
        assert {"", *NL.catalogue.texts} >= {*templates(text)}
    assert not [text for text in as_it_stands(problem.allowed) if re.search("[a-z]{2}", text)]
    assert len(NL.problem(problem)) <= LONGEST


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["mistake"])
def test_every_mistake_is_said_in_dutch(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("s.toml").write_text(changed(*case["change"]), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load("s.toml")
    for problem in caught.value.problems:
        assert_all_dutch(problem)
        assert NL.problem(problem).startswith("s.toml: ")


def test_whatever_is_wrong_is_said_in_dutch(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = set()
    for data in mutations.files(250, seed=5):
        Path("s.toml").write_bytes(data)
        try:
            load("s.toml")
        except ScenarioError as error:
            for problem in error.problems:
                assert_all_dutch(problem)
                told |= {problem.found.template, problem.allowed.template}
    assert len(told) > 40, "many kinds of mistakes were made"
