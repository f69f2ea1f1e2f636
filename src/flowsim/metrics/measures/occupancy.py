"""How full places are: what is taken, what is free, and for how many somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.lives.history import heads_of, in_place
from flowsim.metrics.lives.waits import INTERNAL, PLACED, PLACEMENT, RETURN
from flowsim.metrics.once import once
from flowsim.metrics.pools import capacity_steps, columns_of, limited, turnovers
from flowsim.metrics.reading import Reading, count
from flowsim.metrics.window import Floats, Ints, cut

BY_ROOM: Final = ("full", "room")
AT_ONCE: Final = ("at_once", "later")
FOR_A_PLACE: Final = (PLACEMENT, INTERNAL, RETURN)


@dataclass(frozen=True, slots=True)
class Occupancy:
    """The window in stretches of time in which nothing changes in the places of a group.

    A group is the places of a variant in an area, of all providers together. Element i of every
    array is about stretch i, by group and then time.
    """

    groups: tuple[int, ...]
    """Of each group its first pool."""
    group: Ints
    year: Ints
    days: Floats
    places: Floats
    """That there are."""
    taken: Floats
    """Lived in or turning over; more than `places` where capacity fell."""
    free: Floats
    """That somebody may enter, of each pool on its own: a place too many in one fills no other."""
    asked: Floats
    """`taken`, and who waits for something of which a place of the group is the first option."""

    @property
    def full(self) -> npt.NDArray[np.bool_]:
        """Whether there are places, and none is free."""
        full: npt.NDArray[np.bool_] = (self.places > 0) & (self.free == 0)
        return full


@once
def occupancy(run: Reading) -> Occupancy:
    """Return how full the places with a limit are, through the window."""
    pools = limited(run, "place")
    about = run.ledger.pools
    named = [(about[p].block, about[p].area) for p in pools]
    members = [[i for i, _ in mine] for _, mine in groupby(enumerate(named), lambda one: one[1])]
    pool, day, steps = _steps(run, pools, members)
    parts = []
    for number, mine in enumerate(members):
        here = np.flatnonzero((pool >= mine[0]) & (pool <= mine[-1]))
        here = here[np.argsort(day[here], kind="stable")]
        level = np.zeros((3, len(here), len(mine)))
        level[:, np.arange(len(here)), pool[here] - mine[0]] = steps[:, here]
        places, taken, waiting = level.cumsum(axis=1)
        index, year, begin, end = cut(day[here], np.append(day[here][1:], np.inf), run.window.edges)
        free = np.maximum(places - taken, 0.0).sum(axis=1)
        columns = (places.sum(axis=1), taken.sum(axis=1), free, (taken + waiting).sum(axis=1))
        parts.append((np.full(len(index), number), year, end - begin, *(c[index] for c in columns)))
    joined = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Occupancy(tuple(pools[mine[0]] for mine in members), *joined)


def _steps(run: Reading, pools: list[int], members: list[list[int]]) -> tuple[Ints, Floats, Floats]:
    """Return pool (a column) and day of every change, and what it adds (3, n).

    To the places there are, to those taken, and to who waits; of a group in its first pool.
    """
    column, spells, options = columns_of(run, pools), run.spells, run.history.options
    first = np.array([mine[0] for mine in members for _ in mine] + [-1])
    held = np.where(in_place(spells.state), column[options.place[spells.option]], -1)
    asked = column[options.place[heads_of(run.ledger)[spells.option_set]]]
    asked = np.where(np.isin(run.kind, FOR_A_PLACE), first[asked], -1)
    asked[asked == first[held]] = -1  # one place is enough
    at, day, step = capacity_steps(run, pools)
    moments = [(at, day, 0, step)]
    turns = turnovers(run, column)
    for row, (place, begins, ends) in (
        (1, (held, spells.start, spells.end)), (1, turns), (2, (asked, spells.start, spells.end))
    ):  # fmt: skip
        mine = place >= 0
        for when, sign in ((begins, 1.0), (ends, -1.0)):
            moments.append((place[mine], when[mine], row, np.full(int(mine.sum()), sign)))
    steps = np.zeros((3, sum(len(one[0]) for one in moments)))
    done = 0
    for where, _, row, amount in moments:
        steps[row, done : done + len(where)] = amount
        done += len(where)
    return (
        np.concatenate([one[0] for one in moments]),
        np.concatenate([one[1] for one in moments]),
        steps,
    )


@defines(
    place_days_by_room=Measure(
        "place_days",
        "Plaatsdagen, van de plaatsen die er zijn: terwijl er in het gebied geen plaats van de "
        "woonvariant vrij is (full), of wel een (room).",
        "Place-days, of the places there are: while no place of the variant is free in the area "
        "(full), or one is (room).",
    ),
)
def measure_room(run: Reading) -> Columns:
    """Add up the places there are, while none is free and while one is, times days."""
    if not limited(run, "place"):
        return stack([])
    found, pools = occupancy(run), run.ledger.pools
    size = (len(run.window.years), len(found.groups), len(BY_ROOM))
    kind = np.where(found.full, BY_ROOM.index("full"), BY_ROOM.index("room"))
    number = count(size, found.year, found.group, kind, weight=found.places * found.days)
    parts = []
    for i, first in enumerate(found.groups):
        axes = {
            "period": run.window.years,
            "municipality": (pools[first].area,),
            "variant": (pools[first].block,),
            "detail": BY_ROOM,
        }
        parts.append(table("place_days_by_room", number[:, i, None, None], axes))
    return stack(parts)


@defines(
    placement_at_once=Measure(
        "events",
        "Wachten op een eerste plek, naar jaar waarin het begon en de woonvariant die de "
        "toekenning als eerste noemt: meteen geplaatst (at_once) of niet (later).",
        "Waits for a first place, by the year in which they began and the variant that the award "
        "names first: placed at once (at_once) or not (later).",
    ),
)
def measure_at_once(run: Reading) -> Columns:
    """Count who asks for a first place, by whether it is there at once, whatever else is missing.

    Who leaves in the instant of asking, because nobody can serve the award, is in neither.
    """
    if not run.variants:
        return stack([])
    waits, window, ledger = run.episodes, run.window, run.ledger
    year = window.year_of(waits.start)
    later = waits.wait > 0
    mine = (waits.kind == PLACEMENT) & (year >= 0) & (later | (waits.ending == PLACED))
    axes = {
        "period": window.years,
        "municipality": ledger.municipalities,
        "variant": ledger.variants,
        "detail": AT_ONCE,
    }
    number = count(
        tuple(map(len, axes.values())),
        year[mine],
        waits.municipality[mine],
        np.maximum(waits.variant[mine], 0),
        later[mine].astype(int),
    )
    return table("placement_at_once", number, axes)
