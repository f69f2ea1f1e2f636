"""From files to a scenario: read, extend, set, validate; every value knows where it came from."""

from __future__ import annotations

import copy
import tomllib
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from flowsim.errors import Problem, ScenarioError, one_of
from flowsim.scenario.checks import check
from flowsim.scenario.identity import block_order
from flowsim.scenario.model import BLOCK_KEYS, Scenario
from flowsim.scenario.problems import covered, problems_of
from flowsim.scenario.sources import unknown_sources
from flowsim.scenario.timeline import between, days_of, look_up, steps_of
from flowsim.scenario.values import Evidence, is_evidence

MAX_DEPTH = 8
"""Files that may extend one another."""

Raw = dict[str, Any]


@dataclass(slots=True)
class Draft:
    """A scenario as raw tables, with the file that each leaf came from."""

    file: str
    raw: Raw
    origin: dict[str, str] = field(default_factory=dict)

    def file_of(self, path: str) -> str:
        """Return the file that a path (or the nearest path above it) came from."""
        while path:
            if path in self.origin:
                return self.origin[path]
            path = path.rpartition(".")[0]
        return self.file


def load(path: str | Path, set: Iterable[str] = ()) -> Scenario:
    """Read a scenario file, with what it extends and what is set on top.

    Parameters
    ----------
    path
        A TOML file.
    set
        Overrides such as ``"variant.bw.places=140"``, applied last.

    Returns
    -------
    Scenario
        Validated and frozen.

    Raises
    ------
    ScenarioError
        With every problem that was found.
    """
    chain = _read_chain(Path(path))
    return _scenario_of(chain, tuple(set), on_disk=True)


def parse(raw: Mapping[str, Any], name: str = "scenario") -> Scenario:
    """Make a scenario from tables in memory, written as in a file (without ``extends``).

    Raises
    ------
    ScenarioError
        With every problem that was found.
    """
    return _scenario_of([(f"{name}.toml", copy.deepcopy(dict(raw)))], ())


def _scenario_of(
    chain: list[tuple[str, Raw]], overrides: tuple[str, ...], *, on_disk: bool = False
) -> Scenario:
    draft = Draft(chain[0][0], {})
    for file, raw in reversed(chain):
        _fill_name(raw, file)
        draft.raw = merge(draft.raw, raw, Scenario, file, draft.origin)
    draft.raw = copy.deepcopy(draft.raw)  # what is set must not reach the base
    problems = [p for text in overrides if (p := _set(draft, text)) is not None]
    scenario, found = validate(draft)
    problems += found
    if on_disk:
        problems += unknown_sources(evidence_tables(draft.raw), draft.file_of)
    phases: list[tuple[float, Draft, Scenario]] = []
    if scenario is not None and not problems and scenario.change:
        phases, found = _phases(draft, scenario)
        problems += found
    if problems or scenario is None:
        raise ScenarioError(problems)
    derived = len(chain) > 1 or bool(overrides)
    anchor = _anchor(chain[-1][1]) if derived else {}
    scenario._base = _alone(chain[-1:]) if derived else None
    scenario._order = block_order(draft.raw, anchor)
    for _, _, later in phases:
        later._order = scenario._order
    scenario._phases = tuple((day, later) for day, _, later in phases)
    scenario._evidence = evidence_of(draft.raw)
    scenario._origin = draft.origin
    return scenario


def _phases(
    draft: Draft, scenario: Scenario
) -> tuple[list[tuple[float, Draft, Scenario]], list[Problem]]:
    """Return the scenario from each dated change on, and the problems in what is set."""
    phases: list[tuple[float, Draft, Scenario]] = []
    problems: list[Problem] = []
    changes = draft.raw["change"]
    before: dict[tuple[int, str], Any] = {}
    now = draft
    for day, steps in days_of(scenario.scenario.start, steps_of(changes)):
        now = Draft(now.file, copy.deepcopy(now.raw), dict(now.origin))
        now.raw["change"] = []
        for _, number, share in steps:
            where = f"change.{number + 1}"
            for path, new in changes[number]["set"].items():
                old = before.setdefault((number, path), look_up(now.raw, path))
                problem = _put_share(now, path, old, new, share, where)
                problems += [problem] if problem is not None else []
        later, found = validate(now)
        problems += found
        if later is not None:
            phases.append((day, now, later))
    return phases, list({(p.path, p.found): p for p in problems}.values())


