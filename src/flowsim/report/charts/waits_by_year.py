"""The wait for a first place by year: a mean over all years hides a dip that passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from flowsim.experiment.estimates.estimate import Verdict
from flowsim.experiment.quantities.waits import FIRST_PLACES, MEAN, WAITS
from flowsim.experiment.tables.by_year import YEAR
from flowsim.experiment.tables.picking import rows_of
from flowsim.report.charts.data import ChartData
from flowsim.report.charts.style import (
    COLOURS,
    INK,
    despine,
    finish,
    label_outer,
    nothing,
    panels,
    styled,
    whisker,
    year_axis,
)
from flowsim.report.charts.writing import number_axis, wrap
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    import pandas as pd

_FILLED: Final = (Verdict.BASE, Verdict.CLEAR)
_LOOKS: Final = tuple(zip((COLOURS[0], COLOURS[1], COLOURS[2]), ("o", "s", "^"), strict=True))
_APART: Final = 0.12
"""Years that groups stand apart."""


def draw_waits_by_year(data: ChartData, say: Wording) -> Figure:
    """How long people wait for a first place, by the year in which the wait began."""
    title = say("The wait for a first place, by the year in which it began")
    about = {"measure": "wait", "statistic": MEAN}
    mine = rows_of(data.by_year, period=YEAR, **about)
    groups = [name for name in FIRST_PLACES if name in set(mine["detail"])] or ["placement"]
    mine = rows_of(mine, detail=groups)
    with styled():
        if not mine["value"].notna().any():
            return nothing(title, data.source, say)
        years = list(dict.fromkeys(mine["year"]))
        figure, (axes,) = panels(data, 1.9)
        for axis, key in zip(axes, data.keys, strict=True):
            for i, group in enumerate(groups):
                rows = rows_of(mine, detail=group)
                shift = _APART * (i - (len(groups) - 1) / 2)
                base = rows_of(rows, scenario=data.keys[0]).set_index("year").reindex(years)
                _group(axis, rows_of(rows, scenario=key), years, _LOOKS[i], shift)
                if key != data.keys[0]:
                    axis.plot(np.arange(len(years)), base["value"], color=_LOOKS[i][0],
                              linestyle=":", linewidth=1.1)  # fmt: skip
            year_axis(axis, years)
            despine(axis)
        axes[0].set_ylim(bottom=0)
        for axis in axes:
            number_axis(axis.yaxis, say)
        weeks = wrap(say("mean, weeks (of the first 104)"), 22)
        label_outer(axes, say("year in which the wait began"), weeks)
        return finish(figure, title, data.judged, _key(data, groups, say), 2)


def _group(
    axis: Axes, rows: pd.DataFrame, years: list[str], look: tuple[str, str], shift: float
) -> None:
    """Draw the wait of one group; filled where the difference with the base is clear."""
    colour, marker = look
    table = rows.set_index("year").reindex(years)
    axis.plot(np.arange(len(years)) + shift, table["value"], color=colour, linewidth=1.3)
    for place, row in enumerate(table.to_dict("records")):
        if not np.isfinite(row["value"]):
            continue
        x = place + shift
        whisker(axis, (x, x), (row["low"], row["high"]), color=colour, linewidth=1.4)
        fill = colour if row["verdict"] in _FILLED else "white"
        axis.plot([x], [row["value"]], color=colour, marker=marker, markersize=4.5,
                  markerfacecolor=fill, clip_on=False)  # fmt: skip


def _key(data: ChartData, groups: list[str], say: Wording) -> list[Any]:
    handles: list[Any] = []
    for (colour, marker), group in zip(_LOOKS, groups, strict=False):
        text = say(WAITS[group].whom or WAITS[group].label)
        label = wrap(text + say(", 95% interval"), 44)
        handles.append(Line2D([], [], color=colour, marker=marker, linewidth=1.6, label=label))
    if len(data.keys) > 1:
        handles.append(Line2D([], [], color=INK, linestyle=":", label=say("base")))
        label = wrap(
            say("open: the difference with the base is not sure, or less than matters"), 44
        )
        handles.append(Line2D([], [], color=INK, marker="o", markerfacecolor="white",
                              linestyle="", label=label))  # fmt: skip
    return handles
