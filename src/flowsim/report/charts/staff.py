"""Staff as a chart: what each team needs against what it has."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from flowsim.report.charts.style import (
    COLOURS,
    FAINT,
    INK,
    ChartData,
    canvas,
    despine,
    finish,
    grid,
    nothing,
    number_axis,
    styled,
    wrap,
    year_axis,
)
from flowsim.report.labels import UNITS
from flowsim.report.wording import Wording

_NEEDED: Final = COLOURS[0]
_SHORT: Final[dict[str, Any]] = {
    "facecolor": COLOURS[3], "edgecolor": INK, "hatch": "xxxx", "linewidth": 0.0,
}  # fmt: skip
_THERE: Final[dict[str, Any]] = {"color": INK, "linestyle": "--", "linewidth": 1.4}


def draw_staff(data: ChartData, say: Wording) -> Figure:
    """What each team needs, against what is available, through the years."""
    title = say("Is there enough staff?")
    frame = data.staff[data.staff["municipality"] == ""]
    teams = [name for name in data.teams if name in set(frame["team"])]
    with styled():
        if not teams:
            return nothing(title, data.source, say)
        each, columns = grid(len(data.keys))
        rows = each * len(teams)
        width = 10 if columns > 1 else 7
        figure, axes = canvas(rows, columns, width, 0.6 + 2.1 * rows, sharex=True)
        for number, team in enumerate(teams):
            mine = axes[number * each * columns : (number + 1) * each * columns]
            for axis, key in zip(mine, data.keys, strict=False):
                rows_of = frame[(frame["team"] == team) & (frame["scenario"] == key)]
                _panel(axis, rows_of, say)
                axis.set_title(wrap(data.titles[key], 30))
            for axis in mine[::columns]:
                axis.set_ylabel(f"{wrap(data.teams[team], 20)}\n{axis.get_ylabel()}")
            shown, hidden = mine[: len(data.keys)], mine[len(data.keys) :]
            low, high = (
                pick(axis.get_ylim()[i] for axis in shown) for i, pick in ((0, min), (1, max))
            )
            for axis in shown:
                axis.set_ylim(max(low, 0.0), high)
                number_axis(axis.yaxis, say, 5)
                axis.tick_params(labelbottom=True)
            for axis in hidden:
                axis.set_axis_off()
        handles = [
            Line2D([], [], color=_NEEDED, marker="o", markersize=3.5, label=say("needed")),
            Patch(color=_NEEDED, alpha=0.25, label=say("needed, 8 in 10 futures")),
            Line2D([], [], color=INK, linewidth=2, label=say("needed, 95% interval of the mean")),
            Line2D([], [], label=say("available"), **_THERE),
            Patch(label=say("needed more than available, on average"), **_SHORT),
        ]
        return finish(figure, title, data.source, handles, 3 if columns > 1 else 2)


def _panel(axis: Axes, frame: Any, say: Wording) -> None:
    """Draw one team in one scenario."""
    found = list(dict.fromkeys(frame["year"]))
    years = found[:-1] if len(found) > 1 else found
    table = {name: rows.set_index("year").reindex(years) for name, rows in frame.groupby("measure")}
    unit = str(frame["unit"].iloc[0]) if len(frame) else "FTE"
    at = np.arange(len(years))
    if "needed" in table:
        needed = table["needed"]
        if needed["p10"].notna().any():
            axis.fill_between(at, needed["p10"], needed["p90"], color=_NEEDED, alpha=0.25,
                              linewidth=0)  # fmt: skip
            middle, half = needed["low"] + needed["high"], needed["high"] - needed["low"]
            axis.errorbar(at, middle / 2, half / 2, fmt="none", ecolor=INK, elinewidth=2)
        if "available" in table:
            there = table["available"]["value"]
            axis.fill_between(at, there, needed["value"], where=needed["value"] > there,
                              interpolate=True, **_SHORT)  # fmt: skip
            axis.plot(at, there, **_THERE)
        axis.plot(at, needed["value"], color=_NEEDED, marker="o", markersize=3.5, linewidth=1.6)
    axis.margins(y=0.12)
    axis.set_xlabel(say("year"))
    axis.set_ylabel(say(UNITS[unit]))
    axis.yaxis.label.set_color(FAINT if not len(frame) else INK)
    year_axis(axis, years)
    despine(axis)
