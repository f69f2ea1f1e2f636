"""Charts of a sweep: lines along one factor, a heat map over two, or a panel for each of more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from flowsim.experiment.levers import Factor
from flowsim.experiment.quantities.norm import Meets, Norm
from flowsim.experiment.quantities.waits import MEAN
from flowsim.experiment.sweep import Sweep
from flowsim.report.charts.style import INK, MUTED, canvas, despine, finish, grid, nothing, styled
from flowsim.report.charts.sweep_by_lever import draw_by_lever
from flowsim.report.charts.sweep_line import (
    NORM,
    draw_scenarios,
    height_axis,
    lever_axis,
    line_handles,
    norm_line,
    places,
)
from flowsim.report.charts.writing import number_axis, wrap
from flowsim.report.sweep_labels import MAIN_WAITS, Told, said_norm, said_value, short_label, told
from flowsim.report.terminal import source_of
from flowsim.report.wording import Wording

_LITTLE: Final = f"wait.return.{MEAN}"
"""A wait that is not drawn unasked: few have it, and mostly none."""
_EDGES: Final[dict[Meets, dict[str, Any]]] = {
    meets: {"fill": False, "edgecolor": NORM, "linewidth": 2.4, "linestyle": style}
    for meets, style in ((Meets.CLEARLY, "-"), (Meets.BY_ESTIMATE, (0, (3, 2))))
}


# ---------------------------------------------------------------- one factor
def draw_lines(sweep: Sweep, measure: str, norm: Norm | None, say: Wording) -> Figure:
    """How waits, blocked people and cost change along one factor."""
    (factor,) = sweep.factors
    title = say("What changes with {path}", path=factor.path)
    names = _shown(sweep, measure)
    with styled():
        if not names:
            return nothing(title, source_of(sweep, say), say)
        rows, columns = grid(len(names))
        width = 10 if columns > 1 else 5
        figure, axes = canvas(rows, columns, width, 0.4 + 2.7 * rows)
        x, beyond = places(sweep), False
        own = sweep.own if len(sweep.design.keys) == 1 else None
        for axis, name in zip(axes, names, strict=False):
            style, look = "-" if factor.is_number else "none", told(name, sweep, say)
            beyond |= draw_scenarios(axis, sweep, x, name, look.factor, style)
            axis.set_title(wrap(short_label(name, sweep, say), 28))
            height_axis(axis, sweep, name, look.unit, say)
            lever_axis(axis, sweep, 0, say)
            despine(axis)
            if norm is not None and name == norm.measure:
                norm_line(axis, norm.value * look.factor)
            if own is not None:
                axis.axvline(x[own], color=MUTED, linestyle=":", linewidth=1.6, zorder=1)
        for axis in axes[len(names) :]:
            axis.set_axis_off()
        handles = line_handles(sweep, norm, beyond, own is not None, say)
        columns = 4 if len(sweep.design.keys) == 1 else 2
        return finish(figure, title, source_of(sweep, say), handles, columns)


def _shown(sweep: Sweep, measure: str) -> list[str]:
    """Return the measure asked for and the main ones, as far as the scenario has them."""
    waits = (name for name in MAIN_WAITS if name != _LITTLE)
    names = dict.fromkeys((*waits, "blocked", "cost"))
    listed = list(names) if measure in names else [measure, *names]
    return [name for name in listed if sweep.line(name)["value"].notna().any()]


# ---------------------------------------------------------------- two factors
def draw_heat_map(sweep: Sweep, measure: str, norm: Norm | None, say: Wording) -> Figure:
    """One measure at every combination of two factors."""
    across, up = sweep.factors
    title = say("What {x} and {y} do together", x=across.path, y=up.path)
    look = told(measure, sweep, say)
    rows = sweep.line(measure)[["value", "low", "high"]].to_numpy(dtype=float)
    with styled():
        if np.isnan(rows[:, 0]).all():
            return nothing(title, source_of(sweep, say), say)
        width = min(max(2.5 + 1.15 * len(across.values), 7), 16)
        figure, (axis,) = canvas(1, 1, width, 1.0 + 0.6 * len(up.values))
        where = _cells(sweep)
        shades = np.full((len(up.values), len(across.values)), np.nan)
        for place, value in zip(where, rows[:, 0] * look.factor, strict=True):
            shades[place] = value if np.isfinite(value) else np.nan
        palette = mpl.colormaps["Blues"].with_extremes(bad="#f0f0f0")
        picture = axis.imshow(shades, cmap=palette, aspect="auto", origin="lower")
        room = (width - 2.5) / len(across.values) > 0.95
        _write_cells(axis, where, rows, look, room, say)
        _heat_axes(axis, across, up, say)
        bar = figure.colorbar(picture, ax=axis, shrink=0.9, label=look.unit)
        number_axis(bar.ax.yaxis, say, 5)
        axis.set_title(wrap(look.label, int(width * 8)))
        handles = _edges(axis, sweep, norm, measure, where, say)
        return finish(figure, title, source_of(sweep, say), handles, 3)


def _cells(sweep: Sweep) -> list[tuple[int, int]]:
    """Return the row and the column of every point."""
    across, up = sweep.factors
    columns, rows = _ranks(across), _ranks(up)
    return [
        (rows[up.values.index(y)], columns[across.values.index(x)])
        for x, y in (point.values for point in sweep.points)
    ]


def _ranks(factor: Factor) -> list[int]:
    """Return the place of each value along its axis: numbers by size, others as given."""
    if not factor.is_number:
        return list(range(len(factor.values)))
    return [sorted(factor.values).index(value) for value in factor.values]


def _write_cells(
    axis: Axes, where: list[tuple[int, int]], rows: Any, look: Told, room: bool, say: Wording
) -> None:
    """Write each estimate, and below it its interval where there is room."""
    finite = rows[np.isfinite(rows[:, 0]), 0]
    least, most = finite.min(initial=np.inf), finite.max(initial=-np.inf)
    for (y, x), (value, low, high) in zip(where, rows, strict=True):
        dark = np.isfinite(value) and most > least and (value - least) / (most - least) > 0.6
        text = look.number(value, say)
        interval = look.interval(low, high, say)
        if interval and room and np.isfinite(value):
            text += f"\n({interval})"
        colour = "white" if dark else INK
        axis.text(x, y, text, ha="center", va="center", color=colour, fontsize=8)


def _heat_axes(axis: Axes, across: Factor, up: Factor, say: Wording) -> None:
    axis.set_xlabel(across.path)
    axis.set_ylabel(wrap(up.path, 24))
    axis.set_xticks(_ranks(across), [wrap(said_value(value, say), 12) for value in across.values])
    axis.set_yticks(_ranks(up), [wrap(said_value(value, say), 18) for value in up.values])
    axis.grid(visible=False)
    despine(axis)


def _edges(
    axis: Axes, sweep: Sweep, norm: Norm | None, measure: str, where: list[tuple[int, int]],
    say: Wording,
) -> list[Any]:  # fmt: skip
    """Frame the cells that meet the norm, and return the key to the frames."""
    if norm is None or norm.measure != measure:
        return []
    found = sweep.meeting(norm).points
    for (y, x), meets in zip(where, found, strict=True):
        if meets != Meets.NO:
            axis.add_patch(Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, **_EDGES[meets]))
    asked = said_norm(norm, sweep, say)
    labels = {
        Meets.CLEARLY: say("{norm}: the whole 95% interval", norm=asked),
        Meets.BY_ESTIMATE: say("{norm}: the estimate only", norm=asked),
    }
    return [
        Patch(label=label, **_EDGES[meets]) for meets, label in labels.items() if meets in found
    ]


SWEEP_CHARTS: Final[dict[str, Callable[[Sweep, str, Norm | None, Wording], Figure]]] = {
    "lines": draw_lines,
    "heat_map": draw_heat_map,
    "by_lever": draw_by_lever,
}
"""Every chart of a sweep, by the name of its file."""


def drawn(sweep: Sweep) -> tuple[str, ...]:
    """Return which charts fit what was varied."""
    picture = sweep.design.picture
    return () if picture is None else (picture,)
