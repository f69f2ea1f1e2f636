"""Charts of what is guessed: two bands for each difference, and the guesses that move it most."""

from __future__ import annotations

import math
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from flowsim.experiment.draws.tornado import FEWEST, Bar, Turns
from flowsim.experiment.draws.uncertainty import Uncertainty
from flowsim.report.charts.style import (
    COLOURS,
    FAINT,
    INK,
    MUTED,
    canvas,
    despine,
    finish,
    name_rows,
    nothing,
    rows_height,
    styled,
    whisker,
)
from flowsim.report.charts.writing import number_axis, wrap
from flowsim.report.guess_names import guess_names
from flowsim.report.names import titles_of
from flowsim.report.saying import quantity_of, said_label
from flowsim.report.terminal import heading
from flowsim.report.turning import MOST, TURNS, is_open, line_of
from flowsim.report.uncertain import records, rows_told
from flowsim.report.wording import Wording

_CHANCE, _BOTH = INK, COLOURS[0]
_TURNS: Final = {
    Turns.TURNS: COLOURS[3], Turns.MAY: COLOURS[1], Turns.NOT: COLOURS[0],
    Turns.UNKNOWN: COLOURS[0],
}  # fmt: skip


def draw_bands(found: Uncertainty, say: Wording) -> Figure:
    """What each scenario changes: by chance alone, and with what is guessed."""
    results = found.comparison
    title = say("What stands whatever is guessed?")
    source = _source(found, say)
    told, others = rows_told(found), results.keys[1:]
    with styled():
        if not told or not others:
            return nothing(title, source, say)
        names = [wrap(one, 32) for key, one in titles_of(results.scenarios, say).items()
                 if key in others]  # fmt: skip
        each = 0.75 + rows_height(names, 0.45)
        figure, axes = canvas(len(told), 1, 7.5, 0.2 + len(told) * each)
        for axis, about in zip(axes, told, strict=True):
            rows = records(found, about)
            quantity = quantity_of(rows[results.base])
            axis.set_title(wrap(said_label(quantity, say), 60))
            axis.axvline(0, color=FAINT, linewidth=0.9)
            for place, key in enumerate(others):
                _two_bands(axis, place, rows[key], quantity.factor)
            name_rows(axis, names)
            number_axis(axis.xaxis, say)
            axis.set_xlabel(say("difference with the base, {unit}", unit=say(quantity.unit)))
        handles = [
            Line2D([], [], color=_CHANCE, linewidth=2.2, marker="o",
                   label=say("chance alone (95%)")),
            Line2D([], [], color=_BOTH, linewidth=6, alpha=0.5, solid_capstyle="butt",
                   label=say("chance and guesses (90%)")),
        ]  # fmt: skip
        return finish(figure, title, source, handles, 2)


def _two_bands(axis: Axes, place: int, row: Any, factor: float) -> None:
    wide = [row[f"difference_evidence_{end}"] * factor for end in ("low", "high")]
    narrow = [row[f"difference_{end}"] * factor for end in ("low", "high")]
    whisker(axis, wide, [place, place], color=_BOTH, linewidth=6, alpha=0.5)
    whisker(axis, narrow, [place, place], color=_CHANCE)
    if math.isfinite(row["difference"]):
        axis.plot([row["difference"] * factor], [place], "o", color=_CHANCE, markersize=4)


def draw_tornado(found: Uncertainty, say: Wording) -> Figure:
    """On which guesses the first quantity hangs: of the base, and of each difference."""
    results = found.comparison
    title, source = say("On which guess does it hang?"), _source(found, say)
    told = rows_told(found)
    with styled():
        if not told:
            return nothing(title, source, say)
        rows, names = records(found, told[0]), guess_names(results.scenarios[0].base, say)
        titles = titles_of(results.scenarios, say)
        panels = [(key, found.bars(line_of(rows[key]), key, difference=key != results.base)[:MOST])
                  for key in results.keys]  # fmt: skip
        panels = [(key, bars) for key, bars in panels if bars]
        if not panels:
            return nothing(title, source, say)
        labels = [[wrap(names[bar.name], 38) for bar in bars] for _, bars in panels]
        heights = [0.85 + rows_height(one, 0.26) for one in labels]
        figure, axes = canvas(len(panels), 1, 8, 0.2 + sum(heights), **{})
        for axis, (key, bars), listed in zip(axes, panels, labels, strict=True):
            quantity = quantity_of(rows[key])
            what = said_label(quantity, say)
            if key != results.base:
                what = say("{title}: difference, {label}", title=titles[key], label=what)
            axis.set_title(wrap(what, 70))
            _bars(axis, bars, quantity.factor, is_open(rows[key]) if key != results.base else True)
            if key != results.base:
                axis.axvline(0, color=INK, linewidth=0.9)
            name_rows(axis, listed)
            number_axis(axis.xaxis, say)
            axis.set_xlabel(say(quantity.unit))
        handles = [Patch(color=_TURNS[one], label=say(TURNS[one]))
                   for one in (Turns.TURNS, Turns.MAY, Turns.NOT)]  # fmt: skip
        handles.append(Patch(color=MUTED, label=say("no sign to turn")))
        note = say("Open circle: the guess at the low end of its range (P10); filled: at the high "
                   "end (P90); the rest then as fits today.")  # fmt: skip
        return finish(figure, title, source, handles, 4, note)


def _bars(axis: Axes, bars: list[Bar], factor: float, unsaid: bool) -> None:
    """Draw bars from end to end; grey where there is no sign that could turn."""
    for place, bar in enumerate(bars):
        ends, colour = [bar.low * factor, bar.high * factor], MUTED if unsaid else _TURNS[bar.turns]
        axis.plot(ends, [place, place], color=colour, linewidth=5, solid_capstyle="butt")
        axis.plot(ends[0], place, "o", markersize=6, markerfacecolor="white",
                  markeredgecolor=INK)  # fmt: skip
        axis.plot(ends[1], place, "o", markersize=6, color=INK)
    despine(axis)


def _source(found: Uncertainty, say: Wording) -> str:
    n = len(found.drawn.draws)
    said = say("{heading}; {n} draws of what is guessed",
               heading=heading(found.comparison, say), n=n)  # fmt: skip
    if n < FEWEST:
        said += say(" (fewer than {n}: the largest is large by chance)", n=FEWEST)
    return said


UNCERTAIN_CHARTS: Final = {"uncertainty": draw_bands, "tornado": draw_tornado}
"""File name (without suffix) and the function that draws it."""
