"""A scenario as raw tables: merged from files, overridden by paths, each value with its origin."""

from __future__ import annotations

import copy
import types
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from flowsim.errors import Problem, Said, msg, one_of
from flowsim.scenario import paths
from flowsim.scenario.gate import clean
from flowsim.scenario.kinds import kind_said
from flowsim.scenario.model import BLOCK_KEYS, Scenario
from flowsim.scenario.timeline import look_up
from flowsim.scenario.toml_read import value_of
from flowsim.scenario.values import RANGE, Evidence, is_evidence

Raw = dict[str, Any]


@dataclass(slots=True)
class Draft:
    """A scenario as raw tables, with the file that each leaf came from."""

    file: str
    raw: Raw
    origin: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, Any] = field(default_factory=dict)
    """What stood where something is set on top."""
    refused: tuple[str, ...] = ()
    """Paths of values that were refused as they were read, and replaced."""
    blind: Mapping[str, Any] = field(default_factory=dict)
    """The tables in which what the types refuse cannot be read; see `validate`."""

    def file_of(self, path: str) -> str:
        """Return the file that a path (or the nearest path above it) came from."""
        while path:
            if path in self.origin:
                return self.origin[path]
            path = paths.above(path)
        return self.file


# ---------------------------------------------------------------- merging
def section_model(annotation: Any) -> type[BaseModel] | None:
    """Return the model of a section (``[leaving]`` or ``contract``), None for any other field."""
    if get_origin(annotation) is Annotated:
        return section_model(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [a for a in get_args(annotation) if a is not type(None)]
        return section_model(inner[0]) if len(inner) == 1 else None
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return None


def block_model(kind: str) -> type[BaseModel]:
    """Return the model of the blocks in a list such as ``variant``."""
    annotation = Scenario.model_fields[kind].annotation
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    model = get_args(annotation)[0]
    assert isinstance(model, type)
    return model


def merge(
    base: Raw, over: Raw, model: type[BaseModel], file: str, origin: dict[str, str], path: str = ""
) -> Raw:
    """Put one file over another: sections and named blocks key by key, any other value whole."""
    out = dict(base)
    for key, value in over.items():
        here = f"{path}{paths.part(key)}"
        info = model.model_fields.get(key)
        inner = section_model(info.annotation) if info is not None else None
        if model is Scenario and key == "change" and isinstance(value, list):
            below = out.get(key, [])
            out[key] = [*(below if isinstance(below, list) else []), *value]
            origin |= {
                f"change.{at + 1}": file for at in range(len(out[key]) - len(value), len(out[key]))
            }
        elif model is Scenario and key in BLOCK_KEYS and isinstance(value, list):
            out[key] = _merge_blocks(out.get(key), value, key, file, origin)
        elif inner is not None and isinstance(value, dict):
            below = out.get(key)
            below = below if isinstance(below, dict) else {}
            origin.setdefault(here, file)
            out[key] = merge(below, value, inner, file, origin, here + ".")
        else:
            origin[here] = file
            out[key] = value
    return out


def _merge_blocks(
    base: object, over: list[Any], kind: str, file: str, origin: dict[str, str]
) -> list[Any]:
    out = list(base) if isinstance(base, list) else []
    key = BLOCK_KEYS[kind]
    named = (b.get(key) if isinstance(b, dict) else None for b in out)
    inherited = {name: i for i, name in enumerate(named) if isinstance(name, str)}
    for block in over:
        name = block.get(key) if isinstance(block, dict) else None
        if not isinstance(name, str):
            out.append(block)
            origin.setdefault(f"{kind}.{len(out)}", file)
            continue
        path = f"{kind}.{paths.part(name)}"
        below = out[inherited[name]] if name in inherited else {}
        merged = merge(below, block, block_model(kind), file, origin, path + ".")
        if name in inherited:
            out[inherited.pop(name)] = merged
        else:
            origin.setdefault(path, file)
            out.append(merged)
    return out


# ---------------------------------------------------------------- overrides
def override(
    draft: Draft, text: str, settings: list[list[str]], option: str = "--set"
) -> list[Problem]:
    """Apply ``path=value`` and note its keys; return the problems if the path leads nowhere.

    ``option``: that it was given with.
    """
    found = paths.setting(text)
    if found is None:
        hint = msg("write for example variant.bw.places=140")
        return [file_problem(option, text, msg("no path=value"), hint)]
    keys, written = _whole_keys(found[0]), found[1]
    path = paths.join(keys)
    value, problems = clean(value_of(written), f"{option} {path}", keys)
    settings.append(keys)
    draft.replaced.setdefault(path, copy.deepcopy(look_up(draft.raw, keys)))
    wrong = put(draft, keys, value, option, option)
    return [*problems, wrong] if wrong is not None else problems


def _whole_keys(keys: list[str]) -> list[str]:
    """Return keys in which the path that a dated change sets is one key, quoted or not."""
    if keys[0] != "change" or keys[2:3] != ["set"] or len(keys) < 4:
        return keys
    if len(keys) > 4 and "." not in keys[3]:
        return [*keys[:3], paths.join(keys[3:])]
    return [*keys[:3], paths.canonical(keys[3]), *keys[4:]]


def put(draft: Draft, keys: list[str], value: Any, label: str, file: str) -> Problem | None:
    """Set the value at a path; return the problem if the path leads nowhere.

    Between what a number was thought to lie is forgotten where it is set, or a part of it is.
    """
    path = paths.join(keys)
    dated = not label.startswith("--")
    where = f"{label}.set.{paths.part(path)}" if dated else path
    origin = f"{file}: {label}" if dated else f"{label} {path}"
    at: Any = draft.raw
    passed: list[Raw] = []
    for depth, key in enumerate(keys):
        if is_evidence(at) and (key == "value" or key not in Evidence.model_fields):
            passed.append(at)
        at = _pass_evidence(at, key)
        if isinstance(at, list):
            named = _named_blocks(at, keys[depth - 1])
            if key not in named:
                found = msg("no {kind} {name!r}", kind=kind_said(keys[depth - 1]), name=key)
                return file_problem(file, where, found, one_of(named, key))
            at = {key: named[key]}
            if depth + 1 == len(keys):
                hint = msg("add a key: {path}.key=value", path=path)
                return file_problem(file, where, msg("a whole block"), hint)
        if not isinstance(at, dict):
            found = msg("leads to a value, not a table")
            return file_problem(file, where, found, msg("shorten the path"))
        if depth == 0 and key not in Scenario.model_fields:
            found = msg("no {name!r}", name=key)
            return file_problem(file, where, found, one_of(Scenario.model_fields, key))
        if depth + 1 < len(keys):
            if key not in at:
                at[key] = [] if depth == 0 and key in (*BLOCK_KEYS, "change") else {}
                draft.origin[paths.join(keys[: depth + 1])] = origin
            at = at[key]
    at[keys[-1]] = value
    for evidence in passed:
        for one in RANGE:
            evidence.pop(one, None)
    draft.origin[path] = origin
    return None


def _pass_evidence(at: Any, key: str) -> Any:
    """Return the value of an evidence table, unless one of its own keys is meant."""
    return at["value"] if is_evidence(at) and key not in Evidence.model_fields else at


def _named_blocks(blocks: list[Any], kind: str) -> dict[str, Raw]:
    if kind == "change":
        return {str(at + 1): b for at, b in enumerate(blocks) if isinstance(b, dict)}
    key = BLOCK_KEYS.get(kind, "variant")  # the people who wait are listed by variant
    return {b[key]: b for b in blocks if isinstance(b, dict) and isinstance(b.get(key), str)}


# ---------------------------------------------------------------- evidence
def evidence_of(raw: Raw) -> dict[str, Evidence]:
    """Return every inline evidence table of a valid scenario, by its path."""
    found: dict[str, Evidence] = {}
    for path, table in evidence_tables(raw):
        with suppress(ValidationError):  # an area may be called `value`
            found[path] = Evidence.model_validate(table)
    return found


def evidence_tables(raw: Raw) -> Iterator[tuple[str, Raw]]:
    """Yield every inline evidence table with its path, valid or not."""

    def walk(value: Any, path: str, kind: str) -> Iterator[tuple[str, Raw]]:
        if is_evidence(value):
            yield path, value
        elif isinstance(value, dict):
            for key, below in value.items():
                here = paths.part(key)
                yield from walk(below, f"{path}.{here}" if path else here, key)
        elif isinstance(value, list):
            for index, below in enumerate(value):
                key = BLOCK_KEYS.get(kind, "variant")
                name = below.get(key) if isinstance(below, dict) else None
                here = paths.part(name) if isinstance(name, str) and name else str(index + 1)
                yield from walk(below, f"{path}.{here}", "")

    yield from walk(raw, "", "")


def file_problem(file: str, path: str, found: Said, allowed: Said) -> Problem:
    """Return a problem at a path of a file."""
    return Problem(file=file, path=path, found=found, allowed=allowed)
