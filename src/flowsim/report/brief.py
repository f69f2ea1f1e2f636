"""The table that a run or comparison ends with: at most twelve rows, one line each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flowsim.experiment.estimates.estimate import Direction, Verdict
from flowsim.experiment.estimates.intervals import FEWEST
from flowsim.experiment.quantities.waits import MEAN
from flowsim.report.cells import NEED, Cells, adds_up, is_shown
from flowsim.report.console import plain_table
from flowsim.report.labels import METS, About
from flowsim.report.saying import (
    CLOSE,
    DOWN,
    EQUAL,
    UNTOLD,
    UP,
    decimals_for,
    is_probable,
    mark_of,
    places_beside,
    quantity_of,
    said_interval,
    said_number,
)
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from rich.table import Table

MOST: Final = 12
"""Rows."""
_LABEL, _COLUMN, _ROOMY = 36, 16, 28
PROBABLY: Final = "*"
FEWER_HELPED: Final = "†"
COSTS: Final = ("cost", "cost_per_person")
"""Measures that look better when fewer people are supported."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the table; the labels are keys of the catalogue."""

    about: About
    label: str
    part: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together: all of them are shown, or none."""

    rank: int
    """Groups of the lowest ranks are shown, as far as there is room."""
    lines: tuple[Shown, ...]


SHORT: Final = "short"


def _wait(kind: str, label: str, *, part: bool = False) -> Shown:
    return Shown(("wait", kind, MEAN), label, part)


def _met(detail: str, label: str) -> Shown:
    return Shown(("dwellings", detail, "mean"), label, part=True)


GROUPS: Final = (
    Group(1, (_wait("placement", "Wait for a first place (weeks)"),)),
    Group(6, (_wait("placement_own", "awarded: an own dwelling", part=True),
              _wait("placement_provider", "awarded: a provider's place", part=True),
              _wait("placement_shelter", "awarded: shelter", part=True))),
    Group(9, (_wait("access", "Wait for a decision (weeks)"),)),
    Group(5, (Shown(("waiting", "placement", "mean"), "Waiting for a place (persons)"),)),
    Group(7, (Shown(("gave_up", "", "mean"), "Give up while waiting (a year)"),)),
    Group(8, (Shown(("blocked", "", "mean"), "Blocked in a place (persons)"),)),
    Group(10, (Shown(("supported", "", "mean"), "Supported (persons)"),)),
    Group(11, (Shown(("outflow", "", "mean"), "Leave support (a year)"),)),
    Group(4, (Shown(("dwellings", NEED, "mean"), "Dwellings needed (a year)"),
              *(_met(name, text) for name, text in METS.items()),
              _met(SHORT, "unmet"))),
    Group(2, (Shown(("cost", "", "mean"), "Cost (million EUR a year)"),)),
    Group(3, (Shown(("cost_per_person", "", "mean"), "Cost each (EUR a person a year)"),)),
)  # fmt: skip
"""What councils ask first, in the order of the rows."""


def lines_of(keys: Sequence[str], cells: Cells) -> list[Shown]:
    """Return the rows: the groups that say something, by rank, as far as there is room.

    A part that is 0 everywhere is left out; what heads a part stays, be it 0.
    """
    found: dict[int, list[Shown]] = {}
    for group in GROUPS:
        there = [line for line in group.lines if any((key, *line.about) in cells for key in keys)]
        shown = [line for line in there if is_shown(line.about, keys, cells)]
        if not there or (not shown and there[0].about[0] not in ("wait", "waiting")):
            continue
        found[group.rank] = [line for line in there if line in shown or not line.part]
    kept: set[int] = set()
    room = MOST
    for rank in sorted(found):
        if len(found[rank]) <= room:
            kept.add(rank)
            room -= len(found[rank])
    return [line for group in GROUPS if group.rank in kept for line in found[group.rank]]


# ---------------------------------------------------------------- the table
def in_sight(keys: Sequence[str], width: int) -> Sequence[str]:
    """Return the scenarios that fit beside one another: the base and the first of the others."""
    return keys[: max((width + 1 - _LABEL) // (_COLUMN + 1), 2)]


def table_of(
    keys: Sequence[str], cells: Cells, titles: Mapping[str, str], width: int, say: Wording
) -> Table:
    """Return the table of these scenarios."""
    each = min((width + 1 - _LABEL) // len(keys) - 1, 40)
    return _table(keys, lines_of(keys, cells), cells, titles, each, say)


def _table(
    keys: Sequence[str], lines: Sequence[Shown], cells: Cells, titles: Mapping[str, str],
    each: int, say: Wording,
) -> Table:  # fmt: skip
    table = plain_table()
    table.add_column("", width=_LABEL - 1, overflow="fold")
    columns = []
    for i, key in enumerate(keys):
        base = f"\n({say('base')})" if i == 0 and len(titles) > 1 else ""
        column = [cells.get((key, *line.about)) for line in lines]
        texts = [_parts_of(cell, key, cells, each >= _ROOMY, say) for cell in column]
        wide = max((len(own) for own, _ in texts), default=0)
        columns.append([f"{own.rjust(wide)} {more}".rstrip() for own, more in texts])
        needed = max(map(len, columns[-1]), default=0)
        table.add_column(titles[key] + base, width=max(min(each, _COLUMN), needed), overflow="fold")
    for line, row in zip(lines, zip(*columns, strict=True), strict=True):
        table.add_row(("  " if line.part else "") + say(line.label), *row)
    return table


def _parts_of(
    cell: Mapping[Any, Any] | None, key: str, cells: Cells, roomy: bool, say: Wording
) -> tuple[str, str]:  # fmt: skip
    """Return a number, and what follows it: an interval, or the verdict on the difference."""
    if cell is None:
        return say.number(math.nan), ""
    about, value = quantity_of(cell), float(cell["value"])
    places = cell.get("places", decimals_for(about, value))
    own = said_number(about, value, say, decimals=places)
    verdict = Verdict(cell["verdict"])
    if verdict in (Verdict.BASE, Verdict.NONE):
        if roomy:
            exact = places_beside(about, value, cell["low"], cell["high"], places)
            own = said_number(about, value, say, decimals=exact)
        own = f"{own} {said_difference(cell, say)}".rstrip()
        ends = said_interval(about, cell["low"], cell["high"], say, decimals=places)
        return own, f"({ends})" if roomy and ends else ""
    more = said_difference(cell, say)
    if cheaper_for_fewer(cell, key, cells):
        more += FEWER_HELPED
    if roomy and verdict not in (Verdict.EXACT, Verdict.CLOSE, Verdict.SAME):
        low, high = sorted(abs(cell[f"difference_{end}"]) for end in ("low", "high"))
        ends = said_interval(about, low, high, say)
        more += f" ({ends})" if ends else ""
    return own, more


def said_difference(cell: Mapping[Any, Any], say: Wording) -> str:
    """Say a difference with the base in a few signs: ▼ 8,5; ▲ 1,5* (probably); ▲ iets; ≈; =."""
    verdict, mark = Verdict(cell["verdict"]), mark_of(cell)
    if _is_untold(cell):
        return UNTOLD
    if verdict not in (Verdict.SLIGHT, Verdict.LIKELY, Verdict.CLEAR):
        return mark
    number = said_number(quantity_of(cell), abs(cell["difference"]), say)
    said = say("slightly") if verdict == Verdict.SLIGHT else number
    return f"{mark} {said}" + (PROBABLY if is_probable(cell) else "")


def _is_untold(cell: Mapping[Any, Any]) -> bool:
    """Tell whether there is a number, and enough futures, but no verdict."""
    return (
        Verdict(cell["verdict"]) == Verdict.NONE
        and math.isfinite(cell["value"])
        and int(cell["replications"]) >= FEWEST
    )


def helps_fewer(key: str, cells: Cells) -> bool:
    """Tell whether a scenario supports fewer people than the base, as far as its verdict goes."""
    return _is_lower(cells.get((key, "supported", "", "mean")))


def cheaper_for_fewer(cell: Mapping[Any, Any], key: str, cells: Cells) -> bool:
    """Tell whether a cell is a cost that is lower than in the base, while fewer are supported."""
    return cell["measure"] in COSTS and _is_lower(cell) and helps_fewer(key, cells)


def _is_lower(cell: Mapping[Any, Any] | None) -> bool:
    return (
        cell is not None
        and cell["direction"] == Direction.LOWER
        and Verdict(cell["verdict"]) in (Verdict.SLIGHT, Verdict.LIKELY, Verdict.CLEAR)
    )


# ---------------------------------------------------------------- how to read it
def key_to(
    keys: Sequence[str], cells: Cells, titles: Mapping[str, str], say: Wording
) -> Iterator[str]:
    """Say what the signs mean that stand in the table, and what cheaper does not mean."""
    lines = lines_of(keys, cells)
    ats = ((key, *line.about) for line in lines for key in keys[1:])
    signs = about_signs([cells[at] for at in ats if at in cells], say)
    if signs:
        yield signs
    if any(line.about[:2] == ("dwellings", SHORT) for line in lines):
        yield about_unmet(say)
    if any(line.about[0] == "dwellings" for line in lines) and not all(
        adds_up(key, cells) for key in keys
    ):
        yield about_rounding(say)
    yield from about_fewer(keys, cells, titles, say)


def about_unmet(say: Wording) -> str:
    """Say what need that is left unmet is."""
    return say(
        "Unmet: newly needed, less who got a dwelling or did without; below 0: more was met than "
        "was newly needed. The queue grows by less: people also give up, leave or need none any "
        "more."
    )


def about_rounding(say: Wording) -> str:
    """Say why parts may not add up as they are shown."""
    return say("Each number is rounded by itself: parts may differ from their total by the last "
               "digit.")  # fmt: skip


def about_fewer(
    keys: Sequence[str], cells: Cells, titles: Mapping[str, str], say: Wording,
    shown: Sequence[str] = COSTS,
) -> Iterator[str]:  # fmt: skip
    """Say what cheaper does not mean, where that is so; ``shown``: the measures that are there."""
    costs = [(key, cells.get((key, name, "", "mean"))) for key in keys[1:] for name in shown]
    fewer = dict.fromkeys(
        key for key, cell in costs if cell is not None and cheaper_for_fewer(cell, key, cells)
    )
    if fewer:
        listed = ", ".join(f"‘{titles[key]}’ ({_fewer(key, cells, say)})" for key in fewer)
        yield say(
            "{mark} Fewer people are supported: {listed}. Cheaper does not mean the same for less "
            "here.",
            mark=FEWER_HELPED, listed=listed,
        )  # fmt: skip


def about_signs(rows: Iterable[Mapping[Any, Any]], say: Wording) -> str:
    """Say what the signs of `said_difference` mean that these rows get."""
    listed = list(rows)
    verdicts = {Verdict(row["verdict"]) for row in listed}
    texts = []
    if any(row["direction"] for row in listed):
        texts.append(say("{down} {up} lower or higher than the base", down=DOWN, up=UP))
    if Verdict.SLIGHT in verdicts:
        texts.append(say("slightly: less than matters"))
    if any(map(is_probable, listed)):
        texts.append(say("{mark} probably", mark=PROBABLY))
    if Verdict.CLOSE in verdicts:
        texts.append(say("{mark} not to be told apart: it may be chance", mark=CLOSE))
    if verdicts & {Verdict.SAME, Verdict.EXACT}:
        texts.append(say("{mark} as good as equal", mark=EQUAL))
    if any(map(_is_untold, listed)):
        texts.append(say("{mark} no verdict: it differs in too few futures, or is not known",
                         mark=UNTOLD))  # fmt: skip
    return "; ".join(texts) + "." if texts else ""


def _fewer(key: str, cells: Cells, say: Wording) -> str:
    cell = cells[key, "supported", "", "mean"]
    number = said_number(quantity_of(cell), abs(cell["difference"]), say)
    if is_probable(cell):
        return say("probably {number} fewer", number=number)
    return say("{number} fewer", number=number)
