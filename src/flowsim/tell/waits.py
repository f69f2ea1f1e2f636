"""How long a client waited, and on what: the causes of every wait of one client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from flowsim.ledger import RefusedBy, State
from flowsim.metrics.lives.waits import ACCESS, KINDS, UNFINISHED
from flowsim.metrics.reading import Reading
from flowsim.metrics.why.causes import AT_DESK, DWELLING, HOURS, PLACE, REFUSED

Blocks = tuple[str, ...]
Cause = tuple[str, Blocks]
"""One of `flowsim.metrics.CAUSES` (or `BEFORE`), and the names of what was missing: variants, a
team or streams of dwellings."""

BEFORE: Final = "before"
"""In place of a cause: on which is not known, because it was before the start date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One wait of a client, that took some time."""

    kind: str
    """One of `flowsim.metrics.KINDS`."""
    start: float
    end: float
    """Days; the end of the run, where it is not over then."""
    over: bool
    causes: tuple[tuple[Cause, float], ...]
    """Days by cause, the longest first; moments with several causes are shared out equally. They
    add up to the wait."""

    @property
    def days(self) -> float:
        """How long it was."""
        return self.end - self.start


def waits_of_client(run: Reading, client: int) -> list[Wait]:
    """Return the waits of one client that took any time, as they came."""
    waits = run.episodes
    mine = np.flatnonzero((waits.client == client) & (waits.wait > 0))
    found = []
    for one in mine:
        start = float(waits.start[one])
        end = start + float(waits.wait[one])
        days: dict[Cause, float] = {}
        for cause, share in _shares(run, client, start, end):
            days[cause] = days.get(cause, 0.0) + share
        found.append(
            Wait(
                kind=KINDS[waits.kind[one]],
                start=start,
                end=end,
                over=bool(waits.ending[one] != UNFINISHED),
                causes=tuple(sorted(days.items(), key=lambda item: (-item[1], item[0]))),
            )
        )
    return found


def _shares(run: Reading, client: int, start: float, end: float) -> Iterator[tuple[Cause, float]]:
    """Yield the causes of a wait, with the days of each, spell by spell."""
    spells = run.spells
    inside = (spells.client == client) & (spells.start < end) & (spells.end > start)
    for spell in np.flatnonzero(inside & (spells.end > spells.start)).tolist():
        first, last = max(start, float(spells.start[spell])), min(end, float(spells.end[spell]))
        state, refused = State(spells.state[spell]), int(spells.refused[spell])
        if run.kind[spell] == ACCESS:
            yield (AT_DESK[state], ()), last - first
            continue
        if first < 0:
            yield (BEFORE, ()), min(last, 0.0) - first
            first = 0.0
        if last > first and refused >= 0:
            yield (REFUSED[RefusedBy(refused)], ()), last - first
        elif last > first:
            yield from _from_shelves(run, int(spells.option_set[spell]), first, last)


def _from_shelves(
    run: Reading, option_set: int, start: float, end: float
) -> Iterator[tuple[Cause, float]]:
    """Yield what the nearest options of a set lacked, with the days of each."""
    nearest = run.nearest
    _, runs, cuts = nearest.pieces(np.array([option_set]), np.array([start]), np.array([end]))
    for number, (first, last) in zip(runs.tolist(), cuts.tolist(), strict=True):
        causes = list(_lacking(run, option_set, number))
        for cause in causes:
            yield cause, (last - first) / len(causes)


def _lacking(run: Reading, option_set: int, number: int) -> Iterator[Cause]:
    """Yield what is lacking in one run of `Nearest`; that others come first, where nothing is."""
    nearest, pools = run.nearest, run.ledger.pools
    missing = int(nearest.missing[number])
    if not missing:
        yield "queue_order", ()
    if missing & PLACE:
        wanted = np.flatnonzero(nearest.wanted[nearest.pattern[number]])
        yield "place", tuple(dict.fromkeys(pools[pool].block for pool in wanted.tolist()))
    if missing & HOURS:
        team = int(run.history.options.team[nearest.option[number]])
        yield "hours", (pools[team].block,) if team >= 0 else ()
    if missing & DWELLING:
        options = [run.ledger.options[one] for one in run.ledger.option_sets[option_set]]
        asked = (pools[one.dwelling].block for one in options if one.dwelling >= 0)
        yield "dwelling", tuple(dict.fromkeys(asked))
