"""A resolved scenario: every value, where it came from, and how it is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from flowsim.errors import Said, joined, msg, verbatim, visible

if TYPE_CHECKING:
    from flowsim.report.wording import Wording
    from flowsim.scenario import Scenario
    from flowsim.scenario.provenance import Provenance
    from flowsim.scenario.values import Evidence

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a scenario."""

    path: str
    written: str
    """As a scenario file has it."""
    origin: str
    """The file or ``--set``, or (`Said`) that it is the default of the language."""
    evidence: Evidence | None
    difference: Said
    """What the file did with the number that it extends."""
    kind: Said | None
    """What kind of number it is (`flowsim.scenario.number_kinds`). A lever is what anything but the
    base decides; nothing is said of a default, of what was measured or of how it is run."""


def resolved(scenario: Scenario) -> Iterator[Value]:
    """Yield every value of a scenario."""
    from flowsim.scenario import paths
    from flowsim.scenario.timeline import look_up
    from flowsim.scenario.toml_text import toml

    known, raw = scenario.provenance, scenario.read_from.raw
    drawn = _drawn(scenario)
    for path, key, value in _leaves(scenario, "", "", known.evidence):
        said = not raw or look_up(raw, paths.split(path) or []) is not None
        origin = _origin(known.origin, path, key) if said else msg("default")
        found = None if origin.startswith("--") else _nearest(known.evidence, path, key)
        told = verbatim("") if origin.startswith("--set") else _difference(known, path, key)
        kind = None
        if _has_number(value) and not path.startswith("scenario."):
            kind = _kind(path, origin, known.root, found, _nearest(drawn, path, key))
        yield Value(path, toml(value), origin, found, told, kind)


def resolved_lines(scenario: Scenario, say: Wording) -> Iterator[str]:
    """Yield every value of a scenario as ``path = value  # where it came from``."""
    from flowsim.scenario.sources import read_sources

    origins = scenario.provenance.origin.values()
    folders = {Path(file).parent for file in origins if file.endswith(".toml")}
    sources = {k: v for folder in folders for k, v in (read_sources(folder) or {}).items()}
    for one in resolved(scenario):
        shown = one.origin if isinstance(one.origin, Said) else visible(one.origin)
        told = [part for part in (shown, one.difference, one.kind) if part]
        known = how_known(one.evidence, sources) if one.evidence else ()
        yield f"{one.path} = {one.written}  # {say.said(joined([*told, *known], '; '))}"


def _drawn(scenario: Scenario) -> dict[str, bool]:
    from flowsim.scenario.number_kinds import drawn

    return {path: True for kind in ("guess", "price") for group in drawn(scenario, kind).values()
            for path in group}  # fmt: skip


def _has_number(value: Any) -> bool:
    from flowsim.scenario.numbers import is_number

    if isinstance(value, Mapping):
        return any(map(_has_number, value.values()))
    return any(map(is_number, value)) if isinstance(value, list | tuple) else is_number(value)


def _kind(
    path: str, origin: str, root: str, evidence: Evidence | None, drawn: bool | None
) -> Said | None:
    """Say what kind of number it is: a lever where anything but the base decides it."""
    from flowsim.scenario import paths
    from flowsim.scenario.number_kinds import KIND, kind_of

    kind = kind_of(paths.split(path) or [])
    decided = path.startswith("change.") or not (origin.startswith("--guess") or origin == root)
    measured = evidence is not None and evidence.confidence in ("A", "B")
    if isinstance(origin, Said) or (kind == "lever" and not decided):
        return None
    if decided:
        return KIND["lever"]
    if kind == "guess" and measured:
        return None
    held = kind == "guess" and not drawn and not origin.startswith("--guess")
    return msg("held") if held else KIND[kind]


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
        written = _written(value)
        dated = path.startswith("change.") and path.endswith(".set")
        inside = dated or any(e.startswith(f"{path}.") for e in evidence)
        if isinstance(written, Mapping) and inside:
            for name, below in written.items():
                yield from _leaves(below, f"{path}.{paths.part(name)}", key, evidence)
        elif written not in ((), {}):
            yield path, key, written


def _written(value: Any) -> Any:
    """Return a value as a file has it, also inside a table."""
    if hasattr(value, "written"):
        return value.written()
    if isinstance(value, Mapping):
        return {name: _written(below) for name, below in value.items()}
    return value


def _origin(origins: Mapping[str, str], path: str, key: str) -> str:
    """Return where a value came from: a file, an override, or the default of the language."""
    inside = [origin for at, origin in origins.items() if at.startswith(f"{path}.")]
    return (inside or [_nearest(origins, path, key) or msg("default")])[-1]


def _difference(known: Provenance, path: str, key: str) -> Said:
    """Say what files did with a value, and with parts of it by their names."""
    said = {at: verbatim(told) for at, told in known.differences.items()} | dict(known.followed)
    inside = [joined([at.removeprefix(path)[1:], told], " ") for at, told in said.items()
              if at.startswith(f"{path}.")]  # fmt: skip
    return joined([told for told in (_nearest(said, path, key),) if told] + inside)


def _nearest(known: Mapping[str, T], path: str, key: str) -> T | None:
    """Return what is known of a path, or of the nearest path above it within its key."""
    from flowsim.scenario import paths

    while path and len(path) >= len(key):
        if path in known:
            return known[path]
        path = paths.above(path)
    return None


def how_known(evidence: Evidence, sources: Mapping[str, Mapping[str, Any]]) -> Iterator[Said]:
    """Yield how a number is known: source, assumption, range, confidence and note.

    Parameters
    ----------
    evidence
        Of the number.
    sources
        What is known of sources, by their keys.
    """
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
    if evidence.moves_with is not None:
        yield msg("moves with {name}", name=evidence.moves_with)
    if evidence.confidence is not None:
        yield msg("confidence {letter}", letter=evidence.confidence)
    if evidence.note is not None:
        yield verbatim(evidence.note)


def _range(said: tuple[float, float] | Mapping[str, tuple[float, float]]) -> Said:
    if isinstance(said, Mapping):
        return joined(joined([key, _range(pair)], " ") for key, pair in said.items())
    return msg("{low} to {high}", low=said[0], high=said[1])
