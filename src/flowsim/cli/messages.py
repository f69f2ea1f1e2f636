"""How results are said on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowsim.scenario import Scenario
    from flowsim.scenario.balance import BalanceLine
    from flowsim.scenario.values import Evidence

PLAIN_WIDTH = 160
"""Columns where the output is not a terminal."""


# ---------------------------------------------------------------- the balance
def print_balance(title: str, lines: Iterable[BalanceLine]) -> None:
    """Print the fluid balance of a scenario as a table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PLAIN_WIDTH)
    table = Table(title=title, title_justify="left", box=box.SIMPLE, pad_edge=False)
    table.add_column("what is asked")
    for heading in ("on average", "there is", "ratio"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("note", overflow="fold")
    for line in lines:
        style = "bold" if line.note.startswith("no balance") else None
        numbers = (_rounded(line.value), _rounded(line.against), _rounded(line.ratio, 2))
        table.add_row(line.what, *numbers, line.note, style=style)
    console.print(table)


def _rounded(number: float, digits: int = 1) -> str:
    if number in (float("inf"), float("-inf")):
        return "∞"
    return f"{number:,.{digits}f}"


# ---------------------------------------------------------------- a resolved scenario
def resolved_lines(scenario: Scenario) -> Iterator[str]:
    """Yield every value of a scenario as ``path = value  # where it came from``."""
    for path, value in _leaves(scenario, "", scenario._evidence):
        origin = _origin(scenario._origin, path)
        known = _nearest(scenario._evidence, path)
        said = "; ".join([origin, *(_known(known) if known and origin != "default" else ())])
        yield f"{path} = {toml(value)}  # {said}"


def _leaves(value: Any, path: str, evidence: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the values of a model, with their paths; a table with evidence inside is opened."""
    from pydantic import BaseModel

    from flowsim.scenario.model import BLOCK_KEYS

    if isinstance(value, BaseModel):
        for key in type(value).model_fields:
            below = getattr(value, key)
            if below is not None:
                yield from _leaves(below, f"{path}.{key}" if path else key, evidence)
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        for block in value:
            name = getattr(block, BLOCK_KEYS.get(path, "variant"))
            yield from _leaves(block, f"{path}.{name}", evidence)
    else:
        written = value.written() if hasattr(value, "written") else value
        opened = any(known.startswith(f"{path}.") for known in evidence)
        if isinstance(written, Mapping) and opened:
            for key, below in written.items():
                yield from _leaves(below, f"{path}.{key}", evidence)
        elif written not in ((), {}):
            yield path, written


def _origin(origins: Mapping[str, str], path: str) -> str:
    """Return where a value came from: its file, an override, or the default of the language."""
    at = path
    while at:
        if at in origins:
            whole = at == path or f"{at}." not in "".join(f"{o} " for o in origins if o != at)
            return origins[at] if whole else "default"
        at = at.rpartition(".")[0]
    return "default"


def _nearest(evidence: Mapping[str, Evidence], path: str) -> Evidence | None:
    """Return the evidence of a value, or of the table that it stands in."""
    while path:
        if path in evidence:
            return evidence[path]
        path = path.rpartition(".")[0]
    return None


def _known(evidence: Evidence) -> Iterator[str]:
    if evidence.source is not None:
        yield f"source {evidence.source}"
    if evidence.assumption:
        told = isinstance(evidence.assumption, str)
        yield f"assumption: {evidence.assumption}" if told else "assumption"
    if evidence.range is not None:
        yield f"range {evidence.range[0]:g} to {evidence.range[1]:g}"
    if evidence.confidence is not None:
        yield f"confidence {evidence.confidence}"
    if evidence.note is not None:
        yield evidence.note


def toml(value: Any) -> str:
    """Write a value as a TOML file would."""
    import json

    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}" if value == float(f"{value:g}") else repr(value)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(str(key))} = {toml(below)}" for key, below in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml(below) for below in value)}]"
    if isinstance(value, date | int):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)


def _key(key: str) -> str:
    bare = key.replace("_", "a").replace("-", "a")
    return key if bare.isascii() and bare.isalnum() else toml(key)
