"""Staff as a chart: what each team needs against what it has."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

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
    year_axis,
)
from flowsim.report.charts.writing import number_axis
from flowsim.report.labels import UNITS
from flowsim.report.wording import Wording

_WIDE: Final = 6
"""With more scenarios than this there are four panels beside one another: it must fit a page."""
_EACH: Final = 1.35
"""Inches of a row of panels."""
_LITTLE: Final = 0.05
"""Less than this reads 0,0."""
_NEEDED: Final = COLOURS[0]
_SHORT: Final[dict[str, Any]] = {
    "facecolor": COLOURS[3], "edgecolor": INK, "hatch": "xxxx", "linewidth": 0.0,
}  # fmt: skip
_THERE: Final[dict[str, Any]] = {"color": INK, "linestyle": "--", "linewidth": 1.4}


def draw_staff(data: ChartData, say: Wording) -> Figure:
    """What each team needs, against what is available, through the years."""
    title = say("Staff needed and staff there, by year")
    frame = data.staff[data.staff["municipality"] == ""]
    teams = [name for name in data.teams if name in set(frame["team"])]
    with styled():
        if not teams:
            return nothing(title, data.source, say)
        found = list(dict.fromkeys(frame["year"]))
        years = found[:-1] if len(found) > 1 else found
        columns = 3 if len(data.keys) <= _WIDE else 4
        figure, sets = panels(
            data, _EACH, beside=0.5, columns=columns, heads=[data.teams[team] for team in teams]
        )
        short = False
        for axes, team in zip(sets, teams, strict=True):
            mine = frame[frame["team"] == team]
            for axis, key in zip(axes, data.keys, strict=True):
                short |= _panel(axis, mine[mine["scenario"] == key], years)
                year_axis(axis, years, 4)
                despine(axis)
            low, high = axes[0].get_ylim()
            axes[0].set_ylim(max(low, 0.0), high)
            for axis in axes:
                number_axis(axis.yaxis, say, 5)
            label_outer(axes, say("year"), say(UNITS[str(mine["unit"].iloc[0])]))
        handles = [
            Line2D([], [], color=_NEEDED, marker="o", markersize=3.5, label=say("needed")),
            Patch(color=_NEEDED, alpha=0.25, label=say("needed, 8 in 10 futures")),
            Line2D([], [], color=INK, linewidth=2, label=say("needed, 95% interval of the mean")),
            Line2D([], [], label=say("available (vacancies not counted)"), **_THERE),
        ]
        if short:
            handles.append(
                Patch(label=say("of which short: beyond what its own area has then"), **_SHORT)
            )
        columns = 3 if len(data.keys) > 1 else 2
        return finish(figure, title, data.source, handles, columns, _about_needed(say))


def _about_needed(say: Wording) -> str:
    """Say whose hours are needed, for it is not everybody on the list."""
    return say(
        "Needed: the hours of residents and of people in aftercare; of those on the list, only "
        "what would fill the places and dwellings that are free. The others lack a place or a "
        "dwelling first."
    )


def _panel(axis: Axes, frame: Any, years: list[str]) -> bool:
    """Draw one team in one scenario; return whether any of what is needed is short.

    Short is what each area lacks in each future: what another area, or another future, has left
    is of no use to it.
    """
    table = {name: rows.set_index("year").reindex(years) for name, rows in frame.groupby("measure")}
    at, short = np.arange(len(years)), False
    if "needed" in table:
        needed = table["needed"]
        if needed["p10"].notna().any():
            axis.fill_between(at, needed["p10"], needed["p90"], color=_NEEDED, alpha=0.25,
                              linewidth=0)  # fmt: skip
            middle, half = needed["low"] + needed["high"], needed["high"] - needed["low"]
            axis.errorbar(at, middle / 2, half / 2, fmt="none", ecolor=INK, elinewidth=2)
        if "available" in table:
            axis.plot(at, table["available"]["value"], **_THERE)
        if "short" in table:
            missing = table["short"]["value"].where(table["short"]["value"] >= _LITTLE, 0.0)
            short = bool((missing > 0).any())
            axis.fill_between(at, needed["value"] - missing, needed["value"], **_SHORT)
        axis.plot(at, needed["value"], color=_NEEDED, marker="o", markersize=3.5, linewidth=1.6)
    axis.margins(y=0.12)
    return short
