"""From files to a scenario: read, extend, set, validate; every value knows where it came from."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from flowsim.errors import Problem, ScenarioError
from flowsim.scenario.checks import check
from flowsim.scenario.draft import (
    Draft,
    Raw,
    evidence_of,
    evidence_tables,
    file_problem,
    merge,
    override,
    put,
)
from flowsim.scenario.files import read_chain
from flowsim.scenario.identity import block_order
from flowsim.scenario.model import Scenario
from flowsim.scenario.problems import covered, problems_of
from flowsim.scenario.sources import unknown_sources
from flowsim.scenario.timeline import between, days_of, look_up, steps_of


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
    chain = read_chain(Path(path))
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
    problems = [p for text in overrides if (p := override(draft, text)) is not None]
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
    counted = any(text.startswith("start.") for text in overrides)
    scenario._extends = derived and not (len(chain) == 1 and counted)
    scenario._order = block_order(draft.raw, anchor)
    for _, _, later in phases:
        later._order = scenario._order
    scenario._phases = tuple((day, later) for day, _, later in phases)
    scenario._evidence = evidence_of(draft.raw)
    scenario._origin = draft.origin
    scenario._file, scenario._root = chain[0][0], chain[-1][0]
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
            later._by_building = any(changes[n].get("split") == "building" for _, n, _ in steps)
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
        return file_problem(file, f"{where}.set.{path}", error.args[0], hint)
    return put(draft, path, value, where, file)


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


def _fill_name(raw: Raw, file: str) -> None:
    """Call a file after itself: name, title and reason are not inherited."""
    about = raw.setdefault("scenario", {})
    if isinstance(about, dict):
        about.setdefault("name", Path(file).stem)
        if isinstance(about["name"], str):
            about.setdefault("title", about["name"])
        about.setdefault("reason", "")
