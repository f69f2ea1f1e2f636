"""From files to a scenario: read, extend, set, validate; every value knows where it came from."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flowsim.errors import Problem, Said, ScenarioError, msg
from flowsim.scenario.checks.price import price_of_file, price_of_settings
from flowsim.scenario.differences import Differences
from flowsim.scenario.draft import (
    Draft,
    Raw,
    evidence_of,
    evidence_tables,
    file_problem,
    merge,
    override,
)
from flowsim.scenario.files import read_chain
from flowsim.scenario.followed import followed
from flowsim.scenario.gate import clean
from flowsim.scenario.guessed import guessed
from flowsim.scenario.identity import block_order
from flowsim.scenario.model import ReadFrom, Scenario
from flowsim.scenario.new_blocks import mistaken
from flowsim.scenario.phases import phases, validate
from flowsim.scenario.problems import covered, not_too_many
from flowsim.scenario.provenance import Provenance
from flowsim.scenario.sources import unknown_sources
from flowsim.scenario.toml_read import parse_toml
from flowsim.scenario.toml_text import as_found
from flowsim.scenario.unreadable import each_name_once
from flowsim.scenario.written import file_text


def load(path: str | Path, set: Iterable[str] = (), guess: Iterable[str] = ()) -> Scenario:
    """Read a scenario file, with what it extends and what is set on top.

    Parameters
    ----------
    path
        A TOML file.
    set
        Overrides such as ``"variant.bw.places=140"``, applied last: a decision from today on.
    guess
        The same of the base, if it is read otherwise: its today is another too, and what files
        that extend it decide is taken as a difference with it (`flowsim.scenario.guessed`).

    Returns
    -------
    Scenario
        Validated and frozen.

    Raises
    ------
    ScenarioError
        With every problem that was found.
    """
    chain, problems = read_chain(Path(path))
    if texts := tuple(guess):
        return _otherwise(chain, texts, tuple(set), problems, on_disk=True)
    return scenario_of(chain, tuple(set), problems, on_disk=True)


def reread(
    chain: Iterable[tuple[str, Mapping[str, Any]]], guess: Iterable[str], set: Iterable[str] = ()
) -> Scenario:
    """Return a scenario as it is if its base is read otherwise, as with ``load(…, guess=…)``.

    Parameters
    ----------
    chain, set
        `flowsim.scenario.model.ReadFrom.chain` and ``set`` of the scenario.
    guess
        ``path=value``.

    Raises
    ------
    ScenarioError
        With every problem that was found.
    """
    return _otherwise([(file, dict(raw)) for file, raw in chain], tuple(guess), tuple(set))


def _otherwise(
    read: list[tuple[str, Raw]],
    guess: tuple[str, ...],
    set: tuple[str, ...],
    problems: Iterable[Problem] = (),
    *,
    on_disk: bool = False,
) -> Scenario:
    """Make a scenario of files of which the base is read otherwise."""
    chain, wrong, guesses = guessed(read, guess)
    follow = {} if wrong else followed(read, chain)
    return scenario_of(chain, set, [*problems, *wrong], on_disk=on_disk, guesses=guesses,
                       follow=follow)  # fmt: skip


def parse(
    said: Mapping[str, Any] | str, name: str = "scenario", base: Scenario | None = None
) -> Scenario:
    """Make a scenario from what a file would say.

    Parameters
    ----------
    said
        The text of a file, or its tables.
    name
        What the file would be called, without ``.toml``.
    base
        What it extends, whatever its ``extends`` says; left out: it extends nothing.

    Raises
    ------
    ScenarioError
        With every problem that was found.
    ValueError
        When the base came from another process.

    Examples
    --------
    >>> queue = parse({
    ...     "scenario": {"days": 100},
    ...     "demand": [{"profile": "people", "per_year": 40}],
    ...     "variant": [{"name": "house", "places": 3, "stay_days": 20, "next": {"out": 1.0}}],
    ... })
    >>> more = parse('variant = [{ name = "house", places = 5 }]', "more", queue)
    >>> more.key, more.base.key
    ('more', 'scenario')
    """
    file = f"{name}.toml"
    raw, problems = clean(parse_toml(said, file) if isinstance(said, str) else said, file)
    parent = raw.pop("extends", None)
    if base is None:
        if parent is not None:
            allowed = msg("give the base that it extends, or load it from a file")
            problems.append(file_problem(file, "extends", as_found(parent), allowed))
        return scenario_of([(file, raw)], (), problems)
    below = base.read_from
    if not below.chain:
        raise ValueError("a scenario from another process does not know its files; load it")
    return scenario_of([(file, raw), *_as_read(below)], below.set, problems)


def _as_read(one: ReadFrom) -> list[tuple[str, Raw]]:
    return [(file, dict(raw)) for file, raw in one.chain]


def scenario_of(
    chain: list[tuple[str, Raw]],
    overrides: tuple[str, ...],
    problems: Iterable[Problem] = (),
    *,
    on_disk: bool = False,
    guesses: Mapping[str, str] = MappingProxyType({}),
    follow: Mapping[str, Said] = MappingProxyType({}),
) -> Scenario:
    """Make a scenario of a file and what it extends (the base last), and of what is set on top.

    ``guesses``: where values of the base are from that no file says so; ``follow``: how what files
    decide follows them.

    Raises
    ------
    ScenarioError
        With every problem that was found, and the ``problems`` that were known.
    """
    draft, told, differences = _merged(chain, overrides, guesses)
    problems = [*problems, *told]
    draft.refused = tuple(dict.fromkeys(p.path for p in problems if p.path))
    scenario, found = validate(draft)
    found = [p for p in found if not covered(p, problems)]
    if on_disk:
        found += unknown_sources([f for f, _ in chain], evidence_tables(draft.raw), draft.file_of)
    later, wrong = phases(draft, found)
    problems += [*found, *(p for p in wrong if not covered(p, [*problems, *found]))]
    if problems or scenario is None:
        raise ScenarioError(not_too_many(each_name_once(problems)))
    derived = len(chain) > 1 or bool(overrides)
    counted = any(text.startswith("start.") for text in overrides)
    order = block_order(draft.raw, _anchor(chain[-1][1]) if derived else {})
    return scenario.known_as(
        order=order,
        later=tuple((day, one.known_as(order=order, extends=True)) for day, _, one in later),
        base=_alone(chain[-1:]) if derived else None,
        extends=derived and not (len(chain) == 1 and counted),
        by_building=scenario.start.split == "building",
        read_from=_read_from(chain, overrides, draft.raw, guesses, follow),
        provenance=Provenance(
            file=chain[0][0],
            root=chain[-1][0],
            origin=draft.origin,
            evidence=evidence_of(draft.raw),
            replaced=draft.replaced,
            differences=differences,
            followed=dict(follow),
        ),
    )


def _merged(
    chain: list[tuple[str, Raw]], overrides: tuple[str, ...], guesses: Mapping[str, str]
) -> tuple[Draft, list[Problem], dict[str, str]]:
    """Return what the files say with what is set on top, and what they say as differences."""
    draft, differences = Draft(chain[0][0], {}), Differences()
    problems: list[Problem] = []
    extended = ""
    for file, raw in reversed(chain):
        _fill_name(raw, file)
        problems += mistaken(draft.raw, raw, file, extended)
        extended = file
        problems += price_of_file(draft.raw, raw, file)
        found, is_base = differences.resolved(draft.raw, raw, file), not draft.raw
        draft.raw = merge(draft.raw, found, Scenario, file, draft.origin)
        draft.origin |= guesses if is_base else {}
    before, draft.raw = draft.raw, copy.deepcopy(draft.raw)  # what is set must not reach the base
    settings: list[list[str]] = []
    for text in overrides:
        problems += override(draft, text, settings)
    problems += [*differences.problems, *price_of_settings(before, draft.raw, settings)]
    return draft, problems, differences.said


def _read_from(
    chain: list[tuple[str, Raw]],
    overrides: tuple[str, ...],
    raw: Raw,
    guesses: Mapping[str, str],
    follow: Mapping[str, Said],
) -> ReadFrom:
    again = partial(scenario_of, chain, guesses=guesses, follow=follow)
    return ReadFrom(chain=tuple(chain), set=overrides, raw=raw, again=again, text=file_text)


def _anchor(base: Raw) -> dict[str, tuple[str, ...]]:
    """Return the order of the base, or none where the base by itself is wrong."""
    try:
        return block_order(base, {})
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}


def _alone(chain: list[tuple[str, Raw]]) -> Scenario | None:
    """Return the base by itself, or None where it does not stand alone."""
    try:
        return scenario_of(chain, ())
    except ScenarioError:
        return None


def _fill_name(raw: Raw, file: str) -> None:
    """Call a file after itself: name, title and reason are not inherited."""
    about = raw.setdefault("scenario", {})
    if isinstance(about, dict):
        title = unicodedata.normalize("NFC", Path(file).stem)
        name = about.setdefault("name", name_of_file(title))
        if isinstance(name, str):
            about.setdefault("title", title if name == name_of_file(title) else name)
        about.setdefault("reason", "")


def name_of_file(stem: str) -> str:
    """Make a name of what a file is called: letters without accents, digits and ``_``."""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.-]+", "_", plain).strip("_.-") or "scenario"
