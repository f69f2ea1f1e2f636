"""A list of points in a file: CSV with a column for each path and a row for each point."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, Final

from flowsim.errors import Problem, Said, ScenarioError, msg, reason_of
from flowsim.scenario import paths
from flowsim.scenario.toml_read import value_of

_SEPARATORS: Final = (";", "\t", ",")


def read_points(file: Path) -> list[dict[str, Any]]:
    """Read points; a value is written as after ``--vary path=``.

    Columns are apart by a comma, a semicolon or a tab, whichever the first line has.

    Raises
    ------
    ScenarioError
        With every problem of the file as a table.
    """
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise ScenarioError([_problem(file, msg("cannot be read: {why}", why=reason_of(error)),
                                      msg("a CSV file"))]) from error  # fmt: skip
    except UnicodeDecodeError as error:
        raise ScenarioError([_problem(file, msg("no text in UTF-8"),
                                      msg("save it as CSV in UTF-8"))]) from error  # fmt: skip
    first = text.partition("\n")[0]
    separator = next((sign for sign in _SEPARATORS if sign in first), ",")
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        raise ScenarioError([_problem(file, msg("no CSV: {why}", why=str(error)),
                                      msg("a CSV file"))]) from error  # fmt: skip
    header, *rows = [[cell.strip() for cell in line] for line in lines if any(line)] or [[]]
    problems = _wrong(file, header, rows)
    if problems:
        raise ScenarioError(problems)
    names = [paths.canonical(name) for name in header]
    return [dict(zip(names, map(_value, row), strict=True)) for row in rows]


def _value(cell: str) -> Any:
    return value_of(cell) if cell else ""


def _wrong(file: Path, header: list[str], rows: list[list[str]]) -> list[Problem]:
    problems = []
    for name in header:
        if paths.split(name) is None:
            allowed = msg("the first line has a path in each column, such as {path}",
                          path="variant.bw.places")  # fmt: skip
            problems.append(_problem(file, msg("the column {name!r}", name=name), allowed))
    for i, name in enumerate(header):
        for other in header[:i]:
            if paths.overlap(paths.canonical(name), paths.canonical(other)):
                found = msg("the columns {other!r} and {name!r}", other=other, name=name)
                problems.append(_problem(file, found, msg("give each path once")))
    for number, row in enumerate(rows, 1):
        if len(row) != len(header):
            found = msg("point {n} has {cells} values", n=number, cells=len(row))
            allowed = msg("as many as there are columns: {columns}", columns=len(header))
            problems.append(_problem(file, found, allowed))
    if not rows:
        problems.append(_problem(file, msg("no points"), msg("a line for each point")))
    return problems


def _problem(file: Path, found: Said, allowed: Said) -> Problem:
    return Problem(file=str(file), path="", found=found, allowed=allowed)
