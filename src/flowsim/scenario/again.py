"""A scenario as a text, from which the very same one is made again, without its files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated, Any, Final, Literal

from pydantic import Field, Strict

from flowsim.errors import Problem, ScenarioError, msg, visible
from flowsim.scenario.files import MAX_DEPTH
from flowsim.scenario.gate import clean
from flowsim.scenario.load import scenario_of
from flowsim.scenario.model import Scenario
from flowsim.scenario.values import Block

CALLED: Final = ("name", "title", "reason")
"""What a scenario is called, in its section `scenario`."""
_KINDS: Final[dict[str, Callable[[str], object]]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}
"""What TOML knows and JSON does not; a moment is a day too, so it comes first."""


class Called(Block):
    """What a scenario is called, as `text_of` writes it."""

    name: str
    title: dict[Literal["nl", "en"], str] | None
    reason: dict[Literal["nl", "en"], str] | None


class _Kept(Block):
    """A text of `text_of`; nothing in it is read as another type than it has."""

    chain: Annotated[
        list[Annotated[tuple[str, dict[str, Any]], Strict(False)]],
        Field(min_length=1, max_length=MAX_DEPTH),
    ]
    set: list[str]
    called: Called


def text_of(scenario: Scenario) -> str:
    """Return the files that a scenario was read from and what was set on top, as JSON.

    Of what a copy changed afterwards only what it is called is in it, as the points of a sweep
    are; not the seed, nor how many replications.
    """
    said = scenario.read_from
    chain = [(visible(file), raw) for file, raw in said.chain]  # a folder may be called anything
    called = {one: getattr(scenario.scenario, one) for one in CALLED}
    return json.dumps(
        {"chain": chain, "set": said.set, "called": called},
        default=_coded, ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip


def again(text: str, *, as_read: bool = False) -> Scenario:
    """Return the scenario that `text_of` gave a text of.

    Parameters
    ----------
    text
        As `text_of` gives it.
    as_read
        Whether to call it as its file does, whatever it was called afterwards.

    Raises
    ------
    ScenarioError
        When this version of flowsim refuses it, or it is no such text.
    """
    try:
        said = json.loads(text, object_hook=_decoded)
        json.dumps(said, default=str, ensure_ascii=False).encode("utf-8")  # no half signs
        kept = _Kept.model_validate(said)
    except (ValueError, TypeError, RecursionError) as error:
        found = msg("no scenario as flowsim keeps it")
        allowed = msg("it must be as flowsim wrote it")
        raise ScenarioError([Problem(file="", path="", found=found, allowed=allowed)]) from error
    chain, problems = [], list[Problem]()
    for file, raw in kept.chain:
        cleaned, wrong = clean(raw, file)
        chain.append((file, cleaned))
        problems += wrong
    one = scenario_of(chain, tuple(kept.set), problems)
    return one if as_read else _called(one, kept.called.model_dump())


def _called(one: Scenario, called: dict[str, Any]) -> Scenario:
    if all(getattr(one.scenario, name) == value for name, value in called.items()):
        return one
    about = one.scenario.model_copy(update=called)
    return one.model_copy(update={"scenario": about}).known_as(base=one.base)


def _coded(value: object) -> dict[str, str]:
    name = type(value).__name__
    if name not in _KINDS or not isinstance(value, date | time):
        raise TypeError(name)
    return {f"${name}": value.isoformat()}


def _decoded(found: dict[str, Any]) -> object:
    if len(found) == 1:
        ((name, value),) = found.items()
        if name.removeprefix("$") in _KINDS and name.startswith("$"):
            return _KINDS[name[1:]](value)
    return found
