"""From pydantic's errors to one clear problem for each mistake."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from flowsim.errors import Problem, one_of
from flowsim.scenario.model import BLOCK_KEYS, Scenario

_WORDS = {
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": 'a text in "quotes"',
    "bool_type": "true or false",
    "date_type": "a date such as 2026-01-01",
    "date_from_datetime_inexact": "a date such as 2026-01-01",
    "tuple_type": "a list in [brackets]",
    "list_type": "a list in [brackets]",
    "dict_type": "a table { key = value }",
    "model_type": "a table { key = value }",
    "model_attributes_type": "a table { key = value }",
    "finite_number": "a finite number",
    "string_pattern_mismatch": 'letters, digits, "_", "." and "-", the first a letter or a digit',
}
_BOUNDS = {
    "greater_than_equal": ("ge", "a number of at least"),
    "greater_than": ("gt", "a number above"),
    "less_than_equal": ("le", "a number of at most"),
    "less_than": ("lt", "a number below"),
}


def problems_of(
    error: ValidationError, raw: Mapping[str, Any], file_of: Callable[[str], str]
) -> list[Problem]:
    """Translate every pydantic error into a problem with its file, path and remedy."""
    problems: list[Problem] = []
    for one in error.errors(include_url=False):
        loc = tuple(one["loc"])
        path = path_of(loc, raw)
        kind = one["type"]
        found: str = _short(one["input"])
        allowed: str
        if kind == "extra_forbidden":
            found, allowed = f"unknown key {loc[-1]!r}", one_of(_fields(loc[:-1]), str(loc[-1]))
        elif kind == "missing" and isinstance(loc[-1], int):
            path, found = path_of(loc[:-1], raw), _short(one["input"])
            allowed = f"expected a list of {loc[-1] + 1}"
            problems = [p for p in problems if p.path != path]
        elif kind == "too_long":
            allowed = f"expected a list of {one['ctx']['max_length']}"
        elif kind == "too_short":
            allowed = f"expected at least {one['ctx']['min_length']}"
        elif kind == "missing":
            found, allowed = "missing", f"give {loc[-1]!r}"
        elif kind == "flowsim":
            found, _, allowed = one["msg"].partition("|")
        elif kind == "literal_error":
            expected = str(one["ctx"]["expected"]).replace(" or ", ",")
            names = [part.strip("' ") for part in expected.split(",")]
            allowed = one_of(names, str(one["input"]))
        elif kind in _BOUNDS:
            bound, words = _BOUNDS[kind]
            allowed = f"expected {words} {one['ctx'][bound]:g}"
        elif kind == "tuple_type" and loc[-1] in BLOCK_KEYS:
            allowed = f"write [[{loc[-1]}]] above each block"
        else:
            allowed = f"expected {_WORDS.get(kind, _tidy(one['msg']))}"
        problems.append(Problem(file=file_of(path), path=path, found=found, allowed=allowed))
    return problems


def covered(problem: Problem, reported: Iterable[Problem]) -> bool:
    """Tell whether a problem was already reported: at its path, above it, or as a misspelt key.

    A key that is missing because it was misspelt is one mistake, not two.
    """
    return any(
        problem.path == one.path
        or problem.path.startswith(f"{one.path}.")
        or (one.path.startswith(f"{problem.path}.") and _misspelt(one) in _words(problem))
        for one in reported
    )


def _misspelt(problem: Problem) -> str | None:
    """Return the key that was probably meant, if the problem is an unknown key."""
    _, near, key = problem.allowed.partition("; did you mean ")
    return key.strip("'?") if near and problem.found.startswith("unknown key") else None


def _words(problem: Problem) -> set[str]:
    return set(f"{problem.found} {problem.allowed}".replace(",", " ").split())


def path_of(loc: tuple[int | str, ...], raw: Any) -> str:
    """Write a location with the names of blocks instead of their numbers."""
    parts: list[str] = []
    at, kind = raw, ""
    for key in loc:
        if isinstance(key, int):
            at = at[key] if isinstance(at, list | tuple) and key < len(at) else None
            name = at.get(BLOCK_KEYS.get(kind, "variant")) if isinstance(at, dict) else None
            parts.append(name if isinstance(name, str) else str(key + 1))
        elif key == "[key]":
            continue
        else:
            parts.append(key)
            kind = key
            at = at.get(key) if isinstance(at, dict) else None
    return ".".join(parts)


def _fields(loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are known at a location."""
    model: type[BaseModel] = Scenario
    for key in loc:
        if isinstance(key, str) and key in model.model_fields:
            inner = _model_in(model.model_fields[key].annotation)
            if inner is None:
                return []
            model = inner
    return list(model.model_fields) + (["extends"] if model is Scenario else [])


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, types.UnionType, tuple, Annotated, dict):
        for inner in get_args(annotation):
            if (model := _model_in(inner)) is not None:
                return model
    return None


def _short(value: object) -> str:
    text = str(value) if isinstance(value, date) else repr(value)
    if isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= 60 else text[:57] + "..."


def _tidy(message: str) -> str:
    return message.removeprefix("Input should be ").removeprefix("Value error, ")
