"""How results are said on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from flowsim.scenario import Scenario
    from flowsim.scenario.balance import BalanceLine
    from flowsim.scenario.values import Evidence

T = TypeVar("T")
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
    from flowsim.scenario.sources import read_sources
    from flowsim.scenario.toml_text import toml

    folders = {Path(file).parent for file in scenario._origin.values() if file.endswith(".toml")}
    sources = {k: v for folder in folders for k, v in (read_sources(folder) or {}).items()}
    for path, key, value in _leaves(scenario, "", "", scenario._evidence):
        origin = _origin(scenario._origin, path, key)
        known = None if origin.startswith("--set") else _nearest(scenario._evidence, path, key)
        said = "; ".join([origin, *(_known(known, sources) if known else ())])
        yield f"{path} = {toml(value)}  # {said}"


def _leaves(
    value: Any, path: str, key: str, evidence: Mapping[str, Any]
) -> Iterator[tuple[str, str, Any]]:
    """Yield path, path of the key that it is part of, and value; open tables of evidence."""
    from pydantic import BaseModel

    from flowsim.scenario.model import BLOCK_KEYS

    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            below = getattr(value, name)
            if below is not None:
                inner = f"{path}.{name}" if path else name
                yield from _leaves(below, inner, key or inner, evidence)
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        kind = BLOCK_KEYS.get(path)
        for number, block in enumerate(value):
            inner = f"{path}.{getattr(block, kind or 'variant', number + 1)}"
            yield from _leaves(block, inner, "" if kind else path, evidence)
    else:
        written = value.written() if hasattr(value, "written") else value
        if isinstance(written, Mapping) and any(e.startswith(f"{path}.") for e in evidence):
            for name, below in written.items():
                yield from _leaves(below, f"{path}.{name}", key, evidence)
        elif written not in ((), {}):
            yield path, key, written


def _origin(origins: Mapping[str, str], path: str, key: str) -> str:
    """Return where a value came from: a file, an override, or the default of the language."""
    inside = [origin for at, origin in origins.items() if at.startswith(f"{path}.")]
    return (inside or [_nearest(origins, path, key) or "default"])[-1]


def _nearest(known: Mapping[str, T], path: str, key: str) -> T | None:
    """Return what is known of a path, or of the nearest path above it within its key."""
    while len(path) >= len(key):
        if path in known:
            return known[path]
        path = path.rpartition(".")[0]
    return None


def _known(evidence: Evidence, sources: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if evidence.source is not None:
        source = sources.get(evidence.source, {})
        told = ", ".join(str(source[k]) for k in ("title", "publisher") if k in source)
        yield f"source {evidence.source}" + (f" ({told})" if told else "")
    if evidence.assumption:
        told = f": {evidence.assumption}" if isinstance(evidence.assumption, str) else ""
        yield f"assumption{told}"
    if evidence.range is not None:
        yield f"range {_range(evidence.range)}"
    if evidence.confidence is not None:
        yield f"confidence {evidence.confidence}"
    if evidence.note is not None:
        yield evidence.note


def _range(said: tuple[float, float] | Mapping[str, tuple[float, float]]) -> str:
    if isinstance(said, Mapping):
        return ", ".join(f"{key} {_range(pair)}" for key, pair in said.items())
    return f"{said[0]:g} to {said[1]:g}"