def _put_share(
    draft: Draft, path: str, old: Any, new: Any, share: float, where: str
) -> Problem | None:
    """Set the value a share of the way from old to new."""
    file = draft.file_of(where)
    try:
        value = between(old, new, share)
    except ValueError as error:
        hint = "write the old and the new value in the same form, with the same areas"
        return _file_problem(file, f"{where}.set.{path}", str(error), hint)
    return _put(draft, path, value, where, file)


def _anchor(base: Raw) -> dict[str, tuple[str, ...]]:
    """Return the order of the base, or none where the base by itself is wrong."""
    try:
        return block_order(base, {})
    except (KeyError, TypeError, ValueError):
        return {}


def _alone(chain: list[tuple[str, Raw]]) -> Scenario | None:
    """Return the base by itself, or None where it does not stand alone."""
    try:
        return _scenario_of(chain, ())
    except ScenarioError:
        return None


def validate(draft: Draft) -> tuple[Scenario | None, list[Problem]]:
    """Validate a draft; return the scenario, or None and every problem."""
    scenario = None
    problems: list[Problem] = []
    try:
        scenario = Scenario.model_validate(draft.raw)
    except ValidationError as error:
        problems = problems_of(error, draft.raw, draft.file_of)
    problems += [p for p in check(draft.raw, draft.file_of) if not covered(p, problems)]
    return (None if problems else scenario), problems


# ---------------------------------------------------------------- reading
def _read_chain(path: Path) -> list[tuple[str, Raw]]:
    """Read a file and what it extends; the file itself first, the base last."""
    chain: list[tuple[str, Raw]] = []
    seen: list[Path] = []
    asked_by = str(path)
    while True:
        resolved = path.resolve()
        if resolved in seen:
            ring = " -> ".join(p.name for p in [*seen, resolved])
            hint = "no file extends itself"
            raise ScenarioError([_file_problem(asked_by, "extends", ring, hint)])
        if len(seen) == MAX_DEPTH:
            raise ScenarioError(
                [
                    _file_problem(
                        asked_by, "extends", f"more than {MAX_DEPTH} files", "extend fewer files"
                    )
                ]
            )
        raw = read_toml(path, asked_by if seen else None)
        seen.append(resolved)
        parent = raw.pop("extends", None)
        chain.append((str(path), raw))
        if parent is None:
            return chain
        if not isinstance(parent, str):
            raise ScenarioError(
                [_file_problem(str(path), "extends", repr(parent), "the path of one file")]
            )
        asked_by = str(path)
        path = path.parent / parent


