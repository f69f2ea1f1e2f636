"""From the text of a file, or of a value on the command line, to tables."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from flowsim.errors import Problem, Said, ScenarioError, msg
from flowsim.scenario.model import BLOCK_KEYS
from flowsim.scenario.toml_errors import not_toml
from flowsim.scenario.toml_hints import hint, pluses
from flowsim.scenario.toml_text import Written

MAX_PARTS: Final = 32
"""The reader of TOML takes a time that grows with the square of the parts of a key."""
MOST_SLIPS: Final = 20
"""As many lines with a known slip are told at once, of a text shorter than `LONG`."""
LONG: Final = 50_000
_KEY: Final = re.compile(r"\s*[\w.\"'-]+\s*[=:]")
_PART: Final = r"(?:[\w-]{1,99}|\"(?:[^\"\\]|\\.){0,99}\"|'[^']{0,99}')"
_HEADING: Final = re.compile(
    rf"\s*(?P<open>\[\[?)\s*(?P<kind>{'|'.join((*BLOCK_KEYS, 'change'))})\s*\]"
)
"""The heading of a block, in the brackets of a list or of a table."""
_LONG_KEY = re.compile(rf"(?<![\w-])(?:{_PART}[ \t]*\.[ \t]*){{{MAX_PARTS}}}", re.ASCII)


def parse_toml(text: str, file: str) -> dict[str, Any]:
    """Return the tables of a TOML text; numbers with a point remember how they are written.

    Raises
    ------
    ScenarioError
        When it is not TOML, with a hint where the mistake is a known one.
    """
    if any(line.count(".") >= MAX_PARTS and _LONG_KEY.search(line) for line in text.split("\n")):
        raise _refused(file, msg("a key of more than {n} parts", n=MAX_PARTS), msg("mend it"))
    try:
        read = tomllib.loads(text, parse_float=Written)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(_slips(text, file, error)) from None
    except RecursionError:
        found = msg("brackets within brackets, hundreds deep")
        raise _refused(file, found, msg("no key of the language is that deep")) from None
    except ValueError:
        found = msg("a number of thousands of digits")
        raise _refused(file, found, msg("a smaller number")) from None
    signed = [_at(file, number, line, hint) for number, line, hint in pluses(text)]
    if signed:
        raise ScenarioError(signed)
    return read


def _slips(text: str, file: str, error: tomllib.TOMLDecodeError) -> list[Problem]:
    """Return what is wrong with a text that is no TOML: every known slip, or what is unknown.

    A known slip is told and its line left out, so that the next one is found in the same run.
    """
    problems: list[Problem] = []
    lines = text.split("\n")
    most = MOST_SLIPS if len(text) < LONG else 1
    wrong: tomllib.TOMLDecodeError | None = error
    while wrong is not None and len(problems) < most:
        known = hint("\n".join(lines), wrong)
        if known is None:
            break
        number, line, allowed = known
        found = msg("not TOML at line {line}", line=f"{number}: {line}")
        problems.append(Problem(file=file, path="", found=found, allowed=allowed))
        if _KEY.match(lines[number - 1]) is None:
            break
        lines[number - 1] = ""
        wrong = _error_in("\n".join(lines))
    if not problems:
        found, allowed = not_toml(error), msg("mend the file there")
        single = _single_heading(text)
        if single is not None:
            number, kind = single
            found = msg("not TOML at line {line}", line=f"{number}: [{kind}]")
            allowed = msg("write [[{kind}]] above each block", kind=kind)
        problems.append(Problem(file=file, path="", found=found, allowed=allowed))
    return problems


def _at(file: str, number: int, line: str, allowed: Said) -> Problem:
    found = msg("line {line}", line=f"{number}: {line}")
    return Problem(file=file, path="", found=found, allowed=allowed)


def _single_heading(text: str) -> tuple[int, str] | None:
    """Return the line and kind of a block in single brackets beside others of its kind."""
    headings = [
        (number, found["kind"], found["open"])
        for number, line in enumerate(text.split("\n"), 1)
        if (found := _HEADING.match(line)) is not None
    ]
    for number, kind, brackets in headings:
        if brackets == "[" and [one for _, one, _ in headings].count(kind) > 1:
            return number, kind
    return None


def _error_in(text: str) -> tomllib.TOMLDecodeError | None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return error
    except (RecursionError, ValueError):
        return None
    return None


def value_of(written: str) -> Any:
    """Read a value as a file would write it; what is no TOML is the text itself."""
    try:
        found = parse_toml(f"value = {written}", "")
    except ScenarioError:
        return written.strip()
    return found["value"] if len(found) == 1 else written.strip()


def _refused(file: str, found: Said, allowed: Said) -> ScenarioError:
    return ScenarioError([Problem(file=file, path="", found=found, allowed=allowed)])
