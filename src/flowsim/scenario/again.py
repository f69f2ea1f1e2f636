"""A scenario as a text, from which the very same one is made again, without its files."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, Final

from flowsim.errors import Problem, ScenarioError, msg
from flowsim.scenario.load import scenario_of
from flowsim.scenario.model import Scenario

CALLED: Final = ("name", "title", "reason")
"""What a scenario is called, in its section `scenario`."""
_KINDS: Final[dict[str, Callable[[str], object]]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}
"""What TOML knows and JSON does not; a moment is a day too, so it comes first."""


def text_of(scenario: Scenario) -> str:
    """Return the files that a scenario was read from and what was set on top, as JSON.

    Of what a copy changed afterwards only what it is called is in it, as the points of a sweep
    are; not the seed, nor how many replications.
    """
    said = scenario.read_from
    called = {one: getattr(scenario.scenario, one) for one in CALLED}
    return json.dumps(
        {"chain": said.chain, "set": said.set, "called": called},
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
        chain = [(str(file), dict(raw)) for file, raw in said["chain"]]
        overrides = tuple(str(one) for one in said["set"])
        called = {one: said["called"][one] for one in CALLED}
    except (ValueError, TypeError, KeyError) as error:
        found, allowed = msg("no scenario as flowsim keeps it"), msg("run it again with --fresh")
        raise ScenarioError([Problem(file="", path="", found=found, allowed=allowed)]) from error
    one = scenario_of(chain, overrides)
    return one if as_read else _called(one, called)


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
