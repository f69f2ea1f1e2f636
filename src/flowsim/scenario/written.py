"""A scenario as the text of a file: whole, or what it says on top of its base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from flowsim.scenario.draft import Raw, block_model, section_model
from flowsim.scenario.model import BLOCK_KEYS, About, Scenario
from flowsim.scenario.toml_text import key_of, toml

_SEED: Final = About.model_fields["seed"].default
_CALLED: Final = ("name", "title", "reason", "seed")
"""What copies of a scenario change: the points of a sweep, and runs with another seed."""


def file_text(scenario: Scenario, extends: str | None = None) -> str:
    """Return a text from which `flowsim.load` and `flowsim.parse` make the same scenario.

    Parameters
    ----------
    scenario
        As it was read, or made of one that was.
    extends
        The file of its base, where the text holds only what it says on top of that; None: whole.
    """
    raw = scenario.read_from.raw
    said: Raw = {**raw, "scenario": _about(scenario, raw.get("scenario", {}))}
    if extends is not None:
        said = on_top(scenario.base.read_from.raw, said)
    return "\n".join(_lines(said, extends)) + "\n"


def on_top(base: Mapping[str, Any], full: Mapping[str, Any]) -> Raw:
    """Return what a file must say for `flowsim.scenario.draft.merge` to make ``full`` of ``base``.

    Name, title and reason are not inherited, so they are always in it.
    """
    found = _differing(base, full, Scenario)
    about = {key: full["scenario"][key] for key in _CALLED[:3] if key in full["scenario"]}
    return {"scenario": about | found.pop("scenario", {}), **found}


def _differing(base: Mapping[str, Any], full: Mapping[str, Any], model: type[BaseModel]) -> Raw:
    out: Raw = {}
    for key, value in full.items():
        below, info = base.get(key), model.model_fields.get(key)
        inner = None if info is None else section_model(info.annotation)
        if key in base and toml(below) == toml(value):
            continue
        if model is Scenario and key == "change":
            out[key] = value[len(below or []) :]
        elif model is Scenario and key in BLOCK_KEYS:
            out[key] = list(_blocks(below or [], value, key))
        elif inner is not None and isinstance(value, Mapping) and isinstance(below, Mapping):
            out[key] = _differing(below, value, inner)
        else:
            out[key] = value
    return out


def _blocks(base: list[Raw], full: list[Raw], kind: str) -> Iterator[Raw]:
    """Yield the blocks that differ, each with its name."""
    key = BLOCK_KEYS[kind]
    known = {one[key]: one for one in base}
    for one in full:
        below = known.get(one[key])
        if below is None:
            yield one
        elif found := _differing(below, one, block_model(kind)):
            yield {key: one[key]} | found


def _about(scenario: Scenario, raw: Mapping[str, Any]) -> Raw:
    """Return the section `scenario`, as a copy may have changed it."""
    now = {key: getattr(scenario.scenario, key) for key in _CALLED}
    if "seed" not in raw and now["seed"] == _SEED:
        del now["seed"]
    if now["reason"] is not None and not any(now["reason"].values()):
        now["reason"] = None  # as it is where a file says none
    found: Raw = {**raw, **now}
    return {key: value for key, value in found.items() if value is not None}


def _lines(said: Mapping[str, Any], extends: str | None) -> Iterator[str]:
    """Yield the lines of a file: a heading for each section and block, a line for each key."""
    if extends is not None:
        yield f"extends = {toml(extends)}"
    for kind, value in said.items():
        if value == []:
            yield f"{kind} = []"
    for kind, value in said.items():
        heading = "[[{}]]" if isinstance(value, list) else "[{}]"
        for block in value if isinstance(value, list) else [value]:
            yield ""
            yield heading.format(key_of(kind))
            for key, one in block.items():
                yield f"{key_of(key)} = {toml(one)}"
