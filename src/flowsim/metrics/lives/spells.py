"""Spells: every day of every client, in exactly one state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.ledger import Ledger
from flowsim.metrics.lives.history import History, history_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Spells:
    """Stretches of time in which nothing changes for a client; element i is about spell i.

    The spells of a client follow one another without a gap, from the first row (negative for
    people of the start) to the end of the run, follow-up included. None has length 0, but for where
    someone was today who was somewhere else in the first instant.
    """

    client: npt.NDArray[np.int64]
    today: npt.NDArray[np.bool_]
    """Whether it is where someone of the start was, before the first instant."""
    start: npt.NDArray[np.float64]
    end: npt.NDArray[np.float64]
    """Days; the spell is [start, end)."""
    state: npt.NDArray[np.int8]
    """`flowsim.ledger.State`; GONE after the client has left."""
    request: npt.NDArray[np.int8]
    """`flowsim.ledger.RequestKind` of what is waited for; -1: nothing."""
    option: npt.NDArray[np.int32]
    """Index in `Ledger.options` of the place held or, in aftercare, of the leaving; -1: none."""
    option_set: npt.NDArray[np.int32]
    """Index in `Ledger.option_sets` of what is waited for; -1: nothing."""
    wanted: npt.NDArray[np.int64]
    """Variant of the first option of what is, or was last, waited for; -1: nothing yet."""
    level: npt.NDArray[np.int8]
    """True support level; an index in `Ledger.levels`."""
    under: npt.NDArray[np.bool_]
    """Whether less support is given than needed."""
    minutes: npt.NDArray[np.int64]
    """Minutes of support given a week."""
    refused: npt.NDArray[np.int8]
    """`flowsim.ledger.RefusedBy` of the refusal that holds; -1: none."""
    home: npt.NDArray[np.int64]
    """Municipality of the last own dwelling; where notified, before there was one."""


def to_spells(ledger: Ledger, history: History | None = None) -> Spells:
    """Return every day of every client as spells, by client and then time.

    Parameters
    ----------
    ledger
        One run.
    history
        ``history_of(ledger)``, where it is at hand.
    """
    past = history_of(ledger) if history is None else history
    lasts = rows_of_spells(past)
    return Spells(
        client=past.client[lasts],
        today=past.today[lasts],
        start=past.day[lasts],
        end=past.until[lasts],
        state=past.state[lasts],
        request=past.request[lasts],
        option=past.option[lasts],
        option_set=past.option_set[lasts],
        wanted=past.wanted[lasts],
        level=past.level[lasts],
        under=past.under[lasts],
        minutes=past.minutes[lasts],
        refused=past.refused[lasts],
        home=past.home[lasts],
    )


def rows_of_spells(past: History) -> npt.NDArray[np.intp]:
    """Return the row of the history that says how each spell is."""
    # A row dated before the row above it (both of the start) ends that spell before it began.
    return np.flatnonzero((past.until > past.day) | past.today)
