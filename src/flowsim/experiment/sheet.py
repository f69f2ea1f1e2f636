"""The JSON of a reporting sheet, each value of its own type, and all that is wrong with it.

Who has a sheet may have changed anything in it; nothing is read as another type than it has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError

from flowsim.errors import Problem, Said, ScenarioError, clipped, msg, plain_number, verbatim
from flowsim.scenario.again import Called
from flowsim.scenario.files import MAX_DEPTH
from flowsim.scenario.problems import not_too_many, problems_of
from flowsim.scenario.toml_text import Written

FORM: Final = "flowsim study 1"


class _Strict(BaseModel):
    """A table of a sheet."""

    model_config = ConfigDict(frozen=True, strict=True)


class SheetScenario(_Strict):
    """A scenario of a sheet."""

    name: str
    called: Called
    set: list[str]
    chain: Annotated[
        list[Annotated[tuple[str, Annotated[int, Field(ge=0)]], Strict(False)]],
        Field(min_length=1, max_length=MAX_DEPTH),
    ]
    """Name of each file, and its number in the list of files."""


class Sheet(_Strict):
    """A study as a sheet says it."""

    sha256: str
    seed: int
    replications: int
    code_sha256: str
    own: str
    runs_sha256: str
    scenarios: list[SheetScenario]
    files: list[dict[str, Any]]


def sheet_of(text: str, file: str) -> Sheet:
    """Return what the last block says that is of a study.

    Parameters
    ----------
    text
        The sheet.
    file
        What it is called in a message.

    Raises
    ------
    ScenarioError
        With all that is wrong with it.
    """
    for first, found in reversed(list(_blocks(text))):
        try:
            said = json.loads(found, parse_float=Written, parse_constant=Written,
                              object_pairs_hook=_once)  # fmt: skip
        except (ValueError, RecursionError) as error:
            if FORM in found:
                raise _no_json(file, first, error) from None
            continue
        if isinstance(said, dict) and said.get("form") == FORM:
            return _typed(said, file)
    raise _refused(file, msg("there is no study in it"),
                   msg("a block of JSON that says {form!r}", form=FORM))  # fmt: skip


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield each block of JSON that ends, and the number of its first line."""
    inside: list[str] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if inside is None:
            inside = [] if line == "```json" else None
        elif line == "```":
            yield number - len(inside), "\n".join(inside)
            inside = None
        else:
            inside.append(line)


class _Twice(ValueError):
    """A key that stands twice in one table."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for key, value in pairs:
        if key in said:
            raise _Twice(key)
        said[key] = value
    return said


def _no_json(file: str, first: int, error: ValueError | RecursionError) -> ScenarioError:
    match error:
        case RecursionError():
            return too_deep(file)
        case _Twice():
            found = msg("{name!r} stands there twice", name=clipped(str(error), 100))
            return _refused(file, found, msg("write it once"))
        case json.JSONDecodeError():
            found = msg("not JSON at line {line}", line=first + error.lineno - 1)
            return _refused(file, found, msg("it must be as flowsim wrote it"))
        case _:
            found = msg("a number of thousands of digits")
            return _refused(file, found, msg("a smaller number"))


def _typed(said: dict[str, Any], file: str) -> Sheet:
    """Return what a block says, each value of its own type."""
    try:
        sheet = Sheet.model_validate(said)
    except ValidationError as error:
        problems = problems_of(error, said, lambda _: file)
        raise ScenarioError(not_too_many(problems)) from None
    there = len(sheet.files)
    allowed = msg("expected a number below {number}", number=plain_number(there))
    problems = [
        Problem(file=file, path=f"scenarios.{at}.chain", found=verbatim(number), allowed=allowed)
        for at, one in enumerate(sheet.scenarios, 1)
        for _, number in one.chain
        if number >= there
    ]
    if problems:
        raise ScenarioError(not_too_many(problems))
    return sheet


def too_deep(file: str) -> ScenarioError:
    """Return what is said of brackets that cannot be walked."""
    found = msg("brackets within brackets, hundreds deep")
    return _refused(file, found, msg("no key of the language is that deep"))


def _refused(file: str, found: Said, allowed: Said) -> ScenarioError:
    return ScenarioError([Problem(file=file, path="", found=found, allowed=allowed)])