def read_toml(path: Path, asked_by: str | None = None) -> Raw:
    """Read one TOML file.

    Raises
    ------
    ScenarioError
        When the file is not there, is not text, or is not TOML.
    """
    try:
        with path.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        near = sorted(p.name for p in path.parent.glob("*.toml")) if path.parent.is_dir() else []
        found = f"no file {str(path)!r}"
        where, key = (asked_by, "extends") if asked_by else (str(path), "")
        hint = one_of(near, path.name) if near else "give the path of a scenario file (.toml)"
        raise ScenarioError([_file_problem(where, key, found, hint)]) from None
    except IsADirectoryError:
        raise ScenarioError(
            [_file_problem(str(path), "", "a folder", "give the path of a scenario file (.toml)")]
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError(
            [_file_problem(str(path), "", f"not TOML: {error}", "mend the file there")]
        ) from None
    except OSError as error:
        raise ScenarioError(
            [_file_problem(str(path), "", f"cannot be read: {error.strerror}", "check the file")]
        ) from None


def _file_problem(file: str, path: str, found: str, allowed: str) -> Problem:
    return Problem(file=file, path=path, found=found, allowed=allowed)


def _fill_name(raw: Raw, file: str) -> None:
    """Call a file after itself: name, title and reason are not inherited."""
    about = raw.setdefault("scenario", {})
    if isinstance(about, dict):
        about.setdefault("name", Path(file).stem)
        if isinstance(about["name"], str):
            about.setdefault("title", about["name"])
        about.setdefault("reason", "")


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
        here = f"{path}{key}"
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
    inherited = {b[key]: i for i, b in enumerate(out) if isinstance(b, dict) and key in b}
    for block in over:
        name = block.get(key) if isinstance(block, dict) else None
        if not isinstance(name, str):
            out.append(block)
            origin.setdefault(f"{kind}.{len(out)}", file)
            continue
        path = f"{kind}.{name}"
        below = out[inherited[name]] if name in inherited else {}
        merged = merge(below, block, block_model(kind), file, origin, path + ".")
        if name in inherited:
            out[inherited.pop(name)] = merged
        else:
            origin.setdefault(path, file)
            out.append(merged)
    return out


# ---------------------------------------------------------------- overrides
def _set(draft: Draft, text: str) -> Problem | None:
    """Apply ``path=value``; return the problem if the path leads nowhere."""
    path, equals, written = text.partition("=")
    path = path.strip()
    keys = path.split(".")
    if not equals or not all(keys):
        hint = "write for example variant.bw.places=140"
        return _file_problem("--set", text, "no path=value", hint)
    try:
        value = tomllib.loads(f"value = {written}")["value"]
    except tomllib.TOMLDecodeError:
        value = written.strip()
    return _put(draft, path, value, "--set", "--set")


def _put(draft: Draft, path: str, value: Any, label: str, file: str) -> Problem | None:
    """Set the value at a path; return the problem if the path leads nowhere."""
    keys = path.split(".")
    where = "" if label == "--set" else f"{label}.set."
    at: Any = draft.raw
    for depth, key in enumerate(keys):
        at = _pass_evidence(at, key)
        if isinstance(at, list):
            named = _named_blocks(at, keys[depth - 1])
            if key not in named:
                found = f"no {keys[depth - 1]} {key!r}"
                return _file_problem(file, where + path, found, one_of(named, key))
            at = {key: named[key]}
            if depth + 1 == len(keys):
                return _file_problem(
                    file, where + path, "a whole block", f"add a key: {path}.key=value"
                )
        if not isinstance(at, dict):
            return _file_problem(
                file, where + path, "leads to a value, not a table", "shorten the path"
            )
        if depth == 0 and key not in Scenario.model_fields:
            return _file_problem(
                file, where + path, f"no {key!r}", one_of(Scenario.model_fields, key)
            )
        if depth + 1 < len(keys):
            if key not in at:
                at[key] = [] if depth == 0 and key in BLOCK_KEYS else {}
                draft.origin[".".join(keys[: depth + 1])] = label if where else f"--set {path}"
            at = at[key]
    at[keys[-1]] = value
    draft.origin[path] = label if where else f"--set {path}"
    return None


def _pass_evidence(at: Any, key: str) -> Any:
    """Return the value of an evidence table, unless one of its own keys is meant."""
    return at["value"] if is_evidence(at) and key not in Evidence.model_fields else at


def _named_blocks(blocks: list[Any], kind: str) -> dict[str, Raw]:
    key = BLOCK_KEYS.get(kind, "variant")  # the people who wait are listed by variant
    return {str(b[key]): b for b in blocks if isinstance(b, dict) and key in b}


# ---------------------------------------------------------------- evidence
def evidence_of(raw: Raw) -> dict[str, Evidence]:
    """Return every inline evidence table of a valid scenario, by its path."""
    return {path: Evidence.model_validate(table) for path, table in evidence_tables(raw)}


def evidence_tables(raw: Raw) -> Iterator[tuple[str, Raw]]:
    """Yield every inline evidence table with its path, valid or not."""

    def walk(value: Any, path: str, kind: str) -> Iterator[tuple[str, Raw]]:
        if is_evidence(value):
            yield path, value
        elif isinstance(value, dict):
            for key, below in value.items():
                yield from walk(below, f"{path}.{key}" if path else key, key)
        elif isinstance(value, list):
            for index, below in enumerate(value):
                key = BLOCK_KEYS.get(kind, "variant")
                name = below.get(key) if isinstance(below, dict) else None
                yield from walk(below, f"{path}.{name or index + 1}", "")

    yield from walk(raw, "", "")
