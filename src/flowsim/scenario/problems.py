"""From pydantic's errors to one clear problem for each mistake."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from flowsim.errors import Problem, Said, clipped, joined, msg, one_of, plain_number, verbatim
from flowsim.scenario import paths
from flowsim.scenario.model import BLOCK_KEYS, Scenario
from flowsim.scenario.raw import plain
from flowsim.scenario.toml_hints import Wanted, of_value, share_of
from flowsim.scenario.toml_text import as_found, toml

_NUMBER = msg("a number")
_WHOLE = msg("a whole number")
_DATE = msg("a date such as 2026-01-01")
_LIST = msg("a list in [brackets]")
_TABLE = msg("a table { key = value }")
_WORDS = {
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "string_type": msg('a text in "quotes"'),
    "bool_type": msg("true or false"),
    "date_type": _DATE,
    "date_from_datetime_inexact": _DATE,
    "date_from_datetime_parsing": _DATE,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _TABLE,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "finite_number": msg("a finite number"),
    "string_pattern_mismatch": msg(
        'letters, digits, "_", "." and "-", the first a letter or a digit'
    ),
}
_BOUNDS = ("ge", "gt", "le", "lt")

MOST_FOUND = 1000
"""More mistakes than are looked at, of one kind."""


def problems_of(
    error: ValidationError, raw: Mapping[str, Any], file_of: Callable[[str], str]
) -> list[Problem]:
    """Translate every pydantic error into a problem with its file, path and remedy."""
    problems: list[Problem] = []
    for one in error.errors(include_url=False)[:MOST_FOUND]:
        loc, kind = tuple(one["loc"]), one["type"]
        path = path_of(loc, raw)
        found, allowed = _short(one["input"]), _allowed(kind, one.get("ctx", {}), loc, one)
        allowed = _with_hint(one["input"], allowed, kind, file_of(path))
        if kind == "extra_forbidden":
            found = msg("unknown key {key!r}", key=str(loc[-1]))
        elif kind == "missing" and isinstance(loc[-1], int):
            path = path_of(loc[:-1], raw)
            problems = [p for p in problems if p.path != path]
        elif kind == "missing":
            found = msg("missing")
        elif kind == "flowsim":
            found = one["ctx"]["found"]
        problems.append(Problem(file=file_of(path), path=path, found=found, allowed=allowed))
    meant = {_beside(p.path, key) for p in problems if (key := _misspelt(p)) is not None}
    return [p for p in problems if p.found != "missing" or p.path not in meant]


def _beside(path: str, key: str) -> str:
    """Return the path of another key of the same table."""
    return paths.join([*(paths.split(path) or [""])[:-1], key])


def _allowed(
    kind: str, context: Mapping[str, Any], loc: tuple[int | str, ...], error: Mapping[str, Any]
) -> Said:
    """Say what is allowed where pydantic found an error of some kind."""
    last = loc[-1] if loc else ""
    for bound in _BOUNDS:
        if bound in context:
            said, value = _bounded(bound, plain_number(context[bound])), error["input"]
            percent = bound == "le" and context[bound] == 1 and 2 <= value <= 100
            return joined((said, share_of(value)), "; ") if percent else said
    match kind:
        case "extra_forbidden":
            return one_of(_fields(loc[:-1]), str(last))
        case "missing" if isinstance(last, int):
            return msg("expected a list of {n}", n=last + 1)
        case "missing":
            return msg("give {key!r}", key=last)
        case "too_long":
            return msg("expected a list of {n}", n=context["max_length"])
        case "too_short":
            return msg("expected at least {n}", n=context["min_length"])
        case "flowsim":
            allowed = context["allowed"]
            assert isinstance(allowed, Said)
            return allowed
        case "literal_error":
            expected = str(context["expected"]).replace(" or ", ",")
            return one_of([part.strip("' ") for part in expected.split(",")], str(error["input"]))
        case "tuple_type" if last in BLOCK_KEYS:
            return _as_blocks(str(last), error["input"])
        case _:
            return msg("expected {what}", what=_WORDS.get(kind) or verbatim(_tidy(error["msg"])))


def _as_blocks(kind: str, found: Any) -> Said:
    """Say how a block is headed, and with the first part of ``[kind.name]`` how it is named."""
    said = msg("write [[{kind}]] above each block", kind=kind)
    if not isinstance(found, Mapping) or not found or BLOCK_KEYS[kind] in found:
        return said
    name = next(iter(found))
    if not isinstance(found[name], Mapping):
        return said
    line = f"{BLOCK_KEYS[kind]} = {toml(str(name))}"
    return joined((said, msg("and {line} below it", line=line)), ", ")


_NO_VALUE = (
    "extra_forbidden", "missing", "string_type", "literal_error", "model_type", "dict_type",
)  # fmt: skip
"""Kinds of mistake that are not about how a value is written."""


_WANTED: Final[Mapping[str, Wanted]] = {
    "date_type": "date",
    "date_from_datetime_inexact": "date",
    "date_from_datetime_parsing": "date",
    "bool_type": "truth",
}


def _with_hint(found: Any, allowed: Said, kind: str, file: str) -> Said:
    """Say also what to write, where a text or a table holds a number in another notation."""
    value, wanted = plain(found), _WANTED.get(kind, "number")
    texts = [value, *(value.values() if isinstance(value, Mapping) else ())]
    quoted = not file.startswith("--set")
    hints = (of_value(text, wanted, quoted=quoted) for text in texts if isinstance(text, str))
    hint = next((one for one in hints if one is not None), None)
    return allowed if hint is None or kind in _NO_VALUE else joined((allowed, hint), "; ")


def _bounded(bound: str, number: Said) -> Said:
    match bound:
        case "ge":
            return msg("expected a number of at least {number}", number=number)
        case "gt":
            return msg("expected a number above {number}", number=number)
        case "le":
            return msg("expected a number of at most {number}", number=number)
        case _:
            return msg("expected a number below {number}", number=number)


MOST_TOLD = 100
"""More mistakes than anyone reads at once."""


def not_too_many(problems: list[Problem]) -> list[Problem]:
    """Return the first problems, and how many more there are."""
    if len(problems) <= MOST_TOLD:
        return problems
    found = msg("at least {n} more mistakes", n=len(problems) - MOST_TOLD)
    more = Problem(file=problems[-1].file, path="", found=found, allowed=msg("mend these first"))
    return [*problems[:MOST_TOLD], more]


def covered(problem: Problem, reported: Iterable[Problem]) -> bool:
    """Tell whether a problem was already reported: at its path, above it, or as a misspelt key.

    A key that is missing because it was misspelt is one mistake, not two; so is a range of which
    an end was refused.
    """
    return any(
        problem.path == one.path
        or (problem.path.endswith(".range") and one.path.startswith(f"{problem.path}."))
        or problem.path.startswith(f"{one.path}.")
        or (one.path.startswith(f"{problem.path}.") and _misspelt(one) in _words(problem))
        for one in reported
    )


def _misspelt(problem: Problem) -> str | None:
    """Return the key that was probably meant, if the problem is an unknown key."""
    near = problem.allowed.values.get("near")
    return str(near) if near is not None and problem.found.startswith("unknown key") else None


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
            parts.append(paths.part(name) if isinstance(name, str) and name else str(key + 1))
        elif key == "[key]":
            continue
        else:
            parts.append(paths.part(key))
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


def _short(value: object) -> Said:
    return verbatim(clipped(as_found(value), 60))


def _tidy(message: str) -> str:
    return message.removeprefix("Input should be ").removeprefix("Value error, ")
