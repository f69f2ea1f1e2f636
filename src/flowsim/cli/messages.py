"""How results are said on the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from flowsim.errors import Said, joined, msg, verbatim, visible

if TYPE_CHECKING:
    from flowsim.balance import BalanceLine
    from flowsim.report.wording import Wording
    from flowsim.scenario import Scenario
    from flowsim.scenario.values import Evidence

T = TypeVar("T")
PLAIN_WIDTH = 160
"""Columns where the output is not a terminal."""


# ---------------------------------------------------------------- the balance
def print_balance(title: str, lines: Sequence[BalanceLine], say: Wording) -> None:
    """Print the fluid balance of a scenario as a table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, emoji=False, width=PLAIN_WIDTH)
    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE, pad_edge=False)
    table.add_column(say("what is asked"))
    for heading in (say("on average"), say("there is"), say("ratio")):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(say("note"), overflow="fold")
    for line in lines:
        style = "bold" if line.grows else None
        pairs = ((line.value, 1), (line.against, 1), (line.ratio, 2))
        numbers = ["∞" if math.isinf(n) else say.number(n, digits) for n, digits in pairs]
        what, note = Text(say.said(line.what)), Text(say.said(line.note))
        table.add_row(what, *numbers, note, style=style)
    console.print(table)
    if any(line.path.startswith("variant.") for line in lines):
        console.print(
            say(
                "Asked of a variant: the places that would be taken if nobody had to wait for one. "
                "What is short means that people wait, give up or go elsewhere. Numbers are "
                "rounded."
            )
        )


# ---------------------------------------------------------------- a resolved scenario
def resolved_lines(scenario: Scenario, say: Wording) -> Iterator[str]:
    """Yield every value of a scenario as ``path = value  # where it came from``."""
    from flowsim.scenario.sources import read_sources
    from flowsim.scenario.toml_text import toml

    known_of = scenario.provenance
    folders = {Path(file).parent for file in known_of.origin.values() if file.endswith(".toml")}
    sources = {k: v for folder in folders for k, v in (read_sources(folder) or {}).items()}
    for path, key, value in _leaves(scenario, "", "", known_of.evidence):
        origin = _origin(known_of.origin, path, key)
        known = None if origin.startswith("--set") else _nearest(known_of.evidence, path, key)
        shown = origin if isinstance(origin, Said) else visible(origin)
        told = joined([shown, *(_known(known, sources) if known else ())], "; ")
        yield f"{path} = {toml(value)}  # {say.said(told)}"


def _leaves(
    value: Any, path: str, key: str, evidence: Mapping[str, Any]
) -> Iterator[tuple[str, str, Any]]:
    """Yield path, path of the key that it is part of, and value; open tables of evidence."""
    from pydantic import BaseModel

    from flowsim.scenario import paths
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
            inner = f"{path}.{paths.part(getattr(block, kind or 'variant', number + 1))}"
            yield from _leaves(block, inner, "" if kind else path, evidence)
    else:
        written = value.written() if hasattr(value, "written") else value
        dated = path.startswith("change.") and path.endswith(".set")
        inside = dated or any(e.startswith(f"{path}.") for e in evidence)
        if isinstance(written, Mapping) and inside:
            for name, below in written.items():
                yield from _leaves(below, f"{path}.{paths.part(name)}", key, evidence)
        elif written not in ((), {}):
            yield path, key, written


def _origin(origins: Mapping[str, str], path: str, key: str) -> str:
    """Return where a value came from: a file, an override, or the default of the language."""
    inside = [origin for at, origin in origins.items() if at.startswith(f"{path}.")]
    return (inside or [_nearest(origins, path, key) or msg("default")])[-1]


def _nearest(known: Mapping[str, T], path: str, key: str) -> T | None:
    """Return what is known of a path, or of the nearest path above it within its key."""
    from flowsim.scenario import paths

    while path and len(path) >= len(key):
        if path in known:
            return known[path]
        path = paths.above(path)
    return None


def _known(evidence: Evidence, sources: Mapping[str, Mapping[str, Any]]) -> Iterator[Said]:
    if evidence.source is not None:
        source = sources.get(evidence.source, {})
        told = ", ".join(str(source[k]) for k in ("title", "publisher") if k in source)
        name = evidence.source + (f" ({told})" if told else "")
        yield msg("source {name}", name=name)
    if evidence.assumption:
        given = isinstance(evidence.assumption, str)
        yield msg("assumption: {why}", why=evidence.assumption) if given else msg("assumption")
    if evidence.range is not None:
        yield msg("range {ends}", ends=_range(evidence.range))
    if evidence.confidence is not None:
        yield msg("confidence {letter}", letter=evidence.confidence)
    if evidence.note is not None:
        yield verbatim(evidence.note)


def _range(said: tuple[float, float] | Mapping[str, tuple[float, float]]) -> Said:
    if isinstance(said, Mapping):
        return joined(joined([key, _range(pair)], " ") for key, pair in said.items())
    return msg("{low} to {high}", low=said[0], high=said[1])
