"""The scenario from each dated change on; and what is wrong in what the changes set."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import ValidationError

from flowsim.errors import Problem, msg
from flowsim.scenario import paths
from flowsim.scenario.checks import check
from flowsim.scenario.checks.dates import is_date, last_day, start_of
from flowsim.scenario.checks.price import price_of_change
from flowsim.scenario.draft import Draft, file_problem, put
from flowsim.scenario.model import BLOCK_KEYS, Scenario
from flowsim.scenario.problems import covered, problems_of
from flowsim.scenario.timeline import between, days_of, look_up, steps_of
from flowsim.scenario.unreadable import blinded, hidden
from flowsim.scenario.values import is_evidence

Phase = tuple[float, Draft, Scenario]
"""The day from which it holds, its tables, and the scenario."""


def validate(
    draft: Draft, like: tuple[Draft, Scenario] | None = None
) -> tuple[Scenario | None, list[Problem]]:
    """Validate a draft; return the scenario, or None and every problem.

    Parameters
    ----------
    draft
        The tables.
    like
        Tables without a mistake and their scenario: blocks that are the very same objects in both
        are not read again.
    """
    scenario = None
    problems: list[Problem] = []
    try:
        scenario = Scenario.model_validate(draft.raw if like is None else _read(draft, *like))
    except ValidationError as error:
        problems = problems_of(error, draft.raw, draft.file_of)
    draft.blind = blinded(draft.raw, problems, draft.refused)
    told = check(draft.blind, draft.file_of, {} if like is None else like[0].blind)
    problems += [p for p in told if not covered(p, problems)]
    return (None if problems else scenario), problems


def _read(draft: Draft, like: Draft, read: Scenario) -> dict[str, Any]:
    """Return the tables with blocks that were read before as they were read."""
    out = dict(draft.raw)
    for kind in BLOCK_KEYS:
        blocks, before, done = out.get(kind), like.raw.get(kind), getattr(read, kind)
        if isinstance(blocks, list) and isinstance(before, list) and len(blocks) == len(before):
            both = zip(blocks, before, done, strict=True)
            out[kind] = [known if one is old else one for one, old, known in both]
    return out


def phases(draft: Draft, known: list[Problem]) -> tuple[list[Phase], list[Problem]]:
    """Return the scenario from each dated change on, and the problems in what is set.

    What is set is looked at whatever else is wrong, so that all mistakes are told at once.

    Parameters
    ----------
    draft
        The tables of the whole scenario, right or wrong.
    known
        What is wrong in them before the first change.
    """
    start, end = start_of(draft.raw), last_day(draft.raw)
    changes = list(_orderly(draft.raw.get("change"), start))
    told = {(p.path, p.found) for p in known}
    found: list[Phase] = []
    problems: list[Problem] = []
    before: dict[tuple[int, str], Any] = {}
    now = draft
    begun: set[int] = set()
    like: tuple[Draft, Scenario] | None = None
    for day, steps in days_of(start, steps_of(changes)):
        if day >= end:  # nobody lives to see it: only what is set in the end is looked at
            steps = [step for step in steps if step[2] == 1]
        elif known or problems:  # it is refused: of a ramp, its first and last step tell enough
            steps = [step for step in steps if step[2] == 1 or step[1] not in begun]
        if not steps:
            continue
        begun |= {number for _, number, _ in steps}
        now = Draft(now.file, dict(now.raw), dict(now.origin), refused=now.refused)
        now.raw["change"] = []
        for _, number, share in steps:
            values = {
                path: value
                for path, value in changes[number]["set"].items()
                if not hidden(draft.blind, (paths.split(path) or [""])[: None if share < 1 else -1])
            }
            problems += _put_all(now, number, values, share, before)
        later, wrong = validate(now, like)
        like = None if later is None else (now, later)
        problems += [p for p in wrong if (p.path, p.found) not in told]
        if later is not None and day < end:
            split = any(changes[n].get("split") == "building" for _, n, _ in steps)
            found.append((day, now, later.known_as(by_building=split)))
    return found, list({(p.path, p.found): p for p in problems}.values())


def _orderly(listed: Any, start: date) -> Iterator[Mapping[str, Any]]:
    """Yield the changes; one without a good date on the day after the start, for what it sets."""
    following = start + timedelta(days=1) if start < date.max else start
    for one in listed if isinstance(listed, list) else ():
        change = one if isinstance(one, Mapping) else {}
        first, last, values = change.get("date"), change.get("until"), change.get("set")
        day = first if is_date(first) and first > start else following
        yield {
            "date": day,
            "until": last if is_date(last) and last > day else None,
            "set": values if isinstance(values, Mapping) else {},
            "split": change.get("split"),
        }


def _put_all(
    draft: Draft, number: int, values: Mapping[str, Any], share: float, before: dict[Any, Any]
) -> Iterator[Problem]:
    where = f"change.{number + 1}"
    file = draft.file_of(where)
    yield from price_of_change(draft.raw, values, where, file)
    for path, new in values.items():
        keys = paths.split(path)
        if keys is None:
            hint = msg("write for example variant.bw.places")
            yield file_problem(file, f"{where}.set.{paths.part(path)}", msg("no path"), hint)
            continue
        old = before.setdefault((number, path), look_up(draft.raw, keys))
        problem = _put_share(draft, keys, old, new, share, where)
        if problem is not None:
            yield problem


def _put_share(
    draft: Draft, keys: list[str], old: Any, new: Any, share: float, where: str
) -> Problem | None:
    """Set the value a share of the way from old to new; the drafts before keep theirs."""
    file = draft.file_of(where)
    draft.raw = _apart(draft.raw, keys)
    if old is None:
        nowhere = put(draft, keys, new, where, file)
        if nowhere is not None:
            return nowhere
    try:
        value = between(old, new, share)
    except ValueError as error:
        hint = msg("write the old and the new value in the same form, with the same areas")
        path = f"{where}.set.{paths.part(paths.join(keys))}"
        return file_problem(file, path, error.args[0], hint)
    return put(draft, keys, value, where, file)


def _apart(at: Any, keys: list[str]) -> Any:
    """Return tables that are copies along these keys, and share the rest."""
    if isinstance(at, list):
        named = [isinstance(one, Mapping) and keys[:1] == [_name(one)] for one in at]
        if not any(named):
            return copy.deepcopy(at)
        return [_apart(one, keys[1:]) if it else one for one, it in zip(at, named, strict=True)]
    if is_evidence(at):
        return {**at, "value": _apart(at["value"], keys)}
    if isinstance(at, Mapping):
        key = keys[0] if keys else ""
        return {**at, key: _apart(at[key], keys[1:])} if key in at else dict(at)
    return at


def _name(block: Mapping[str, Any]) -> Any:
    return next((block[key] for key in ("name", "profile", "variant") if key in block), None)
