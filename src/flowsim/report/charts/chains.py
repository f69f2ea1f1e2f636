"""Blocking chains as a chart: what is at the end of the waiting."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from flowsim.experiment.quantities.homes import ENDS
from flowsim.report.charts.data import ChartData
from flowsim.report.charts.style import (
    COLOURS,
    INK,
    beside,
    finish,
    label_outer,
    name_rows,
    nothing,
    panels,
    rows_height,
    styled,
    whisker,
)
from flowsim.report.charts.writing import number_axis, wrap
from flowsim.report.wording import Wording

_SMALL: Final = 0.01
"""Ends with less than this share of the waiting in every scenario are left out."""
_ITSELF: Final[dict[str, Any]] = {
    "facecolor": COLOURS[0], "edgecolor": INK, "linewidth": 0.4,
}  # fmt: skip
_BEHIND: Final[dict[str, Any]] = {
    "facecolor": COLOURS[1], "edgecolor": INK, "linewidth": 0.4, "hatch": "////",
}  # fmt: skip


def draw_chains(data: ChartData, say: Wording) -> Figure:
    """How many people wait, by what is at the end of the chain."""
    title = say("What is at the end of the waiting")
    frame = data.chains
    whole = frame[frame["link"] == "all"]
    with styled():
        if not len(whole) or not whole["value"].any():
            return nothing(title, data.source, say)
        table = whole.pivot(index="scenario", columns="detail", values="value").reindex(data.keys)
        shares = table.div(table.sum(axis=1), axis=0).max()
        ends = [name for name in ENDS if shares.get(name, 0.0) >= _SMALL]
        names = [wrap(say(ENDS[end]), 24) for end in ends]
        figure, (axes,) = panels(data, 0.35 + rows_height(names, 0.3), beside=beside(names))
        whole_base = table.loc[data.keys[0], ends].to_numpy(dtype=float)
        behind = frame[frame["link"] == "end"].groupby(["scenario", "detail"])["value"].sum()
        for axis, key in zip(axes, data.keys, strict=True):
            mine = whole[whole["scenario"] == key].set_index("detail").reindex(ends)
            value = mine["value"].fillna(0.0).to_numpy()
            chained = np.array([behind.get((key, end), 0.0) for end in ends])
            axis.barh(range(len(ends)), value - chained, height=0.62, **_ITSELF)
            axis.barh(range(len(ends)), chained, left=value - chained, height=0.62, **_BEHIND)
            for place, (low, high) in enumerate(mine[["low", "high"]].to_numpy(dtype=float)):
                whisker(axis, (low, high), (place, place))
                if key != data.keys[0]:
                    base = float(whole_base[place])
                    axis.plot([base], [place], color=INK, marker="|", markersize=17)
            name_rows(axis, names)
            number_axis(axis.xaxis, say, 4)
        axes[0].set_xlim(left=0)
        label_outer(axes, say("persons who wait, on average"))
        handles: list[Any] = [
            Patch(label=say("missing itself"), **_ITSELF),
            Patch(label=wrap(say("a place is missing, and this is why it is not free"), 40),
                  **_BEHIND),
            Line2D([], [], color=INK, linewidth=2.2, label=say("95% interval of the mean")),
        ]  # fmt: skip
        if len(data.keys) > 1:
            handles.append(Line2D([], [], color=INK, marker="|", markersize=13, linestyle="",
                                  label=say("base")))  # fmt: skip
        return finish(figure, title, data.source, handles, 2)
