"""One event in words, whatever it is: of a client by number, of a pool by name."""

from __future__ import annotations

from typing import Final

import numpy as np

from flowsim.errors import Said, joined, msg, number
from flowsim.ledger import EventKind, LostBecause
from flowsim.metrics.reading import Reading
from flowsim.tell.life import row_of
from flowsim.tell.sentences import sentences
from flowsim.tell.words import Name, Words, plain_name

_K: Final = EventKind


def event_told(run: Reading, row: int, name: Name = plain_name) -> Said:
    """Say what a row of the ledger tells.

    Parameters
    ----------
    run
        One run, with its scenario.
    row
        Index in `Ledger.rows`; not of a row that tells what is free in a pool.
    name
        What things are called; default: by their names in the ledger.
    """
    words, fact = Words(run.ledger, name), run.ledger.rows[row]
    kind = EventKind(fact["kind"])
    if kind == _K.EXCHANGED:
        return msg("{n} people exchange places", n=int(fact["client"]))
    if kind > _K.POOL:
        return _of_pool(words, kind, fact)
    said = sentences(words, row_of(run, _in_history(run, row)))
    told = joined(said, ". ") if said else _AT_DESK.get(kind, msg("Asks for the same, elsewhere"))
    return msg("Client {n}: {told}", n=int(fact["client"]), told=told)


def _in_history(run: Reading, row: int) -> int:
    """Return where a row about a client stands in the history of the run."""
    before = run.ledger.rows[:row]
    client = int(run.ledger.rows["client"][row])
    earlier = np.count_nonzero((before["client"] == client) & (before["kind"] < _K.POOL))
    return int(np.flatnonzero(run.history.client == client)[earlier])


def _of_pool(words: Words, kind: EventKind, fact: np.void) -> Said:
    pool = words.ledger.pools[fact["ref"]]
    if kind == _K.CAPACITY:
        return _capacity(words, int(fact["ref"]), int(fact["client"]))
    if kind in (_K.OTHER_STARTED, _K.OTHER_ENDED):
        desk = words.name("desk", pool.block)
        if kind == _K.OTHER_STARTED:
            return msg("{desk} begins with another case", desk=desk)
        return msg("{desk} is done with another case", desk=desk)
    dwelling = _with_area(words, words.dwelling([pool.block]), int(fact["ref"]))
    if kind == _K.OFFERED:
        return msg("Comes free: {dwelling}", dwelling=dwelling)
    if kind == _K.REFILLED:
        return msg("Goes to a provider: {dwelling}", dwelling=dwelling)
    if fact["why"] == LostBecause.CAP:
        return msg("Lapses, because enough are on offer: {dwelling}", dwelling=dwelling)
    return msg("Lapses, because nobody took it in time: {dwelling}", dwelling=dwelling)


def _capacity(words: Words, number_of: int, amount: int) -> Said:
    """Say how much there is of a pool from now on."""
    pool = words.ledger.pools[number_of]
    what = _with_area(words, words.named(pool.kind, [pool.block]), number_of)
    if pool.kind == "team":
        hours = number(amount / 60, 0 if amount % 60 == 0 else 1)
        return msg("Hours a week of {what} from now on: {n}", what=what, n=hours)
    if pool.kind == "desk":
        return msg("Assessors of {what} from now on: {n}", what=what, n=amount)
    return msg("Places in {what} from now on: {n}", what=what, n=amount)


def _with_area(words: Words, what: Said, number_of: int) -> Said:
    """Say of which provider and where, in case there are several."""
    pools = words.ledger.pools
    pool = pools[number_of]
    parts = [what]
    if pool.provider:
        parts.append(msg("of {provider}", provider=words.name("provider", pool.provider)))
    if len({one.area for one in pools if (one.kind, one.block) == (pool.kind, pool.block)}) > 1:
        parts.append(msg("in {area}", area=words.name("area", pool.area)))
    return joined(parts, " ")


_AT_DESK: Final = {
    _K.ASSESSING: msg("The assessment begins"),
    _K.PAPERWORK: msg("The assessment is done, paperwork begins"),
    _K.REVIEW_REQUESTED: msg("Asks for a reassessment"),
    _K.REVIEW_STARTED: msg("The reassessment begins"),
}
"""Steps that the life of a client leaves out."""
