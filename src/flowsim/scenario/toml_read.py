"""From the text of a file, or of a value on the command line, to tables."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from flowsim.errors import Problem, Said, ScenarioError, msg
from flowsim.scenario.toml_errors import not_toml
from flowsim.scenario.toml_hints import hint
from flowsim.scenario.toml_text import Written

MAX_PARTS: Final = 32
"""The reader of TOML takes a time that grows with the square of the parts of a key."""
_PART: Final = r"(?:[\w-]{1,99}|\"(?:[^\"\\]|\\.){0,99}\"|'[^']{0,99}')"
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
        return tomllib.loads(text, parse_float=Written)
    except tomllib.TOMLDecodeError as error:
        found, allowed = not_toml(error), msg("mend the file there")
        known = hint(text, error)
        if known is not None:
            found, allowed = msg("not TOML at line {line}", line=known[0]), known[1]
        raise _refused(file, found, allowed) from None
    except RecursionError:
        found = msg("brackets within brackets, hundreds deep")
        raise _refused(file, found, msg("no key of the language is that deep")) from None
    except ValueError:
        found = msg("a number of thousands of digits")
        raise _refused(file, found, msg("a smaller number")) from None


def value_of(written: str) -> Any:
    """Read a value as a file would write it; what is no TOML is the text itself."""
    try:
        found = parse_toml(f"value = {written}", "")
    except ScenarioError:
        return written.strip()
    return found["value"] if len(found) == 1 else written.strip()


def _refused(file: str, found: Said, allowed: Said) -> ScenarioError:
    return ScenarioError([Problem(file=file, path="", found=found, allowed=allowed)])
