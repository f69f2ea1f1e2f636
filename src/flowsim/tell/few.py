"""A few clients whose lives teach most of what a run does to people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.errors import Said, msg
from flowsim.ledger import EventKind, Reason
from flowsim.metrics.lives.waits import GAVE_UP, OUTFLOW, PLACED, PLACEMENT
from flowsim.metrics.reading import Reading


@dataclass(frozen=True, slots=True)
class Chosen:
    """A client, and why this one."""

    client: int
    why: Said | None = None


def a_few(run: Reading) -> list[Chosen]:
    """Choose clients by what happened to them, none twice; the first one where nothing did.

    Of the waits that began in the window: who waited longest for a first place and got it; who
    waited longest to leave, and left for a home of their own; who gave up after the longest wait.
    And the first who relapsed and got a place again. Equal ones go by number.
    """
    found: dict[int, Chosen] = {}
    for why, clients in _kinds(run):
        for client in clients:
            if client not in found:
                found[client] = Chosen(client, why)
                break
    if not found and len(run.history.client):
        client = int(run.history.client[0])
        found[client] = Chosen(client, msg("The first"))
    return list(found.values())


def _kinds(run: Reading) -> Iterator[tuple[Said, list[int]]]:
    """Yield reasons and the clients that they hold for, the best first."""
    waits, past = run.episodes, run.history
    new = waits.counts & (waits.start >= 0)
    got = new & (waits.ending == PLACED) & (waits.wait > 0)
    yield (
        msg("Who waited longest for a first place, and got it"),
        _longest(run, got & (waits.kind == PLACEMENT)),
    )
    home = (past.kind == EventKind.AFTERCARE) | (
        (past.kind == EventKind.GONE) & (past.why == Reason.OWN_DWELLING)
    )
    left = np.isin(waits.client, past.client[home])
    yield (
        msg("Who waited longest to leave, and left for a home of their own"),
        _longest(run, got & left & (waits.kind == OUTFLOW)),
    )
    yield msg("Who gave up after the longest wait"), _longest(run, new & (waits.ending == GAVE_UP))
    relapsed = past.client[(past.kind == EventKind.RELAPSED) & ~past.at_start]
    yield (
        msg("Who relapsed, and got a place again"),
        [one for one in dict.fromkeys(relapsed.tolist()) if _placed_after_relapse(run, one)],
    )


def _longest(run: Reading, which: npt.NDArray[np.bool_]) -> list[int]:
    """Return the clients of these waits, the longest wait first."""
    waits = run.episodes
    mine = np.flatnonzero(which)
    order = np.lexsort((waits.client[mine], -waits.wait[mine]))
    return [int(client) for client in waits.client[mine[order]]]


def _placed_after_relapse(run: Reading, client: int) -> bool:
    past = run.history
    kinds = past.kind[past.client == client].tolist()
    return EventKind.PLACED in kinds[kinds.index(EventKind.RELAPSED) :]
